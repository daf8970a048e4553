package loop_test

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
	"rapport/internal/journey"
	"rapport/internal/loop"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

var ctx = context.Background()

// desk is a firm of two teams with real feedback on a real store; its clock is moved by hand.
type desk struct {
	t     *testing.T
	now   time.Time
	store *sqlite.Store
	org   *org.Service
	of    *feedback.Service
	*loop.Service
}

var boss = auth.System("test")

func newDesk(t *testing.T, mails bool) *desk {
	t.Helper()
	st, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "x.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	d := &desk{t: t, now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC), store: st}
	clock := func() time.Time { d.now = d.now.Add(time.Millisecond); return d.now }
	facts := fact.NewService(st, st, st, clock)
	d.org = org.NewService(st, clock)
	d.of = feedback.NewService(facts, st, clock)
	d.Service = loop.NewService(st, d.of, facts.Homes, loop.Options{URL: "https://rapport.test/", Mails: mails}, clock)
	return d
}

// say brings answers in, as "id day team touchpoint score" by line.
func (d *desk) say(lines ...string) {
	d.t.Helper()
	body := "id,at,team,point,score\n" + strings.Join(lines, "\n") + "\n"
	_, err := d.of.Import(ctx, fact.Input{File: strings.NewReader(body), Size: int64(len(body)), Name: "x.csv", By: boss, Mapping: intake.Mapping{
		Kind: intake.Feedback, Team: "team", CreateTeams: true, SourceID: []string{"id"}, ScoreType: "csat", Relation: "transactional",
		Columns: map[string]string{"answered_at": "at", "score": "score", "touchpoint": "point"},
	}})
	require.NoError(d.t, err)
}

func (d *desk) open() int {
	d.t.Helper()
	n, err := d.OpenNew(ctx)
	require.NoError(d.t, err)
	return n
}

func (d *desk) rule(r loop.Rule) {
	d.t.Helper()
	_, err := d.PutRule(ctx, boss, r)
	require.NoError(d.t, err)
}

func (d *desk) cases() []loop.Case {
	d.t.Helper()
	list, err := d.List(ctx, loop.Query{Scope: org.Everything}, false)
	require.NoError(d.t, err)
	return list
}

func (d *desk) close(c loop.Case, email string) (loop.Case, loop.Question) {
	d.t.Helper()
	out, q, err := d.Edit(ctx, boss, c.ID, loop.Change{Version: c.Version, Status: loop.Closed, Reason: loop.Solved, Ask: true, Email: email, Locale: "pl"})
	require.NoError(d.t, err)
	return out, q
}

// point makes a touchpoint, which rules may name.
func (d *desk) point(name string) {
	d.t.Helper()
	_, err := d.of.CreateTouchpoint(ctx, boss, feedback.Touchpoint{Name: name})
	require.NoError(d.t, err)
}

func TestALowScoreOpensOneCase(t *testing.T) {
	d := newDesk(t, false)
	d.point("Desk")
	d.rule(loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 5})
	d.rule(loop.Rule{Type: feedback.CSAT, AtMost: 3, Days: 2, Touchpoint: "Desk", Owner: "Ines"})
	d.say("1,2026-05-30,A,Desk,3", "2,2026-05-30,A,Phone,3", "3,2026-05-30,B,Phone,2", "4,2026-05-30,B,,5", "5,2026-04-01,A,Desk,1")
	require.Equal(t, 2, d.open())
	require.Zero(t, d.open(), "an answer opens one case")
	d.say("3,2026-05-30,B,Phone,2", "6,2026-05-31,B,desk,1")
	require.Equal(t, 1, d.open(), "only what is new is looked at; names of touchpoints have no case")
	got := map[string]loop.Case{}
	for _, c := range d.cases() {
		got[fmt.Sprintf("%s %.0f", c.Touchpoint, c.Score)] = c
	}
	require.Len(t, got, 3, "an answer of April opens nothing: nobody is called back about it")
	day := func(n int) time.Time { return time.Date(2026, 6, 1+n, 0, 0, 0, 0, time.UTC) }
	require.Equal(t, []any{"Ines", day(2)}, []any{got["Desk 3"].Owner, got["Desk 3"].DueAt}, "the rule of the touchpoint goes first")
	require.Equal(t, []any{"", day(5)}, []any{got["Phone 2"].Owner, got["Phone 2"].DueAt})
}

