package stats

import "math"

// cholesky factors a small positive definite matrix into L with m = LLᵀ; nil when it is not one.
func cholesky(m [][]float64) [][]float64 {
	k := len(m)
	l := make([][]float64, k)
	for i := range k {
		l[i] = make([]float64, i+1)
		for j := range i + 1 {
			s := m[i][j]
			for q := range j {
				s -= l[i][q] * l[j][q]
			}
			if i == j {
				if !(s > 1e-15*math.Abs(m[i][i])) {
					return nil
				}
				l[i][i] = math.Sqrt(s)
			} else {
				l[i][j] = s / l[j][j]
			}
		}
	}
	return l
}

// cholSubstitute solves LLᵀx = b.
func cholSubstitute(l [][]float64, b []float64) []float64 {
	k := len(l)
	x := make([]float64, k)
	for i := range k {
		s := b[i]
		for j := range i {
			s -= l[i][j] * x[j]
		}
		x[i] = s / l[i][i]
	}
	for i := k - 1; i >= 0; i-- {
		s := x[i]
		for j := i + 1; j < k; j++ {
			s -= l[j][i] * x[j]
		}
		x[i] = s / l[i][i]
	}
	return x
}

// solveSym solves a small positive definite system; nil when the matrix is not positive definite.
func solveSym(m [][]float64, b []float64) []float64 {
	l := cholesky(m)
	if l == nil {
		return nil
	}
	return cholSubstitute(l, b)
}

// inverseSym inverts a small positive definite matrix; nil when it is not one.
func inverseSym(m [][]float64) [][]float64 {
	l := cholesky(m)
	if l == nil {
		return nil
	}
	k := len(m)
	out := make([][]float64, k)
	e := make([]float64, k)
	for i := range k {
		e[i] = 1
		out[i] = cholSubstitute(l, e)
		e[i] = 0
	}
	return out
}

// logDet is log|m| of a small positive definite matrix.
func logDet(m [][]float64) (float64, bool) {
	l := cholesky(m)
	if l == nil {
		return 0, false
	}
	var s float64
	for i := range l {
		s += 2 * math.Log(l[i][i])
	}
	return s, true
}
