package invest

import (
	"context"

	"rapport/internal/audit"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// Store keeps proposals, estimates and standings.
type Store interface {
	// SaveProposal inserts a proposal (seen 0) or replaces it by id if its version is still seen:
	// errs.Conflict("proposal_changed").
	SaveProposal(ctx context.Context, p Proposal, seen int, entry audit.Entry) error
	// Proposals lists all, newest first.
	Proposals(ctx context.Context) ([]Proposal, error)
	// Proposal finds one; errs.NotFound("proposal_unknown").
	Proposal(ctx context.Context, id string) (Proposal, error)
	// AddEstimate keeps an estimate if the proposal's version is still seen: errs.Conflict("proposal_changed"), or
	// errs.Conflict("estimate_given") when this person gave one in this round already.
	AddEstimate(ctx context.Context, e Estimate, seen int, entry audit.Entry) error
	// Estimates lists every estimate of one proposal, or of all with "", by proposal, round and time.
	Estimates(ctx context.Context, proposal string) ([]Estimate, error)
	// SaveStandings keeps where proposals stand, each in place of what was kept for it before.
	SaveStandings(ctx context.Context, list []Standing, entry audit.Entry) error
	// Standings lists where proposals stand.
	Standings(ctx context.Context) ([]Standing, error)
}

// Teams gives the team tree.
type Teams interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// Goals says what is wanted, where things stand, and what is in the way.
type Goals interface {
	Book(ctx context.Context) (goal.Book, error)
	Actual(ctx context.Context, metric, team string) (goal.Actual, bool, error)
	Metrics(ctx context.Context) ([]series.Metric, error)
	Barrier(ctx context.Context, scope org.Scope, id string) (goal.Barrier, error)
}

// Prices says what a point of experience is worth.
type Prices interface {
	PointValue(ctx context.Context, teams []string, months float64) (returns.PointValue, error)
}

// Links gives the newest correlation run.
type Links interface {
	Chains(ctx context.Context, id string) (linkage.Run, []linkage.Finding, []linkage.Chain, error)
}

// Ledger takes an accepted proposal as a draft.
type Ledger interface {
	Add(ctx context.Context, by string, p initiative.Plan) (initiative.Initiative, error)
	Settings(ctx context.Context) (initiative.Settings, error)
}
