package stats

import "math"

// simplexLS minimises ‖Aw − b‖² over w ≥ 0, Σw = 1 by an active-set method with a Householder solution on each face: the
// optimum is exact to rounding, not to a stopping rule. Buffers are kept between calls, so that a search over thousands of
// scalings allocates nothing.
type simplexLS struct {
	m, n int
	a    []float64 // column j at a[j*m:(j+1)*m]
	b    []float64
	w    []float64
	on   []int // support
	// scratch
	qr, rhs, res, grad, sol, v []float64
}

func newSimplexLS(m, n int) *simplexLS {
	return &simplexLS{
		m: m, n: n, a: make([]float64, m*n), b: make([]float64, m), w: make([]float64, n),
		qr: make([]float64, m*(m+2)), rhs: make([]float64, m), res: make([]float64, m), grad: make([]float64, n),
		sol: make([]float64, n+1), v: make([]float64, m), on: make([]int, 0, m+2),
	}
}

func (s *simplexLS) col(j int) []float64 { return s.a[j*s.m : (j+1)*s.m] }

// face solves the problem on the affine hull of the support, without signs; false when its columns are dependent.
func (s *simplexLS) face() bool {
	k := len(s.on) - 1
	ref := s.col(s.on[k])
	for i := range s.m {
		s.rhs[i] = s.b[i] - ref[i]
	}
	if k > s.m {
		return false
	}
	for c := range k {
		col, x := s.qr[c*s.m:(c+1)*s.m], s.col(s.on[c])
		for i := range s.m {
			col[i] = x[i] - ref[i]
		}
	}
	for c := range k {
		col := s.qr[c*s.m : (c+1)*s.m]
		full := 0.0
		for _, x := range col {
			full += x * x
		}
		tail := 0.0
		for _, x := range col[c:] {
			tail += x * x
		}
		if !(tail > 1e-22*full) {
			return false
		}
		alpha := math.Sqrt(tail)
		if col[c] > 0 {
			alpha = -alpha
		}
		v := s.v[:s.m-c]
		copy(v, col[c:])
		v[0] -= alpha
		vv := 2 / dotp(v, v)
		for j := c + 1; j < k; j++ {
			t := s.qr[j*s.m+c : (j+1)*s.m]
			f := vv * dotp(v, t)
			for i, x := range v {
				t[i] -= f * x
			}
		}
		t := s.rhs[c:]
		f := vv * dotp(v, t)
		for i, x := range v {
			t[i] -= f * x
		}
		col[c] = alpha
	}
	last := 1.0
	for c := k - 1; c >= 0; c-- {
		x := s.rhs[c]
		for j := c + 1; j < k; j++ {
			x -= s.qr[j*s.m+c] * s.sol[j]
		}
		s.sol[c] = x / s.qr[c*s.m+c]
		last -= s.sol[c]
	}
	s.sol[k] = last
	return true
}

// solve starts from the support it holds (a warm start), or from the nearest vertex. It returns the sum of squares.
func (s *simplexLS) solve() float64 {
	if len(s.on) == 0 || !s.face() {
		s.restart()
	} else {
		for k, j := range s.on {
			if s.sol[k] <= 0 {
				s.restart()
				break
			}
			s.w[j] = s.sol[k]
		}
	}
	for iter := 0; iter < 20*(s.n+s.m); iter++ {
		rss := s.residual()
		lambda, scale := 0.0, 0.0
		for j := range s.n {
			s.grad[j] = dotp(s.col(j), s.res)
		}
		for _, j := range s.on {
			lambda += s.w[j] * s.grad[j]
		}
		for j := range s.n {
			scale = math.Max(scale, math.Abs(s.grad[j]-lambda))
		}
		enter, best := -1, -1e-11*math.Max(scale, 1e-3*math.Sqrt(rss))
		for j := range s.n {
			if s.w[j] == 0 && s.grad[j]-lambda < best {
				enter, best = j, s.grad[j]-lambda
			}
		}
		if enter < 0 || len(s.on) > s.m {
			return rss
		}
		s.on = append(s.on, enter)
		if !s.step() {
			return s.residual()
		}
		if after := s.residual(); after > rss*(1+1e-12) { // no progress is left in rounding
			return after
		}
	}
	return s.residual()
}

// step moves to the optimum of the face, dropping what would turn negative on the way.
func (s *simplexLS) step() bool {
	for len(s.on) > 0 {
		if !s.face() {
			s.drop(s.on[len(s.on)-1])
			return false
		}
		alpha, worst := 1.0, -1
		for k, j := range s.on {
			if s.sol[k] <= 0 {
				if f := s.w[j] / (s.w[j] - s.sol[k]); f < alpha || worst < 0 {
					alpha, worst = f, j
				}
			}
		}
		if worst < 0 {
			for k, j := range s.on {
				s.w[j] = s.sol[k]
			}
			return true
		}
		for k, j := range s.on {
			s.w[j] += alpha * (s.sol[k] - s.w[j])
		}
		s.drop(worst)
	}
	return false
}

func (s *simplexLS) drop(j int) {
	s.w[j] = 0
	for k, o := range s.on {
		if o == j {
			s.on = append(s.on[:k], s.on[k+1:]...)
			return
		}
	}
}

func (s *simplexLS) restart() {
	clear(s.w)
	s.on = s.on[:0]
	best, at := math.Inf(1), 0
	for j := range s.n {
		d := 0.0
		for i, x := range s.col(j) {
			d += (x - s.b[i]) * (x - s.b[i])
		}
		if d < best {
			best, at = d, j
		}
	}
	s.on, s.w[at] = append(s.on, at), 1
}

func (s *simplexLS) residual() float64 {
	for i := range s.m {
		s.res[i] = -s.b[i]
	}
	for _, j := range s.on {
		for i, x := range s.col(j) {
			s.res[i] += s.w[j] * x
		}
	}
	return dotp(s.res, s.res)
}

// unique says whether no other weights reach the same optimum: the columns whose reduced gradient is zero are affinely
// independent.
func (s *simplexLS) unique() bool {
	s.residual()
	lambda, scale := 0.0, 0.0
	for j := range s.n {
		s.grad[j] = dotp(s.col(j), s.res)
		scale = math.Max(scale, norm2(s.col(j)))
	}
	for _, j := range s.on {
		lambda += s.w[j] * s.grad[j]
	}
	tol := 1e-9 * scale * math.Max(norm2(s.res), 1e-9*scale)
	var tie []int
	for j := range s.n {
		if s.grad[j]-lambda <= tol {
			tie = append(tie, j)
		}
	}
	if len(tie) > s.m+1 {
		return false
	}
	on, w := s.on, append([]float64(nil), s.w...)
	s.on = tie
	ok := len(tie) < 2 || s.face()
	s.on, s.w = on, w
	return ok
}
