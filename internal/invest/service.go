package invest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/initiative"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Service keeps proposals and ranks them.
type Service struct {
	store Store
	from  From
	ops   *operation.Service
	now   func() time.Time
}

// From is what proposals and ranks rest on.
type From struct {
	Teams  Teams
	Goals  Goals
	Prices Prices
	Links  Links
	Ledger Ledger
}

// NewService makes a service.
func NewService(store Store, from From, ops *operation.Service, now func() time.Time) *Service {
	return &Service{store: store, from: from, ops: ops, now: now}
}

func (s *Service) tree(ctx context.Context) (*org.Tree, error) {
	teams, err := s.from.Teams.Teams(ctx, org.Everything)
	if err != nil {
		return nil, fmt.Errorf("read teams: %w", err)
	}
	return org.NewTree(teams), nil
}

// may reports whether a scope holds a team; the whole organisation belongs to those who see all of it.
func may(scope org.Scope, team string) bool {
	if team == "" {
		return scope.All()
	}
	return scope.Has(team)
}

// Limits.
const (
	maxText  = 2000
	maxName  = 200
	maxMoney = 1 << 50
)

func (s *Service) check(ctx context.Context, scope org.Scope, i Idea) error {
	var f []errs.Field
	add := func(at, code string, params map[string]any) {
		f = append(f, errs.Field{Path: at, Code: code, Params: params})
	}
	text := func(at, v string, most int, needed bool) {
		switch {
		case needed && strings.TrimSpace(v) == "":
			add(at, "request_field_required", nil)
		case len([]rune(v)) > most:
			add(at, "text_too_long", map[string]any{"limit": most})
		}
	}
	text("name", i.Name, maxName, true)
	text("behaviour", i.Behaviour, maxText, true)
	text("solution", i.Solution, maxText, false)
	metrics, err := s.from.Goals.Metrics(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(metrics, func(m series.Metric) bool { return m.ID == i.Metric }) {
		add("metric", "metric_unknown", map[string]any{"value": i.Metric})
	}
	tree, err := s.tree(ctx)
	if err != nil {
		return err
	}
	if _, ok := tree.Get(i.Team); i.Team != "" && !ok {
		add("team", "team_unknown", map[string]any{"value": i.Team})
	}
	if i.Barrier != "" {
		if _, err := s.from.Goals.Barrier(ctx, scope, i.Barrier); errs.KindOf(err) == errs.KindNotFound && err != nil {
			add("barrier", "barrier_unknown", nil)
		} else if err != nil {
			return err
		}
	}
	if !slices.Contains([]initiative.Purpose{initiative.Technology, initiative.Skills, initiative.ProductService, initiative.Process}, i.Purpose) {
		add("purpose", "purpose_unknown", nil)
	}
	if i.Side != initiative.EmployeeSide && i.Side != initiative.CustomerSide {
		add("side", "side_unknown", nil)
	}
	if i.Price != nil {
		text("price.source", i.Price.Source, maxText, false)
		if strings.TrimSpace(i.Price.Source) == "" {
			add("price.source", "price_without_source", map[string]any{"line": i.Name})
		}
		if i.Price.PerYear == 0 || i.Price.PerYear > maxMoney || i.Price.PerYear < -maxMoney {
			add("price.per_year", "out_of_range", map[string]any{"value": i.Price.PerYear})
		}
	}
	if len(f) > 0 {
		return errs.Invalid("proposal_invalid").At(f...)
	}
	if !may(scope, i.Team) {
		return errs.Invalid("team_out_of_scope").At(errs.Field{Path: "team_id", Code: "team_out_of_scope"})
	}
	return nil
}

// Propose enters a proposal and opens its first round of estimates.
func (s *Service) Propose(ctx context.Context, scope org.Scope, by string, i Idea) (Proposal, error) {
	if err := scope.Check(); err != nil {
		return Proposal{}, err
	}
	if err := s.check(ctx, scope, i); err != nil {
		return Proposal{}, err
	}
	now := s.stamp()
	p := Proposal{ID: ident.New(), Idea: i, State: Estimating, Round: 1, Version: 1, CreatedAt: now, CreatedBy: by, EditedAt: now}
	return p, s.store.SaveProposal(ctx, p, 0, s.entry(by, "proposal.add", p))
}

func (s *Service) stamp() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

func (s *Service) entry(by, action string, p Proposal) audit.Entry {
	return audit.Entry{At: s.stamp(), Actor: by, Action: action, Object: p.ID, Detail: map[string]string{"name": p.Idea.Name, "state": string(p.State), "round": fmt.Sprint(p.Round)}}
}

// find gives a proposal that the caller may see.
func (s *Service) find(ctx context.Context, scope org.Scope, id string) (Proposal, error) {
	if err := scope.Check(); err != nil {
		return Proposal{}, err
	}
	p, err := s.store.Proposal(ctx, id)
	if err == nil && !may(scope, p.Idea.Team) {
		return Proposal{}, errs.NotFound("proposal_unknown")
	}
	return p, err
}

// change reads a proposal, lets fn change it and keeps it as the next version; a version of 0 takes whatever stands.
func (s *Service) change(ctx context.Context, scope org.Scope, who, action, id string, version int, fn func(p *Proposal) error) (Proposal, error) {
	p, err := s.find(ctx, scope, id)
	if err != nil {
		return p, err
	}
	if version != 0 && version != p.Version {
		return p, errs.Conflict("proposal_changed")
	}
	next := p
	if err := fn(&next); err != nil {
		return p, err
	}
	next.Version, next.EditedAt = p.Version+1, s.stamp()
	return next, s.store.SaveProposal(ctx, next, p.Version, s.entry(who, action, next))
}

// Revise changes what is proposed. Estimates were given for the old words, so a new round opens once there are any.
func (s *Service) Revise(ctx context.Context, scope org.Scope, by, id string, version int, i Idea) (Proposal, error) {
	if err := scope.Check(); err != nil {
		return Proposal{}, err
	}
	if err := s.check(ctx, scope, i); err != nil {
		return Proposal{}, err
	}
	given, err := s.store.Estimates(ctx, id)
	if err != nil {
		return Proposal{}, err
	}
	return s.change(ctx, scope, by, "proposal.change", id, version, func(p *Proposal) error {
		if p.State == Accepted || p.State == Withdrawn {
			return errs.Conflict("proposal_over")
		}
		p.Idea = i
		if len(ofRound(given, p.Round)) > 0 {
			p.Round++
		}
		p.State = Estimating
		return nil
	})
}

func ofRound(list []Estimate, round int) []Estimate {
	out := []Estimate{}
	for _, e := range list {
		if e.Round == round {
			out = append(out, e)
		}
	}
	return out
}

// Give keeps somebody's estimate. It is given once a round: after it one sees the others', and what is changed then is no
// longer independent.
func (s *Service) Give(ctx context.Context, scope org.Scope, e Estimate) error {
	var f []errs.Field
	share := func(at string, v float64) {
		if !(v > 0 && v <= 1) {
			f = append(f, errs.Field{Path: at, Code: "share_out_of_range", Params: map[string]any{"value": v}})
		}
	}
	share("share", e.Share)
	share("probability", e.Probability)
	if e.Cost <= 0 || e.Cost > maxMoney {
		f = append(f, errs.Field{Path: "cost", Code: "cost_not_positive"})
	}
	if len([]rune(e.Note)) > maxText {
		f = append(f, errs.Field{Path: "note", Code: "text_too_long", Params: map[string]any{"limit": maxText}})
	}
	if len(f) > 0 {
		return errs.Invalid("estimate_invalid").At(f...)
	}
	const tries = 5
	for n := 1; ; n++ {
		p, err := s.find(ctx, scope, e.Proposal)
		if err != nil {
			return err
		}
		if p.State != Estimating {
			return errs.Conflict("round_closed")
		}
		e.Round, e.At = p.Round, s.stamp()
		err = s.store.AddEstimate(ctx, e, p.Version, audit.Entry{At: e.At, Actor: e.By, Action: "proposal.estimate", Object: p.ID, Detail: map[string]string{"round": fmt.Sprint(p.Round)}})
		if errs.CodeOf(err) != "proposal_changed" || n == tries {
			return err
		}
	}
}

// CloseRound ends the estimating: from now on everybody sees every estimate, and the proposal can be ranked.
func (s *Service) CloseRound(ctx context.Context, scope org.Scope, by, id string, version int) (Proposal, error) {
	given, err := s.store.Estimates(ctx, id)
	if err != nil {
		return Proposal{}, err
	}
	return s.change(ctx, scope, by, "proposal.close_round", id, version, func(p *Proposal) error {
		if p.State != Estimating {
			return errs.Conflict("round_closed")
		}
		if n := len(ofRound(given, p.Round)); n < EnoughEstimates {
			return errs.Conflict("too_few_estimates").With("have", n).With("need", EnoughEstimates)
		}
		p.State = Estimated
		return nil
	})
}

// Reopen opens another round; the estimates of earlier rounds stay on record.
func (s *Service) Reopen(ctx context.Context, scope org.Scope, by, id string, version int) (Proposal, error) {
	return s.change(ctx, scope, by, "proposal.open_round", id, version, func(p *Proposal) error {
		if p.State != Estimated {
			return errs.Conflict("proposal_over")
		}
		p.State, p.Round = Estimating, p.Round+1
		return nil
	})
}

// ParkUntil puts a proposal aside until a day, with the reason; a zero day takes it back.
func (s *Service) ParkUntil(ctx context.Context, scope org.Scope, by, id string, version int, k Parking) (Proposal, error) {
	return s.change(ctx, scope, by, "proposal.park", id, version, func(p *Proposal) error {
		if p.State == Accepted || p.State == Withdrawn {
			return errs.Conflict("proposal_over")
		}
		if k.Until.IsZero() {
			p.Parked = nil
			return nil
		}
		if !k.Until.After(s.now()) {
			return errs.Invalid("park_in_past").At(errs.Field{Path: "until", Code: "park_in_past"})
		}
		if strings.TrimSpace(k.Reason) == "" {
			return errs.Invalid("proposal_invalid").At(errs.Field{Path: "reason", Code: "request_field_required"})
		}
		k.Until, k.By, k.At = org.Date(k.Until), by, s.stamp()
		p.Parked = &k
		return nil
	})
}

// Withdraw takes a proposal out for good; it stays on record.
func (s *Service) Withdraw(ctx context.Context, scope org.Scope, by, id string, version int) (Proposal, error) {
	return s.change(ctx, scope, by, "proposal.withdraw", id, version, func(p *Proposal) error {
		if p.State == Accepted {
			return errs.Conflict("proposal_over")
		}
		p.State = Withdrawn
		return nil
	})
}
