package series

import (
	"context"
	"errors"
	"slices"

	"rapport/internal/org"
)

// errEnough ends a walk early; it never leaves the package.
var errEnough = errors.New("enough")

// line is the figures of one metric of one team at one grain, as they stand.
type line struct {
	metric, team string
	grain        Grain
	points       Points
}

// eachLine lays the published blocks over each other and gives line after line, sorted by metric, team and grain.
func eachLine(ctx context.Context, store Store, scope org.Scope, lines Lines, fn func(line) error) error {
	var cur line
	flush := func() error {
		if len(cur.points) == 0 {
			return nil
		}
		return fn(cur)
	}
	err := store.EachBlock(ctx, scope, lines, func(b Block) error {
		if b.MetricID != cur.metric || b.TeamID != cur.team || b.Grain != cur.grain {
			if err := flush(); err != nil {
				return err
			}
			cur = line{metric: b.MetricID, team: b.TeamID, grain: b.Grain}
		}
		cur.points = cur.points.Over(b.Points)
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// EachValue gives every figure that may be used, sorted by metric, team, grain and period. Figures that are held back
// (about people: fewer than five respondents, no count, or a smaller group would follow) never leave here.
func (s *Service) EachValue(ctx context.Context, scope org.Scope, q Query, fn func(Value) error) error {
	metrics, err := s.byID(ctx)
	if err != nil {
		return err
	}
	pass, err := s.passing(ctx, metrics, q)
	if err != nil {
		return err
	}
	return eachLine(ctx, s.store, scope, Lines{Metrics: q.Metrics}, func(l line) error {
		m, ok := metrics[l.metric]
		if !ok {
			return nil
		}
		for _, p := range l.points {
			v := Value{MetricID: l.metric, TeamID: l.team, Period: Period{Grain: l.grain, Index: p.Index}}
			if m.HeldBack(p.N) || !q.holds(v.Period) {
				continue
			}
			figure, ok := pass[m.ID].figure(l.team, l.grain, p)
			if !ok {
				continue
			}
			v.Value, v.N = figure.Value, figure.N
			if err := fn(v); err != nil {
				return err
			}
		}
		return nil
	})
}

// passing gives the decisions for the metrics a query asks for; nil for those that are not about people.
func (s *Service) passing(ctx context.Context, metrics map[string]Metric, q Query) (map[string]*shown, error) {
	out := map[string]*shown{}
	for id, m := range metrics {
		if len(q.Metrics) > 0 && !slices.Contains(q.Metrics, id) {
			continue
		}
		x, err := s.shownOf(ctx, m)
		if err != nil {
			return nil, err
		}
		if x != nil {
			out[id] = x
		}
	}
	return out, nil
}

// holds reports whether a period lies in the query's time.
func (q Query) holds(p Period) bool {
	if q.From.IsZero() && q.To.IsZero() {
		return true
	}
	start := p.Start()
	return (q.From.IsZero() || !start.Before(q.From)) && (q.To.IsZero() || !start.After(q.To))
}

func (s *Service) byID(ctx context.Context) (map[string]Metric, error) {
	list, err := s.store.Metrics(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Metric, len(list))
	for _, m := range list {
		out[m.ID] = m
	}
	return out, nil
}

// ShownValue is a figure as people see it: its number, or only that it is not shown.
type ShownValue struct {
	TeamID   string
	Period   Period
	Value    float64
	N        int
	NotShown bool // held back; Value and N are zero
}

// Position is a place in a list of figures; its zero value is the start.
type Position struct {
	TeamID string
	Grain  Grain
	Index  int
}

// Values lists figures of one metric after a position, at most limit, sorted by team, grain and period.
func (s *Service) Values(ctx context.Context, scope org.Scope, m Metric, q Query, after Position, limit int) ([]ShownValue, error) {
	out := []ShownValue{}
	pass, err := s.shownOf(ctx, m)
	if err != nil {
		return nil, err
	}
	err = eachLine(ctx, s.store, scope, Lines{Metrics: []string{m.ID}, FromTeam: after.TeamID}, func(l line) error {
		for _, p := range l.points {
			period := Period{Grain: l.grain, Index: p.Index}
			if !q.holds(period) || !after.before(l.team, period) {
				continue
			}
			v := ShownValue{TeamID: l.team, Period: period}
			figure, ok := pass.figure(l.team, l.grain, p)
			if v.NotShown = m.HeldBack(p.N) || !ok; !v.NotShown {
				v.Value, v.N = figure.Value, figure.N
			}
			if out = append(out, v); len(out) == limit {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

func (a Position) before(team string, p Period) bool {
	switch {
	case a.TeamID != team:
		return a.TeamID < team
	case a.Grain != p.Grain:
		return p.Grain.Coarser(a.Grain)
	default:
		return a.Index < p.Index
	}
}
