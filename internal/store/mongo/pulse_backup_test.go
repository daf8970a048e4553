package mongo_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store/mongo"
	"rapport/internal/store/storetest"
)

// dumped is a database as a backup holds it: every document of every collection.
type dumped map[string][]any

func databaseOf(t *testing.T, uri string) *driver.Database {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	_, name, _ := strings.Cut(strings.TrimPrefix(uri, "mongodb://"), "/")
	name, _, _ = strings.Cut(name, "?")
	return client.Database(name)
}

func dump(t *testing.T, uri string) dumped {
	t.Helper()
	db, out := databaseOf(t, uri), dumped{}
	names, err := db.ListCollectionNames(t.Context(), bson.D{})
	require.NoError(t, err)
	for _, name := range names {
		cur, err := db.Collection(name).Find(t.Context(), bson.D{})
		require.NoError(t, err)
		var all []bson.D
		require.NoError(t, cur.All(t.Context(), &all))
		for _, x := range all {
			out[name] = append(out[name], x)
		}
	}
	return out
}

// restored puts a backup into an empty database of the server and opens it with the keys as they are now.
func (d dumped) restored(t *testing.T, server, keys string) *pulse.Service {
	t.Helper()
	uri := fresh(server)
	st, err := mongo.Open(t.Context(), uri)
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	db := databaseOf(t, uri)
	for name, all := range d {
		_, err := db.Collection(name).DeleteMany(t.Context(), bson.D{})
		require.NoError(t, err)
		_, err = db.Collection(name).InsertMany(t.Context(), all)
		require.NoError(t, err, name)
	}
	return pulse.NewService(st, st, pulse.NewKeyRing(keys), storetest.StolenNow)
}

// answered is a wave of 20 people in a database of its own, to which the first n have answered.
func answered(t *testing.T, server string, n int) (uri string, f storetest.StolenWave) {
	t.Helper()
	uri = fresh(server)
	st, err := mongo.Open(t.Context(), uri)
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	f = storetest.LaunchStolen(t, st, 20)
	for i := range n {
		require.NoError(t, f.Svc.Submit(t.Context(), f.Form(i)))
	}
	return uri, f
}

// A backup from before the close brings nothing back: no second vote, no second release, only what was published.
func TestAnOlderBackupOfAMongoDBBringsNothingBack(t *testing.T) {
	server, ctx := testServer(t), t.Context()
	uri, f := answered(t, server, 10)
	backup := dump(t, uri)

	// Restored while the wave is open and its key is there: who had answered has, on the same device or another.
	svc := backup.restored(t, server, f.Keys)
	require.NoError(t, svc.Submit(ctx, f.Form(3)), "the same browser sends again: acknowledged, not doubled")
	other := f.Form(3)
	other.Receipt = strings.Repeat("z", 64)
	require.Equal(t, "already_recorded", errs.CodeOf(svc.Submit(ctx, other)))
	n := 0
	require.NoError(t, svc.EachEnvelope(ctx, f.Wave.ID, func([]byte) error { n++; return nil }))
	require.Equal(t, 10, n)

	// Restored after the close: what was published is published again, byte for byte, never from half of the answers.
	for i := 10; i < 20; i++ {
		require.NoError(t, f.Svc.Submit(ctx, f.Form(i)))
	}
	keyFile := filepath.Join(f.Keys, f.Wave.ID+".key")
	secret, err := os.ReadFile(keyFile)
	require.NoError(t, err)
	require.NoError(t, f.Svc.Close(ctx, f.Wave.ID, "u1"))
	published, err := f.Svc.Release(ctx, f.Wave.ID)
	require.NoError(t, err)
	for _, keyToo := range []bool{false, true} {
		if keyToo {
			require.NoError(t, os.WriteFile(keyFile, secret, 0o600))
		} else {
			require.Equal(t, "wave_closed", errs.CodeOf(backup.restored(t, server, f.Keys).Submit(ctx, f.Form(11))))
		}
		svc := backup.restored(t, server, f.Keys)
		require.NoError(t, svc.Close(ctx, f.Wave.ID, "u1"))
		x, err := svc.Release(ctx, f.Wave.ID)
		require.NoError(t, err)
		require.Equal(t, published.Digest(), x.Digest())
		_, err = os.Stat(keyFile)
		require.ErrorIs(t, err, os.ErrNotExist)
	}
}

// After a stop, an older backup and the key folder in one hand tell no answer.
func TestAStoppedWaveOfAMongoDBIsReadByNobody(t *testing.T) {
	server, ctx := testServer(t), t.Context()
	uri, f := answered(t, server, 20)
	backup := dump(t, uri)
	require.NoError(t, f.Svc.Stop(ctx, f.Wave.ID, "a question named a person", "u1"))
	for _, d := range []dumped{backup, dump(t, uri)} {
		for name, all := range d {
			raw, err := bson.Marshal(bson.D{{Key: "all", Value: all}})
			require.NoError(t, err)
			for i := range 20 {
				require.NotContains(t, string(raw), storetest.Canary(i), name)
			}
		}
	}
	left, err := os.ReadDir(f.Keys)
	require.NoError(t, err)
	require.Empty(t, left)
	svc := backup.restored(t, server, f.Keys)
	require.Equal(t, "wave_key_missing", errs.CodeOf(svc.Close(ctx, f.Wave.ID, "u1")), "an older backup publishes nothing")
	require.NoError(t, svc.Stop(ctx, f.Wave.ID, "stopped before", "u1"), "and can be stopped again")
}
