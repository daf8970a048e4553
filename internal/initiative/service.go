package initiative

import (
	"context"
	"fmt"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
)

// Service keeps the ledger and evaluates it.
type Service struct {
	store   Store
	teams   Teams
	sources []panel.Source
	ops     *operation.Service
	now     func() time.Time
}

// NewService makes a service over the sources of figures.
func NewService(store Store, teams Teams, sources []panel.Source, ops *operation.Service, now func() time.Time) *Service {
	return &Service{store: store, teams: teams, sources: sources, ops: ops, now: now}
}

func today(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (s *Service) tree(ctx context.Context) (*org.Tree, []org.Team, error) {
	teams, err := s.teams.Teams(ctx, org.Everything)
	if err != nil {
		return nil, nil, fmt.Errorf("read teams: %w", err)
	}
	return org.NewTree(teams), teams, nil
}

// checked says what is wrong with a plan.
func (s *Service) checked(ctx context.Context, p Plan) error {
	tree, _, err := s.tree(ctx)
	if err != nil {
		return err
	}
	metrics, err := s.metricsOf(ctx)
	if err != nil {
		return err
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	return p.check(tree, metrics, set)
}

// Add enters a plan as a draft.
func (s *Service) Add(ctx context.Context, by string, p Plan) (Initiative, error) {
	if err := s.checked(ctx, p); err != nil {
		return Initiative{}, err
	}
	now := s.now()
	i := Initiative{ID: ident.New(), Plan: p, State: Draft, Version: 1, CreatedAt: now, CreatedBy: by, EditedAt: now}
	return i, s.store.AddInitiative(ctx, i, audit.Entry{At: now, Actor: by, Action: "initiative.add", Object: i.ID, Detail: map[string]string{"name": p.Name, "hash": p.Hash()}})
}

// Edit is a change of a plan: the version it was made from, and why, which a sealed plan asks for.
type Edit struct {
	Plan    Plan
	Version int
	Reason  string
}

// Revise changes a plan. A draft is replaced; a sealed one keeps the change for everybody to see, and where it touches
// what the evaluation rests on, the initiative is retrospective from then on.
func (s *Service) Revise(ctx context.Context, by, id string, e Edit) (Initiative, error) {
	i, err := s.store.Initiative(ctx, id)
	if err != nil {
		return i, err
	}
	if e.Version != i.Version {
		return i, errs.Conflict("initiative_changed")
	}
	if err := s.checked(ctx, e.Plan); err != nil {
		return i, err
	}
	fields := difference(i.Plan, e.Plan)
	if len(fields) == 0 {
		return i, nil
	}
	now := s.now()
	next := i
	next.Plan, next.Version, next.EditedAt = e.Plan, i.Version+1, now
	entry := audit.Entry{At: now, Actor: by, Action: "initiative.change", Object: id, Detail: map[string]string{"hash": e.Plan.Hash(), "state": string(i.State)}}
	if i.State == Draft {
		return next, s.store.ReviseInitiative(ctx, next, nil, entry)
	}
	if len([]rune(e.Reason)) < minReason {
		return i, errs.Invalid("sealed_plan_needs_reason").At(errs.Field{Path: "reason", Code: "sealed_plan_needs_reason"})
	}
	c := &Change{InitiativeID: id, At: now, By: by, Reason: e.Reason, Fields: fields, Hash: e.Plan.Hash(), Analysis: touchesAnalysis(fields)}
	next.Retrospective = i.Retrospective || c.Analysis
	entry.Detail["reason"] = e.Reason
	entry.Detail["analysis"] = fmt.Sprint(c.Analysis)
	return next, s.store.ReviseInitiative(ctx, next, c, entry)
}

// minReason is the least number of letters that can be a reason.
const minReason = 3

// Seal seals a draft by hand, at the latest the job does on the day of the start.
func (s *Service) Seal(ctx context.Context, by, id string, version int) (Initiative, error) {
	i, err := s.store.Initiative(ctx, id)
	if err != nil {
		return i, err
	}
	if i.State == Sealed {
		return i, errs.Conflict("initiative_sealed")
	}
	if version != i.Version {
		return i, errs.Conflict("initiative_changed")
	}
	return s.seal(ctx, by, i)
}

func (s *Service) seal(ctx context.Context, by string, i Initiative) (Initiative, error) {
	i.State, i.SealedAt, i.Hash = Sealed, s.now(), i.Plan.Hash()
	i.Retrospective = today(i.EditedAt).After(i.Plan.Start())
	i.Version++
	entry := audit.Entry{At: i.SealedAt, Actor: by, Action: "initiative.seal", Object: i.ID, Detail: map[string]string{"hash": i.Hash, "retrospective": fmt.Sprint(i.Retrospective)}}
	return i, s.store.ReviseInitiative(ctx, i, nil, entry)
}

// SealDue seals every draft whose start has come.
func (s *Service) SealDue(ctx context.Context, by string, asOf time.Time) (int, error) {
	all, err := s.store.Initiatives(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, i := range all {
		if i.State != Draft || i.Plan.Start().After(today(asOf)) {
			continue
		}
		if _, err := s.seal(ctx, by, i); err != nil && errs.CodeOf(err) != "initiative_changed" {
			return n, fmt.Errorf("seal %s: %w", i.ID, err)
		}
		n++
	}
	return n, nil
}

// View is an initiative with everything that is known of it.
type View struct {
	Initiative
	Changes    []Change
	Outlook    *Outlook    // nil until somebody asked what could be proved
	Evaluation *Evaluation // nil until it was evaluated
	Entangled  []Overlap
}

// Overlap is another initiative that reaches some of the same teams in the same window.
type Overlap struct {
	ID    string
	Name  string
	Teams int
}

// List gives every initiative with its newest evaluation, newest first.
func (s *Service) List(ctx context.Context) ([]View, error) {
	all, err := s.store.Initiatives(ctx)
	if err != nil {
		return nil, err
	}
	done, err := s.store.Evaluations(ctx)
	if err != nil {
		return nil, err
	}
	of := map[string]*Evaluation{}
	for k := range done {
		of[done[k].InitiativeID] = &done[k]
	}
	tree, _, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	tangles := entangled(tree, all)
	out := make([]View, len(all))
	for k, i := range all {
		out[k] = View{Initiative: i, Evaluation: of[i.ID], Entangled: tangles[i.ID]}
	}
	return out, nil
}

// Get gives one with its history.
func (s *Service) Get(ctx context.Context, id string) (View, error) {
	var v View
	var err error
	if v.Initiative, err = s.store.Initiative(ctx, id); err != nil {
		return v, err
	}
	if v.Changes, err = s.store.InitiativeChanges(ctx, id); err != nil {
		return v, err
	}
	switch o, err := s.store.Outlook(ctx, id); {
	case err == nil:
		v.Outlook = &o
	case errs.KindOf(err) != errs.KindNotFound:
		return v, err
	}
	switch e, err := s.store.Evaluation(ctx, id); {
	case err == nil:
		v.Evaluation = &e
	case errs.KindOf(err) != errs.KindNotFound:
		return v, err
	}
	all, err := s.store.Initiatives(ctx)
	if err != nil {
		return v, err
	}
	tree, _, err := s.tree(ctx)
	if err != nil {
		return v, err
	}
	v.Entangled = entangled(tree, all)[id]
	return v, nil
}
