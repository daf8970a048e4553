// Package action keeps what people agreed to do: by whom, until when, from which finding, gap or result it came, and
// whether the figure it is about has moved since. It never says that the action moved it.
package action

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/movement"
	"rapport/internal/org"
	"rapport/internal/outbox"
)

// State of an action.
type State string

// The states.
const (
	Open    State = "open"
	Done    State = "done"
	Dropped State = "dropped"
)

// From says what an action came from.
type From string

// The origins.
const (
	FromFinding From = "finding"
	FromGap     From = "gap"
	FromResult  From = "result"
	// FromProposal is the origin of an action that an accepted proposal became; Of is the proposal's id.
	FromProposal From = "proposal"
	ByHand       From = "hand"
)

// Origin is where an action came from. Path is the page of this instance on which it was agreed, with its filters.
type Origin struct {
	From From
	Of   string // id of the finding, result, metric or proposal; empty by hand
	Path string
}

// Action is one thing that was agreed.
type Action struct {
	ID         string
	Title      string
	TeamID     string // the team or unit it is about; empty is the whole organisation
	OwnerID    string // user
	MetricID   string // the figure it is to move; empty when there is none
	Origin     Origin
	AgreedOn   time.Time // date, UTC midnight
	DueOn      time.Time // date, UTC midnight
	RemindDays int       // days before DueOn at which the owner is reminded; negative: never
	State      State
	ClosedOn   time.Time // date on which it was done or dropped
	Notes      []Note    // oldest first
	Version    int
	CreatedAt  time.Time
	CreatedBy  string
}

// Note is something written beside an action; it stays.
type Note struct {
	At   time.Time
	By   string
	Text string
}

// Overdue reports whether an open action's date has passed.
func (a Action) Overdue(now time.Time) bool { return a.State == Open && org.Date(now).After(a.DueOn) }

// RemindOn is the day of the reminder; zero when there is none.
func (a Action) RemindOn() time.Time {
	if a.RemindDays < 0 {
		return time.Time{}
	}
	return a.DueOn.AddDate(0, 0, -a.RemindDays)
}

// Filter selects actions; empty fields select all.
type Filter struct {
	State   State
	OwnerID string
	TeamID  string
}

// Store keeps actions. An action about the whole organisation is in scope of org.Everything only.
type Store interface {
	// AddAction stores a new action.
	AddAction(ctx context.Context, a Action, entry audit.Entry) error
	// ChangeAction replaces an action whose stored version is one less; errs.Conflict("action_changed").
	ChangeAction(ctx context.Context, a Action, entry audit.Entry) error
	// Action finds one; errs.NotFound("action_unknown"), also for one out of scope.
	Action(ctx context.Context, scope org.Scope, id string) (Action, error)
	// Actions lists those in scope that the filter selects: open ones first, then by due date, then by id.
	Actions(ctx context.Context, scope org.Scope, f Filter) ([]Action, error)
	// QueueMail stores messages that no other change causes; one whose key is there already is left as it is.
	QueueMail(ctx context.Context, ms ...outbox.Message) error
	// SaveMovements stores what the figures did, each in place of what stood for its action.
	SaveMovements(ctx context.Context, list map[string]movement.Since) error
	// Movements reads what is stored for actions.
	Movements(ctx context.Context, ids []string) (map[string]movement.Since, error)
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