func TestRulesSayWhatIsWrongWithThem(t *testing.T) {
	d := newDesk(t, false)
	for _, x := range []struct {
		rule loop.Rule
		path string
	}{
		{loop.Rule{Type: "smile", Days: 3}, "/type"},
		{loop.Rule{Type: feedback.CSAT, AtMost: 5, Days: 3}, "/at_most"},
		{loop.Rule{Type: feedback.NPS, AtMost: -1, Days: 3}, "/at_most"},
		{loop.Rule{Type: feedback.CSAT, AtMost: 2}, "/days"},
		{loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3, Touchpoint: "Nowhere"}, "/touchpoint"},
		{loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3, Owner: strings.Repeat("x", 201)}, "/owner"},
	} {
		_, err := d.PutRule(ctx, boss, x.rule)
		require.Equal(t, "rule_invalid", errs.CodeOf(err), x.path)
		require.Contains(t, places(t, err), x.path)
	}
	_, err := d.PutRule(ctx, auth.Principal{ID: "u", Role: auth.Lead, Scope: org.Everything}, loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3})
	require.Equal(t, errs.KindForbidden, errs.KindOf(err))
	_, err = d.PutRule(ctx, boss, loop.Rule{ID: "none", Type: feedback.CSAT, AtMost: 2, Days: 3, Version: 1})
	require.Equal(t, "rule_unknown", errs.CodeOf(err))
	r, err := d.PutRule(ctx, boss, loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3})
	require.NoError(t, err)
	r.Off = true
	_, err = d.PutRule(ctx, boss, r)
	require.NoError(t, err)
	_, err = d.PutRule(ctx, boss, r)
	require.Equal(t, "rule_changed", errs.CodeOf(err))
	d.say("1,2026-05-30,A,,1")
	require.Zero(t, d.open(), "a rule that is off opens nothing")
}

func TestACaseIsWorkedOnClosedAndOpenedAgain(t *testing.T) {
	d := newDesk(t, false)
	d.rule(loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3})
	d.say("1,2026-05-30,A,,1", "2,2026-05-30,B,,1")
	require.Equal(t, 2, d.open())
	c := d.cases()[0]
	owner, due := " Ines ", time.Date(2026, 6, 2, 15, 0, 0, 0, time.UTC)
	c, _, err := d.Edit(ctx, boss, c.ID, loop.Change{Version: 1, Owner: &owner, DueAt: &due, Status: loop.InWork, Note: "Called."})
	require.NoError(t, err)
	require.Equal(t, []any{"Ines", loop.InWork, 2, 1}, []any{c.Owner, c.Status, c.Version, len(c.Notes)})
	require.Equal(t, org.Date(due), c.DueAt)
	_, _, err = d.Edit(ctx, boss, c.ID, loop.Change{Version: 1, Note: "Late."})
	require.Equal(t, "case_changed", errs.CodeOf(err))
	for path, ch := range map[string]loop.Change{
		"/reason": {Status: loop.Closed}, "/status": {Status: "gone"}, "/note": {Note: strings.Repeat("x", 2001)}, "/email": {Status: loop.Closed, Reason: loop.Solved, Ask: true, Email: "a@example.com"},
	} {
		ch.Version = 2
		_, _, err = d.Edit(ctx, boss, c.ID, ch)
		require.Equal(t, "case_invalid", errs.CodeOf(err), path)
		require.Contains(t, places(t, err), path)
	}
	late, err := d.Overdue(ctx)
	require.NoError(t, err)
	require.Empty(t, late, "due today is not late")
	d.now = d.now.AddDate(0, 0, 2)
	late, err = d.Overdue(ctx)
	require.NoError(t, err)
	require.Len(t, late, 1)

	c, q, err := d.Edit(ctx, boss, c.ID, loop.Change{Version: 2, Status: loop.Closed, Reason: loop.Explained})
	require.NoError(t, err)
	require.Equal(t, loop.Question{}, q, "nobody asked for the customer to be asked")
	require.Equal(t, []any{loop.Closed, loop.Explained, false}, []any{c.Status, c.Reason, c.Overdue(d.now.AddDate(1, 0, 0))})
	c, _, err = d.Edit(ctx, boss, c.ID, loop.Change{Version: 3, Status: loop.Open, Note: "It came back."})
	require.NoError(t, err)
	require.Equal(t, []any{loop.Open, loop.Reason(""), 1, true}, []any{c.Status, c.Reason, c.Reopened, c.ClosedAt.IsZero()})

	closures := map[string]int{}
	require.NoError(t, d.EachClosure(ctx, func(_ int64, x journey.Closure) error { closures[x.State]++; return nil }))
	require.Equal(t, map[string]int{"open": 1, "reopened": 1}, closures)
}

