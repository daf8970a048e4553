package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/store"
)

func init() {
	add("customer: the newest value report is read", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.NewestValue(ctx)
		require.Equal(t, "customer_value_none", errs.CodeOf(err))
		_, err = s.NewestBehaviours(ctx)
		require.Equal(t, "customer_value_none", errs.CodeOf(err))
		require.NoError(t, s.SaveValue(ctx, seriesAt.Add(time.Hour), []byte(`{"a":2}`), []byte{2}))
		require.NoError(t, s.SaveValue(ctx, seriesAt, []byte(`{"a":1}`), []byte{1}))
		got, err := s.NewestValue(ctx)
		require.NoError(t, err)
		require.Equal(t, `{"a":2}`, string(got))
		behaviours, err := s.NewestBehaviours(ctx)
		require.NoError(t, err)
		require.Equal(t, []byte{2}, behaviours)
	})
}
