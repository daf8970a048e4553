package stats

import "math"

// CorrResult is a correlation of two columns with its interval and p-value.
type CorrResult struct {
	R  float64
	T  float64
	DF int
	P  float64 // two-sided
	CI Interval
	N  int // complete pairs
}

// Pearson is the product-moment correlation with t = r√((n−2)/(1−r²)) on n−2 degrees of freedom and the interval
// tanh(atanh r ± z/√(n−3)), a normal quantile (Fisher 1921). x and y are parallel; a pair with NaN is dropped.
// Pooled over teams and periods it mixes differences between teams with changes within them: that is why Rapport calls
// it the naive figure. 95 % intervals cover ≥ 93 % from n = 8 on for bivariate normal data.
// Pearson (1895), doi:10.1098/rspl.1895.0041; Fisher (1921), Metron 1:3–32.
//
// Refusals: length_mismatch, not_finite (Inf), out_of_range, insufficient_observations (n < 3), no_variation.
func Pearson(x, y []float64, level float64) (*CorrResult, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	x, y, err = completePairs(x, y)
	if err != nil {
		return nil, err
	}
	return pearson(x, y, level)
}

func pearson(x, y []float64, level float64) (*CorrResult, error) {
	n := len(x)
	if n < 3 {
		return nil, TooFew(InsufficientObservations, 3, n)
	}
	r, err := productMoment(x, y)
	if err != nil {
		return nil, err
	}
	out := &CorrResult{R: r, N: n, DF: n - 2, T: tOfR(r, float64(n-2))}
	out.P = tTwoSided(out.T, float64(n-2))
	out.CI = fisherCI(r, math.Sqrt(1/float64(n-3)), level)
	return out, nil
}

// productMoment is r of complete columns, centred first.
func productMoment(x, y []float64) (float64, error) {
	mx, my := meanOf(x), meanOf(y)
	var sxx, syy, sxy float64
	for i := range x {
		a, b := x[i]-mx, y[i]-my
		sxx += a * a
		syy += b * b
		sxy += a * b
	}
	if flat(sxx, len(x), maxAbs(x)) {
		return 0, Refuse(NoVariation, "x does not vary")
	}
	if flat(syy, len(y), maxAbs(y)) {
		return 0, Refuse(NoVariation, "y does not vary")
	}
	return clampR(sxy / math.Sqrt(sxx) / math.Sqrt(syy)), nil
}

// completePairs drops pairs with a missing half and refuses Inf.
func completePairs(x, y []float64) (xs, ys []float64, err error) {
	if err := sameLength(len(x), y); err != nil {
		return nil, nil, err
	}
	if err := noInf("x", x); err != nil {
		return nil, nil, err
	}
	if err := noInf("y", y); err != nil {
		return nil, nil, err
	}
	xs, ys = make([]float64, 0, len(x)), make([]float64, 0, len(x))
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			xs, ys = append(xs, x[i]), append(ys, y[i])
		}
	}
	return xs, ys, nil
}
