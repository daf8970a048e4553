package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/runlog"
	"rapport/internal/store"
)

func jobRun(i int) runlog.Run {
	at := runAt.Add(time.Duration(i) * time.Hour)
	return runlog.Run{ID: fmt.Sprintf("r%02d", i), Job: "correlate", Slot: fmt.Sprintf("at:%d", i), Occurrence: at, AsOf: at, Trigger: runlog.BySchedule, StartedAt: at.Add(time.Second)}
}

func init() {
	add("runlog: an occurrence is made once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		run, fence, won, err := s.ClaimJob(ctx, runlog.Claim{Run: jobRun(1), Lease: time.Hour})
		require.NoError(t, err)
		require.True(t, won)
		require.Equal(t, runlog.Fence{Job: "correlate", Number: 1}, fence)
		require.Equal(t, runlog.Running, run.State)
		require.Equal(t, 1, run.Attempts)

		again := jobRun(1)
		again.ID = "other"
		_, _, won, err = s.ClaimJob(ctx, runlog.Claim{Run: again, Lease: time.Hour})
		require.NoError(t, err)
		require.False(t, won, "under way")
		_, _, won, err = s.ClaimJob(ctx, runlog.Claim{Run: jobRun(2), Lease: time.Hour})
		require.NoError(t, err)
		require.False(t, won, "the job is still running: the next occurrence waits")
		_, err = s.AbandonedRun(ctx, "correlate")
		require.Equal(t, "job_run_unknown", errs.CodeOf(err))

		require.NoError(t, s.RenewJob(ctx, fence, time.Hour))
		run.State, run.FinishedAt, run.ResultID = runlog.Done, runAt.Add(2*time.Hour), "result"
		require.NoError(t, s.FinishJob(ctx, fence, run, 100))
		got, _, won, err := s.ClaimJob(ctx, runlog.Claim{Run: again, Lease: time.Hour})
		require.NoError(t, err)
		require.False(t, won, "made already")
		require.Equal(t, run, got)
		_, fence, won, err = s.ClaimJob(ctx, runlog.Claim{Run: jobRun(2), Lease: time.Hour})
		require.NoError(t, err)
		require.True(t, won)
		require.EqualValues(t, 2, fence.Number)
	})
	add("runlog: many processes, one wins", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		var wins atomic.Int32
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				r := jobRun(1)
				r.ID = fmt.Sprintf("by%d", i)
				_, _, won, err := s.ClaimJob(ctx, runlog.Claim{Run: r, Lease: time.Hour})
				if err == nil && won {
					wins.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, wins.Load())
		runs, _, err := s.JobRuns(ctx, "correlate", 10, "")
		require.NoError(t, err)
		require.Len(t, runs, 1)
	})
	add("runlog: a paused holder is fenced off from every write", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		run, old, won, err := s.ClaimJob(ctx, runlog.Claim{Run: jobRun(1), Lease: 0}) // a lease that has run out, as that of a paused process
		require.NoError(t, err)
		require.True(t, won)
		paused := runlog.WithFence(ctx, old)
		entry := audit.Entry{At: runAt, Actor: "job:correlate", Action: "test"}
		require.NoError(t, s.AppendAudit(paused, entry), "nobody else has taken over yet")

		left, err := s.AbandonedRun(ctx, "correlate")
		require.NoError(t, err)
		require.Equal(t, run.ID, left.ID)
		taken, fresh, won, err := s.ClaimJob(ctx, runlog.Claim{Run: left, Lease: time.Hour})
		require.NoError(t, err)
		require.True(t, won)
		require.Equal(t, run.ID, taken.ID, "the same run: its effect has the same key")
		require.Equal(t, 2, taken.Attempts)

		require.Equal(t, "lease_lost", errs.CodeOf(s.AppendAudit(paused, entry)))
		require.Equal(t, "lease_lost", errs.CodeOf(s.RenewJob(ctx, old, time.Hour)))
		require.Equal(t, "lease_lost", errs.CodeOf(s.FinishJob(ctx, old, run, 100)))
		err = s.SaveRun(paused, runNo(1), twoFindings(), nil, 5, entry)
		require.Equal(t, "lease_lost", errs.CodeOf(err))
		_, err = s.Run(ctx, "latest")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err), "the paused process left no trace")
		require.NoError(t, s.AppendAudit(runlog.WithFence(ctx, fresh), entry))
		taken.State = runlog.Done
		require.NoError(t, s.FinishJob(ctx, fresh, taken, 100))
		entries, err := s.AuditEntries(ctx, 0, 10)
		require.NoError(t, err)
		require.Len(t, entries, 2)
	})
	add("runlog: history, last occurrence and what is kept", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		first, err := s.LastOccurrence(ctx, "correlate", runAt)
		require.NoError(t, err)
		require.Equal(t, runAt, first)
		again, err := s.LastOccurrence(ctx, "correlate", runAt.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, runAt, again, "the job was first asked about then")
		for i := range 6 {
			r := jobRun(i)
			if i == 5 {
				r.Trigger, r.Slot = runlog.ByHand, "hand:"+r.ID
			}
			run, fence, won, err := s.ClaimJob(ctx, runlog.Claim{Run: r, Lease: time.Hour})
			require.NoError(t, err)
			require.True(t, won)
			run.State, run.Code, run.FinishedAt = runlog.Failed, "internal", r.StartedAt.Add(time.Minute)
			require.NoError(t, s.FinishJob(ctx, fence, run, 4))
		}
		last, err := s.LastOccurrence(ctx, "correlate", runAt)
		require.NoError(t, err)
		require.Equal(t, jobRun(4).Occurrence, last, "a run by hand is no occurrence")
		a, next, err := s.JobRuns(ctx, "correlate", 3, "")
		require.NoError(t, err)
		require.Len(t, a, 3)
		require.Equal(t, "r05", a[0].ID)
		require.Equal(t, runlog.Failed, a[0].State)
		require.NotEmpty(t, next)
		b, next, err := s.JobRuns(ctx, "correlate", 3, next)
		require.NoError(t, err)
		require.Len(t, b, 1, "only the newest four are kept")
		require.Equal(t, "r02", b[0].ID)
		require.Empty(t, next)
		none, _, err := s.JobRuns(ctx, "nothing", 3, "")
		require.NoError(t, err)
		require.NotNil(t, none)
	})
	add("runlog: two workers make each occurrence once, also after an outage", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		var mu sync.Mutex
		now := runAt.Truncate(time.Hour)
		clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
		effects := map[time.Time]int{}
		job := runlog.Job{Name: "tally", Policy: runlog.Once, Timeout: time.Minute, Schedule: hourly{}, Do: func(ctx context.Context, at runlog.Occasion) (string, error) {
			mu.Lock()
			effects[at.Occurrence]++
			mu.Unlock()
			return at.RunID, s.AppendAudit(ctx, audit.Entry{At: runAt, Actor: "job:tally", Action: "tally"})
		}}
		workers := []*runlog.Service{}
		for range 2 {
			workers = append(workers, runlog.NewService(s, s, nil, []runlog.Job{job}, clock))
		}
		both := func() {
			var wg sync.WaitGroup
			for _, w := range workers {
				wg.Go(func() { _ = w.RunDue(ctx, job) })
			}
			wg.Wait()
			for _, w := range workers { // a loser of the race may have come too early for nothing; nothing more may happen
				require.NoError(t, w.RunDue(ctx, job))
			}
		}
		both()
		require.Empty(t, effects, "nothing was missed before the first day")
		for range 5 {
			mu.Lock()
			now = now.Add(time.Hour)
			mu.Unlock()
			both()
		}
		require.Len(t, effects, 5)
		mu.Lock()
		now = now.Add(72*time.Hour + 10*time.Minute)
		mu.Unlock()
		both()
		require.Len(t, effects, 6, "three days without a process: the newest occurrence once, no storm")
		for at, n := range effects {
			require.Equal(t, 1, n, at)
		}
		runs, _, err := s.JobRuns(ctx, "tally", 10, "")
		require.NoError(t, err)
		require.Len(t, runs, 6)
		require.Equal(t, runlog.CatchUp, runs[0].Trigger)
		require.Equal(t, runs[0].ID, runs[0].ResultID)
	})
}

type hourly struct{}

func (hourly) Next(t time.Time) time.Time { return t.Truncate(time.Hour).Add(time.Hour) }
