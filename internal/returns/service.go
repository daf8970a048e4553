package returns

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/operation"
	"rapport/internal/panel"
)

// Store keeps statements.
type Store interface {
	// SaveStatements keeps statements, each in place of what was kept for its subject before, all of them or none.
	SaveStatements(ctx context.Context, list []Statement, entry audit.Entry) error
	// Statement finds the newest of a subject; errs.NotFound("returns_unknown").
	Statement(ctx context.Context, subject Subject) (Statement, error)
	// Statements lists the newest of every subject.
	Statements(ctx context.Context) ([]Statement, error)
}

// Service states the returns of what the ledger holds.
type Service struct {
	Store
	ledger  *initiative.Service
	links   Links
	teams   initiative.Teams
	sources []panel.Source
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
}

// NewService makes a service over a ledger.
func NewService(store Store, from From, ops *operation.Service, now func() time.Time) *Service {
	return &Service{Store: store, ledger: from.Ledger, links: from.Links, teams: from.Teams, sources: from.Sources, ops: ops, now: now}
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

// Evaluate looks for effects and states the returns that follow from them.
func (s *Service) Evaluate(ctx context.Context, o initiative.Order) error {
	if err := s.ledger.Evaluate(ctx, o); err != nil {
		return err
	}
	return s.Settle(ctx, o.By)
}

// Settle states the returns of every evaluated initiative, of every purpose and of the organisation.
func (s *Service) Settle(ctx context.Context, by string) error {
	all, err := s.ledger.List(ctx)
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	slices.Reverse(all) // oldest first: of two entangled ones, the earlier counts the money
	var list []Statement
	pools := map[Subject][]initiative.View{}
	subjects := []Subject{}
	pool := func(to Subject, v initiative.View) {
		if pools[to] == nil {
			subjects = append(subjects, to)
		}
		pools[to] = append(pools[to], v)
	}
	for _, v := range all {
		if v.Evaluation == nil {
			continue
		}
		st, err := gather([]initiative.View{v}, OfInitiative(v.ID), v.Plan.Name, set)
		if err != nil {
			return err
		}
		list = append(list, st)
		pool(OfPurpose(v.Plan.Purpose), v)
		pool(Organisation, v)
	}
	for _, to := range subjects {
		st, err := gather(pools[to], to, "", set)
		if err != nil {
			return err
		}
		list = append(list, st)
	}
	if len(list) == 0 {
		return nil
	}
	at := s.now()
	for k := range list {
		list[k].At = at
	}
	return s.SaveStatements(ctx, list, audit.Entry{At: at, Actor: by, Action: "returns.state", Object: "returns", Detail: map[string]string{"statements": fmt.Sprint(len(list)), "definition": DefinitionVersion}})
}

// gather pools initiatives in one case; money that two entangled ones both count enters once, with the reason.
func gather(list []initiative.View, subject Subject, name string, set initiative.Settings) (Statement, error) {
	d := &draft{counted: map[string]map[Kind]bool{}}
	var asOf time.Time
	ids := []string{}
	for _, v := range list {
		prefix := ""
		if len(list) > 1 {
			prefix = v.Plan.Name + " (" + v.ID[:min(4, len(v.ID))] + "): "
		}
		d.add(v.Initiative, *v.Evaluation, set, prefix)
		ids = append(ids, v.ID)
		if v.Evaluation.AsOf.After(asOf) {
			asOf = v.Evaluation.AsOf
		}
	}
	st, err := d.state(subject, name, set)
	st.AsOf, st.Initiatives = asOf, ids
	return st, err
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
