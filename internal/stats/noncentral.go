package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// upperNoncentralT is P(T > t) for Student's t with df degrees of freedom (any positive real) and noncentrality ncp.
// It integrates Φ over the scale variable: P = ∫ Φ(ncp − t·√(u/df)) f_χ²(u) du, with nodes placed around the mass of
// the χ² so that it holds for df from 1 to 10⁸ and any ncp; the error is below 1e−10.
func upperNoncentralT(t, df, ncp float64) float64 {
	// s = √(χ²/df); log-density of s, integrated over s by Gauss–Legendre panels around the mode.
	lc := math.Ln2 + df/2*math.Log(df/2) - lgam(df/2)
	logf := func(s float64) float64 { return lc + (df-1)*math.Log(s) - df*s*s/2 }
	width := 1 / math.Sqrt(2*df) // sd of s for large df
	lo, hi := math.Max(0, 1-14*width), 1+14*width
	if df < 60 {
		lo, hi = 0, 1+10*math.Max(width, .3)
	}
	panels := 64
	if df < 3 {
		panels = 400 // the density of s is not smooth at zero
	}
	var sum float64
	for i := range panels {
		a := lo + (hi-lo)*float64(i)/float64(panels)
		b := lo + (hi-lo)*float64(i+1)/float64(panels)
		for j, node := range gauss8Node {
			for _, sign := range []float64{-1, 1} {
				s := (a+b)/2 + sign*node*(b-a)/2
				sum += gauss8Weight[j] * (b - a) / 2 * math.Exp(logf(s)) * .5 * math.Erfc((t*s-ncp)/math.Sqrt2)
			}
		}
	}
	return math.Min(1, math.Max(0, sum))
}

// upperNoncentralF is P(F > f) with d1, d2 degrees of freedom and noncentrality λ: a Poisson(λ/2) mixture of central
// tails, summed outwards from its largest weight.
func upperNoncentralF(f, d1, d2, lambda float64) float64 {
	if f <= 0 {
		return 1
	}
	x := d2 / (d2 + d1*f)
	half := lambda / 2
	at := math.Floor(half)
	weight := func(j float64) float64 {
		if half == 0 {
			if j == 0 {
				return 1
			}
			return 0
		}
		return math.Exp(-half + j*math.Log(half) - lgam(j+1))
	}
	var sum float64
	for j := at; j >= 0; j-- {
		w := weight(j)
		sum += w * mathext.RegIncBeta(d2/2, d1/2+j, x)
		if w < 1e-16 {
			break
		}
	}
	for j := at + 1; ; j++ {
		w := weight(j)
		sum += w * mathext.RegIncBeta(d2/2, d1/2+j, x)
		if w < 1e-16 {
			break
		}
	}
	return math.Min(1, sum)
}
