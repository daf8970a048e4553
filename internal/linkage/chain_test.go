package linkage_test

import (
	"context"
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
