package mongo_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store/mongo"
	"rapport/internal/store/storetest"
)

// A database killed with SIGKILL while answers come in, again and again, has lost and doubled none of those that were
// acknowledged; what was not acknowledged may be sent again.
func TestFaultsAKilledMongoDBLosesNoAnswer(t *testing.T) {
	testServer(t)
	const perRound, clients = 120, 12
	dir := t.TempDir()
	server, address := startServer(t, dir, "0")
	_, port, _ := strings.Cut(address, ":")
	st, err := mongo.Open(t.Context(), fresh("mongodb://"+address+"/?replicaSet=secantus"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	f := storetest.LaunchStolen(t, st, killRounds*perRound)
	acked := make([]atomic.Bool, killRounds*perRound)
	atOnce := 0
	for round := range killRounds {
		var next, acks, first atomic.Int64
		killed := make(chan struct{})
		var wg sync.WaitGroup
		for range clients {
			wg.Go(func() {
				for n := next.Add(1) - 1; n < perRound; n = next.Add(1) - 1 {
					i := round*perRound + int(n)
					// A respondent's page sends again until it hears that the answer is there.
					for try := 0; try < 20 && !acked[i].Load(); try++ {
						acked[i].Store(f.Svc.Submit(t.Context(), f.Form(i)) == nil)
						if try == 0 && acked[i].Load() {
							first.Add(1)
						}
					}
					if acks.Add(1) == int64(20+round%50) {
						_ = server.Process.Kill()
						close(killed)
					}
				}
			})
		}
		<-killed
		_ = server.Wait()
		server, _ = startServer(t, dir, port)
		wg.Wait()
		atOnce += int(first.Load())
	}
	taken := 0
	for i := range acked {
		require.NoError(t, f.Svc.Submit(t.Context(), f.Form(i)), "the same answer again is taken or acknowledged")
		other := f.Form(i)
		other.Receipt = strings.Repeat("z", 64)
		require.Error(t, f.Svc.Submit(t.Context(), other), "a second vote")
		if acked[i].Load() {
			taken++
		}
	}
	require.NoError(t, f.Svc.Close(t.Context(), f.Wave.ID, "u1"))
	r, err := st.Release(t.Context(), f.Wave.ID)
	require.NoError(t, err)
	said := map[string]bool{}
	for _, c := range r.Comments {
		said[c.Text] = true
	}
	require.Len(t, r.Comments, len(acked), "lost or doubled")
	require.Len(t, said, len(acked))
	require.Equal(t, len(acked), taken)
	t.Logf("%d kills, %d answers, %d of them acknowledged at the first try", killRounds, taken, atOnce)
}

// A commit whose result nobody hears is asked for again: no answer is lost, none is taken twice, and a closing is
// published once, whichever of its commits it was.
func TestCommitsWithAnUnknownResult(t *testing.T) {
	testServer(t)
	_, address := startServer(t, t.TempDir(), "0", "--faults")
	// After such an error the driver looks at the server anew before it goes on; polling makes that half a second.
	uri := "mongodb://" + address + "/?replicaSet=secantus&serverMonitoringMode=poll&heartbeatFrequencyMS=500"
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	fail := func(skip int) {
		err := client.Database("admin").RunCommand(t.Context(), bson.D{
			{Key: "configureFailPoint", Value: "failCommand"},
			{Key: "mode", Value: bson.D{{Key: "times", Value: 1}, {Key: "skip", Value: skip}}},
			{Key: "data", Value: bson.D{{Key: "failCommands", Value: bson.A{"commitTransaction"}}, {Key: "errorCode", Value: 10107}, {Key: "errorLabels", Value: bson.A{"UnknownTransactionCommitResult"}}}},
		}).Err()
		require.NoError(t, err)
	}
	st, err := mongo.Open(t.Context(), fresh(uri))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	const people = 20
	for commit := range 3 {
		f := storetest.LaunchStolen(t, st, people)
		for i := range people {
			if i < 2 {
				fail(0)
			}
			require.NoError(t, f.Svc.Submit(t.Context(), f.Form(i)))
			edit := f.Form(i)
			edit.Revision, edit.Answers = 2, pulse.Answers{}.Number("proud", 3).Comment("why", "edited "+fmt.Sprint(i))
			if i < 2 {
				fail(0)
			}
			require.NoError(t, f.Svc.Submit(t.Context(), edit))
		}
		n := 0
		require.NoError(t, st.EachEnvelope(t.Context(), f.Wave.ID, func([]byte) error { n++; return nil }))
		require.Equal(t, people, n)
		fail(commit)
		require.NoError(t, f.Svc.Close(t.Context(), f.Wave.ID, "u1"))
		r, err := st.Release(t.Context(), f.Wave.ID)
		require.NoError(t, err)
		require.Len(t, r.Comments, people)
		for _, c := range r.Comments {
			require.Contains(t, c.Text, "edited ")
		}
		all, err := st.Releases(t.Context())
		require.NoError(t, err)
		require.Len(t, all, commit+1, "published once")
	}
}

// The server steps down while answers come in. What it refuses in the meantime is refused as "try again later"; every
// answer is sent again until it is acknowledged, and ten times more after that: each is there once.
func TestFaultsAStepDownLosesNoAnswer(t *testing.T) {
	testServer(t)
	const people, clients = 60, 12
	_, address := startServer(t, t.TempDir(), "0")
	uri := "mongodb://" + address + "/?replicaSet=secantus&serverMonitoringMode=poll&heartbeatFrequencyMS=500"
	client, err := driver.Connect(options.Client().ApplyURI("mongodb://" + address + "/?directConnection=true"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	st, err := mongo.Open(t.Context(), fresh(uri))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	f := storetest.LaunchStolen(t, st, people)
	var next, acks, refused atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for n := next.Add(1) - 1; n < people; n = next.Add(1) - 1 {
				for try := range 20 {
					err := f.Svc.Submit(t.Context(), f.Form(int(n)))
					if err == nil {
						break
					}
					refused.Add(1)
					assert.Equal(t, errs.KindUnavailable, errs.KindOf(err), "%v", err)
					assert.Less(t, try, 19, "never taken")
				}
				for range 10 {
					if err := f.Svc.Submit(t.Context(), f.Form(int(n))); err != nil {
						assert.Equal(t, errs.KindUnavailable, errs.KindOf(err), "%v", err)
					}
				}
				if acks.Add(1) == people/3 {
					_ = client.Database("admin").RunCommand(t.Context(), bson.D{{Key: "replSetStepDown", Value: 12}, {Key: "secondaryCatchUpPeriodSecs", Value: 1}, {Key: "force", Value: true}}).Err()
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, f.Svc.Close(t.Context(), f.Wave.ID, "u1"))
	r, err := st.Release(t.Context(), f.Wave.ID)
	require.NoError(t, err)
	said := map[string]bool{}
	for _, c := range r.Comments {
		said[c.Text] = true
	}
	require.Len(t, r.Comments, people)
	require.Len(t, said, people)
	t.Logf("%d tries were refused during the step-down", refused.Load())
}
