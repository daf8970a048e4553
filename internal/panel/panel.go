// Package panel puts the figures of all sources side by side: leaf team × calendar period, one column per metric and
// grain, with gaps left as gaps. It is pure: it asks its sources and computes, and it never stores anything, never
// fills a gap, and never lets a held-back figure in.
package panel

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"rapport/internal/org"
	"rapport/internal/series"
)

// Source gives figures: imported series, attrition from the organisation, released pulse cells. A figure that may not be
// shown may be given; the panel holds it back itself.
type Source interface {
	Metrics(ctx context.Context) ([]series.Metric, error)
	EachValue(ctx context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error
}

// Counter is a source that keeps held-back figures to itself and says how many there are, by metric.
type Counter interface {
	HeldBack(ctx context.Context, scope org.Scope, q series.Query) (map[string]int, error)
}

// Reason says why a figure did not enter; it is a translation key (exclusion.<reason>).
type Reason string

// The reasons.
const (
	HeldBack   Reason = "held_back"         // about people, and fewer than five respondents or no count
	NotLeaf    Reason = "not_a_leaf_team"   // the team has teams below it: its figures are theirs
	NoTeam     Reason = "team_unknown"      // the team is not in the tree
	Coarser    Reason = "coarser_figure"    // a yearly figure cannot be told apart into the pair's months
	Incomplete Reason = "period_incomplete" // a sum of finer figures of which some are missing
	NoPartner  Reason = "no_partner"        // the other metric has no figure for this team at this lag
)

// Break is a date at which a team's line of figures changes meaning.
type Break struct {
	TeamID string
	On     time.Time
	Kind   org.EventKind
}

// Panel is the table. Team numbers count Teams, from 0.
type Panel struct {
	AsOf    time.Time
	Teams   []org.Team
	Metrics []series.Metric
	Breaks  []Break

	teamNo   map[string]int
	metricNo map[string]int
	raw      map[columnKey]*column
	excluded []map[Reason]int // per metric

	mu      sync.Mutex
	columns map[columnKey]*Column // made so far: many questions ask for the same ones
}

type columnKey struct {
	metric int
	grain  series.Grain
}

// column holds one metric in one grain, team-major; NaN is a gap.
type column struct {
	first, periods int
	value          []float64
	n              []int32
}

func (c *column) at(team, period int) int {
	if p := period - c.first; p >= 0 && p < c.periods {
		return team*c.periods + p
	}
	return -1
}

type cell struct {
	team, period, n int32
	value           float64
}

// Build reads every source into one panel of the leaf teams. Figures of periods that start after asOf stay out.
func Build(ctx context.Context, teams []org.Team, sources []Source, asOf time.Time) (*Panel, error) {
	p := &Panel{AsOf: asOf, teamNo: map[string]int{}, metricNo: map[string]int{}, raw: map[columnKey]*column{}}
	tree := org.NewTree(teams)
	parents := map[string]bool{}
	for _, t := range tree.All() {
		if !tree.Leaf(t.ID) {
			parents[t.ID] = true
			continue
		}
		p.teamNo[t.ID] = len(p.Teams)
		p.Teams = append(p.Teams, t)
		for _, e := range t.History {
			if e.Kind == org.Moved || e.Kind == org.Received {
				p.Breaks = append(p.Breaks, Break{t.ID, e.On, e.Kind})
			}
		}
	}
	cells := map[columnKey][]cell{}
	for _, s := range sources {
		ms, err := s.Metrics(ctx)
		if err != nil {
			return nil, fmt.Errorf("read metrics: %w", err)
		}
		ms = slices.Clone(ms)
		slices.SortFunc(ms, func(a, b series.Metric) int { return strings.Compare(a.Key, b.Key) })
		for _, m := range ms {
			if _, twice := p.metricNo[m.ID]; twice {
				continue // the first source that owns a metric speaks for it
			}
			p.metricNo[m.ID] = len(p.Metrics)
			p.Metrics = append(p.Metrics, m)
			p.excluded = append(p.excluded, map[Reason]int{})
		}
	}
	for _, s := range sources {
		if err := s.EachValue(ctx, org.Everything, series.Query{To: asOf}, func(v series.Value) error {
			p.take(cells, parents, v)
			return nil
		}); err != nil {
			return nil, fmt.Errorf("read figures: %w", err)
		}
		if c, ok := s.(Counter); ok {
			held, err := c.HeldBack(ctx, org.Everything, series.Query{To: asOf})
			if err != nil {
				return nil, fmt.Errorf("count held-back figures: %w", err)
			}
			for id, n := range held {
				if m, ok := p.metricNo[id]; ok {
					p.excluded[m][HeldBack] += n
				}
			}
		}
	}
	for k, cs := range cells {
		p.raw[k] = p.dense(cs)
	}
	return p, nil
}

// take sorts one figure into its column, or counts why it stays out.
func (p *Panel) take(cells map[columnKey][]cell, parents map[string]bool, v series.Value) {
	m, ok := p.metricNo[v.MetricID]
	if !ok || v.Period.Start().After(p.AsOf) || math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
		return
	}
	team, ok := p.teamNo[v.TeamID]
	switch {
	case !ok && parents[v.TeamID]:
		p.excluded[m][NotLeaf]++
	case !ok:
		p.excluded[m][NoTeam]++
	case p.Metrics[m].HeldBack(v.N):
		p.excluded[m][HeldBack]++
	default:
		k := columnKey{m, v.Period.Grain}
		cells[k] = append(cells[k], cell{int32(team), int32(v.Period.Index), int32(v.N), v.Value})
	}
}

func (p *Panel) dense(cs []cell) *column {
	first, last := cs[0].period, cs[0].period
	for _, c := range cs {
		first, last = min(first, c.period), max(last, c.period)
	}
	out := newColumn(len(p.Teams), int(first), int(last-first)+1)
	for _, c := range cs {
		i := out.at(int(c.team), int(c.period))
		out.value[i], out.n[i] = c.value, c.n
	}
	return out
}

func newColumn(teams, first, periods int) *column {
	c := &column{first: first, periods: periods, value: make([]float64, teams*periods), n: make([]int32, teams*periods)}
	for i := range c.value {
		c.value[i] = math.NaN()
	}
	return c
}

// Metric finds a metric by its id.
func (p *Panel) Metric(id string) (series.Metric, bool) {
	i, ok := p.metricNo[id]
	if !ok {
		return series.Metric{}, false
	}
	return p.Metrics[i], true
}

// Grain is the grain in which a metric has most of its figures; the coarser one when two have as many. False when the
// metric has no figure at all.
func (p *Panel) Grain(metric string) (series.Grain, bool) {
	m, ok := p.metricNo[metric]
	if !ok {
		return "", false
	}
	var best series.Grain
	most := 0
	for _, g := range Grains {
		c, ok := p.raw[columnKey{m, g}]
		if !ok {
			continue
		}
		if n := c.filled(); n >= most {
			best, most = g, n
		}
	}
	return best, most > 0
}

// Grains lists the grains from fine to coarse.
var Grains = []series.Grain{series.Day, series.Week, series.Month, series.Quarter, series.Year}

func (c *column) filled() int {
	n := 0
	for _, v := range c.value {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// Excluded counts the figures of a metric that never entered, by reason.
func (p *Panel) Excluded(metric string) map[Reason]int {
	i, ok := p.metricNo[metric]
	if !ok {
		return map[Reason]int{}
	}
	return p.excluded[i]
}
