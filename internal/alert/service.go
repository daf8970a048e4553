package alert

import (
	"context"
	"slices"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/panel"
)

// From is where alerts come from.
type From struct {
	People  People
	Teams   Teams
	Sources []panel.Source
	Runs    Runs
	Links   Links
	Actions Actions
	Cases   Cases // may be nil
}

// Options of a Service.
type Options struct {
	URL   string // how people reach this instance
	Mails bool   // a mail server is configured
	Guard *Guard // decides which addresses webhooks may have
}

// Service notices and tells.
type Service struct {
	store Store
	from  From
	opts  Options
	jobs  []string
	now   func() time.Time
}

// NewService makes a service.
func NewService(store Store, from From, opts Options, now func() time.Time) *Service {
	return &Service{store: store, from: from, opts: opts, now: func() time.Time { return now().UTC().Truncate(time.Millisecond) }}
}

// Heed names the jobs whose failures are told.
func (s *Service) Heed(jobs []string) { s.jobs = jobs }

const (
	keepFor  = 180 * 24 * time.Hour
	mostRead = 2000 // alerts a list goes back; a day may bring many cases
)

// Kinds lists the rules there are.
func (s *Service) Kinds() []Kind {
	out := []Kind{Change, LinkLost, ActionOverdue}
	if s.from.Cases != nil {
		out = append(out, CaseOverdue)
	}
	return append(out, JobFailed)
}

// concerns reports whether a principal may be told of an alert.
func concerns(a Alert, who auth.Principal) bool {
	if !who.May(needs[a.Kind]) || a.TeamID != "" && !who.Scope.Has(a.TeamID) {
		return false
	}
	return len(a.To) == 0 || slices.Contains(a.To, who.ID)
}

// Shown is an alert as one user sees it.
type Shown struct {
	Alert
	Read bool
}

// List lists what a user is told in the app, newest first, and how much of it is unread.
func (s *Service) List(ctx context.Context, who auth.Principal, limit int) (list []Shown, unread int, err error) {
	desk, err := s.store.Desk(ctx, who.ID)
	if err != nil {
		return nil, 0, err
	}
	all, err := s.store.Alerts(ctx, s.now().Add(-keepFor), mostRead)
	if err != nil {
		return nil, 0, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(a Alert) bool { return !concerns(a, who) || slices.Contains(desk.OffApp, a.Kind) })
	list = []Shown{}
	for _, a := range gather(all) {
		x := Shown{a, !a.At.After(desk.ReadTo) || slices.Contains(desk.Read, a.ID)}
		if !x.Read {
			unread++
		}
		if len(list) < limit {
			list = append(list, x)
		}
	}
	return list, unread, nil
}

// MarkRead notes that a user has read alerts; none named means all there are.
func (s *Service) MarkRead(ctx context.Context, who auth.Principal, ids []string) error {
	d, err := s.store.Desk(ctx, who.ID)
	if err != nil {
		return err
	}
	d.UserID = who.ID
	if len(ids) == 0 {
		d.ReadTo, d.Read = s.now(), nil
		return s.store.SaveDesk(ctx, d)
	}
	d.Read = append(slices.Clone(d.Read), ids...)
	slices.Sort(d.Read)
	d.Read = slices.Compact(d.Read)
	if len(d.Read) > mostRead { // no list goes back further
		d.Read = d.Read[len(d.Read)-mostRead:]
	}
	return s.store.SaveDesk(ctx, d)
}

// Desk is how a user takes alerts.
func (s *Service) Desk(ctx context.Context, who auth.Principal) (Desk, error) {
	return s.store.Desk(ctx, who.ID)
}

// May lists the rules a principal can be told of.
func (s *Service) May(who auth.Principal) []Kind {
	return slices.DeleteFunc(s.Kinds(), func(k Kind) bool { return !who.May(needs[k]) })
}

// Settle stores which rules a user wants to hear of, and where.
func (s *Service) Settle(ctx context.Context, who auth.Principal, offApp, offMail []Kind) error {
	for _, k := range slices.Concat(offApp, offMail) {
		if _, known := needs[k]; !known {
			return errs.Invalid("alert_kind_unknown").With("value", string(k))
		}
	}
	d, err := s.store.Desk(ctx, who.ID)
	if err != nil {
		return err
	}
	d.UserID, d.OffApp, d.OffMail = who.ID, offApp, offMail
	return s.store.SaveDesk(ctx, d)
}

// Mails reports whether alerts can go by mail.
func (s *Service) Mails() bool { return s.opts.Mails }
