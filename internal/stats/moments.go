package stats

import "math"

// moments holds, per cluster, the cross products of q columns: a resample that draws cluster g c_g times has the moments
// Σ c_g S_g, so a least-squares statistic of it costs no pass over the rows.
type moments struct {
	q   int
	per [][]float64 // G × q·q
}

// newMoments builds the cross products; codes give each row's cluster (nil: every row its own).
func newMoments(cols [][]float64, codes []int) *moments {
	n := len(cols[0])
	g := n
	if codes != nil {
		g = 0
		for _, c := range codes {
			g = max(g, c+1)
		}
	}
	m := &moments{q: len(cols), per: make([][]float64, g)}
	for c := range m.per {
		m.per[c] = make([]float64, m.q*m.q)
	}
	for i := range n {
		c := i
		if codes != nil {
			c = codes[i]
		}
		for a := range cols {
			for b := range cols {
				m.per[c][a*m.q+b] += cols[a][i] * cols[b][i]
			}
		}
	}
	return m
}

// sum adds up the clusters' moments with their counts.
func (m *moments) sum(counts []int, s []float64) {
	clear(s)
	for g, c := range counts {
		if c == 0 {
			continue
		}
		w := float64(c)
		for i, v := range m.per[g] {
			s[i] += w * v
		}
	}
}

// slopes solves the normal equations of column y on the columns x; false when they are singular.
func (m *moments) slopes(s []float64, y int, x []int, beta []float64) bool {
	a := make([][]float64, len(x))
	for i, xi := range x {
		a[i] = make([]float64, len(x))
		for j, xj := range x {
			a[i][j] = s[xi*m.q+xj]
		}
		beta[i] = s[xi*m.q+y]
	}
	return cholSolve(a, beta[:len(x)])
}

// demean subtracts each unit's mean from the columns (copies) over the rows given.
func demean(codes []int, cols ...[]float64) [][]float64 {
	g := 0
	for _, c := range codes {
		g = max(g, c+1)
	}
	n := make([]float64, g)
	for _, c := range codes {
		n[c]++
	}
	out := make([][]float64, len(cols))
	for k, col := range cols {
		out[k] = append([]float64(nil), col...)
		for range 2 { // the second pass removes what rounding left of large means
			mean := make([]float64, g)
			for i, c := range codes {
				mean[c] += out[k][i]
			}
			for i, c := range codes {
				out[k][i] -= mean[c] / n[c]
			}
		}
	}
	return out
}

// recode maps arbitrary codes of the rows kept onto 0…G−1 in order of appearance.
func recode(codes []int) (out []int, g int) {
	seen := map[int]int{}
	out = make([]int, len(codes))
	for i, c := range codes {
		k, ok := seen[c]
		if !ok {
			k = len(seen)
			seen[c] = k
		}
		out[i] = k
	}
	return out, len(seen)
}

// completeRows lists the rows in which no column is NaN; Inf is refused.
func completeRows(cols ...[]float64) ([]int, error) {
	n := len(cols[0])
	if err := sameLength(n, cols...); err != nil {
		return nil, err
	}
	var rows []int
	for i := range n {
		ok := true
		for _, c := range cols {
			if math.IsInf(c[i], 0) {
				return nil, Refuse(NotFinite, "row %d", i)
			}
			ok = ok && !math.IsNaN(c[i])
		}
		if ok {
			rows = append(rows, i)
		}
	}
	return rows, nil
}

func pick[T any](x []T, rows []int) []T {
	out := make([]T, len(rows))
	for k, i := range rows {
		out[k] = x[i]
	}
	return out
}

// BootWithinSlopes bootstraps the slopes of y on x within units (one-way fixed effects), resampling whole units: a unit
// drawn twice counts as two units. See Bootstrap.
func BootWithinSlopes(unit []int, y []float64, x [][]float64) (units int, stat CountStat, err error) {
	cols, unit, units, err := withinColumns(unit, append([][]float64{y}, x...))
	if err != nil {
		return 0, nil, err
	}
	m := newMoments(cols, unit)
	s, xs := make([]float64, m.q*m.q), make([]int, len(x))
	for j := range xs {
		xs[j] = j + 1
	}
	return units, func(counts []int, out []float64) bool {
		m.sum(counts, s)
		return m.slopes(s, 0, xs, out)
	}, nil
}

