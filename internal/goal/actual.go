package goal

import (
	"context"
	"fmt"
	"math"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Actuals is where a metric stands: the newest figure of every team that has one.
type Actuals struct {
	Metric string
	AsOf   time.Time // day, UTC midnight
	At     time.Time // when it was looked up
	Grain  series.Grain
	Teams  map[string]Actual // by id; "" is the whole organisation
}

// Actual is the newest figure of a team, its own or put together of those below it. SE is that of the figure as a sign of
// where the team stands now: how much a figure jumps from one period to the next without meaning anything, taken from the
// whole organisation's figures and never from the team's own. Nil where there are too few figures to say.
type Actual struct {
	Period string
	Value  float64
	SE     *float64
	Below  int // teams it was put together of; 0: the team's own figure
	Of     int // teams below that are open
}

// methodActual names the way to the interval.
const methodActual = "actual"

// Estimate is the figure with its 90 % interval.
func (a Actual) Estimate() evidence.Estimate {
	v := a.Value
	e := evidence.Estimate{Value: &v, Level: level90, Method: methodActual, Teams: max(1, a.Below)}
	if a.SE != nil {
		lo, hi := v-z90**a.SE, v+z90**a.SE
		e.StdErr, e.Lo, e.Hi = a.SE, &lo, &hi
	}
	return e
}

const (
	level90 = .9
	z90     = 1.6448536269514722
)

// recent is how many periods back a team's newest figure may lie: older ones say nothing about now.
var recent = map[series.Grain]int{series.Day: 28, series.Week: 8, series.Month: 3, series.Quarter: 2, series.Year: 2}

// Refresh looks up where every metric stands as of a day (zero: today) and keeps it. Jobs and operations call it; a page
// only reads what it kept.
func (s *Service) Refresh(ctx context.Context, asOf time.Time, progress func(done, total int64)) error {
	if asOf.IsZero() {
		asOf = s.now()
	}
	asOf = org.Date(asOf)
	teams, err := s.teams.Teams(ctx, org.Everything)
	if err != nil {
		return fmt.Errorf("read teams: %w", err)
	}
	p, err := panel.Build(ctx, teams, s.sources, asOf)
	if err != nil {
		return fmt.Errorf("refresh goals: %w", err)
	}
	tree := org.NewTree(teams)
	upper, err := s.ownFigures(ctx, tree, asOf)
	if err != nil {
		return fmt.Errorf("refresh goals: %w", err)
	}
	leaves := leavesOf(tree, p)
	list := make([]Actuals, 0, len(p.Metrics))
	for k, m := range p.Metrics {
		a := Actuals{Metric: m.ID, AsOf: asOf, At: s.now().UTC().Truncate(time.Millisecond), Teams: map[string]Actual{}}
		if g, ok := p.Grain(m.ID); ok {
			a.Grain = g
			a.fill(tree, leaves, p.Column(m.ID, g))
		}
		for team, f := range upper[m.ID] {
			a.Teams[team] = Actual{Period: f.Period.String(), Value: f.Value}
		}
		list = append(list, a)
		if progress != nil {
			progress(int64(k+1), int64(len(p.Metrics)))
		}
	}
	if err := s.store.SaveActuals(ctx, list); err != nil {
		return fmt.Errorf("save actuals: %w", err)
	}
	return nil
}

// StartRefresh looks them up in the background.
func (s *Service) StartRefresh(ctx context.Context, by string) (operation.Operation, error) {
	return s.ops.Start(ctx, "goals", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		return "", nil, s.Refresh(ctx, time.Time{}, progress)
	})
}

