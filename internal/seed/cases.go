package seed

import (
	"context"

	"rapport/internal/feedback"
	"rapport/internal/loop"
	"rapport/internal/org"
)

// caseRules are those of the demo company.
var caseRules = []loop.Rule{
	{Type: feedback.CSAT, AtMost: 2, Touchpoint: "Home visit", Days: 3},
	{Type: feedback.CES, AtMost: 2, Touchpoint: "Phone", Days: 5, Owner: "Daniel Okafor"},
}

// buildCases opens the cases of the last month and works on some of them, the way people would.
func buildCases(ctx context.Context, s *loop.Service) error {
	for _, r := range caseRules {
		if _, err := s.PutRule(ctx, actor, r); err != nil {
			return err
		}
	}
	if _, err := s.OpenNew(ctx); err != nil {
		return err
	}
	list, err := s.List(ctx, loop.Query{Scope: org.Everything, Limit: 60}, false)
	if err != nil {
		return err
	}
	owner := "Ines Harlow"
	for i, c := range list {
		ch := loop.Change{Version: c.Version, Owner: &owner, Status: loop.InWork, Note: "Called the customer; a second visit is agreed."}
		switch i % 4 {
		case 0:
			continue
		case 1:
			ch.Status, ch.Reason, ch.Note = loop.Closed, loop.Solved, "The part was exchanged and the visit is not charged."
		case 2:
			due := c.AnsweredAt.AddDate(0, 0, 3)
			ch.DueAt = &due
		}
		if c, _, err = s.Edit(ctx, actor, c.ID, ch); err != nil {
			return err
		}
		if i == 1 { // it was not solved after all
			if _, _, err := s.Edit(ctx, actor, c.ID, loop.Change{Version: c.Version, Status: loop.Open, Note: "The fault came back."}); err != nil {
				return err
			}
		}
	}
	return nil
}
