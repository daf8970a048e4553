// Package loop closes the loop with customers: a low score opens a case for the team that served them, somebody owns it
// until a day, and it ends with a reason and, where the customer can be asked, with whether it was solved. A case points to
// the answer that opened it and keeps no word and no name of the customer; erasing a customer leaves nothing here to erase.
package loop

import (
	"context"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/ident"
	"rapport/internal/org"
	"rapport/internal/outbox"
)

// Status of a case.
type Status string

// The statuses.
const (
	Open   Status = "open"
	InWork Status = "in_work"
	Closed Status = "closed"
)

// Reason is why a case was closed.
type Reason string

// The reasons.
const (
	Solved      Reason = "solved"
	Explained   Reason = "explained"   // nothing could be changed, and the customer knows why
	Unreachable Reason = "unreachable" // the customer could not be reached
	NoMatter    Reason = "no_matter"   // there was nothing to do
)

var reasons = []Reason{Solved, Explained, Unreachable, NoMatter}

// Case is a matter that a customer raised.
type Case struct {
	ID         string             `json:"id"`   // made from the record, so that one record opens one case
	Fact       int64              `json:"fact"` // the answer that opened it
	Team       string             `json:"team"` // id of the serving team
	Touchpoint string             `json:"touchpoint,omitempty"`
	Type       feedback.ScoreType `json:"type"`
	Score      float64            `json:"score"`
	Rule       string             `json:"rule"` // id
	AnsweredAt time.Time          `json:"answered_at"`
	OpenedAt   time.Time          `json:"opened_at"`
	DueAt      time.Time          `json:"due_at"` // day
	Owner      string             `json:"owner,omitempty"`
	Status     Status             `json:"status"`
	Reason     Reason             `json:"reason,omitempty"`
	ClosedAt   time.Time          `json:"closed_at,omitzero"`
	Reopened   int                `json:"reopened,omitempty"` // times
	Notes      []Note             `json:"notes,omitempty"`    // oldest first; never taken away
	Asked      *Asked             `json:"asked,omitempty"`
	Before     []Asked            `json:"before,omitempty"` // questions of earlier closings, oldest first
	Version    int                `json:"version"`
	EditedAt   time.Time          `json:"edited_at"`
}

// Note is something somebody wrote down.
type Note struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"` // name
	Text string    `json:"text"`
}

