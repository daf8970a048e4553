package action

import (
	"context"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/movement"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Service keeps actions and looks after them.
type Service struct {
	store   Store
	people  People
	teams   Teams
	sources []panel.Source
	opts    Options
	now     func() time.Time
}

// Options of a Service.
type Options struct {
	URL   string // how people reach this instance, for links in mails
	Mails bool   // a mail server is configured
}

// NewService makes a service over the sources of figures.
func NewService(store Store, people People, teams Teams, sources []panel.Source, opts Options, now func() time.Time) *Service {
	return &Service{store: store, people: people, teams: teams, sources: sources, opts: opts, now: func() time.Time { return now().UTC().Truncate(time.Millisecond) }}
}

// Draft is what somebody enters.
type Draft struct {
	Title      string
	TeamID     string
	OwnerID    string
	MetricID   string
	Origin     Origin
	AgreedOn   time.Time // zero is today
	DueOn      time.Time
	RemindDays int
	Note       string
}

// Edit changes an action: nil leaves a field as it is. Version is the one the change was made from.
type Edit struct {
	Version    int
	Title      *string
	OwnerID    *string
	DueOn      *time.Time
	RemindDays *int
	State      *State
	Note       string
}

// Limits of what is entered.
const (
	longestTitle = 200
	longestNote  = 4000
	mostNotes    = 500
	farthest     = 10 // years from today
	mostRemind   = 90 // days
)

// View is an action as it is shown.
type View struct {
	Action
	OwnerName string
	OwnerGone bool // the owner has left, or lost the team: somebody else should take it over
	TeamName  string
	TeamGone  bool   // the team is closed
	Heir      string // name of the team that took over, where it was merged
	Overdue   bool
	Since     *movement.Since // nil until it was looked at
}

// Add enters an action in the name of a principal.
func (s *Service) Add(ctx context.Context, by auth.Principal, d Draft) (View, error) {
	now := s.now()
	a := Action{
		ID: ident.New(), Title: strings.TrimSpace(d.Title), TeamID: d.TeamID, OwnerID: d.OwnerID, MetricID: d.MetricID, Origin: d.Origin, AgreedOn: org.Date(d.AgreedOn), DueOn: org.Date(d.DueOn),
		RemindDays: d.RemindDays, State: Open, Notes: []Note{}, Version: 1, CreatedAt: now, CreatedBy: by.ID,
	}
	if d.AgreedOn.IsZero() {
		a.AgreedOn = org.Date(now)
	}
	if a.Origin.From == "" {
		a.Origin.From = ByHand
	}
	if err := s.check(ctx, by, a, true); err != nil {
		return View{}, err
	}
	if err := a.write(now, by.ID, d.Note); err != nil {
		return View{}, err
	}
	entry := audit.Entry{At: now, Actor: by.ID, Action: "action.add", Object: a.ID, Detail: map[string]string{"team": a.TeamID, "owner": a.OwnerID, "due": a.DueOn.Format(time.DateOnly)}}
	if err := s.store.AddAction(ctx, a, entry); err != nil {
		return View{}, err
	}
	return s.viewOf(ctx, a)
}

// Change changes an action within the principal's scope.
func (s *Service) Change(ctx context.Context, by auth.Principal, id string, e Edit) (View, error) {
	a, err := s.store.Action(ctx, by.Scope, id)
	if err != nil {
		return View{}, err
	}
	if a.Version != e.Version {
		return View{}, errs.Conflict("action_changed")
	}
	now := s.now()
	before := a
	if e.Title != nil {
		a.Title = strings.TrimSpace(*e.Title)
	}
	if e.OwnerID != nil {
		a.OwnerID = *e.OwnerID
	}
	if e.DueOn != nil {
		a.DueOn = org.Date(*e.DueOn)
	}
	if e.RemindDays != nil {
		a.RemindDays = *e.RemindDays
	}
	if e.State != nil && *e.State != a.State {
		a.State, a.ClosedOn = *e.State, org.Date(now)
		if a.State == Open {
			a.ClosedOn = time.Time{}
		}
	}
	if err := s.check(ctx, by, a, a.OwnerID != before.OwnerID); err != nil {
		return View{}, err
	}
	a.Notes = slices.Clone(a.Notes)
	if err := a.write(now, by.ID, e.Note); err != nil {
		return View{}, err
	}
	a.Version++
	entry := audit.Entry{At: now, Actor: by.ID, Action: "action.change", Object: a.ID, Detail: map[string]string{"state": string(a.State), "owner": a.OwnerID, "due": a.DueOn.Format(time.DateOnly)}}
	if err := s.store.ChangeAction(ctx, a, entry); err != nil {
		return View{}, err
	}
	return s.viewOf(ctx, a)
}

// write adds a note.
func (a *Action) write(at time.Time, by, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	if len([]rune(text)) > longestNote || len(a.Notes) >= mostNotes {
		return errs.Invalid("note_too_long").With("limit", longestNote).At(errs.Field{Path: "/note", Code: "note_too_long"})
	}
	a.Notes = append(a.Notes, Note{At: at, By: by, Text: text})
	return nil
}

// check says what is wrong with an action; newOwner asks whether the owner may see the team.
func (s *Service) check(ctx context.Context, by auth.Principal, a Action, newOwner bool) error {
	bad := func(path, code string) error { return errs.Invalid(code).At(errs.Field{Path: path, Code: code}) }
	unknown := func(path, code, id string) error {
		return errs.Invalid(code).With("value", id).At(errs.Field{Path: path, Code: code, Value: id})
	}
	switch {
	case a.Title == "":
		return bad("/title", "action_without_title")
	case len([]rune(a.Title)) > longestTitle || strings.ContainsAny(a.Title, "\r\n"):
		return bad("/title", "action_title_too_long")
	case !slices.Contains([]State{Open, Done, Dropped}, a.State):
		return bad("/state", "action_state_unknown")
	case !slices.Contains([]From{FromFinding, FromGap, FromResult, FromProposal, ByHand}, a.Origin.From):
		return bad("/origin/from", "action_origin_unknown")
	case len(a.Origin.Of) > 200 || !ownPath(a.Origin.Path):
		return bad("/origin/path", "action_origin_unknown")
	case a.DueOn.IsZero() || a.DueOn.Before(a.AgreedOn):
		return bad("/due_on", "action_due_before_agreed")
	case a.DueOn.After(s.now().AddDate(farthest, 0, 0)) || a.AgreedOn.Before(s.now().AddDate(-farthest, 0, 0)) || a.AgreedOn.After(s.now().AddDate(0, 0, 1)):
		return bad("/due_on", "action_date_too_far")
	case a.RemindDays > mostRemind:
		return bad("/remind_days", "action_remind_too_early")
	}
	if a.TeamID == "" && !by.Scope.All() || a.TeamID != "" && !by.Scope.Has(a.TeamID) {
		return unknown("/team_id", "team_unknown", a.TeamID)
	}
	if a.TeamID != "" && newOwner {
		teams, err := s.teams.Teams(ctx, org.Everything)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(teams, func(t org.Team) bool { return t.ID == a.TeamID }) {
			return unknown("/team_id", "team_unknown", a.TeamID)
		}
	}
	if a.MetricID != "" && newOwner {
		ms, err := s.Metrics(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(ms, func(m series.Metric) bool { return m.ID == a.MetricID }) {
			return unknown("/metric_id", "metric_unknown", a.MetricID)
		}
	}
	if !newOwner {
		return nil
	}
	owner, _, err := s.people.Principal(ctx, a.OwnerID)
	switch kind := errs.KindOf(err); {
	case err != nil && (kind == errs.KindNotFound || kind == errs.KindForbidden):
		return bad("/owner_id", "action_owner_unknown")
	case err != nil:
		return err
	case !sees(owner.Scope, a.TeamID) || !owner.May(auth.ActionsRead):
		return bad("/owner_id", "action_owner_out_of_scope")
	}
	return nil
}

// ownPath accepts nothing, or a page of this instance; never an address elsewhere.
func ownPath(p string) bool {
	return p == "" || len(p) <= 1000 && p[0] == '/' && !strings.HasPrefix(p, "//") && !strings.ContainsAny(p, "\\\r\n\t ")
}

// sees reports whether a scope covers a team, or the whole organisation for the empty one.
func sees(scope org.Scope, team string) bool {
	if team == "" {
		return scope.All()
	}
	return scope.Has(team)
}
