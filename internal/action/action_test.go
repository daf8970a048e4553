package action_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/org"
	"rapport/internal/store/firmtest"
)

var ctx = context.Background()

func service(f *firmtest.Firm) *action.Service {
	return action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{URL: "https://rapport.test", Mails: true}, f.Now)
}

func draft(f *firmtest.Firm, team string) action.Draft {
	return action.Draft{
		Title: " Call back the same day ", TeamID: f.Teams[team], OwnerID: f.Lead.ID, MetricID: f.Metric, AgreedOn: firmtest.Start.AddDate(0, 0, -70), DueOn: firmtest.Start.AddDate(0, 0, 10), RemindDays: 3,
		Origin: action.Origin{From: action.FromFinding, Of: "f1", Path: "/evidence/f1?lag=2"}, Note: "agreed in the round",
	}
}

func none(int64, int64) {}

func TestAnActionIsAgreedChangedAndNoted(t *testing.T) {
	f := firmtest.New(t)
	s := service(f)
	v, err := s.Add(ctx, f.Lead, draft(f, "east 1"))
	require.NoError(t, err)
	require.Equal(t, "Call back the same day", v.Title)
	require.Equal(t, "Lea", v.OwnerName)
	require.Equal(t, "east 1", v.TeamName)
	require.Equal(t, "action.add", f.LastAudit().Action)
	require.Len(t, v.Notes, 1)

	done := action.Done
	v, err = s.Change(ctx, f.Lead, v.ID, action.Edit{Version: 1, State: &done, Note: "done"})
	require.NoError(t, err)
	require.Equal(t, org.Date(firmtest.Start), v.ClosedOn)
	require.Len(t, v.Notes, 2)
	_, err = s.Change(ctx, f.Lead, v.ID, action.Edit{Version: 1, Note: "again"})
	require.Equal(t, "action_changed", errs.CodeOf(err))
	open := action.Open
	v, err = s.Change(ctx, f.Lead, v.ID, action.Edit{Version: 2, State: &open})
	require.NoError(t, err)
	require.True(t, v.ClosedOn.IsZero())
}

func TestTheScopeHolds(t *testing.T) {
	f := firmtest.New(t)
	s := service(f)
	d := draft(f, "west 1")
	_, err := s.Add(ctx, f.Lead, d)
	require.Equal(t, "team_unknown", errs.CodeOf(err), "a lead agrees nothing for others")
	d.OwnerID = f.Admin.ID
	v, err := s.Add(ctx, f.Admin, d)
	require.NoError(t, err)
	_, err = s.Get(ctx, f.Lead, v.ID)
	require.Equal(t, "action_unknown", errs.CodeOf(err))
	_, err = s.Change(ctx, f.Lead, v.ID, action.Edit{Version: 1})
	require.Equal(t, "action_unknown", errs.CodeOf(err))
	d.OwnerID = f.Lead.ID
	_, err = s.Add(ctx, f.Admin, d)
	require.Equal(t, "action_owner_out_of_scope", errs.CodeOf(err))
	d.TeamID, d.OwnerID = "", f.Admin.ID
	_, err = s.Add(ctx, f.Lead, d)
	require.Equal(t, "team_unknown", errs.CodeOf(err), "the whole organisation is not a lead's")
	_, err = s.Add(ctx, f.Admin, d)
	require.NoError(t, err)
	list, err := s.List(ctx, f.Lead, action.Filter{})
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = s.Owners(ctx, f.Lead, f.Teams["west 1"])
	require.Equal(t, "team_unknown", errs.CodeOf(err))
	owners, err := s.Owners(ctx, f.Lead, f.Teams["east 1"])
	require.NoError(t, err)
	require.Len(t, owners, 2)
}

func TestBadInputIsRefusedWhereItIsWrong(t *testing.T) {
	f := firmtest.New(t)
	s := service(f)
	for name, c := range map[string]struct {
		change func(d *action.Draft)
		code   string
	}{
		"no title":          {func(d *action.Draft) { d.Title = " " }, "action_without_title"},
		"two lines":         {func(d *action.Draft) { d.Title = "a\nb" }, "action_title_too_long"},
		"due before agreed": {func(d *action.Draft) { d.DueOn = d.AgreedOn.AddDate(0, 0, -1) }, "action_due_before_agreed"},
		"in 2099":           {func(d *action.Draft) { d.DueOn = d.DueOn.AddDate(74, 0, 0) }, "action_date_too_far"},
		"agreed tomorrow":   {func(d *action.Draft) { d.AgreedOn = firmtest.Start.AddDate(0, 0, 5) }, "action_date_too_far"},
		"nobody":            {func(d *action.Draft) { d.OwnerID = "nobody" }, "action_owner_unknown"},
		"an address":        {func(d *action.Draft) { d.OwnerID = "admin@example.com" }, "action_owner_unknown"},
		"no such team":      {func(d *action.Draft) { d.TeamID = "nowhere" }, "team_unknown"},
		"no such metric":    {func(d *action.Draft) { d.MetricID = "nothing" }, "metric_unknown"},
		"elsewhere":         {func(d *action.Draft) { d.Origin.Path = "//evil.example" }, "action_origin_unknown"},
		"script":            {func(d *action.Draft) { d.Origin.Path = "javascript:alert(1)" }, "action_origin_unknown"},
		"odd origin":        {func(d *action.Draft) { d.Origin.From = "dream" }, "action_origin_unknown"},
		"early reminder":    {func(d *action.Draft) { d.RemindDays = 91 }, "action_remind_too_early"},
		"long note":         {func(d *action.Draft) { d.Note = string(make([]rune, 4001)) + "x" }, "note_too_long"},
	} {
		d := draft(f, "east 1")
		c.change(&d)
		_, err := s.Add(ctx, f.Admin, d)
		require.Equal(t, c.code, errs.CodeOf(err), name)
	}
}

