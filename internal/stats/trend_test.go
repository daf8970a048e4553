package stats

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The slope with AR(1) errors is the plain one where the errors are independent, moves with the line that is added, and
// its interval covers as it says where they are not.
func TestFitDrift(t *testing.T) {
	_, err := FitDrift([]float64{1, 2, 3, 4, 5}, .8)
	require.Error(t, err, "five periods are too few")
	_, err = FitDrift([]float64{1, 2, 3, 4, 5, 6, 7}, .8)
	require.Error(t, err, "a line without noise has no error")

	rng := rand.New(rand.NewPCG(4, 2))
	y := make([]float64, 60)
	for i := range y {
		y[i] = 10 + .5*float64(i) + rng.NormFloat64()
	}
	a, err := FitDrift(y, .8)
	require.NoError(t, err)
	require.InDelta(t, .5, a.Slope, 4*a.SE)
	for i := range y {
		y[i] += 3 - .25*float64(i)
	}
	b, err := FitDrift(y, .8)
	require.NoError(t, err)
	require.InDelta(t, a.Slope-.25, b.Slope, 1e-6)
	require.InDelta(t, a.SE, b.SE, 1e-6)

	covered := 0
	const reps = 400
	for range reps {
		e := rng.NormFloat64()
		for i := range y {
			e = .4*e + rng.NormFloat64()
			y[i] = .1*float64(i) + e
		}
		d, err := FitDrift(y, .8)
		require.NoError(t, err)
		if d.CI.Lo <= .1 && .1 <= d.CI.Hi {
			covered++
		}
	}
	require.InDelta(t, .8, float64(covered)/reps, .06)
}
