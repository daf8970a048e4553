package initiative

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func made(seed uint64, starts []int, periods int, effect func(team int) float64) (*table, []string) {
	rng := rand.New(rand.NewPCG(seed, 3))
	t := &table{skip: -1, start: starts}
	ids := []string{}
	for u, s := range starts {
		level := 50 + 5*rng.NormFloat64()
		row := make([]float64, periods)
		for k := range row {
			row[k] = level + rng.NormFloat64()
			if s >= 0 && k >= s {
				row[k] += effect(u)
			}
		}
		t.y, t.teams, ids = append(t.y, row), append(t.teams, u), append(ids, fmt.Sprint(u))
	}
	return t, ids
}

func starting(treated, others, at int) []int {
	out := make([]int, treated+others)
	for k := range out {
		if out[k] = -1; k < treated {
			out[k] = at
		}
	}
	return out
}

// The interval of the plain contrast holds its level, and holds it with staged starts, too.
func TestThePlainContrastHoldsItsLevel(t *testing.T) {
	for name, starts := range map[string][]int{"one start": starting(8, 16, 10), "few": starting(3, 21, 10), "staged": append(starting(5, 12, 8), 11, 11, 11, 14, 14)} {
		covered, rounds := 0, 600
		for seed := range uint64(rounds) {
			tab, ids := made(seed, starts, 20, func(int) float64 { return 1.2 })
			b := tab.beside(ids)
			require.NotNil(t, b)
			if b.Lo <= 1.2 && 1.2 <= b.Hi {
				covered++
			}
		}
		share := float64(covered) / float64(rounds)
		t.Logf("%s: %.1f %%", name, 100*share)
		require.GreaterOrEqual(t, share, .87, name)
	}
}

// Pooled team effects add up to the headline and lie nearer to the truth than the teams' own.
func TestTeamEffectsArePooled(t *testing.T) {
	own, pooled := 0., 0.
	covered, n := 0, 0
	for seed := range uint64(200) {
		tab, ids := made(seed, starting(12, 20, 10), 20, func(u int) float64 { return 2 + .3*float64(u%3-1) })
		c, ok := tab.compare()
		require.True(t, ok)
		list := tab.teamEffects(ids, c.att)
		require.Len(t, list, 12)
		sum := 0.
		for u, x := range list {
			truth := 2 + .3*float64(u%3-1)
			own += (x.Own - truth) * (x.Own - truth)
			pooled += (x.Pooled - truth) * (x.Pooled - truth)
			sum += x.Pooled / 12
			if math.Abs(x.Pooled-truth) <= z90*x.PooledSE {
				covered++
			}
			n++
		}
		require.InDelta(t, c.att, sum, 1e-9)
	}
	t.Logf("mean squared error: own %.3f, pooled %.3f; covered %.1f %%", own/float64(n), pooled/float64(n), 100*float64(covered)/float64(n))
	require.Less(t, pooled, .8*own)
	require.GreaterOrEqual(t, float64(covered)/float64(n), .86)
	tab, ids := made(1, starting(2, 20, 10), 20, func(int) float64 { return 2 })
	for _, x := range tab.teamEffects(ids, 2) {
		require.Equal(t, x.Own, x.Pooled, "two teams have nothing to pool with")
	}
	tab, _ = made(1, starting(6, 0, 10), 20, func(int) float64 { return 2 })
	require.Nil(t, tab.teamEffects(ids, 2), "nobody to compare with")
}
