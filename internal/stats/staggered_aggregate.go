package stats

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// aggregate averages ATT(g,t) and carries the influence functions along, with the part that comes from estimating the
// cohort shares.
func (r *Staggered) aggregate(p *wide, inf [][]float64) {
	n := float64(p.n)
	share := func(g float64) float64 { return float64(p.size[g]) / n }
	zero := func() []float64 { return make([]float64, p.n) }
	// weighted averages the cells given by their cohort shares.
	weighted := func(cells []int) (float64, []float64) {
		total := 0.0
		for _, k := range cells {
			total += share(r.Cells[k].Cohort)
		}
		att, f := 0.0, zero()
		sumW := zero() // Σ_k (1{G=g_k} − p_k)
		for _, k := range cells {
			c := r.Cells[k]
			w := share(c.Cohort) / total
			att += w * c.ATT
			for i := range f {
				f[i] += w * inf[k][i]
				dev := -share(c.Cohort)
				if p.cohort[i] == c.Cohort {
					dev++
				}
				f[i] += c.ATT * dev / total
				sumW[i] += dev
			}
		}
		for i := range f {
			f[i] -= att * sumW[i] / total
		}
		return att, f
	}
	plain := func(atts []float64, fs [][]float64) (float64, float64) {
		if len(atts) == 0 {
			return math.NaN(), math.NaN()
		}
		f := zero()
		for _, g := range fs {
			for i := range f {
				f[i] += g[i] / float64(len(fs))
			}
		}
		return meanOf(atts), ifSE(f)
	}
	where := func(keep func(c CohortTime) bool) []int {
		var out []int
		for k, c := range r.Cells {
			if keep(c) {
				out = append(out, k)
			}
		}
		return out
	}
	post := where(func(c CohortTime) bool { return c.Time >= c.Cohort })
	r.SimpleATT, r.SimpleSE = math.NaN(), math.NaN()
	if len(post) > 0 {
		att, f := weighted(post)
		r.SimpleATT, r.SimpleSE = att, ifSE(f)
	}

	var events, periods []float64
	for _, c := range r.Cells {
		events = append(events, p.event(c))
		if c.Time >= c.Cohort {
			periods = append(periods, c.Time)
		}
	}
	slices.Sort(events)
	slices.Sort(periods)
	events, periods = slices.Compact(events), slices.Compact(periods)

	var eventIF [][]float64
	var late []float64
	var lateIF [][]float64
	for _, e := range events {
		att, f := weighted(where(func(c CohortTime) bool { return p.event(c) == e }))
		se := ifSE(f)
		r.Dynamic.At, r.Dynamic.ATT, r.Dynamic.SE = append(r.Dynamic.At, e), append(r.Dynamic.ATT, att), append(r.Dynamic.SE, se)
		eventIF = append(eventIF, f)
		if e >= 0 {
			late, lateIF = append(late, att), append(lateIF, f)
		}
	}
	r.Dynamic.Overall, r.Dynamic.OverallSE = plain(late, lateIF)
	r.EventCov = square(len(events))
	for a := range events {
		for b := range events {
			r.EventCov[a][b] = dotp(eventIF[a], eventIF[b]) / n / n
		}
	}

	var groupIF [][]float64
	for _, g := range p.cohorts {
		var atts []float64
		var fs [][]float64
		for k, c := range r.Cells {
			if c.Cohort == g && c.Time >= g {
				atts, fs = append(atts, c.ATT), append(fs, inf[k])
			}
		}
		if len(atts) == 0 {
			continue
		}
		f := zero()
		for _, x := range fs {
			for i := range f {
				f[i] += x[i] / float64(len(fs))
			}
		}
		r.Group.At, r.Group.ATT, r.Group.SE = append(r.Group.At, g), append(r.Group.ATT, meanOf(atts)), append(r.Group.SE, ifSE(f))
		groupIF = append(groupIF, f)
	}
	r.Group.Overall, r.Group.OverallSE, r.GroupSE = r.overGroups(p, groupIF)

	var calIF [][]float64
	for _, t := range periods {
		att, f := weighted(where(func(c CohortTime) bool { return c.Time == t && c.Time >= c.Cohort }))
		r.Calendar.At, r.Calendar.ATT, r.Calendar.SE = append(r.Calendar.At, t), append(r.Calendar.ATT, att), append(r.Calendar.SE, ifSE(f))
		calIF = append(calIF, f)
	}
	r.Calendar.Overall, r.Calendar.OverallSE = plain(r.Calendar.ATT, calIF)
}

