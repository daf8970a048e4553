package stats

import "math"

// PoissonFit is a log-linear model of counts.
type PoissonFit struct {
	Names      []string
	B, SE      []float64  // SE with dispersion 1
	QuasiSE    []float64  // SE · √dispersion
	Rate       []float64  // exp(B): rate ratios
	CI         []Interval // of the rate ratios, normal quantile, dispersion 1
	QuasiCI    []Interval
	Dispersion float64 // Pearson χ²/(n−p)
	Deviance   float64
	N          int
}

// PoissonRegression fits log E(y) = log(exposure) + Xβ by iteratively re-weighted least squares; exposure nil means 1.
// Quasi-Poisson errors are the Poisson ones times √(Pearson χ²/(n−p)). Convention of R's glm: it stops when the deviance
// moves by less than 1e-8 of itself and keeps the weights of its last step (2e-6 of the dispersion, 1e-11 of the slopes).
//
// Assumes independent counts with variance proportional to the mean. For an interrupted series give time, level (and the
// season's harmonics) as columns. Intervals cover ≥ 93 % from about 30 periods on with quasi-Poisson errors and no autocorrelation.
// Refuses negative or missing counts (out_of_range), exposure ≤ 0, n ≤ p, collinear columns, and a fit that does not settle.
//
// McCullagh & Nelder (1989), doi:10.1007/978-1-4899-3242-6; Lopez Bernal et al. (2017), doi:10.1093/ije/dyw098.
func PoissonRegression(y, exposure []float64, cols [][]float64, names []string, level float64) (*PoissonFit, error) {
	n, p := len(y), len(cols)
	if n <= p || p == 0 {
		return nil, TooFew(InsufficientObservations, p+1, n)
	}
	if err := sameLength(n, cols...); err != nil {
		return nil, err
	}
	for _, c := range cols {
		if err := finite("column", c); err != nil {
			return nil, err
		}
	}
	if !(level > 0 && level < 1) || (exposure != nil && len(exposure) != n) {
		return nil, Refuse(OutOfRange, "level %v or the length of exposure", level)
	}
	off, eta, mu := make([]float64, n), make([]float64, n), make([]float64, n)
	total := 0.0
	for i, v := range y {
		if !(v >= 0) || math.IsInf(v, 0) {
			return nil, Refuse(OutOfRange, "count %v in row %d", v, i)
		}
		if exposure != nil {
			if !(exposure[i] > 0) || math.IsInf(exposure[i], 0) {
				return nil, Refuse(OutOfRange, "exposure %v in row %d", exposure[i], i)
			}
			off[i] = math.Log(exposure[i])
		}
		total += v
		eta[i] = math.Log(v + .1)
	}
	if total == 0 {
		return nil, Refuse(NoVariation, "every count is 0")
	}
	z, work, xs := make([]float64, n), make([]float64, n), make([][]float64, p)
	for j := range xs {
		xs[j] = make([]float64, n)
	}
	var f *lsq
	last := math.Inf(1)
	settled := false
	for range 100 {
		for i := range y {
			mu[i] = math.Exp(eta[i])
			work[i] = mu[i]
			w := math.Sqrt(mu[i])
			z[i] = w * (eta[i] - off[i] + (y[i]-mu[i])/mu[i])
			for j := range xs {
				xs[j][i] = w * cols[j][i]
			}
		}
		var err error
		if f, err = lsqFit(z, xs, names); err != nil {
			return nil, err
		}
		dev := 0.0
		for i := range y {
			eta[i] = off[i]
			for j := range cols {
				eta[i] += cols[j][i] * f.beta[j]
			}
			if eta[i] > 700 {
				return nil, Refuse(NoConvergence, "fitted counts overflow")
			}
			mu[i] = math.Exp(eta[i])
			dev += deviancePart(y[i], mu[i])
		}
		if math.Abs(dev-last) < 1e-8*(math.Abs(dev)+.1) {
			settled = true
			break
		}
		last = dev
	}
	if !settled {
		return nil, Refuse(NoConvergence, "Poisson regression")
	}
	out := &PoissonFit{Names: names, B: f.beta, N: n}
	for i := range y {
		r := (y[i] - mu[i]) / mu[i]
		out.Dispersion += work[i] * r * r / float64(n-p)
		out.Deviance += deviancePart(y[i], mu[i])
	}
	q := normalTail(level)
	for j := range cols {
		se := math.Sqrt(f.inv[j][j])
		qs := se * math.Sqrt(out.Dispersion)
		out.SE, out.QuasiSE, out.Rate = append(out.SE, se), append(out.QuasiSE, qs), append(out.Rate, math.Exp(f.beta[j]))
		out.CI = append(out.CI, Interval{math.Exp(f.beta[j] - q*se), math.Exp(f.beta[j] + q*se), level})
		out.QuasiCI = append(out.QuasiCI, Interval{math.Exp(f.beta[j] - q*qs), math.Exp(f.beta[j] + q*qs), level})
	}
	return out, nil
}

func deviancePart(y, mu float64) float64 {
	if y == 0 {
		return 2 * mu
	}
	return 2 * (y*math.Log(y/mu) - (y - mu))
}

// Harmonics gives sin and cos of 2πk·phase/period for k = 1…pairs: s1…, then c1….
func Harmonics(phase []float64, period float64, pairs int) (cols [][]float64) {
	for _, f := range []func(float64) float64{math.Sin, math.Cos} {
		for k := 1; k <= pairs; k++ {
			c := make([]float64, len(phase))
			for i, v := range phase {
				c[i] = f(2 * math.Pi * float64(k) * v / period)
			}
			cols = append(cols, c)
		}
	}
	return cols
}
