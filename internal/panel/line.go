package panel

import (
	"math"

	"rapport/internal/series"
)

// LinePoint is what some teams come to in a period: of the figures that may be shown, by the metric's own rule. Where Teams differs
// from the point before, a sum is not of the same teams.
type LinePoint struct {
	Period series.Period
	Value  float64
	N      int // respondents behind it; 0 where not every figure has a count
	Teams  int // with a figure
}

// Line puts the teams of the panel together, period by period in the metric's own grain: sums are added, everything else is a mean,
// weighted by respondents where every figure has a count. Periods without a figure are left out; nil when there is none at all.
// Figures that are held back are not in it, so that nothing follows from a line that does not follow from the figures shown.
func (p *Panel) Line(metric string) []LinePoint {
	g, ok := p.Grain(metric)
	if !ok {
		return nil
	}
	c := p.Column(metric, g)
	rule := c.Metric.Aggregation
	if rule == series.Last {
		rule = series.Mean // the last of several teams means nothing
	}
	var out []LinePoint
	row, ns := make([]float64, len(p.Teams)), make([]int32, len(p.Teams))
	for k := range c.Periods {
		for team := range p.Teams {
			row[team], ns[team] = c.Value[team*c.Periods+k], c.N[team*c.Periods+k]
		}
		v, n, have := aggregate(rule, row, ns)
		if have == 0 || math.IsNaN(v) {
			continue
		}
		out = append(out, LinePoint{Period: series.Period{Grain: g, Index: c.First + k}, Value: v, N: int(n), Teams: have})
	}
	return out
}
