package subscription

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"

	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/mail"
	"rapport/internal/org"
	"rapport/internal/series"
)

var (
	blocks   = []linkage.Block{linkage.EXCX, linkage.EXOutcome, linkage.CXOutcome}
	verdicts = []evidence.Verdict{evidence.Supported, evidence.Indicative, evidence.Exploratory, evidence.NoLinkSeen, evidence.NotEnough}
)

// evidence is what a run says of the pairs that the page's filters leave, those with most evidence first. Its first sentences
// speak of all pairs, so that they stand where none is filtered out. A filter the page does not know it ignores, too.
func (s *Service) evidence(ctx context.Context, who auth.Principal, filters url.Values) (view, error) {
	run, list, err := s.from.Links.Report(ctx, cmp.Or(filters.Get("run"), "latest"))
	if hidden(err) {
		return view{}, nil
	}
	if err != nil {
		return view{}, err
	}
	var v view
	block, verdict := linkage.Block(filters.Get("pairs")), evidence.Verdict(filters.Get("verdict"))
	oneBlock, oneVerdict := slices.Contains(blocks, block), slices.Contains(verdicts, verdict)
	if !oneBlock && !oneVerdict {
		for _, sentence := range run.Headline {
			v.lines = append(v.lines, sentence.In(who.Locale))
		}
	}
	list = slices.DeleteFunc(list, func(f linkage.Finding) bool {
		return oneBlock && f.Block != block || oneVerdict && f.Verdict != verdict
	})
	if len(list) == 0 {
		v.lines = append(v.lines, say(who.Locale, "subscription.pairs_none"))
		return v, nil
	}
	loc := who.Locale
	t := mail.Table{Caption: first(loc, say(loc, "subscription.title.evidence"), len(list)), Columns: pairColumns(loc)}
	for _, f := range list[:min(len(list), mostRows)] {
		t.Rows = append(t.Rows, pairRow(loc, run.Catalogue, f))
	}
	v.tables = []mail.Table{t}
	return v, nil
}

// pair is what the run says of one pair.
func (s *Service) pair(ctx context.Context, who auth.Principal, id string, filters url.Values) (view, error) {
	x, err := s.from.Links.Finding(ctx, who.Scope, cmp.Or(filters.Get("run"), "latest"), id)
	if hidden(err) {
		return view{lines: []string{say(who.Locale, "subscription.pair_gone")}}, nil
	}
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	v := view{lines: []string{x.Finding.Text.In(loc)}}
	for _, sentence := range x.Finding.Reasons {
		v.lines = append(v.lines, sentence.In(loc))
	}
	v.tables = []mail.Table{{Caption: x.X.Name + " ↔ " + x.Y.Name, Columns: pairColumns(loc), Rows: [][]string{pairRow(loc, x.Run.Catalogue, x.Finding)}}}
	return v, nil
}

func pairColumns(loc string) []string {
	return []string{say(loc, "subscription.pair"), say(loc, "subscription.says"), say(loc, "subscription.within"), say(loc, "subscription.between95")}
}

func pairRow(loc string, catalogue []series.Metric, f linkage.Finding) []string {
	name := func(id string) string {
		if i := slices.IndexFunc(catalogue, func(m series.Metric) bool { return m.ID == id }); i >= 0 {
			return catalogue[i].Name
		}
		return id
	}
	row := []string{name(f.X) + " ↔ " + name(f.Y), f.Text.In(loc), "–", "–"}
	if e := f.Within; e.Value != nil {
		row[2] = evidence.Signed(loc, *e.Value, 2)
		if e.Lo != nil && e.Hi != nil {
			row[3] = evidence.Signed(loc, *e.Lo, 2) + " … " + evidence.Signed(loc, *e.Hi, 2)
		}
	}
	return row
}

// newestPoints is how much of one line a letter brings.
const newestPoints = 6

// outcomes are the newest figures of results, money and what else happens around, or the newest part of the line that was chosen.
func (s *Service) outcomes(ctx context.Context, who auth.Principal, filters url.Values) (view, error) {
	scope, err := s.within(ctx, who, filters.Get("team"))
	if err != nil {
		return view{}, err
	}
	list, err := s.from.Links.Outcomes(ctx, scope)
	if err != nil {
		return view{}, err
	}
	list = slices.DeleteFunc(list, func(o linkage.Outcome) bool { return len(o.Line) == 0 })
	loc := who.Locale
	t := mail.Table{Caption: say(loc, "subscription.title.outcomes"), Columns: []string{say(loc, "subscription.figure"), say(loc, "subscription.period"), say(loc, "subscription.actual"), say(loc, "subscription.teams")}}
	row := func(o linkage.Outcome, i int) {
		x := o.Line[i]
		t.Rows = append(t.Rows, []string{named(o.Metric), x.Period.String(), figure(loc, x.Value), fmt.Sprint(x.Teams)})
	}
	if i := slices.IndexFunc(list, func(o linkage.Outcome) bool { return o.Metric.ID == filters.Get("metric") }); i >= 0 {
		for k := len(list[i].Line) - 1; k >= max(0, len(list[i].Line)-newestPoints); k-- {
			row(list[i], k)
		}
		return view{tables: []mail.Table{t}}, nil
	}
	t.Caption = first(loc, t.Caption, len(list))
	for _, o := range list[:min(len(list), mostRows)] {
		row(o, len(o.Line)-1)
	}
	if len(t.Rows) == 0 {
		return view{}, nil
	}
	return view{tables: []mail.Table{t}}, nil
}

// named gives a metric with its unit.
func named(m series.Metric) string {
	if m.Unit == "" {
		return m.Name
	}
	return m.Name + " (" + m.Unit + ")"
}

// first says in a caption that a table holds only the first of so many rows.
func first(loc, caption string, all int) string {
	if all <= mostRows {
		return caption
	}
	return say(loc, "subscription.first", "caption", caption, "count", fmt.Sprint(mostRows), "all", fmt.Sprint(all))
}

// within is what somebody sees of a team and what is below it; of no team, everything they see.
func (s *Service) within(ctx context.Context, who auth.Principal, team string) (org.Scope, error) {
	if team == "" {
		return who.Scope, nil
	}
	teams, err := s.from.Teams.Teams(ctx, org.Everything)
	if err != nil {
		return who.Scope, err
	}
	return who.Scope.Within(org.NewTree(teams).Subtree(team)), nil
}
