package returns

import (
	"context"
	"errors"
	"hash/fnv"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/operation"
	"rapport/internal/panel"
)

// Store keeps statements. Quarter "" stands for those over whole windows.
type Store interface {
	// SaveStatements keeps statements, each in place of what was kept for its quarter and subject before, all of them or
	// none.
	SaveStatements(ctx context.Context, list []Statement, entry audit.Entry) error
	// Statement finds one; errs.NotFound("returns_unknown").
	Statement(ctx context.Context, quarter string, subject Subject) (Statement, error)
	// Statements lists those of a quarter and of some kinds, by subject.
	Statements(ctx context.Context, quarter string, kinds ...SubjectKind) ([]Statement, error)
	// StatementsAfter lists at most limit of one kind whose subject sorts behind another ("" is the start).
	StatementsAfter(ctx context.Context, quarter string, kind SubjectKind, after Subject, limit int) ([]Statement, error)
	// StatedQuarters lists the quarters that have statements, newest first.
	StatedQuarters(ctx context.Context) ([]string, error)
}

// Service states the returns of what the ledger holds.
type Service struct {
	Store
	ledger  *initiative.Service
	links   Links
	teams   initiative.Teams
	sources []panel.Source
	goals   Goals
	ops     *operation.Service
	now     func() time.Time
}

// From is what the returns follow from: the ledger with its effects, the links of the newest correlation run, the teams,
// and the figures that a revenue base is read from.
type From struct {
	Ledger  *initiative.Service
	Links   Links
	Teams   initiative.Teams
	Sources []panel.Source
	Goals   Goals // nil: nobody has declared desired levels
}

// Goals says which level of a metric is desired where and when.
type Goals interface {
	Book(ctx context.Context) (goal.Book, error)
}

// NewService makes a service over a ledger.
func NewService(store Store, from From, ops *operation.Service, now func() time.Time) *Service {
	return &Service{Store: store, ledger: from.Ledger, links: from.Links, teams: from.Teams, sources: from.Sources, goals: from.Goals, ops: ops, now: now}
}

// Start evaluates one initiative and states all returns anew, in the background; the operation's result is its id.
func (s *Service) Start(ctx context.Context, by, id string) (operation.Operation, error) {
	if _, err := s.ledger.Get(ctx, id); err != nil {
		return operation.Operation{}, err
	}
	return s.ops.Start(ctx, "evaluate", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		return id, nil, s.Evaluate(ctx, initiative.Order{By: by, Only: id, Progress: progress})
	})
}

// seedOf makes the joint draw of a subject the same every time.
func seedOf(s Subject) uint64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return uint64(h.Sum32())
}

func errsAs(err error) (*errs.Error, bool) {
	if err == nil {
		return nil, false
	}
	x, ok := errors.AsType[*errs.Error](err)
	return x, ok && x.Code == CodeInvalid
}
