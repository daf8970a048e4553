package stats

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Tail probabilities and quantiles the methods share. Two-sided p-values are computed from the tail itself, never as
// one minus a distribution function, so that p = 1e-70 keeps all its digits.

// tTwoSided is P(|T| ≥ |t|) for Student's t with df degrees of freedom (df > 0, not necessarily whole).
func tTwoSided(t, df float64) float64 {
	switch {
	case math.IsNaN(t) || math.IsNaN(df) || df <= 0:
		return math.NaN()
	case math.IsInf(t, 0):
		return 0
	case math.IsInf(df, 1):
		return normTwoSided(t)
	}
	t2 := t * t
	a := df / 2
	lnx := -math.Log1p(t2 / df)
	return betaHalfTail(a, lnx, df/(df+t2), t2/(df+t2))
}

// betaHalfTail is the regularised incomplete beta function I_x(a, ½) given ln x, x and 1−x, each to full precision.
// Continued fraction after Lentz (Press et al. 2007, §6.4) on the side where it converges.
func betaHalfTail(a, lnx, x, y float64) float64 {
	if y <= 0 {
		return 1
	}
	// Γ(a+½)/(Γ(a)Γ(½)) x^a (1−x)^½
	front := math.Exp(lnGammaHalfRatio(a)+a*lnx+0.5*math.Log(y)) / math.SqrtPi
	if x < (a+1)/(a+2.5) {
		return front * betaFraction(a, 0.5, x) / a
	}
	return 1 - front*betaFraction(0.5, a, y)/0.5
}

// lnGammaHalfRatio is ln Γ(a+½) − ln Γ(a), by series for large a where the difference of two logs loses digits.
func lnGammaHalfRatio(a float64) float64 {
	if a < 25 {
		g1, _ := math.Lgamma(a + 0.5)
		g0, _ := math.Lgamma(a)
		return g1 - g0
	}
	i := 1 / a
	i2 := i * i
	return 0.5*math.Log(a) - i/8*(1-i2/24*(1-i2*3.0/10*(1-i2*85.0/112)))
}

// betaFraction is the continued fraction of the incomplete beta function.
func betaFraction(a, b, x float64) float64 {
	const tiny, eps = 1e-300, 1e-16
	qab, qap, qam := a+b, a+1, a-1
	c, d := 1.0, 1-qab*x/qap
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	h := d
	for m := 1.0; m <= 20000; m++ {
		m2 := 2 * m
		aa := m * (b - m) * x / ((qam + m2) * (a + m2))
		d = 1 + aa*d
		if math.Abs(d) < tiny {
			d = tiny
		}
		c = 1 + aa/c
		if math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		h *= d * c
		aa = -(a + m) * (qab + m) * x / ((a + m2) * (qap + m2))
		d = 1 + aa*d
		if math.Abs(d) < tiny {
			d = tiny
		}
		c = 1 + aa/c
		if math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		del := d * c
		h *= del
		if math.Abs(del-1) < eps {
			break
		}
	}
	return h
}

// tQuantile is the p-quantile of Student's t with df degrees of freedom, polished by Newton steps on the exact tail.
func tQuantile(p, df float64) float64 {
	switch {
	case math.IsNaN(p) || math.IsNaN(df) || df <= 0 || p < 0 || p > 1:
		return math.NaN()
	case p == 0.5:
		return 0
	case p < 0.5:
		return -tQuantile(1-p, df)
	case math.IsInf(df, 1):
		return normQuantile(p)
	case p == 1:
		return math.Inf(1)
	}
	two := 2 * (1 - p) // wanted two-sided tail
	d := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}
	t := d.Quantile(p)
	if math.IsNaN(t) || math.IsInf(t, 0) || t <= 0 {
		t = math.Abs(normQuantile(p))
	}
	for range 20 {
		f := tTwoSided(t, df) - two
		slope := -2 * d.Prob(t)
		if slope == 0 {
			break
		}
		step := f / slope
		next := t - step
		if next <= 0 {
			next = t / 2
		}
		if math.Abs(next-t) <= 4e-16*t {
			t = next
			break
		}
		t = next
	}
	return t
}

// normQuantile is the p-quantile of the standard normal distribution.
func normQuantile(p float64) float64 {
	if math.IsNaN(p) || p < 0 || p > 1 {
		return math.NaN()
	}
	return mathext.NormalQuantile(p)
}

// normTwoSided is P(|Z| ≥ |z|) for a standard normal Z.
func normTwoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// fUpper is P(F ≥ f) for Fisher's F with d1 and d2 degrees of freedom.
func fUpper(f, d1, d2 float64) float64 {
	if math.IsNaN(f) || d1 <= 0 || d2 <= 0 {
		return math.NaN()
	}
	if f <= 0 {
		return 1
	}
	if math.IsInf(f, 1) {
		return 0
	}
	return mathext.RegIncBeta(d2/2, d1/2, d2/(d2+d1*f))
}

// chi2Upper is P(X ≥ x) for a chi-squared variable with df degrees of freedom.
func chi2Upper(x, df float64) float64 {
	if math.IsNaN(x) || df <= 0 {
		return math.NaN()
	}
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// fisherCI is the interval tanh(atanh r ± z·sd) of a correlation.
func fisherCI(r, sd, level float64) Interval {
	if math.IsNaN(sd) || math.IsInf(sd, 0) {
		return Interval{math.NaN(), math.NaN(), level}
	}
	if r >= 1 || r <= -1 {
		return Interval{r, r, level}
	}
	z, h := math.Atanh(r), normQuantile(0.5+level/2)*sd
	return Interval{math.Tanh(z - h), math.Tanh(z + h), level}
}

// tOfR is the t statistic of a correlation with df degrees of freedom.
func tOfR(r, df float64) float64 { return r * math.Sqrt(df/((1-r)*(1+r))) }

// checkLevel refuses a level outside (0, 1); 0 means .95.
func checkLevel(level float64) (float64, error) {
	if level == 0 {
		return 0.95, nil
	}
	if !(level > 0 && level < 1) {
		return 0, Refuse(OutOfRange, "level %v is not between 0 and 1", level)
	}
	return level, nil
}

// argsort lists 0…n−1 in the order less says, stable.
func argsort(n int, less func(a, b int) bool) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	sort.SliceStable(out, func(a, b int) bool { return less(out[a], out[b]) })
	return out
}

// StudentQuantile is the p-quantile of Student's t with df degrees of freedom (df > 0, not necessarily whole).
func StudentQuantile(p, df float64) float64 { return tQuantile(p, df) }
