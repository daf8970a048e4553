package initiative

import (
	"hash/fnv"
	"math"
	"slices"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// table is one metric over the teams of a plan: team × period, complete rows only.
type table struct {
	metric series.Metric
	grain  series.Grain
	first  int         // index of the first period
	y      [][]float64 // team × period
	start  []int       // column in which an effect is looked for first; -1: comparison
	block  []int       // nil: one block
	teams  []int       // number of each team in the panel
	left   int         // teams left out for gaps
	skip   int         // the period in which all started half-way is left out before this column; -1: none
	busy   []bool      // teams of the panel that another initiative reaches; nil: not looked at
	early  int         // treated teams whose start lies before the first figure
}

func (t *table) periods() int {
	if len(t.y) == 0 {
		return 0
	}
	return len(t.y[0])
}

func (t *table) treated() int {
	n := 0
	for _, s := range t.start {
		if s >= 0 {
			n++
		}
	}
	return n
}

// firstStart is the first column in which anybody is treated.
func (t *table) firstStart() int {
	first := t.periods()
	for _, s := range t.start {
		if s >= 0 {
			first = min(first, s)
		}
	}
	return first
}

func (t *table) period(col int) string {
	return series.Period{Grain: t.grain, Index: t.index(col)}.String()
}

// index is the calendar index of a column.
func (t *table) index(col int) int {
	if t.skip >= 0 && col >= t.skip {
		col++
	}
	return t.first + col
}

// cohorts counts treated teams by start column.
func (t *table) cohorts() map[int]int {
	out := map[int]int{}
	for _, s := range t.start {
		if s >= 0 {
			out[s]++
		}
	}
	return out
}

// side says what a leaf team is in a plan.
type side struct {
	on      time.Time // zero: comparison
	block   string
	treated bool
}

// sides resolves the teams of a plan to the leaf teams of the panel.
func sides(p *panel.Panel, tree *org.Tree, plan Plan) map[string]side {
	out := map[string]side{}
	for _, t := range plan.Treated {
		for _, leaf := range leaves(tree, t.TeamID) {
			out[leaf] = side{on: t.On, block: t.Block, treated: true}
		}
	}
	if plan.Others {
		for _, t := range p.Teams {
			if _, taken := out[t.ID]; !taken {
				out[t.ID] = side{}
			}
		}
		return out
	}
	for _, c := range plan.Comparison {
		for _, leaf := range leaves(tree, c.TeamID) {
			if _, taken := out[leaf]; !taken {
				out[leaf] = side{block: c.Block}
			}
		}
	}
	return out
}

// enough of the teams must be complete for a column to be the first one: an early period in which few teams had figures
// would cost more than it is worth. It looks at gaps only, never at values.
const enough = .8

// tableOf lays out a metric for a plan up to a day; history leaves out everything from the first start on. Where the plan
// names no grain it takes the finest one at which most teams have no gap: a week that somebody forgot is no reason to
// leave a team out when its months are whole.
func tableOf(p *panel.Panel, tree *org.Tree, plan Plan, metric string, until time.Time, history bool) (*table, *evidence.Gap) {
	own, has := p.Grain(metric)
	if !has {
		return nil, &evidence.Gap{Reason: evidence.NoFigures}
	}
	if plan.Grain != "" {
		if plan.Grain.Coarser(own) {
			own = plan.Grain
		}
		return lay(p, tree, plan, metric, own, until, history)
	}
	var first, best *table
	var gap *evidence.Gap
	for _, g := range panel.Grains {
		if own.Coarser(g) {
			continue
		}
		t, missing := lay(p, tree, plan, metric, g, until, history)
		if g == own {
			first, gap = t, missing
		}
		if missing != nil || t == nil || (history && t.periods() <= minPre) || (!history && t.firstStart() < minPre) {
			continue
		}
		if t.whole() >= enough {
			return t, nil
		}
		if best == nil || t.whole() > best.whole() {
			best = t
		}
	}
	if best != nil {
		return best, nil
	}
	return first, gap
}

// whole is the share of teams that have no gap.
func (t *table) whole() float64 { return float64(len(t.y)) / float64(len(t.y)+t.left) }

// lay lays out a metric at one grain.
func lay(p *panel.Panel, tree *org.Tree, plan Plan, metric string, g series.Grain, until time.Time, history bool) (*table, *evidence.Gap) {
	m, _ := p.Metric(metric)
	c := p.Column(metric, g)
	if c == nil || c.Periods == 0 {
		return nil, &evidence.Gap{Reason: evidence.NoFigures}
	}
	lag := plan.Lag
	if own, ok := p.Grain(plan.Metric); ok && own != g {
		lag = panel.LagAt(plan.Lag, own, g)
	}
	last := min(c.First+c.Periods, series.PeriodOf(until, g).Index+1) // first period that is not looked at
	if !history {
		last = min(last, series.PeriodOf(plan.EndsOn, g).Index+1+lag)
	} else {
		last = min(last, series.PeriodOf(plan.Start(), g).Index)
	}
	n := last - c.First
	if n < 1 {
		return nil, evidence.Short(0, minPre, string(g))
	}
	t := &table{metric: m, grain: g, first: c.First, skip: -1}
	type row struct {
		team int
		side side
		y    []float64
	}
	var rows []row
	of := sides(p, tree, plan)
	for k, team := range p.Teams {
		sd, in := of[team.ID]
		if !in {
			continue
		}
		y := c.Value[k*c.Periods : k*c.Periods+n]
		if !slices.ContainsFunc(y, func(v float64) bool { return !math.IsNaN(v) }) {
			continue // no figure at all: the team has no part in this metric
		}
		rows = append(rows, row{k, sd, y})
	}
	counts := make([]int, n) // teams that are complete from this column on
	for _, r := range rows {
		f := n
		for f > 0 && !math.IsNaN(r.y[f-1]) {
			f--
		}
		if f < n {
			counts[f]++
		}
	}
	for f := 1; f < n; f++ {
		counts[f] += counts[f-1]
	}
	most := counts[n-1]
	from := 0
	for from < n-1 && float64(counts[from]) < enough*float64(most) {
		from++
	}
	t.first += from
	blocks := map[string]int{}
	later := 0
	for _, r := range rows {
		if slices.ContainsFunc(r.y[from:], math.IsNaN) {
			t.left++
			continue
		}
		start := -1
		if r.side.treated {
			start = series.PeriodOf(r.side.on, g).Index + lag - t.first
			if start <= 0 && !history {
				t.early++
				continue // treated all along: it cannot be compared with itself before
			}
			if history {
				start = 0 // only the fact that it will be treated counts
			} else if start >= n-from {
				start, later = -1, later+1 // not reached within what is known: it stands with the comparison
			}
		}
		if _, seen := blocks[r.side.block]; !seen {
			blocks[r.side.block] = len(blocks)
		}
		t.y, t.start, t.teams = append(t.y, r.y[from:]), append(t.start, start), append(t.teams, r.team)
		t.block = append(t.block, blocks[r.side.block])
	}
	if !history {
		t.dropHalf(plan)
	}
	if !plan.Assignment.Drawn || len(blocks) < 2 {
		t.block = nil
	}
	switch {
	case t.treated() > 0:
	case later > 0:
		return t, &evidence.Gap{Reason: windowNotBegun, Grain: string(g)}
	case t.early > 0:
		return t, &evidence.Gap{Reason: treatedBeforePanel, Grain: string(g)}
	default:
		return t, &evidence.Gap{Reason: noTreatedFigures, Grain: string(g)}
	}
	return t, nil
}

// dropHalf takes out the period in which everybody started half-way: it is neither before nor after, and would make the
// effect look smaller than it is. With staged starts the period of each start counts as after.
func (t *table) dropHalf(plan Plan) {
	first := t.firstStart()
	on := plan.Start()
	if plan.Staged() || first < 1 || first+1 >= t.periods() || !series.PeriodOf(on, t.grain).Start().Before(on) {
		return
	}
	for u := range t.y {
		t.y[u] = slices.Delete(slices.Clone(t.y[u]), first, first+1)
	}
	t.skip = first
}

// Reasons of a Gap that only initiatives know.
const (
	treatedBeforePanel = "treated_before_panel"
	noTreatedFigures   = "no_treated_figures"
	noComparison       = "no_comparison"
	windowNotBegun     = "window_not_begun"
)

// minPre is the least number of periods before the start.
const minPre = 3

// seedOf makes what is drawn at random the same in every run of an initiative.
func seedOf(id, metric string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id + "\x00" + metric))
	return h.Sum64()
}
