package mongo_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/pulse"
	"rapport/internal/store/mongo"
	"rapport/internal/store/storetest"
)

// everything reads all a thief of the server gets: its files as they lie on the disk, and every document of every
// database, the replication log among them, in the order in which the server gives them.
func everything(t *testing.T, dir, address string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	client, err := driver.Connect(options.Client().ApplyURI("mongodb://" + address + "/?replicaSet=secantus"))
	require.NoError(t, err)
	defer func() { _ = client.Disconnect(context.Background()) }()
	names, err := client.ListDatabaseNames(t.Context(), bson.D{})
	require.NoError(t, err)
	for _, db := range append(names, "local", "config") {
		collections, err := client.Database(db).ListCollectionNames(t.Context(), bson.D{})
		require.NoError(t, err)
		for _, c := range append(collections, "oplog.rs") {
			cur, err := client.Database(db).Collection(c).Find(t.Context(), bson.D{})
			require.NoError(t, err)
			var all []byte
			for cur.Next(t.Context()) {
				all = append(all, cur.Current...)
			}
			require.NoError(t, cur.Err())
			out["documents of "+db+"."+c] = all
		}
	}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil // the server has put it away in the meantime
		}
		out[filepath.Base(path)] = b
		return err
	}))
	return out
}

// While a wave is open, the files, the replication log and all documents hold nothing in clear; after the purge they tell
// the order of submission no better than chance.
func TestTheFilesOfAMongoDBTellNothing(t *testing.T) {
	testServer(t)
	const rounds, people = 3, 120
	dir := t.TempDir()
	_, address := startServer(t, dir, "0")
	right, pairs, logged := 0, 0, false
	for range rounds {
		st, err := mongo.Open(t.Context(), fresh("mongodb://"+address+"/?replicaSet=secantus"))
		require.NoError(t, err)
		f := storetest.LaunchStolen(t, st, people)
		order := rand.Perm(people) // who answers when
		for _, i := range order {
			require.NoError(t, f.Svc.Submit(t.Context(), f.Form(i)))
		}
		before := map[string]int{} // where earlier rounds' comments lie
		for name, b := range everything(t, dir, address) {
			logged = logged || strings.HasSuffix(name, "local.oplog.rs") && len(b) > 0
			before[name] = len(b)
			if pairs > 0 {
				continue // earlier rounds have published these very comments
			}
			for i := range people {
				token := f.Key.Token(storetest.Person(i))
				for _, secret := range []string{storetest.Canary(i), storetest.Person(i), token, pulse.FormatCode(token), fmt.Sprintf("%064d", i)} {
					require.False(t, bytes.Contains(b, []byte(secret)), "%s holds %q while the wave is open", name, secret)
				}
			}
		}
		require.NoError(t, f.Svc.Close(t.Context(), f.Wave.ID, "job:close-waves"))
		for name, b := range everything(t, dir, address) {
			if strings.HasPrefix(name, "documents of ") && !strings.Contains(name, "local.") && len(b) < before[name] {
				continue
			}
			r, n := storetest.Pairs(b, order)
			right, pairs = right+r, pairs+n
		}
		require.NoError(t, st.Close())
	}
	require.Positive(t, pairs, "the comments are published, so they stand in the files")
	share := float64(right) / float64(pairs)
	require.InDelta(t, .5, share, .05, "pair order, read from the files and the replication log")
	t.Logf("pair order guessed right: %.3f of %d pairs; the server keeps a replication log that can be read: %v", share, pairs, logged)
}
