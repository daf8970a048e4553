// Package operation follows long work: what is under way, how far it is, and what came of it. Its state lives in the
// store, so that any process can answer for work that another one does.
package operation

import (
	"context"
	"encoding/json"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// State of an operation.
type State string

// The states.
const (
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// Operation is one piece of long work.
type Operation struct {
	ID         string
	Kind       string // "import", "correlate", …
	By         string // principal id; only this principal and administrators may follow it
	State      State
	Done       int64
	Total      int64 // 0 while unknown
	StartedAt  time.Time
	FinishedAt time.Time
	BeatAt     time.Time       // last sign of life; a running one without a beat for two minutes was cut off
	ResultID   string          // id of what came of it
	Result     json.RawMessage // what the feature wants to show at the end
	Code       string          // error code when failed
	Detail     json.RawMessage // the errs.Error's fields and parameters when failed
}

// Store keeps operations.
type Store interface {
	// SaveOperation inserts or replaces an operation.
	SaveOperation(ctx context.Context, o Operation) error
	// Operation finds one; errs.NotFound("operation_unknown").
	Operation(ctx context.Context, id string) (Operation, error)
}

// Service starts and follows operations.
type Service struct {
	store Store
	now   func() time.Time
	wg    sync.WaitGroup
	base  context.Context
	stop  context.CancelFunc
}

// NewService makes a service; Close waits for what is under way.
func NewService(store Store, now func() time.Time) *Service {
	base, stop := context.WithCancel(context.Background())
	return &Service{store: store, now: now, base: base, stop: stop}
}

// Work does the long thing. It calls progress as often as it likes and returns the id and a summary of what came of it.
type Work func(ctx context.Context, progress func(done, total int64)) (resultID string, result any, err error)

// Start runs work in the background and returns the operation to follow. The work's context ends with the process, not
// with the request that started it. Of the request only the principal goes along: the HTTP edge uses its contexts again
// for other requests.
func (s *Service) Start(ctx context.Context, kind, by string, work Work) (Operation, error) {
	o := Operation{ID: ident.New(), Kind: kind, By: by, State: Running, StartedAt: s.now(), BeatAt: s.now()}
	if err := s.store.SaveOperation(ctx, o); err != nil {
		return o, err
	}
	s.wg.Add(1)
	who, err := auth.From(ctx)
	go s.run(o, work, who, err == nil) //nolint:contextcheck // the work outlives the request that started it
	return o, nil
}

// The beat tells other processes that the work is alive, also while it makes no progress. cutOff is many beats, so that
// a slow disk or a paused process is not taken for a dead one.
const (
	beat      = 10 * time.Second
	cutOff    = 2 * time.Minute
	saveEvery = 300 * time.Millisecond
)

// tracked is a running operation; its lock keeps the beat and the work from writing over each other.
type tracked struct {
	mu    sync.Mutex
	o     Operation
	ended bool
	saved time.Time
}

func (s *Service) run(o Operation, work Work, who auth.Principal, known bool) {
	defer s.wg.Done()
	ctx := s.base
	if known {
		ctx = auth.Into(ctx, who)
	}
	t := &tracked{o: o, saved: s.now()}
	stop := make(chan struct{})
	var beating sync.WaitGroup
	beating.Go(func() { s.beat(ctx, t, stop) })
	id, result, err := s.guarded(ctx, work, func(done, total int64) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.o.Done, t.o.Total = done, total
		if s.now().Sub(t.saved) >= saveEvery {
			s.alive(ctx, t)
		}
	})
	close(stop)
	beating.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.o.FinishedAt, t.o.BeatAt = s.now(), s.now()
	t.o.ResultID = id
	if result != nil {
		t.o.Result, _ = json.Marshal(result)
	}
	if t.o.State = Done; err != nil {
		t.o.fail(err)
	}
	_ = s.store.SaveOperation(context.WithoutCancel(ctx), t.o) // a store that is gone now leaves it to be reported as cut off
}

// beat saves a sign of life until stop.
func (s *Service) beat(ctx context.Context, t *tracked, stop <-chan struct{}) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			t.mu.Lock()
			s.alive(ctx, t)
			t.mu.Unlock()
		}
	}
}

// alive saves a running operation as it stands; the caller holds its lock. A lost beat only makes the bar jump.
func (s *Service) alive(ctx context.Context, t *tracked) {
	if t.ended {
		return // progress told after the end
	}
	t.saved = s.now()
	t.o.BeatAt = t.saved
	_ = s.store.SaveOperation(context.WithoutCancel(ctx), t.o)
}

// guarded turns a panic in the work into a failed operation.
func (s *Service) guarded(ctx context.Context, work Work, progress func(done, total int64)) (id string, result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			slog.ErrorContext(ctx, "panic in long work", "panic", errs.Recovered(r), "stack", string(debug.Stack()))
			err = errs.New(errs.KindInternal, "internal")
		}
	}()
	return work(ctx, progress)
}

// Get answers where an operation stands. One whose process died is reported as failed.
func (s *Service) Get(ctx context.Context, id string) (Operation, error) {
	o, err := s.store.Operation(ctx, id)
	if err == nil && o.State == Running && s.now().Sub(o.BeatAt) > cutOff {
		o.State, o.Code = Failed, "operation_cut_off"
	}
	return o, err
}

// Close tells running work to stop and waits for it.
func (s *Service) Close() { s.stop(); s.wg.Wait() }
