// Package operation follows long work: what is under way, how far it is, and what came of it. Its state lives in the
// store, so that any process can answer for work that another one does.
package operation

import (
	"context"
	"encoding/json"
	"sync"
	"time"

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
	BeatAt     time.Time       // last sign of life; a running one without a beat for a minute was cut off
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
// with the request that started it; values of ctx (the principal) are kept.
func (s *Service) Start(ctx context.Context, kind, by string, work Work) (Operation, error) {
	o := Operation{ID: ident.New(), Kind: kind, By: by, State: Running, StartedAt: s.now(), BeatAt: s.now()}
	if err := s.store.SaveOperation(ctx, o); err != nil {
		return o, err
	}
	s.wg.Add(1)
	go s.run(context.WithoutCancel(ctx), o, work)
	return o, nil
}

func (s *Service) run(ctx context.Context, o Operation, work Work) {
	defer s.wg.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.base, cancel)()
	var mu sync.Mutex
	progress := func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		o.Done, o.Total = done, total
		if s.now().Sub(o.BeatAt) >= 300*time.Millisecond {
			o.BeatAt = s.now()
			_ = s.store.SaveOperation(ctx, o) // a lost beat only makes the bar jump
		}
	}
	id, result, err := s.guarded(ctx, work, progress)
	mu.Lock()
	defer mu.Unlock()
	o.FinishedAt, o.BeatAt = s.now(), s.now()
	o.ResultID = id
	if result != nil {
		o.Result, _ = json.Marshal(result)
	}
	if o.State = Done; err != nil {
		o.State, o.Code = Failed, errs.CodeOf(err)
		if e, ok := asError(err); ok {
			o.Detail, _ = json.Marshal(struct {
				Kind   errs.Kind
				Params map[string]any
				Fields []errs.Field
			}{e.Kind, e.Params, e.Fields})
		}
	}
	_ = s.store.SaveOperation(context.WithoutCancel(ctx), o)
}

// guarded turns a panic in the work into a failed operation.
func (s *Service) guarded(ctx context.Context, work Work, progress func(done, total int64)) (id string, result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errs.New(errs.KindInternal, "internal")
		}
	}()
	return work(ctx, progress)
}

// Get answers where an operation stands. One whose process died is reported as failed.
func (s *Service) Get(ctx context.Context, id string) (Operation, error) {
	o, err := s.store.Operation(ctx, id)
	if err == nil && o.State == Running && s.now().Sub(o.BeatAt) > 2*time.Minute {
		o.State, o.Code = Failed, "operation_cut_off"
	}
	return o, err
}

// Close tells running work to stop and waits for it.
func (s *Service) Close() { s.stop(); s.wg.Wait() }