// overGroups weights the cohorts' effects by their size. The second error is the delta-method one; the first pairs the
// k-th cohort's share with the cohort of the k-th cell when it accounts for estimating the shares, which is what the did
// package 2.1.2 does and prints (ADR 0015).
func (r *Staggered) overGroups(p *wide, fs [][]float64) (att, seDid, se float64) {
	a := r.Group
	if len(a.At) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	total := 0.0
	for _, g := range a.At {
		total += float64(p.size[g]) / float64(p.n)
	}
	for k, g := range a.At {
		att += float64(p.size[g]) / float64(p.n) / total * a.ATT[k]
	}
	with := func(cohort func(k int) float64) float64 {
		f, sum := make([]float64, p.n), make([]float64, p.n)
		for k, g := range a.At {
			s := float64(p.size[g]) / float64(p.n)
			for i := range f {
				dev := -s
				if p.cohort[i] == cohort(k) {
					dev++
				}
				f[i] += s/total*fs[k][i] + a.ATT[k]*dev/total
				sum[i] += dev
			}
		}
		for i := range f {
			f[i] -= att * sum[i] / total
		}
		return ifSE(f)
	}
	return att, with(func(k int) float64 { return r.Cells[k].Cohort }), with(func(k int) float64 { return a.At[k] })
}

// event is the event time: periods since the start, in the unit of Time.
func (p *wide) event(c CohortTime) float64 { return c.Time - c.Cohort }

// supT simulates the quantile of the largest |z| over all event times that have an error.
func (r *Staggered) supT(ctx context.Context, opt StaggeredOptions) error {
	r.SupT = math.NaN()
	r.Band, r.Point = make([]Interval, len(r.Dynamic.At)), make([]Interval, len(r.Dynamic.At))
	z := normQuantile((1 + opt.Level) / 2)
	var at []int
	for k := range r.Dynamic.At {
		r.Band[k] = Interval{math.NaN(), math.NaN(), opt.Level}
		r.Point[k] = Interval{r.Dynamic.ATT[k] - z*r.Dynamic.SE[k], r.Dynamic.ATT[k] + z*r.Dynamic.SE[k], opt.Level}
		if !math.IsNaN(r.Dynamic.SE[k]) {
			at = append(at, k)
		}
	}
	q := len(at)
	if q == 0 {
		return nil
	}
	if opt.Draws == 0 {
		opt.Draws = max(10_000, min(100_000, 500_000_000/(q*q)))
	}
	corr := mat.NewSymDense(q, nil)
	for a, i := range at {
		for b := a; b < q; b++ {
			j := at[b]
			corr.SetSym(a, b, r.EventCov[i][j]/math.Sqrt(r.EventCov[i][i]*r.EventCov[j][j]))
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(corr, true) {
		return nil
	}
	val := eig.Values(nil)
	var vec mat.Dense
	eig.VectorsTo(&vec)
	root := make([]float64, q*q) // row k: direction of eigenvalue k
	for k := range q {
		s := math.Sqrt(math.Max(0, val[k]))
		for i := range q {
			root[k*q+i] = s * vec.At(i, k)
		}
	}
	rng := rand.New(rand.NewPCG(opt.Seed, 0x50f7))
	top, zs := make([]float64, opt.Draws), make([]float64, q)
	for d := range top {
		if d%4096 == 0 && ctx.Err() != nil {
			return Refuse(Canceled, "simultaneous band")
		}
		clear(zs)
		for k := range q {
			e := rng.NormFloat64()
			for i, v := range root[k*q : k*q+q] {
				zs[i] += e * v
			}
		}
		for _, v := range zs {
			top[d] = math.Max(top[d], math.Abs(v))
		}
	}
	slices.Sort(top)
	r.SupT = top[min(len(top)-1, int(math.Ceil(opt.Level*float64(len(top))))-1)]
	for _, k := range at {
		h := r.SupT * r.Dynamic.SE[k]
		r.Band[k] = Interval{r.Dynamic.ATT[k] - h, r.Dynamic.ATT[k] + h, opt.Level}
	}
	return nil
}
