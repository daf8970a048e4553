package movement

import (
	"math"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Since is what a metric did after a day, for a team or a unit.
type Since struct {
	MetricID string
	On       time.Time // the day it is counted from
	AsOf     time.Time
	Grain    series.Grain
	Before   *float64 // means of the two stretches
	After    *float64
	Change   evidence.Estimate
	Others   *evidence.Estimate // the same for the other teams; nil where they are too few or none
	Teams    int                // other teams behind Others
	Text     []evidence.Sentence
}

// Look says what a metric did since a day in the teams that in accepts, and in the others.
func Look(p *panel.Panel, metric string, in func(teamID string) bool, on, asOf time.Time) Since {
	own := Of(p, metric, in)
	out := Since{MetricID: metric, On: on, AsOf: asOf, Grain: own.Grain}
	before, after := own.Stretches(on, asOf)
	change, s := Shift(before, after, own.Grain)
	change.Teams = own.Teams
	out.Change = change
	if s == nil {
		return out
	}
	m, _ := p.Metric(metric)
	out.Before, out.After = &s.Before, &s.After
	out.Text = []evidence.Sentence{sentence(m, out)}
	rest := Of(p, metric, func(id string) bool { return !in(id) })
	if rest.Teams < OthersLeast {
		return out
	}
	b, a := rest.Stretches(on, asOf)
	others, t := Shift(b, a, rest.Grain)
	if t == nil {
		return out
	}
	others.Teams = rest.Teams
	out.Others, out.Teams = &others, rest.Teams
	d := Digits(others)
	out.Text = append(out.Text, evidence.Sentence{Key: "movement.others", Params: map[string]evidence.Param{
		"teams": evidence.Many(rest.Teams, "teams"), "change": evidence.Num(*others.Value, d), "lo": evidence.Num(*others.Lo, d), "hi": evidence.Num(*others.Hi, d),
	}})
	return out
}

// sentence says in words what the interval allows.
func sentence(m series.Metric, s Since) evidence.Sentence {
	key := "movement.unclear"
	switch {
	case s.Change.AboveZero():
		key = "movement.up"
	case s.Change.BelowZero():
		key = "movement.down"
	}
	d := Digits(s.Change)
	return evidence.Sentence{Key: key, Params: map[string]evidence.Param{
		"metric": evidence.Text(m.Name), "before": evidence.Num(*s.Before, d), "after": evidence.Num(*s.After, d),
		"change": evidence.Num(math.Abs(*s.Change.Value), d), "lo": evidence.Num(*s.Change.Lo, d), "hi": evidence.Num(*s.Change.Hi, d),
	}}
}

// Digits is how many decimals an interval supports: the place of its half-width's first figure, one more where that
// figure is a 1.
func Digits(e evidence.Estimate) int {
	half := (*e.Hi - *e.Lo) / 2
	if !(half > 0) {
		return 1
	}
	place := -math.Floor(math.Log10(half))
	if half*math.Pow(10, place) < 2 {
		place++
	}
	return int(min(6, max(0, place)))
}
