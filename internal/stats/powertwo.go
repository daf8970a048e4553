package stats

import "math"

// TwoSampleT is a two-sample (or paired) t test as a power question.
type TwoSampleT struct {
	Alpha  float64
	Strict bool // count rejections in the wrong direction too (pwr.t.test, G*Power); R's power.t.test does not
	Paired bool // or one sample: n − 1 df and noncentrality d√n
	Root   Root // how N and MDE are solved; empty: exactly
}

// Power with n per group (pairs when Paired) at a standardised difference d, by the noncentral t.
func (q TwoSampleT) Power(d, n float64) (float64, error) {
	if err := checkAlpha(q.Alpha); err != nil {
		return 0, err
	}
	if !(n > 1) || math.IsInf(n, 0) || math.IsNaN(d) || math.IsInf(d, 0) {
		return 0, Refuse(OutOfRange, "d = %v, n = %v", d, n)
	}
	return q.power(math.Abs(d), n), nil
}

func (q TwoSampleT) power(d, n float64) float64 {
	if q.Paired {
		return tTestPower(n-1, d*math.Sqrt(n), q.Alpha, q.Strict)
	}
	return tTestPower(2*n-2, d*math.Sqrt(n/2), q.Alpha, q.Strict)
}

func tTestPower(df, ncp, alpha float64, strict bool) float64 {
	if df > 1e6 { // the t is normal to ten digits
		z := normQuantile(1 - alpha/2)
		p := normalUpper(z - ncp)
		if strict {
			p += normalUpper(z + ncp)
		}
		return p
	}
	t := tQuantile(1-alpha/2, df)
	p := upperNoncentralT(t, df, ncp)
	if strict {
		p += upperNoncentralT(t, df, -ncp)
	}
	return p
}

// N is the size per group (pairs) at which the difference d is found with the power.
func (q TwoSampleT) N(d, power float64) (float64, error) {
	if err := checkPower(q.Alpha, power); err != nil {
		return 0, err
	}
	if d == 0 || math.IsNaN(d) || math.IsInf(d, 0) {
		return 0, Refuse(OutOfRange, "d = %v", d)
	}
	lo, rLo, rHi := 1.5, 2.0, 1e7 // power.t.test
	if q.Paired || q.Strict {
		lo, rLo, rHi = 2, 2+1e-10, largestSample // pwr.t.test
	}
	return q.Root.solve(func(n float64) float64 { return q.power(math.Abs(d), n) }, power, lo, largestSample, rLo, rHi)
}

// MDE is the smallest standardised difference that n per group find with the power.
func (q TwoSampleT) MDE(n, power float64) (float64, error) {
	if err := checkPower(q.Alpha, power); err != nil {
		return 0, err
	}
	if !(n > 1) || math.IsInf(n, 0) {
		return 0, Refuse(OutOfRange, "n = %v", n)
	}
	rHi := 1e7
	if q.Paired || q.Strict {
		rHi = 10
	}
	return q.Root.solve(func(d float64) float64 { return q.power(d, n) }, power, 0, 1e4, 1e-7, rHi)
}

// PowerUnequal is the power with group sizes n1 and n2 (pwr.t2n.test: both tails).
func (q TwoSampleT) PowerUnequal(d, n1, n2 float64) (float64, error) {
	if err := checkAlpha(q.Alpha); err != nil {
		return 0, err
	}
	if !(n1 >= 2) || !(n2 >= 2) || math.IsInf(n1+n2, 0) || math.IsNaN(d) || math.IsInf(d, 0) {
		return 0, Refuse(OutOfRange, "d = %v, n1 = %v, n2 = %v", d, n1, n2)
	}
	return tTestPower(n1+n2-2, math.Abs(d)/math.Sqrt(1/n1+1/n2), q.Alpha, true), nil
}

// ProportionsPower is the power to tell p1 from p2 with n per group (power.prop.test: pooled variance under the null,
// unpooled under the alternative, no continuity correction, right direction only).
func ProportionsPower(p1, p2, n, alpha float64) (float64, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if !inUnit(p1) || !inUnit(p2) || !(n > 0) || math.IsInf(n, 0) {
		return 0, Refuse(OutOfRange, "p1 = %v, p2 = %v, n = %v", p1, p2, n)
	}
	return propPower(p1, p2, n, alpha), nil
}

func inUnit(p float64) bool { return p > 0 && p < 1 }

func propPower(p1, p2, n, alpha float64) float64 {
	z := normQuantile(1 - alpha/2)
	s0 := math.Sqrt((p1 + p2) * (1 - (p1+p2)/2))
	s1 := math.Sqrt(p1*(1-p1) + p2*(1-p2))
	return normalUpper(-(math.Sqrt(n)*math.Abs(p1-p2) - z*s0) / s1)
}

// ProportionsN is the size per group at which p1 and p2 are told apart with the power.
func ProportionsN(p1, p2, power, alpha float64, root Root) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !inUnit(p1) || !inUnit(p2) || p1 == p2 {
		return 0, Refuse(OutOfRange, "p1 = %v, p2 = %v", p1, p2)
	}
	f := func(n float64) float64 { return propPower(p1, p2, n, alpha) }
	return root.solve(f, power, 1e-6, largestSample, 1, 1e7)
}

// CohenH is the arcsine difference 2asin√p1 − 2asin√p2 of two shares.
func CohenH(p1, p2 float64) float64 { return 2*math.Asin(math.Sqrt(p1)) - 2*math.Asin(math.Sqrt(p2)) }

