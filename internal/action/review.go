package action

import (
	"context"
	"slices"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/ident"
	"rapport/internal/movement"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Review looks at every action with a figure, open or closed within a year, and stores what the figure did since the
// action was agreed. Looking again stores the same in the same place.
func (s *Service) Review(ctx context.Context, asOf time.Time, progress func(done, total int64)) (int, error) {
	list, err := s.store.Actions(ctx, org.Everything, Filter{})
	if err != nil {
		return 0, err
	}
	var metrics []string
	list = slices.DeleteFunc(list, func(a Action) bool {
		return a.MetricID == "" || a.State == Dropped || a.State == Done && a.ClosedOn.Before(asOf.AddDate(-1, 0, 0))
	})
	for _, a := range list {
		metrics = append(metrics, a.MetricID)
	}
	if len(list) == 0 {
		return 0, nil
	}
	teams, err := s.teams.Teams(ctx, org.Everything)
	if err != nil {
		return 0, err
	}
	p, err := panel.Build(ctx, teams, panel.Only(s.sources, metrics), asOf)
	if err != nil {
		return 0, err
	}
	tree := org.NewTree(teams)
	out := make(map[string]movement.Since, len(list))
	for i, a := range list {
		out[a.ID] = look(p, tree, a, asOf)
		progress(int64(i+1), int64(len(list)))
	}
	return len(out), s.store.SaveMovements(ctx, out)
}

// look says what an action's figure did. A team that was closed has no figures to come, so that it is said instead of
// waiting for them.
func look(p *panel.Panel, tree *org.Tree, a Action, asOf time.Time) movement.Since {
	in := func(string) bool { return true }
	if a.TeamID != "" {
		t, ok := tree.Get(a.TeamID)
		if !ok || !t.ClosedOn.IsZero() && !t.ClosedOn.After(asOf) {
			return movement.Since{MetricID: a.MetricID, On: a.AgreedOn, AsOf: asOf, Change: evidence.Without(movement.Method, &evidence.Gap{Reason: "team_closed"})}
		}
		scope := tree.Scope(a.TeamID)
		in = scope.Has
	}
	if m, ok := p.Metric(a.MetricID); !ok || m.Kind == series.Confounder {
		return movement.Since{MetricID: a.MetricID, On: a.AgreedOn, AsOf: asOf, Change: evidence.Without(movement.Method, &evidence.Gap{Reason: evidence.NoFigures})}
	}
	return movement.Look(p, a.MetricID, in, a.AgreedOn, asOf)
}

// Remind queues a letter to the owner of each open action whose day of reminder has come: one letter per due date,
// whatever is repeated. Whoever has left, or does not see the team any more, gets none.
func (s *Service) Remind(ctx context.Context) (int, error) {
	if !s.opts.Mails {
		return 0, nil
	}
	now := s.now()
	list, err := s.store.Actions(ctx, org.Everything, Filter{State: Open})
	if err != nil {
		return 0, err
	}
	var letters []outbox.Message
	for _, a := range list {
		on := a.RemindOn()
		if on.IsZero() || on.After(now) || a.Overdue(now) {
			continue // what is overdue is the alerts' business
		}
		owner, u, err := s.people.Principal(ctx, a.OwnerID)
		if kind := errs.KindOf(err); err != nil && kind != errs.KindNotFound && kind != errs.KindForbidden {
			return 0, err
		}
		if err != nil || !sees(owner.Scope, a.TeamID) || !owner.May(auth.ActionsRead) {
			continue
		}
		letters = append(letters, outbox.Message{
			ID: ident.New(), Key: "action-" + a.ID + "-" + a.DueOn.Format(time.DateOnly), To: u.Email, Template: "action_due", Locale: u.Locale,
			Params:    map[string]string{"name": u.Name, "title": a.Title, "due": i18n.Day(u.Locale, a.DueOn), "link": s.opts.URL + "/actions/" + a.ID},
			CreatedAt: now, DueAt: now, State: outbox.Waiting,
		})
	}
	return len(letters), s.store.QueueMail(ctx, letters...)
}
