package runlog_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/operation"
	"rapport/internal/runlog"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type daily struct{}

func (daily) Next(t time.Time) time.Time { return t.Truncate(24 * time.Hour).Add(24 * time.Hour) }

type bench struct {
	store *sqlite.Store
	ops   *operation.Service
	now   time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
	require.NoError(t, err)
	b := &bench{store: s, now: time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)}
	b.ops = operation.NewService(s, time.Now)
	t.Cleanup(func() { b.ops.Close(); _ = s.Close() })
	return b
}

func (b *bench) service(jobs ...runlog.Job) *runlog.Service {
	return runlog.NewService(b.store, b.store, b.ops, jobs, func() time.Time { return b.now })
}

func job(policy runlog.Policy, do func(context.Context, runlog.Occasion) (string, error)) runlog.Job {
	return runlog.Job{Name: "work", Spec: "0 0 * * *", Policy: policy, Schedule: daily{}, Do: do}
}

func (b *bench) runs(t *testing.T) []runlog.Run {
	t.Helper()
	runs, _, err := b.store.JobRuns(context.Background(), "work", 50, "")
	require.NoError(t, err)
	return runs
}

func TestMissedOccurrencesFollowThePolicy(t *testing.T) {
	for policy, want := range map[runlog.Policy]int{runlog.Once: 1, runlog.Skip: 0} {
		b := newBench(t)
		n := 0
		j := job(policy, func(context.Context, runlog.Occasion) (string, error) { n++; return "", nil })
		s := b.service(j)
		require.NoError(t, s.RunDue(context.Background(), j))
		require.Zero(t, n)
		b.now = b.now.Add(5 * 24 * time.Hour)
		require.NoError(t, s.RunDue(context.Background(), j))
		require.NoError(t, s.RunDue(context.Background(), j))
		require.Equal(t, want, n, policy)
		b.now = time.Date(2025, 6, 7, 0, 0, 30, 0, time.UTC) // on time
		require.NoError(t, s.RunDue(context.Background(), j))
		require.Equal(t, want+1, n, policy)
		require.Equal(t, runlog.BySchedule, b.runs(t)[0].Trigger)
	}
}

func TestAFailureAndAPanicAreWrittenDownAndTheNextOccurrenceRuns(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	do := []func() (string, error){
		func() (string, error) { return "", errs.Unavailable("store_busy") },
		func() (string, error) { panic("boom") },
		func() (string, error) { return "result", nil },
	}
	j := job(runlog.Once, func(context.Context, runlog.Occasion) (string, error) {
		f := do[0]
		do = do[1:]
		return f()
	})
	s := b.service(j)
	require.NoError(t, s.RunDue(ctx, j))
	for _, code := range []string{"store_busy", "job_panicked", ""} {
		b.now = b.now.Add(24 * time.Hour)
		err := s.RunDue(ctx, j)
		if code != "" {
			require.Equal(t, code, errs.CodeOf(err))
		}
		require.Equal(t, code, b.runs(t)[0].Code)
	}
	require.Equal(t, "result", b.runs(t)[0].ResultID)
	list, err := s.List(ctx)
	require.NoError(t, err)
	require.Equal(t, "idle", list[0].State)
	require.Equal(t, daily{}.Next(b.now), list[0].NextAt)
}

func TestAJobThatTakesTooLongIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
		require.NoError(t, err)
		defer func() { _ = s.Close() }()
		j := job(runlog.Once, func(ctx context.Context, _ runlog.Occasion) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		})
		j.Timeout = time.Hour
		svc := runlog.NewService(s, s, nil, []runlog.Job{j}, time.Now)
		start := time.Now()
		_, err = svc.RunNow(context.Background(), "u1", "work", time.Time{}, nil)
		require.Equal(t, "job_timed_out", errs.CodeOf(err))
		require.Equal(t, time.Hour, time.Since(start), "the lease was renewed all the while")
	})
}

