package org

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
)

// Service answers for the organisation; it embeds its Reader and adds the writes that hold a rule.
type Service struct {
	Reader
	store Store
	now   func() time.Time
}

// NewService makes a service over a store.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{Reader: store, store: store, now: now}
}

// Tree reads the whole team tree.
func (s *Service) Tree(ctx context.Context) (*Tree, error) {
	teams, err := s.Teams(ctx, Everything)
	if err != nil {
		return nil, err
	}
	return NewTree(teams), nil
}

// ScopeOf is the scope of whole subtrees as the tree stands now; a lead's scope follows the tree.
func (s *Service) ScopeOf(ctx context.Context, roots []string) (Scope, error) {
	t, err := s.Tree(ctx)
	if err != nil {
		return Scope{}, err
	}
	return t.Scope(roots...), nil
}

// Date is the day of a time, UTC midnight.
func Date(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// Dates outside these are a slip of the hand.
var (
	firstDate = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDate  = time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC)
)

// possible reports whether a date is one a person can have meant.
func possible(d time.Time) bool { return !d.Before(firstDate) && !d.After(lastDate) }

// edit reads the organisation, lets fn plan a change and stores it; when somebody else was faster it plans again.
func (s *Service) edit(ctx context.Context, fn func(t *Tree) (Change, error)) error {
	const tries = 5
	for i := 1; ; i++ {
		seen, err := s.store.OrgVersion(ctx) // before the teams: a change in between is refused, never lost
		if err != nil {
			return err
		}
		t, err := s.Tree(ctx)
		if err != nil {
			return err
		}
		c, err := fn(t)
		if err != nil {
			return err
		}
		if len(c.Teams)+len(c.Employees)+len(c.Partners) == 0 {
			return nil
		}
		c.Seen = seen
		err = s.store.SaveOrg(ctx, c)
		if errs.CodeOf(err) != "org_changed" || i == tries {
			return err
		}
	}
}

func (s *Service) entry(by, action, object string, detail map[string]string) audit.Entry {
	return audit.Entry{At: s.now(), Actor: by, Action: action, Object: object, Detail: detail}
}
