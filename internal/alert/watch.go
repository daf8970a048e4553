package alert

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/ident"
	"rapport/internal/linkage"
	"rapport/internal/outbox"
	"rapport/internal/runlog"
)

// Watch looks for what is overdue, failed or no longer holds, and tells of it once. It is cheap enough to be asked every
// few minutes.
func (s *Service) Watch(ctx context.Context) (int, error) {
	var found []Alert
	for _, look := range []func(context.Context) ([]Alert, error){s.overdueActions, s.overdueCases, s.failedJobs, s.lostLinks} {
		list, err := look(ctx)
		if err != nil {
			return 0, err
		}
		found = append(found, list...)
	}
	return s.tell(ctx, found)
}

// overdueActions tells the owner, whoever agreed it, and the leads of the team. Where none of them is there any more, or sees the team,
// it is told to everybody who may read it: nothing agreed is forgotten because its people or its team have gone.
func (s *Service) overdueActions(ctx context.Context) ([]Alert, error) {
	list, err := s.from.Actions.List(ctx, auth.System("alerts"), action.Filter{State: action.Open})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(v action.View) bool { return !v.Overdue })
	if len(list) == 0 {
		return nil, nil
	}
	to := make([][]string, len(list))
	err = s.each(ctx, func(u auth.User, who auth.Principal) error {
		for i, v := range list {
			cares := u.ID == v.OwnerID || u.ID == v.CreatedBy || v.TeamID != "" && slices.Contains(u.TeamIDs, v.TeamID)
			if cares && concerns(Alert{Kind: ActionOverdue, TeamID: v.TeamID}, who) {
				to[i] = append(to[i], u.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Alert, 0, len(list))
	for i, v := range list {
		out = append(out, Alert{
			Key: "action/" + v.ID + "/" + v.DueOn.Format(time.DateOnly), Kind: ActionOverdue, TeamID: v.TeamID, To: to[i], Path: "/actions/" + v.ID,
			Text: evidence.Sentence{Key: "alert.action_overdue", Params: map[string]evidence.Param{"title": evidence.Text(v.Title), "due": evidence.Date(v.DueOn)}},
		})
	}
	return out, nil
}

// overdueCases tells whoever looks after the case, the leads whose teams it belongs to, and those who look after customers.
func (s *Service) overdueCases(ctx context.Context) ([]Alert, error) {
	if s.from.Cases == nil {
		return nil, nil
	}
	list, err := s.from.Cases.OverdueCases(ctx, s.now())
	if err != nil || len(list) == 0 {
		return nil, err
	}
	to := make([][]string, len(list))
	err = s.each(ctx, func(u auth.User, who auth.Principal) error {
		for i, c := range list {
			cares := u.Role == auth.CX || u.Role == auth.Lead || c.Owner != "" && strings.EqualFold(c.Owner, u.Name)
			if cares && who.Scope.Has(c.TeamID) {
				to[i] = append(to[i], u.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Alert, 0, len(list))
	for i, c := range list {
		due := c.DueAt.UTC().Format(time.DateOnly)
		out = append(out, Alert{
			Key: "case/" + c.ID + "/" + due, Kind: CaseOverdue, TeamID: c.TeamID, To: to[i], Path: "/cases/" + url.PathEscape(c.ID),
			Text: evidence.Sentence{Key: "alert.case_overdue", Params: map[string]evidence.Param{"title": evidence.Text(c.Title), "due": evidence.Date(c.DueAt.UTC())}},
		})
	}
	return out, nil
}

// failedJobs tells of the first failure after a success: a job that fails every minute is one occurrence.
func (s *Service) failedJobs(ctx context.Context) ([]Alert, error) {
	const back = 50
	var out []Alert
	for _, job := range s.jobs {
		runs, _, err := s.from.Runs.JobRuns(ctx, job, back, "")
		if err != nil {
			return nil, err
		}
		var first *runlog.Run
		for i := range runs {
			if runs[i].State == runlog.Running {
				continue
			}
			if runs[i].State != runlog.Failed {
				break
			}
			first = &runs[i]
		}
		if first == nil {
			continue
		}
		out = append(out, Alert{
			Key: "job/" + first.ID, Kind: JobFailed, Path: "/jobs",
			Text: evidence.Sentence{Key: "alert.job_failed", Params: map[string]evidence.Param{"job": evidence.Word("job." + job + ".title"), "code": evidence.Text(first.Code)}},
		})
	}
	return out, nil
}

// lostLinks compares the newest run with the one before it: what was supported and is not any more, or points the other way.
func (s *Service) lostLinks(ctx context.Context) ([]Alert, error) {
	runs, err := s.twoNewest(ctx)
	if err != nil || len(runs) < 2 || runs[1].Supported == 0 {
		return nil, err
	}
	now, found, err := s.from.Links.Report(ctx, runs[0].ID)
	if err != nil {
		return nil, err
	}
	_, before, err := s.from.Links.Report(ctx, runs[1].ID)
	if err != nil {
		return nil, err
	}
	name := func(id string) string {
		for _, m := range slices.Concat(now.Catalogue, runs[1].Catalogue) {
			if m.ID == id {
				return m.Name
			}
		}
		return id
	}
	var out []Alert
	for _, f := range before {
		if f.Verdict != evidence.Supported {
			continue
		}
		i := slices.IndexFunc(found, func(g linkage.Finding) bool { return g.X == f.X && g.Y == f.Y && g.Grain == f.Grain })
		a := Alert{
			Key: "link/" + now.ID + "/" + f.X + "/" + f.Y, Kind: LinkLost, Path: "/evidence",
			Text: evidence.Sentence{Key: "alert.link_gone", Params: map[string]evidence.Param{"x": evidence.Text(name(f.X)), "y": evidence.Text(name(f.Y))}},
		}
		if i >= 0 {
			a.Path = "/evidence/" + found[i].ID
			switch {
			case found[i].Verdict != evidence.Supported:
				a.Text.Key = "alert.link_lost." + string(found[i].Verdict)
			case !turned(f.TWFE, found[i].TWFE):
				continue
			default:
				a.Text.Key = "alert.link_turned"
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// turned reports whether two slopes point different ways.
func turned(a, b evidence.Estimate) bool {
	return a.Value != nil && b.Value != nil && *a.Value**b.Value < 0
}

// twoNewest are the two runs that look furthest, the one made last first. Runs of closed quarters look back and say nothing new.
func (s *Service) twoNewest(ctx context.Context) ([]linkage.Run, error) {
	const back = 50
	runs, _, err := s.from.Links.Runs(ctx, back, "")
	if err != nil {
		return nil, err
	}
	runs = slices.DeleteFunc(runs, func(r linkage.Run) bool { return strings.HasPrefix(r.Origin, linkage.OriginClose) })
	slices.SortStableFunc(runs, func(a, b linkage.Run) int { return b.AsOf.Compare(a.AsOf) })
	return runs[:min(len(runs), 2)], nil
}

// tell stores what was not told before, with a letter for each user it concerns and a message for each webhook, all in
// one change.
func (s *Service) tell(ctx context.Context, found []Alert) (int, error) {
	keys := make([]string, 0, len(found))
	for _, a := range found {
		keys = append(keys, a.Key)
	}
	known := map[string]bool{}
	if len(keys) > 0 {
		var err error
		if known, err = s.store.KnownAlerts(ctx, keys); err != nil {
			return 0, err
		}
	}
	now := s.now()
	var fresh []Alert
	for _, a := range found {
		if known[a.Key] {
			continue
		}
		known[a.Key] = true
		a.ID, a.At = ident.New(), now
		fresh = append(fresh, a)
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	letters, err := s.letters(ctx, fresh)
	if err != nil {
		return 0, err
	}
	calls, err := s.calls(ctx, fresh)
	if err != nil {
		return 0, err
	}
	return len(fresh), s.store.SaveAlerts(ctx, fresh, append(letters, calls...), now.Add(-keepFor))
}

// letters makes one letter per user with everything that is new to them.
func (s *Service) letters(ctx context.Context, fresh []Alert) ([]outbox.Message, error) {
	if !s.opts.Mails {
		return nil, nil
	}
	var out []outbox.Message
	err := s.each(ctx, func(u auth.User, who auth.Principal) error {
		desk, err := s.store.Desk(ctx, u.ID)
		if err != nil {
			return err
		}
		var mine []Alert
		var lines, keys []string
		for _, a := range fresh {
			if concerns(a, who) && !slices.Contains(desk.OffMail, a.Kind) {
				mine, keys = append(mine, a), append(keys, a.Key)
			}
		}
		for _, a := range gather(mine) {
			lines = append(lines, "• "+a.Text.In(u.Locale))
		}
		if len(lines) == 0 {
			return nil
		}
		sum := sha256.Sum256([]byte(strings.Join(keys, "\n")))
		out = append(out, outbox.Message{
			ID: ident.New(), Key: "alerts-" + u.ID + "-" + hex.EncodeToString(sum[:12]), To: u.Email, Template: "alerts", Locale: u.Locale,
			Params:    map[string]string{"name": u.Name, "count": fmt.Sprint(len(lines)), "lines": strings.Join(lines, "\n"), "link": s.opts.URL + "/alerts"},
			CreatedAt: s.now(), DueAt: s.now(), State: outbox.Waiting,
		})
		return nil
	})
	return out, err
}

// each visits everybody who can still sign in, with what they may see now.
func (s *Service) each(ctx context.Context, visit func(auth.User, auth.Principal) error) error {
	users, err := s.from.People.Everybody(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if !u.Active {
			continue
		}
		who, _, err := s.from.People.Principal(ctx, u.ID)
		if errs.KindOf(err) == errs.KindForbidden || errs.KindOf(err) == errs.KindNotFound {
			continue
		}
		if err != nil {
			return err
		}
		if err := visit(u, who); err != nil {
			return err
		}
	}
	return nil
}
