package alert_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/ident"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/store/firmtest"
)

// linked is a service that watches runs as they are stored; each run has one pair, engagement and satisfaction.
type linked struct {
	*alert.Service
	slope   float64 // of the next runs
	verdict evidence.Verdict
}

func withLinks(t *testing.T, f *firmtest.Firm, cases alert.Cases, inner ...string) *linked {
	t.Helper()
	ops := operation.NewService(f.Store, f.Now)
	t.Cleanup(ops.Close)
	links := linkage.NewService(f.Store, f.Org, f.Sources(), ops, f.Now)
	actions := action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{}, f.Now)
	g, err := alert.NewGuard(inner)
	require.NoError(t, err)
	s := alert.NewService(f.Store, alert.From{People: f.Auth, Teams: f.Org, Sources: f.Sources(), Runs: f.Store, Links: links, Actions: actions, Cases: cases},
		alert.Options{URL: "https://rapport.test", Mails: true, Guard: g}, f.Now)
	return &linked{s, .6, evidence.Supported}
}

// correlate stores a run as of a day; an origin says that it was made for the close of a quarter.
func (l *linked) correlate(t *testing.T, f *firmtest.Firm, asOf time.Time, origin string) {
	t.Helper()
	f.Pass(time.Hour)
	slope := l.slope
	run := linkage.Run{ID: ident.New(), AsOf: org.Date(asOf), CreatedAt: f.Now(), Trigger: linkage.ByJob, Origin: origin, Findings: 1, Catalogue: []series.Metric{{ID: "ex", Name: "Engagement"}, {ID: "cx", Name: "Satisfaction"}}}
	if l.verdict == evidence.Supported {
		run.Supported = 1
	}
	found := linkage.Finding{ID: "ex-cx", X: "ex", Y: "cx", Block: linkage.EXCX, Grain: series.Month, Verdict: l.verdict, TWFE: evidence.Estimate{Value: &slope}}
	require.NoError(t, f.Store.SaveRun(ctx, run, []linkage.Finding{found}, nil, 20, audit.Entry{At: f.Now(), Actor: "test", Action: "run.save", Object: run.ID}))
}

func TestALinkThatNoLongerHoldsIsToldOnce(t *testing.T) {
	f := firmtest.New(t)
	l := withLinks(t, f, nil)
	told := func(want int, why string) {
		t.Helper()
		n, err := l.Watch(ctx)
		require.NoError(t, err)
		require.Equal(t, want, n, why)
	}
	newest := func() alert.Shown {
		t.Helper()
		list, _, err := l.List(ctx, f.Lead, 10)
		require.NoError(t, err)
		require.Equal(t, alert.LinkLost, list[0].Kind, "a link is of no team")
		return list[0]
	}
	l.correlate(t, f, f.Now(), "")
	told(0, "the first run has nothing to be held against")

	// A quarter is closed in between: its run looks back to a day on which there was too little for any link.
	l.verdict = evidence.NotEnough
	l.correlate(t, f, f.Now().AddDate(-1, 0, 0), linkage.OriginClose+"2024-Q2")
	told(0, "the run of a closed quarter says nothing new")

	l.verdict = evidence.NoLinkSeen
	l.correlate(t, f, f.Now(), "")
	told(1, "it is held against the run before it that looked as far")
	told(0, "once")
	require.Equal(t, "/evidence/ex-cx", newest().Path)
	for _, v := range []evidence.Verdict{evidence.Indicative, evidence.Exploratory, evidence.NoLinkSeen, evidence.NotEnough} {
		for _, loc := range []string{"en", "he", "pl"} {
			s := evidence.Sentence{Key: "alert.link_lost." + string(v), Params: newest().Text.Params}
			require.Contains(t, s.In(loc), "Engagement")
			require.Contains(t, s.In(loc), "Satisfaction")
			require.NotContains(t, s.In(loc), "{")
		}
	}
	require.Len(t, f.Waiting(), 2, "the administrator and the lead")

	l.verdict, l.slope = evidence.Supported, -.6
	l.correlate(t, f, f.Now(), "")
	told(0, "what is found anew is no loss")
	l.slope = .6
	l.correlate(t, f, f.Now(), "")
	told(1, "what points the other way no longer holds")
	for loc, words := range map[string]string{"en": "the other way round", "he": "בכיוון ההפוך", "pl": "w przeciwnym kierunku"} {
		require.Contains(t, newest().Text.In(loc), words)
	}
	l.verdict = evidence.Indicative
	l.correlate(t, f, f.Now(), "")
	told(1, "lost")

	// A quarter of the time in which it held is closed later, and a run about the past is made by hand: nothing is lost again.
	l.verdict = evidence.Supported
	l.correlate(t, f, f.Now().AddDate(0, -1, 0), linkage.OriginClose+"2025-Q2")
	l.correlate(t, f, f.Now().AddDate(0, -2, 0), "")
	told(0, "they look back")
	l.verdict = evidence.Indicative
	l.correlate(t, f, f.Now(), "")
	told(0, "it was not supported in the run before either")
}

