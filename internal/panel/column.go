package panel

import (
	"math"

	"rapport/internal/series"
)

// Column is one metric at one grain over all teams of the panel.
type Column struct {
	Metric   series.Metric
	Grain    series.Grain
	First    int // index of the first period
	Periods  int
	Value    []float64 // team-major: team·Periods + (period − First); NaN is a gap
	N        []int32   // respondents behind each figure; 0 = not counted
	Excluded map[Reason]int
}

// Teams is the number of teams of the panel the column was made from.
func (c *Column) Teams() int {
	if c.Periods == 0 {
		return 0
	}
	return len(c.Value) / c.Periods
}

// Column gives a metric at a grain: figures of that grain as they are, gaps filled from finer figures by the metric's
// own rule. Means are weighted by respondents when every figure has a count, else plain; a sum is taken only when no
// finer period of it is missing; last is the last finer figure there is. Nil when the metric is unknown. A column is
// made once and shared: nobody may change it.
func (p *Panel) Column(metric string, g series.Grain) *Column {
	m, ok := p.metricNo[metric]
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	k := columnKey{m, g}
	if c, made := p.columns[k]; made {
		return c
	}
	if p.columns == nil {
		p.columns = map[columnKey]*Column{}
	}
	c := p.column(m, g)
	p.columns[k] = c
	return c
}

func (p *Panel) column(m int, g series.Grain) *Column {
	out := &Column{Metric: p.Metrics[m], Grain: g, Excluded: map[Reason]int{}}
	for r, n := range p.excluded[m] {
		out.Excluded[r] += n
	}
	first, last := math.MaxInt, math.MinInt
	for _, own := range Grains {
		c := p.raw[columnKey{m, own}]
		if c == nil {
			continue
		}
		if own.Coarser(g) {
			out.Excluded[Coarser] += c.filled()
			continue
		}
		first = min(first, series.Period{Grain: own, Index: c.first}.In(g).Index)
		last = max(last, series.Period{Grain: own, Index: c.first + c.periods - 1}.In(g).Index)
	}
	if first > last {
		return out
	}
	dst := newColumn(len(p.Teams), first, last-first+1)
	for i := len(Grains) - 1; i >= 0; i-- { // coarse to fine: an exact figure wins over an aggregated one
		own := Grains[i]
		if c := p.raw[columnKey{m, own}]; c != nil && !own.Coarser(g) {
			p.fold(out, dst, c, own)
		}
	}
	out.First, out.Periods, out.Value, out.N = dst.first, dst.periods, dst.value, dst.n
	return out
}

// fold aggregates a finer column into the gaps of dst.
func (p *Panel) fold(out *Column, dst, src *column, own series.Grain) {
	if own == out.Grain {
		for team := range p.Teams {
			for k := range src.periods {
				if v := src.value[team*src.periods+k]; !math.IsNaN(v) {
					i := dst.at(team, src.first+k)
					dst.value[i], dst.n[i] = v, src.n[team*src.periods+k]
				}
			}
		}
		return
	}
	home := make([]int, src.periods) // the coarse period of each fine one, as a position in dst
	size := map[int]int{}            // fine periods that a coarse one has in the calendar
	for k := range home {
		home[k] = series.Period{Grain: own, Index: src.first + k}.In(out.Grain).Index - dst.first
	}
	for k := range home {
		if _, done := size[home[k]]; !done {
			size[home[k]] = finePeriods(series.Period{Grain: out.Grain, Index: dst.first + home[k]}, own)
		}
	}
	for team := range p.Teams {
		for k := 0; k < src.periods; {
			end := k + 1
			for end < src.periods && home[end] == home[k] {
				end++
			}
			at := team*dst.periods + home[k]
			row := src.value[team*src.periods+k : team*src.periods+end]
			ns := src.n[team*src.periods+k : team*src.periods+end]
			if math.IsNaN(dst.value[at]) {
				v, n, have := aggregate(out.Metric.Aggregation, row, ns)
				switch {
				case have == 0:
				case out.Metric.Aggregation == series.Sum && have < size[home[k]]:
					out.Excluded[Incomplete] += have
				default:
					dst.value[at], dst.n[at] = v, n
				}
			}
			k = end
		}
	}
}

// aggregate makes one figure of finer ones: its value, the respondents behind it, and of how many figures.
func aggregate(rule series.Aggregation, row []float64, ns []int32) (v float64, n int32, have int) {
	counted, weighted, plain, last := true, 0.0, 0.0, math.NaN()
	var lastN int32
	for i, x := range row {
		if math.IsNaN(x) {
			continue
		}
		have++
		plain += x
		weighted += x * float64(ns[i])
		n += ns[i]
		counted = counted && ns[i] > 0
		last, lastN = x, ns[i]
	}
	switch {
	case have == 0:
		return math.NaN(), 0, 0
	case rule == series.Sum:
		return plain, n, have
	case rule == series.Last:
		return last, lastN, have
	case counted:
		return weighted / float64(n), n, have
	default:
		return plain / float64(have), n, have
	}
}

// finePeriods counts the periods of a finer grain that belong to a coarse one.
func finePeriods(p series.Period, fine series.Grain) int {
	n := 0
	for f := series.PeriodOf(p.Start().AddDate(0, 0, -7), fine); ; f.Index++ {
		switch in := f.In(p.Grain).Index; {
		case in == p.Index:
			n++
		case in > p.Index:
			return n
		}
	}
}
