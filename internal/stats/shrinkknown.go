package stats

import "math"

// TauMethod says how the variance between groups is estimated from estimates with known errors.
type TauMethod string

// The methods. REML is the default.
const (
	TauREML TauMethod = "reml"
	TauML   TauMethod = "ml"
	TauDL   TauMethod = "dl" // DerSimonian & Laird (1986), moments
	TauPM   TauMethod = "pm" // Paule & Mandel (1982), generalised Q = k − 1
)

// KnownFit is the model y_i = μ + u_i + e_i with Var u = τ² and Var e_i = se_i² known.
type KnownFit struct {
	Mu, SEMu  float64
	MuCI      Interval // normal quantile, as metafor's default
	SEMuHK    float64  // Hartung & Knapp: to be used with t(k−1)
	MuHK      Interval // with it
	Tau2      float64
	Q, QP     float64 // Cochran's Q with k − 1 degrees of freedom: do the groups differ at all?
	I2        float64 // share of the total variance that lies between groups, 0…1
	Method    TauMethod
	Estimates []ShrunkGroup // Group is the position, N is 0; PredSD is what metafor's blup prints, CI uses it with t(k−1)
}

// ShrinkKnown pulls estimates with known standard errors (team slopes, team scores with a sampling error) towards their
// precision-weighted mean.
//
//	θ̂_i = μ + B_i(y_i − μ),  B_i = τ²/(τ²+se_i²)
//
// Intervals of the groups allow for the error of μ and, as in Shrink, for B being estimated. Assumes normal effects and
// errors, standard errors that are known (about 30 respondents or more behind each).
//
// Refuses: fewer than 3 groups (insufficient_teams), errors that are not positive or differ by more than a factor of 10⁶
// (out_of_range), NaN or Inf, an unknown method.
//
// Sources: Viechtbauer (2005) doi:10.3102/10769986030003261; DerSimonian & Laird (1986)
// doi:10.1016/0197-2456(86)90046-2; Paule & Mandel (1982) doi:10.6028/jres.087.022; Hartung & Knapp (2001)
// doi:10.1002/sim.791.
func ShrinkKnown(y, se []float64, method TauMethod, level float64) (*KnownFit, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	k := len(y)
	if err := sameLength(k, se); err != nil {
		return nil, err
	}
	if k < 3 {
		return nil, TooFew(InsufficientTeams, 3, k)
	}
	if err := finite("y", y); err != nil {
		return nil, err
	}
	if err := finite("se", se); err != nil {
		return nil, err
	}
	v := make([]float64, k)
	least, most := math.Inf(1), 0.0
	for i, s := range se {
		if !(s > 1e-60) || s > 1e60 || math.Abs(y[i]) > 1e70 {
			return nil, Refuse(OutOfRange, "y[%d] = %v, se = %v", i, y[i], s)
		}
		least, most = math.Min(least, s), math.Max(most, s)
		v[i] = s * s
	}
	if most > 1e6*least {
		return nil, Refuse(OutOfRange, "standard errors from %v to %v: one estimate would outweigh all others", least, most)
	}
	m := &knownModel{v: v, dev: make([]float64, k), centre: meanOf(y)}
	for i := range y {
		m.dev[i] = y[i] - m.centre
	}
	f := &KnownFit{Method: method}
	switch method {
	case TauREML, TauML:
		f.Tau2 = m.likelihood(method == TauREML)
	case TauDL:
		f.Tau2 = m.derSimonian()
	case TauPM:
		f.Tau2 = m.pauleMandel()
	default:
		return nil, Refuse(OutOfRange, "method %q", method)
	}
	m.report(f, y, level)
	return f, nil
}

// knownModel holds the estimates around a centre near them.
type knownModel struct {
	v, dev []float64
	centre float64
}

// weigh gives Σw, the weighted mean of dev and Σw(dev−mean)² with w = 1/(v+τ²).
func (m *knownModel) weigh(tau2 float64) (s0, mu, q float64) {
	for i, v := range m.v {
		w := 1 / (v + tau2)
		s0 += w
		mu += w * m.dev[i]
	}
	mu /= s0
	for i, v := range m.v {
		q += sq(m.dev[i]-mu) / (v + tau2)
	}
	return s0, mu, q
}

