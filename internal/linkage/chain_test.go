package linkage_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/series"
)

// chained adds an income that follows customer experience one month later (slope 3) to the made panel.
func chained(teams, periods int) env2 {
	src, ts := made(teams, periods)
	src.List = append(src.List, series.Metric{ID: "income", Key: "income", Name: "Income", Kind: series.Money, Aggregation: series.Mean, HigherIsBetter: true, DefaultLag: 1})
	for i, v := range src.Rows {
		if v.MetricID != "cx" {
			continue
		}
		next := v
		next.MetricID, next.Period.Index = "income", v.Period.Index+1
		next.Value = 200 + 3*v.Value + .3*float64(i%7) // the rest follows neither team nor month
		src.Rows = append(src.Rows, next)
	}
	return env2{src, ts}
}

type env2 struct {
	src *paneltest.Figures
	ts  paneltest.Tree
}

func TestAChainNeedsBothLinksOnTheSameRows(t *testing.T) {
	ctx := context.Background()
	made := chained(45, 36)
	e := newEnv(t, made.ts, made.src)
	run, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	_, _, chains, err := e.linkage.Chains(ctx, "latest")
	require.NoError(t, err)
	got := map[string]linkage.Chain{}
	for _, c := range chains {
		got[c.EX+">"+c.CX+">"+c.Y] = c
	}
	c := got["ex>cx>income"]
	require.True(t, c.Supported(), "%+v", c)
	require.InDelta(t, 3, *c.Second.Value, 3.3**c.Second.StdErr)
	require.InDelta(t, .6, *c.First.Value, .05)
	require.InDelta(t, 200, c.Mean, 3)
	require.Equal(t, 1, c.LagY)
	require.Equal(t, 0, c.LagCX)
	require.NotNil(t, c.Second.Q)
	require.InDelta(t, 0, *c.Direct.Value, .2, "nothing goes past customer experience")

	straight := got["ex>cx>revenue"]
	require.Equal(t, evidence.Supported, straight.FirstVerdict)
	require.NotEqual(t, evidence.Supported, straight.Verdict, "revenue follows people, not customers: given EX nothing is left")
	require.False(t, straight.Supported())
	for _, c := range chains {
		require.NotEqual(t, "waiting", c.Y, "an outcome is neither behaviour nor money")
	}

	again, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	_, _, same, err := e.linkage.Chains(ctx, again.ID)
	require.NoError(t, err)
	require.Equal(t, chains, same)
	require.NotEqual(t, run.ID, again.ID)
}

func TestAChainBelowTheGateHasAReason(t *testing.T) {
	ctx := context.Background()
	made := chained(25, 6)
	for i := range made.src.Rows {
		made.src.Rows[i].N = 9
	}
	e := newEnv(t, made.ts, made.src)
	_, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	_, _, chains, err := e.linkage.Chains(ctx, "latest")
	require.NoError(t, err)
	require.Empty(t, chains, "six months: the first link stops at indicative, a shared shock is not ruled out")
}

// TestAChainEndsInMoneyThroughLoyalty: customers kept follow customer experience, and money follows customers kept.
func TestAChainEndsInMoneyThroughLoyalty(t *testing.T) {
	ctx := context.Background()
	made := chained(45, 36)
	made.src.List = append(made.src.List,
		series.Metric{ID: "kept", Key: "kept", Name: "Customers kept", Kind: series.Behaviour, Unit: "%", Aggregation: series.Mean, HigherIsBetter: true, DefaultLag: 1},
		series.Metric{ID: "till", Key: "till", Name: "Till", Kind: series.Money, Aggregation: series.Mean, HigherIsBetter: true, DefaultLag: 2})
	rng := rand.New(rand.NewPCG(1, 2))
	for _, v := range slices.Clone(made.src.Rows) {
		if v.MetricID != "cx" {
			continue
		}
		kept := v
		kept.MetricID, kept.Period.Index = "kept", v.Period.Index+1
		kept.Value = 40 + .5*v.Value + rng.NormFloat64()
		till := kept
		till.MetricID, till.Period.Index = "till", kept.Period.Index+2
		till.Value = 100 + 2*kept.Value + rng.NormFloat64()
		made.src.Rows = append(made.src.Rows, kept, till)
	}
	e := newEnv(t, made.ts, made.src)
	_, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	_, _, chains, err := e.linkage.Chains(ctx, "latest")
	require.NoError(t, err)
	k := slices.IndexFunc(chains, func(c linkage.Chain) bool { return c.EX == "ex" && c.CX == "cx" && c.Y == "kept" })
	require.GreaterOrEqual(t, k, 0)
	c := chains[k]
	require.True(t, c.Supported(), "%+v", c)
	require.Equal(t, "till", c.Onward[0].Y, "the surest step comes first")
	o := c.Onward[0]
	require.Equal(t, evidence.Supported, o.Verdict, "%+v", o)
	require.InDelta(t, 2, *o.Estimate.Value, .2)
	require.Equal(t, 2, o.Lag)
	require.NotNil(t, o.Estimate.Q)
	n := slices.IndexFunc(c.Onward, func(o linkage.Onward) bool { return o.Y == "income" })
	require.GreaterOrEqual(t, n, 0)
	require.NotEqual(t, evidence.Supported, c.Onward[n].Verdict, "income follows customer experience, not customers kept: given it nothing is left")
	for _, x := range chains {
		if x.Y == "income" {
			require.Empty(t, x.Onward, "money leads nowhere further")
		}
		for _, e := range []evidence.Estimate{x.First, x.Second} {
			if x.Supported() {
				require.Equal(t, "cr1_nested_wild_bootstrap", e.Convention, "intervals of a chain are drawn by clusters whatever the number of teams")
				require.NotNil(t, e.Q)
				require.Less(t, *e.Lo, *e.Value)
				require.Greater(t, *e.Hi, *e.Value)
			}
		}
	}
}
