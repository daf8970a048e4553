package stats

import "math"

// twofold is an unevaluated sum of two float64, about 32 digits (Dekker 1971, doi:10.1007/BF01397083). It serves the
// least squares whose columns nearly overlap, where plain float64 keeps only the digits the overlap leaves.
type twofold struct{ hi, lo float64 }

func (a twofold) plus(b twofold) twofold {
	s := a.hi + b.hi
	t := s - a.hi
	e := (a.hi - (s - t)) + (b.hi - t) + a.lo + b.lo
	return normal(s, e)
}

func (a twofold) minus(b twofold) twofold { return a.plus(twofold{-b.hi, -b.lo}) }

func (a twofold) times(b twofold) twofold {
	p := a.hi * b.hi
	e := math.FMA(a.hi, b.hi, -p) + a.hi*b.lo + a.lo*b.hi
	return normal(p, e)
}

func (a twofold) over(b twofold) twofold {
	q := twofold{a.hi / b.hi, 0}
	r := a.minus(q.times(b))
	return q.plus(twofold{r.hi / b.hi, 0})
}

func (a twofold) root() twofold {
	if a.hi <= 0 {
		return twofold{}
	}
	s := twofold{math.Sqrt(a.hi), 0}
	r := a.minus(s.times(s))
	return s.plus(twofold{r.hi / (2 * s.hi), 0})
}

func normal(s, e float64) twofold {
	h := s + e
	return twofold{h, e - (h - s)}
}

func twofoldDot(a, b []twofold) twofold {
	var s twofold
	for i := range a {
		s = s.plus(a[i].times(b[i]))
	}
	return s
}

// twofoldFit refits an ordinary regression (intercept first) from the columns as given, every sum in twofold
// precision. The caller has judged that the columns are independent.
func (m *Linear) twofoldFit(y []float64, x [][]float64) {
	n, k := m.N, m.K
	q, r := make([][]twofold, k), make([][]twofold, k)
	for j := range k {
		v := make([]twofold, n)
		for i := range v {
			v[i].hi = 1
			if j > 0 {
				v[i].hi = x[j-1][i]
			}
		}
		r[j] = make([]twofold, k)
		for range 2 {
			for b := range j {
				d := twofoldDot(q[b], v)
				r[j][b] = r[j][b].plus(d)
				for i := range v {
					v[i] = v[i].minus(d.times(q[b][i]))
				}
			}
		}
		r[j][j] = twofoldDot(v, v).root()
		for i := range v {
			v[i] = v[i].over(r[j][j])
		}
		q[j] = v
	}
	left, d := make([]twofold, n), make([]twofold, k)
	for i := range left {
		left[i].hi = y[i]
	}
	for j := range k {
		d[j] = twofoldDot(q[j], left)
		for i := range left {
			left[i] = left[i].minus(d[j].times(q[j][i]))
		}
	}
	m.RSS = twofoldDot(left, left).hi
	for i, e := range left {
		m.Resid[i] = e.hi
	}
	twofoldBackSolve(r, d)
	for j := range k {
		m.Coef[j] = d[j].hi
	}
	inv := make([][]twofold, k)
	for c := range k {
		inv[c] = make([]twofold, k)
		inv[c][c].hi = 1
		twofoldBackSolve(r, inv[c])
	}
	for a := range k {
		for b := range k {
			var s twofold
			for c := range k {
				s = s.plus(inv[c][a].times(inv[c][b]))
			}
			m.Bread[a][b] = s.hi
		}
		for i := range n {
			var s twofold
			for c := range k {
				s = s.plus(inv[c][a].times(q[c][i]))
			}
			m.Psi[a][i] = s.hi
		}
	}
	for i := range n {
		m.leverage[i] = 0
		for c := range k {
			m.leverage[i] += q[c][i].hi * q[c][i].hi
		}
	}
}

func twofoldBackSolve(r [][]twofold, d []twofold) {
	for j := len(d) - 1; j >= 0; j-- {
		d[j] = d[j].over(r[j][j])
		for b := range j {
			d[b] = d[b].minus(d[j].times(r[j][b]))
		}
	}
}
