package stats

import (
	"context"
	"math"
	"slices"
	"sort"
)

// synthSearch holds one nested problem: predictors scaled to unit standard deviation, and the outcomes of the fit window.
type synthSearch struct {
	k    int
	x    []float64 // donor × predictor, centred on the donors' mean and scaled
	x1   []float64
	y    [][]float64 // donor × fit window
	y1   []float64
	qp   *simplexLS
	gap  []float64
	root []float64
}

func newSynthSearch(d SynthData, treated int, donors []int) *synthSearch {
	k := len(d.Predictors)
	s := &synthSearch{k: k, x: make([]float64, k*len(donors)), x1: make([]float64, k), qp: newSimplexLS(k, len(donors)), root: make([]float64, k)}
	for i, p := range d.Predictors {
		vals := []float64{p[treated]}
		mid := 0.0
		for _, j := range donors {
			vals = append(vals, p[j])
			mid += p[j] / float64(len(donors))
		}
		sd := math.Sqrt(ssqOf(vals) / float64(len(vals)-1))
		if !(sd > 0) {
			sd = 1 // a predictor that does not vary cannot tell donors apart and weighs nothing
		}
		s.x1[i] = (p[treated] - mid) / sd
		for c, j := range donors {
			s.x[c*k+i] = (p[j] - mid) / sd
		}
	}
	s.y1 = d.Y[treated][d.FitFrom:d.Start]
	for _, j := range donors {
		s.y = append(s.y, d.Y[j][d.FitFrom:d.Start])
	}
	s.gap = make([]float64, len(s.y1))
	return s
}

// loss is the mean squared gap over the fit window of the weights that v (non-negative) leads to.
func (s *synthSearch) loss(v []float64) float64 {
	for i := range s.k {
		s.root[i] = math.Sqrt(v[i])
		s.qp.b[i] = s.x1[i] * s.root[i]
	}
	for c := range s.qp.n {
		for i := range s.k {
			s.qp.a[c*s.k+i] = s.x[c*s.k+i] * s.root[i]
		}
	}
	s.qp.solve()
	copy(s.gap, s.y1)
	for _, c := range s.qp.on {
		for t, y := range s.y[c] {
			s.gap[t] -= s.qp.w[c] * y
		}
	}
	return dotp(s.gap, s.gap) / float64(len(s.gap))
}

// search looks for V by Nelder–Mead on log v from several deterministic starts (equal, by regression of the outcome on the
// predictors, leaning on each predictor), then polishes the best. The surface is piecewise smooth and has ties.
func (s *synthSearch) search(ctx context.Context) ([]float64, error) {
	k := s.k
	if k == 1 {
		return []float64{1}, nil
	}
	v := make([]float64, k)
	f := func(theta []float64) float64 {
		top := slices.Max(theta)
		for i, t := range theta {
			v[i] = math.Exp(math.Max(t-top, -30))
		}
		return s.loss(v)
	}
	starts := [][]float64{make([]float64, k), s.regressionStart()}
	for i := range k {
		lean := make([]float64, k)
		lean[i] = 3
		starts = append(starts, lean)
	}
	type found struct {
		theta []float64
		f     float64
	}
	var tried []found
	for _, st := range starts {
		if ctx.Err() != nil {
			return nil, Refuse(Canceled, "search for predictor weights")
		}
		tried = append(tried, found{st, f(st)})
	}
	sort.SliceStable(tried, func(a, b int) bool { return tried[a].f < tried[b].f })
	best := found{tried[0].theta, tried[0].f}
	for r := range min(3, len(tried)) {
		th, v := nelderMead(f, tried[r].theta, 1.5, 60*k)
		if v < best.f {
			best = found{th, v}
		}
	}
	for _, step := range []float64{2.5, .5} {
		if ctx.Err() != nil {
			return nil, Refuse(Canceled, "search for predictor weights")
		}
		if th, v := nelderMead(f, best.theta, step, 60*k); v < best.f {
			best = found{th, v}
		}
	}
	f(best.theta)
	out := slices.Clone(v)
	total := 0.0
	for _, x := range out {
		total += x
	}
	for i := range out {
		out[i] /= total
	}
	return out, nil
}

// regressionStart weighs each predictor by its squared coefficients when the outcomes are regressed on the predictors.
func (s *synthSearch) regressionStart() []float64 {
	out := make([]float64, s.k)
	n := len(s.y) + 1
	cols := [][]float64{onesCol(n)}
	for i := range s.k {
		c := []float64{s.x1[i]}
		for d := range s.y {
			c = append(c, s.x[d*s.k+i])
		}
		cols = append(cols, c)
	}
	for t := range s.y1 {
		y := []float64{s.y1[t]}
		for d := range s.y {
			y = append(y, s.y[d][t])
		}
		f, err := lsqFit(y, cols, nil)
		if err != nil {
			return make([]float64, s.k)
		}
		for i := range s.k {
			out[i] += f.beta[i+1] * f.beta[i+1]
		}
	}
	for i := range out {
		out[i] = math.Log(out[i] + 1e-12)
	}
	return out
}

// nelderMead minimises f from x with a simplex of the given size, at most evals evaluations; deterministic.
func nelderMead(f func([]float64) float64, x []float64, size float64, evals int) ([]float64, float64) {
	n := len(x)
	type point struct {
		x []float64
		f float64
	}
	pts := []point{{slices.Clone(x), f(x)}}
	for i := range n {
		p := slices.Clone(x)
		p[i] += size
		pts = append(pts, point{p, f(p)})
	}
	used := n + 1
	mid, try := make([]float64, n), make([]float64, n)
	at := func(c float64) float64 { // mid + c·(mid − worst)
		for i := range n {
			try[i] = mid[i] + c*(mid[i]-pts[n].x[i])
		}
		used++
		return f(try)
	}
	for used < evals {
		sort.SliceStable(pts, func(a, b int) bool { return pts[a].f < pts[b].f })
		if pts[n].f-pts[0].f <= 1e-10*math.Abs(pts[0].f) {
			break
		}
		clear(mid)
		for _, p := range pts[:n] {
			for i := range n {
				mid[i] += p.x[i] / float64(n)
			}
		}
		put := func(v float64) { copy(pts[n].x, try); pts[n].f = v }
		switch r := at(1); {
		case r < pts[0].f:
			keep := slices.Clone(try)
			if e := at(2); e < r {
				put(e)
			} else {
				copy(pts[n].x, keep)
				pts[n].f = r
			}
		case r < pts[n-1].f:
			put(r)
		default:
			c := -.5
			if r < pts[n].f {
				c = .5
			}
			if v := at(c); v < math.Min(r, pts[n].f) {
				put(v)
				break
			}
			for k := 1; k <= n; k++ {
				for i := range n {
					pts[k].x[i] = pts[0].x[i] + .5*(pts[k].x[i]-pts[0].x[i])
				}
				pts[k].f = f(pts[k].x)
				used++
			}
		}
	}
	sort.SliceStable(pts, func(a, b int) bool { return pts[a].f < pts[b].f })
	return pts[0].x, pts[0].f
}
