package linkage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Outcome is a result or something outside, as it went for the teams in scope, with what is declared to be allowed for.
type Outcome struct {
	Metric     series.Metric
	Line       []panel.LinePoint
	HeldBack   int // figures about people that may not be shown
	Covariates []string
}

// Outcomes gives every result, behaviour, amount of money and confounder, in this order, by name. Figures of teams that have teams
// below them are not in a line.
func (s *Service) Outcomes(ctx context.Context, scope org.Scope) ([]Outcome, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	teams, err := s.teams.Teams(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("read teams: %w", err)
	}
	kinds := []series.Kind{series.Outcome, series.Behaviour, series.Money, series.Confounder}
	wanted := []string{}
	for _, src := range s.sources {
		ms, err := src.Metrics(ctx)
		if err != nil {
			return nil, fmt.Errorf("read metrics: %w", err)
		}
		for _, m := range ms {
			if slices.Contains(kinds, m.Kind) {
				wanted = append(wanted, m.ID)
			}
		}
	}
	p, err := panel.Build(ctx, teams, panel.Only(s.sources, wanted), s.now())
	if err != nil {
		return nil, err
	}
	declared, err := s.store.Covariates(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, 0, len(p.Metrics))
	for _, m := range p.Metrics {
		o := Outcome{Metric: m, Line: p.Line(m.ID), Covariates: declared[m.ID]}
		if g, ok := p.Grain(m.ID); ok {
			o.HeldBack = p.Column(m.ID, g).Excluded[panel.HeldBack]
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Outcome) int {
		if d := slices.Index(kinds, a.Metric.Kind) - slices.Index(kinds, b.Metric.Kind); d != 0 {
			return d
		}
		return strings.Compare(a.Metric.Name, b.Metric.Name)
	})
	return out, nil
}
