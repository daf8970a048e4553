package invest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/org"
	"rapport/internal/series"
)

// View is a proposal as one reader may see it.
type View struct {
	Proposal
	Metric      series.Metric
	TeamName    string
	BarrierName string
	Given       int        // estimates of this round
	Mine        bool       // the reader gave one
	Seen        []Estimate // of this round; empty until the reader has given one or the round is closed
	Combined    *Combined  // as Seen
	Standing    *Standing  // nil until ranked
	Due         bool       // the day to look again has come
}

// Page is where the next money is best spent, as one reader may see it.
type Page struct {
	At       time.Time // of the newest ranking; zero: never
	Settings initiative.Settings
	Items    []View // by list, then rank, then newest first
}

// standings reads what was ranked last, by proposal.
func (s *Service) standings(ctx context.Context) (map[string]Standing, error) {
	list, err := s.store.Standings(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]Standing{}
	for _, st := range list {
		out[st.Proposal] = st
	}
	return out, nil
}

// Page lists the proposals of teams in scope. reader is who looks: nobody sees others' estimates of an open round before
// giving one.
func (s *Service) Page(ctx context.Context, scope org.Scope, reader string) (Page, error) {
	var out Page
	if err := scope.Check(); err != nil {
		return out, err
	}
	all, err := s.store.Proposals(ctx)
	if err != nil {
		return out, fmt.Errorf("read proposals: %w", err)
	}
	given, err := s.store.Estimates(ctx, "")
	if err != nil {
		return out, fmt.Errorf("read estimates: %w", err)
	}
	ranked, err := s.standings(ctx)
	if err != nil {
		return out, fmt.Errorf("read standings: %w", err)
	}
	if out.Settings, err = s.from.Ledger.Settings(ctx); err != nil {
		return out, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return out, err
	}
	out.Items = []View{}
	for _, p := range all {
		if !may(scope, p.Idea.Team) {
			continue
		}
		v, err := s.view(ctx, scope, p, ofProposal(given, p.ID), ranked, reader)
		if err != nil {
			return out, err
		}
		v.Metric, v.TeamName = names.metrics[p.Idea.Metric], names.teams[p.Idea.Team]
		if v.Standing != nil && v.Standing.At.After(out.At) {
			out.At = v.Standing.At
		}
		out.Items = append(out.Items, v)
	}
	slices.SortStableFunc(out.Items, func(a, b View) int { return cmp.Compare(a.place(), b.place()) })
	return out, nil
}

// place orders views: invest, watch, park, what is over; within a list by rank.
func (v View) place() int {
	const list = 1 << 20
	if v.State == Accepted || v.State == Withdrawn {
		return 4 * list
	}
	if v.Standing == nil {
		return 2*list - 1
	}
	at := slices.Index([]List{Invest, Watch, Park}, v.Standing.List)*list + list/2
	if v.Standing.Rank > 0 {
		at += v.Standing.Rank - list/2
	}
	return at
}

// Get gives one.
func (s *Service) Get(ctx context.Context, scope org.Scope, reader, id string) (View, initiative.Settings, error) {
	var set initiative.Settings
	p, err := s.find(ctx, scope, id)
	if err != nil {
		return View{}, set, err
	}
	given, err := s.store.Estimates(ctx, id)
	if err != nil {
		return View{}, set, fmt.Errorf("read estimates: %w", err)
	}
	ranked, err := s.standings(ctx)
	if err != nil {
		return View{}, set, fmt.Errorf("read standings: %w", err)
	}
	names, err := s.names(ctx)
	if err != nil {
		return View{}, set, err
	}
	if set, err = s.from.Ledger.Settings(ctx); err != nil {
		return View{}, set, err
	}
	v, err := s.view(ctx, scope, p, given, ranked, reader)
	v.Metric, v.TeamName = names.metrics[p.Idea.Metric], names.teams[p.Idea.Team]
	return v, set, err
}

func (s *Service) view(ctx context.Context, scope org.Scope, p Proposal, given []Estimate, ranked map[string]Standing, reader string) (View, error) {
	v := View{Proposal: p, Seen: []Estimate{}}
	now := ofRound(given, p.Round)
	v.Given = len(now)
	v.Mine = slices.ContainsFunc(now, func(e Estimate) bool { return e.By == reader })
	if p.State != Estimating || v.Mine {
		v.Seen, v.Combined = now, combine(now)
	}
	if st, ok := ranked[p.ID]; ok && (p.State == Estimating || p.State == Estimated) {
		v.Standing = &st
		v.Due = st.List == Park && !st.LookAgain.After(s.now())
		if p.State == Estimating && !v.Mine { // ranked when an earlier round was closed: its figures wait, too
			hidden := st
			hidden.Combined, hidden.Value, hidden.Ratio, hidden.Rank = nil, nil, nil, 0
			v.Standing = &hidden
		}
	}
	if p.Idea.Barrier != "" {
		switch b, err := s.from.Goals.Barrier(ctx, scope, p.Idea.Barrier); {
		case err == nil:
			v.BarrierName = b.Name
		case errs.KindOf(err) != errs.KindNotFound:
			return v, err
		}
	}
	return v, nil
}

type names struct {
	metrics map[string]series.Metric
	teams   map[string]string
}

func (s *Service) names(ctx context.Context) (names, error) {
	out := names{metrics: map[string]series.Metric{}, teams: map[string]string{}}
	metrics, err := s.from.Goals.Metrics(ctx)
	if err != nil {
		return out, err
	}
	for _, m := range metrics {
		out.metrics[m.ID] = m
	}
	tree, err := s.tree(ctx)
	if err != nil {
		return out, err
	}
	for _, t := range tree.All() {
		out.teams[t.ID] = t.Name
	}
	return out, nil
}
