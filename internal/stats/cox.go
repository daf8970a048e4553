package stats

import (
	"math"
	"slices"
	"sort"
)

// Ties says how a Cox model treats events at the same time.
type Ties string

// The two approximations in use; Efron's is nearer the exact likelihood.
const (
	Efron   Ties = "efron"
	Breslow Ties = "breslow"
)

// CoxResult is a fitted proportional-hazards model; slices have one entry per covariate.
type CoxResult struct {
	N, Events      int
	Coef, SE, Z, P []float64
	HR             []float64
	HRCI           []Interval // exp(b ± z·SE)
	Cov            [][]float64
	LogLikNull     float64
	LogLik         float64
	LR, Score      float64 // global tests, χ² with DF degrees of freedom
	Wald           float64
	DF             int
	LRP, ScoreP    float64
	WaldP          float64
	Concordance    float64 // Harrell's C, ties in risk count one half
	model          *coxModel
}

// Cox fits a proportional-hazards model by partial likelihood: hazard(t|x) = h₀(t)·exp(xβ).
//
// x holds one column per covariate, parallel to l; rows with a NaN covariate must have been left out (not_finite).
// Assumes hazards that stay proportional (see Proportionality) and uninformative censoring. Wald intervals cover ≥ 93 %
// from about 10 events per covariate on (internal/docs/calibration.md).
//
// Refuses: no covariate or fewer than 2 units (insufficient_observations), no events (no_variation: event), a constant
// covariate (no_variation), combinations (collinear), a covariate that separates the events perfectly (not_identified).
//
// Sources: Cox (1972) doi:10.1111/j.2517-6161.1972.tb00899.x; Efron (1977) doi:10.1080/01621459.1977.10480613;
// Breslow (1974) doi:10.2307/2529620; Harrell et al. (1996).
func Cox(l Lifetimes, x [][]float64, ties Ties, level float64) (*CoxResult, error) {
	m, err := newCoxModel(l, x, ties, level)
	if err != nil {
		return nil, err
	}
	p := len(x)
	beta := make([]float64, p)
	ll, score, info := m.evaluate(beta, nil)
	r := &CoxResult{N: len(m.l.Time), Events: m.events, DF: p, LogLikNull: ll, model: m}
	step := solveSym(info, score)
	if step == nil {
		return nil, Refuse(Collinear, "covariates")
	}
	r.Score = dotp(step, score)
	converged := false
	for range 60 {
		moved := false
		for h := 1.0; h > 1e-9; h /= 2 {
			try := make([]float64, p)
			for j := range try {
				try[j] = beta[j] + h*step[j]
			}
			if lt, st, it := m.evaluate(try, nil); lt >= ll-1e-12*math.Abs(ll) {
				gain := lt - ll
				beta, ll, score, info, moved = try, lt, st, it, true
				converged = gain <= 1e-11*(1+math.Abs(ll)) && h == 1
				break
			}
		}
		if !moved {
			converged = true // no uphill step left within rounding
			break
		}
		for j := range beta {
			if math.Abs(beta[j]) > 30 { // columns are standardised: e³⁰ times the hazard per sd is separation
				return nil, Refuse(NotIdentified, "covariate %d separates the events", j)
			}
		}
		next := solveSym(info, score)
		if next == nil {
			return nil, Refuse(NotIdentified, "the information vanished: a covariate separates the events")
		}
		step = next
		if converged && maxAbsOf(step) < 1e-9 {
			break
		}
	}
	if !converged {
		return nil, Refuse(NoConvergence, "partial likelihood")
	}
	return m.report(r, beta, ll, info, level)
}

func maxAbsOf(v []float64) float64 {
	var m float64
	for _, x := range v {
		m = math.Max(m, math.Abs(x))
	}
	return m
}

// report turns the standardised solution back into the units of the covariates.
func (m *coxModel) report(r *CoxResult, beta []float64, ll float64, info [][]float64, level float64) (*CoxResult, error) {
	p := len(beta)
	cov := inverseSym(info)
	if cov == nil {
		return nil, Refuse(NotIdentified, "information matrix")
	}
	r.LogLik = ll
	r.LR = 2 * (ll - r.LogLikNull)
	var w float64
	for a := range p {
		for b := range p {
			w += beta[a] * info[a][b] * beta[b]
		}
	}
	r.Wald = w
	df := float64(p)
	r.LRP, r.ScoreP, r.WaldP = chi2Upper(r.LR, df), chi2Upper(r.Score, df), chi2Upper(r.Wald, df)
	z := normQuantile((1 + level) / 2)
	r.Cov = square(p)
	for a := range p {
		for b := range p {
			r.Cov[a][b] = cov[a][b] / m.scale[a] / m.scale[b]
		}
		b, se := beta[a]/m.scale[a], math.Sqrt(r.Cov[a][a])
		r.Coef, r.SE = append(r.Coef, b), append(r.SE, se)
		r.Z, r.P = append(r.Z, b/se), append(r.P, normTwoSided(b/se))
		r.HR = append(r.HR, math.Exp(b))
		r.HRCI = append(r.HRCI, Interval{math.Exp(b - z*se), math.Exp(b + z*se), level})
	}
	m.beta = beta
	r.Concordance = m.concordance()
	return r, nil
}

