package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// PretrendBounds says what an effect is worth if trends after the start may differ from parallel by as much as they did before.
type PretrendBounds struct {
	Estimate  float64
	SE        float64
	MaxPre    float64 // largest change of the gap between neighbouring periods before the start
	M         []float64
	Bounds    []Interval // identified set at each M: estimate ± M·MaxPre·reach
	CI        []Interval // with sampling error
	Breakdown float64    // largest M at which the interval still excludes 0; 0 when it never does, +Inf above 100
}

// RelativeMagnitudes bounds an average post-period effect when the violation of parallel trends between any two neighbouring
// periods after the start is at most M times the largest one before it (Δ^RM(M̄) of Rambachan & Roth).
//
// event holds the event times in order (… −2, −1, 0, 1, …; the base period −1 may be present with effect 0 or absent),
// effect and cov their estimates against the base period −1 ("universal" base) and covariance; weight the weights of the
// effects of interest, 0 for periods before the start. A gap may drift to (e+1)·M·MaxPre by event time e, so reach =
// Σ|weights of e and later|. The interval is the union, over the neighbouring pre-periods and both signs, of the normal
// intervals of the shifted estimate: it covers the identified set at least at the level (it is wider than the hybrid interval
// of the paper, never narrower than honest).
//
// Refuses fewer than two pre-periods besides the base (no_pretrend_fit has nothing to go by: insufficient_periods), a
// covariance of the wrong shape, weights that are not finite.
//
// Rambachan & Roth (2023), doi:10.1093/restud/rdad018.
func RelativeMagnitudes(event, effect []float64, cov [][]float64, weight, ms []float64, level float64) (*PretrendBounds, error) {
	k := len(event)
	if len(effect) != k || len(weight) != k || len(cov) != k {
		return nil, Refuse(LengthMismatch, "event times, effects, weights, covariance")
	}
	for _, row := range cov {
		if len(row) != k {
			return nil, Refuse(LengthMismatch, "covariance")
		}
		if err := finite("covariance", row); err != nil {
			return nil, err
		}
	}
	for _, c := range [][]float64{event, effect, weight, ms} {
		if err := finite("input", c); err != nil {
			return nil, err
		}
	}
	if !(level > 0 && level < 1) {
		return nil, Refuse(OutOfRange, "level %v", level)
	}
	for i := 1; i < k; i++ {
		if event[i] <= event[i-1] {
			return nil, Refuse(OutOfRange, "event times are not in order")
		}
	}
	// The path before the start, the base period filled in as 0.
	type node struct {
		e  float64
		at int // −1: the base
	}
	var pre []node
	based := false
	for i, e := range event {
		if e < 0 {
			pre = append(pre, node{e, i})
			based = based || e == -1
		}
	}
	if !based {
		pre = append(pre, node{-1, -1})
	}
	if len(pre) < 3 {
		return nil, TooFew(InsufficientPeriods, 3, len(pre))
	}
	out := &PretrendBounds{M: ms}
	lin := make([]float64, k)
	reach := 0.0
	for i, e := range event {
		if e >= 0 {
			lin[i] = weight[i]
			tail := 0.0
			for j := i; j < k; j++ {
				tail += weight[j]
			}
			step := e + 1 // periods since the effect before, or since the base period
			if i > 0 && event[i-1] >= 0 {
				step = e - event[i-1]
			}
			reach += math.Abs(tail) * step
		}
	}
	form := func(l []float64) (v, se float64) {
		s := 0.0
		for i := range l {
			v += l[i] * effect[i]
			for j := range l {
				s += l[i] * l[j] * cov[i][j]
			}
		}
		return v, math.Sqrt(math.Max(0, s))
	}
	out.Estimate, out.SE = form(lin)
	diffs := make([][]float64, 0, len(pre)-1)
	for i := 1; i < len(pre); i++ {
		l := make([]float64, k)
		width := pre[i].e - pre[i-1].e
		if pre[i].at >= 0 {
			l[pre[i].at] += 1 / width
		}
		if pre[i-1].at >= 0 {
			l[pre[i-1].at] -= 1 / width
		}
		diffs = append(diffs, l)
		v, _ := form(l)
		out.MaxPre = math.Max(out.MaxPre, math.Abs(v))
	}
	z := normalTail(level)
	interval := func(m float64) Interval {
		iv := Interval{math.Inf(1), math.Inf(-1), level}
		for _, l := range diffs {
			for _, sign := range []float64{-1, 1} {
				shifted := make([]float64, k)
				for i := range shifted {
					shifted[i] = lin[i] + sign*m*reach*l[i]
				}
				v, se := form(shifted)
				iv.Lo, iv.Hi = math.Min(iv.Lo, v-z*se), math.Max(iv.Hi, v+z*se)
			}
		}
		return iv
	}
	for _, m := range ms {
		if m < 0 {
			return nil, Refuse(OutOfRange, "M = %v", m)
		}
		h := m * out.MaxPre * reach
		out.Bounds = append(out.Bounds, Interval{out.Estimate - h, out.Estimate + h, 1})
		out.CI = append(out.CI, interval(m))
	}
	covers := func(m float64) bool { iv := interval(m); return iv.Lo <= 0 && iv.Hi >= 0 }
	switch {
	case covers(0):
		out.Breakdown = 0
	case !covers(100):
		out.Breakdown = math.Inf(1)
	default:
		lo, hi := 0.0, 100.0
		for range 60 {
			if mid := (lo + hi) / 2; covers(mid) {
				hi = mid
			} else {
				lo = mid
			}
		}
		out.Breakdown = lo
	}
	return out, nil
}

// PretrendTest is the joint Wald test that all effects before the start are 0, with the base period left out.
func PretrendTest(event, effect []float64, cov [][]float64) (w, p float64, df int, err error) {
	var at []int
	for i, e := range event {
		if i >= len(effect) || i >= len(cov) || len(cov[i]) < len(event) {
			return 0, 0, 0, Refuse(LengthMismatch, "event times, effects, covariance")
		}
		if e < 0 && cov[i][i] > 0 {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return 0, 0, 0, TooFew(InsufficientPeriods, 1, 0)
	}
	v, x := mat.NewDense(len(at), len(at), nil), mat.NewVecDense(len(at), nil)
	for a, i := range at {
		x.SetVec(a, effect[i])
		for b, j := range at {
			v.Set(a, b, cov[i][j])
		}
	}
	var s mat.VecDense
	if e := s.SolveVec(v, x); e != nil {
		return 0, 0, 0, Refuse(Collinear, "the effects before the start")
	}
	w = mat.Dot(x, &s)
	return w, chi2Upper(w, float64(len(at))), len(at), nil
}
