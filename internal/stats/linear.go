package stats

import "math"

// Linear is a fitted linear model, kept in the form every covariance estimator needs. Row i's influence on coefficient
// j is Psi[j][i] times its residual; every "sandwich" is a sum of outer products of such influences.
type Linear struct {
	Name     []string    // of the coefficients; "Intercept" first where there is one
	Coef     []float64   //
	Resid    []float64   // y − fit, per row
	Psi      [][]float64 // k columns of n: (X'X)⁻¹x_i, on the demeaned X where effects are absorbed
	Bread    [][]float64 // (X'X)⁻¹, k × k
	N        int         // rows
	K        int         // coefficients in Coef
	Absorbed int         // rank of the absorbed effects, their constant included (0 without)
	RSS, TSS float64     // TSS about the mean (about the absorbed effects, where there are any)
	leverage []float64   // hat values without the absorbed effects
	x        [][]float64 // the regressors the coefficients belong to, demeaned where effects are absorbed
	closest  float64     // share of the nearest column that is not a combination of those before it
	fe       *fixedEffects
}

// DF is the residual degrees of freedom, every absorbed effect counted.
func (m *Linear) DF() int { return m.N - m.K - m.Absorbed }

// OLS fits y on an intercept and the columns of x by Householder QR of the centred columns. x[j] and y are parallel
// with no missing value (see Panel.Complete). Centring first keeps full digits where columns carry large offsets (NIST
// Longley: 12 digits). A column that is constant or a combination of columns before it is refused by name.
//
// Refusals: length_mismatch, not_finite, insufficient_observations (n ≤ k), no_variation, collinear.
func OLS(y []float64, x [][]float64, name []string) (*Linear, error) {
	if err := checkColumns(y, x, name); err != nil {
		return nil, err
	}
	n, k := len(y), len(x)
	if n < k+2 {
		return nil, TooFew(InsufficientObservations, k+2, n)
	}
	ym := meanOf(y)
	yc := shifted(y, ym)
	xm, xc := make([]float64, k), make([][]float64, k)
	for j := range x {
		xm[j] = meanOf(x[j])
		xc[j] = shifted(x[j], xm[j])
	}
	m, err := leastSquares(yc, xc, x, name)
	if err != nil {
		return nil, err
	}
	if err := m.varies(y); err != nil {
		return nil, err
	}
	m.x = append([][]float64(nil), x...) // as given: moments are taken of raw columns
	full := m.withIntercept(ym, xm)
	// Columns that nearly overlap cost digits in proportion; small problems of that kind are solved in twofold precision.
	if full.closest < 1e-2 && n*k*k < 2_000_000 {
		full.twofoldFit(y, x)
	}
	return full, nil
}

// varies refuses a y (as given) of which only rounding is left.
func (m *Linear) varies(y []float64) error {
	if flat(m.TSS, m.N, maxAbs(y)) {
		return Refuse(NoVariation, "y does not vary")
	}
	return nil
}

// withIntercept adds the constant that centring took out.
func (m *Linear) withIntercept(ym float64, xm []float64) *Linear {
	n := m.N
	psi0 := make([]float64, n)
	for i := range psi0 {
		psi0[i] = 1 / float64(n)
	}
	b0 := ym
	for j, mean := range xm {
		b0 -= m.Coef[j] * mean
		for i, v := range m.Psi[j] {
			psi0[i] -= v * mean
		}
	}
	k := m.K + 1
	bread := make([][]float64, k)
	for j := range bread {
		bread[j] = make([]float64, k)
	}
	bread[0][0] = 1 / float64(n)
	for a := range m.K {
		s := 0.0
		for b := range m.K {
			bread[a+1][b+1] = m.Bread[a][b]
			s += m.Bread[a][b] * xm[b]
		}
		bread[a+1][0], bread[0][a+1] = -s, -s
		bread[0][0] += s * xm[a]
	}
	one := make([]float64, n)
	for i := range one {
		one[i] = 1
	}
	for i := range m.leverage {
		m.leverage[i] += 1 / float64(n)
	}
	m.Name = append([]string{"Intercept"}, m.Name...)
	m.Coef = append([]float64{b0}, m.Coef...)
	m.Psi = append([][]float64{psi0}, m.Psi...)
	m.x = append([][]float64{one}, m.x...)
	m.Bread, m.K = bread, k
	return m
}

// absorbed fits y on x with fixed effects taken out of both.
func absorbed(y []float64, x [][]float64, name []string, fe *fixedEffects) (*Linear, error) {
	if err := checkColumns(y, x, name); err != nil {
		return nil, err
	}
	n, k := len(y), len(x)
	if n-k-fe.rank() < 1 {
		return nil, TooFew(InsufficientObservations, k+fe.rank()+1, n)
	}
	yd, err := fe.demeaned(y)
	if err != nil {
		return nil, err
	}
	xd := make([][]float64, k)
	for j := range x {
		if xd[j], err = fe.demeaned(x[j]); err != nil {
			return nil, err
		}
	}
	m, err := leastSquares(yd, xd, x, name)
	if err != nil {
		return nil, err
	}
	if err := m.varies(y); err != nil {
		return nil, err
	}
	m.Absorbed, m.fe = fe.rank(), fe
	return m, nil
}

