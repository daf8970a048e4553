package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/store"
)

func init() {
	add("audit: entries form one chain, also under concurrent writers", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := range 5 {
					e := entry(fmt.Sprintf("test.%d.%d", w, i))
					if i == 0 {
						e.Detail = nil
					}
					if err := s.AppendAudit(ctx, e, entry("second")); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		v, err := audit.NewService(s).Verify(ctx)
		require.NoError(t, err)
		require.True(t, v.Whole)
		require.EqualValues(t, 40, v.Entries)
		newest, err := s.AuditEntries(ctx, 0, 3)
		require.NoError(t, err)
		require.Equal(t, v.Head, newest[0].Hash)
		require.EqualValues(t, []int64{40, 39, 38}, []int64{newest[0].Seq, newest[1].Seq, newest[2].Seq})
		older, err := s.AuditEntries(ctx, 38, 100)
		require.NoError(t, err)
		require.Len(t, older, 37)
		chain, err := s.AuditChain(ctx, 38, 100)
		require.NoError(t, err)
		require.Len(t, chain, 2)
	})
}
