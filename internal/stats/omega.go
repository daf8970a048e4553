package stats

import "math"

// OmegaResult is McDonald's omega of a congeneric scale in the variants that packages print; they differ in the second
// or third decimal, so each is named.
type OmegaResult struct {
	N, NTotal, K int
	Raw          float64   // ML one-factor model on covariances, model-implied total variance (lavaan, semTools ω)
	RawObserved  float64   // the same loadings over the observed total variance (semTools ω₃)
	Standardized float64   // the same model on correlations
	Minres       float64   // least-squares (minres) loadings on correlations, as psych::fa with one factor
	Loadings     []float64 // ML, in the units of the items (factor variance 1)
	Unique       []float64 // ML residual variances; negative ones (Heywood) are possible and shown
	ChiSq        float64   // n·F_ML
	DF           int
	P            float64 // of ChiSq; NaN when DF = 0
	Heywood      bool    // a residual variance ≤ 0: the model does not fit these items
}

// Omega computes McDonald's omega by a one-factor model fitted with normal-theory maximum likelihood.
//
//	ω = (Σλ)² / ((Σλ)² + Σθ)
//
// items holds one column per item; NaN is a missing answer and its row is left out. The factor is turned so that the
// loadings sum to a positive number; reverse-keyed items must be turned beforehand. Assumes one factor and uncorrelated
// residuals (ChiSq tests that).
//
// Refuses: fewer than 3 items (not_identified), fewer than k + 2 complete rows (insufficient_observations), a constant
// item (no_variation), items that are combinations of one another (collinear), a fit that does not settle
// (no_convergence).
//
// Sources: McDonald (1999) Test Theory; Jöreskog (1969) doi:10.1007/BF02289343; Harman & Jones (1966)
// doi:10.1007/BF02289468.
func Omega(items [][]float64) (*OmegaResult, error) {
	cols, nTotal, err := dropIncomplete(items)
	if err != nil {
		return nil, err
	}
	k, n := len(cols), len(cols[0])
	if k < 3 {
		return nil, &Refusal{Reason: NotIdentified, Detail: "items", Need: 3, Have: k}
	}
	if n < k+2 {
		return nil, TooFew(InsufficientObservations, k+2, n)
	}
	cov := covMatrix(cols)
	sd := make([]float64, k)
	cor := make([][]float64, k)
	for i := range k {
		if !(cov[i][i] > 0) {
			return nil, Refuse(NoVariation, "item %d", i)
		}
		sd[i] = math.Sqrt(cov[i][i])
	}
	for i := range k {
		cor[i] = make([]float64, k)
		for j := range k {
			cor[i][j] = cov[i][j] / sd[i] / sd[j]
		}
		cor[i][i] = 1
	}
	if inverseSym(cor) == nil {
		return nil, Refuse(Collinear, "items")
	}
	start := minresOneFactor(cor)
	lam, theta, f, err := mlOneFactor(cor, start)
	if err != nil {
		return nil, err
	}
	// The ML solution is equivariant under scale: fit on correlations, multiply by the standard deviations. The
	// covariance of the likelihood has divisor n.
	res := &OmegaResult{N: n, NTotal: nTotal, K: k, DF: k * (k - 3) / 2}
	shrink := math.Sqrt(float64(n-1) / float64(n))
	var sumRaw, sumStd, thRaw, thStd, total float64
	for i := range k {
		l := lam[i] * sd[i] * shrink
		t := theta[i] * sq(sd[i]*shrink)
		res.Loadings = append(res.Loadings, l)
		res.Unique = append(res.Unique, t)
		sumRaw += l
		thRaw += t
		sumStd += lam[i]
		thStd += theta[i]
		res.Heywood = res.Heywood || theta[i] <= 0
		for j := range k {
			total += cov[i][j]
		}
	}
	res.Raw = sq(sumRaw) / (sq(sumRaw) + thRaw)
	res.RawObserved = sq(sumRaw) / (total * shrink * shrink)
	res.Standardized = sq(sumStd) / (sq(sumStd) + thStd)
	var sm, um float64
	for _, l := range start {
		sm += l
		um += 1 - l*l
	}
	res.Minres = sq(sm) / (sq(sm) + um)
	res.ChiSq = float64(n) * f
	res.P = math.NaN()
	if res.DF > 0 {
		res.P = chi2Upper(res.ChiSq, float64(res.DF))
	}
	return res, nil
}