// likelihood minimises the (restricted) deviance from its slope, on the scale of the typical error variance.
func (m *knownModel) likelihood(reml bool) float64 {
	unit := medianOf(m.v)
	return unit * minimiseRatio(func(x float64) (float64, float64) {
		tau2 := x * unit
		s0, mu, q := m.weigh(tau2)
		dev, slope := q, 0.0
		var ww float64
		for i, v := range m.v {
			w := 1 / (v + tau2)
			dev -= math.Log(w)
			slope += w - sq(w*(m.dev[i]-mu))
			ww += w * w
		}
		if reml {
			dev += math.Log(s0)
			slope -= ww / s0
		}
		return dev, slope * unit
	}, 1)
}

func (m *knownModel) derSimonian() float64 {
	_, _, q := m.weigh(0)
	var s1, s2 float64
	for _, v := range m.v {
		s1 += 1 / v
		s2 += 1 / (v * v)
	}
	return math.Max(0, (q-float64(len(m.v)-1))/(s1-s2/s1))
}

func (m *knownModel) pauleMandel() float64 {
	target := float64(len(m.v) - 1)
	if _, _, q := m.weigh(0); q <= target {
		return 0
	}
	hi := medianOf(m.v)
	for range 2000 {
		if _, _, q := m.weigh(hi); q < target {
			break
		}
		hi *= 2
	}
	// Q falls with τ².
	return bisect(func(t float64) float64 { _, _, q := m.weigh(t); return -q }, -target, 0, hi)
}

func (m *knownModel) report(f *KnownFit, y []float64, level float64) {
	k := float64(len(y))
	_, _, f.Q = m.weigh(0)
	f.QP = chi2Upper(f.Q, k-1)
	s0, mu, q := m.weigh(f.Tau2)
	f.Mu, f.SEMu = m.centre+mu, math.Sqrt(1/s0)
	f.SEMuHK = f.SEMu * math.Sqrt(q/(k-1))
	z, t := normQuantile((1+level)/2), tQuantile((1+level)/2, k-1)
	f.MuCI = Interval{f.Mu - z*f.SEMu, f.Mu + z*f.SEMu, level}
	f.MuHK = Interval{f.Mu - t*f.SEMuHK, f.Mu + t*f.SEMuHK, level}
	var s1, s2 float64
	for _, v := range m.v {
		s1 += 1 / v
		s2 += 1 / (v * v)
	}
	typical := (k - 1) * s1 / (s1*s1 - s2) // Higgins & Thompson (2002)
	f.I2 = f.Tau2 / (f.Tau2 + typical)
	for i, v := range m.v {
		g := ShrunkGroup{Group: i, Raw: y[i], Weight: f.Tau2 / (f.Tau2 + v)}
		g.EB = f.Mu + g.Weight*(y[i]-f.Mu)
		g.PostSD = math.Sqrt(g.Weight * v)
		g.PredSD = math.Sqrt(g.Weight*v + sq(1-g.Weight)*sq(f.SEMu))
		w := t * math.Sqrt(sq(g.PredSD)+weightError(g.Weight, f.Tau2+v, y[i]-f.Mu, k))
		g.CI = Interval{g.EB - w, g.EB + w, level}
		f.Estimates = append(f.Estimates, g)
	}
}

// weightError is what the estimation of τ² adds to the variance of a shrunk estimate. Var B ≈ 2(1−B)²/(k−3) acts twice
// (Prasad & Rao 1990, doi:10.1080/01621459.1990.10475320): on the estimate itself, by its own deviation (Morris 1983), and on
// τ²(1−B), which is too small on average by Var B·(τ²+v).
func weightError(weight, total, dev, k float64) float64 {
	return 2 / math.Max(k-3, 1) * sq(1-weight) * (sq(dev) + total)
}
