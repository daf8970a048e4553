package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/replay"
	"rapport/internal/store"
)

func init() {
	add("replay: a key is claimed once, answered alike, free again when dropped or expired", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		now := time.UnixMilli(1_700_000_000_000).UTC()
		a := replay.Answer{Key: "k", Body: "b", ExpiresAt: now.Add(replay.Keep)}
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if _, mine, err := s.ClaimAnswer(ctx, a, now); err == nil && mine {
					won.Add(1)
				}
			}()
		}
		wg.Wait()
		require.EqualValues(t, 1, won.Load())
		standing, mine, err := s.ClaimAnswer(ctx, a, now)
		require.NoError(t, err)
		require.False(t, mine)
		require.Zero(t, standing.Status, "under way")
		a.Status, a.Type, a.Content = 201, "application/json", []byte(`{"id":"x"}`)
		require.NoError(t, s.KeepAnswer(ctx, a))
		standing, mine, err = s.ClaimAnswer(ctx, replay.Answer{Key: "k", Body: "other", ExpiresAt: a.ExpiresAt}, now)
		require.NoError(t, err)
		require.False(t, mine)
		require.Equal(t, a, standing)
		_, mine, err = s.ClaimAnswer(ctx, a, now.Add(replay.Keep))
		require.NoError(t, err)
		require.True(t, mine, "expired")
		require.NoError(t, s.DropAnswer(ctx, "k"))
		_, mine, err = s.ClaimAnswer(ctx, a, now)
		require.NoError(t, err)
		require.True(t, mine, "dropped")
	})
}
