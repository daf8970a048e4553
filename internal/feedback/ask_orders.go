package feedback

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"rapport/internal/errs"
)

// Purchase is an order that somebody may be asked about.
type Purchase struct {
	Source    string // the system that the order's id comes from
	Order     string
	Email     string
	Customer  string
	Team      string // as that system calls it
	Locale    string
	Placed    time.Time
	Delivered time.Time // zero while it has not arrived
}

// fresh is how old what happened may be: a file of last year's orders asks nobody.
const fresh = 14 * 24 * time.Hour

// AskAboutOrders sends orders as events to every open link whose rule says so, and says how many letters there will be. A
// link that serves one team is told of that team's orders only.
func (s *Service) AskAboutOrders(ctx context.Context, base string, list []Purchase) (letters int, err error) {
	links, err := s.store.Links(ctx)
	if err != nil {
		return 0, err
	}
	for _, l := range links {
		if l.Closed || l.Invite.Share == 0 || l.Invite.Orders == "" {
			continue
		}
		t, err := s.store.Touchpoint(ctx, l.Touchpoint)
		if err != nil {
			return letters, err
		}
		for _, p := range list {
			ours, err := s.about(ctx, l, p)
			if err != nil {
				return letters, err
			}
			if !ours {
				continue
			}
			o, err := s.inviteOne(ctx, l, t, base, p.event(l.Invite.Orders))
			if err != nil {
				return letters, err
			}
			if o == Invited {
				letters++
			}
		}
	}
	return letters, nil
}

// about says whether a link asks about a purchase.
func (s *Service) about(ctx context.Context, l Link, p Purchase) (bool, error) {
	at, now := p.event(l.Invite.Orders).At, s.now()
	if at.IsZero() || now.Sub(at) > fresh {
		return false, nil
	}
	if l.Team == "" {
		return true, nil
	}
	team, err := s.facts.TeamCalled(ctx, p.Team)
	if errs.KindOf(err) == errs.KindInvalid {
		return false, nil // nobody's, or one of several: not this link's for certain
	}
	return team == l.Team, err
}

// event is the purchase as an event of a kind. The order's id may be as long as an event's, so that the source is told apart
// by a digest of both.
func (p Purchase) event(kind OrderEvent) Event {
	at := p.Placed
	if kind == OrderDelivered {
		at = p.Delivered
	}
	h := sha256.Sum256([]byte(p.Source + "\x00" + p.Order))
	return Event{ID: "order-" + hex.EncodeToString(h[:16]), Email: p.Email, Customer: p.Customer, Team: p.Team, Order: p.Order, Locale: p.Locale, At: at}
}