// Asked is the question to the customer whether it was solved.
type Asked struct {
	Token      string    `json:"token"`            // digest
	Letter     bool      `json:"letter,omitempty"` // it went by letter, not by a link that somebody passed on
	At         time.Time `json:"at"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	Solved     bool      `json:"solved,omitempty"`
}

// Overdue reports whether a case should have been closed before a day.
func (c Case) Overdue(today time.Time) bool { return c.Status != Closed && c.DueAt.Before(today) }

// Rule says which answers open a case.
type Rule struct {
	ID         string             `json:"id"`
	Type       feedback.ScoreType `json:"type"`
	AtMost     float64            `json:"at_most"`              // a score of this or less
	Touchpoint string             `json:"touchpoint,omitempty"` // name; empty: any
	Days       int                `json:"days"`                 // until the case is due
	Owner      string             `json:"owner,omitempty"`      // who looks after its cases first; may be empty
	Off        bool               `json:"off,omitempty"`
	CreatedAt  time.Time          `json:"created_at"`
	Version    int                `json:"version"`
}

// Seen is how far answers were looked at: the newest id of each batch of facts.
type Seen map[int64]int64

// Query selects cases.
type Query struct {
	Scope  org.Scope
	Status Status // empty: any
	Due    time.Time
	Since  time.Time // opened then or later; zero: at any time
	After  string    // id of the last one seen
	Limit  int
}

// Store keeps cases and rules.
type Store interface {
	// CaseRules lists them, the oldest first.
	CaseRules(ctx context.Context) ([]Rule, error)
	// SaveCaseRule stores version 1 of a new rule or the next version of the one that was seen; errs.Conflict("rule_changed").
	SaveCaseRule(ctx context.Context, r Rule, seen int, entry audit.Entry) error
	// CasesSeen gives how far answers were looked at; never nil.
	CasesSeen(ctx context.Context) (Seen, error)
	// OpenCases stores cases that are not there yet, and how far answers were looked at, in one change; it gives how many were new.
	OpenCases(ctx context.Context, list []Case, seen Seen) (int, error)
	// Case finds one; errs.NotFound("case_unknown").
	Case(ctx context.Context, id string) (Case, error)
	// CaseByToken finds the one whose customer was asked with a token of this digest; errs.NotFound("case_unknown").
	CaseByToken(ctx context.Context, digest string) (Case, error)
	// Cases lists them, the newest first: with a Due day, those that are not closed and were due before it.
	Cases(ctx context.Context, q Query) ([]Case, error)
	// EachCase gives all of them.
	EachCase(ctx context.Context, fn func(Case) error) error
	// SaveCase stores the next version of the one that was seen; errs.Conflict("case_changed").
	SaveCase(ctx context.Context, c Case, seen int, entry audit.Entry) error
	// SaveCaseAsking is SaveCase together with the letter that asks the customer, in one change. Where the address has opted
	// out (feedback.OptedOut) or got such a letter after rest (feedback.Resting), nothing at all is stored.
	SaveCaseAsking(ctx context.Context, c Case, seen int, entry audit.Entry, l Letter) (feedback.Outcome, error)
}

// Letter asks a customer whether a case was solved. The address goes with the message and is forgotten when it is sent.
type Letter struct {
	Invitation feedback.Invitation
	Rest       time.Time // no second letter of this kind to an address that got one after this
	Message    outbox.Message
}

// Answers is what the service asks of feedback.
type Answers interface {
	Since(ctx context.Context, after int64, fn func(feedback.Feedback, [16]byte) error) error
	ByID(ctx context.Context, id int64) (feedback.Feedback, error)
	Touchpoints(ctx context.Context) ([]feedback.Touchpoint, error)
}

// Service opens cases and keeps them.
type Service struct {
	store   Store
	answers Answers
	homes   func(ctx context.Context) (func(team string) string, error)
	opts    Options
	now     func() time.Time
}

// Options of a Service.
type Options struct {
	URL   string // how people reach this instance
	Mails bool   // a mail server is configured
}

// NewService makes a service. homes says which team a stored team means; see fact.Service.Homes.
func NewService(store Store, answers Answers, homes func(ctx context.Context) (func(team string) string, error), opts Options, now func() time.Time) *Service {
	return &Service{store: store, answers: answers, homes: homes, opts: opts, now: now}
}

// Rules lists them.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) { return s.store.CaseRules(ctx) }

// Bounds.
const (
	maxDays  = 90
	maxText  = 2000
	maxName  = 200
	maxNotes = 200
)

// PutRule enters a rule (no ID) or changes the version that the caller has seen. Errors: rule_invalid with its places,
// rule_changed.
func (s *Service) PutRule(ctx context.Context, by auth.Principal, r Rule) (Rule, error) {
	if !by.May(auth.ImportCX) {
		return r, errs.Forbidden("not_allowed").With("permission", string(auth.ImportCX))
	}
	seen, action := r.Version, "case_rule.change"
	if r.ID == "" {
		r.ID, r.CreatedAt, seen, action = ident.New(), s.now().UTC().Truncate(time.Millisecond), 0, "case_rule.create"
	} else {
		list, err := s.store.CaseRules(ctx)
		if err != nil {
			return r, err
		}
		i := slices.IndexFunc(list, func(x Rule) bool { return x.ID == r.ID })
		if i < 0 {
			return r, errs.NotFound("rule_unknown")
		}
		r.CreatedAt = list[i].CreatedAt
	}
	r.Version, r.Owner, r.Touchpoint = seen+1, strings.TrimSpace(r.Owner), strings.TrimSpace(r.Touchpoint)
	var wrong []errs.Field
	lo, hi, fixed := r.Type.Scale()
	if !fixed {
		wrong = append(wrong, errs.Field{Path: "/type", Code: "link_score_type"})
	} else if !(r.AtMost >= lo && r.AtMost < hi) {
		wrong = append(wrong, errs.Field{Path: "/at_most", Code: "rule_at_most"})
	}
	if r.Days < 1 || r.Days > maxDays {
		wrong = append(wrong, errs.Field{Path: "/days", Code: "rule_days", Params: map[string]any{"limit": maxDays}})
	}
	if r.Touchpoint != "" {
		points, err := s.answers.Touchpoints(ctx)
		if err != nil {
			return r, err
		}
		if !slices.ContainsFunc(points, func(p feedback.Touchpoint) bool { return p.Name == r.Touchpoint }) {
			wrong = append(wrong, errs.Field{Path: "/touchpoint", Code: "touchpoint_unknown"})
		}
	}
	if len(r.Owner) > maxName {
		wrong = append(wrong, errs.Field{Path: "/owner", Code: "name_too_long", Params: map[string]any{"limit": maxName}})
	}
	if len(wrong) > 0 {
		return r, errs.Invalid("rule_invalid").At(wrong...)
	}
	return r, s.store.SaveCaseRule(ctx, r, seen, audit.Entry{At: s.now(), Actor: by.ID, Action: action, Object: r.ID, Detail: map[string]string{"type": string(r.Type), "touchpoint": r.Touchpoint}})
}
