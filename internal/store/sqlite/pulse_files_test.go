package sqlite_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
	"rapport/internal/store/storetest"
)

// fileWave is a wave over a database whose files an attacker holds.
type fileWave struct {
	storetest.StolenWave
	store *sqlite.Store
	db    string
}

func launchOnFile(t *testing.T, n int) fileWave {
	t.Helper()
	db := filepath.Join(t.TempDir(), "live.db")
	st := open(t, sqlitetest.Empty(t, db))
	return fileWave{storetest.LaunchStolen(t, st, n), st, db}
}

// files reads everything SQLite keeps beside its database.
func (f fileWave) files(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	names, err := filepath.Glob(f.db + "*")
	require.NoError(t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		out[filepath.Base(name)] = b
	}
	return out
}

// While a wave is open, whoever holds the database and its log, without the key directory, finds no answer, no comment,
// no token and no person of a wave in clear.
func TestAnOpenWaveHasNothingInClear(t *testing.T) {
	f := launchOnFile(t, 40)
	var secret []string
	for i := range 40 {
		require.NoError(t, f.Svc.Submit(t.Context(), f.Form(i)))
		token := f.Key.Token(storetest.Person(i))
		secret = append(secret, storetest.Canary(i), storetest.Person(i), token, pulse.FormatCode(token), fmt.Sprintf("%064d", i))
	}
	secret = append(secret, `"proud":`+"1", `{"l":`)
	for name, b := range f.files(t) {
		for _, s := range secret {
			require.False(t, bytes.Contains(b, []byte(s)), "%s holds %q", name, s)
			require.False(t, bytes.Contains(b, utf16(s)), "%s holds %q", name, s)
		}
	}
	sizes := map[int]int{}
	require.NoError(t, f.store.EachEnvelope(t.Context(), f.Wave.ID, func(seal []byte) error { sizes[len(seal)]++; return nil }))
	require.Len(t, sizes, 1, "seals of one size: nothing tells a long comment from none")
}

func utf16(s string) []byte {
	var out []byte
	for _, c := range []byte(s) {
		out = append(out, c, 0)
	}
	return out
}

// After purge, the files tell the order of submission no better than chance: every place where a comment lies is read as
// a guess at when it was sent.
func TestTheOrderOfSubmissionIsGoneAfterPurge(t *testing.T) {
	const rounds, people = 4, 200
	right, pairs := 0, 0
	for range rounds {
		f := launchOnFile(t, people)
		order := rand.Perm(people) // who answers when
		for _, i := range order {
			require.NoError(t, f.Svc.Submit(t.Context(), f.Form(i)))
		}
		require.NoError(t, f.Svc.Close(t.Context(), f.Wave.ID, "job:close-waves"))
		for _, b := range f.files(t) {
			r, n := storetest.Pairs(b, order)
			right, pairs = right+r, pairs+n
		}
	}
	require.Positive(t, pairs, "the comments are published, so they stand in the files")
	share := float64(right) / float64(pairs)
	require.InDelta(t, .5, share, .05, "pair order, read from the files")
	t.Logf("pair order guessed right: %.3f of %d pairs", share, pairs)
}

