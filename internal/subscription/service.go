package subscription

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/org"
)

const (
	mostOfOne = 50
	keepEnded = 90 * 24 * time.Hour // so that it can be seen why there are no more letters
)

// Draft is what somebody asks for.
type Draft struct {
	ReaderID string // empty: oneself
	Subject  Subject
	TeamID   string
	Path     string
	Name     string
	Rhythm   Rhythm
}

// Shown is a subscription as it stands in a list.
type Shown struct {
	Subscription
	Reader string
	Maker  string
	Team   string
	Own    bool
}

func known(r Rhythm) bool { return slices.Contains([]Rhythm{Weekly, Monthly, Quarterly, AtClose}, r) }

func (s *Service) of(d Draft) (Subscription, error) {
	x := Subscription{ReaderID: d.ReaderID, Subject: d.Subject, Rhythm: d.Rhythm}
	if !known(d.Rhythm) {
		return x, errs.Invalid("subscription_rhythm").At(errs.Field{Path: "/rhythm", Code: "subscription_rhythm"})
	}
	switch d.Subject {
	case Report:
		x.TeamID = d.TeamID
	case View:
		if _, _, _, err := address(d.Path); err != nil {
			return x, err
		}
		x.Path = d.Path
		x.Name = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, d.Name))
		if r := []rune(x.Name); len(r) > longestName {
			x.Name = string(r[:longestName])
		}
	default:
		return x, errs.Invalid("subscription_subject")
	}
	return x, nil
}

// Add subscribes oneself, or, with the permission to, somebody who may see it as well.
func (s *Service) Add(ctx context.Context, by auth.Principal, d Draft) (Shown, error) {
	if d.ReaderID == "" {
		d.ReaderID = by.ID
	}
	if d.ReaderID != by.ID && !by.May(auth.SubscribeOthers) {
		return Shown{}, errs.Forbidden("not_allowed").With("permission", string(auth.SubscribeOthers))
	}
	x, err := s.of(d)
	if err != nil {
		return Shown{}, err
	}
	if err := s.look(ctx, by, x); err != nil {
		return Shown{}, err
	}
	reader, _, err := s.from.People.Principal(ctx, d.ReaderID)
	if k := errs.KindOf(err); err != nil && (k == errs.KindForbidden || k == errs.KindNotFound) {
		return Shown{}, errs.Invalid("subscription_reader").At(errs.Field{Path: "/reader_id", Code: "subscription_reader"})
	}
	if err != nil {
		return Shown{}, err
	}
	if err := s.look(ctx, reader, x); err != nil {
		if errs.CodeOf(err) == "subscription_unseen" {
			return Shown{}, errs.Invalid("subscription_reader_unseen").At(errs.Field{Path: "/reader_id", Code: "subscription_reader_unseen"})
		}
		return Shown{}, err
	}
	all, err := s.store.Subscriptions(ctx)
	if err != nil {
		return Shown{}, err
	}
	n := 0
	for _, o := range all {
		if o.ReaderID != x.ReaderID || !o.EndedAt.IsZero() {
			continue
		}
		if n++; o.Subject == x.Subject && o.TeamID == x.TeamID && o.Path == x.Path {
			return Shown{}, errs.Conflict("subscription_twice")
		}
	}
	if n >= mostOfOne {
		return Shown{}, errs.Conflict("subscriptions_too_many").With("limit", mostOfOne)
	}
	x.ID, x.Token, x.CreatedAt, x.CreatedBy, x.Version = ident.New(), ident.Secret(), s.now(), by.ID, 1
	if err := s.schedule(ctx, &x); err != nil {
		return Shown{}, err
	}
	if err := s.store.SaveSubscription(ctx, x, nil, s.entry(by.ID, "subscription.add", x)); err != nil {
		return Shown{}, err
	}
	return s.shownOne(ctx, by, x)
}

// schedule sets when the next letter goes out; what is closed already is nothing new.
func (s *Service) schedule(ctx context.Context, x *Subscription) error {
	fiscal, err := s.from.Year.Settings(ctx)
	if err != nil {
		return err
	}
	x.NextAt = next(x.Rhythm, s.now(), s.opts.Zone, max(1, fiscal.FiscalStart))
	x.Seen, err = s.newestClose(ctx, x.TeamID)
	return err
}

// newestClose names the newest version of the newest closed quarter of a team; empty: there is none.
func (s *Service) newestClose(ctx context.Context, team string) (string, error) {
	heads, err := s.from.Reports.List(ctx, auth.System("subscriptions"), team)
	if err != nil || len(heads) == 0 {
		return "", err
	}
	return fmt.Sprintf("%s/%d", heads[0].Quarter, heads[0].Version), nil
}

// find gives a subscription to its reader or maker.
func (s *Service) find(ctx context.Context, who auth.Principal, id string) (Subscription, error) {
	x, err := s.store.Subscription(ctx, id)
	if err == nil && x.ReaderID != who.ID && x.CreatedBy != who.ID {
		return Subscription{}, errs.NotFound("subscription_unknown")
	}
	return x, err
}