func TestCasesOfOtherTeamsAreNotThere(t *testing.T) {
	d := newDesk(t, false)
	d.rule(loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3})
	d.say("1,2026-05-30,A,,1", "2,2026-05-30,B,,1")
	d.open()
	list := d.cases()
	lead := auth.Principal{ID: "l", Role: auth.Lead, Scope: org.Teams(list[0].Team)}
	_, _, err := d.Edit(ctx, lead, list[1].ID, loop.Change{Version: 1, Note: "x"})
	require.Equal(t, "case_unknown", errs.CodeOf(err))
	_, err = d.Find(ctx, org.Scope{}, list[0].ID)
	require.Equal(t, "scope_missing", errs.CodeOf(err))
	mine, err := d.List(ctx, loop.Query{Scope: lead.Scope}, false)
	require.NoError(t, err)
	require.Len(t, mine, 1)
	tally, err := d.Tally(ctx, lead.Scope)
	require.NoError(t, err)
	require.Equal(t, loop.Tally{Open: 1}, tally)
}

func TestTheCustomerSaysWhetherItIsSolved(t *testing.T) {
	d := newDesk(t, false)
	d.rule(loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 1})
	d.say("1,2026-05-30,A,,1")
	d.open()
	c, q := d.close(d.cases()[0], "")
	require.True(t, strings.HasPrefix(q.Link, "https://rapport.test/solved/"), q.Link)
	token := path.Base(q.Link)
	_, err := d.Asked(ctx, "guess")
	require.Equal(t, "case_unknown", errs.CodeOf(err))
	d.now = d.now.AddDate(0, 0, 5)
	require.NoError(t, d.Reply(ctx, token, false))
	require.NoError(t, d.Reply(ctx, token, true), "the first answer counts, the second does no harm")
	c, err = d.Find(ctx, org.Everything, c.ID)
	require.NoError(t, err)
	require.Equal(t, []any{loop.Open, 1, false}, []any{c.Status, c.Reopened, c.Asked.Solved})
	require.Equal(t, org.Date(d.now).AddDate(0, 0, 3), c.DueAt, "there is time to look after it again")

	c, q = d.close(c, "")
	require.Len(t, c.Before, 1, "what was said before stays")
	_, err = d.Asked(ctx, token)
	require.Equal(t, "case_unknown", errs.CodeOf(err), "the old link asks nothing any more")
	require.NoError(t, d.Reply(ctx, path.Base(q.Link), true))
	c, err = d.Find(ctx, org.Everything, c.ID)
	require.NoError(t, err)
	require.Equal(t, []any{loop.Closed, true}, []any{c.Status, c.Asked.Solved})
	tally, err := d.Tally(ctx, org.Everything)
	require.NoError(t, err)
	require.Equal(t, loop.Tally{Closed: 1, Reopened: 1, Asked: 2, Replied: 2, SaidSolved: 1}, tally, "of fewer than ten there is no share")

	_, q, err = d.Edit(ctx, boss, c.ID, loop.Change{Version: c.Version, Status: loop.Open})
	require.NoError(t, err)
	c, _ = d.Find(ctx, org.Everything, c.ID)
	_, q = d.close(c, "")
	d.now = d.now.AddDate(0, 0, 91)
	_, err = d.Asked(ctx, path.Base(q.Link))
	require.Equal(t, "case_unknown", errs.CodeOf(err), "after three months it is too late")
}

