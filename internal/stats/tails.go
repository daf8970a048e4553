package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

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

// lgam is log Γ(x) for x > 0.
func lgam(x float64) float64 { v, _ := math.Lgamma(x); return v }

// levelInRange refuses a level outside (0, 1).
func levelInRange(level float64) error {
	if !(level > 0 && level < 1) {
		return Refuse(OutOfRange, "level = %v, want it between 0 and 1", level)
	}
	return nil
}
