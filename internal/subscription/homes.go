package subscription

import (
	"context"
	"math"
	"slices"
	"strings"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/loop"
	"rapport/internal/mail"
	"rapport/internal/myteam"
	"rapport/internal/org"
	"rapport/internal/series"
)

// home is a team's newest closed quarter as its page says it: the headline, what the evidence says and what it cannot,
// the figures beside the unit above and the company, and what is due. Kinds narrow it to one side's figures: a home of
// HR or CX, whose sentences stand in the report.
func (s *Service) home(ctx context.Context, who auth.Principal, team string, kinds ...series.Kind) (view, error) {
	var v view
	page, err := s.from.Homes.Page(ctx, who, team)
	if err != nil && !hidden(err) {
		return v, err
	}
	if err == nil {
		if len(kinds) == 0 {
			for _, list := range [][]evidence.Sentence{page.Report.Content.Headline, page.Says, page.Cannot} {
				for _, x := range list {
					v.lines = append(v.lines, x.In(who.Locale))
				}
			}
		}
		if t := trends(who.Locale, page, kinds); len(t.Rows) > 0 {
			v.tables = append(v.tables, t)
		}
	}
	if len(v.tables) == 0 && len(v.lines) == 0 {
		v.lines = []string{say(who.Locale, "subscription.no_quarter")}
	}
	if !who.May(auth.ActionsRead) {
		return v, nil
	}
	due, err := s.due(ctx, who, action.Filter{State: action.Open, TeamID: team})
	v.lines, v.tables = append(v.lines, due.lines...), append(v.tables, due.tables...)
	return v, err
}

// trends are the newest points of a home's figures.
func trends(loc string, page myteam.Page, kinds []series.Kind) mail.Table {
	name := page.Report.TeamName
	if name == "" {
		name = say(loc, "pulse.organisation")
	}
	t := mail.Table{Caption: name + ", " + page.Report.Quarter.String(), Columns: []string{
		say(loc, "subscription.figure"), say(loc, "subscription.actual"), say(loc, "subscription.between95"), say(loc, "subscription.above"), say(loc, "subscription.company"),
	}}
	for _, x := range page.Trends {
		if len(kinds) > 0 && !slices.Contains(kinds, x.Kind) || len(x.Points) == 0 {
			continue
		}
		p, digits, span := x.Points[len(x.Points)-1], 1, "–"
		if p.Lo != nil && p.Hi != nil {
			digits = evidence.Digits(*p.Hi - *p.Lo)
			span = between(loc, *p.Lo, *p.Hi, digits)
		}
		beside := func(v *float64) string {
			if v == nil {
				return "–"
			}
			return evidence.Number(loc, *v, digits)
		}
		t.Rows = append(t.Rows, []string{x.Name, evidence.Number(loc, p.Value, digits), span, beside(p.Parent), beside(p.Company)})
	}
	return t
}

// cases are the cases of the reader's teams in one status, or all that are not closed, the first due first.
func (s *Service) cases(ctx context.Context, who auth.Principal, status loop.Status, overdue bool) (view, error) {
	list, err := s.from.Cases.List(ctx, loop.Query{Scope: who.Scope}, overdue)
	if err != nil {
		return view{}, err
	}
	one := slices.Contains([]loop.Status{loop.Open, loop.InWork, loop.Closed}, status)
	list = slices.DeleteFunc(list, func(c loop.Case) bool { return one && c.Status != status || !one && c.Status == loop.Closed })
	slices.SortStableFunc(list, func(a, b loop.Case) int { return a.DueAt.Compare(b.DueAt) })
	loc := who.Locale
	if len(list) == 0 {
		return view{lines: []string{say(loc, "subscription.cases_none")}}, nil
	}
	teams, err := s.from.Teams.Teams(ctx, who.Scope)
	if err != nil {
		return view{}, err
	}
	tree := org.NewTree(teams)
	t := mail.Table{Caption: first(loc, say(loc, "subscription.cases"), len(list)), Columns: []string{say(loc, "subscription.case"), say(loc, "subscription.team"), say(loc, "subscription.due")}}
	today := org.Date(s.now())
	for _, c := range list[:min(len(list), mostRows)] {
		on := i18n.Day(loc, c.DueAt)
		if c.Overdue(today) {
			on = say(loc, "subscription.overdue", "due", on)
		}
		team, _ := tree.Get(c.Team)
		t.Rows = append(t.Rows, []string{strings.ToUpper(string(c.Type)) + " " + evidence.Number(loc, c.Score, places(c.Score)), team.Name, on})
	}
	return view{tables: []mail.Table{t}}, nil
}

// places is how many digits after the point a score needs: whole ones none.
func places(score float64) int {
	if score == math.Trunc(score) {
		return 0
	}
	return 1
}
