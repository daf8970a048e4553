package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/stats"
)

// made gives n rows: y from a function a, b and a feeling f, all correlated.
func made(n int, seed uint64) (y []float64, x [][]float64) {
	r := rand.New(rand.NewPCG(seed, 3))
	x = make([][]float64, 3)
	for range n {
		common := r.NormFloat64()
		a, b, f := common+r.NormFloat64(), common+r.NormFloat64(), common+r.NormFloat64()
		x[0], x[1], x[2] = append(x[0], a), append(x[1], b), append(x[2], f)
		y = append(y, .3*a+.1*b+.6*f+r.NormFloat64())
	}
	return y, x
}

func TestGroupsOfOneAreTheDriversThemselves(t *testing.T) {
	y, x := made(300, 1)
	names := []string{"a", "b", "f"}
	d, err := stats.Drivers(y, x, names)
	require.NoError(t, err)
	g, err := stats.DriverGroups(context.Background(), y, x, names, []int{0, 1, 2}, nil, stats.BootOptions{Reps: 49, Seed: 1})
	require.NoError(t, err)
	require.InDelta(t, d.R2, g.R2, 1e-12)
	for j := range names {
		require.InDelta(t, d.Share(j), g.Share[j], 1e-12)
		require.InDelta(t, d.First[j], g.Alone[j], 1e-12)
		require.InDelta(t, d.Last[j], g.Last[j], 1e-12)
	}
}

func TestTwoGroupsShareByTheirFormula(t *testing.T) {
	y, x := made(800, 2)
	names := []string{"a", "b", "f"}
	g, err := stats.DriverGroups(context.Background(), y, x, names, []int{0, 0, 1}, nil, stats.BootOptions{Reps: 199, Seed: 1})
	require.NoError(t, err)
	function, err := stats.Drivers(y, x[:2], names[:2])
	require.NoError(t, err)
	feeling, err := stats.Drivers(y, x[2:], names[2:])
	require.NoError(t, err)
	require.InDelta(t, (function.R2+g.R2-feeling.R2)/2/g.R2, g.Share[0], 1e-12)
	require.InDelta(t, 1, g.Share[0]+g.Share[1], 1e-12)
	require.Equal(t, 500, g.Clusters)
	require.Less(t, g.ShareCI[0].Lo, g.Share[0])
	require.Greater(t, g.ShareCI[0].Hi, g.Share[0])

	// A second column that says nearly the same as the first gains its group nothing.
	r := rand.New(rand.NewPCG(9, 9))
	twin := make([]float64, len(y))
	for i := range twin {
		twin[i] = x[2][i] + 1e-3*r.NormFloat64()
	}
	again, err := stats.DriverGroups(context.Background(), y, append(x, twin), append(names, "twin"), []int{0, 0, 1, 1}, nil, stats.BootOptions{Reps: 49, Seed: 1})
	require.NoError(t, err)
	require.InDelta(t, g.Share[1], again.Share[1], .01)
}

func TestTheIntervalOfAShareCovers(t *testing.T) {
	y, x := made(100_000, 4)
	names := []string{"a", "b", "f"}
	truth, err := stats.DriverGroups(context.Background(), y, x, names, []int{0, 0, 1}, nil, stats.BootOptions{Reps: 19, Seed: 1})
	require.NoError(t, err)
	const runs = 200
	in := 0
	for seed := range uint64(runs) {
		y, x := made(150, 100+seed)
		g, err := stats.DriverGroups(context.Background(), y, x, names, []int{0, 0, 1}, nil, stats.BootOptions{Reps: 199, Seed: seed, Level: .9})
		require.NoError(t, err)
		if g.ShareCI[0].Lo <= truth.Share[0] && truth.Share[0] <= g.ShareCI[0].Hi {
			in++
		}
	}
	require.GreaterOrEqual(t, in, 168, "nominal 90 %% of %d; 84 %% is three errors of chance below", runs)
	t.Log(in, truth.Share[0], truth.R2)
}

func TestGroupsThatMeanNothingAreRefused(t *testing.T) {
	y, x := made(50, 5)
	names := []string{"a", "b", "f"}
	for _, groups := range [][]int{{0, 0}, {0, 0, 0}, {0, 2, 2}, {-1, 0, 1}, {0, 9, 1}} {
		_, err := stats.DriverGroups(context.Background(), y, x, names, groups, nil, stats.BootOptions{Reps: 9})
		require.Error(t, err, groups)
	}
	y[0] = math.NaN()
	g, err := stats.DriverGroups(context.Background(), y, x, names, []int{0, 0, 1}, nil, stats.BootOptions{Reps: 9})
	require.NoError(t, err)
	require.Equal(t, 49, g.N)
}
