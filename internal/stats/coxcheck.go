package stats

import (
	"math"
	"slices"
	"sort"
)

// PHTest is the test of proportional hazards.
type PHTest struct {
	ChiSq   []float64 // one per covariate, 1 df
	P       []float64
	Global  float64
	GlobalP float64
}

// Proportionality tests whether each hazard ratio stays the same over time: the score test of adding x·g(t) to the
// model, g(t) = 1 − KM(t−) (what cox.zph does from survival 3.0 on; older versions print a correlation approximation).
//
// Source: Grambsch & Therneau (1994) doi:10.1093/biomet/81.3.515.
func (r *CoxResult) Proportionality() (*PHTest, error) {
	m := r.model
	km, err := KaplanMeier(m.l, .95)
	if err != nil {
		return nil, err
	}
	before := func(t float64) float64 { // 1 − S(t−)
		k := sort.SearchFloat64s(km.Time, t) - 1
		if k < 0 {
			return 0
		}
		return 1 - km.S[k]
	}
	var centre float64
	for i, t := range m.l.Time {
		if m.l.Event[i] {
			centre += before(t) / float64(m.events)
		}
	}
	p := len(m.beta)
	big := square(2 * p)
	u1 := make([]float64, p)
	m.evaluate(m.beta, func(t float64, u []float64, v [][]float64, _ float64) {
		g := before(t) - centre
		for a := range p {
			u1[a] += g * u[a]
			for b := range p {
				big[a][b] += v[a][b]
				big[a][p+b] += g * v[a][b]
				big[p+b][a] = big[a][p+b]
				big[p+a][p+b] += g * g * v[a][b]
			}
		}
	})
	quad := func(cols []int) float64 {
		k := p + len(cols)
		at := make([]int, 0, k)
		for a := range p {
			at = append(at, a)
		}
		for _, c := range cols {
			at = append(at, p+c)
		}
		sub, rhs := square(k), make([]float64, k)
		for a := range k {
			for b := range k {
				sub[a][b] = big[at[a]][at[b]]
			}
			if at[a] >= p {
				rhs[a] = u1[at[a]-p]
			}
		}
		x := solveSym(sub, rhs)
		if x == nil {
			return math.NaN()
		}
		return dotp(x, rhs)
	}
	out := &PHTest{}
	every := make([]int, p)
	for j := range p {
		every[j] = j
		c := quad([]int{j})
		out.ChiSq, out.P = append(out.ChiSq, c), append(out.P, chi2Upper(c, 1))
	}
	out.Global = quad(every)
	out.GlobalP = chi2Upper(out.Global, float64(p))
	if math.IsNaN(out.Global) {
		return nil, Refuse(NotIdentified, "too few distinct event times to test proportional hazards")
	}
	return out, nil
}

// CumulativeHazard is the baseline Λ₀(t) at the given times for a unit with every covariate 0 (R: basehaz with
// centered = FALSE); with Efron ties the steps are Efron's.
func (r *CoxResult) CumulativeHazard(times []float64) []float64 {
	m := r.model
	var at, step []float64 // descending
	m.evaluate(m.beta, func(t float64, _ []float64, _ [][]float64, hazard float64) {
		at, step = append(at, t), append(step, hazard)
	})
	var offset float64
	for j := range m.beta {
		offset += m.beta[j] * m.centre[j] / m.scale[j]
	}
	out := make([]float64, len(times))
	for i, t := range times {
		for k := len(at) - 1; k >= 0 && at[k] <= t; k-- {
			out[i] += step[k]
		}
		out[i] *= math.Exp(-offset)
	}
	return out
}

// concordance is Harrell's C of the linear predictor: of the pairs in which one unit had the event while the other was
// still at risk, the share in which it had the higher risk.
func (m *coxModel) concordance() float64 {
	n := len(m.x)
	eta := make([]float64, n)
	for i := range eta {
		eta[i] = dotp(m.x[i], m.beta)
	}
	ranks := slices.Clone(eta)
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	tree := make([]int, len(ranks)+1)
	rank := make([]int, n)
	for i, e := range eta {
		rank[i], _ = slices.BinarySearch(ranks, e)
	}
	add := func(i, by int) {
		for k := rank[i] + 1; k <= len(ranks); k += k & -k {
			tree[k] += by
		}
	}
	below := func(r int) (s int) { // units with rank < r
		for k := r; k > 0; k -= k & -k {
			s += tree[k]
		}
		return s
	}
	var conc, tied, pairs float64
	in, at, gone := 0, 0, 0
	for at < n {
		t := m.l.Time[m.byTime[at]]
		var dead []int
		for ; at < n && m.l.Time[m.byTime[at]] == t; at++ {
			i := m.byTime[at]
			if m.l.Event[i] {
				dead = append(dead, i)
			} else {
				add(i, 1)
				in++
			}
		}
		// Units that enter at or after t are not at risk at t. Those were all added before: entry < time.
		for m.byEntry != nil && gone < n && m.l.Entry[m.byEntry[gone]] >= t {
			add(m.byEntry[gone], -1)
			in--
			gone++
		}
		for _, i := range dead {
			lo := below(rank[i])
			same := below(rank[i]+1) - lo
			conc += float64(lo)
			tied += float64(same)
			pairs += float64(in)
		}
		for _, i := range dead {
			add(i, 1)
			in++
		}
	}
	if pairs == 0 {
		return math.NaN()
	}
	return (conc + tied/2) / pairs
}
