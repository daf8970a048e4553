// Package subscription brings a report or a view to people by mail, on a schedule. What a letter holds is decided in the
// moment it is sent, with what its reader may see then: a subscription of somebody who has left or no longer sees the
// team ends, and whoever made it is told. It computes no figure; letters are made of what is stored and released.
package subscription

import (
	"context"
	"time"

	"rapport/internal/action"
	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/feedback"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/invest"
	"rapport/internal/journey"
	"rapport/internal/linkage"
	"rapport/internal/loop"
	"rapport/internal/mail"
	"rapport/internal/myteam"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
	"rapport/internal/report"
	"rapport/internal/returns"
)

// Subject is what is subscribed to.
type Subject string

// The subjects.
const (
	Report Subject = "report" // the newest closed quarter of the organisation or of a team
	View   Subject = "view"   // a page with its filters
)

// Rhythm is when letters go out.
type Rhythm string

// The rhythms.
const (
	Weekly    Rhythm = "weekly"
	Monthly   Rhythm = "monthly"
	Quarterly Rhythm = "quarterly"
	AtClose   Rhythm = "close" // whenever a quarter is closed or restated
)

// Why a subscription ended.
type Why string

// The reasons.
const (
	Stopped Why = "stopped" // by its reader or whoever made it
	Left    Why = "left"    // the reader has no account any more
	Unseen  Why = "unseen"  // the reader may not see it any more
	Gone    Why = "gone"    // the team is closed or was merged
)

// Subscription is one person's order for letters.
type Subscription struct {
	ID        string
	ReaderID  string // user
	Subject   Subject
	TeamID    string // of a report; empty: the organisation
	Path      string // of a view: its address in this instance, with filters
	Name      string // of a view: what its page is called
	Rhythm    Rhythm
	Token     string // ends it without signing in, and nothing else
	CreatedAt time.Time
	CreatedBy string    // user
	NextAt    time.Time // zero: at the next close
	Seen      string    // the newest close its reader was told of, such as 2025-Q1/2
	LastAt    time.Time // a letter was handed to the mail server; zero: none yet
	EndedAt   time.Time // zero: it goes on
	Why       Why
	Version   int // from 1; a change of another version is refused
}

// Store keeps subscriptions.
type Store interface {
	// Subscriptions lists all, oldest first, those that ended among them.
	Subscriptions(ctx context.Context) ([]Subscription, error)
	// Subscription finds one; errs.NotFound("subscription_unknown").
	Subscription(ctx context.Context, id string) (Subscription, error)
	// SaveSubscription stores a new one (version 1) or the next version of one, with its messages, at once;
	// errs.Conflict("subscription_changed") when another version stands there.
	SaveSubscription(ctx context.Context, s Subscription, mail []outbox.Message, entries ...audit.Entry) error
	// ForgetSubscriptions removes those that ended before a time.
	ForgetSubscriptions(ctx context.Context, before time.Time) error
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

// Reports gives closed quarters (report.Service).
type Reports interface {
	List(ctx context.Context, who auth.Principal, team string) ([]report.Head, error)
	Newest(ctx context.Context, who auth.Principal, team string) (report.Report, error)
	ReadFile(ctx context.Context, who auth.Principal, k report.FileKey) (report.File, error)
}

// Evidence gives what runs over all pairs found, and results over time (linkage.Service).
type Evidence interface {
	Report(ctx context.Context, run string) (linkage.Run, []linkage.Finding, error)
	Finding(ctx context.Context, scope org.Scope, run, id string) (linkage.View, error)
	Outcomes(ctx context.Context, scope org.Scope) ([]linkage.Outcome, error)
}

// Journeys gives what customers say along their journeys and what the pains go with (journey.Service).
type Journeys interface {
	View(ctx context.Context, f journey.Filter) (journey.Map, error)
	Pains(ctx context.Context) (asOf time.Time, list []journey.Pain, err error)
}

// Words gives what customers' comments say together (feedback.Service).
type Words interface {
	Comments(ctx context.Context, a feedback.About) (feedback.Words, error)
}

// Worth gives what customers are worth (customer.Service).
type Worth interface {
	ValueReport(ctx context.Context) (customer.Value, error)
}

// Proposals gives where the next money is best spent (invest.Service).
type Proposals interface {
	Page(ctx context.Context, scope org.Scope, reader string) (invest.Page, error)
}

// Goals gives what is wanted and what is (goal.Service).
type Goals interface {
	Page(ctx context.Context, scope org.Scope, team string) (goal.Page, error)
}

// Actions gives what was agreed (action.Service).
type Actions interface {
	List(ctx context.Context, who auth.Principal, f action.Filter) ([]action.View, error)
}

// Pulses gives released results (pulse.Service).
type Pulses interface {
	Waves(ctx context.Context) ([]pulse.Wave, error)
	Results(ctx context.Context, wave string, scope org.Scope) (pulse.Results, error)
}

// Homes gives the page of a team, or of the whole organisation, over its closed quarters (myteam.Service).
type Homes interface {
	Page(ctx context.Context, who auth.Principal, team string) (myteam.Page, error)
}

// Cases gives what customers were left waiting for (loop.Service).
type Cases interface {
	List(ctx context.Context, q loop.Query, overdue bool) ([]loop.Case, error)
}

// Returns gives what came back (returns.Service).
type Returns interface {
	Statements(ctx context.Context, quarter string, kinds ...returns.SubjectKind) ([]returns.Statement, error)
}

// Ledger gives what was invested and what it changed (initiative.Service).
type Ledger interface {
	List(ctx context.Context) ([]initiative.View, error)
}

// Year says when the fiscal year begins (initiative.Service).
type Year interface {
	Settings(ctx context.Context) (initiative.Settings, error)
}

// Mailer hands a letter with tables, pictures and files to the mail server (mail.Sender).
type Mailer interface {
	SendWith(ctx context.Context, m outbox.Message, e mail.Enclosure) error
}

// From is what letters are made from.
type From struct {
	People  People
	Teams   Teams
	Reports Reports
	Links   Evidence
	Goals   Goals
	Actions Actions
	Pulses  Pulses
	Homes   Homes
	Cases   Cases
	Returns Returns
	Ledger  Ledger
	Year    Year

	Journeys  Journeys
	Words     Words
	Worth     Worth
	Proposals Proposals
}

// Options of a Service.
type Options struct {
	URL    string         // how people reach this instance
	Zone   *time.Location // in which it is morning when letters go out
	Mailer Mailer         // nil: no mail server; subscriptions are kept and nothing is sent
}

// Service keeps subscriptions and writes their letters.
type Service struct {
	store Store
	from  From
	opts  Options
	now   func() time.Time
}

// NewService makes a service.
func NewService(store Store, from From, opts Options, now func() time.Time) *Service {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	return &Service{store: store, from: from, opts: opts, now: func() time.Time { return now().UTC().Truncate(time.Millisecond) }}
}

// Mails reports whether letters can be sent.
func (s *Service) Mails() bool { return s.opts.Mailer != nil }