// coxModel holds the data sorted for passes from the last time to the first, covariates centred and scaled.
type coxModel struct {
	l             Lifetimes
	x             [][]float64 // n rows of p
	centre, scale []float64
	ties          Ties
	byTime        []int // rows by time, descending
	byEntry       []int // rows by entry, descending; nil without entries
	events        int
	beta          []float64
}

func newCoxModel(l Lifetimes, x [][]float64, ties Ties, level float64) (*coxModel, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	if ties != Efron && ties != Breslow {
		return nil, Refuse(OutOfRange, "ties = %q", ties)
	}
	l, err := l.check()
	if err != nil {
		return nil, err
	}
	n := len(l.Time)
	if len(x) == 0 || n < 2 {
		return nil, TooFew(InsufficientObservations, 2, min(n, len(x)))
	}
	if err := sameLength(n, x...); err != nil {
		return nil, err
	}
	m := &coxModel{l: l, ties: ties, x: make([][]float64, n)}
	for i := range m.x {
		m.x[i] = make([]float64, len(x))
	}
	for j, c := range x {
		if err := finite("covariate", c); err != nil {
			return nil, err
		}
		mu := meanOf(c)
		sd := math.Sqrt(covMatrix([][]float64{c})[0][0])
		if !(sd > 0) || math.IsInf(sd, 0) {
			return nil, Refuse(NoVariation, "covariate %d", j)
		}
		m.centre, m.scale = append(m.centre, mu), append(m.scale, sd)
		for i, v := range c {
			m.x[i][j] = (v - mu) / sd
		}
	}
	m.byTime = make([]int, n)
	for i := range m.byTime {
		m.byTime[i] = i
		if l.Event[i] {
			m.events++
		}
	}
	if m.events == 0 {
		return nil, Refuse(NoVariation, "event: nobody had it")
	}
	sort.SliceStable(m.byTime, func(a, b int) bool { return l.Time[m.byTime[a]] > l.Time[m.byTime[b]] })
	if l.Entry != nil {
		m.byEntry = slices.Clone(m.byTime)
		sort.SliceStable(m.byEntry, func(a, b int) bool { return l.Entry[m.byEntry[a]] > l.Entry[m.byEntry[b]] })
	}
	return m, nil
}

// coxVisit sees each event time (descending): its score and information contributions and the baseline hazard step.
type coxVisit func(t float64, u []float64, v [][]float64, hazard float64)

// evaluate gives log partial likelihood, score and information at beta (standardised units).
func (m *coxModel) evaluate(beta []float64, visit coxVisit) (ll float64, score []float64, info [][]float64) {
	n, p := len(m.x), len(beta)
	eta, w := make([]float64, n), make([]float64, n)
	top := math.Inf(-1)
	for i := range eta {
		eta[i] = dotp(m.x[i], beta)
		top = math.Max(top, eta[i])
	}
	shift := math.Max(0, top-500) // only to keep exp finite
	for i := range eta {
		w[i] = math.Exp(eta[i] - shift)
	}
	score, info = make([]float64, p), square(p)
	all, dead := newRiskSums(p), newRiskSums(p)
	u, v, mean := make([]float64, p), square(p), make([]float64, p)
	at, gone := 0, 0
	for at < n {
		t := m.l.Time[m.byTime[at]]
		dead.clear()
		clear(u)
		d := 0
		for ; at < n && m.l.Time[m.byTime[at]] == t; at++ {
			i := m.byTime[at]
			all.add(w[i], m.x[i])
			if m.l.Event[i] {
				d++
				dead.add(w[i], m.x[i])
				ll += eta[i] - shift
				for j := range u {
					u[j] += m.x[i][j]
				}
			}
		}
		for m.byEntry != nil && gone < n && m.l.Entry[m.byEntry[gone]] >= t {
			i := m.byEntry[gone]
			all.add(-w[i], m.x[i])
			gone++
		}
		if d == 0 {
			continue
		}
		for j := range v {
			clear(v[j])
		}
		hazard := 0.0
		for k := range d {
			f := 0.0
			if m.ties == Efron {
				f = float64(k) / float64(d)
			}
			s0 := all.s0 - f*dead.s0
			ll -= math.Log(s0)
			hazard += 1 / s0
			for a := range p {
				mean[a] = (all.s1[a] - f*dead.s1[a]) / s0
				u[a] -= mean[a]
			}
			for a := range p {
				for b := range a + 1 {
					v[a][b] += (all.s2[a][b]-f*dead.s2[a][b])/s0 - mean[a]*mean[b]
				}
			}
		}
		for a := range p {
			score[a] += u[a]
			for b := range a + 1 {
				v[b][a] = v[a][b]
				info[a][b] += v[a][b]
				info[b][a] = info[a][b]
			}
		}
		if visit != nil {
			visit(t, u, v, hazard*math.Exp(-shift))
		}
	}
	return ll, score, info
}

// riskSums are Σw, Σwx and Σwxxᵀ (lower triangle) over a set of units.
type riskSums struct {
	s0 float64
	s1 []float64
	s2 [][]float64
}

func newRiskSums(p int) *riskSums { return &riskSums{s1: make([]float64, p), s2: square(p)} }

func (r *riskSums) clear() {
	r.s0 = 0
	clear(r.s1)
	for _, row := range r.s2 {
		clear(row)
	}
}

func (r *riskSums) add(w float64, x []float64) {
	r.s0 += w
	for a, xa := range x {
		r.s1[a] += w * xa
		for b := range a + 1 {
			r.s2[a][b] += w * xa * x[b]
		}
	}
}
