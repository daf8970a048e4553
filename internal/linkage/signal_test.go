package linkage_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/linkage"
	"rapport/internal/series"
)

// What a slope is worth as money: a figure that drifts is told from one that jumps, and two that move as one are a bundle.
func TestASlopeOnANoisyFigureIsALowerBound(t *testing.T) {
	ctx := context.Background()
	src, ts := made(45, 36)
	add := func(id, name string, k series.Kind) {
		src.List = append(src.List, series.Metric{ID: id, Key: id, Name: name, Kind: k, Aggregation: series.Mean, HigherIsBetter: true})
	}
	add("calm", "Calm", series.EX)
	add("twin", "Calm, asked again", series.EX)
	add("visit", "Visit", series.CX)
	rng := rand.New(rand.NewPCG(3, 9))
	for _, team := range ts {
		level := 0.0
		for k := range 36 {
			p := series.Period{Grain: series.Month, Index: 2020*12 + k}
			put := func(m string, v float64) {
				src.Rows = append(src.Rows, series.Value{MetricID: m, TeamID: team.ID, Period: p, Value: v, N: 12})
			}
			level += rng.NormFloat64() // drifts: nearly all of it is signal
			put("calm", level+.3*rng.NormFloat64())
			put("twin", level+.3*rng.NormFloat64())
			put("visit", .5*level+.5*rng.NormFloat64())
		}
	}
	e := newEnv(t, ts, src)
	_, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	_, findings, _, err := e.linkage.Chains(ctx, "latest")
	require.NoError(t, err)
	got := map[string]linkage.Signal{}
	for _, f := range findings {
		got[f.X+">"+f.Y] = f.Signal
	}

	noisy := got["ex>cx"]
	require.Equal(t, "Engagement", noisy.Metric)
	require.True(t, noisy.LowerBound(), "%+v", noisy)
	require.Empty(t, noisy.With)
	say := noisy.Say(true)
	require.Equal(t, "signal.lower_bound", say[0].Key)
	require.Equal(t, "signal.apart", say[1].Key)

	calm := got["calm>visit"]
	require.NotNil(t, calm.Reliability)
	require.Greater(t, *calm.Reliability, .85)
	require.Less(t, *calm.Reliability, 1.0)
	require.False(t, calm.LowerBound())
	require.Equal(t, []string{"Calm, asked again"}, calm.With)
	say = calm.Say(true)
	require.Equal(t, "signal.reliable", say[0].Key)
	require.Equal(t, "signal.bundle", say[1].Key)
	require.Contains(t, say[1].In("en"), "Calm, asked again")
	require.Len(t, calm.Say(false), 1)

	require.Empty(t, linkage.Signal{}.Say(true), "a run of old never looked")
	require.Equal(t, "signal.unknown", linkage.Signal{Metric: "X"}.Say(true)[0].Key)
}
