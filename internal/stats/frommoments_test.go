package stats_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/stats"
)

// What is computed from sums equals what is computed from rows.
func TestFromMomentsEqualsFromRows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n, k = 200, 4
	items := make([][]float64, k)
	group := make([]int, n)
	total := make([]float64, n)
	for i := range n {
		group[i] = i % 9
		f := r.NormFloat64() + .5*float64(group[i]%3)
		for j := range k {
			x := f + r.NormFloat64()
			items[j] = append(items[j], x)
			total[i] += x
		}
	}
	cov := make([][]float64, k)
	for i := range k {
		cov[i] = make([]float64, k)
		for j := range k {
			var si, sj, sij float64
			for m := range n {
				si, sj, sij = si+items[i][m], sj+items[j][m], sij+items[i][m]*items[j][m]
			}
			cov[i][j] = (sij - si*sj/n) / (n - 1)
		}
	}
	a, err := stats.Alpha(items, .95)
	require.NoError(t, err)
	alpha, err := stats.AlphaOfCovariance(cov)
	require.NoError(t, err)
	require.InDelta(t, a.Raw, alpha, 1e-9)
	o, err := stats.Omega(items)
	require.NoError(t, err)
	omega, err := stats.OmegaOfCovariance(cov)
	require.NoError(t, err)
	require.InDelta(t, o.Raw, omega, 1e-7)
	c, err := stats.ICC(total, group, .95)
	require.NoError(t, err)
	one, two := stats.ICCOfMeanSquares(c.MSB, c.MSW, c.N0)
	require.InDelta(t, c.ICC1, one, 1e-12)
	require.InDelta(t, c.ICC2, two, 1e-12)
	// Three people, items on 1–5: variances 1 and 1/3 against 2.
	w, err := stats.RWGJ([][]float64{{1, 2, 3}, {4, 4, 5}}, []int{0, 0, 0}, stats.UniformNullVariance(5))
	require.NoError(t, err)
	require.InDelta(t, w[0].RWG, stats.RWGOfVariance((1+1./3)/2, 2, 2), 1e-12)
	_, err = stats.OmegaOfCovariance(cov[:2])
	require.Error(t, err)
	_, err = stats.AlphaOfCovariance([][]float64{{0, 0}, {0, 0}})
	require.Error(t, err)
}
