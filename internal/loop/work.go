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
	"rapport/internal/org"
)

// Find finds a case of a team in scope; errs.NotFound("case_unknown").
func (s *Service) Find(ctx context.Context, scope org.Scope, id string) (Case, error) {
	if err := scope.Check(); err != nil {
		return Case{}, err
	}
	c, err := s.store.Case(ctx, id)
	if err == nil && !scope.Has(c.Team) {
		return Case{}, errs.NotFound("case_unknown")
	}
	return c, err
}

// Answer reads what opened a case; a customer who was erased since has left nothing but the score.
func (s *Service) Answer(ctx context.Context, c Case) (feedback.Feedback, error) {
	return s.answers.ByID(ctx, c.Fact)
}

// List lists cases, the newest first; overdue ones only where asked.
func (s *Service) List(ctx context.Context, q Query, overdue bool) ([]Case, error) {
	if err := q.Scope.Check(); err != nil {
		return nil, err
	}
	if overdue {
		q.Due = org.Date(s.now())
	}
	return s.store.Cases(ctx, q)
}

// Overdue lists every case that was due before today and is not closed, the newest first.
func (s *Service) Overdue(ctx context.Context) ([]Case, error) {
	return s.List(ctx, Query{Scope: org.Everything}, true)
}

// Change is what somebody does with a case.
type Change struct {
	Version int // that was seen
	Owner   *string
	DueAt   *time.Time
	Status  Status // empty: as it is
	Reason  Reason // when closing
	Note    string
	// Ask makes a question to the customer whether it was solved, when closing: by letter where there is an e-mail address,
	// else a link that whoever looks after the case sends along with the answer.
	Ask    bool
	Email  string // of the customer; it is not kept
	Locale string // of the letter: en, he or pl; empty is en
}

// Question is what became of asking the customer.
type Question struct {
	Link    string           // to pass on by hand; given once, it is not kept
	Outcome feedback.Outcome // of a letter: Invited, OptedOut or Resting; empty when none was wanted
}

// Edit changes a case. Errors: case_invalid with its places, case_changed.
func (s *Service) Edit(ctx context.Context, by auth.Principal, id string, ch Change) (c Case, q Question, err error) {
	c, err = s.Find(ctx, by.Scope, id)
	if err != nil {
		return c, q, err
	}
	if c.Version != ch.Version {
		return c, q, errs.Conflict("case_changed")
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	var wrong []errs.Field
	closes := ch.Status == Closed && c.Status != Closed
	if ch.Owner != nil {
		c.Owner = strings.TrimSpace(*ch.Owner)
	}
	if ch.DueAt != nil {
		c.DueAt = org.Date(*ch.DueAt)
	}
	if len(c.Owner) > maxName {
		wrong = append(wrong, errs.Field{Path: "/owner", Code: "name_too_long", Params: map[string]any{"limit": maxName}})
	}
	note := strings.TrimSpace(ch.Note)
	if len(note) > maxText {
		wrong = append(wrong, errs.Field{Path: "/note", Code: "text_too_long", Params: map[string]any{"limit": maxText}})
	}
	if note != "" {
		c.Notes = append(slices.Clip(c.Notes), Note{At: now, By: by.Name, Text: note})
	}
	if len(c.Notes) > maxNotes {
		wrong = append(wrong, errs.Field{Path: "/note", Code: "too_many_lines", Params: map[string]any{"limit": maxNotes}})
	}
	switch ch.Status {
	case "", c.Status:
	case Closed:
		if !slices.Contains(reasons, ch.Reason) {
			wrong = append(wrong, errs.Field{Path: "/reason", Code: "case_reason"})
		}
		c.Status, c.Reason, c.ClosedAt = Closed, ch.Reason, now
		if ch.Ask && ch.Email != "" {
			wrong = append(wrong, s.wrongAddress(ch)...)
		}
	case Open, InWork:
		if c.Status == Closed {
			c.Reopened, c.Reason, c.ClosedAt = c.Reopened+1, "", time.Time{}
		}
		c.Status = ch.Status
	default:
		wrong = append(wrong, errs.Field{Path: "/status", Code: "case_status"})
	}
	if len(wrong) > 0 {
		return c, q, errs.Invalid("case_invalid").At(wrong...)
	}
	c.Version, c.EditedAt = ch.Version+1, now
	entry := audit.Entry{At: now, Actor: by.ID, Action: "case.change", Object: c.ID, Detail: map[string]string{"status": string(c.Status), "owner": c.Owner}}
	if !closes || !ch.Ask {
		return c, q, s.store.SaveCase(ctx, c, ch.Version, entry)
	}
	asking, token := ask(c, now, ch.Email != "")
	if ch.Email == "" {
		q.Link = s.address(token)
		return asking, q, s.store.SaveCase(ctx, asking, ch.Version, entry)
	}
	q.Outcome, err = s.store.SaveCaseAsking(ctx, asking, ch.Version, entry, s.letter(asking, token, ch))
	if err != nil || q.Outcome == feedback.Invited {
		return asking, q, err
	}
	return c, q, s.store.SaveCase(ctx, c, ch.Version, entry) // it is closed all the same; nobody is asked
}

// Asked finds the case that a customer is asked about; errs.NotFound("case_unknown") for any other token, and after
// three months.
func (s *Service) Asked(ctx context.Context, token string) (Case, error) {
	c, err := s.store.CaseByToken(ctx, digest(token))
	if err == nil && s.now().Sub(c.Asked.At) > longestAsk {
		return Case{}, errs.NotFound("case_unknown")
	}
	return c, err
}

// Reply takes the customer's answer: a matter that was not solved is opened again. The first answer counts.
func (s *Service) Reply(ctx context.Context, token string, solved bool) error {
	for range 3 {
		c, err := s.Asked(ctx, token)
		if err != nil || !c.Asked.AnsweredAt.IsZero() {
			return err
		}
		now := s.now().UTC().Truncate(time.Millisecond)
		seen := c.Version
		asked := *c.Asked
		asked.AnsweredAt, asked.Solved = now, solved
		c.Asked = &asked
		if !solved && c.Status == Closed {
			c.Status, c.Reason, c.ClosedAt, c.Reopened = Open, "", time.Time{}, c.Reopened+1
			if due := org.Date(now).AddDate(0, 0, daysAgain); c.DueAt.Before(due) {
				c.DueAt = due
			}
		}
		c.Version, c.EditedAt = seen+1, now
		err = s.store.SaveCase(ctx, c, seen, audit.Entry{At: now, Actor: "customer", Action: "case.reply", Object: c.ID})
		if errs.CodeOf(err) != "case_changed" {
			return err
		}
	}
	return errs.Conflict("case_changed")
}