func (fe *fixedEffects) demeaned(col []float64) ([]float64, error) {
	out := append([]float64(nil), col...)
	return out, fe.demean(out)
}

// leastSquares is the QR fit of yc on the columns xc (already centred or demeaned; raw are the columns as given, for the
// judgement whether anything but rounding is left of them). xc is kept in the result and not changed.
func leastSquares(yc []float64, xc, raw [][]float64, name []string) (*Linear, error) {
	n, k := len(yc), len(xc)
	m := &Linear{Name: append([]string(nil), name...), N: n, K: k, x: xc, Coef: make([]float64, k)}
	m.TSS = dot(yc, yc)
	norm := make([]float64, k)
	for j, c := range xc {
		ss := 0.0
		for _, v := range c {
			ss += v * v
		}
		if flat(ss, n, maxAbs(raw[j])) {
			return nil, Refuse(NoVariation, "%s does not vary", name[j])
		}
		norm[j] = math.Sqrt(ss)
	}
	m.closest = 1
	// Q by modified Gram–Schmidt with a second round (as accurate as Householder, and Q is at hand for leverages).
	q := make([][]float64, k)
	r := make([][]float64, k) // r[j] is column j of R, scaled to unit columns
	for j := range xc {
		v := make([]float64, n)
		inv := 1 / norm[j]
		for i, a := range xc[j] {
			v[i] = a * inv
		}
		r[j] = make([]float64, k)
		for range 2 {
			for b := range j {
				d := dot(q[b], v)
				r[j][b] += d
				axpy(-d, q[b], v)
			}
		}
		left := math.Sqrt(dot(v, v))
		// What rounding of the raw column leaves: eps·max|raw|·√n relative to its centred norm.
		noise := 16 * 0x1p-52 * (1 + maxAbs(raw[j])*math.Sqrt(float64(n))*inv)
		if left <= math.Max(noise, 1e-12) {
			return nil, Refuse(Collinear, "%s is a combination of the columns before it", name[j])
		}
		m.closest = math.Min(m.closest, math.Min(left, norm[j]/(maxAbs(raw[j])*math.Sqrt(float64(n)))))
		r[j][j] = left
		for i := range v {
			v[i] /= left
		}
		q[j] = v
	}
	// Coefficients: R b = Q'y with one step of refinement on the residual.
	m.Resid = append([]float64(nil), yc...)
	for range 2 {
		d := make([]float64, k)
		for j := range k {
			d[j] = dot(q[j], m.Resid)
			axpy(-d[j], q[j], m.Resid)
		}
		backSolve(r, d)
		for j := range k {
			m.Coef[j] += d[j] / norm[j]
		}
	}
	for _, e := range m.Resid {
		m.RSS += e * e
	}
	m.invert(q, r, norm)
	return m, nil
}

// invert fills Bread = R⁻¹R⁻ᵀ, Psi = X(X'X)⁻¹ and the leverages from the factors.
func (m *Linear) invert(q, r [][]float64, norm []float64) {
	k := m.K
	rinv := make([][]float64, k) // rinv[c] solves R u = e_c: column c of R⁻¹
	for c := range k {
		u := make([]float64, k)
		u[c] = 1
		backSolve(r, u)
		rinv[c] = u
	}
	m.Bread = make([][]float64, k)
	m.Psi = make([][]float64, k)
	for a := range k {
		m.Bread[a] = make([]float64, k)
		for b := range k {
			s := 0.0
			for c := range k {
				s += rinv[c][a] * rinv[c][b]
			}
			m.Bread[a][b] = s / norm[a] / norm[b]
		}
		psi := make([]float64, m.N)
		for c := range k {
			axpy(rinv[c][a]/norm[a], q[c], psi)
		}
		m.Psi[a] = psi
	}
	m.leverage = make([]float64, m.N)
	for _, c := range q {
		for i, v := range c {
			m.leverage[i] += v * v
		}
	}
}

// backSolve solves R u = d in place, R given by columns.
func backSolve(r [][]float64, d []float64) {
	for j := len(d) - 1; j >= 0; j-- {
		d[j] /= r[j][j]
		for b := range j {
			d[b] -= d[j] * r[j][b]
		}
	}
}

func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

func axpy(c float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += c * v
	}
}

func shifted(xs []float64, by float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x - by
	}
	return out
}

func checkColumns(y []float64, x [][]float64, name []string) error {
	if len(x) == 0 {
		return Refuse(OutOfRange, "no regressor")
	}
	if len(name) != len(x) {
		return Refuse(LengthMismatch, "%d regressors and %d names", len(x), len(name))
	}
	if err := sameLength(len(y), x...); err != nil {
		return err
	}
	if err := finite("y", y); err != nil {
		return err
	}
	for j := range x {
		if err := finite(name[j], x[j]); err != nil {
			return err
		}
	}
	return nil
}
