package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"rapport/internal/alert"
	"rapport/internal/loop"
)

// overdueCases tells alerts which cases wait longer than they may.
type overdueCases struct{ loop *loop.Service }

// OverdueCases implements alert.Cases.
func (o overdueCases) OverdueCases(ctx context.Context, _ time.Time) ([]alert.OverdueCase, error) {
	list, err := o.loop.Overdue(ctx)
	out := make([]alert.OverdueCase, len(list))
	for i, c := range list {
		title := strings.ToUpper(string(c.Type)) + " " + strconv.FormatFloat(c.Score, 'f', -1, 64)
		if c.Touchpoint != "" {
			title = c.Touchpoint + ", " + title
		}
		out[i] = alert.OverdueCase{ID: c.ID, TeamID: c.Team, Title: title, Owner: c.Owner, DueAt: c.DueAt}
	}
	return out, err
}
