package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/store/sqlite"
)

// Backups taken while somebody writes hold everything up to one commit and nothing of what came after.
func TestBackupsUnderLoadRestoreToACommit(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "live.db"))
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for ; ; n++ {
			select {
			case <-stop:
				done <- n
				return
			default:
				if s.SaveOperation(ctx, op(fmt.Sprintf("o%06d", n))) != nil {
					done <- -1
					return
				}
			}
		}
	}()
	for i := range 5 {
		require.NoError(t, s.Backup(ctx, filepath.Join(dir, fmt.Sprintf("b%d.db", i))))
	}
	close(stop)
	written := <-done
	require.Positive(t, written)
	require.Equal(t, "backup_exists", errs.CodeOf(s.Backup(ctx, filepath.Join(dir, "b0.db"))))
	before := -1
	for i := range 5 {
		to := filepath.Join(dir, fmt.Sprintf("r%d.db", i))
		require.NoError(t, sqlite.Restore(ctx, filepath.Join(dir, fmt.Sprintf("b%d.db", i)), to))
		r := open(t, to)
		n := 0
		for ; ; n++ {
			if _, err := r.Operation(ctx, fmt.Sprintf("o%06d", n)); err != nil {
				require.Equal(t, errs.KindNotFound, errs.KindOf(err))
				break
			}
		}
		_, err := r.Operation(ctx, fmt.Sprintf("o%06d", n+1))
		require.Error(t, err, "no hole")
		require.GreaterOrEqual(t, n, before)
		before = n
	}
	require.LessOrEqual(t, before, written)
}

func TestRestoreRefusesWhatWouldHurt(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	live, backup := filepath.Join(dir, "live.db"), filepath.Join(dir, "b.db")
	s, err := sqlite.Open(ctx, live)
	require.NoError(t, err)
	require.NoError(t, s.SaveOperation(ctx, op("first")))
	require.NoError(t, s.Backup(ctx, backup))
	require.NoError(t, s.SaveOperation(ctx, op("second")))
	require.Equal(t, "store_busy", errs.CodeOf(sqlite.Restore(ctx, backup, live)), "a running instance is left alone")
	require.NoError(t, s.Close())

	notes := filepath.Join(dir, "notes.db")
	require.NoError(t, os.WriteFile(notes, []byte("these are notes"), 0o600))
	require.Equal(t, "store_damaged", errs.CodeOf(sqlite.Restore(ctx, notes, live)))
	require.Equal(t, "file_unreadable", errs.CodeOf(sqlite.Restore(ctx, filepath.Join(dir, "nothing.db"), live)))

	require.NoError(t, sqlite.Restore(ctx, backup, live))
	_, err = open(t, live).Operation(ctx, "second")
	require.Equal(t, errs.KindNotFound, errs.KindOf(err), "as it was at the backup")
	_, err = open(t, live+".replaced").Operation(ctx, "second")
	require.NoError(t, err, "what stood there is kept")
}
