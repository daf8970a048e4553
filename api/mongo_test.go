package main

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// mongoURL is an empty database on the MongoDB server to test on. Where one is promised its absence is a failure.
func mongoURL(t *testing.T) string {
	t.Helper()
	uri := os.Getenv("RAPPORT_TEST_MONGO")
	if uri == "" {
		if os.Getenv("RAPPORT_REQUIRE_MONGO") != "" {
			t.Fatal("a MongoDB server was promised (RAPPORT_REQUIRE_MONGO) but RAPPORT_TEST_MONGO is empty")
		}
		t.Skip("MongoDB left out: RAPPORT_TEST_MONGO names no server")
	}
	name := "t" + ident.New()[:12]
	if i := strings.Index(uri, "/?"); i >= 0 {
		return uri[:i+1] + name + uri[i+1:]
	}
	return strings.TrimRight(uri, "/") + "/" + name
}

// Two processes on one MongoDB share sessions, work and jobs: whoever signs in at one is known at the other, an operation
// is followed at either, and of two that start a job at once one makes it.
func TestTwoProcessesOnOneMongoDB(t *testing.T) {
	url := mongoURL(t)
	on := func(c *Config) { c.DB, c.Demo = url, true }
	a, b := newInstance(t, on), newInstance(t, on)
	ctx := context.Background()
	require.NoError(t, a.Auth.EnsureDemoUsers(ctx, map[auth.Role]string{}, []string{}))

	here := a.caller(t)
	ask[v1.Session](here, "POST", "/session/demo", object{"role": "admin"})
	there := *here
	there.url = b.url
	require.True(t, ask[v1.Session](&there, "GET", "/session", nil).SignedIn, "the cookie of one process is good at the other")

	o := ask[v1.Operation](here, "POST", "/runs", object{})
	o = ended(&there, o)
	require.Equal(t, v1.OperationState("done"), o.State)
	require.Equal(t, *o.ResultId, ask[v1.RunReport](&there, "GET", "/runs/latest", nil).Run.Id)

	var mu sync.Mutex
	var made, refused int
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range 8 {
		jobs := a.Jobs
		if i%2 == 1 {
			jobs = b.Jobs
		}
		wg.Go(func() {
			<-start
			_, err := jobs.RunNow(ctx, "test", "correlate", time.Time{}, nil)
			mu.Lock()
			defer mu.Unlock()
			switch errs.CodeOf(err) {
			case "job_running":
				refused++
			default:
				if err == nil {
					made++
				}
			}
		})
	}
	close(start)
	wg.Wait()
	require.Equal(t, 8, made+refused)
	require.GreaterOrEqual(t, made, 1)
	runs := ask[v1.JobRunList](here, "GET", "/jobs/correlate/runs", nil).Items
	require.Len(t, runs, made, "a refused start leaves no run")
	require.Len(t, ask[v1.RunList](here, "GET", "/runs", nil).Items, made+1, "every run of the job has one effect")

	ask[any](&there, "DELETE", "/session", nil)
	require.False(t, ask[v1.Session](here, "GET", "/session", nil).SignedIn, "signing out counts everywhere")
}