// An older backup brings back neither a second release nor a second vote.
func TestAnOlderBackupBringsNothingBack(t *testing.T) {
	ctx := context.Background()
	f := launchOnFile(t, 20)
	for i := range 10 {
		require.NoError(t, f.Svc.Submit(ctx, f.Form(i)))
	}
	dir := t.TempDir()
	backup := filepath.Join(dir, "open.db")
	require.NoError(t, f.store.Backup(ctx, backup))
	restored := func(name string) *pulse.Service {
		to := filepath.Join(dir, name)
		require.NoError(t, sqlite.Restore(ctx, backup, to))
		st := open(t, to) //nolint:contextcheck // a test opens without a caller who could leave
		return pulse.NewService(st, st, pulse.NewKeyRing(f.Keys), storetest.StolenNow)
	}

	// Restored while the wave is open and its key is there: who had answered has, on the same device or another.
	svc := restored("r1.db")
	require.NoError(t, svc.Submit(ctx, f.Form(3)), "the same browser sends again: acknowledged, not doubled")
	other := f.Form(3)
	other.Receipt = strings.Repeat("z", 64)
	require.Equal(t, "already_recorded", errs.CodeOf(svc.Submit(ctx, other)))
	n := 0
	require.NoError(t, svc.EachEnvelope(ctx, f.Wave.ID, func([]byte) error { n++; return nil }))
	require.Equal(t, 10, n)

	// Restored after the wave was closed: the key is gone, so nothing can be read, sent or released again.
	for i := 10; i < 20; i++ {
		require.NoError(t, f.Svc.Submit(ctx, f.Form(i)))
	}
	keyFile := filepath.Join(f.Keys, f.Wave.ID+".key")
	secret, err := os.ReadFile(keyFile)
	require.NoError(t, err)
	require.NoError(t, f.Svc.Close(ctx, f.Wave.ID, "u1"))
	published, err := f.Svc.Release(ctx, f.Wave.ID)
	require.NoError(t, err)
	again := func(name string) {
		svc := restored(name)
		_, err = svc.Release(ctx, f.Wave.ID)
		require.Equal(t, "not_released", errs.CodeOf(err))
		require.NoError(t, svc.Close(ctx, f.Wave.ID, "u1"))
		x, err := svc.Release(ctx, f.Wave.ID)
		require.NoError(t, err)
		require.Equal(t, published.Digest(), x.Digest(), "what was published, not a second release from half of the answers")
		left := 0
		require.NoError(t, svc.EachEnvelope(ctx, f.Wave.ID, func([]byte) error { left++; return nil }))
		require.Zero(t, left)
		_, err = os.Stat(keyFile)
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	require.Equal(t, "wave_closed", errs.CodeOf(restored("r2.db").Submit(ctx, f.Form(11))))
	again("r3.db")
	require.NoError(t, os.WriteFile(keyFile, secret, 0o600)) // the key came back with an older copy of its folder
	again("r4.db")

	// Of a folder that lost the copy as well nothing can be read, sent or released.
	require.NoError(t, os.Remove(filepath.Join(f.Keys, f.Wave.ID+".release")))
	svc = restored("r5.db")
	require.Equal(t, "wave_key_missing", errs.CodeOf(svc.Submit(ctx, f.Form(11))))
	require.Equal(t, "wave_key_missing", errs.CodeOf(svc.Close(ctx, f.Wave.ID, "u1")))
}

// After a stop, whoever holds every file there ever was (database, log, an older backup, the key folder) reads no answer.
func TestAStoppedWaveIsReadByNobody(t *testing.T) {
	ctx := context.Background()
	f := launchOnFile(t, 20)
	for i := range 20 {
		require.NoError(t, f.Svc.Submit(ctx, f.Form(i)))
	}
	dir := t.TempDir()
	backup := filepath.Join(dir, "open.db")
	require.NoError(t, f.store.Backup(ctx, backup))
	require.NoError(t, f.Svc.Stop(ctx, f.Wave.ID, "a question named a person", "u1"))

	files := f.files(t)
	old, err := os.ReadFile(backup)
	require.NoError(t, err)
	files["backup"] = old
	for name, b := range files {
		for i := range 20 {
			require.False(t, bytes.Contains(b, []byte(storetest.Canary(i))), "%s", name)
		}
	}
	keys, err := os.ReadDir(f.Keys)
	require.NoError(t, err)
	require.Empty(t, keys)

	to := filepath.Join(dir, "restored.db")
	require.NoError(t, sqlite.Restore(ctx, backup, to))
	st := open(t, to)
	svc := pulse.NewService(st, st, pulse.NewKeyRing(f.Keys), storetest.StolenNow)
	require.Equal(t, "wave_key_missing", errs.CodeOf(svc.Close(ctx, f.Wave.ID, "u1")), "an older backup publishes nothing")
	require.NoError(t, svc.Stop(ctx, f.Wave.ID, "stopped before", "u1"), "and can be stopped again")
}
