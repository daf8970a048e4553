package runlog

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/operation"
)

const (
	// lease is how long a process may be silent before another one takes its run over.
	lease = time.Minute
	// grace is how late an occurrence may start and still count as on time.
	grace = 2 * time.Minute
	// keepRuns is how many finished runs of a job stay in the ledger.
	keepRuns = 1000
	// maxAttempts ends the repetition of a run whose process dies every time.
	maxAttempts = 3
)

// Service runs jobs and answers for them.
type Service struct {
	store Store
	audit audit.Store
	ops   *operation.Service
	jobs  []Job
	now   func() time.Time
	lease time.Duration
}

// NewService makes a service over the table of jobs.
func NewService(store Store, log audit.Store, ops *operation.Service, jobs []Job, now func() time.Time) *Service {
	return &Service{store: store, audit: log, ops: ops, jobs: jobs, now: now, lease: lease}
}

// Jobs lists the jobs.
func (s *Service) Jobs() []Job { return slices.Clone(s.jobs) }

// Status is where a job stands.
type Status struct {
	Job    Job
	State  string // idle, running, failed
	NextAt time.Time
	Last   *Run
}

// List tells where every job stands.
func (s *Service) List(ctx context.Context) ([]Status, error) {
	out := make([]Status, 0, len(s.jobs))
	for _, j := range s.jobs {
		st := Status{Job: j, State: "idle", NextAt: j.Schedule.Next(s.now())}
		runs, _, err := s.store.JobRuns(ctx, j.Name, 1, "")
		if err != nil {
			return nil, err
		}
		if len(runs) > 0 {
			st.Last = &runs[0]
			switch runs[0].State {
			case Running:
				st.State = "running"
			case Failed:
				st.State = "failed"
			}
		}
		out = append(out, st)
	}
	return out, nil
}

// Job finds a job; errs.NotFound("job_unknown").
func (s *Service) Job(name string) (Job, error) {
	names := make([]string, 0, len(s.jobs))
	for _, j := range s.jobs {
		if j.Name == name {
			return j, nil
		}
		names = append(names, j.Name)
	}
	return Job{}, errs.NotFound("job_unknown").With("job", name).With("jobs", strings.Join(names, ", "))
}

// History lists the runs of a job, newest first.
func (s *Service) History(ctx context.Context, name string, limit int, cursor string) ([]Run, string, error) {
	if _, err := s.Job(name); err != nil {
		return nil, "", err
	}
	return s.store.JobRuns(ctx, name, limit, cursor)
}

// RunDue makes the run that is due for a job, if there is one: a run that a dead process left behind, else the newest
// occurrence that has come and was not made. It returns when the run has ended.
func (s *Service) RunDue(ctx context.Context, j Job) error {
	left, err := s.store.AbandonedRun(ctx, j.Name)
	if err == nil {
		_, err = s.execute(ctx, j, left, nil)
		return err
	}
	if errs.KindOf(err) != errs.KindNotFound {
		return err
	}
	now := s.now()
	last, err := s.store.LastOccurrence(ctx, j.Name, now)
	if err != nil {
		return err
	}
	due := newestDue(j.Schedule, last, now)
	late := now.Sub(due) > grace
	if due.IsZero() || (late && j.Policy == Skip) {
		return nil
	}
	run := Run{ID: ident.New(), Job: j.Name, Slot: "at:" + strconv.FormatInt(due.UnixMilli(), 10), Occurrence: due, AsOf: due, Trigger: BySchedule}
	if late {
		run.Trigger = CatchUp
	}
	_, err = s.execute(ctx, j, run, nil)
	return err
}

// newestDue is the last occurrence in (after, now]; zero when there is none.
func newestDue(sch Schedule, after, now time.Time) time.Time {
	var due time.Time
	for t := sch.Next(after); !t.IsZero() && !t.After(now); t = sch.Next(t) {
		due = t
	}
	return due
}

// RunNow runs a job by hand and waits for it.
func (s *Service) RunNow(ctx context.Context, by, name string, asOf time.Time, progress func(done, total int64)) (Run, error) {
	j, err := s.Job(name)
	if err != nil {
		return Run{}, err
	}
	run := s.byHand(j, asOf)
	if err := s.recordHand(ctx, by, run); err != nil {
		return Run{}, err
	}
	return s.execute(ctx, j, run, progress)
}

