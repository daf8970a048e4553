package alert_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/runlog"
	"rapport/internal/store/firmtest"
)

var ctx = context.Background()

func none(int64, int64) {}

func service(t *testing.T, f *firmtest.Firm, inner ...string) *alert.Service {
	t.Helper()
	return withCases(t, f, nil, inner...)
}

func withCases(t *testing.T, f *firmtest.Firm, cases alert.Cases, inner ...string) *alert.Service {
	t.Helper()
	g, err := alert.NewGuard(inner)
	require.NoError(t, err)
	ops := operation.NewService(f.Store, f.Now)
	t.Cleanup(ops.Close)
	actions := action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{}, f.Now)
	links := linkage.NewService(f.Store, f.Org, f.Sources(), ops, f.Now)
	return alert.NewService(f.Store, alert.From{People: f.Auth, Teams: f.Org, Sources: f.Sources(), Runs: f.Store, Links: links, Actions: actions, Cases: cases}, alert.Options{URL: "https://rapport.test", Mails: true, Guard: g}, f.Now)
}

// waiting are cases that wait longer than they may.
type waiting []alert.OverdueCase

// OverdueCases implements alert.Cases.
func (w *waiting) OverdueCases(context.Context, time.Time) ([]alert.OverdueCase, error) {
	return *w, nil
}

func kinds(list []alert.Shown) []alert.Kind {
	out := []alert.Kind{}
	for _, a := range list {
		out = append(out, a.Kind)
	}
	return out
}

func TestAChangeIsToldOnceAndOnlyInScope(t *testing.T) {
	f := firmtest.New(t)
	s := service(t, f)
	f.Fill(30, "west 3", firmtest.Start.AddDate(0, 0, -31), 8)
	n, err := s.WatchChanges(ctx, f.Now(), none)
	require.NoError(t, err)
	require.GreaterOrEqual(t, n, 1)
	list, unread, err := s.List(ctx, f.Admin, 10)
	require.NoError(t, err)
	require.Equal(t, n, unread)
	at := slices.IndexFunc(list, func(a alert.Shown) bool { return a.TeamID == f.Teams["west 3"] })
	require.GreaterOrEqual(t, at, 0, "the team's own line is told; the organisation's may be told beside it, in any order")
	for _, loc := range []string{"en", "he", "pl"} {
		require.Contains(t, list[at].Text.In(loc), "west 3")
		require.NotContains(t, list[at].Text.In(loc), "{")
	}
	mine, _, err := s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	for _, a := range mine {
		require.Empty(t, a.TeamID, "a lead of east learns nothing of west")
	}
	for range 2 {
		f.Pass(24 * time.Hour)
		again, err := s.WatchChanges(ctx, f.Now(), none)
		require.NoError(t, err)
		require.Zero(t, again, "one change is one occurrence")
	}
}

func TestNothingIsToldOfNoise(t *testing.T) {
	f := firmtest.New(t)
	s := service(t, f)
	f.Fill(30, "", firmtest.Start, 0)
	n, err := s.WatchChanges(ctx, f.Now(), none)
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestOverdueActionsGoToThoseTheyConcern(t *testing.T) {
	f := firmtest.New(t)
	s := service(t, f)
	actions := action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{}, f.Now)
	_, err := actions.Add(ctx, f.Lead, action.Draft{Title: "Call back", TeamID: f.Teams["east 1"], OwnerID: f.Lead.ID, DueOn: firmtest.Start.AddDate(0, 0, 2)})
	require.NoError(t, err)
	f.Invite("hr@example.com", "Hela", auth.HR)
	n, err := s.Watch(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	f.Pass(72 * time.Hour)
	for range 2 {
		_, err = s.Watch(ctx)
		require.NoError(t, err)
	}
	ms := f.Waiting()
	require.Len(t, ms, 1, "one letter, to the owner only")
	require.Equal(t, "lead@example.com", ms[0].To)
	require.Contains(t, ms[0].Params["lines"], "Call back")
	list, unread, err := s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Equal(t, []alert.Kind{alert.ActionOverdue}, kinds(list))
	require.Equal(t, 1, unread)
	require.NoError(t, s.MarkRead(ctx, f.Lead, []string{list[0].ID}))
	_, unread, err = s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Zero(t, unread)
	require.NoError(t, s.Settle(ctx, f.Lead, []alert.Kind{alert.ActionOverdue}, nil))
	list, _, err = s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Empty(t, list, "switched off in the app")
	admin, _, err := s.List(ctx, f.Admin, 10)
	require.NoError(t, err)
	require.Empty(t, admin)
	require.Equal(t, "alert_kind_unknown", errs.CodeOf(s.Settle(ctx, f.Lead, []alert.Kind{"x"}, nil)))
}

// Owner and maker have left and the team was merged: what was agreed is told to whoever may read it, not to nobody.
func TestAnOverdueActionOfAGoneTeamIsToldToSomebody(t *testing.T) {
	f := firmtest.New(t)
	s := service(t, f)
	actions := action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{}, f.Now)
	other := f.Invite("other@example.com", "Otto", auth.Lead, f.Teams["west 2"])
	_, err := actions.Add(ctx, f.Principal(other), action.Draft{Title: "Call back", TeamID: f.Teams["west 2"], OwnerID: other, DueOn: firmtest.Start.AddDate(0, 0, 2)})
	require.NoError(t, err)
	err = f.Org.ChangeTeam(ctx, f.Admin.ID, f.Teams["west 2"], org.TeamChange{Kind: org.Merge, On: firmtest.Start, IntoID: f.Teams["west 1"]})
	require.NoError(t, err)
	f.Leave(other, auth.Lead, f.Teams["west 2"])
	f.Pass(72 * time.Hour)
	_, err = s.Watch(ctx)
	require.NoError(t, err)
	told, _, err := s.List(ctx, f.Admin, 10)
	require.NoError(t, err)
	require.Equal(t, []alert.Kind{alert.ActionOverdue}, kinds(told))
	told, _, err = s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Empty(t, told, "a lead of east learns nothing of west")
	ms := f.Waiting()
	require.Len(t, ms, 1)
	require.Equal(t, "admin@example.com", ms[0].To)
}

