package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Means of 13 AR(1) weeks: intervals from the pooled spread cover the true mean about as often as promised.
func TestWithinSpreadCovers(t *testing.T) {
	for _, rho := range []float64{0, .3, .6} {
		rng := rand.New(rand.NewPCG(7, uint64(100*rho)))
		hit, all := 0, 0
		for range 40 {
			var s WithinSpread
			var means []float64
			for range 60 {
				x := rng.NormFloat64() / math.Sqrt(1-rho*rho)
				row := make([]float64, 13)
				for k := range row {
					x = rho*x + rng.NormFloat64()
					row[k] = x
				}
				m, n := s.Take(row)
				require.Equal(t, 13, n)
				means = append(means, m)
			}
			se := s.MeanError() / math.Sqrt(13)
			for _, m := range means {
				if math.Abs(m) <= Quantile(.975, math.Inf(1))*se {
					hit++
				}
				all++
			}
		}
		require.InDelta(t, .95, float64(hit)/float64(all), .03, "ρ = %v", rho)
	}
}

func TestWithinSpreadRefusesWhatSaysNothing(t *testing.T) {
	var s WithinSpread
	require.True(t, math.IsNaN(s.MeanError()))
	m, n := s.Take([]float64{math.NaN()})
	require.True(t, math.IsNaN(m))
	require.Zero(t, n)
	for range 30 {
		s.Take([]float64{4, math.NaN(), 4})
	}
	require.True(t, math.IsNaN(s.MeanError()), "nothing varies")
	s.Take([]float64{1, 5})
	require.False(t, math.IsNaN(s.MeanError()))
	require.InDelta(t, 1.959963985, Quantile(.975, math.Inf(1)), 1e-8)
	require.InDelta(t, 2.228138852, Quantile(.975, 10), 1e-8)
}
