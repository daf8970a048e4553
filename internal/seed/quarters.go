package seed

import (
	"context"
	"fmt"
	"time"

	"rapport/internal/auth"
	"rapport/internal/org"
	"rapport/internal/report"
)

// PastQuarters is how many quarters of the demo company are closed.
const PastQuarters = 8

// Quarters closes the quarters that have ended, the oldest first, and lets the executive approve all but the newest.
// Those that are closed already stay as they are. rank lists the proposals, before the newest quarter speaks of them.
func Quarters(ctx context.Context, s *report.Service, rank func(context.Context) error, now time.Time) error {
	who := auth.Principal{ID: actor.ID, Name: users[auth.Executive], Role: auth.Executive, Scope: org.Everything, Locale: "en"}
	heads, err := s.List(ctx, who, "")
	if err != nil {
		return fmt.Errorf("close past quarters: %w", err)
	}
	there := map[string]bool{}
	for _, h := range heads {
		there[h.Quarter.String()] = true
	}
	newest := report.Ended(now.UTC(), 1)
	q := newest
	for range PastQuarters - 1 {
		q = q.Before()
	}
	for ; !q.To().After(newest.To()); q = report.QuarterOf(q.To().AddDate(0, 0, 1), 1) {
		if there[q.String()] {
			continue
		}
		if q == newest {
			if err := rank(ctx); err != nil {
				return fmt.Errorf("rank proposals: %w", err)
			}
		}
		if _, err := s.Close(ctx, report.Order{AsOf: q.To(), By: actor.ID}); err != nil {
			return fmt.Errorf("close past quarters: %w", err)
		}
		if q == newest {
			continue
		}
		if _, err := s.Approve(ctx, who, q.String(), "", 1); err != nil {
			return fmt.Errorf("approve past quarters: %w", err)
		}
	}
	return nil
}
