// Package auth knows users, roles, sessions and keys: who somebody is and what the role may do. Which teams a question
// may look at is org.Scope's business; a team id in a request never authorises.
package auth

import (
	"context"
	"slices"

	"rapport/internal/errs"
	"rapport/internal/org"
)

// Role is what a user is to the organisation.
type Role string

// The roles.
const (
	Admin     Role = "admin"
	HR        Role = "hr"
	CX        Role = "cx"
	Lead      Role = "lead"
	Executive Role = "executive"
	Auditor   Role = "auditor"
	Feeder    Role = "feeder" // only keys: another system that hands records in and reads nothing
)

// Permission is one thing a role may do.
type Permission string

// The permissions of the spine.
const (
	TeamsRead       Permission = "teams.read"
	TeamsWrite      Permission = "teams.write"
	PeopleRead      Permission = "people.read" // names and addresses of employees and partners
	PeopleWrite     Permission = "people.write"
	MetricsRead     Permission = "metrics.read"
	MetricsWrite    Permission = "metrics.write"
	ImportEX        Permission = "import.ex"    // EX figures
	ImportCX        Permission = "import.cx"    // CX and behaviour figures
	ImportOther     Permission = "import.other" // money, outcome and confounder figures, events
	PulsesRead      Permission = "pulses.read"  // programmes, waves and released cells of teams in scope
	PulsesRun       Permission = "pulses.run"   // programmes, launching waves, codes
	FindingsRead    Permission = "findings.read"
	RunsStart       Permission = "runs.start"
	LedgerRead      Permission = "ledger.read" // initiatives, their effects and the returns
	LedgerWrite     Permission = "ledger.write"
	LedgerApprove   Permission = "ledger.approve" // freezes a business case by name
	FinanceSet      Permission = "finance.set"    // currency, fiscal year, discount rate
	ReportsApprove  Permission = "reports.approve"
	GoalsWrite      Permission = "goals.write"
	BarriersWrite   Permission = "barriers.write"   // a lead's only at teams in scope
	ProposalsRead   Permission = "proposals.read"   // where to invest, of teams in scope
	ProposalsWrite  Permission = "proposals.write"  // propose and estimate
	ProposalsDecide Permission = "proposals.decide" // close rounds, park, accept
	JobsRead        Permission = "jobs.read"
	JobsRun         Permission = "jobs.run"
	AuditRead       Permission = "audit.read"
	ActionsRead     Permission = "actions.read" // agreed actions of teams in scope
	ActionsWrite    Permission = "actions.write"
	UsersManage     Permission = "users.manage"
	SubscribeOthers Permission = "subscriptions.others" // order letters for somebody else
	FeedWrite       Permission = "feed.write"           // hand in feedback, orders and events that ask for feedback; reads nothing
)

var permissions = map[Role][]Permission{
	Admin: {
		TeamsRead, TeamsWrite, PeopleRead, PeopleWrite, MetricsRead, MetricsWrite, ImportEX, ImportCX, ImportOther, PulsesRead, PulsesRun, FindingsRead,
		RunsStart, LedgerRead, LedgerWrite, LedgerApprove, FinanceSet, ReportsApprove, GoalsWrite, BarriersWrite, ProposalsRead, ProposalsWrite, ProposalsDecide, JobsRead, JobsRun, AuditRead, ActionsRead, ActionsWrite, SubscribeOthers, UsersManage, FeedWrite,
	},
	HR:        {TeamsRead, TeamsWrite, PeopleRead, PeopleWrite, MetricsRead, MetricsWrite, ImportEX, ImportOther, PulsesRead, PulsesRun, FindingsRead, RunsStart, LedgerRead, LedgerWrite, GoalsWrite, BarriersWrite, ProposalsRead, ProposalsWrite, ProposalsDecide, JobsRead, ActionsRead, ActionsWrite, SubscribeOthers},
	CX:        {TeamsRead, MetricsRead, MetricsWrite, ImportCX, ImportOther, PulsesRead, FindingsRead, RunsStart, LedgerRead, LedgerWrite, GoalsWrite, BarriersWrite, ProposalsRead, ProposalsWrite, ProposalsDecide, JobsRead, ActionsRead, ActionsWrite, SubscribeOthers, FeedWrite},
	Lead:      {TeamsRead, MetricsRead, PulsesRead, FindingsRead, BarriersWrite, ProposalsRead, ProposalsWrite, ActionsRead, ActionsWrite},
	Executive: {TeamsRead, MetricsRead, PulsesRead, FindingsRead, LedgerRead, LedgerApprove, FinanceSet, ReportsApprove, GoalsWrite, BarriersWrite, ProposalsRead, ProposalsWrite, ProposalsDecide, ActionsRead, ActionsWrite, SubscribeOthers},
	Feeder:    {FeedWrite},
	Auditor:   {TeamsRead, MetricsRead, PulsesRead, FindingsRead, LedgerRead, ProposalsRead, JobsRead, AuditRead, ActionsRead},
}

// Permissions lists what a role may do.
func Permissions(r Role) []Permission { return slices.Clone(permissions[r]) }

// Principal is who is asking: a signed-in user, an API key, or a job.
type Principal struct {
	ID     string // user id, "key:<id>" or "job:<name>": the actor of the audit log
	Name   string
	Role   Role
	Scope  org.Scope
	Locale string
}

// May reports whether the principal's role has a permission.
func (p Principal) May(x Permission) bool { return slices.Contains(permissions[p.Role], x) }

// System is the principal of jobs and commands: it sees the whole organisation and says its name in the audit log.
func System(name string) Principal {
	return Principal{ID: name, Name: name, Role: Admin, Scope: org.Everything, Locale: "en"}
}

type principalKey struct{}

// Into puts the principal into a context; the HTTP edge does it once per request.
func Into(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From gives the principal of a request: unauthenticated when there is none.
func From(ctx context.Context) (Principal, error) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	if !ok {
		return Principal{}, errs.New(errs.KindUnauthenticated, "not_signed_in")
	}
	return p, nil
}

// Require gives the principal of a request if the role has the permission.
func Require(ctx context.Context, x Permission) (Principal, error) {
	p, err := From(ctx)
	if err != nil {
		return p, err
	}
	if !p.May(x) {
		return p, errs.Forbidden("not_allowed").With("permission", string(x))
	}
	return p, nil
}