// BootRepeatedCorrelation bootstraps the repeated-measures correlation of x and y, resampling whole units. See Bootstrap.
func BootRepeatedCorrelation(unit []int, x, y []float64) (units int, stat CountStat, err error) {
	cols, unit, units, err := withinColumns(unit, [][]float64{x, y})
	if err != nil {
		return 0, nil, err
	}
	m := newMoments(cols, unit)
	s := make([]float64, 4)
	return units, func(counts []int, out []float64) bool {
		m.sum(counts, s)
		d := s[0] * s[3]
		if !(d > 0) {
			return false
		}
		out[0] = s[1] / math.Sqrt(d)
		return true
	}, nil
}

// BootRatio bootstraps mean(y)/mean(x) over rows or, with codes, over whole clusters. See Bootstrap.
func BootRatio(cluster []int, y, x []float64) (clusters int, stat CountStat, err error) {
	rows, err := completeRows(y, x)
	if err != nil {
		return 0, nil, err
	}
	if cluster != nil && len(cluster) != len(y) {
		return 0, nil, Refuse(LengthMismatch, "cluster")
	}
	code := make([]int, len(rows))
	for k, i := range rows {
		code[k] = k
		if cluster != nil {
			code[k] = cluster[i]
		}
	}
	code, clusters = recode(code)
	sy, sx := make([]float64, clusters), make([]float64, clusters)
	for k, i := range rows {
		sy[code[k]] += y[i]
		sx[code[k]] += x[i]
	}
	return clusters, func(counts []int, out []float64) bool {
		a, b := 0.0, 0.0
		for g, c := range counts {
			a += float64(c) * sy[g]
			b += float64(c) * sx[g]
		}
		if b == 0 {
			return false
		}
		out[0] = a / b
		return true
	}, nil
}

func withinColumns(unit []int, cols [][]float64) ([][]float64, []int, int, error) {
	if len(unit) != len(cols[0]) {
		return nil, nil, 0, Refuse(LengthMismatch, "unit")
	}
	rows, err := completeRows(cols...)
	if err != nil {
		return nil, nil, 0, err
	}
	if len(rows) < 3 {
		return nil, nil, 0, TooFew(InsufficientObservations, 3, len(rows))
	}
	code, units := recode(pick(unit, rows))
	kept := make([][]float64, len(cols))
	for j, c := range cols {
		kept[j] = pick(c, rows)
	}
	return demean(code, kept...), code, units, nil
}

// BootRegression bootstraps the least-squares slopes of y on x with a constant and, with one x, the correlation after
// them; rows are drawn or, with codes, whole clusters. See Bootstrap.
func BootRegression(cluster []int, y []float64, x [][]float64) (clusters int, stat CountStat, err error) {
	rows, err := completeRows(append([][]float64{y}, x...)...)
	if err != nil {
		return 0, nil, err
	}
	if cluster != nil && len(cluster) != len(y) {
		return 0, nil, Refuse(LengthMismatch, "cluster")
	}
	if len(rows) < len(x)+3 {
		return 0, nil, TooFew(InsufficientObservations, len(x)+3, len(rows))
	}
	code := make([]int, len(rows))
	for k, i := range rows {
		code[k] = k
		if cluster != nil {
			code[k] = cluster[i]
		}
	}
	code, clusters = recode(code)
	cols := [][]float64{onesCol(len(rows))}
	for _, c := range append([][]float64{y}, x...) {
		c = pick(c, rows)
		centre(c)
		cols = append(cols, c)
	}
	m := newMoments(cols, code)
	q := m.q
	s, beta, at := make([]float64, q*q), make([]float64, q-1), []int{0}
	for j := range x {
		at = append(at, j+2)
	}
	return clusters, func(counts []int, out []float64) bool {
		m.sum(counts, s)
		if !m.slopes(s, 1, at, beta) {
			return false
		}
		copy(out, beta[1:len(x)+1])
		if len(x) == 1 {
			vy, vx, c := s[q+1]-s[1]*s[1]/s[0], s[2*q+2]-s[2]*s[2]/s[0], s[q+2]-s[1]*s[2]/s[0]
			if !(vy > 0 && vx > 0) {
				return false
			}
			out[1] = c / math.Sqrt(vy*vx)
		}
		return true
	}, nil
}
