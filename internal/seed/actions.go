package seed

import (
	"context"
	"fmt"
	"time"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/errs"
)

// buildActions enters what the company agreed: one whose figure moved (the team was reached by the initiative that did
// something), one of the lead's that is under way, one that is overdue, and one too young to be judged.
func (c *company) buildActions(ctx context.Context, s Services, teams map[string]string) error {
	if s.Actions == nil {
		return nil
	}
	people := map[auth.Role]string{}
	users, err := s.Auth.Everybody(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		people[u.Role] = u.ID
	}
	metrics, err := s.Series.Metrics(ctx)
	if err != nil {
		return err
	}
	metric := map[string]string{}
	for _, m := range metrics {
		metric[m.Key] = m.ID
	}
	now := s.Now()
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	reached := teams[c.teams[c.lot(1)[0]].key]
	drafts := []struct {
		action.Draft
		done string
	}{
		{
			Draft: action.Draft{
				Title: "Text each customer the evening before the visit, with the two-hour window", TeamID: reached, OwnerID: people[auth.CX], MetricID: metric["promises"], AgreedOn: c.week(startWeek).Start(),
				DueOn: c.week(startWeek + 2).Start(), RemindDays: 3, Origin: action.Origin{From: action.FromGap, Of: metric["promises"], Path: "/catalogue/" + metric["promises"]}, Note: "Dispatch writes the text; the crews answer replies.",
			},
			done: "Running in the whole team since the second week.",
		},
		{Draft: action.Draft{
			Title: "Ten minutes every Monday for what got in the way last week", TeamID: teams[leadsTeam], OwnerID: people[auth.Lead], MetricID: metric["engagement"], AgreedOn: ago(80), DueOn: now.AddDate(0, 0, 12), RemindDays: 7,
			Origin: action.Origin{From: action.FromFinding, Path: "/evidence"}, Note: "Brenmark and Caldmoor begin.",
		}},
		{Draft: action.Draft{
			Title: "One named contact for every open complaint", TeamID: teams["care-phone"], OwnerID: people[auth.CX], MetricID: metric["complaints"], AgreedOn: ago(70), DueOn: ago(6), RemindDays: 3,
			Origin: action.Origin{From: action.FromGap, Of: metric["complaints"], Path: "/catalogue/" + metric["complaints"]},
		}},
		{Draft: action.Draft{
			Title: "Let crews order spare tools themselves, up to 200 euros", OwnerID: people[auth.HR], MetricID: metric["tools"], AgreedOn: ago(10), DueOn: now.AddDate(0, 0, 30), RemindDays: 3,
			Origin: action.Origin{From: action.FromFinding, Path: "/evidence?pairs=ex_cx"},
		}},
	}
	for _, d := range drafts {
		owner, _, err := s.Auth.Principal(ctx, d.OwnerID)
		if err != nil {
			return fmt.Errorf("owner of an action: %w", err)
		}
		v, err := s.Actions.Add(ctx, owner, d.Draft)
		if err != nil {
			return fmt.Errorf("action %q (%s): %w", d.Title, errs.CodeOf(err), err)
		}
		if d.done != "" {
			done := action.Done
			if _, err := s.Actions.Change(ctx, owner, v.ID, action.Edit{Version: v.Version, State: &done, Note: d.done}); err != nil {
				return err
			}
		}
	}
	quietly := func(int64, int64) {}
	if _, err = s.Actions.Review(ctx, now, quietly); err != nil || s.Alerts == nil {
		return err
	}
	if _, err = s.Alerts.WatchChanges(ctx, now, quietly); err != nil {
		return err
	}
	_, err = s.Alerts.Watch(ctx)
	return err
}
