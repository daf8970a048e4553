package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/operation"
	"rapport/internal/store/sqlite"
)

func open(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func op(id string) operation.Operation {
	return operation.Operation{ID: id, Kind: "import", State: operation.Running, StartedAt: time.UnixMilli(1), BeatAt: time.UnixMilli(1), Result: []byte(`"` + strings.Repeat("x", 20_000) + `"`)}
}

// explained checks that an error has the code and a text that says what to do in every language.
func explained(t *testing.T, err error, code string) {
	t.Helper()
	require.Equal(t, code, errs.CodeOf(err), "%v", err)
	require.Equal(t, errs.KindUnavailable, errs.KindOf(err))
	for _, l := range i18n.Locales {
		require.NotEqual(t, "error."+code, i18n.Text(l, "error."+code, nil), l)
	}
}

func TestAFullDiskRefusesAndGoesOnWithoutRestart(t *testing.T) {
	ctx := context.Background()
	s := open(t, filepath.Join(t.TempDir(), "full.db"))
	require.NoError(t, s.SaveOperation(ctx, op("kept")))
	pages, err := s.Pages(ctx)
	require.NoError(t, err)
	require.NoError(t, s.LimitPages(ctx, pages+2))
	explained(t, s.SaveOperation(ctx, op("too much")), "disk_full")
	_, err = s.Operation(ctx, "too much")
	require.Equal(t, errs.KindNotFound, errs.KindOf(err), "nothing was half-written")
	got, err := s.Operation(ctx, "kept")
	require.NoError(t, err)
	require.Equal(t, "kept", got.ID)
	require.NoError(t, s.LimitPages(ctx, 1<<30))
	require.NoError(t, s.SaveOperation(ctx, op("room again")))
}

func TestALockedFileSaysSo(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "locked.db")
	s := open(t, path)
	release, err := open(t, path).Hold(ctx)
	require.NoError(t, err)
	explained(t, s.SaveOperation(ctx, op("o")), "store_busy")
	release()
	require.NoError(t, s.SaveOperation(ctx, op("o")))
}

func TestAFileThatIsNoDatabaseSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.db")
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("these are notes, not a database. ", 200)), 0o600))
	_, err := sqlite.Open(context.Background(), path)
	explained(t, err, "store_damaged")
	_, err = sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "no such folder", "x.db"))
	explained(t, err, "store_unopenable")
}

const readOnlyFile = "RAPPORT_TEST_READ_ONLY_FILE"

// Root may write anywhere, so the test runs itself again as somebody who may not.
func TestAReadOnlyFileSaysSo(t *testing.T) {
	if path := os.Getenv(readOnlyFile); path != "" {
		_, err := sqlite.Open(context.Background(), path)
		fmt.Println("code:", errs.CodeOf(err))
		return
	}
	dir, err := os.MkdirTemp("", "readonly")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "r.db")
	s, err := sqlite.Open(context.Background(), path)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, os.Chmod(path, 0o444))
	require.NoError(t, os.Chmod(dir, 0o555))
	self, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	again := filepath.Join(t.TempDir(), "again.test")
	require.NoError(t, os.WriteFile(again, self, 0o755))
	for d := filepath.Dir(again); d != "/" && d != os.TempDir(); d = filepath.Dir(d) {
		require.NoError(t, os.Chmod(d, 0o755))
	}
	cmd := exec.Command(again, "-test.run", "^TestAReadOnlyFileSaysSo$")
	cmd.Env = append(os.Environ(), readOnlyFile+"="+path)
	cmd.Dir = "/"
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "code: store_read_only")
}

func TestTheFileBelongsToItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.db")
	s := open(t, path)
	require.NoError(t, s.SaveOperation(context.Background(), op("o")))
	for _, ending := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + ending)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), ending)
	}
}
