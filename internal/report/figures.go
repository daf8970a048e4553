package report

import (
	"cmp"
	"math"
	"slices"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// figure is one metric over the leaf teams of a panel: each team's mean over the periods of a quarter and of the one
// before.
type figure struct {
	metric      series.Metric
	grain       series.Grain
	now, before []float64 // by team; NaN where there is no figure
	periods     []int     // with a figure in the quarter, by team
	earlier     []int
	se          float64 // of one period's value, within team and quarter, with what autocorrelation adds; NaN: unknown
}

// figuresOf averages every metric of a panel over a quarter, those with figures in it only.
func figuresOf(p *panel.Panel, q Quarter) []*figure {
	var out []*figure
	for _, m := range p.Metrics {
		g, ok := p.Grain(m.ID)
		if !ok {
			continue
		}
		if f := figureOf(p.Column(m.ID, g), q); f != nil {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *figure) int {
		return cmp.Or(cmp.Compare(kindRank[a.metric.Kind], kindRank[b.metric.Kind]), cmp.Compare(a.metric.Key, b.metric.Key))
	})
	return out
}

// kindRank is the order of the chain.
var kindRank = map[series.Kind]int{series.EX: 0, series.CX: 1, series.Behaviour: 2, series.Money: 3, series.Outcome: 4, series.Confounder: 5}

// within reports whether a period belongs to a span of days: a week by its Thursday, everything else by its first day.
func within(p series.Period, from, to time.Time) bool {
	day := p.Start()
	if p.Grain == series.Week {
		day = day.AddDate(0, 0, 3)
	}
	return !day.Before(from) && !day.After(to)
}

func figureOf(c *panel.Column, q Quarter) *figure {
	teams := c.Teams()
	f := &figure{metric: c.Metric, grain: c.Grain, now: nans(teams), before: nans(teams), periods: make([]int, teams), earlier: make([]int, teams)}
	last := q.Before()
	var now, before []int // columns
	for k := range c.Periods {
		switch p := (series.Period{Grain: c.Grain, Index: c.First + k}); {
		case within(p, q.From(), q.To()):
			now = append(now, k)
		case within(p, last.From(), last.To()):
			before = append(before, k)
		}
	}
	var spread stats.WithinSpread
	some := false
	for t := range teams {
		row := c.Value[t*c.Periods : (t+1)*c.Periods]
		f.now[t], f.periods[t] = spread.Take(pick(row, now))
		f.before[t], f.earlier[t] = spread.Take(pick(row, before))
		some = some || f.periods[t] > 0
	}
	if !some {
		return nil
	}
	f.se = spread.MeanError()
	return f
}

// pick takes some columns of a row.
func pick(row []float64, columns []int) []float64 {
	out := make([]float64, len(columns))
	for i, k := range columns {
		out[i] = row[k]
	}
	return out
}

func nans(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// mean is the plain mean over teams that have a figure.
func (f *figure) mean(teams []int) (v float64, n int) {
	for _, t := range teams {
		if !math.IsNaN(f.now[t]) {
			v += f.now[t]
			n++
		}
	}
	if n == 0 {
		return math.NaN(), 0
	}
	return v / float64(n), n
}

// manyTeams is from how many teams on a change is judged by how differently the teams changed.
const manyTeams = 5

// level of the intervals of changes.
const level = .95

// change is how much the teams' mean moved since the quarter before, over teams with figures in both. From five teams on
// the interval comes from how differently they changed; below, from how the figures vary from period to period.
func (f *figure) change(teams []int) evidence.Estimate {
	var d []float64
	variance := 0.0
	for _, t := range teams {
		if math.IsNaN(f.now[t]) || math.IsNaN(f.before[t]) {
			continue
		}
		d = append(d, f.now[t]-f.before[t])
		variance += f.se * f.se * (1/float64(f.periods[t]) + 1/float64(f.earlier[t]))
	}
	if len(d) == 0 {
		return evidence.Without(methodChange, evidence.Short(0, 1, string(series.Quarter)))
	}
	n := float64(len(d))
	mean, squares := 0.0, 0.0
	for _, x := range d {
		mean += x / n
	}
	for _, x := range d {
		squares += (x - mean) * (x - mean)
	}
	e := evidence.Estimate{Value: &mean, Level: level, Teams: len(d), Periods: 2, Method: methodChange}
	se, crit := math.Sqrt(variance)/n, stats.Quantile(.5+level/2, math.Inf(1))
	if len(d) >= manyTeams {
		se, crit = math.Sqrt(squares/(n-1)/n), stats.Quantile(.5+level/2, n-1)
	}
	// Where all teams have the same figure (the weather), their differences say nothing about doubt.
	if !math.IsNaN(se) && !math.IsInf(se, 0) && se > 1e-9*math.Abs(mean) {
		lo, hi := mean-crit*se, mean+crit*se
		e.Lo, e.Hi, e.StdErr = &lo, &hi, &se
	}
	return e
}

// methodChange names how changes are computed; its card is in the report's appendix.
const methodChange = "change"

// measures are the figures of a set of teams.
func measures(list []*figure, teams, parent, company []int) []Measure {
	out := []Measure{}
	for _, f := range list {
		v, n := f.mean(teams)
		if n == 0 {
			continue
		}
		m := Measure{
			MetricID: f.metric.ID, Name: f.metric.Name, Unit: f.metric.Unit, Kind: f.metric.Kind, HigherIsBetter: f.metric.HigherIsBetter, Grain: f.grain,
			Teams: n, Now: &v, Change: f.change(teams), Version: f.metric.Version, Err: f.doubt(teams), Spread: f.spread(company),
		}
		m.Parent, m.Company = f.beside(parent), f.beside(company)
		out = append(out, m)
	}
	return out
}

// minBeside is how many teams a figure of a larger unit must have, so that nobody reads another team's off it.
const minBeside = 3

// beside is the figure of a larger unit.
func (f *figure) beside(teams []int) *float64 {
	v, n := f.mean(teams)
	if n < minBeside {
		return nil
	}
	return &v
}

// doubt is the standard error of the mean of these teams, were the quarter to come once more: what the ups and downs
// from period to period leave open. nil where they are not known.
func (f *figure) doubt(teams []int) *float64 {
	variance, n := 0.0, 0.0
	for _, t := range teams {
		if !math.IsNaN(f.now[t]) {
			variance += f.se * f.se / float64(f.periods[t])
			n++
		}
	}
	se := math.Sqrt(variance) / n
	if math.IsNaN(se) || math.IsInf(se, 0) || se == 0 {
		return nil
	}
	return &se
}

// minSpread is how many teams a spread must be taken over, so that no team can be worked out from it.
const minSpread = 10

// spread is how differently the teams stand: the standard deviation of their means.
func (f *figure) spread(teams []int) *float64 {
	mean, n := f.mean(teams)
	if n < minSpread {
		return nil
	}
	squares := 0.0
	for _, t := range teams {
		if v := f.now[t]; !math.IsNaN(v) {
			squares += (v - mean) * (v - mean)
		}
	}
	sd := math.Sqrt(squares / float64(n-1))
	if sd <= 1e-9*math.Abs(mean) {
		return nil
	}
	return &sd
}