// Each kind is told in the app, by mail and to a webhook, and each of them can be switched off.
func TestEachKindGoesEachWayAndEachCanBeSwitchedOff(t *testing.T) {
	f := firmtest.New(t)
	cases := &waiting{{ID: "c1", TeamID: f.Teams["east 1"], Title: "Desk, CSAT 1", Owner: "Ada", DueAt: firmtest.Start}}
	l := withLinks(t, f, cases, "127.0.0.0/8")
	got, stop := listen(t)
	defer stop()
	every := []alert.Kind{alert.Change, alert.LinkLost, alert.ActionOverdue, alert.CaseOverdue, alert.JobFailed}
	require.ElementsMatch(t, every, l.Kinds())
	h, err := l.AddHook(ctx, f.Admin, alert.HookEdit{URL: got.url + "/all", Kinds: every, Active: true})
	require.NoError(t, err)
	_, err = l.AddHook(ctx, f.Admin, alert.HookEdit{URL: got.url + "/none", Kinds: []alert.Kind{}, Active: true})
	require.NoError(t, err)
	_, err = l.AddHook(ctx, f.Admin, alert.HookEdit{URL: got.url + "/off", Kinds: every, Active: false})
	require.NoError(t, err)
	deaf := f.Principal(f.Invite("deaf@example.com", "Dora", auth.Admin))
	require.NoError(t, l.Settle(ctx, deaf, every, every))

	// All five happen.
	f.Fill(30, "west 3", firmtest.Start.AddDate(0, 0, -31), 8)
	actions := action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{}, f.Now)
	_, err = actions.Add(ctx, f.Admin, action.Draft{Title: "Call back", OwnerID: f.Admin.ID, AgreedOn: firmtest.Start.AddDate(0, 0, -9), DueOn: firmtest.Start.AddDate(0, 0, -2)})
	require.NoError(t, err)
	_, err = actions.Add(ctx, deaf, action.Draft{Title: "Call again", OwnerID: deaf.ID, AgreedOn: firmtest.Start.AddDate(0, 0, -9), DueOn: firmtest.Start.AddDate(0, 0, -2)})
	require.NoError(t, err)
	l.correlate(t, f, f.Now(), "")
	l.verdict = evidence.NoLinkSeen
	l.correlate(t, f, f.Now(), "")
	l.Heed([]string{"correlate"})
	fail(t, f, "correlate")
	_, err = l.Watch(ctx)
	require.NoError(t, err)
	_, err = l.WatchChanges(ctx, f.Now(), none)
	require.NoError(t, err)

	list, _, err := l.List(ctx, f.Admin, 100)
	require.NoError(t, err)
	told := map[alert.Kind]bool{}
	lines := 0
	for _, a := range list {
		told[a.Kind] = true
		lines++
	}
	for _, k := range every {
		require.True(t, told[k], "%s in the app", k)
	}
	list, unread, err := l.List(ctx, deaf, 100)
	require.NoError(t, err)
	require.Empty(t, list, "all switched off in the app")
	require.Zero(t, unread)

	sent := got.deliver(t, f, l.Service)
	require.Positive(t, sent)
	require.Zero(t, got.count("/none"))
	require.Zero(t, got.count("/off"))
	for _, k := range every {
		require.True(t, got.has("/all", string(k)), "%s by webhook", k)
		require.True(t, got.mailed("admin@example.com", words[k]), "%s by mail", k)
	}
	require.False(t, got.mailed("deaf@example.com", ""), "all switched off by mail")
	got.verify(t, "/all", h.Secret)
}

// words are what a letter says of each kind.
var words = map[alert.Kind]string{
	alert.Change: "west 3", alert.LinkLost: "Engagement and Satisfaction", alert.ActionOverdue: "Call back", alert.CaseOverdue: "Desk, CSAT 1", alert.JobFailed: "Correlate",
}
