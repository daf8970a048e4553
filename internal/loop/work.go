package loop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/ident"
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

// Change is what somebody does with a case.
type Change struct {
	Version int // that was seen
	Owner   *string
	DueAt   *time.Time
	Status  Status // empty: as it is
	Reason  Reason // when closing
	Note    string
	// Ask makes a question to the customer whether it was solved, when closing: an address that whoever looks after the case
	// sends along with the answer.
	Ask bool
}

// Edit changes a case. Asked gives the address of the question to the customer, once; it is not kept. Errors: case_invalid
// with its places, case_changed.
func (s *Service) Edit(ctx context.Context, by auth.Principal, id string, ch Change) (c Case, asked string, err error) {
	c, err = s.Find(ctx, by.Scope, id)
	if err != nil {
		return c, "", err
	}
	if c.Version != ch.Version {
		return c, "", errs.Conflict("case_changed")
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	var wrong []errs.Field
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
		if ch.Ask {
			asked = s.ask(&c, now)
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
		return c, "", errs.Invalid("case_invalid").At(wrong...)
	}
	c.Version, c.EditedAt = ch.Version+1, now
	entry := audit.Entry{At: now, Actor: by.ID, Action: "case.change", Object: c.ID, Detail: map[string]string{"status": string(c.Status), "owner": c.Owner}}
	return c, asked, s.store.SaveCase(ctx, c, ch.Version, entry)
}

// ask makes the question to the customer and gives its address.
func (s *Service) ask(c *Case, now time.Time) string {
	token := ident.Secret()
	c.Asked = &Asked{Token: digest(token), At: now}
	return strings.TrimSuffix(s.url, "/") + "/solved/" + token
}

func digest(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// longestAsk is how long a customer may answer.
const longestAsk = 90 * 24 * time.Hour

// Question finds the case that a customer is asked about; errs.NotFound("case_unknown") for any other token, and after
// three months.
func (s *Service) Question(ctx context.Context, token string) (Case, error) {
	c, err := s.store.CaseByToken(ctx, digest(token))
	if err == nil && s.now().Sub(c.Asked.At) > longestAsk {
		return Case{}, errs.NotFound("case_unknown")
	}
	return c, err
}

// Reply takes the customer's answer: a matter that was not solved is opened again. The first answer counts.
func (s *Service) Reply(ctx context.Context, token string, solved bool) error {
	for range 3 {
		c, err := s.Question(ctx, token)
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
			if due := org.Date(now).AddDate(0, 0, 3); c.DueAt.Before(due) {
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
