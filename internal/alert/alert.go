// Package alert notices what somebody should look at: a change of a figure beyond its usual ups and downs, an action or
// a case that is overdue, a job that failed, a link that no longer holds. Each occurrence is told once, in the app, by
// mail and to webhooks, each of which can be switched off. It looks at released figures only, and never says why.
package alert

import (
	"context"
	"time"

	"rapport/internal/action"
	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/runlog"
)

// Kind is a rule.
type Kind string

// The rules.
const (
	Change        Kind = "change"
	ActionOverdue Kind = "action_overdue"
	CaseOverdue   Kind = "case_overdue"
	JobFailed     Kind = "job_failed"
	LinkLost      Kind = "link_lost"
)

// needs is what a role must be allowed to be told of a kind.
var needs = map[Kind]auth.Permission{
	Change: auth.MetricsRead, ActionOverdue: auth.ActionsRead, CaseOverdue: auth.ActionsRead, JobFailed: auth.JobsRead, LinkLost: auth.FindingsRead,
}

// Alert is one occurrence.
type Alert struct {
	ID     string
	Key    string // one occurrence has one key, however often it is noticed
	Kind   Kind
	At     time.Time
	TeamID string   // whose scope it is in; empty is everybody's who may read the kind
	To     []string // users it concerns; empty is everybody's whose scope and role cover it
	Line   string   // of a change: the figure and team it is about, so that one change is not told twice
	Text   evidence.Sentence
	Path   string // page of this instance
}

// Desk is how one user takes alerts.
type Desk struct {
	UserID  string
	OffApp  []Kind
	OffMail []Kind
	ReadTo  time.Time // everything up to then is read
	Read    []string  // and these
}

// Hook is a webhook target.
type Hook struct {
	ID        string
	URL       string
	Kinds     []Kind
	Active    bool
	Secret    string
	OldSecret string    // still signs until OldUntil, so that a key can be changed without a gap
	OldUntil  time.Time // zero: there is none
	CreatedAt time.Time
	CreatedBy string
	LastAt    time.Time // last delivery that was tried
	LastCode  string    // its error code; empty when it was taken
}

// Store keeps alerts, desks and webhooks.
type Store interface {
	// SaveAlerts stores occurrences with the messages that tell of them, all at once, and forgets those from before the
	// time given. An occurrence whose key is there already is left as it is.
	SaveAlerts(ctx context.Context, list []Alert, mail []outbox.Message, forget time.Time) error
	// KnownAlerts says which of the keys are there.
	KnownAlerts(ctx context.Context, keys []string) (map[string]bool, error)
	// Alerts lists at most limit alerts since a time, newest first.
	Alerts(ctx context.Context, since time.Time, limit int) ([]Alert, error)
	// Desk is how a user takes alerts; the zero desk when nothing was set.
	Desk(ctx context.Context, user string) (Desk, error)
	// SaveDesk stores it.
	SaveDesk(ctx context.Context, d Desk) error
	// AlertHooks lists the webhooks, oldest first.
	AlertHooks(ctx context.Context) ([]Hook, error)
	// SaveAlertHook stores a webhook in place of what stood under its id.
	SaveAlertHook(ctx context.Context, h Hook, entry audit.Entry) error
	// DropAlertHook removes one; errs.NotFound("webhook_unknown").
	DropAlertHook(ctx context.Context, id string, entry audit.Entry) error
	// NoteDelivery writes down how the last delivery went; a webhook that is gone is no error.
	NoteDelivery(ctx context.Context, id string, at time.Time, code string) error
}

// People gives the users (auth.Service).
type People interface {
	Everybody(ctx context.Context) ([]auth.User, error)
	Principal(ctx context.Context, userID string) (auth.Principal, auth.User, error)
}

// Teams gives the team tree (org.Service).
type Teams interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// Runs gives the ledger of jobs (runlog.Store).
type Runs interface {
	JobRuns(ctx context.Context, job string, limit int, cursor string) (runs []runlog.Run, next string, err error)
}

// Links gives the runs over all pairs (linkage.Service).
type Links interface {
	Runs(ctx context.Context, limit int, cursor string) ([]linkage.Run, string, error)
	Report(ctx context.Context, id string) (linkage.Run, []linkage.Finding, error)
}

// Actions gives what was agreed (action.Service).
type Actions interface {
	List(ctx context.Context, who auth.Principal, f action.Filter) ([]action.View, error)
}

// OverdueCase is a case that waits longer than it may.
type OverdueCase struct {
	ID     string
	TeamID string
	Title  string    // what it is about, in the words of the organisation: a touchpoint and a score, never the customer's
	Owner  string    // name of whoever looks after it; may be empty
	DueAt  time.Time // day
}

// Cases gives the cases that are overdue. Nil where there are no cases; the rule is then not offered.
type Cases interface {
	OverdueCases(ctx context.Context, now time.Time) ([]OverdueCase, error)
}
