package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/store"
)

func init() {
	add("goal: levels stay, all of a request or none", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		none, err := s.Levels(ctx)
		require.NoError(t, err)
		require.NotNil(t, none)
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		a := goal.Level{ID: "a", Metric: "cx", Team: "t1", Kind: goal.Desired, From: day, Value: 80, Owner: "Ada", Reason: "promise", At: runAt, By: "u1"}
		b := goal.Level{ID: "b", Metric: "cx", Kind: goal.Market, From: day, Value: 77.5, Source: "trade survey", At: runAt, By: "u1"}
		require.NoError(t, s.AddLevels(ctx, []goal.Level{a, b}, entryOf("goal.set", "cx"), entryOf("goal.set", "cx")))
		require.Equal(t, "goal.set", lastAudit(t, s).Action)
		c := a
		c.ID, c.Value = "c", 82
		require.Error(t, s.AddLevels(ctx, []goal.Level{c, a}, entryOf("goal.set", "cx")), "a is there already")
		got, err := s.Levels(ctx)
		require.NoError(t, err)
		require.Equal(t, []goal.Level{a, b}, got)
		require.NoError(t, s.AddLevels(ctx, []goal.Level{c}, entryOf("goal.set", "cx")))
		got, err = s.Levels(ctx)
		require.NoError(t, err)
		require.Equal(t, []goal.Level{a, b, c}, got)
	})
	add("goal: where metrics stand, the newest replaces", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		none, err := s.Actuals(ctx)
		require.NoError(t, err)
		require.NotNil(t, none)
		se := 1.25
		x := goal.Actuals{Metric: "cx", AsOf: runAt, At: runAt, Grain: "week", Teams: map[string]goal.Actual{"": {Period: "2026-W01", Value: 70, SE: &se, Below: 3, Of: 4}}}
		y := goal.Actuals{Metric: "ex", AsOf: runAt, At: runAt, Grain: "week", Teams: map[string]goal.Actual{"t1": {Period: "2026-W01", Value: 60}}}
		require.NoError(t, s.SaveActuals(ctx, []goal.Actuals{x, y}))
		x.Teams[""] = goal.Actual{Period: "2026-W02", Value: 71}
		require.NoError(t, s.SaveActuals(ctx, []goal.Actuals{x}))
		got, err := s.Actuals(ctx)
		require.NoError(t, err)
		require.Equal(t, []goal.Actuals{x, y}, got)
		got, err = s.Actuals(ctx, "ex", "nothing")
		require.NoError(t, err)
		require.Equal(t, []goal.Actuals{y}, got)
	})
	add("goal: a barrier is changed only by who has seen it", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Barrier(ctx, "b1")
		require.Equal(t, "barrier_unknown", errs.CodeOf(err))
		none, err := s.Barriers(ctx)
		require.NoError(t, err)
		require.NotNil(t, none)
		b := goal.Barrier{ID: "b1", Name: "two forms", Touchpoint: "Phone", Status: goal.Open, Owner: "Ada", Version: 1, CreatedAt: runAt, CreatedBy: "u1", EditedAt: runAt}
		require.NoError(t, s.SaveBarrier(ctx, b, 0, entryOf("barrier.add", "b1")))
		require.Equal(t, "barrier_changed", errs.CodeOf(s.SaveBarrier(ctx, b, 0, entryOf("barrier.add", "b1"))))
		newer := goal.Barrier{ID: "b2", Name: "keys", Team: "t1", Status: goal.Open, Version: 1, CreatedAt: runAt.Add(time.Minute), EditedAt: runAt}
		require.NoError(t, s.SaveBarrier(ctx, newer, 0, entryOf("barrier.add", "b2")))
		b.Version, b.Status, b.Notes = 2, goal.InWork, []goal.Note{{At: runAt, By: "u2", Text: "form one is gone"}}
		require.NoError(t, s.SaveBarrier(ctx, b, 1, entryOf("barrier.change", "b1")))
		require.Equal(t, "barrier_changed", errs.CodeOf(s.SaveBarrier(ctx, b, 1, entryOf("barrier.change", "b1"))))
		require.Equal(t, "b1", lastAudit(t, s).Object)
		got, err := s.Barrier(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, b, got)
		all, err := s.Barriers(ctx)
		require.NoError(t, err)
		require.Equal(t, []goal.Barrier{newer, b}, all)
	})
}
