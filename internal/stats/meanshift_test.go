package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/stats"
)

// R 4, t.test(extra ~ group, data = sleep) (Student's sleep data, Cushny & Peebles 1905): t = −1.8608, df = 17.776,
// p = 0.07939, interval −3.3654832 … 0.2054832, means 0.75 and 2.33.
func TestMeanShiftWithoutAutocorrelationIsWelch(t *testing.T) {
	one := []float64{.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2}
	two := []float64{1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	s, err := stats.MeanShift(two, one, 0, .95)
	require.NoError(t, err)
	require.InDelta(t, .75, s.After, 1e-12)
	require.InDelta(t, 2.33, s.Before, 1e-12)
	require.InDelta(t, 17.776, s.DF, 5e-4)
	require.InDelta(t, .07939, s.P, 5e-6)
	require.InDelta(t, -3.3654832, s.CI.Lo, 5e-8)
	require.InDelta(t, .2054832, s.CI.Hi, 5e-8)
	require.InDelta(t, -1.8608, s.Diff/s.StdErr, 5e-5)
}

func TestMeanShiftRefuses(t *testing.T) {
	some := []float64{1, 2, 3, 4}
	for name, c := range map[string]struct {
		before, after []float64
		rho, level    float64
		want          stats.Reason
	}{
		"short":    {some[:3], some, 0, .95, stats.InsufficientPeriods},
		"nan":      {some, []float64{1, 2, math.NaN(), 4}, 0, .95, stats.NotFinite},
		"constant": {[]float64{5, 5, 5, 5}, []float64{6, 6, 6, 6}, 0, .95, stats.NoVariation},
		"rho":      {some, some, 1, .95, stats.OutOfRange},
		"level":    {some, some, 0, 1.5, stats.OutOfRange},
	} {
		_, err := stats.MeanShift(c.before, c.after, c.rho, c.level)
		var r *stats.Refusal
		require.True(t, errors.As(err, &r), name)
		require.Equal(t, c.want, r.Reason, name)
	}
}

// Turning the series upside down or into other units turns the answer with it.
func TestMeanShiftFollowsTheScale(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	before, after := walk(rng, 8, .4), walk(rng, 6, .4)
	s, err := stats.MeanShift(before, after, stats.EstimateRho, .95)
	require.NoError(t, err)
	turn := func(v []float64) []float64 {
		out := make([]float64, len(v))
		for i := range v {
			out[i] = -10*v[i] + 7
		}
		return out
	}
	u, err := stats.MeanShift(turn(before), turn(after), stats.EstimateRho, .95)
	require.NoError(t, err)
	require.InDelta(t, -10*s.Diff, u.Diff, 1e-9)
	require.InDelta(t, -10*s.CI.Hi, u.CI.Lo, 1e-9)
	require.InDelta(t, s.P, u.P, 1e-9)
}

// walk is AR(1) noise of unit innovations, started in its stationary state.
func walk(rng *rand.Rand, n int, rho float64) []float64 {
	out := make([]float64, n)
	x := rng.NormFloat64() / math.Sqrt(1-rho*rho)
	for i := range out {
		out[i] = x
		x = rho*x + rng.NormFloat64()
	}
	return out
}

func TestMeanShiftCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: a simulation")
	}
	const reps = 3000
	for _, rho := range []float64{0, .3, .6} {
		for _, n := range [][2]int{{4, 4}, {12, 4}, {8, 8}, {12, 12}} {
			rng := rand.New(rand.NewPCG(uint64(100*rho), uint64(n[0]*100+n[1])))
			in := 0
			for range reps {
				all := walk(rng, n[0]+n[1], rho)
				s, err := stats.MeanShift(all[:n[0]], all[n[0]:], stats.EstimateRho, .95)
				require.NoError(t, err)
				if s.CI.Lo <= 0 && s.CI.Hi >= 0 {
					in++
				}
			}
			cover := float64(in) / reps
			t.Logf("rho %.1f, %v: %.3f", rho, n, cover)
			least := .9
			if rho > .5 && n[0] == 4 {
				least = .87 // eight values in all cannot tell such noise from a change
			}
			require.Greater(t, cover, least, "rho %.1f, %v", rho, n)
		}
	}
}
