package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/alert"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/outbox"
	"rapport/internal/store"
)

func anAlert(id, key string, minute int) alert.Alert {
	return alert.Alert{
		ID: id, Key: key, Kind: alert.Change, At: runAt.Add(time.Duration(minute) * time.Minute), TeamID: "t1", To: []string{"u1"}, Line: "m/t1/up", Path: "/catalogue/m",
		Text: evidence.Sentence{Key: "alert.change.up.team", Params: map[string]evidence.Param{"metric": evidence.Text("m")}},
	}
}

func init() {
	add("alert: an occurrence is kept once, with its letters; old ones are forgotten", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		none, err := s.Alerts(ctx, time.Time{}, 10)
		require.NoError(t, err)
		require.Equal(t, []alert.Alert{}, none)
		a, b := anAlert("a", "k1", 1), anAlert("b", "k2", 2)
		require.NoError(t, s.SaveAlerts(ctx, []alert.Alert{a, b}, []outbox.Message{message("x", noon)}, time.Time{}))
		again := anAlert("c", "k1", 3)
		require.NoError(t, s.SaveAlerts(ctx, []alert.Alert{again}, []outbox.Message{message("x", noon)}, time.Time{}))
		list, err := s.Alerts(ctx, time.Time{}, 10)
		require.NoError(t, err)
		require.Equal(t, []alert.Alert{b, a}, list)
		list, err = s.Alerts(ctx, b.At, 10)
		require.NoError(t, err)
		require.Equal(t, []alert.Alert{b}, list)
		list, err = s.Alerts(ctx, time.Time{}, 1)
		require.NoError(t, err)
		require.Equal(t, []alert.Alert{b}, list)
		known, err := s.KnownAlerts(ctx, []string{"k1", "k3"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"k1": true}, known)
		n, err := s.CountMessages(ctx)
		require.NoError(t, err)
		require.Equal(t, map[outbox.State]int{outbox.Waiting: 1}, n)
		require.NoError(t, s.SaveAlerts(ctx, nil, nil, b.At))
		list, err = s.Alerts(ctx, time.Time{}, 10)
		require.NoError(t, err)
		require.Equal(t, []alert.Alert{b}, list)
	})
	add("alert: desks and webhooks", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		d, err := s.Desk(ctx, "u1")
		require.NoError(t, err)
		require.Equal(t, alert.Desk{UserID: "u1"}, d)
		d.OffMail, d.ReadTo, d.Read = []alert.Kind{alert.JobFailed}, runAt, []string{"a"}
		for range 2 {
			require.NoError(t, s.SaveDesk(ctx, d))
		}
		got, err := s.Desk(ctx, "u1")
		require.NoError(t, err)
		require.Equal(t, d, got)

		hooks, err := s.AlertHooks(ctx)
		require.NoError(t, err)
		require.Equal(t, []alert.Hook{}, hooks)
		h := alert.Hook{ID: "h1", URL: "https://example.com/x", Kinds: []alert.Kind{alert.Change}, Active: true, Secret: "s", CreatedAt: runAt, CreatedBy: "u1"}
		require.NoError(t, s.SaveAlertHook(ctx, h, entryOf("webhook.add", "h1")))
		require.NoError(t, s.NoteDelivery(ctx, "h1", runAt, "webhook_refused"))
		require.NoError(t, s.NoteDelivery(ctx, "gone", runAt, ""))
		h.OldSecret, h.OldUntil, h.Secret = "s", runAt, "t"
		require.NoError(t, s.SaveAlertHook(ctx, h, entryOf("webhook.rotate", "h1")))
		require.Equal(t, "webhook.rotate", lastAudit(t, s).Action)
		hooks, err = s.AlertHooks(ctx)
		require.NoError(t, err)
		h.LastAt, h.LastCode = runAt, "webhook_refused"
		require.Equal(t, []alert.Hook{h}, hooks, "a change leaves what is known of the deliveries")
		require.NoError(t, s.DropAlertHook(ctx, "h1", entryOf("webhook.remove", "h1")))
		require.Equal(t, "webhook_unknown", errs.CodeOf(s.DropAlertHook(ctx, "h1", entryOf("webhook.remove", "h1"))))
	})
}
