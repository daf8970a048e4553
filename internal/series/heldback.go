package series

import (
	"context"

	"rapport/internal/org"
)

// HeldBack counts, by metric, the figures that EachValue keeps to itself. The count is told; the figures are not.
func (s *Service) HeldBack(ctx context.Context, scope org.Scope, q Query) (map[string]int, error) {
	metrics, err := s.byID(ctx)
	if err != nil {
		return nil, err
	}
	pass, err := s.passing(ctx, metrics, q)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	return out, eachLine(ctx, s.store, scope, Lines{Metrics: q.Metrics}, func(l line) error {
		m, ok := metrics[l.metric]
		if !ok || !m.HeldBack(0) {
			return nil
		}
		for _, p := range l.points {
			if (m.HeldBack(p.N) || !pass[l.metric].has(l.team, l.grain, p)) && q.holds(Period{Grain: l.grain, Index: p.Index}) {
				out[l.metric]++
			}
		}
		return nil
	})
}