// Change gives a subscription another rhythm; one that ended begins again if its reader may have it.
func (s *Service) Change(ctx context.Context, by auth.Principal, id string, r Rhythm) (Shown, error) {
	x, err := s.find(ctx, by, id)
	if err != nil {
		return Shown{}, err
	}
	if !known(r) {
		return Shown{}, errs.Invalid("subscription_rhythm").At(errs.Field{Path: "/rhythm", Code: "subscription_rhythm"})
	}
	reader, _, err := s.from.People.Principal(ctx, x.ReaderID)
	if err != nil {
		return Shown{}, err
	}
	if err := s.look(ctx, reader, x); err != nil {
		return Shown{}, err
	}
	x.Rhythm, x.EndedAt, x.Why = r, time.Time{}, ""
	if err := s.schedule(ctx, &x); err != nil {
		return Shown{}, err
	}
	x.Version++
	if err := s.store.SaveSubscription(ctx, x, nil, s.entry(by.ID, "subscription.change", x)); err != nil {
		return Shown{}, err
	}
	return s.shownOne(ctx, by, x)
}

// Stop ends a subscription at the wish of its reader or maker. One that ended already leaves their lists.
func (s *Service) Stop(ctx context.Context, by auth.Principal, id string) error {
	x, err := s.find(ctx, by, id)
	if err != nil || x.Why == Stopped {
		return err
	}
	return s.stop(ctx, by.ID, x)
}

func (s *Service) stop(ctx context.Context, by string, x Subscription) error {
	x.EndedAt, x.Why = s.now(), Stopped
	x.Version++
	return s.store.SaveSubscription(ctx, x, nil, s.entry(by, "subscription.stop", x))
}

func (s *Service) byToken(ctx context.Context, id, token string) (Subscription, error) {
	x, err := s.store.Subscription(ctx, id)
	if err == nil && subtle.ConstantTimeCompare([]byte(x.Token), []byte(token)) != 1 {
		return Subscription{}, errs.NotFound("subscription_unknown")
	}
	return x, err
}

// NameByToken is what the subscription of a letter is to, for the page that ends it; errs.NotFound("subscription_unknown").
func (s *Service) NameByToken(ctx context.Context, id, token, locale string) (string, error) {
	x, err := s.byToken(ctx, id, token)
	if err != nil {
		return "", err
	}
	who, _, err := s.from.People.Principal(ctx, x.ReaderID)
	if k := errs.KindOf(err); k == errs.KindForbidden || k == errs.KindNotFound {
		return say(locale, "subscription.title.unseen"), nil
	}
	if err != nil {
		return "", err
	}
	return s.title(ctx, who, x, locale)
}

// Unsubscribe ends a subscription with the token of its letters. Ending it twice is no error.
func (s *Service) Unsubscribe(ctx context.Context, id, token string) error {
	x, err := s.byToken(ctx, id, token)
	if err != nil || !x.EndedAt.IsZero() {
		return err
	}
	return s.stop(ctx, x.ReaderID, x)
}

// List lists what somebody gets and what they ordered for others: what goes on, and what ended for another reason than
// their wish.
func (s *Service) List(ctx context.Context, who auth.Principal) ([]Shown, error) {
	all, err := s.store.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	mine := slices.DeleteFunc(all, func(x Subscription) bool { return x.ReaderID != who.ID && x.CreatedBy != who.ID || x.Why == Stopped })
	return s.shown(ctx, who, mine)
}

func (s *Service) shownOne(ctx context.Context, who auth.Principal, x Subscription) (Shown, error) {
	list, err := s.shown(ctx, who, []Subscription{x})
	if err != nil {
		return Shown{}, err
	}
	return list[0], nil
}

func (s *Service) shown(ctx context.Context, who auth.Principal, list []Subscription) ([]Shown, error) {
	out := make([]Shown, 0, len(list))
	if len(list) == 0 {
		return out, nil
	}
	users, err := s.from.People.Everybody(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, u := range users {
		names[u.ID] = u.Name
	}
	teams, err := s.from.Teams.Teams(ctx, org.Everything)
	if err != nil {
		return nil, err
	}
	tree := org.NewTree(teams)
	for _, x := range list {
		v := Shown{Subscription: x, Reader: names[x.ReaderID], Maker: names[x.CreatedBy], Own: x.ReaderID == who.ID}
		if t, ok := tree.Get(x.TeamID); ok && who.Scope.Has(x.TeamID) {
			v.Team = t.Name
		}
		out = append(out, v)
	}
	return out, nil
}

// Readers lists who may have a subscription, by name, for somebody who may subscribe others and sees it, too.
func (s *Service) Readers(ctx context.Context, by auth.Principal, d Draft) ([]auth.User, error) {
	d.Rhythm = Weekly
	x, err := s.of(d)
	if err != nil {
		return nil, err
	}
	if err := s.look(ctx, by, x); err != nil {
		return nil, err
	}
	users, err := s.from.People.Everybody(ctx)
	if err != nil {
		return nil, err
	}
	out := []auth.User{}
	for _, u := range users {
		if !u.Active {
			continue
		}
		p, _, err := s.from.People.Principal(ctx, u.ID)
		if err == nil {
			err = s.look(ctx, p, x)
		}
		switch k := errs.KindOf(err); {
		case err == nil:
			out = append(out, u)
		case k != errs.KindForbidden && k != errs.KindNotFound:
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b auth.User) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return out, nil
}

func (s *Service) entry(by, action string, x Subscription) audit.Entry {
	return audit.Entry{At: s.now(), Actor: by, Action: action, Object: x.ID, Detail: map[string]string{
		"reader": x.ReaderID, "subject": string(x.Subject), "team": x.TeamID, "path": x.Path, "rhythm": string(x.Rhythm), "why": string(x.Why),
	}}
}