// minresOneFactor minimises the squared off-diagonal residuals of cor − λλᵀ by coordinate descent (each step is exact).
func minresOneFactor(cor [][]float64) []float64 {
	k := len(cor)
	lam := make([]float64, k)
	for i := range k { // start: the centroid
		var s float64
		for j := range k {
			s += cor[i][j]
		}
		lam[i] = s
	}
	var tot float64
	for _, l := range lam {
		tot += l
	}
	for i := range lam {
		if tot > 1e-9 {
			lam[i] /= math.Sqrt(tot)
		} else {
			lam[i] = .5
		}
	}
	for range 20000 {
		var change float64
		for i := range k {
			var num, den float64
			for j := range k {
				if j != i {
					num += cor[i][j] * lam[j]
					den += lam[j] * lam[j]
				}
			}
			if den == 0 {
				continue
			}
			v := math.Max(-math.Sqrt(.995), math.Min(math.Sqrt(.995), num/den)) // psych keeps the uniqueness ≥ .005
			change = math.Max(change, math.Abs(v-lam[i]))
			lam[i] = v
		}
		if change < 1e-13 {
			break
		}
	}
	return turnPositive(lam)
}

func turnPositive(lam []float64) []float64 {
	var s float64
	for _, l := range lam {
		s += l
	}
	if s < 0 {
		for i := range lam {
			lam[i] = -lam[i]
		}
	}
	return lam
}

// mlOneFactor minimises F = log|Σ| + tr(SΣ⁻¹) − log|S| − k over Σ = λλᵀ + diag(θ) by Fisher scoring with halved steps.
func mlOneFactor(s [][]float64, start []float64) (lam, theta []float64, f float64, err error) {
	k := len(s)
	logdetS, ok := logDet(s)
	if !ok {
		return nil, nil, 0, Refuse(Collinear, "items")
	}
	par := make([]float64, 2*k)
	for i, l := range start {
		l = math.Max(-.95, math.Min(.95, l))
		par[i], par[k+i] = l, 1-l*l
	}
	obj := func(p []float64) (float64, [][]float64) {
		sig := make([][]float64, k)
		for i := range k {
			sig[i] = make([]float64, k)
			for j := range k {
				sig[i][j] = p[i] * p[j]
			}
			sig[i][i] += p[k+i]
		}
		ld, ok := logDet(sig)
		if !ok {
			return math.Inf(1), nil
		}
		a := inverseSym(sig)
		var tr float64
		for i := range k {
			for j := range k {
				tr += a[i][j] * s[j][i]
			}
		}
		return ld + tr - logdetS - float64(k), a
	}
	f, a := obj(par)
	for range 500 {
		if a == nil {
			return nil, nil, 0, Refuse(NoConvergence, "one-factor model")
		}
		step, decrement := scoringStep(s, a, par)
		if step == nil {
			return nil, nil, 0, Refuse(NotIdentified, "one-factor model")
		}
		if decrement < 1e-20 {
			return turnPositive(par[:k]), par[k:], math.Max(0, f), nil
		}
		moved := false
		for h := 1.0; h > 1e-10; h /= 2 {
			try := make([]float64, 2*k)
			for i := range try {
				try[i] = par[i] - h*step[i]
			}
			if ft, at := obj(try); ft < f {
				par, f, a, moved = try, ft, at, true
				break
			}
		}
		if !moved {
			if decrement < 1e-9 { // F is down to its rounding
				return turnPositive(par[:k]), par[k:], math.Max(0, f), nil
			}
			return nil, nil, 0, Refuse(NoConvergence, "one-factor model")
		}
	}
	return nil, nil, 0, Refuse(NoConvergence, "one-factor model")
}

// scoringStep gives the Fisher step H⁻¹g and the decrement gᵀH⁻¹g (what is left to gain in F) at par, with a = Σ⁻¹.
func scoringStep(s, a [][]float64, par []float64) ([]float64, float64) {
	k := len(s)
	v := make([]float64, k) // Σ⁻¹λ
	var c float64
	for i := range k {
		for j := range k {
			v[i] += a[i][j] * par[j]
		}
		c += v[i] * par[i]
	}
	as := matMul(a, s)
	g := matMul(as, a)
	grad := make([]float64, 2*k)
	for i := range k {
		for j := range k {
			grad[i] += 2 * (a[i][j] - g[i][j]) * par[j]
		}
		grad[k+i] = a[i][i] - g[i][i]
	}
	h := make([][]float64, 2*k)
	for i := range h {
		h[i] = make([]float64, 2*k)
	}
	for i := range k {
		for j := range k {
			h[i][j] = 2 * (v[i]*v[j] + a[i][j]*c)
			h[i][k+j] = 2 * a[i][j] * v[j]
			h[k+j][i] = h[i][k+j]
			h[k+i][k+j] = a[i][j] * a[i][j]
		}
	}
	// A whisper of ridge keeps a flat direction (an item that belongs to nothing) from stopping the iteration.
	for i := range h {
		h[i][i] *= 1 + 1e-12
	}
	step := solveSym(h, grad)
	if step == nil {
		return nil, 0
	}
	return step, dotp(step, grad)
}
