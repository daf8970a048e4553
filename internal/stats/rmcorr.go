package stats

import (
	"errors"
	"math"
)

// RMCorrResult is a repeated-measures correlation.
type RMCorrResult struct {
	R     float64  // common within-unit correlation, −1…1
	DF    int      // N − k − 1
	T     float64  // r·√(df/(1−r²))
	P     float64  // two-sided, t with DF
	CI    Interval // tanh(atanh r ± z/√(df−1)); NaN when df < 2
	Slope float64  // common slope of y on x within units
	N     int      // complete pairs
	Units int      // units with at least one complete pair
	CIOld Interval // the interval of the 2017 paper, 1/√(df−3); only to explain differences
}

// RMCorr is the repeated-measures correlation of x and y within units (Bakdash & Marusich 2017,
// doi:10.3389/fpsyg.2017.00456): the Pearson correlation of the unit-centred values, df = N − k − 1 (N complete pairs
// of k units), interval on the effective sample size df + 2, as rmcorr ≥ 0.5.4 computes it.
//
// unit, x and y are parallel; NaN is missing (the pair is dropped, and means are taken over the pairs that remain).
// Units with one pair or constant x stay in the count of k. p assumes independent errors within units: series of weeks
// are not, so it stands beside a panel regression, never instead of one. 95 % intervals cover ≥ 93 % from df = 10 on.
//
// Refusals: length_mismatch, not_finite (Inf), out_of_range (level), insufficient_observations (df < 1), no_variation.
func RMCorr(unit []int, x, y []float64, level float64) (*RMCorrResult, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	p := &Panel{Unit: unit, Y: y, X: [][]float64{x}}
	if err := p.check(false); err != nil {
		return nil, err
	}
	c, _ := p.Complete()
	codes, k := encode(c.Unit)
	n := len(c.Y)
	if n-k-1 < 1 {
		return nil, TooFew(InsufficientObservations, k+2, n)
	}
	g := groupRows(codes, k)
	xc, yc := centreWithin(g, c.X[0]), centreWithin(g, c.Y)
	var sxx, syy, sxy float64
	for i, a := range xc {
		b := yc[i]
		sxx += a * a
		syy += b * b
		sxy += a * b
	}
	if flat(sxx, n, maxAbs(c.X[0])) {
		return nil, Refuse(NoVariation, "x does not vary within units")
	}
	if flat(syy, n, maxAbs(c.Y)) {
		return nil, Refuse(NoVariation, "y does not vary within units")
	}
	out := rmFrom(sxx, syy, sxy, n, k, level)
	return &out, nil
}

// RMCorrLag is RMCorr of x at period t−lag against y at period t of the same unit.
func RMCorrLag(unit, time []int, x, y []float64, lag int, level float64) (*RMCorrResult, error) {
	xl, err := Lagged(unit, time, x, lag)
	if err != nil {
		return nil, err
	}
	return RMCorr(unit, xl, y, level)
}

// rmFrom finishes a repeated-measures correlation from its sums of squares and products within units.
func rmFrom(sxx, syy, sxy float64, n, k int, level float64) RMCorrResult {
	r := clampR(sxy / math.Sqrt(sxx) / math.Sqrt(syy))
	df := n - k - 1
	t := tOfR(r, float64(df))
	out := RMCorrResult{R: r, DF: df, T: t, P: tTwoSided(t, float64(df)), Slope: sxy / sxx, N: n, Units: k}
	out.CI = fisherCI(r, math.Sqrt(1/float64(df-1)), level)
	out.CIOld = fisherCI(r, math.Sqrt(1/float64(df-3)), level)
	return out
}

// centreWithin subtracts each group's own mean.
func centreWithin(g grouping, x []float64) []float64 {
	out := make([]float64, len(x))
	for k := range g.len() {
		rows := g.of(k)
		if len(rows) == 0 {
			continue
		}
		s, base := 0.0, x[rows[0]]
		for _, i := range rows {
			s += x[i] - base
		}
		m := s / float64(len(rows))
		s = 0
		for _, i := range rows {
			out[i] = (x[i] - base) - m
			s += out[i]
		}
		m = s / float64(len(rows))
		for _, i := range rows {
			out[i] -= m
		}
	}
	return out
}

// clampR takes the last bit of rounding off a correlation.
func clampR(r float64) float64 {
	if math.Abs(r) > 1-4e-16 {
		return math.Copysign(1, r)
	}
	return r
}

// LagPoint is one lag of a profile: either R or the reason why there is none.
type LagPoint struct {
	Lag     int
	R       *RMCorrResult
	Refused *Refusal
}

// LagProfile is RMCorrLag at every lag given. The lags are fixed beforehand; picking the best of several makes about half
// of unrelated series "significant", so a profile belongs under exploration and its p-values are to be adjusted.
//
// Refusals: those of the arguments; a lag without an answer carries its own.
func LagProfile(unit, time []int, x, y []float64, lags []int, level float64) ([]LagPoint, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	p := &Panel{Unit: unit, Time: time, Y: y, X: [][]float64{x}}
	if err := p.check(true); err != nil {
		return nil, err
	}
	if len(lags) == 0 {
		return nil, Refuse(OutOfRange, "no lag")
	}
	out := make([]LagPoint, len(lags))
	for i, l := range lags {
		out[i].Lag = l
		r, err := RMCorrLag(unit, time, x, y, l, level)
		var why *Refusal
		if errors.As(err, &why) {
			if why.Reason == OutOfRange { // two rows of one unit and period: no lag has an answer
				return nil, err
			}
			out[i].Refused = why
			continue
		}
		out[i].R = r
	}
	return out, nil
}
