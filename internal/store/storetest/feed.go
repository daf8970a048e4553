package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/feed"
	"rapport/internal/intake"
	"rapport/internal/store"
)

func init() {
	add("feed: hooks and feeds by version, their state, and files taken once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		h := feed.Hook{ID: "h", Name: "Shop", Mapping: intake.Mapping{Kind: intake.Feedback, SourceID: []string{"id"}}, Secret: "s", CreatedAt: seriesAt, Version: 1}
		require.NoError(t, s.SaveHook(ctx, h, seriesEntry("hook.create")))
		h.Version, h.Old, h.OldUntil = 2, "old", seriesAt
		require.NoError(t, s.SaveHook(ctx, h, seriesEntry("hook.change")))
		require.Equal(t, "hook_changed", errs.CodeOf(s.SaveHook(ctx, h, seriesEntry("hook.change"))))
		got, err := s.Hook(ctx, "h")
		require.NoError(t, err)
		require.Equal(t, h, got)
		_, err = s.Hook(ctx, "none")
		require.Equal(t, "hook_unknown", errs.CodeOf(err))
		hooks, err := s.Hooks(ctx)
		require.NoError(t, err)
		require.Equal(t, []feed.Hook{h}, hooks)

		f := feed.Feed{ID: "f", Name: "Till", From: "till/*.csv", Mapping: h.Mapping, CreatedAt: seriesAt, Version: 1}
		require.NoError(t, s.SaveFeed(ctx, f, seriesEntry("feed.create")))
		f.Version = 3
		require.Equal(t, "feed_changed", errs.CodeOf(s.SaveFeed(ctx, f, seriesEntry("feed.change"))))
		_, err = s.Feed(ctx, "none")
		require.Equal(t, "feed_unknown", errs.CodeOf(err))
		feeds, err := s.Feeds(ctx)
		require.NoError(t, err)
		require.Len(t, feeds, 1)

		require.NoError(t, s.SaveFeedState(ctx, "f", feed.State{At: seriesAt, Code: "x"}))
		last := feed.State{At: seriesAt, File: "a.csv", Result: intake.Result{Rows: 3}}
		require.NoError(t, s.SaveFeedState(ctx, "f", last))
		states, err := s.FeedStates(ctx)
		require.NoError(t, err)
		require.Equal(t, map[string]feed.State{"f": last}, states)

		taken, err := s.FileTaken(ctx, "f", "d")
		require.NoError(t, err)
		require.False(t, taken)
		require.NoError(t, s.TakeFile(ctx, "f", "d", seriesAt))
		require.NoError(t, s.TakeFile(ctx, "f", "d", seriesAt))
		taken, err = s.FileTaken(ctx, "f", "d")
		require.NoError(t, err)
		require.True(t, taken)
	})
}