// A process that is paused until its lease was given away is told to stop when it wakes, cannot write, and does not write
// down an end that is not its own.
func TestAHolderThatLostItsLeaseStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		s, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
		require.NoError(t, err)
		defer func() { _ = s.Close() }()
		var late error
		j := job(runlog.Once, func(ctx context.Context, at runlog.Occasion) (string, error) {
			f, ok := runlog.FenceFrom(ctx)
			require.True(t, ok)
			require.NoError(t, s.RenewJob(ctx, f, 0)) // as if paused until the lease ran out
			other, _, won, err := s.ClaimJob(context.WithoutCancel(ctx), runlog.Claim{Run: runlog.Run{ID: at.RunID, Job: "work", Slot: "hand:" + at.RunID, StartedAt: time.Now()}, Lease: time.Hour})
			require.NoError(t, err)
			require.True(t, won)
			require.Equal(t, 2, other.Attempts)
			<-ctx.Done() // the heartbeat finds out
			late = s.AppendAudit(ctx)
			return "mine", ctx.Err()
		})
		svc := runlog.NewService(s, s, nil, []runlog.Job{j}, time.Now)
		_, err = svc.RunNow(ctx, "u1", "work", time.Time{}, nil)
		require.Equal(t, "lease_lost", errs.CodeOf(err))
		require.Error(t, late)
		runs, _, err := s.JobRuns(ctx, "work", 5, "")
		require.NoError(t, err)
		require.Equal(t, runlog.Running, runs[0].State)
		require.Empty(t, runs[0].ResultID)
	})
}

func TestARunLeftBehindIsTakenOverAndGivenUpAfterThreeDeaths(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	n := 0
	j := job(runlog.Once, func(context.Context, runlog.Occasion) (string, error) { n++; return "", nil })
	s := b.service(j)
	require.NoError(t, s.RunDue(ctx, j))
	b.now = b.now.Add(24 * time.Hour)
	dead := runlog.Run{ID: "dead", Job: "work", Slot: "at:1", Occurrence: b.now, AsOf: b.now, Trigger: runlog.BySchedule, StartedAt: b.now}
	_, _, won, err := b.store.ClaimJob(ctx, runlog.Claim{Run: dead, Lease: 0}) // a process that died
	require.NoError(t, err)
	require.True(t, won)
	require.NoError(t, s.RunDue(ctx, j))
	require.Equal(t, 1, n)
	require.Equal(t, runlog.Done, b.runs(t)[0].State)
	require.Equal(t, 2, b.runs(t)[0].Attempts)

	dead.ID, dead.Slot, dead.Occurrence = "again", "at:2", b.now.Add(time.Hour)
	for range 3 {
		_, _, won, err := b.store.ClaimJob(ctx, runlog.Claim{Run: dead, Lease: 0})
		require.NoError(t, err)
		require.True(t, won)
	}
	require.Equal(t, "job_gave_up", errs.CodeOf(s.RunDue(ctx, j)))
	require.Equal(t, 1, n)
	require.Equal(t, runlog.Failed, b.runs(t)[0].State)
}

func TestAStoppingProcessLeavesItsRunToTheNext(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	j := job(runlog.Once, func(ctx context.Context, _ runlog.Occasion) (string, error) {
		if n++; n == 1 {
			cancel()
			<-ctx.Done()
			return "", ctx.Err()
		}
		return "second", nil
	})
	s := b.service(j)
	require.NoError(t, s.RunDue(ctx, j))
	b.now = b.now.Add(24 * time.Hour)
	require.True(t, errors.Is(s.RunDue(ctx, j), context.Canceled))
	require.NoError(t, s.RunDue(context.Background(), j), "at once: the lease was given back")
	require.Equal(t, "second", b.runs(t)[0].ResultID)
}

func TestByHand(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	asOf := time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC)
	release := make(chan struct{})
	started := make(chan struct{}, 2)
	j := job(runlog.Once, func(_ context.Context, at runlog.Occasion) (string, error) {
		require.Equal(t, asOf, at.AsOf)
		at.Progress(1, 2)
		started <- struct{}{}
		<-release
		return "r1", nil
	})
	s := b.service(j)
	_, err := s.Start(ctx, "u1", "nothing", asOf)
	require.Equal(t, "job_unknown", errs.CodeOf(err))
	o, err := s.Start(ctx, "u1", "work", asOf)
	require.NoError(t, err)
	<-started
	_, err = s.RunNow(ctx, "u1", "work", asOf, nil)
	require.Equal(t, "job_running", errs.CodeOf(err))
	list, err := s.List(ctx)
	require.NoError(t, err)
	require.Equal(t, "running", list[0].State)
	close(release)
	b.ops.Close()
	o, err = b.ops.Get(ctx, o.ID)
	require.NoError(t, err)
	require.Equal(t, operation.Done, o.State)
	require.Equal(t, "r1", o.ResultID)
	entries, err := b.store.AuditEntries(ctx, 0, 5)
	require.NoError(t, err)
	require.Equal(t, "job.run", entries[0].Action)
	require.Equal(t, runlog.ByHand, b.runs(t)[0].Trigger)
}
