package forecast

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The exact interval of 8 in 10 at 90 % is [0.493, 0.963] (Clopper & Pearson 1934; R: binom.test(8, 10, conf.level = .9)).
func TestExactShare(t *testing.T) {
	lo, hi := exactShare(8, 10)
	require.InDelta(t, .4931, lo, 5e-4)
	require.InDelta(t, .9632, hi, 5e-4)
	lo, hi = exactShare(10, 10)
	require.InDelta(t, .7411, lo, 5e-4)
	require.Equal(t, 1., hi)
	lo, _ = exactShare(0, 10)
	require.Zero(t, lo)
}

func TestRecordNeedsEnough(t *testing.T) {
	r := Record{Inside: 7}
	r.sum(make([]float64, 9))
	require.False(t, r.Enough)
	require.Equal(t, 1, r.Missing)
	r = Record{Inside: 8}
	r.sum([]float64{-1, -1, 0, 0, -1, -1, 0, 0, -1, 0})
	require.True(t, r.Enough)
	require.InDelta(t, .8, r.Coverage, 1e-12)
	require.InDelta(t, -.5, r.Bias, 1e-12)
	require.Negative(t, r.BiasHi, "forecasts promised too much")
}
