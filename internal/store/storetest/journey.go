package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/journey"
	"rapport/internal/store"
)

func init() {
	add("journeys: kept by version, counts replaced", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		list, err := s.Journeys(ctx)
		require.NoError(t, err)
		require.NotNil(t, list)
		j := journey.Journey{ID: "j", Name: "Visit", Stages: []string{"Book", "Visit"}, CreatedAt: seriesAt, Version: 1}
		require.NoError(t, s.SaveJourney(ctx, j, 0, seriesEntry("journey.create")))
		require.Equal(t, "journey_changed", errs.CodeOf(s.SaveJourney(ctx, j, 0, seriesEntry("journey.create"))))
		j.Version, j.Closed = 2, true
		require.NoError(t, s.SaveJourney(ctx, j, 1, seriesEntry("journey.change")))
		require.Equal(t, "journey_changed", errs.CodeOf(s.SaveJourney(ctx, j, 1, seriesEntry("journey.change"))))
		list, err = s.Journeys(ctx)
		require.NoError(t, err)
		require.Equal(t, []journey.Journey{j}, list)

		_, _, err = s.NewestAtlas(ctx, time.Time{})
		require.Equal(t, "journey_map_none", errs.CodeOf(err))
		require.NoError(t, s.SaveAtlas(ctx, seriesAt, []byte{1}))
		require.NoError(t, s.SaveAtlas(ctx, seriesAt.Add(time.Second), []byte{2}))
		at, packed, err := s.NewestAtlas(ctx, time.Time{})
		require.NoError(t, err)
		require.Equal(t, []byte{2}, packed)
		require.Equal(t, seriesAt.Add(time.Second), at)
		at, packed, err = s.NewestAtlas(ctx, at)
		require.NoError(t, err)
		require.Nil(t, packed)
		require.Equal(t, seriesAt.Add(time.Second), at)
	})
}