func TestTheLetterIsCappedAndOptOutIsKept(t *testing.T) {
	d := newDesk(t, true)
	d.rule(loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3})
	d.say("1,2026-05-30,A,,1", "2,2026-05-30,A,Desk,1", "3,2026-05-30,A,Desk,2", "4,2026-05-30,A,Desk,2")
	d.open()
	list := d.cases()
	_, _, err := d.Edit(ctx, boss, list[0].ID, loop.Change{Version: 1, Status: loop.Closed, Reason: loop.Solved, Ask: true, Email: "nobody"})
	require.Equal(t, "case_invalid", errs.CodeOf(err))

	c, q := d.close(list[0], "Ann@example.com")
	require.Equal(t, loop.Question{Outcome: feedback.Invited}, q, "a link that went by letter is not shown")
	require.True(t, c.Asked.Letter)
	second, q := d.close(list[1], "ann@example.com ")
	require.Equal(t, feedback.Resting, q.Outcome)
	require.Nil(t, second.Asked)
	require.Equal(t, loop.Closed, second.Status, "it is closed all the same")

	sent, err := d.store.WaitingMessages(ctx, 10)
	require.NoError(t, err)
	require.Len(t, sent, 1)
	m := sent[0]
	require.Equal(t, []string{"Ann@example.com", "solved", "pl"}, []string{m.To, m.Template, m.Locale})
	token := strings.TrimSuffix(strings.TrimPrefix(m.Params["link"], "https://rapport.test/solved/"), "?lang=pl")
	require.Equal(t, "https://rapport.test/solved/"+token+"/optout?lang=pl", m.Params["optout"])
	require.NoError(t, d.Reply(ctx, token, true))

	d.now = d.now.AddDate(0, 0, 8)
	_, q = d.close(list[2], "ann@example.com")
	require.Equal(t, feedback.Invited, q.Outcome, "a week later another matter may be asked about")
	require.NoError(t, d.of.OptOut(ctx, token))
	d.now = d.now.AddDate(0, 0, 8)
	_, q = d.close(list[3], "ann@example.com")
	require.Equal(t, feedback.OptedOut, q.Outcome)
	left, err := d.store.WaitingMessages(ctx, 10)
	require.NoError(t, err)
	require.Len(t, left, 2)
	require.Equal(t, outbox.Waiting, left[0].State)
}

func TestTheShareOfSolvedHasAnInterval(t *testing.T) {
	d := newDesk(t, false)
	d.rule(loop.Rule{Type: feedback.CSAT, AtMost: 2, Days: 3})
	var lines []string
	for i := range 12 {
		lines = append(lines, fmt.Sprintf("%d,2026-05-30,A,,1", i))
	}
	d.say(lines...)
	require.Equal(t, 12, d.open())
	for i, c := range d.cases() {
		_, q := d.close(c, "")
		if i < 10 {
			require.NoError(t, d.Reply(ctx, path.Base(q.Link), i < 8))
		}
	}
	tally, err := d.Tally(ctx, org.Everything)
	require.NoError(t, err)
	require.Equal(t, []int{12, 10, 8, 2, 10}, []int{tally.Asked, tally.Replied, tally.SaidSolved, tally.Reopened, tally.Closed})
	// Wilson's interval of 8 of 10 at 90 %, worked out by hand from the formula.
	require.InDelta(t, 80, tally.Solved.Value, 1e-9)
	require.InDelta(t, 54.08, tally.Solved.Lo, .02)
	require.InDelta(t, 93.13, tally.Solved.Hi, .02)
	d.now = d.now.AddDate(1, 1, 0)
	tally, err = d.Tally(ctx, org.Everything)
	require.NoError(t, err)
	require.Equal(t, loop.Tally{}, tally, "what was opened more than a year ago is over")
}

// places is what an error says is wrong, as text.
func places(t *testing.T, err error) string {
	t.Helper()
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	return fmt.Sprintf("%+v", e.Fields)
}
