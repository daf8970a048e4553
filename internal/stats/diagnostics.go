package stats

import "math"

// DurbinWatson is Σ(e_t − e_{t−1})²/Σe² of rows in time order (Durbin & Watson 1950, doi:10.1093/biomet/37.3-4.409):
// about 2 without first-order autocorrelation.
func (m *Linear) DurbinWatson() float64 {
	s := 0.0
	for t := 1; t < m.N; t++ {
		d := m.Resid[t] - m.Resid[t-1]
		s += d * d
	}
	return s / m.RSS
}

// BreuschGodfrey is the LM test of autocorrelation up to an order: n·R² of the residuals on the regressors and their own
// lags (zero before the start), chi-squared with order degrees of freedom (Breusch 1978; Godfrey 1978,
// doi:10.2307/1913829).
func (m *Linear) BreuschGodfrey(order int) (lm, p float64, err error) {
	var cols [][]float64
	var names []string
	for j, x := range m.x {
		if m.Name[j] != "Intercept" {
			cols, names = append(cols, x), append(names, m.Name[j])
		}
	}
	for l := 1; l <= order; l++ {
		lagged := make([]float64, m.N)
		if l < m.N {
			copy(lagged[l:], m.Resid[:m.N-l])
		}
		cols, names = append(cols, lagged), append(names, "e@"+itoa(l))
	}
	aux, err := OLS(m.Resid, cols, names)
	if err != nil {
		return 0, 0, err
	}
	lm = float64(m.N) * (1 - aux.RSS/aux.TSS)
	return lm, chi2Upper(lm, float64(order)), nil
}

// LjungBox is Q = n(n+2) Σ_{k≤lags} ρ_k²/(n−k) of a series, chi-squared with lags degrees of freedom (Ljung & Box 1978,
// doi:10.1093/biomet/65.2.297).
func LjungBox(x []float64, lags int) (q, p float64, err error) {
	if err := finite("x", x); err != nil {
		return 0, 0, err
	}
	n := len(x)
	if lags < 1 || n <= lags+1 {
		return 0, 0, TooFew(InsufficientObservations, lags+2, n)
	}
	c := shifted(x, meanOf(x))
	ss := dot(c, c)
	if flat(ss, n, maxAbs(x)) {
		return 0, 0, Refuse(NoVariation, "x does not vary")
	}
	for k := 1; k <= lags; k++ {
		r := dot(c[k:], c[:n-k]) / ss
		q += r * r / float64(n-k)
	}
	q *= float64(n) * float64(n+2)
	return q, chi2Upper(q, float64(lags)), nil
}

// FTest is the overall F test that every slope is zero, with R² and the residual standard deviation.
func (m *Linear) FTest() (f, p, r2, sigma float64) {
	slopes := float64(m.K)
	if len(m.Name) > 0 && m.Name[0] == "Intercept" {
		slopes--
	}
	df := float64(m.DF())
	f = (m.TSS - m.RSS) / slopes / (m.RSS / df)
	return f, fUpper(f, slopes, df), 1 - m.RSS/m.TSS, math.Sqrt(m.RSS / df)
}

// VIF is the variance inflation factor of every slope: 1/(1 − R²) of the column on the others; NaN for the intercept.
func (m *Linear) VIF() []float64 {
	out := make([]float64, m.K)
	for j := range out {
		out[j] = math.NaN()
		if m.Name[j] == "Intercept" {
			continue
		}
		c := shifted(m.x[j], meanOf(m.x[j]))
		out[j] = m.Bread[j][j] * dot(c, c)
	}
	return out
}

// Granger tests whether past x helps to foresee y beyond y's own past (Granger 1969, doi:10.2307/1912791): F of the
// regression of y on its own lags 1…order with against without those of x, df order and n − order − 2·order − 1, on one
// series in time order. It speaks of foresight in a fixed order, not of cause.
//
// Refusals: length_mismatch, not_finite, out_of_range (order), insufficient_observations, no_variation, collinear.
func Granger(x, y []float64, order int) (f, p float64, df1, df2 int, err error) {
	if err := sameLength(len(y), x); err != nil {
		return 0, 0, 0, 0, err
	}
	if order < 1 || order > 1000 {
		return 0, 0, 0, 0, Refuse(OutOfRange, "order %d", order)
	}
	n := len(y) - order
	if n-2*order-1 < 1 {
		return 0, 0, 0, 0, TooFew(InsufficientObservations, 3*order+2, len(y))
	}
	var cols [][]float64
	var names []string
	for _, s := range []struct {
		col  []float64
		name string
	}{{y, "y"}, {x, "x"}} {
		for l := 1; l <= order; l++ {
			cols, names = append(cols, s.col[order-l:len(y)-l]), append(names, s.name+"@"+itoa(l))
		}
	}
	full, err := OLS(y[order:], cols, names)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	own, err := OLS(y[order:], cols[:order], names[:order])
	if err != nil {
		return 0, 0, 0, 0, err
	}
	df1, df2 = order, n-2*order-1
	f = (own.RSS - full.RSS) / float64(df1) / (full.RSS / float64(df2))
	return f, fUpper(f, float64(df1), float64(df2)), df1, df2, nil
}

// Sum is the estimate and error of a sum of coefficients (a cumulative multiplier of a distributed lag) under a
// covariance.
func (m *Linear) Sum(which []int, v [][]float64) (b, se float64) {
	s := 0.0
	for _, i := range which {
		b += m.Coef[i]
		for _, j := range which {
			s += v[i][j]
		}
	}
	return b, math.Sqrt(s)
}
