package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// CR2 is the bias-reduced cluster-robust covariance of Bell & McCaffrey (2002) under a working model of independent
// errors: residuals of cluster g are multiplied by (I − H_gg)^(−1/2), H the hat matrix with every absorbed effect in it
// (Pustejovsky & Tipton 2018, doi:10.1080/07350015.2016.1247004). df are the Satterthwaite degrees of freedom of each
// coefficient, which may be as low as 2: p then differs much from t(G−1).
//
// Refusals: out_of_range when the clusters or the effects are too large to do it exactly, insufficient_teams.
func (m *Linear) CR2(cluster []int) (v [][]float64, df []float64, err error) {
	if len(cluster) != m.N {
		return nil, nil, Refuse(LengthMismatch, "%d rows and %d clusters", m.N, len(cluster))
	}
	codes, k := encode(cluster)
	if k < 2 {
		return nil, nil, TooFew(InsufficientTeams, 2, k)
	}
	groups := groupRows(codes, k)
	work := 0.0
	for g := range k {
		n := float64(len(groups.of(g)))
		work += n * n * n
	}
	basis, nested, err := m.hatBasis(codes, work)
	if err != nil {
		return nil, nil, err
	}
	v = square(m.K)
	own := make([][]float64, m.K)    // per coefficient: Γ_gg without its rank-r part
	proj := make([][][]float64, m.K) // per coefficient and cluster: B_g'u_g
	score := make([]float64, m.K)
	for j := range own {
		own[j], proj[j] = make([]float64, k), make([][]float64, k)
	}
	for g := range k {
		rows := groups.of(g)
		root, err := m.rootInverse(rows, basis, nested)
		if err != nil {
			return nil, nil, err
		}
		for j := range m.K {
			u := make([]float64, len(rows)) // A_g ψ_g
			for a := range u {
				for b, row := range rows {
					u[a] += root.At(a, b) * m.Psi[j][row]
				}
			}
			score[j] = 0
			for a, row := range rows {
				score[j] += u[a] * m.Resid[row]
			}
			own[j][g] = dot(u, u)
			if nested {
				own[j][g] -= m.unitNorm(rows, u)
			}
			q := make([]float64, len(basis))
			for c, col := range basis {
				for a, row := range rows {
					q[c] += col[row] * u[a]
				}
			}
			proj[j][g] = q
		}
		addOuter(v, score, score, 1)
	}
	df = make([]float64, m.K)
	for j := range df {
		trace, squares := 0.0, 0.0
		for g := range k {
			for h := range k {
				c := -dot(proj[j][g], proj[j][h])
				if g == h {
					c += own[j][g]
					trace += c
				}
				squares += c * c
			}
		}
		df[j] = trace * trace / squares
	}
	return v, df, nil
}

// hatBasis is an orthonormal basis of the model's column space. Unit effects nested in the clusters are left out of it
// (nested true): they act within clusters and are taken off by unit means.
func (m *Linear) hatBasis(cluster []int32, work float64) (basis [][]float64, nested bool, err error) {
	var cols [][]float64
	if fe := m.fe; fe != nil {
		nested = nestedIn(fe.unit, fe.kUnit, cluster)
		size := fe.kTime + m.K
		if !nested {
			size += fe.kUnit
		}
		if work+float64(size)*float64(size)*float64(m.N) > 2e8 {
			return nil, false, Refuse(OutOfRange, "too large for CR2: %d rows, %d effects", m.N, size)
		}
		if !nested {
			cols = append(cols, dummies(fe.unit, fe.kUnit)...)
		}
		if fe.time != nil {
			for _, d := range dummies(fe.time, fe.kTime) {
				if nested {
					fe.removeUnits(d)
				}
				cols = append(cols, d)
			}
		}
	} else if work > 2e8 {
		return nil, false, Refuse(OutOfRange, "clusters too large for CR2")
	}
	cols = append(cols, m.x...)
	for _, c := range cols {
		w := append([]float64(nil), c...)
		before := math.Sqrt(dot(w, w))
		if before == 0 {
			continue
		}
		for range 2 {
			for _, b := range basis {
				axpy(-dot(b, w), b, w)
			}
		}
		left := math.Sqrt(dot(w, w))
		if left <= 1e-9*before {
			continue
		}
		for i := range w {
			w[i] /= left
		}
		basis = append(basis, w)
	}
	return basis, nested, nil
}

func dummies(level []int32, k int) [][]float64 {
	out := make([][]float64, k)
	for j := range out {
		out[j] = make([]float64, len(level))
	}
	for i, l := range level {
		out[l][i] = 1
	}
	return out
}

// rootInverse is the symmetric pseudo-inverse square root of I − H_gg.
func (m *Linear) rootInverse(rows []int32, basis [][]float64, nested bool) (*mat.SymDense, error) {
	n := len(rows)
	a := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			h := 0.0
			for _, b := range basis {
				h += b[rows[i]] * b[rows[j]]
			}
			if nested && m.fe.unit[rows[i]] == m.fe.unit[rows[j]] {
				h += 1 / float64(len(m.fe.units.of(int(m.fe.unit[rows[i]]))))
			}
			if i == j {
				h--
			}
			a.SetSym(i, j, -h)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(a, true) {
		return nil, Refuse(NoConvergence, "eigenvalues of a cluster")
	}
	var vec mat.Dense
	eig.VectorsTo(&vec)
	out := mat.NewSymDense(n, nil)
	for c, val := range eig.Values(nil) {
		if val <= 1e-10 {
			continue
		}
		w := 1 / math.Sqrt(val)
		for i := range n {
			for j := i; j < n; j++ {
				out.SetSym(i, j, out.At(i, j)+w*vec.At(i, c)*vec.At(j, c))
			}
		}
	}
	return out, nil
}

// unitNorm is u'D u, D the projection on the means of the units within the cluster.
func (m *Linear) unitNorm(rows []int32, u []float64) float64 {
	sums := map[int32]float64{}
	for a, row := range rows {
		sums[m.fe.unit[row]] += u[a]
	}
	s := 0.0
	for unit, v := range sums {
		s += v * v / float64(len(m.fe.units.of(int(unit))))
	}
	return s
}
