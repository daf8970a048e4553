package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/operation"
	"rapport/internal/store"
)

func init() {
	add("operation: kept, replaced and found", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		at := time.UnixMilli(1_700_000_000_123).UTC()
		o := operation.Operation{ID: "o1", Kind: "import", By: "u1", State: operation.Running, Total: 10, StartedAt: at, BeatAt: at}
		require.NoError(t, s.SaveOperation(ctx, o))
		o.Done, o.State, o.Result = 10, operation.Done, []byte(`{"rows":10}`)
		require.NoError(t, s.SaveOperation(ctx, o))
		got, err := s.Operation(ctx, "o1")
		require.NoError(t, err)
		require.Equal(t, o, got)
		_, err = s.Operation(ctx, "o2")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
	})
}
