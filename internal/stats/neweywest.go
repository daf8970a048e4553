package stats

import "math"

// AutoLag is the bandwidth of Newey & West (1994, doi:10.2307/2297912) for Bartlett weights from the moments summed
// over the slopes, without prewhitening (prewhite 0) or after a first-order vector autoregression (1), as R's
// sandwich::bwNeweyWest computes it. The lag to use is its whole part.
func (m *Linear) AutoLag(prewhite int) float64 {
	u := m.rowScores(m.x)
	n := float64(len(u))
	rate, steps := 4.0, 0.0
	if prewhite > 0 {
		rate, steps = 3, 1
		u, _ = prewhitened(u, m.K)
	}
	most := int(math.Floor(rate * math.Pow(n/100, 2.0/9)))
	left := len(u)
	h := make([]float64, left)
	for t, row := range u {
		for a, v := range row {
			if m.Name[a] != "Intercept" || m.K == 1 {
				h[t] += v
			}
		}
	}
	s0, s1 := 0.0, 0.0
	for j := 0; j <= most && j < left; j++ {
		c := 0.0
		for t := j; t < left; t++ {
			c += h[t] * h[t-j]
		}
		c /= float64(left)
		if j == 0 {
			s0 += c
			continue
		}
		s0 += 2 * c
		s1 += 2 * float64(j) * c
	}
	return 1.1447 * math.Cbrt(s1/s0*(s1/s0)) * math.Cbrt(float64(left)+steps)
}

// HACPrewhitened is R's NeweyWest() default: moments are prewhitened by a first-order vector autoregression, weighted
// with Bartlett weights up to lag, and recoloured (Andrews & Monahan 1992, doi:10.2307/2951574). No factor.
func (m *Linear) HACPrewhitened(lag int) ([][]float64, error) {
	u, a := prewhitened(m.rowScores(m.x), m.K)
	if a == nil {
		return nil, Refuse(NotIdentified, "the moments have no autoregression to prewhiten with")
	}
	s := bartlett(u, m.K, lag)
	d := square(m.K) // (I − A)
	for r := range d {
		for c := range d {
			d[r][c] = -a[r][c]
		}
		d[r][r]++
	}
	inv, ok := inverse(d)
	if !ok {
		return nil, Refuse(NotIdentified, "the moments have a unit root")
	}
	left := matMul(m.Bread, inv)
	return matMul(matMul(left, s), transposed(left)), nil
}

// prewhitened fits u_t = A u_{t−1} by least squares without intercept and returns the residuals and A, nil where the
// lagged moments are singular.
func prewhitened(u [][]float64, k int) (left, a [][]float64) {
	xx, yx := square(k), square(k)
	for t := 1; t < len(u); t++ {
		addOuter(xx, u[t-1], u[t-1], 1)
		addOuter(yx, u[t], u[t-1], 1)
	}
	// Scaled to unit diagonal, so that moments of unlike units invert well.
	for r := range xx {
		if !(xx[r][r] > 0) {
			return u, nil
		}
	}
	scale := make([]float64, k)
	for r := range scale {
		scale[r] = 1 / math.Sqrt(xx[r][r])
	}
	for r := range xx {
		for c := range xx {
			xx[r][c] *= scale[r] * scale[c]
		}
	}
	inv, ok := inverse(xx)
	if !ok {
		return u, nil
	}
	for r := range inv {
		for c := range inv {
			inv[r][c] *= scale[r] * scale[c]
		}
	}
	a = matMul(yx, inv)
	left = make([][]float64, 0, len(u))
	for t := 1; t < len(u); t++ {
		e := append([]float64(nil), u[t]...)
		for r := range e {
			e[r] -= dot(a[r], u[t-1])
		}
		left = append(left, e)
	}
	return left, a
}

// inverse is Gauss–Jordan with full row pivoting.
func inverse(m [][]float64) ([][]float64, bool) {
	k := len(m)
	a, inv := square(k), square(k)
	for r := range m {
		copy(a[r], m[r])
		inv[r][r] = 1
	}
	for c := range k {
		p := c
		for r := c; r < k; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		if !(math.Abs(a[p][c]) > 1e-14*math.Max(1e-280, maxAbs(m[p]))) {
			return nil, false
		}
		a[c], a[p], inv[c], inv[p] = a[p], a[c], inv[p], inv[c]
		d := 1 / a[c][c]
		for j := range k {
			a[c][j] *= d
			inv[c][j] *= d
		}
		for r := range k {
			if f := a[r][c]; r != c && f != 0 {
				axpy(-f, a[c], a[r])
				axpy(-f, inv[c], inv[r])
			}
		}
	}
	return inv, true
}

func transposed(m [][]float64) [][]float64 {
	out := square(len(m))
	for r := range m {
		for c := range m {
			out[c][r] = m[r][c]
		}
	}
	return out
}
