package stats

import "math"

// Root says how far a power question that has to be solved for (a size, a smallest effect) is solved.
type Root string

const (
	// ExactRoot solves to the last digits of a float64.
	ExactRoot Root = "exact"
	// RRoot stops where R's uniroot stops (Brent's method, tolerance 1.2e−4, the search interval of pwr and of
	// power.t.test), so that a table made in R is met digit for digit. A small effect can be off by 2 in 10⁵.
	RRoot Root = "r"
)

// solve finds x with f(x) = target for an increasing f: exactly between lo and hi, or as R does between rLo and rHi.
// A root outside is refused.
func (r Root) solve(f func(float64) float64, target, lo, hi, rLo, rHi float64) (float64, error) {
	var x float64
	switch r {
	case RRoot:
		x = zeroin(func(v float64) float64 { return f(v) - target }, rLo, rHi, math.Pow(0x1p-52, .25))
	case ExactRoot, "":
		x = bisect(f, target, lo, hi)
	default:
		return 0, Refuse(OutOfRange, "root = %q", r)
	}
	if math.IsNaN(x) {
		return 0, Refuse(NotIdentified, "no sample size or effect in range reaches the power")
	}
	return x, nil
}

// bisect finds x in [lo, hi] with f(x) = target for an increasing f; NaN when it is not inside.
func bisect(f func(float64) float64, target, lo, hi float64) float64 {
	if !(f(lo) <= target) || !(f(hi) >= target) {
		return math.NaN()
	}
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid == lo || mid == hi || hi-lo <= 1e-13*math.Abs(hi) {
			break
		}
		if f(mid) < target {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + (hi-lo)/2
}

// zeroin is Brent's root finder with the steps of the netlib routine that R uses; NaN when the ends have one sign.
// Source: Brent (1973) Algorithms for Minimization Without Derivatives, ch. 4.
func zeroin(f func(float64) float64, a, b, tol float64) float64 {
	fa, fb := f(a), f(b)
	switch {
	case fa == 0:
		return a
	case fb == 0:
		return b
	case !(fa < 0) || !(fb > 0):
		return math.NaN()
	}
	c, fc := a, fa
	for range 1000 {
		prev := b - a
		if math.Abs(fc) < math.Abs(fb) {
			a, b, c = b, c, b
			fa, fb, fc = fb, fc, fb
		}
		act := 2*0x1p-52*math.Abs(b) + tol/2
		step := (c - b) / 2
		if math.Abs(step) <= act || fb == 0 {
			return b
		}
		if math.Abs(prev) >= act && math.Abs(fa) > math.Abs(fb) {
			cb := c - b
			var p, q float64
			if a == c {
				t1 := fb / fa
				p, q = cb*t1, 1-t1
			} else {
				q = fa / fc
				t1, t2 := fb/fc, fb/fa
				p = t2 * (cb*q*(q-t1) - (b-a)*(t1-1))
				q = (q - 1) * (t1 - 1) * (t2 - 1)
			}
			if p > 0 {
				q = -q
			} else {
				p = -p
			}
			if p < .75*cb*q-math.Abs(act*q)/2 && p < math.Abs(prev*q/2) {
				step = p / q
			}
		}
		if math.Abs(step) < act {
			step = math.Copysign(act, step)
		}
		a, fa = b, fb
		b += step
		fb = f(b)
		if (fb > 0 && fc > 0) || (fb < 0 && fc < 0) {
			c, fc = a, fa
		}
	}
	return math.NaN()
}
