// Package runlog keeps the ledger of scheduled work: which occurrence of which job ran, when, and what came of it. An
// occurrence is one row, so it has one effect however many processes look after the jobs; starting it takes the job's
// lease, and the lease's fencing number is checked inside every write the job makes. What the jobs do, and how a cron
// rule is read, is not known here.
package runlog

import (
	"context"
	"time"

	"rapport/internal/errs"
)

// Policy says what happens to occurrences that were missed while no process ran.
type Policy string

// The policies: the newest missed one runs once, or none does. Never a storm.
const (
	Once Policy = "once"
	Skip Policy = "skip"
)

// Schedule gives the occurrences of a job.
type Schedule interface {
	// Next is the first occurrence after t; the zero time when there is none.
	Next(t time.Time) time.Time
}

// Job is one kind of scheduled work.
type Job struct {
	Name     string // stable; the audit actor is "job:<name>"
	Spec     string // the rule as people write it
	Zone     string
	Policy   Policy
	Timeout  time.Duration
	Schedule Schedule
	Do       func(ctx context.Context, at Occasion) (resultID string, err error)
}

// Occasion is what a job learns about the run it makes.
type Occasion struct {
	RunID      string // stable over repeated attempts at the same occurrence: the key of its one effect
	Occurrence time.Time
	AsOf       time.Time // day the work is as of
	Progress   func(done, total int64)
}

// State of a run.
type State string

// The states.
const (
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// Trigger says why a run was made.
type Trigger string

// The triggers.
const (
	BySchedule Trigger = "schedule"
	ByHand     Trigger = "hand"
	CatchUp    Trigger = "catch_up"
)

// Run is one row of the ledger.
type Run struct {
	ID         string
	Job        string
	Slot       string // unique within the job: the occurrence, or the request of a person
	Occurrence time.Time
	AsOf       time.Time
	Trigger    Trigger
	State      State
	Attempts   int
	StartedAt  time.Time
	FinishedAt time.Time
	Code       string // error code when failed
	ResultID   string
}

// Fence is the right to write for a job: the number of the lease it was given. A later lease has a higher number, and
// from then on every write under this one is refused.
type Fence struct {
	Job    string
	Number int64
}

// Claim asks for the lease of a job to make one run.
type Claim struct {
	Run   Run
	Lease time.Duration // from now on, by the clock of the database
}

// Store keeps the ledger.
type Store interface {
	// ClaimJob takes the job's lease and enters the run, or takes over a run whose lease ran out; won is false when
	// another process holds the lease or the run was made already.
	ClaimJob(ctx context.Context, c Claim) (run Run, fence Fence, won bool, err error)
	// RenewJob prolongs a lease from now on; errs.Conflict("lease_lost") when another one was given.
	RenewJob(ctx context.Context, f Fence, lease time.Duration) error
	// FinishJob writes down the end of a run and gives the lease back; errs.Conflict("lease_lost") as above. Only the
	// newest keep finished runs of the job stay.
	FinishJob(ctx context.Context, f Fence, run Run, keep int) error
	// JobRuns lists the runs of a job, newest first, after a cursor ("" is the start); the next cursor is "" at the end.
	JobRuns(ctx context.Context, job string, limit int, cursor string) (runs []Run, next string, err error)
	// LastOccurrence is the newest occurrence of a job that is in the ledger. Before its first one it is the time the job
	// was first asked about: nothing was missed before that.
	LastOccurrence(ctx context.Context, job string, now time.Time) (time.Time, error)
	// AbandonedRun finds a run that is under way without a lease; errs.NotFound("job_run_unknown") when there is none.
	AbandonedRun(ctx context.Context, job string) (Run, error)
}

type fenceKey struct{}

// WithFence puts a fence into a context: every write made under it is refused once the lease is lost.
func WithFence(ctx context.Context, f Fence) context.Context {
	return context.WithValue(ctx, fenceKey{}, f)
}

// FenceFrom gives the fence of a context. Engines ask for it inside each write.
func FenceFrom(ctx context.Context) (Fence, bool) {
	f, ok := ctx.Value(fenceKey{}).(Fence)
	return f, ok
}

// LeaseLost is the refusal of a write whose lease was given to another process.
func LeaseLost(f Fence) error { return errs.Conflict("lease_lost").With("job", f.Job) }
