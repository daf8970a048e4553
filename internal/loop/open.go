package loop

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"rapport/internal/feedback"
	"rapport/internal/journey"
	"rapport/internal/org"
)

// fresh is how old an answer may be to open a case: nobody is called back about last year.
const fresh = 30 * 24 * time.Hour

// together is how many cases are stored in one change.
const together = 500

// errKnown ends the reading of a batch that was looked at.
var errKnown = errors.New("known batch")

// OpenNew looks at the answers that came in since the last time and opens the cases that the rules ask for; it gives how
// many. Answers of teams that do not exist (yet) open none. It costs one look per batch and what is new.
func (s *Service) OpenNew(ctx context.Context) (opened int, err error) {
	rules, err := s.store.CaseRules(ctx)
	if err != nil {
		return 0, err
	}
	seen, err := s.store.CasesSeen(ctx)
	if err != nil {
		return 0, err
	}
	home, err := s.homes(ctx)
	if err != nil {
		return 0, err
	}
	var list []Case
	store := func() error {
		n, err := s.store.OpenCases(ctx, list, seen)
		opened += n
		list = list[:0]
		return err
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	for next, more := int64(0), true; more; {
		err := s.answers.Since(ctx, next, func(f feedback.Feedback, key [16]byte) error {
			batch := f.ID >> 32
			if last, known := seen[batch]; known && f.ID <= last {
				next = last
				return errKnown
			}
			seen[batch], next = f.ID, f.ID
			team := home(f.Team)
			r, fits := fit(rules, f)
			if !fits || team == "" || now.Sub(f.At) > fresh {
				return nil
			}
			list = append(list, Case{
				ID: hex.EncodeToString(key[:]), Fact: f.ID, Team: team, Touchpoint: f.Touchpoint, Type: f.Type, Score: f.Score, Rule: r.ID, AnsweredAt: f.At, OpenedAt: now,
				DueAt: org.Date(now).AddDate(0, 0, r.Days), Owner: r.Owner, Status: Open, Version: 1, EditedAt: now,
			})
			if len(list) == together {
				return store()
			}
			return nil
		})
		if more = errors.Is(err, errKnown); err != nil && !more {
			return opened, fmt.Errorf("look for cases: %w", err)
		}
	}
	return opened, store()
}

// fit finds the rule that an answer falls under; one for its touchpoint goes before one for any.
func fit(rules []Rule, f feedback.Feedback) (out Rule, ok bool) {
	if f.Type == "" || f.Relation != feedback.Transactional || f.Population != feedback.Customers { // a case ends with a letter to a customer
		return out, false
	}
	for _, r := range rules {
		if r.Off || r.Type != f.Type || f.Score > r.AtMost || r.Touchpoint != "" && !strings.EqualFold(r.Touchpoint, strings.TrimSpace(f.Touchpoint)) {
			continue
		}
		if !ok || out.Touchpoint == "" && r.Touchpoint != "" {
			out, ok = r, true
		}
	}
	return out, ok
}

// EachClosure implements journey.Closures.
func (s *Service) EachClosure(ctx context.Context, fn func(fact int64, c journey.Closure) error) error {
	return s.store.EachCase(ctx, func(c Case) error {
		x := journey.Closure{State: "open"}
		switch {
		case c.Status == Closed:
			x.State, x.Took, x.Again = "closed", c.ClosedAt.Sub(c.OpenedAt), c.Reopened > 0
		case c.Reopened > 0:
			x.State = "reopened"
		}
		return fn(c.Fact, x)
	})
}
