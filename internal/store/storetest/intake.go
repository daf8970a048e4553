package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/store"
)

func init() {
	add("intake: an upload is kept in chunks until it is dropped", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		at := time.UnixMilli(1_700_000_000_000).UTC()
		u := intake.Upload{ID: "u1", Name: "a.csv", By: "p1", CreatedAt: at}
		require.NoError(t, s.SaveUpload(ctx, u))
		for n := range 20 {
			require.NoError(t, s.SaveChunk(ctx, "u1", n, []byte{byte(n), 0, 255}))
		}
		u.Size, u.Chunks, u.Whole = 60, 20, true
		require.NoError(t, s.SaveUpload(ctx, u))
		got, err := s.Upload(ctx, "u1")
		require.NoError(t, err)
		require.Equal(t, u, got)
		b, err := s.Chunk(ctx, "u1", 7)
		require.NoError(t, err)
		require.Equal(t, []byte{7, 0, 255}, b)
		_, err = s.Chunk(ctx, "u1", 20)
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		_, err = s.Upload(ctx, "u2")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))

		v := intake.Upload{ID: "u2", Name: "b.csv", CreatedAt: at.Add(time.Hour)}
		require.NoError(t, s.SaveUpload(ctx, v))
		require.NoError(t, s.SaveChunk(ctx, "u2", 0, []byte("x")))
		require.NoError(t, s.DropUploads(ctx, "", at.Add(time.Minute)))
		_, err = s.Upload(ctx, "u1")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		_, err = s.Chunk(ctx, "u1", 0)
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		_, err = s.Chunk(ctx, "u2", 0)
		require.NoError(t, err)
		require.NoError(t, s.DropUploads(ctx, "u2", time.Time{}))
		_, err = s.Chunk(ctx, "u2", 0)
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
	})
	add("intake: imports are listed newest first, page by page", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		for i := range 7 {
			b := seriesBatch(fmt.Sprintf("b%d", i), intake.Staging)
			b.StartedAt = seriesAt.Add(time.Duration(i/2) * time.Second)
			b.Mapping, b.Result = []byte(`{"kind":"series"}`), []byte(`{"rows":1}`)
			require.NoError(t, s.SaveBatch(ctx, b, nil))
		}
		var ids []string
		for after := ""; ; {
			page, err := s.Batches(ctx, intake.Page{After: after, Limit: 3})
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			for _, b := range page {
				ids = append(ids, b.ID)
			}
			after = page[len(page)-1].ID
		}
		require.Equal(t, []string{"b6", "b5", "b4", "b3", "b2", "b1", "b0"}, ids)
		b, err := s.Batch(ctx, "b3")
		require.NoError(t, err)
		require.JSONEq(t, `{"rows":1}`, string(b.Result))
		_, err = s.Batch(ctx, "nobody")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		list, err := s.Memories(ctx)
		require.NoError(t, err)
		require.Empty(t, list)
		old := intake.Memory{Signature: "s1", Mapping: []byte(`{"kind":"series"}`), At: seriesAt, By: "u1"}
		newer := intake.Memory{Signature: "s2", Mapping: []byte(`{"kind":"partners"}`), At: seriesAt.Add(time.Second), By: "u2"}
		require.NoError(t, s.SaveBatch(ctx, b, &old))
		require.NoError(t, s.SaveBatch(ctx, b, &newer))
		list, err = s.Memories(ctx)
		require.NoError(t, err)
		require.Equal(t, []intake.Memory{newer, old}, list)
		_, err = s.Memory(ctx, "x")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
	})
}