func TestOverdueCasesGoToThoseWhoLookAfterThem(t *testing.T) {
	f := firmtest.New(t)
	list := &waiting{}
	s := withCases(t, f, list)
	require.Contains(t, s.Kinds(), alert.CaseOverdue)
	require.NotContains(t, service(t, f).Kinds(), alert.CaseOverdue, "without cases the rule is not offered")
	n, err := s.Watch(ctx)
	require.NoError(t, err)
	require.Zero(t, n)

	due := firmtest.Start.AddDate(0, 0, -2).Truncate(24 * time.Hour)
	*list = waiting{{ID: "c1", TeamID: f.Teams["east 1"], Title: "Desk, CSAT 1", Owner: "hela", DueAt: due}, {ID: "c2", TeamID: f.Teams["west 1"], Title: "Phone, CES 2", DueAt: due}}
	f.Invite("hr@example.com", "Hela", auth.HR)
	f.Invite("other@example.com", "Otto", auth.HR)
	cx := f.Principal(f.Invite("cx@example.com", "Cleo", auth.CX))
	for range 2 {
		n, err = s.Watch(ctx)
		require.NoError(t, err)
	}
	require.Zero(t, n, "one case is told once for one day")
	letters := map[string]string{}
	for _, m := range f.Waiting() {
		letters[m.To] += m.Params["lines"]
	}
	require.Equal(t, "• 2 cases passed their due date without being closed.", letters["cx@example.com"])
	for to, want := range map[string][2]bool{"lead@example.com": {true, false}, "hr@example.com": {true, false}} {
		require.Equal(t, want, [2]bool{strings.Contains(letters[to], "Desk, CSAT 1"), strings.Contains(letters[to], "Phone, CES 2")}, to)
	}
	require.NotContains(t, letters, "other@example.com", "it is not everybody's business")

	mine, _, err := s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Len(t, mine, 1)
	require.Equal(t, "/cases/c1", mine[0].Path)
	for _, loc := range []string{"en", "he", "pl"} {
		said := mine[0].Text.In(loc)
		require.Contains(t, said, "Desk, CSAT 1")
		require.Contains(t, said, i18n.Day(loc, due), "days as people write them")
		require.NotContains(t, said, "{")
	}
	both, unread, err := s.List(ctx, cx, 10)
	require.NoError(t, err)
	require.Len(t, both, 1, "what fell due together is one alert")
	require.Equal(t, 1, unread)
	require.Equal(t, "/cases?overdue=1", both[0].Path)
	for loc, said := range map[string]string{"en": "2 cases passed", "he": "שתי פניות", "pl": "Termin 2 spraw minął"} {
		require.Contains(t, both[0].Text.In(loc), said)
	}
	require.NoError(t, s.MarkRead(ctx, cx, []string{both[0].ID}))
	_, unread, err = s.List(ctx, cx, 10)
	require.NoError(t, err)
	require.Zero(t, unread)
	*list = append(*list, alert.OverdueCase{ID: "c3", TeamID: f.Teams["west 1"], Title: "Chat, CES 1", DueAt: due})
	n, err = s.Watch(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	both, unread, err = s.List(ctx, cx, 10)
	require.NoError(t, err)
	require.Len(t, both, 1, "one more on the same day joins them")
	require.Contains(t, both[0].Text.In("en"), "3 cases")
	require.Equal(t, 1, unread, "and is news")
	require.NoError(t, s.Settle(ctx, cx, []alert.Kind{alert.CaseOverdue}, nil))
	none, _, err := s.List(ctx, cx, 10)
	require.NoError(t, err)
	require.Empty(t, none, "switched off in the app")

	(*list)[0].DueAt = due.AddDate(0, 0, 1)
	n, err = s.Watch(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n, "put off and late again is news")
}

func TestACaseNobodyLooksAfterIsToldToWhoeverMayRead(t *testing.T) {
	f := firmtest.New(t)
	s := withCases(t, f, &waiting{{ID: "c2", TeamID: f.Teams["west 1"], Title: "Phone, CES 2", DueAt: firmtest.Start}})
	_, err := s.Watch(ctx)
	require.NoError(t, err)
	told, _, err := s.List(ctx, f.Admin, 10)
	require.NoError(t, err)
	require.Equal(t, []alert.Kind{alert.CaseOverdue}, kinds(told))
	told, _, err = s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Empty(t, told, "a lead of east learns nothing of west")
}

func TestSwitchedOffMailIsNotSent(t *testing.T) {
	f := firmtest.New(t)
	s := service(t, f)
	fail(t, f, "correlate")
	s.Heed([]string{"correlate"})
	require.NoError(t, s.Settle(ctx, f.Admin, nil, []alert.Kind{alert.JobFailed}))
	n, err := s.Watch(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Empty(t, f.Waiting())
	fail(t, f, "correlate")
	n, err = s.Watch(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "still failing is no news")
	lead, _, err := s.List(ctx, f.Lead, 10)
	require.NoError(t, err)
	require.Empty(t, lead, "jobs are not a lead's business")
}

// fail enters a failed run of a job into the ledger.
func fail(t *testing.T, f *firmtest.Firm, job string) {
	t.Helper()
	f.Pass(time.Minute)
	id := strconv.FormatInt(f.Now().UnixMilli(), 10)
	run, fence, won, err := f.Store.ClaimJob(ctx, runlog.Claim{Run: runlog.Run{ID: id, Job: job, Slot: id, Occurrence: f.Now(), AsOf: f.Now(), Trigger: runlog.BySchedule, StartedAt: f.Now()}, Lease: time.Minute})
	require.NoError(t, err)
	require.True(t, won)
	run.State, run.Code, run.FinishedAt = runlog.Failed, "job_timed_out", f.Now()
	require.NoError(t, f.Store.FinishJob(ctx, fence, run, 100))
}

// target is a real server that keeps what it is sent.
type target struct {
	mu     sync.Mutex
	status int
	heads  []http.Header
	bodies []string
}

func (x *target) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.heads, x.bodies = append(x.heads, r.Header.Clone()), append(x.bodies, string(b))
	w.Header().Set("Location", "http://169.254.169.254/latest")
	w.WriteHeader(x.status)
}

func TestAWebhookIsSignedRetriedAndItsKeyRotated(t *testing.T) {
	f := firmtest.New(t)
	x := &target{status: http.StatusServiceUnavailable}
	srv := httptest.NewServer(x)
	t.Cleanup(srv.Close)
	s := service(t, f, "127.0.0.0/8")
	h, err := s.AddHook(ctx, f.Admin, alert.HookEdit{URL: srv.URL + "/in", Kinds: []alert.Kind{alert.JobFailed}, Active: true})
	require.NoError(t, err)
	box := outbox.NewService(f.Store, nil, f.Now)
	box.Also(alert.Template, s)
	fail(t, f, "correlate")
	s.Heed([]string{"correlate"})
	require.NoError(t, s.Settle(ctx, f.Admin, nil, []alert.Kind{alert.JobFailed}))
	_, err = s.Watch(ctx)
	require.NoError(t, err)
	sent, err := box.Deliver(ctx)
	require.NoError(t, err)
	require.Zero(t, sent, "refused with 503: it waits")
	hooks, err := s.Hooks(ctx)
	require.NoError(t, err)
	require.Equal(t, "webhook_refused", hooks[0].LastCode)
	x.status = http.StatusNoContent
	rotated, err := s.ChangeHook(ctx, f.Admin, h.ID, alert.HookEdit{URL: h.URL, Kinds: h.Kinds, Active: true}, true)
	require.NoError(t, err)
	require.NotEqual(t, h.Secret, rotated.Secret)
	f.Pass(2 * time.Minute)
	sent, err = box.Deliver(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, sent)
	head, body := x.heads[1], x.bodies[1]
	require.Equal(t, x.heads[0].Get("Rapport-Delivery"), head.Get("Rapport-Delivery"), "a receiver can tell a repetition")
	at, err := strconv.ParseInt(head.Get("Rapport-Timestamp"), 10, 64)
	require.NoError(t, err)
	signed := strings.Split(head.Get("Rapport-Signature"), ",")
	require.Equal(t, []string{alert.Sign(rotated.Secret, time.Unix(at, 0), body), alert.Sign(h.Secret, time.Unix(at, 0), body)}, signed, "for a day both keys sign")
	require.Contains(t, body, `"kind":"job_failed"`)
	require.Contains(t, body, `The job “`+i18n.Text("en", "job.correlate.title", nil)+`” failed`, "by its name, as on the page of jobs")
	f.Pass(25 * time.Hour)
	require.NoError(t, s.Ping(ctx, h.ID))
	require.NotContains(t, x.heads[2].Get("Rapport-Signature"), ",")
	x.status = http.StatusFound
	require.Equal(t, "webhook_refused", errs.CodeOf(s.Ping(ctx, h.ID)), "a redirect is not followed")
	require.Len(t, x.heads, 4)
	require.NoError(t, s.DropHook(ctx, f.Admin, h.ID))
	require.Equal(t, "webhook_unknown", errs.CodeOf(s.Ping(ctx, h.ID)))
}

// The signature is what printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key prints.
func TestTheSignatureIsPlainHMAC(t *testing.T) {
	require.Equal(t, "v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03", alert.Sign("key", time.Unix(1700000000, 0), `{"a":1}`))
}

func TestInnerAddressesAreRefused(t *testing.T) {
	f := firmtest.New(t)
	s := service(t, f)
	for _, host := range []string{
		"127.0.0.1", "localhost", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
		"[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "[ff02::1]",
		"[::ffff:0:127.0.0.1]", "[fe80::1%25lo]", "[4000::1]", "127.0.0.1:443", "127.0.0.1:", "[::1]:8443", "[::ffff:7f00:1]:443", "10.0.0.1:08443",
	} {
		_, err := s.AddHook(ctx, f.Admin, alert.HookEdit{URL: "https://" + host + "/x", Active: true})
		require.Equal(t, "webhook_inner_address", errs.CodeOf(err), host)
	}
	for url, code := range map[string]string{
		"ftp://example.com": "webhook_url_unreadable", "https://user:pass@example.com": "webhook_url_unreadable", "//example.com": "webhook_url_unreadable", "x": "webhook_url_unreadable",
		"http://93.184.215.14/x": "webhook_needs_https",
		// Addresses written otherwise (one number, hexadecimal, octal, too few parts) and ports there are not.
		"https://2130706433/x": "webhook_url_unreadable", "https://0x7f000001/x": "webhook_url_unreadable", "https://0x7f.0.0.1/x": "webhook_url_unreadable",
		"https://127.1/x": "webhook_url_unreadable", "https://0177.0.0.1/x": "webhook_url_unreadable", "https://127.0.0.1./x": "webhook_url_unreadable",
		"https://example.com:0/x": "webhook_url_unreadable", "https://example.com:65536/x": "webhook_url_unreadable", "https://example.com:80:80/x": "webhook_url_unreadable",
		"https://example.com:443@127.0.0.1/x": "webhook_url_unreadable", "https:127.0.0.1/x": "webhook_url_unreadable", "https://127.0.0.1\\@example.com/x": "webhook_url_unreadable",
	} {
		_, err := s.AddHook(ctx, f.Admin, alert.HookEdit{URL: url})
		require.Equal(t, code, errs.CodeOf(err), url)
	}
}

// A name that resolves to an inner address only when it is called (DNS rebinding) is stopped where the connection is
// made: the target is entered while the network was allowed, and called by an instance that does not allow it.
func TestTheAddressIsCheckedWhereTheConnectionIsMade(t *testing.T) {
	f := firmtest.New(t)
	x := &target{status: http.StatusNoContent}
	srv := httptest.NewServer(x)
	t.Cleanup(srv.Close)
	h, err := service(t, f, "127.0.0.0/8").AddHook(ctx, f.Admin, alert.HookEdit{URL: strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), Active: true})
	require.NoError(t, err)
	require.Equal(t, "webhook_inner_address", errs.CodeOf(service(t, f).Ping(ctx, h.ID)))
	require.Empty(t, x.heads)
}

func TestAnUnreadableInnerNetworkStopsTheStart(t *testing.T) {
	_, err := alert.NewGuard([]string{"10.0.0.0"})
	require.Equal(t, "webhook_inner_unreadable", errs.CodeOf(err))
}

// The example that receivers are given is the one that is computed here.
func TestTheDocumentedSignatureIsTrue(t *testing.T) {
	page, err := os.ReadFile("../docs/webhooks.md")
	require.NoError(t, err)
	require.Contains(t, string(page), alert.Sign("key", time.Unix(1700000000, 0), `{"a":1}`))
	for _, k := range []alert.Kind{alert.Change, alert.LinkLost, alert.ActionOverdue, alert.CaseOverdue, alert.JobFailed} {
		require.Contains(t, string(page), "`"+string(k)+"`")
	}
}
