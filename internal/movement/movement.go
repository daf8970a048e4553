// Package movement says whether a figure has moved: how far the mean of a line of figures lies from where it was before
// a date, with its interval, beside what the other teams did in the same time. It is pure, takes its figures from the
// panel (so that no held-back figure enters), and says "since then", never "because".
package movement

import (
	"errors"
	"math"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Method is the name of the method card.
const Method = "mean_shift"

// The stretches: at most so many periods on each side, and at least so many. OthersLeast is how many other teams there
// must be for their movement to be shown: of fewer, one team could be guessed.
const (
	Longest     = 12
	Shortest    = 4
	OthersLeast = 5
)

// Line is one figure of a set of teams over time.
type Line struct {
	Grain series.Grain
	First int       // index of the first period
	Value []float64 // NaN is a gap
	Teams int       // teams that have a figure at all
}

// Of gives the line of a metric for the teams that in accepts: a single team's own figures; of several teams the mean
// of their figures, from which differences between the teams that happen to report have been taken out.
func Of(p *panel.Panel, metric string, in func(teamID string) bool) Line {
	g, ok := p.Grain(metric)
	if !ok {
		return Line{}
	}
	c := p.Column(metric, g)
	l := Line{Grain: g, First: c.First, Value: make([]float64, c.Periods)}
	own := make([]float64, len(p.Teams)) // each team's mean over time
	grand := 0.0
	for i, t := range p.Teams {
		own[i] = math.NaN()
		if c.Periods == 0 || !in(t.ID) {
			continue
		}
		if m := mean(c.Value[i*c.Periods : (i+1)*c.Periods]); !math.IsNaN(m) {
			own[i] = m
			grand += m
			l.Teams++
		}
	}
	if l.Teams == 0 {
		return Line{Grain: g}
	}
	grand /= float64(l.Teams)
	for k := range l.Value {
		sum, n := 0.0, 0
		for i := range p.Teams {
			if math.IsNaN(own[i]) {
				continue
			}
			if v := c.Value[i*c.Periods+k]; !math.IsNaN(v) {
				sum += v - own[i]
				n++
			}
		}
		l.Value[k] = math.NaN()
		if n > 0 {
			l.Value[k] = grand + sum/float64(n)
		}
	}
	return l
}

func mean(v []float64) float64 {
	sum, n := 0.0, 0
	for _, x := range v {
		if !math.IsNaN(x) {
			sum += x
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// Stretches cuts a line at a day into what lies before (periods that ended by then) and after (periods that began then
// or later and are over by asOf): the Longest nearest periods with a figure before, the Longest newest after.
func (l Line) Stretches(on, asOf time.Time) (before, after []float64) {
	for k, v := range l.Value {
		p := series.Period{Grain: l.Grain, Index: l.First + k}
		switch {
		case math.IsNaN(v):
		case !p.End().After(on):
			before = append(before, v)
		case !p.Start().Before(on) && !p.End().After(asOf):
			after = append(after, v)
		}
	}
	return newest(before), newest(after)
}

func newest(v []float64) []float64 { return v[max(0, len(v)-Longest):] }

// Shift is the difference of two stretches as an estimate, or what is missing for one.
func Shift(before, after []float64, g series.Grain) (evidence.Estimate, *stats.Shift) {
	switch {
	case len(before)+len(after) == 0:
		return evidence.Without(Method, &evidence.Gap{Reason: evidence.NoFigures}), nil
	case len(before) < Shortest:
		// Figures from before the date cannot be had any more: waiting does not help.
		return evidence.Without(Method, &evidence.Gap{Reason: "too_few_before"}), nil
	case len(after) < Shortest:
		return evidence.Without(Method, evidence.Short(0, Shortest-len(after), string(g))), nil
	}
	s, err := stats.MeanShift(before, after, stats.EstimateRho, evidence.IntervalLevel)
	var refused *stats.Refusal
	switch {
	case errors.As(err, &refused) && refused.Reason == stats.NoVariation:
		return evidence.Without(Method, &evidence.Gap{Reason: "figure_constant"}), nil
	case err != nil:
		return evidence.Without(Method, &evidence.Gap{Reason: evidence.NotComputable}), nil
	}
	return evidence.Estimate{
		Value: &s.Diff, Lo: &s.CI.Lo, Hi: &s.CI.Hi, Level: s.CI.Level, StdErr: &s.StdErr, DF: &s.DF, P: &s.P,
		N: s.NBefore + s.NAfter, Periods: s.NBefore + s.NAfter, Method: Method,
	}, s
}
