package linkage

import (
	"context"
	"errors"
	"math"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/stats"
)

// Names of the method cards.
const (
	methodNaive     = "pearson"
	methodWithin    = "rmcorr"
	methodTWFE      = "twfe"
	methodCCE       = "cce"
	methodBootstrap = "wild-bootstrap"
	methodFDR       = "adjust"
)

// Conventions of the errors behind a slope.
const (
	conventionCR1       = "cr1_nested"
	conventionBootstrap = "cr1_nested_wild_bootstrap"
)

func naive(q *panel.Pair) evidence.Estimate {
	r, err := stats.Pearson(q.X, q.Y, evidence.IntervalLevel)
	if err != nil {
		return refused(methodNaive, err, q)
	}
	return evidence.Estimate{
		Value: &r.R, Lo: finite(r.CI.Lo), Hi: finite(r.CI.Hi), Level: evidence.IntervalLevel, T: finite(r.T), DF: finite(float64(r.DF)), P: finite(r.P),
		N: r.N, Teams: q.Teams, Periods: q.Periods, Method: methodNaive,
	}
}

func within(q *panel.Pair) evidence.Estimate {
	r, err := stats.RMCorr(q.Team, q.X, q.Y, evidence.IntervalLevel)
	if err != nil {
		return refused(methodWithin, err, q)
	}
	return evidence.Estimate{
		Value: &r.R, Lo: finite(r.CI.Lo), Hi: finite(r.CI.Hi), Level: evidence.IntervalLevel, T: finite(r.T), DF: finite(float64(r.DF)), P: finite(r.P),
		N: r.N, Teams: r.Units, Periods: q.Periods, Method: methodWithin,
	}
}

// twoWay is the slope with team and period effects and its CR1 interval. The regression comes back for the pictures.
func twoWay(q *panel.Pair) (evidence.Estimate, *stats.FEResult) {
	return slope(asPanel(q), q)
}

// slope is that of the first regressor of a regression over the rows of a pair.
func slope(rows *stats.Panel, q *panel.Pair) (evidence.Estimate, *stats.FEResult) {
	r, err := stats.TwoWayFE(rows, stats.FEOptions{Level: evidence.IntervalLevel})
	if err != nil {
		return refused(methodTWFE, err, q), nil
	}
	c := r.Coef[0]
	return evidence.Estimate{
		Value: &c.B, Lo: finite(c.CI.Lo), Hi: finite(c.CI.Hi), Level: evidence.IntervalLevel, StdErr: finite(c.SE), T: finite(c.T), DF: finite(c.DF), P: finite(c.P),
		N: r.N, Teams: r.Units, Periods: r.Periods, Method: methodTWFE, Convention: conventionCR1,
	}, r
}

// bootstrapped replaces p and interval by those of the wild cluster bootstrap, which holds its level with few teams. A
// share of random draws that happens to be none is not zero: the identity draw counts among them.
func bootstrapped(ctx context.Context, rows *stats.Panel, e evidence.Estimate, seed uint64) (evidence.Estimate, error) {
	w, err := stats.WildCluster(ctx, rows, 0, stats.WildOptions{Effects: stats.TwoWay, Level: evidence.IntervalLevel, Seed: seed})
	if err != nil {
		if ctx.Err() != nil {
			return e, ctx.Err()
		}
		return e.IntervalOnly(), nil // the CR1 interval stands, a test does not
	}
	return withWild(e, w), nil
}

// withWild puts the bootstrap's p and interval in the place of the analytic ones.
func withWild(e evidence.Estimate, w *stats.WildResult) evidence.Estimate {
	p := w.PGe
	if !w.Exact {
		p = (w.PGe*float64(w.Draws) + 1) / float64(w.Draws+1)
	}
	e.P, e.Convention = &p, conventionBootstrap
	if lo, hi := finite(w.CI.Lo), finite(w.CI.Hi); lo != nil && hi != nil {
		e.Lo, e.Hi = lo, hi
	}
	return e
}

func commonEffects(q *panel.Pair) evidence.Estimate {
	if gap := evidence.ShockGate(q.Repeated, q.Periods, string(q.Grain)); gap != nil {
		return evidence.Without(methodCCE, gap)
	}
	r, err := stats.CCE(asPanel(q), evidence.IntervalLevel)
	if err != nil {
		return refused(methodCCE, err, q)
	}
	if gap := evidence.ShockGate(r.Units, r.Periods, string(q.Grain)); gap != nil { // teams with too few periods of their own drop out
		return evidence.Without(methodCCE, gap)
	}
	c := r.Coef[0]
	return evidence.Estimate{
		Value: &c.B, Lo: finite(c.CI.Lo), Hi: finite(c.CI.Hi), Level: evidence.IntervalLevel, StdErr: finite(c.SE), T: finite(c.T), DF: finite(c.DF), P: finite(c.P),
		N: r.N, Teams: r.Units, Periods: r.Periods, Method: methodCCE,
	}
}

func asPanel(q *panel.Pair) *stats.Panel {
	return &stats.Panel{Unit: q.Team, Time: q.Time, Y: q.Y, X: [][]float64{q.X}, Name: []string{"x"}}
}

// refused turns a method's refusal into what a person can do about it.
func refused(method string, err error, q *panel.Pair) evidence.Estimate {
	gap := &evidence.Gap{Reason: evidence.NotComputable, Grain: string(q.Grain)}
	var r *stats.Refusal
	if errors.As(err, &r) {
		short := max(1, r.Need-r.Have)
		switch r.Reason {
		case stats.InsufficientTeams:
			gap.Reason, gap.Missing = evidence.TooFewTeams, []evidence.Missing{{What: "teams", Count: short}}
		case stats.InsufficientPeriods:
			gap.Reason, gap.Missing = evidence.TooFewPeriods, []evidence.Missing{{What: "periods", Count: short}}
		case stats.InsufficientObservations:
			gap.Reason, gap.Missing = evidence.TooFewObservations, []evidence.Missing{{What: "observations", Count: short}}
		case stats.NoVariation, stats.Collinear:
			gap.Reason = evidence.NoVariation
		}
	}
	return evidence.Without(method, gap)
}

// finite is v where it is a number: an interval that does not exist is left out, never sent as NaN.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
