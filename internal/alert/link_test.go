package alert_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/panel/paneltest"
	"rapport/internal/series"
	"rapport/internal/store/firmtest"
)

// linked is a service that watches real runs over figures of 25 teams; in them engagement goes with satisfaction.
type linked struct {
	*alert.Service
	links   *linkage.Service
	figures *paneltest.Figures
}

func withLinks(t *testing.T, f *firmtest.Firm, cases alert.Cases, inner ...string) linked {
	t.Helper()
	l := linked{figures: &paneltest.Figures{List: []series.Metric{
		{ID: "ex", Key: "ex", Name: "Engagement", Kind: series.EX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "cx", Key: "cx", Name: "Satisfaction", Kind: series.CX, Aggregation: series.Mean, HigherIsBetter: true},
	}}}
	var tree paneltest.Tree
	for g := range 25 {
		tree = append(tree, org.Team{ID: fmt.Sprintf("team%02d", g), Name: fmt.Sprintf("Team %d", g)})
	}
	l.fill(.6)
	ops := operation.NewService(f.Store, f.Now)
	t.Cleanup(ops.Close)
	l.links = linkage.NewService(f.Store, tree, []panel.Source{l.figures}, ops, f.Now)
	actions := action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{}, f.Now)
	g, err := alert.NewGuard(inner)
	require.NoError(t, err)
	l.Service = alert.NewService(f.Store, alert.From{People: f.Auth, Teams: f.Org, Sources: f.Sources(), Runs: f.Store, Links: l.links, Actions: actions, Cases: cases},
		alert.Options{URL: "https://rapport.test", Mails: true, Guard: g}, f.Now)
	return l
}

// fill makes the figures anew: 18 months in which satisfaction follows engagement by so much.
func (l *linked) fill(slope float64) {
	rng := rand.New(rand.NewPCG(7, 9))
	l.figures.Rows = nil
	for g := range 25 {
		for m := range 18 {
			p := series.Period{Grain: series.Month, Index: 2024*12 + m}
			ex := rng.NormFloat64()
			team := fmt.Sprintf("team%02d", g)
			l.figures.Rows = append(l.figures.Rows, series.Value{MetricID: "ex", TeamID: team, Period: p, Value: ex, N: 20},
				series.Value{MetricID: "cx", TeamID: team, Period: p, Value: slope*ex + .5*rng.NormFloat64(), N: 20})
		}
	}
}

// correlate makes a run as of a day; an origin says that it was made for the close of a quarter.
func (l *linked) correlate(t *testing.T, f *firmtest.Firm, asOf time.Time, origin string) linkage.Run {
	t.Helper()
	f.Pass(time.Hour)
	run, err := l.links.Do(ctx, linkage.Order{AsOf: asOf, Trigger: linkage.ByJob, By: "test", Origin: origin})
	require.NoError(t, err)
	return run
}

func TestALinkThatNoLongerHoldsIsToldOnce(t *testing.T) {
	f := firmtest.New(t)
	l := withLinks(t, f, nil)
	require.Equal(t, 1, l.correlate(t, f, f.Now(), "").Supported)
	n, err := l.Watch(ctx)
	require.NoError(t, err)
	require.Zero(t, n)

	// A quarter is closed in between: its run looks back to a day on which there was too little for any link.
	closed := firmtest.Start.AddDate(-1, -3, 0)
	require.Zero(t, l.correlate(t, f, closed, linkage.OriginClose+"2024-Q1").Supported)
	n, err = l.Watch(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "the run of a closed quarter says nothing new")

	l.fill(0)
	require.Zero(t, l.correlate(t, f, f.Now(), "").Supported)
	n, err = l.Watch(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n, "it is compared with the run before it that looked as far")
	list, _, err := l.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Equal(t, []alert.Kind{alert.LinkLost}, kinds(list), "a link is of no team")
	require.Contains(t, list[0].Path, "/evidence/")
	for _, loc := range []string{"en", "he", "pl"} {
		said := list[0].Text.In(loc)
		require.Contains(t, said, "Engagement")
		require.Contains(t, said, "Satisfaction")
		require.NotContains(t, said, "{")
	}
	for _, v := range []evidence.Verdict{evidence.Indicative, evidence.Exploratory, evidence.NoLinkSeen, evidence.NotEnough} {
		s := evidence.Sentence{Key: "alert.link_lost." + string(v), Params: list[0].Text.Params}
		require.NotEqual(t, s.Key, s.In("pl"), "each verdict has its words")
	}
	ms := f.Waiting()
	require.Len(t, ms, 2, "the administrator and the lead")

	l.fill(-.6)
	require.Equal(t, 1, l.correlate(t, f, f.Now(), "").Supported)
	n, err = l.Watch(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "what is found anew is no loss")
	l.fill(.6)
	require.Equal(t, 1, l.correlate(t, f, f.Now(), "").Supported)
	n, err = l.Watch(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n, "what points the other way no longer holds")
	list, _, err = l.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Contains(t, list[0].Text.In("en"), "the other way round")
	l.fill(0)
	require.Zero(t, l.correlate(t, f, f.Now(), "").Supported)
	n, err = l.Watch(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)

	// A quarter of the time in which it held is closed later, and closed once more: nothing is lost a second time.
	l.fill(.6)
	require.Equal(t, 1, l.correlate(t, f, firmtest.Start.AddDate(0, 0, -1), linkage.OriginClose+"2025-Q2").Supported)
	l.fill(0)
	l.correlate(t, f, f.Now(), "")
	n, err = l.Watch(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
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
	l.fill(0)
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
	alert.Change: "west 3", alert.LinkLost: "Engagement and Satisfaction", alert.ActionOverdue: "Call back", alert.CaseOverdue: "Desk, CSAT 1", alert.JobFailed: "correlate",
}
