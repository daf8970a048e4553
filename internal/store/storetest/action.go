package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/action"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/movement"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/store"
)

func anAction(id, team string, due int) action.Action {
	on := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	return action.Action{
		ID: id, Title: "Call back the same day", TeamID: team, OwnerID: "u1", MetricID: "m", Origin: action.Origin{From: action.FromFinding, Of: "f", Path: "/evidence/f"},
		AgreedOn: on, DueOn: on.AddDate(0, 0, due), RemindDays: 3, State: action.Open, Notes: []action.Note{{At: runAt, By: "u1", Text: "agreed"}}, Version: 1, CreatedAt: runAt, CreatedBy: "u1",
	}
}

func init() {
	add("action: kept, changed once per version, listed by what is open and due", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		none, err := s.Actions(ctx, org.Everything, action.Filter{})
		require.NoError(t, err)
		require.Equal(t, []action.Action{}, none)
		a, b, c := anAction("a", "t1", 9), anAction("b", "t2", 5), anAction("c", "", 7)
		for _, x := range []action.Action{a, b, c} {
			require.NoError(t, s.AddAction(ctx, x, entryOf("action.add", x.ID)))
		}
		list, err := s.Actions(ctx, org.Everything, action.Filter{})
		require.NoError(t, err)
		require.Equal(t, []action.Action{b, c, a}, list)

		b.State, b.ClosedOn, b.OwnerID, b.Version = action.Done, b.DueOn, "u2", 2
		require.NoError(t, s.ChangeAction(ctx, b, entryOf("action.change", "b")))
		require.Equal(t, "action.change", lastAudit(t, s).Action)
		require.Equal(t, "action_changed", errs.CodeOf(s.ChangeAction(ctx, b, entryOf("action.lost", "b"))))
		require.Equal(t, "action.change", lastAudit(t, s).Action, "what was refused left no trace")
		list, err = s.Actions(ctx, org.Everything, action.Filter{})
		require.NoError(t, err)
		require.Equal(t, []action.Action{c, a, b}, list, "what is done comes last")
		for _, f := range []action.Filter{{State: action.Done}, {OwnerID: "u2"}, {TeamID: "t2"}, {State: action.Done, OwnerID: "u2", TeamID: "t2"}} {
			list, err = s.Actions(ctx, org.Everything, f)
			require.NoError(t, err)
			require.Equal(t, []action.Action{b}, list, "%+v", f)
		}
	})
	add("action: the scope decides who sees it; the whole organisation's only those who see all", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		for _, x := range []action.Action{anAction("a", "t1", 1), anAction("b", "t2", 2), anAction("c", "", 3)} {
			require.NoError(t, s.AddAction(ctx, x, entryOf("action.add", x.ID)))
		}
		list, err := s.Actions(ctx, org.Teams("t1"), action.Filter{})
		require.NoError(t, err)
		require.Equal(t, []action.Action{anAction("a", "t1", 1)}, list)
		list, err = s.Actions(ctx, org.Teams("t1"), action.Filter{TeamID: "t2"})
		require.NoError(t, err)
		require.Equal(t, []action.Action{}, list, "a filter does not widen the scope")
		_, err = s.Action(ctx, org.Teams("t1"), "b")
		require.Equal(t, "action_unknown", errs.CodeOf(err))
		_, err = s.Action(ctx, org.Teams("t1"), "c")
		require.Equal(t, "action_unknown", errs.CodeOf(err))
		got, err := s.Action(ctx, org.Everything, "c")
		require.NoError(t, err)
		require.Equal(t, anAction("c", "", 3), got)
		_, err = s.Actions(ctx, org.Scope{}, action.Filter{})
		require.Equal(t, "scope_missing", errs.CodeOf(err))
		_, err = s.Action(ctx, org.Scope{}, "c")
		require.Equal(t, "scope_missing", errs.CodeOf(err))
	})
	add("action: movements stand in place of older ones; letters are queued once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		v := 2.5
		one := movement.Since{MetricID: "m", On: runAt, AsOf: runAt, Grain: "week", Before: &v, After: &v, Change: evidence.Estimate{Value: &v, Method: movement.Method}}
		require.NoError(t, s.SaveMovements(ctx, map[string]movement.Since{"a": one, "b": one}))
		one.Grain = "month"
		require.NoError(t, s.SaveMovements(ctx, map[string]movement.Since{"a": one}))
		got, err := s.Movements(ctx, []string{"a", "nobody"})
		require.NoError(t, err)
		require.Equal(t, map[string]movement.Since{"a": one}, got)
		got, err = s.Movements(ctx, nil)
		require.NoError(t, err)
		require.Empty(t, got)
		for range 2 {
			require.NoError(t, s.QueueMail(ctx, message("x", noon)))
		}
		n, err := s.CountMessages(ctx)
		require.NoError(t, err)
		require.Equal(t, map[outbox.State]int{outbox.Waiting: 1}, n)
		require.NoError(t, s.QueueMail(ctx))
	})
}
