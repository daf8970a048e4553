package loop

import (
	"context"
	"time"

	"rapport/internal/journey"
	"rapport/internal/org"
)

// Tally is how the cases of a year stand and what customers say of them.
type Tally struct {
	Open, InWork, Closed int
	Overdue              int
	Reopened             int             // cases that were opened again at least once
	Asked, Replied       int             // questions whether it was solved, and how many were answered
	SaidSolved           int             // answers that said yes
	Solved               *journey.Figure // percent of the answers that said yes; nil with fewer than ten
	Replies              *journey.Figure // percent of the questions that were answered; nil with fewer than ten
}

// fewest questions or answers make a share.
const fewest = 10

// Tally counts the cases of teams in scope that were opened in the year before today.
func (s *Service) Tally(ctx context.Context, scope org.Scope) (t Tally, err error) {
	today := org.Date(s.now())
	list, err := s.List(ctx, Query{Scope: scope, Since: today.AddDate(-1, 0, 0)}, false)
	if err != nil {
		return t, err
	}
	for _, c := range list {
		t.add(c, today)
	}
	t.Solved, t.Replies = share(t.SaidSolved, t.Replied), share(t.Replied, t.Asked)
	return t, nil
}

func (t *Tally) add(c Case, today time.Time) {
	switch c.Status {
	case Open:
		t.Open++
	case InWork:
		t.InWork++
	case Closed:
		t.Closed++
	}
	if c.Overdue(today) {
		t.Overdue++
	}
	if c.Reopened > 0 {
		t.Reopened++
	}
	asked := c.Before
	if c.Asked != nil {
		asked = append(asked[:len(asked):len(asked)], *c.Asked)
	}
	for _, a := range asked {
		t.Asked++
		if a.AnsweredAt.IsZero() {
			continue
		}
		t.Replied++
		if a.Solved {
			t.SaidSolved++
		}
	}
}

func share(k, n int) *journey.Figure {
	if n < fewest {
		return nil
	}
	f := journey.Percent(k, n)
	return &f
}
