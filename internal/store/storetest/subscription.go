package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/outbox"
	"rapport/internal/store"
	"rapport/internal/subscription"
)

func init() {
	add("subscription: versions follow each other, letters go in with them, ended ones are forgotten", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		none, err := s.Subscriptions(ctx)
		require.NoError(t, err)
		require.Equal(t, []subscription.Subscription{}, none)
		_, err = s.Subscription(ctx, "a")
		require.Equal(t, "subscription_unknown", errs.CodeOf(err))
		a := subscription.Subscription{ID: "a", ReaderID: "u1", Subject: subscription.View, Path: "/goals?team=t1", Name: "Goals", Rhythm: subscription.Weekly, Token: "secret", CreatedAt: runAt, CreatedBy: "u2", NextAt: runAt.Add(time.Hour), Version: 1}
		b := subscription.Subscription{ID: "b", ReaderID: "u1", Subject: subscription.Report, TeamID: "t1", Rhythm: subscription.AtClose, Seen: "2025-Q1/1", CreatedAt: runAt.Add(time.Minute), CreatedBy: "u1", Version: 1}
		for _, x := range []subscription.Subscription{b, a} {
			require.NoError(t, s.SaveSubscription(ctx, x, nil, audit.Entry{At: runAt, Actor: "u1", Action: "subscription.add", Object: x.ID}))
		}
		require.Equal(t, "subscription_changed", errs.CodeOf(s.SaveSubscription(ctx, a, []outbox.Message{message("y", noon)})), "the same one twice")
		list, err := s.Subscriptions(ctx)
		require.NoError(t, err)
		require.Equal(t, []subscription.Subscription{a, b}, list)
		a.NextAt, a.Version = runAt.Add(2*time.Hour), 2
		require.NoError(t, s.SaveSubscription(ctx, a, []outbox.Message{message("x", noon)}))
		require.Equal(t, "subscription_changed", errs.CodeOf(s.SaveSubscription(ctx, a, []outbox.Message{message("z", noon)})), "the other of two processes")
		got, err := s.Subscription(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, a, got)
		n, err := s.CountMessages(ctx)
		require.NoError(t, err)
		require.Equal(t, map[outbox.State]int{outbox.Waiting: 1}, n)
		a.EndedAt, a.Why, a.Version = runAt.Add(3*time.Hour), subscription.Left, 3
		require.NoError(t, s.SaveSubscription(ctx, a, nil))
		require.NoError(t, s.ForgetSubscriptions(ctx, a.EndedAt))
		list, err = s.Subscriptions(ctx)
		require.NoError(t, err)
		require.Len(t, list, 2, "not yet")
		require.NoError(t, s.ForgetSubscriptions(ctx, a.EndedAt.Add(time.Second)))
		list, err = s.Subscriptions(ctx)
		require.NoError(t, err)
		require.Equal(t, []subscription.Subscription{b}, list, "one that goes on stays")
	})
}