// ownFigures are the newest figures that sources give for teams with others below them, such as the released result of a
// division: they stand in place of anything put together.
func (s *Service) ownFigures(ctx context.Context, tree *org.Tree, asOf time.Time) (map[string]map[string]series.Value, error) {
	out := map[string]map[string]series.Value{}
	spoken := map[string]bool{}
	for _, src := range s.sources {
		metrics, err := src.Metrics(ctx)
		if err != nil {
			return nil, err
		}
		mine := map[string]series.Metric{}
		for _, m := range metrics {
			if !spoken[m.ID] {
				spoken[m.ID], mine[m.ID] = true, m
			}
		}
		err = src.EachValue(ctx, org.Everything, series.Query{From: asOf.AddDate(-1, 0, 0), To: asOf}, func(v series.Value) error {
			m, ok := mine[v.MetricID]
			if !ok || m.HeldBack(v.N) || tree.Leaf(v.TeamID) {
				return nil
			}
			if now := series.PeriodOf(asOf, v.Period.Grain).Index; now-v.Period.Index > recent[v.Period.Grain] {
				return nil
			}
			of := out[v.MetricID]
			if of == nil {
				of = map[string]series.Value{}
				out[v.MetricID] = of
			}
			if old, ok := of[v.TeamID]; !ok || v.Period.End().After(old.Period.End()) {
				of[v.TeamID] = v
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fill puts every team's newest figure together of those of the leaf teams.
func (a *Actuals) fill(tree *org.Tree, leavesOf map[string][]int, c *panel.Column) {
	if c == nil || c.Periods == 0 {
		return
	}
	spread, known := stats.Successive(rowsOf(c))
	newest := newestPeriod(c)
	if newest < 0 {
		return
	}
	first := max(0, newest-recent[c.Grain]+1)
	for id, leaves := range leavesOf {
		at, v, weights, ok := together(c, leaves, first, newest)
		if !ok {
			continue
		}
		x := Actual{Period: series.Period{Grain: c.Grain, Index: c.First + at}.String(), Value: v, Of: len(leaves), Below: len(weights)}
		if tree.Leaf(id) {
			x.Below, x.Of = 0, 0
		}
		if known {
			se := spread.StdErr(weights)
			x.SE = &se
		}
		a.Teams[id] = x
	}
}

// newestPeriod is the last period, counted from the column's first, in which any team has a figure; -1 without one.
func newestPeriod(c *panel.Column) int {
	last := -1
	for i, v := range c.Value {
		if !math.IsNaN(v) {
			last = max(last, i%c.Periods)
		}
	}
	return last
}

// rowsOf is a column as one line per team.
func rowsOf(c *panel.Column) [][]float64 {
	out := make([][]float64, c.Teams())
	for t := range out {
		out[t] = c.Value[t*c.Periods : (t+1)*c.Periods]
	}
	return out
}

// leavesOf lists the open leaf teams below every team, by their number in the panel; "" holds all of them.
func leavesOf(tree *org.Tree, p *panel.Panel) map[string][]int {
	out := map[string][]int{}
	for k, t := range p.Teams {
		if !t.ClosedOn.IsZero() {
			continue
		}
		out[""] = append(out[""], k)
		for _, above := range tree.Path(t.ID) {
			out[above.ID] = append(out[above.ID], k)
		}
	}
	return out
}

// together puts the newest figures of leaf teams together by the metric's own rule. A sum needs every team's figure of
// one period; a mean takes each team's newest recent one, weighted by respondents where all are counted.
func together(c *panel.Column, leaves []int, first, newest int) (period int, v float64, weights []float64, ok bool) {
	if c.Metric.Aggregation == series.Sum {
		for at := newest; at >= first; at-- {
			sum, have := 0.0, 0
			for _, t := range leaves {
				if x := c.Value[t*c.Periods+at]; !math.IsNaN(x) {
					sum, have = sum+x, have+1
				}
			}
			if have > 0 && have == len(leaves) {
				for range leaves {
					weights = append(weights, 1)
				}
				return at, sum, weights, true
			}
		}
		return 0, 0, nil, false
	}
	var values []float64
	counted := true
	period = -1
	for _, t := range leaves {
		for at := newest; at >= first; at-- {
			i := t*c.Periods + at
			if math.IsNaN(c.Value[i]) {
				continue
			}
			values, weights = append(values, c.Value[i]), append(weights, float64(c.N[i]))
			counted = counted && c.N[i] > 0
			period = max(period, at)
			break
		}
	}
	if len(values) == 0 {
		return 0, 0, nil, false
	}
	total := 0.0
	for k := range weights {
		if !counted {
			weights[k] = 1
		}
		total += weights[k]
	}
	for k := range weights {
		weights[k] /= total
		v += weights[k] * values[k]
	}
	return period, v, weights, true
}
