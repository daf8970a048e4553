package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/store"
)

func init() {
	add("touchpoints: kept by version, one name once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		list, err := s.Touchpoints(ctx)
		require.NoError(t, err)
		require.Empty(t, list)
		require.NotNil(t, list)
		desk := feedback.Touchpoint{ID: "a", Name: "Front desk", Journey: "Visit", Stage: "Arrive", OwnerTeam: "t1", PromiseMinutes: 5, Version: 1}
		app := feedback.Touchpoint{ID: "b", Name: "App", Digital: true, Journey: "Buy", Version: 1}
		require.NoError(t, s.SaveTouchpoint(ctx, desk, seriesEntry("touchpoint.create")))
		require.NoError(t, s.SaveTouchpoint(ctx, app, seriesEntry("touchpoint.create")))
		list, err = s.Touchpoints(ctx)
		require.NoError(t, err)
		require.Equal(t, []feedback.Touchpoint{app, desk}, list)

		require.Equal(t, "touchpoint_taken", errs.CodeOf(s.SaveTouchpoint(ctx, feedback.Touchpoint{ID: "c", Name: " front DESK", Version: 1}, seriesEntry("touchpoint.create"))))
		desk.Version, desk.Closed = 2, true
		require.NoError(t, s.SaveTouchpoint(ctx, desk, seriesEntry("touchpoint.change")))
		require.Equal(t, "touchpoint_changed", errs.CodeOf(s.SaveTouchpoint(ctx, desk, seriesEntry("touchpoint.change"))))
		app.Version, app.Name = 2, "Front Desk"
		require.Equal(t, "touchpoint_taken", errs.CodeOf(s.SaveTouchpoint(ctx, app, seriesEntry("touchpoint.change"))))
		got, err := s.Touchpoint(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, desk, got)
		_, err = s.Touchpoint(ctx, "none")
		require.Equal(t, "touchpoint_unknown", errs.CodeOf(err))
	})
}