// ArcsinePower is the power at Cohen's h with n per group (pwr.2p.test).
func ArcsinePower(h, n, alpha float64) (float64, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if !(n > 0) || math.IsInf(n, 0) || math.IsNaN(h) || math.IsInf(h, 0) {
		return 0, Refuse(OutOfRange, "h = %v, n = %v", h, n)
	}
	z, m := normQuantile(1-alpha/2), math.Abs(h)*math.Sqrt(n/2)
	return normalUpper(z-m) + normalUpper(z+m), nil
}

// ArcsineN is the size per group at which Cohen's h is found with the power.
func ArcsineN(h, power, alpha float64, root Root) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if h == 0 || math.IsNaN(h) || math.IsInf(h, 0) {
		return 0, Refuse(OutOfRange, "h = %v", h)
	}
	f := func(n float64) float64 { p, _ := ArcsinePower(h, n, alpha); return p }
	return root.solve(f, power, 1e-6, largestSample, 2+1e-10, largestSample)
}

// RegressionPower is the power of the F test of u coefficients with v residual degrees of freedom at Cohen's f²
// (noncentrality f²(u+v+1), pwr.f2.test).
func RegressionPower(f2, u, v, alpha float64) (float64, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if !(f2 >= 0) || !(u > 0) || !(v > 0) || math.IsInf(f2+u+v, 0) {
		return 0, Refuse(OutOfRange, "f2 = %v, u = %v, v = %v", f2, u, v)
	}
	return fTestPower(u, v, f2*(u+v+1), alpha), nil
}

// fTestPower is 1 outright where the noncentrality leaves no doubt; the mixture would run over too many terms.
func fTestPower(d1, d2, lambda, alpha float64) float64 {
	if lambda > math.Max(5000, 20*d1) && d2 > 30 {
		return 1
	}
	return upperNoncentralF(quantileF(1-alpha, d1, d2), d1, d2, lambda)
}

// RegressionV is the number of residual degrees of freedom at which f² is found with the power.
func RegressionV(f2, u, power, alpha float64, root Root) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !(f2 > 1e-6) || !(u > 0) || math.IsInf(f2+u, 0) {
		return 0, Refuse(OutOfRange, "f2 = %v, u = %v", f2, u)
	}
	f := func(v float64) float64 { p, _ := RegressionPower(f2, u, v, alpha); return p }
	return root.solve(f, power, 1, largestSample, 1+1e-10, largestSample)
}

// AnovaPower is the power of one-way analysis of variance of k groups of n at Cohen's f (noncentrality k·n·f²).
func AnovaPower(k, n, f, alpha float64) (float64, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if !(k >= 2) || !(n > 1) || !(f >= 0) || math.IsInf(k+n+f, 0) {
		return 0, Refuse(OutOfRange, "k = %v, n = %v, f = %v", k, n, f)
	}
	d1, d2 := k-1, (n-1)*k
	return fTestPower(d1, d2, k*n*f*f, alpha), nil
}

// AnovaN is the size per group at which f is found with the power.
func AnovaN(k, f, power, alpha float64, root Root) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !(k >= 2) || !(f > 1e-4) || math.IsInf(k+f, 0) {
		return 0, Refuse(OutOfRange, "k = %v, f = %v", k, f)
	}
	g := func(n float64) float64 { p, _ := AnovaPower(k, n, f, alpha); return p }
	return root.solve(g, power, 1.01, largestSample, 2+1e-10, largestSample)
}

// DesignEffect is 1 + (m − 1)·ICC, by which clusters of m inflate a variance.
func DesignEffect(m, icc float64) float64 { return 1 + (m-1)*icc }

// ClusterMDE is the minimum detectable standardised effect with J clusters of m per arm (Bloom 1995,
// doi:10.1177/0193841X9501900504): (t_{1−α/2} + t_power)·√(2(ICC + (1−ICC)/m)/J), t with 2J − 2 df, normal quantiles
// when normal is set.
func ClusterMDE(j, m, icc, power, alpha float64, normal bool) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !(j >= 2) || !(m >= 1) || !(icc >= 0 && icc <= 1) || math.IsInf(j+m, 0) {
		return 0, Refuse(OutOfRange, "J = %v, m = %v, icc = %v", j, m, icc)
	}
	mult := normQuantile(1-alpha/2) + normQuantile(power)
	if !normal {
		mult = tQuantile(1-alpha/2, 2*j-2) + tQuantile(power, 2*j-2)
	}
	return mult * math.Sqrt(2*(icc+(1-icc)/m)/j), nil
}

// MDEMultiplier is z_{1−α/2} + z_power, the number of standard errors an effect must have (2.80 at 5 % and 80 %).
func MDEMultiplier(power, alpha float64) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	return normQuantile(1-alpha/2) + normQuantile(power), nil
}

// SurvivalEvents is the number of events that find a hazard ratio with the power when a share q has the covariate
// (Schoenfeld 1983, doi:10.2307/2531021): (z_{1−α/2} + z_power)²/(q(1−q)·log²HR).
func SurvivalEvents(q, hr, power, alpha float64) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !inUnit(q) || !(hr > 0) || hr == 1 || math.IsInf(hr, 0) {
		return 0, Refuse(OutOfRange, "q = %v, hr = %v", q, hr)
	}
	return sq(normQuantile(1-alpha/2)+normQuantile(power)) / (q * (1 - q) * sq(math.Log(hr))), nil
}
