package invest

import (
	"context"
	"math"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/operation"
	"rapport/internal/org"
)

// Question is "what if this metric moved by so much in this team".
type Question struct {
	Metric string
	Team   string // empty: the whole organisation
	Delta  float64
}

// WhatIf is the answer: the way from the metric to money, each link with its gate, and what the move would go along with.
// It is consistent with the links of the newest run and never a promise.
type WhatIf struct {
	Question
	MetricName string
	Unit       string
	TeamName   string
	RunID      string
	Worth      Worth
	Total      *Money
	Positive   float64 // share of the joint draws in which the total is above zero
}

// StartWhatIf answers in the background: it draws, and reads the figures behind the revenue base.
func (s *Service) StartWhatIf(ctx context.Context, scope org.Scope, by string, q Question) (operation.Operation, error) {
	if err := scope.Check(); err != nil {
		return operation.Operation{}, err
	}
	if !may(scope, q.Team) {
		return operation.Operation{}, errs.Invalid("team_out_of_scope").At(errs.Field{Path: "team_id", Code: "team_out_of_scope"})
	}
	if q.Delta == 0 || math.IsNaN(q.Delta) || math.IsInf(q.Delta, 0) || math.Abs(q.Delta) > 1e9 {
		return operation.Operation{}, errs.Invalid("what_if_invalid").At(errs.Field{Path: "delta", Code: "out_of_range", Params: map[string]any{"value": q.Delta}})
	}
	return s.ops.Start(ctx, "whatif", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		w, err := s.WhatIf(ctx, q)
		return "", w, err
	})
}

// WhatIf answers at once.
func (s *Service) WhatIf(ctx context.Context, q Question) (WhatIf, error) {
	out := WhatIf{Question: q}
	g, err := s.ground(ctx)
	if err != nil {
		return out, err
	}
	m, ok := g.metrics[q.Metric]
	if !ok {
		return out, errs.Invalid("what_if_invalid").At(errs.Field{Path: "metric", Code: "metric_unknown", Params: map[string]any{"value": q.Metric}})
	}
	t, ok := g.tree.Get(q.Team)
	if q.Team != "" && !ok {
		return out, errs.Invalid("what_if_invalid").At(errs.Field{Path: "team", Code: "team_unknown", Params: map[string]any{"value": q.Team}})
	}
	out.MetricName, out.Unit, out.TeamName, out.RunID = m.Name, m.Unit, t.Name, g.run.ID
	var d []float64
	if out.Worth, d, err = s.worth(ctx, g, q.Metric, q.Team, nil); err != nil {
		return out, err
	}
	along(out.Worth.Steps, m.Name, q.Delta)
	if d == nil {
		return out, nil
	}
	total, positive := make([]float64, len(d)), 0
	for i, v := range d {
		if total[i] = v * q.Delta; total[i] > 0 {
			positive++
		}
	}
	out.Total, out.Positive = money(float64(out.Worth.PerPoint.Value)*q.Delta, total), float64(positive)/float64(len(d))
	return out, nil
}

// along says what each step would move by: a product of independent normals, its variance exact (Goodman 1960,
// doi:10.1080/01621459.1960.10483369). Steps that all begin at the metric stand side by side.
func along(steps []Step, metric string, delta float64) {
	move, variance := delta, 0.0
	for k := range steps {
		if steps[k].From == metric {
			move, variance = delta, 0
		}
		e := steps[k].Effect
		if !e.Has() || e.StdErr == nil {
			return
		}
		b, sb := *e.Value, *e.StdErr**e.StdErr
		variance = move*move*sb + b*b*variance + sb*variance
		move *= b
		v, se := move, math.Sqrt(variance)
		lo, hi := v-z95*se, v+z95*se
		steps[k].Change = &evidence.Estimate{Value: &v, Lo: &lo, Hi: &hi, StdErr: &se, Level: evidence.IntervalLevel, Method: e.Method}
	}
}

const z95 = 1.959963984540054