func TestWhetherTheFigureMovedSince(t *testing.T) {
	f := firmtest.New(t)
	s := service(f)
	agreed := firmtest.Start.AddDate(0, 0, -70)
	f.Fill(40, "east 1", agreed, 6)
	moved, err := s.Add(ctx, f.Admin, draft(f, "east 1"))
	require.NoError(t, err)
	still, err := s.Add(ctx, f.Admin, draft(f, "east 2"))
	require.NoError(t, err)
	fresh := draft(f, "east 1")
	fresh.AgreedOn = firmtest.Start.AddDate(0, 0, -15)
	young, err := s.Add(ctx, f.Admin, fresh)
	require.NoError(t, err)
	n, err := s.Review(ctx, f.Now(), none)
	require.NoError(t, err)
	require.Equal(t, 3, n)

	v, err := s.Get(ctx, f.Lead, moved.ID)
	require.NoError(t, err)
	require.True(t, v.Since.Change.AboveZero())
	require.InDelta(t, 6, *v.Since.Change.Value, 1.5)
	require.Equal(t, "movement.up", v.Since.Text[0].Key)
	require.Equal(t, "movement.others", v.Since.Text[1].Key, "what the other teams did stands beside it")
	require.Equal(t, 7, v.Since.Teams)
	require.False(t, v.Since.Others.AboveZero())
	for _, loc := range []string{"en", "he", "pl"} {
		require.NotContains(t, v.Since.Text[0].In(loc), "because")
		require.NotContains(t, v.Since.Text[0].In(loc), "{")
	}

	v, err = s.Get(ctx, f.Lead, still.ID)
	require.NoError(t, err)
	require.Equal(t, "movement.unclear", v.Since.Text[0].Key)
	v, err = s.Get(ctx, f.Lead, young.ID)
	require.NoError(t, err)
	require.Equal(t, "too_few_periods", v.Since.Change.Gap.Reason)
	require.Equal(t, 3, v.Since.Change.Gap.Missing[0].Count, "one whole week has passed")
}

func TestATeamThatIsGoneAndAnOwnerWhoHasLeft(t *testing.T) {
	f := firmtest.New(t)
	s := service(f)
	agreed := firmtest.Start.AddDate(0, 0, -70)
	f.Fill(40, "east 1", agreed, 6)
	v, err := s.Add(ctx, f.Admin, draft(f, "east 1"))
	require.NoError(t, err)
	require.NoError(t, f.Org.ChangeTeam(ctx, f.Admin.ID, f.Teams["east 1"], org.TeamChange{Kind: org.Merge, On: firmtest.Start.AddDate(0, 0, -1), IntoID: f.Teams["east 2"]}))
	f.Leave(f.Lead.ID, auth.Lead, f.Teams["east"])
	_, err = s.Review(ctx, f.Now(), none)
	require.NoError(t, err)
	v, err = s.Get(ctx, f.Admin, v.ID)
	require.NoError(t, err)
	require.True(t, v.TeamGone)
	require.Equal(t, "east 2", v.Heir)
	require.True(t, v.OwnerGone)
	require.Equal(t, "team_closed", v.Since.Change.Gap.Reason)
	f.Pass(8 * 24 * time.Hour)
	queued, err := s.Remind(ctx)
	require.NoError(t, err)
	require.Zero(t, queued, "whoever has left is not written to")
	done := action.Done
	_, err = s.Change(ctx, f.Admin, v.ID, action.Edit{Version: 1, State: &done})
	require.NoError(t, err, "what is left behind can still be closed")
}

func TestTheOwnerIsRemindedOnce(t *testing.T) {
	f := firmtest.New(t)
	s := service(f)
	v, err := s.Add(ctx, f.Admin, draft(f, "east 1"))
	require.NoError(t, err)
	never := draft(f, "east 1")
	never.RemindDays = -1
	_, err = s.Add(ctx, f.Admin, never)
	require.NoError(t, err)
	_, err = s.Remind(ctx)
	require.NoError(t, err)
	require.Empty(t, f.Waiting(), "too early")
	f.Pass(7 * 24 * time.Hour)
	for range 3 {
		_, err = s.Remind(ctx)
		require.NoError(t, err)
	}
	ms := f.Waiting()
	require.Len(t, ms, 1)
	require.Equal(t, "lead@example.com", ms[0].To)
	require.Equal(t, "https://rapport.test/actions/"+v.ID, ms[0].Params["link"])
	later := v.DueOn.AddDate(0, 0, 30)
	_, err = s.Change(ctx, f.Admin, v.ID, action.Edit{Version: 1, DueOn: &later})
	require.NoError(t, err)
	f.Pass(31 * 24 * time.Hour)
	_, err = s.Remind(ctx)
	require.NoError(t, err)
	due := []string{}
	for _, m := range f.Waiting() {
		due = append(due, m.Params["due"])
	}
	require.Contains(t, due, i18n.Day("en", later), "a new date brings a new reminder")
}
