package linkage

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Without a team: the figure from the sums is the one of a refit, to the last digit on a panel without holes and to a few
// percent of the standard error on one with many.
func TestLeaveOneOutIsTheRefit(t *testing.T) {
	for _, holes := range []float64{0, .25} {
		rng := rand.New(rand.NewPCG(3, 9))
		q := &panel.Pair{Grain: series.Month}
		for team := range 24 {
			level := rng.NormFloat64()
			for month := range 18 {
				if rng.Float64() < holes {
					continue
				}
				x := level + rng.NormFloat64() + .3*math.Sin(float64(month))
				q.Team, q.Time = append(q.Team, team), append(q.Time, month)
				q.X, q.Y, q.N = append(q.X, x), append(q.Y, .4*x+level+rng.NormFloat64()), append(q.N, 9)
			}
		}
		e, fit := twoWay(q)
		got := leaveOneOut(q, fit)
		require.Len(t, got, 24)
		worst := 0.0
		for _, l := range got {
			p := &stats.Panel{X: [][]float64{nil}}
			for i, team := range q.Team {
				if team != l.Team {
					p.Unit, p.Time, p.X[0], p.Y = append(p.Unit, team), append(p.Time, q.Time[i]), append(p.X[0], q.X[i]), append(p.Y, q.Y[i])
				}
			}
			r, err := stats.TwoWayFE(p, stats.FEOptions{})
			require.NoError(t, err)
			worst = math.Max(worst, math.Abs(r.Coef[0].B-l.Estimate))
		}
		if holes == 0 {
			require.Less(t, worst, 1e-6, "six digits are kept")
		}
		require.Less(t, worst / *e.StdErr, .05)
	}
}
