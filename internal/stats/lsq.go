package stats

import "math"

// lsq is a least-squares fit of a design that carries its own constant, weighted or whitened where the method needs it.
type lsq struct {
	beta  []float64
	inv   [][]float64 // (X'X)⁻¹
	resid []float64
	rss   float64
	tss   float64 // about the mean of y
	n, k  int
	// logDet is log|X'X|.
	logDet   float64
	leverage []float64 // diagonal of the hat matrix
}

// se is the classical standard error of coefficient j, s² = RSS/(n−k).
func (f *lsq) se(j int) float64 {
	return math.Sqrt(f.rss / float64(f.n-f.k) * f.inv[j][j])
}

// lsqFit regresses y on the columns (give the constant yourself) by the shared least squares. A column that those before
// it explain is refused as collinear, one of zeros as no variation, by name when names are given.
func lsqFit(y []float64, cols [][]float64, names []string) (*lsq, error) {
	n, k := len(y), len(cols)
	if n < k || n == 0 {
		return nil, TooFew(InsufficientObservations, k+1, n)
	}
	label := make([]string, k)
	copy(label, names)
	for _, c := range cols {
		if len(c) != n {
			return nil, Refuse(LengthMismatch, "%d and %d rows", n, len(c))
		}
	}
	m, err := leastSquares(y, cols, cols, label)
	if err != nil {
		return nil, err
	}
	f := &lsq{beta: m.Coef, inv: m.Bread, resid: m.Resid, rss: m.RSS, tss: ssqOf(y), n: n, k: k, leverage: m.leverage}
	s := square(k)
	for i := range s {
		copy(s[i], f.inv[i])
	}
	if cholSolve(s, make([]float64, k)) { // leaves the factor of (X'X)⁻¹ in s
		for j := range k {
			f.logDet -= 2 * math.Log(s[j][j])
		}
	} else {
		return nil, Refuse(Collinear, "columns are all but collinear")
	}
	return f, nil
}

// sandwich gives inv · (Σ_g s_g s_gᵀ) · inv with s_g the sum over cluster g of x·e·w; nil codes mean every row is its own.
func (f *lsq) sandwich(cols [][]float64, scaled []float64, cluster []int) [][]float64 {
	g := f.n
	if cluster != nil {
		g = 0
		for _, c := range cluster {
			g = max(g, c+1)
		}
	}
	score := make([][]float64, g)
	for i := range f.n {
		c := i
		if cluster != nil {
			c = cluster[i]
		}
		if score[c] == nil {
			score[c] = make([]float64, f.k)
		}
		for j := range f.k {
			score[c][j] += cols[j][i] * scaled[i]
		}
	}
	meat := square(f.k)
	for _, s := range score {
		if s == nil {
			continue
		}
		for i := range s {
			for j := range s {
				meat[i][j] += s[i] * s[j]
			}
		}
	}
	return matMul(matMul(f.inv, meat), f.inv)
}

func square(k int) [][]float64 {
	m := make([][]float64, k)
	for i := range m {
		m[i] = make([]float64, k)
	}
	return m
}

func matMul(a, b [][]float64) [][]float64 {
	out := make([][]float64, len(a))
	for i := range a {
		out[i] = make([]float64, len(b[0]))
		for k, x := range a[i] {
			for j, y := range b[k] {
				out[i][j] += x * y
			}
		}
	}
	return out
}

func matVec(a [][]float64, x []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = dotp(a[i], x)
	}
	return out
}

func dotp(a, b []float64) float64 {
	s := 0.0
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

// norm2 is the Euclidean length, safe against overflow of the squares.
func norm2(v []float64) float64 {
	top := 0.0
	for _, x := range v {
		top = math.Max(top, math.Abs(x))
	}
	if top == 0 || math.IsInf(top, 0) {
		return top
	}
	s := 0.0
	for _, x := range v {
		s += (x / top) * (x / top)
	}
	return top * math.Sqrt(s)
}

// cholSolve solves S b = r for a symmetric positive definite S (overwritten) and returns false when S is singular to
// within rounding.
func cholSolve(s [][]float64, r []float64) bool {
	k := len(r)
	for j := range k {
		top := s[j][j]
		for m := range j {
			s[j][j] -= s[j][m] * s[j][m]
		}
		if !(s[j][j] > 1e-12*top) || top <= 0 {
			return false
		}
		s[j][j] = math.Sqrt(s[j][j])
		for i := j + 1; i < k; i++ {
			for m := range j {
				s[i][j] -= s[i][m] * s[j][m]
			}
			s[i][j] /= s[j][j]
		}
	}
	for i := range k {
		for m := range i {
			r[i] -= s[i][m] * r[m]
		}
		r[i] /= s[i][i]
	}
	for i := k - 1; i >= 0; i-- {
		for m := i + 1; m < k; m++ {
			r[i] -= s[m][i] * r[m]
		}
		r[i] /= s[i][i]
	}
	return true
}

func meanOf(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	s := 0.0
	for _, v := range x {
		s += v
	}
	m := s / float64(len(x))
	d := 0.0
	for _, v := range x { // second pass: the rounding of the first
		d += v - m
	}
	return m + d/float64(len(x))
}

// ssqOf is the sum of squares about the mean.
func ssqOf(x []float64) float64 {
	m, s := meanOf(x), 0.0
	for _, v := range x {
		s += (v - m) * (v - m)
	}
	return s
}

func onesCol(n int) []float64 {
	c := make([]float64, n)
	for i := range c {
		c[i] = 1
	}
	return c
}