// Start runs a job by hand in the background.
func (s *Service) Start(ctx context.Context, by, name string, asOf time.Time) (operation.Operation, error) {
	j, err := s.Job(name)
	if err != nil {
		return operation.Operation{}, err
	}
	run := s.byHand(j, asOf)
	if err := s.recordHand(ctx, by, run); err != nil {
		return operation.Operation{}, err
	}
	return s.ops.Start(ctx, "job", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		done, err := s.execute(ctx, j, run, progress)
		return done.ResultID, nil, err
	})
}

func (s *Service) byHand(j Job, asOf time.Time) Run {
	now := s.now()
	if asOf.IsZero() {
		asOf = now
	}
	id := ident.New()
	return Run{ID: id, Job: j.Name, Slot: "hand:" + id, Occurrence: now, AsOf: asOf, Trigger: ByHand}
}

func (s *Service) recordHand(ctx context.Context, by string, run Run) error {
	return s.audit.AppendAudit(ctx, audit.Entry{At: s.now(), Actor: by, Action: "job.run", Object: run.Job, Detail: map[string]string{"run": run.ID, "as_of": run.AsOf.Format(time.DateOnly)}})
}

// execute claims a run, makes it under its fence and writes down its end.
func (s *Service) execute(ctx context.Context, j Job, run Run, progress func(done, total int64)) (Run, error) {
	run.StartedAt = s.now()
	run, fence, won, err := s.store.ClaimJob(ctx, Claim{Run: run, Lease: s.lease})
	if err != nil {
		return run, err
	}
	if !won {
		if run.Trigger == ByHand {
			return run, errs.Conflict("job_running").With("job", j.Name)
		}
		return run, nil // another process makes it, or made it
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	var result string
	if run.Attempts > maxAttempts {
		err = errs.New(errs.KindInternal, "job_gave_up")
	} else {
		result, err = s.guarded(WithFence(ctx, fence), j, fence, Occasion{RunID: run.ID, Occurrence: run.Occurrence, AsOf: run.AsOf, Progress: progress})
	}
	if errs.CodeOf(err) == "lease_lost" {
		return run, err // whoever holds the lease now writes the end
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		_ = s.store.RenewJob(context.WithoutCancel(ctx), fence, 0) // a lease that is not given back runs out by itself
		return run, err                                            // the process stops: the run is left for another one to take over
	}
	run.FinishedAt, run.ResultID, run.State = s.now(), result, Done
	if err != nil {
		run.State, run.Code = Failed, errs.CodeOf(err)
		slog.ErrorContext(ctx, "job failed", "job", j.Name, "run", run.ID, "code", run.Code, "error", err)
	}
	return run, errors.Join(err, s.store.FinishJob(context.WithoutCancel(ctx), fence, run, keepRuns))
}

// guarded does the work with a timeout, renews the lease while it lasts, and turns a panic into an error.
func (s *Service) guarded(ctx context.Context, j Job, fence Fence, at Occasion) (result string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if j.Timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, j.Timeout, errs.New(errs.KindInternal, "job_timed_out").With("job", j.Name))
		defer stop()
	}
	var renewing sync.WaitGroup
	done := make(chan struct{})
	renewing.Go(func() { s.renew(ctx, fence, done, cancel) })
	defer renewing.Wait()
	defer close(done)
	defer func() {
		if r := recover(); r != nil {
			slog.ErrorContext(ctx, "panic in a job", "job", j.Name, "panic", errs.Recovered(r), "stack", string(debug.Stack()))
			err = errs.New(errs.KindInternal, "job_panicked")
		}
	}()
	result, err = j.Do(ctx, at)
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return result, err
}

// renew prolongs the lease until done. When it is lost, or the store is out of reach for as long as the lease lasts, the
// work is told to stop.
func (s *Service) renew(ctx context.Context, f Fence, done <-chan struct{}, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(s.lease / 4)
	defer tick.Stop()
	held := time.Now()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
			err := s.store.RenewJob(ctx, f, s.lease)
			switch {
			case err == nil:
				held = time.Now()
			case errs.CodeOf(err) == "lease_lost" || time.Since(held) > s.lease:
				cancel(LeaseLost(f))
				return
			}
		}
	}
}
