package goal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rapport/internal/org"
	"rapport/internal/series"
)

// Row is a metric at a team: what is, what is wanted, and what the market has.
type Row struct {
	Metric   series.Metric
	Team     string // id; empty: the whole organisation
	TeamName string
	Desired  *Level // what holds today; its Team says where it was set
	Market   *Level
	Next     *Level  // a desired level that begins later
	Actual   *Actual // nil where there is no figure
	NotShown bool    // about people, and there is no figure that may be shown
	Gap      *float64
	History  []Level // set at this very team, newest first
}

// Page is the goals of the teams in a scope.
type Page struct {
	AsOf time.Time // day the figures were looked up for; zero: never yet
	At   time.Time
	Rows []Row
}

// Page lists goals: everywhere a level was set in scope, and for the topmost teams of a narrower scope what holds there
// from above. With a team, only what holds at it. Sorted by metric and tree.
func (s *Service) Page(ctx context.Context, scope org.Scope, team string) (Page, error) {
	var out Page
	if err := scope.Check(); err != nil {
		return out, err
	}
	tree, err := s.tree(ctx)
	if err != nil {
		return out, err
	}
	book, err := s.book(ctx, tree)
	if err != nil {
		return out, err
	}
	metrics, err := s.Metrics(ctx)
	if err != nil {
		return out, err
	}
	today := org.Date(s.now())
	wanted := book.places(tree, scope, team)
	var ids []string
	for m := range wanted {
		ids = append(ids, m)
	}
	actuals := map[string]Actuals{}
	if len(ids) > 0 {
		list, err := s.store.Actuals(ctx, ids...)
		if err != nil {
			return out, fmt.Errorf("read actuals: %w", err)
		}
		for _, a := range list {
			actuals[a.Metric] = a
			if a.At.After(out.At) {
				out.AsOf, out.At = a.AsOf, a.At
			}
		}
	}
	slices.SortStableFunc(metrics, func(a, b series.Metric) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	out.Rows = []Row{}
	for _, m := range metrics {
		for _, t := range append([]string{""}, idsOf(tree)...) {
			if wanted[m.ID][t] {
				out.Rows = append(out.Rows, book.row(tree, m, t, today, actuals[m.ID]))
			}
		}
	}
	return out, nil
}

func idsOf(tree *org.Tree) []string {
	var out []string
	for _, t := range tree.All() {
		out = append(out, t.ID)
	}
	return out
}

// places are the metrics and teams that a page shows.
func (b Book) places(tree *org.Tree, scope org.Scope, team string) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	show := func(metric, at string) {
		if out[metric] == nil {
			out[metric] = map[string]bool{}
		}
		out[metric][at] = true
	}
	tops := []string{}
	switch {
	case team != "" && scope.Has(team):
		tops = append(tops, team)
	case team == "" && !scope.All():
		for _, id := range scope.IDs() {
			if t, ok := tree.Get(id); ok && !scope.Has(t.ParentID) {
				tops = append(tops, id)
			}
		}
	}
	for k := range b.levels {
		if team == "" && may(scope, k.team) {
			show(k.metric, k.team)
		}
		for _, top := range tops {
			if k.team == top || (!b.sums[k.metric] && (k.team == "" || slices.ContainsFunc(tree.Path(top), func(t org.Team) bool { return t.ID == k.team }))) {
				show(k.metric, top)
			}
		}
	}
	return out
}

func (b Book) row(tree *org.Tree, m series.Metric, team string, today time.Time, a Actuals) Row {
	r := Row{Metric: m, Team: team, History: b.history(m.ID, team)}
	if t, ok := tree.Get(team); ok {
		r.TeamName = t.Name
	}
	if l, ok := b.At(Desired, m.ID, team, today); ok {
		r.Desired = &l
	}
	if l, ok := b.At(Market, m.ID, team, today); ok {
		r.Market = &l
	}
	if l, ok := b.next(Desired, m.ID, team, today); ok {
		r.Next = &l
	}
	if x, ok := a.Teams[team]; ok {
		r.Actual = &x
	} else {
		r.NotShown = m.Kind == series.EX || m.AboutPeople
	}
	if r.Desired != nil && r.Actual != nil {
		gap := r.Desired.Value - r.Actual.Value
		r.Gap = &gap
	}
	return r
}

// Actual is where a metric stands at a team ("" for the whole organisation); ok is false where there is no figure.
func (s *Service) Actual(ctx context.Context, metric, team string) (a Actual, ok bool, err error) {
	list, err := s.store.Actuals(ctx, metric)
	if err != nil || len(list) == 0 {
		return a, false, err
	}
	a, ok = list[0].Teams[team]
	return a, ok, nil
}
