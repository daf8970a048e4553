package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// The tail areas below are computed as tails, never as 1 − CDF, so that a p of 1e−170 keeps its digits.

// tailT2 is the two-sided p of a Student t statistic.
func tailT2(t, df float64) float64 {
	if math.IsInf(t, 0) {
		return 0
	}
	return mathext.RegIncBeta(df/2, .5, df/(df+t*t))
}

// quantileT is the p-quantile of Student's t.
func quantileT(p, df float64) float64 {
	if p == .5 {
		return 0
	}
	tail := math.Min(p, 1-p) * 2
	// t² is F(1, df): the upper tail point is found where it is accurate and then polished by Newton steps.
	x := mathext.InvRegIncBeta(df/2, .5, tail)
	t := math.Sqrt(df * (1 - x) / x)
	lc := lgam((df+1)/2) - lgam(df/2) - .5*math.Log(df*math.Pi)
	for range 3 {
		dens := math.Exp(lc - (df+1)/2*math.Log1p(t*t/df))
		step := (tailT2(t, df) - tail) / (2 * dens)
		if !(math.Abs(step) < .1*t) {
			break
		}
		t += step
	}
	if p < .5 {
		return -t
	}
	return t
}

// tailF is P(F ≥ f) with d1 and d2 degrees of freedom.
func tailF(f, d1, d2 float64) float64 {
	if f <= 0 {
		return 1
	}
	return mathext.RegIncBeta(d2/2, d1/2, d2/(d2+d1*f))
}

// quantileF is the p-quantile of F(d1, d2).
func quantileF(p, d1, d2 float64) float64 {
	x := mathext.InvRegIncBeta(d1/2, d2/2, p)
	lb := lgam(d1/2) + lgam(d2/2) - lgam((d1+d2)/2)
	for range 3 { // Newton on the beta scale
		dens := math.Exp((d1/2-1)*math.Log(x) + (d2/2-1)*math.Log1p(-x) - lb)
		step := (mathext.RegIncBeta(d1/2, d2/2, x) - p) / dens
		if !(math.Abs(step) < .1*math.Min(x, 1-x)) {
			break
		}
		x -= step
	}
	return x * d2 / ((1 - x) * d1)
}

// tailChi2 is P(χ² ≥ x) with df degrees of freedom.
func tailChi2(x, df float64) float64 {
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// tailNormal2 is the two-sided p of a standard normal statistic.
func tailNormal2(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// quantileNormal is the p-quantile of the standard normal.
func quantileNormal(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }

// lgam is log Γ(x) for x > 0.
func lgam(x float64) float64 { v, _ := math.Lgamma(x); return v }

// levelInRange refuses a level outside (0, 1).
func levelInRange(level float64) error {
	if !(level > 0 && level < 1) {
		return Refuse(OutOfRange, "level = %v, want it between 0 and 1", level)
	}
	return nil
}
