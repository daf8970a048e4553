package linkage

import (
	"context"
	"math"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/stats"
)

// given is a pair with further figures beside it that the slope is given: rows lie team by team, period by period, and
// each is complete.
type given struct {
	panel.Pair
	z     [][]float64
	names []string // of x and of each z
}

// complete leaves out the rows of a pair that miss one of z, and counts what is left.
func complete(q *panel.Pair, z [][]float64, names ...string) *given {
	out := &given{Pair: panel.Pair{Grain: q.Grain, Lag: q.Lag}, z: make([][]float64, len(z)), names: names}
	teams, periods := map[int]int{}, map[int]bool{}
rows:
	for i, team := range q.Team {
		for _, c := range z {
			if math.IsNaN(c[i]) {
				continue rows
			}
		}
		out.Team, out.Time = append(out.Team, team), append(out.Time, q.Time[i])
		out.X, out.Y = append(out.X, q.X[i]), append(out.Y, q.Y[i])
		for k, c := range z {
			out.z[k] = append(out.z[k], c[i])
		}
		teams[team]++
		periods[q.Time[i]] = true
	}
	out.Teams, out.Periods = len(teams), len(periods)
	for _, n := range teams {
		if n > 1 {
			out.Repeated++
		}
	}
	return out
}

func (t *given) panel() *stats.Panel {
	return &stats.Panel{Unit: t.Team, Time: t.Time, Y: t.Y, X: append([][]float64{t.X}, t.z...), Name: t.names}
}

// estimated is what came of a slope before the control for multiplicity.
type estimated struct {
	reach          evidence.Reach
	teams, periods int
	first          evidence.Estimate // the slope of x, given z
	second         evidence.Estimate // of the first z, given the others; interval only
	cce            evidence.Estimate
	mean           float64 // of y over the rows
}

// tested is the p that counts for multiplicity; NaN where nothing was tested.
func (e *estimated) tested() float64 {
	if e.reach != evidence.Model || e.first.P == nil {
		return math.NaN()
	}
	return *e.first.P
}

// estimate is the slope with team and period effects, the wild cluster bootstrap in place of its p and interval below 40
// teams, and common correlated effects on the same rows.
func (t *given) estimate(ctx context.Context, seed uint64) (*estimated, error) {
	grain := string(t.Grain)
	reach, gap := evidence.Gate(t.Repeated, t.Periods, grain)
	out := &estimated{reach: reach, teams: t.Repeated, periods: t.Periods, first: evidence.Without(methodTWFE, gap), second: evidence.Without(methodTWFE, gap), cce: evidence.Without(methodCCE, gap)}
	if reach == evidence.Nothing {
		return out, nil
	}
	r, err := stats.TwoWayFE(t.panel(), stats.FEOptions{Level: evidence.IntervalLevel})
	if err != nil {
		out.first = refused(methodTWFE, err, &t.Pair)
		out.second = out.first
		return out, nil
	}
	of := func(k stats.Coefficient, units, periods, n int, method, convention string) evidence.Estimate {
		b := k.B
		return evidence.Estimate{
			Value: &b, Lo: finite(k.CI.Lo), Hi: finite(k.CI.Hi), Level: evidence.IntervalLevel, StdErr: finite(k.SE), T: finite(k.T), DF: finite(k.DF), P: finite(k.P),
			N: n, Teams: units, Periods: periods, Method: method, Convention: convention,
		}
	}
	out.first = of(r.Coef[0], r.Units, r.Periods, r.N, methodTWFE, conventionCR1)
	out.second = of(r.Coef[1], r.Units, r.Periods, r.N, methodTWFE, conventionCR1).IntervalOnly()
	for _, v := range t.Y {
		out.mean += v / float64(len(t.Y))
	}
	if reach != evidence.Model {
		out.first = out.first.IntervalOnly()
		return out, nil
	}
	if r.Units < evidence.TeamsAnalytic {
		if out.first, err = bootstrapped(ctx, t.panel(), out.first, seed); err != nil {
			return nil, err
		}
		if out.first.P == nil { // the interval stands, a test does not
			return out, nil
		}
	}
	if gap := evidence.ShockGate(t.Repeated, t.Periods, grain); gap != nil {
		out.cce = evidence.Without(methodCCE, gap)
		return out, nil
	}
	s, err := stats.CCE(t.panel(), evidence.IntervalLevel)
	if err != nil {
		out.cce = refused(methodCCE, err, &t.Pair)
		return out, nil
	}
	out.cce = of(s.Coef[0], s.Units, s.Periods, s.N, methodCCE, "")
	if gap := evidence.ShockGate(s.Units, s.Periods, grain); gap != nil {
		out.cce = evidence.Without(methodCCE, gap)
	}
	return out, nil
}

// drawsAt keeps the work of a bootstrap, which grows with the square of the teams, within bounds: 9,999 draws up to 140
// teams, and never fewer than 999 (an end of a 95 % interval then stands on 25 draws).
func drawsAt(teams int) int {
	const work, most, least = 200_000_000, 9999, 999
	return min(most, max(least, work/max(1, teams*teams)))
}

// spread puts the interval of the wild cluster bootstrap in the place of the analytic one and leaves p and verdict as
// they were judged: the definition of the chain asks for intervals by cluster bootstrap whatever the number of teams.
func spread(ctx context.Context, rows *stats.Panel, e evidence.Estimate, seed uint64) (evidence.Estimate, error) {
	if e.Convention == conventionBootstrap || !e.Has() {
		return e, nil
	}
	w, err := stats.WildCluster(ctx, rows, 0, stats.WildOptions{Effects: stats.TwoWay, Level: evidence.IntervalLevel, Seed: seed, Draws: drawsAt(e.Teams)})
	if err != nil {
		return e, ctx.Err() // where it cannot be drawn the analytic interval stands
	}
	if lo, hi := finite(w.CI.Lo), finite(w.CI.Hi); lo != nil && hi != nil {
		e.Lo, e.Hi, e.Convention = lo, hi, conventionBootstrap
	}
	return e, nil
}
