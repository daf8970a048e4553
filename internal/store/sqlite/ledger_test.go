package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/store/sqlite"
)

// Releases are kept as they were read, and read again as soon as anybody has changed the file: this program, another one, or
// somebody who has no business there.
func TestReleasesAreReadAgainWhenTheFileHasChanged(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "l.db")
	s, other := open(t, path), open(t, path)
	titles := func(s *sqlite.Store) (out []string) {
		for range 2 { // as read, and as kept
			list, err := s.Releases(ctx)
			require.NoError(t, err)
			out = out[:0]
			for i := range list {
				one, err := s.Release(ctx, list[i].WaveID)
				require.NoError(t, err)
				require.Equal(t, list[i], one)
				out = append(out, list[i].Title)
				list[i].Title = "the list is the caller's own"
			}
		}
		return out
	}
	require.Empty(t, titles(s))
	for i, change := range []struct {
		by     *sqlite.Store
		sql    string
		titles []string
	}{
		{s, `INSERT INTO wave VALUES ('w1', 'p', 'purged', 1, 2, 0, '', '{}'); INSERT INTO wave_release VALUES ('w1', '{"WaveID":"w1","Title":"First"}')`, []string{"First"}},
		{other, `INSERT INTO wave VALUES ('w2', 'p', 'purged', 3, 4, 0, '', '{}'); INSERT INTO wave_release VALUES ('w2', '{"WaveID":"w2","Title":"Second"}')`, []string{"First", "Second"}},
		{other, `UPDATE wave_release SET body = '{"WaveID":"w1","Title":"Rewritten"}' WHERE wave = 'w1'`, []string{"Rewritten", "Second"}},
		{s, `DELETE FROM wave_release WHERE wave = 'w2'`, []string{"Rewritten"}},
	} {
		require.NoError(t, change.by.Exec(ctx, change.sql), i)
		require.Equal(t, change.titles, titles(s), i)
		require.Equal(t, change.titles, titles(other), i)
	}
	_, err := s.Release(ctx, "w2")
	require.Equal(t, "not_released", errs.CodeOf(err))

	stopped, stop := context.WithCancel(ctx)
	stop()
	_, err = s.Releases(stopped)
	require.Error(t, err)
	require.Equal(t, []string{"Rewritten"}, titles(s))
}
