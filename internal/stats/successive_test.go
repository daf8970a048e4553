package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/stats"
)

// By hand: one team, 1 3 2 5 … has differences whose sample variance, halved, is the spread of one figure.
func TestSuccessiveOfOneTeamIsHalfTheVarianceOfDifferences(t *testing.T) {
	row := []float64{}
	for i := range 41 {
		row = append(row, float64(i%2)) // differences +1, −1, …: mean 0, Σd² = 40
	}
	s, ok := stats.Successive([][]float64{row})
	require.True(t, ok)
	require.Equal(t, 40, s.N)
	require.InDelta(t, 40.0/39/2, s.Own, 1e-12)
	require.Zero(t, s.Shared)
	_, ok = stats.Successive([][]float64{row[:20]})
	require.False(t, ok, "19 differences are too few")
}

// A level, a trend and gaps leave the spread alone, and what all teams share is told from each team's own: 200 periods of
// 40 teams with a shared part of 2 and an own part of 3 points (standard deviations).
func TestSuccessiveFindsBothParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([][]float64, 40)
	shared := make([]float64, 200)
	for i := range shared {
		shared[i] = 2 * rng.NormFloat64()
	}
	for k := range rows {
		for i := range shared {
			x := 50 + 3*float64(k) + .02*float64(i) + shared[i] + 3*rng.NormFloat64()
			if rng.Float64() < .05 {
				x = math.NaN()
			}
			rows[k] = append(rows[k], x)
		}
	}
	s, ok := stats.Successive(rows)
	require.True(t, ok)
	require.InDelta(t, 9, s.Own, .5)
	require.InDelta(t, 4, s.Shared, 1)
	weights := []float64{}
	for range 40 {
		weights = append(weights, 1.0/40)
	}
	require.InDelta(t, math.Sqrt(s.Shared+s.Own/40), s.StdErr(weights), 1e-12)
	require.InDelta(t, math.Sqrt(s.Shared+s.Own), s.StdErr([]float64{1}), 1e-12)
}
