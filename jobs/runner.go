package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"rapport/internal/errs"
	"rapport/internal/runlog"
)

// sweep is how often a process looks for occurrences that were missed and runs that were left behind.
const sweep = 30 * time.Second

// Runner ticks in one process. Several processes may tick on one store: the ledger lets one of them make each
// occurrence.
type Runner struct {
	cron  *cron.Cron
	stop  context.CancelFunc
	first sync.WaitGroup // the catching up at the start, which cron knows nothing of
}

// Start ticks until Close: each job at its occurrences, and every half minute for what was missed. What was missed while
// no process ran is made now.
func Start(log *runlog.Service) *Runner {
	ctx, stop := context.WithCancel(context.Background())
	r := &Runner{cron: cron.New(cron.WithLocation(time.UTC), cron.WithLogger(quiet{})), stop: stop}
	// Skip first, Recover inside: the other way round one panic would leave the job marked as running for good.
	chain := cron.NewChain(cron.SkipIfStillRunning(quiet{}), cron.Recover(loud{}))
	for _, j := range log.Jobs() {
		tick := chain.Then(cron.FuncJob(func() {
			if err := log.RunDue(ctx, j); err != nil && ctx.Err() == nil && errs.CodeOf(err) != "lease_lost" {
				slog.Error("job", "job", j.Name, "code", errs.CodeOf(err), "error", err)
			}
		}))
		r.cron.Schedule(j.Schedule, tick)
		r.cron.Schedule(cron.Every(sweep), tick)
		r.first.Go(tick.Run) // catch up at once
	}
	r.cron.Start()
	return r
}

// Close stops ticking, tells running work to stop and waits for it.
func (r *Runner) Close() {
	r.stop()
	<-r.cron.Stop().Done()
	r.first.Wait()
}

// quiet drops the ticking of the library; loud logs what it recovers from.
type quiet struct{}

func (quiet) Info(string, ...any)         {}
func (quiet) Error(error, string, ...any) {}

type loud struct{ quiet }

func (loud) Error(err error, msg string, keysAndValues ...any) {
	slog.Error("job "+msg, append([]any{"error", err}, keysAndValues...)...)
}
