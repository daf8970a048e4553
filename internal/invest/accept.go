package invest

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/org"
)

// Accept makes a draft initiative of a proposal whose round is closed: its gap, cost and expectation are taken over, and
// the ledger asks for the rest.
func (s *Service) Accept(ctx context.Context, scope org.Scope, by, id string, version int, from, until time.Time) (Proposal, error) {
	given, err := s.store.Estimates(ctx, id)
	if err != nil {
		return Proposal{}, err
	}
	return s.accept(ctx, scope, by, id, version, func(p Proposal, a *Acceptance) error {
		plan, err := s.planOf(ctx, p, ofRound(given, p.Round), from, until)
		if err != nil {
			return err
		}
		made, err := s.from.Ledger.Add(ctx, by, plan)
		a.Initiative = made.ID
		return err
	})
}

// AcceptAsAction makes an action of a proposal whose round is closed: something small that is done without a ledger.
// agree enters the action and gives its id; what it refuses leaves the proposal as it was.
func (s *Service) AcceptAsAction(ctx context.Context, scope org.Scope, by, id string, version int, agree func(Proposal) (string, error)) (Proposal, error) {
	return s.accept(ctx, scope, by, id, version, func(p Proposal, a *Acceptance) error {
		made, err := agree(p)
		a.Action = made
		return err
	})
}

// accept claims the proposal first, so that two people do not make two of it, then makes what it becomes. A claim that
// nothing was ever made of can be taken up again.
func (s *Service) accept(ctx context.Context, scope org.Scope, by, id string, version int, become func(Proposal, *Acceptance) error) (Proposal, error) {
	var was Proposal
	p, err := s.change(ctx, scope, by, "proposal.accept", id, version, func(p *Proposal) error {
		if p.State != Estimated && (p.State != Accepted || p.Accepted == nil || p.Accepted.Initiative != "" || p.Accepted.Action != "") {
			return errs.Conflict("proposal_not_estimated")
		}
		was = *p
		p.State, p.Parked, p.Accepted = Accepted, nil, &Acceptance{At: s.stamp(), By: by}
		return nil
	})
	if err != nil {
		return p, err
	}
	done := p
	done.Accepted = &Acceptance{At: p.Accepted.At, By: by}
	if err = become(p, done.Accepted); err == nil {
		done.Version++
		return done, s.store.SaveProposal(ctx, done, p.Version, s.entry(by, "proposal.accepted", done))
	}
	back := was
	back.Version, back.EditedAt = p.Version+1, s.stamp()
	if undo := s.store.SaveProposal(ctx, back, p.Version, s.entry(by, "proposal.accept_undone", back)); undo != nil {
		return p, fmt.Errorf("accept proposal: %w (and it could not be given back: %w)", err, undo)
	}
	return back, err
}

// planOf is the draft that a proposal becomes.
func (s *Service) planOf(ctx context.Context, p Proposal, given []Estimate, from, until time.Time) (initiative.Plan, error) {
	tree, err := s.tree(ctx)
	if err != nil {
		return initiative.Plan{}, err
	}
	plan := initiative.Plan{
		Name: p.Idea.Name, Purpose: p.Idea.Purpose, Side: p.Idea.Side, Why: strings.TrimSpace(p.Idea.Behaviour + "\n" + p.Idea.Solution), Metric: p.Idea.Metric, Others: true, EndsOn: org.Date(until),
		Assignment: initiative.Assignment{By: "proposal"},
	}
	for _, id := range teamsOf(tree, p.Idea.Team) {
		plan.Treated = append(plan.Treated, initiative.Treated{TeamID: id, On: org.Date(from)})
	}
	c := combine(given)
	if c == nil {
		return plan, nil
	}
	plan.Costs = []initiative.Cost{{Name: p.Idea.Name, Kind: initiative.Money, On: org.Date(from), Amount: int64(math.Round(c.Cost.Mean))}}
	plan.Expected.Confidence = c.Probability.Mean
	st, err := s.gapOf(ctx, p, s.now())
	if err != nil {
		return plan, err
	}
	if st.Gap != nil {
		plan.Expected.Effect = *st.Gap * c.Share.Mean
	}
	return plan, nil
}

// teamsOf is a team, or every team at the top for the whole organisation.
func teamsOf(tree *org.Tree, team string) []string {
	if team != "" {
		return []string{team}
	}
	out := []string{}
	for _, t := range tree.All() {
		if _, ok := tree.Get(t.ParentID); !ok && t.ClosedOn.IsZero() {
			out = append(out, t.ID)
		}
	}
	return out
}
