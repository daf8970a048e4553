package journey

import (
	"context"
	"slices"

	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/series"
)

// idPrefix begins the id and key of every metric of this package.
const idPrefix = "pain."

// partnersPrefix follows it where the pain is that of business partners.
const partnersPrefix = "partners."

// pain is a metric made of a tally.
type pain struct {
	key, name, unit, definition, formula string
	of                                   func(h Hurts) *Figure
}

var painMetrics = []pain{
	{"waiting_p90", "Waiting, slowest tenth", "min", "How long nine of ten customers who gave feedback had waited at most.", "90th percentile of the minutes", func(h Hurts) *Figure { return h.P90 }},
	{"over_promise", "Waited longer than promised", "%", "Customers who waited longer than their touchpoint promises.", "100 · waited longer / all at touchpoints with a promise", func(h Hurts) *Figure { return h.Over }},
	{"switches", "Changes of channel", "changes", "How often customers had to change the channel until they were through.", "changes / ways of two interactions or more", func(h Hurts) *Figure { return h.Switches }},
	{"reopened", "Matters opened again", "%", "Matters that customers raised and that were closed and opened again.", "100 · reopened / all", func(h Hurts) *Figure { return h.Reopened }},
	{"time_to_close", "Time to close a case", "min", "How long it takes from opening a case to closing it.", "median of the minutes", func(h Hurts) *Figure { return h.Took }},
	{"loops_open", "Cases left open", "%", "Matters that customers raised, by Rapport's own cases where there is one, that are open or were opened again.", "100 · (open + reopened) / all", func(h Hurts) *Figure { return h.Open }},
}

// Metrics implements panel.Source: the pains for which there is a figure.
func (s *Service) Metrics(ctx context.Context) ([]series.Metric, error) {
	out := []series.Metric{}
	seen := map[string]bool{}
	err := s.EachValue(ctx, org.Everything, series.Query{}, func(v series.Value) error { seen[v.MetricID] = true; return nil })
	for _, p := range painMetrics {
		for _, of := range []struct{ prefix, name, definition string }{{}, {partnersPrefix, "Partners: ", "Of business partners, not of customers. "}} {
			if id := idPrefix + of.prefix + p.key; seen[id] {
				out = append(out, series.Metric{
					ID: id, Key: id, Name: of.name + p.name, Unit: p.unit, Definition: of.definition + p.definition, Formula: p.formula, Kind: series.Outcome, Aggregation: series.Mean, Version: 1, Owner: "CX",
				})
			}
		}
	}
	return out, err
}

// EachValue implements panel.Source: a figure per team and month of ten interactions or more.
func (s *Service) EachValue(ctx context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	a, err := s.Atlas(ctx)
	if errs.KindOf(err) == errs.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	type key struct {
		team     string
		month    int
		partners bool
	}
	sums := map[key]*Tally{}
	order := []key{}
	for i := range a.Cells {
		x := &a.Cells[i]
		if x.Relational || !scope.Has(x.Team) {
			continue
		}
		k := key{x.Team, x.Month, x.Partners}
		if sums[k] == nil {
			sums[k] = &Tally{}
			order = append(order, k)
		}
		sums[k].add(&x.Tally)
	}
	for _, k := range order {
		p := series.Period{Grain: series.Month, Index: k.month}
		if start := p.Start(); !q.From.IsZero() && start.Before(q.From) || !q.To.IsZero() && start.After(q.To) {
			continue
		}
		h, prefix := sums[k].hurts(), idPrefix
		if k.partners {
			prefix += partnersPrefix
		}
		for _, m := range painMetrics {
			f := m.of(h)
			if id := prefix + m.key; f != nil && (len(q.Metrics) == 0 || slices.Contains(q.Metrics, id)) {
				if err := fn(series.Value{MetricID: id, TeamID: k.team, Period: p, Value: f.Value, N: f.N}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
