package subscription_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/goal"
	"rapport/internal/i18n"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/invest"
	"rapport/internal/journey"
	"rapport/internal/linkage"
	"rapport/internal/loop"
	"rapport/internal/mail"
	"rapport/internal/myteam"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
	"rapport/internal/report"
	"rapport/internal/returns"
	"rapport/internal/store/firmtest"
	"rapport/internal/subscription"
)

var ctx = context.Background()

// post is a real mail server in the process that keeps what it takes.
type post struct {
	mu    sync.Mutex
	taken []string
}

type session struct {
	of *post
	to string
}

func (s *session) Reset()                                    {}
func (s *session) Logout() error                             { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	s.of.taken = append(s.of.taken, string(b))
	return err
}

// paper stands for the browser: it puts the page into a file as it is, unless it is torn.
type paper struct{ torn bool }

func (p *paper) Print(_ context.Context, page []byte) ([]byte, error) {
	if p.torn {
		return nil, errs.Unavailable("pdf_unavailable")
	}
	return append([]byte("%PDF-"), page...), nil
}

type env struct {
	*firmtest.Firm
	*subscription.Service
	box     *outbox.Service
	actions *action.Service
	reports *report.Service
	post    *post
	paper   *paper
	cases   *loop.Service
	links   *linkage.Service
	from    subscription.From
}

func newEnv(t *testing.T) *env {
	t.Helper()
	f := firmtest.New(t)
	p := &post{}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{of: p}, nil }))
	srv.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	sender, err := mail.New("smtp://"+l.Addr().String(), "Rapport <rapport@example.com>")
	require.NoError(t, err)
	ops := operation.NewService(f.Store, f.Now)
	t.Cleanup(ops.Close)
	links := linkage.NewService(f.Store, f.Org, f.Sources(), ops, f.Now)
	ledger := initiative.NewService(f.Store, f.Org, f.Sources(), ops, f.Now)
	goals := goal.NewService(f.Store, f.Org, f.Sources(), ops, f.Now)
	paid := returns.NewService(f.Store, returns.From{Ledger: ledger, Links: links, Teams: f.Org, Sources: f.Sources()}, ops, f.Now)
	e := &env{Firm: f, post: p, paper: &paper{}, actions: action.NewService(f.Store, f.Auth, f.Org, f.Sources(), action.Options{}, f.Now)}
	e.reports = report.NewService(f.Store, report.Sources{Teams: f.Org, Figures: f.Sources(), Evidence: links, Ledger: ledger, Returns: paid, Events: f.Store, Goals: goals, Printer: e.paper}, ops, f.Now)
	facts := fact.NewService(f.Store, intake.NewService(f.Store, f.Now), f.Store, f.Now)
	words := feedback.NewService(facts, f.Store, f.Now)
	worth := customer.NewService(facts, f.Store, words, f.Now)
	ways := journey.NewService(f.Store, journey.From{Facts: facts, Feedback: words, Customers: worth}, ops, f.Now)
	proposals := invest.NewService(f.Store, invest.From{Teams: f.Org, Goals: goals, Prices: paid, Links: links, Ledger: ledger}, ops, f.Now)
	e.cases = loop.NewService(f.Store, words, facts.Homes, loop.Options{URL: "https://rapport.test"}, f.Now)
	e.links = links
	e.from = subscription.From{
		People: f.Auth, Teams: f.Org, Reports: e.reports, Links: links, Goals: goals, Actions: e.actions, Pulses: pulse.NewService(f.Store, f.Store, pulse.NewKeyRing(t.TempDir()), f.Now), Homes: myteam.NewService(e.reports, links, f.Org), Cases: e.cases, Returns: paid, Ledger: ledger, Year: ledger, Journeys: ways, Words: words, Worth: worth, Proposals: proposals,
	}
	e.Service = subscription.NewService(f.Store, e.from, subscription.Options{URL: "https://rapport.test", Mailer: sender.(subscription.Mailer)}, f.Now)
	e.box = outbox.NewService(f.Store, sender, f.Now)
	e.box.Also(subscription.Template, e.Service)
	return e
}

// send lets the job and the outbox run once and gives the letters that arrived.
func (e *env) send(t *testing.T) []string {
	t.Helper()
	_, err := e.Dispatch(ctx)
	require.NoError(t, err)
	for range 2 { // what ends a subscription leaves a note behind it
		_, err = e.box.Deliver(ctx)
		require.NoError(t, err)
	}
	e.post.mu.Lock()
	defer e.post.mu.Unlock()
	out := e.post.taken
	e.post.taken = nil
	return out
}

// open reads a letter: its header, and its parts by type.
func open(t *testing.T, raw string) (netmail.Header, map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	require.NoError(t, err)
	parts := map[string]string{}
	var read func(kind, how string, body io.Reader)
	read = func(kind, how string, body io.Reader) {
		media, params, err := mime.ParseMediaType(kind)
		require.NoError(t, err)
		if !strings.HasPrefix(media, "multipart/") {
			if how == "quoted-printable" {
				body = quotedprintable.NewReader(body)
			}
			b, err := io.ReadAll(body)
			require.NoError(t, err)
			parts[media] += string(b)
			return
		}
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			require.NoError(t, err)
			read(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
		}
	}
	read(m.Header.Get("Content-Type"), "", m.Body)
	return m.Header, parts
}

func subject(t *testing.T, h netmail.Header) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	require.NoError(t, err)
	return s
}

func (e *env) quarter(t *testing.T, last string) {
	t.Helper()
	day, err := time.Parse(time.DateOnly, last)
	require.NoError(t, err)
	_, err = e.reports.Close(ctx, report.Order{AsOf: day, By: "test"})
	require.NoError(t, err)
}

const week = 7 * 24 * time.Hour

func TestAReportComesAtEachClose(t *testing.T) {
	e := newEnv(t)
	e.Fill(60, "", time.Time{}, 0)
	e.quarter(t, "2025-04-10")
	own, err := e.Add(ctx, e.Admin, subscription.Draft{Subject: subscription.Report, Rhythm: subscription.AtClose})
	require.NoError(t, err)
	require.Zero(t, own.NextAt)
	_, err = e.Add(ctx, e.Lead, subscription.Draft{Subject: subscription.Report, TeamID: e.Teams["east"], Rhythm: subscription.AtClose})
	require.NoError(t, err)
	require.NoError(t, e.Auth.SetLocale(ctx, e.Lead, "he"))
	require.Empty(t, e.send(t), "what is closed already is nothing new")

	e.Pass(10 * 24 * time.Hour)
	e.quarter(t, "2025-07-12")
	require.NoError(t, e.reports.MakeFiles(ctx, "2025-Q2", nil))
	letters := e.send(t)
	require.Len(t, letters, 2)
	require.Empty(t, e.send(t), "once")
	for _, raw := range letters {
		h, parts := open(t, raw)
		require.Contains(t, h.Get("List-Unsubscribe"), "https://rapport.test/unsubscribe/")
		require.Equal(t, "List-Unsubscribe=One-Click", h.Get("List-Unsubscribe-Post"))
		require.NotContains(t, parts["text/plain"], "{")
		if h.Get("Content-Language") == "he" {
			require.Contains(t, parts["text/html"], `dir="rtl"`)
			require.Contains(t, subject(t, h), "east")
			require.Contains(t, parts["text/plain"], "team="+e.Teams["east"])
			pdf, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(parts["application/pdf"]), ""))
			require.NoError(t, err)
			require.Contains(t, string(pdf), "east", "made for the letter: only the organisation's are made at the close")
			require.NotContains(t, string(pdf), "west")
			require.NotContains(t, parts["text/plain"], "west", "a lead of east learns nothing of west")
			continue
		}
		r, err := e.reports.Newest(ctx, e.Admin, "")
		require.NoError(t, err)
		for _, sentence := range r.In("en").Headline {
			require.Contains(t, parts["text/plain"], sentence)
		}
		require.Contains(t, parts["text/plain"], "https://rapport.test/reports/2025-Q2")
		require.NotEmpty(t, parts["application/pdf"])
	}
}

func TestAViewComesWithItsFigures(t *testing.T) {
	e := newEnv(t)
	due := e.Now().AddDate(0, 0, 12)
	for team, title := range map[string]string{"east": "Call back <b>sooner</b>", "west": "Only for west"} {
		_, err := e.actions.Add(ctx, e.Admin, action.Draft{Title: title, TeamID: e.Teams[team], OwnerID: e.Admin.ID, DueOn: due, RemindDays: -1})
		require.NoError(t, err)
	}
	_, err := e.Add(ctx, e.Lead, subscription.Draft{Subject: subscription.View, Path: "/actions?state=open", Name: "Actions\r\nBcc: all@example.com", Rhythm: subscription.Weekly})
	require.NoError(t, err)
	require.Empty(t, e.send(t), "not before Monday")
	e.Pass(week)
	letters := e.send(t)
	require.Len(t, letters, 1)
	h, parts := open(t, letters[0])
	require.Empty(t, h.Get("Bcc"))
	require.Contains(t, parts["text/plain"], "Call back <b>sooner</b>")
	require.Contains(t, parts["text/html"], "Call back &lt;b&gt;sooner")
	require.NotContains(t, letters[0], "Only for west")
	require.Contains(t, parts["text/plain"], "https://rapport.test/actions?state=open")
	require.Empty(t, e.send(t))
	e.Pass(5 * week)
	require.Len(t, e.send(t), 1, "what was missed comes once")
}

func TestALetterEndsWithTheRightToIt(t *testing.T) {
	goals := subscription.Draft{Subject: subscription.View, Path: "/goals", Rhythm: subscription.Weekly}
	for name, c := range map[string]struct {
		team   string
		change func(t *testing.T, e *env, reader string)
		says   string
	}{
		"left":            {change: func(_ *testing.T, e *env, r string) { e.Leave(r, auth.Lead, e.Teams["east"]) }, says: "has no account"},
		"another team":    {team: "east", change: func(t *testing.T, e *env, r string) { e.moveTo(t, r, "west") }, says: "may no longer see"},
		"a smaller scope": {team: "east", change: func(t *testing.T, e *env, r string) { e.moveTo(t, r, "east 1") }, says: "may no longer see"},
		"closed team": {team: "east 1", change: func(t *testing.T, e *env, _ string) {
			require.NoError(t, e.Org.ChangeTeam(ctx, e.Admin.ID, e.Teams["east 1"], org.TeamChange{Kind: org.Close, On: e.Now()}))
		}, says: "closed or merged"},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEnv(t)
			reader := e.Invite("reader@example.com", "Rita", auth.Lead, e.Teams["east"])
			d := goals
			d.ReaderID = reader
			if c.team != "" {
				d.Path += "?team=" + e.Teams[c.team]
			}
			x, err := e.Add(ctx, e.Admin, d)
			require.NoError(t, err)
			e.Waiting() // the invitation is none of this test's business
			c.change(t, e, reader)
			e.Pass(week)
			letters := e.send(t)
			require.Len(t, letters, 1, "only the note")
			h, parts := open(t, letters[0])
			require.Contains(t, h.Get("To"), "admin@example.com")
			require.Contains(t, parts["text/plain"], c.says)
			e.Pass(week)
			require.Empty(t, e.send(t))
			list, err := e.List(ctx, e.Admin)
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.NotZero(t, list[0].EndedAt, "it says why there are no more letters")
			require.NoError(t, e.Stop(ctx, e.Admin, x.ID))
			list, err = e.List(ctx, e.Admin)
			require.NoError(t, err)
			require.Empty(t, list)
		})
	}
}

// moveTo makes somebody the lead of another team.
func (e *env) moveTo(t *testing.T, user, team string) {
	t.Helper()
	_, err := e.Auth.Update(ctx, e.Admin, user, auth.Edit{Name: "Rita", Role: auth.Lead, TeamIDs: []string{e.Teams[team]}, Active: true})
	require.NoError(t, err)
}

func TestWhoMaySubscribe(t *testing.T) {
	e := newEnv(t)
	other := e.Invite("other@example.com", "Otto", auth.Lead, e.Teams["west"])
	view := func(path string) subscription.Draft {
		return subscription.Draft{Subject: subscription.View, Path: path, Rhythm: subscription.Monthly}
	}
	for path, code := range map[string]string{
		"/goals?team=" + e.Teams["west"]: "subscription_unseen", "/goals?team=nowhere": "subscription_unseen", "/returns": "subscription_unseen", "/access": "subscription_path",
		"https://evil.example/goals": "subscription_path", "//evil.example/goals": "subscription_path", "/goals#x": "subscription_path", "/../goals": "subscription_path", "goals": "subscription_path",
		"/goals\nBcc: x": "subscription_path", "/goals?%zz": "subscription_path", "/goals/" + strings.Repeat("x", 600): "subscription_path",
	} {
		_, err := e.Add(ctx, e.Lead, view(path))
		require.Equal(t, code, errs.CodeOf(err), path)
	}
	_, err := e.Add(ctx, e.Lead, subscription.Draft{Subject: subscription.Report, Rhythm: subscription.Weekly})
	require.Equal(t, "subscription_unseen", errs.CodeOf(err), "the organisation's report is not for a lead")
	d := view("/goals")
	d.ReaderID = other
	_, err = e.Add(ctx, e.Lead, d)
	require.Equal(t, "not_allowed", errs.CodeOf(err))
	d = view("/goals?team=" + e.Teams["east"])
	d.ReaderID = other
	_, err = e.Add(ctx, e.Admin, d)
	require.Equal(t, "subscription_reader_unseen", errs.CodeOf(err))
	d.ReaderID = "nobody"
	_, err = e.Add(ctx, e.Admin, d)
	require.Equal(t, "subscription_reader", errs.CodeOf(err))
	d.Rhythm = "hourly"
	_, err = e.Add(ctx, e.Admin, d)
	require.Equal(t, "subscription_rhythm", errs.CodeOf(err))
	readers, err := e.Readers(ctx, e.Admin, view("/goals?team="+e.Teams["east"]))
	require.NoError(t, err)
	require.Len(t, readers, 2)
	require.Equal(t, []string{"Ada", "Lea"}, []string{readers[0].Name, readers[1].Name})
	x, err := e.Add(ctx, e.Lead, view("/goals"))
	require.NoError(t, err)
	_, err = e.Add(ctx, e.Lead, view("/goals"))
	require.Equal(t, "subscription_twice", errs.CodeOf(err))
	_, err = e.Change(ctx, e.Principal(other), x.ID, subscription.Weekly)
	require.Equal(t, "subscription_unknown", errs.CodeOf(err))
	require.Equal(t, "subscription_unknown", errs.CodeOf(e.Stop(ctx, e.Admin, x.ID)), "not even an administrator's")
	got, err := e.Change(ctx, e.Lead, x.ID, subscription.Weekly)
	require.NoError(t, err)
	require.Equal(t, "2025-07-07T07:00:00Z", got.NextAt.Format(time.RFC3339), "Monday morning")
}

func TestOneClickEndsIt(t *testing.T) {
	e := newEnv(t)
	x, err := e.Add(ctx, e.Lead, subscription.Draft{Subject: subscription.View, Path: "/evidence", Rhythm: subscription.Weekly})
	require.NoError(t, err)
	e.Pass(week)
	letters := e.send(t)
	require.Len(t, letters, 1)
	h, _ := open(t, letters[0])
	u, err := url.Parse(strings.Trim(h.Get("List-Unsubscribe"), "<>"))
	require.NoError(t, err)
	require.Equal(t, "subscription_unknown", errs.CodeOf(e.Unsubscribe(ctx, x.ID, "guessed")))
	for range 2 {
		require.NoError(t, e.Unsubscribe(ctx, x.ID, u.Query().Get("t")))
	}
	e.Pass(week)
	require.Empty(t, e.send(t))
	require.Equal(t, "subscription.stop", e.LastAudit().Action)
}

// A letter that waits when its subscription is stopped does not go out.
func TestALetterOnItsWayIsHeldBack(t *testing.T) {
	e := newEnv(t)
	x, err := e.Add(ctx, e.Lead, subscription.Draft{Subject: subscription.View, Path: "/evidence", Rhythm: subscription.Weekly})
	require.NoError(t, err)
	e.Pass(week)
	n, err := e.Dispatch(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NoError(t, e.Stop(ctx, e.Lead, x.ID))
	require.Empty(t, e.send(t))
}

// A letter does not wait for a browser that is not there: it says where the PDF is.
func TestALetterGoesOutWithoutItsPaper(t *testing.T) {
	e := newEnv(t)
	e.Fill(60, "", time.Time{}, 0)
	e.paper.torn = true
	_, err := e.Add(ctx, e.Lead, subscription.Draft{Subject: subscription.Report, TeamID: e.Teams["east"], Rhythm: subscription.AtClose})
	require.NoError(t, err)
	e.quarter(t, "2025-07-02")
	letters := e.send(t)
	require.Len(t, letters, 1)
	_, parts := open(t, letters[0])
	require.Empty(t, parts["application/pdf"])
	require.Contains(t, parts["text/plain"], "The PDF could not be made now")
	require.Contains(t, parts["text/plain"], "https://rapport.test/reports/2025-Q2?team="+e.Teams["east"])
}

// Homes come as they stand on the screen: a lead's with the own team beside the company and no other team, HR's and CX's
// with their own side's figures.
func TestAHomeComesWithItsFigures(t *testing.T) {
	e := newEnv(t)
	e.Fill(60, "", time.Time{}, 0)
	e.quarter(t, "2025-07-02")
	hr := e.Principal(e.Invite("hr@example.com", "Hanna", auth.HR))
	cx := e.Principal(e.Invite("cx@example.com", "Carl", auth.CX))
	e.Waiting()
	for path, who := range map[string]auth.Principal{"/my-team?team=" + e.Teams["east"]: e.Lead, "/home/hr": hr, "/home/cx": cx} {
		_, err := e.Add(ctx, who, subscription.Draft{Subject: subscription.View, Path: path, Rhythm: subscription.Weekly})
		require.NoError(t, err, path)
	}
	for path, who := range map[string]auth.Principal{"/home/hr": e.Lead, "/home/cx": hr, "/my-team?team=" + e.Teams["west"]: e.Lead} {
		_, err := e.Add(ctx, who, subscription.Draft{Subject: subscription.View, Path: path, Rhythm: subscription.Weekly})
		require.Equal(t, "subscription_unseen", errs.CodeOf(err), path)
	}
	_, err := e.Add(ctx, e.Admin, subscription.Draft{Subject: subscription.View, Path: "/home", Rhythm: subscription.Weekly})
	require.Equal(t, "subscription_path", errs.CodeOf(err))
	e.Pass(week)
	letters := e.send(t)
	require.Len(t, letters, 3)
	for _, raw := range letters {
		h, parts := open(t, raw)
		text := parts["text/plain"]
		require.NotContains(t, text, "west")
		require.NotContains(t, text, "subscription.")
		switch to := h.Get("To"); {
		case strings.Contains(to, "lead@"):
			require.Contains(t, text, "east, 2025-Q2")
			require.Contains(t, text, "Calls back")
			require.Contains(t, text, "whether they hold here", "what it cannot say comes along")
			require.Contains(t, subject(t, h), "My team")
		case strings.Contains(to, "cx@"):
			require.Contains(t, text, "Calls back")
		default:
			require.NotContains(t, text, "Calls back", "that is a customer's figure")
		}
	}
}

// Open cases come with whose they are and when they are due, as far as the reader's teams go.
func TestCasesComeAsFarAsTheReaderSees(t *testing.T) {
	e := newEnv(t)
	for team, due := range map[string]time.Time{"east 1": e.Now().AddDate(0, 0, 3), "west 1": e.Now().AddDate(0, 0, 4)} {
		_, err := e.Store.OpenCases(ctx, []loop.Case{{ID: team, Team: e.Teams[team], Type: feedback.CSAT, Score: 2, OpenedAt: e.Now(), DueAt: org.Date(due), Status: loop.Open, Version: 1}}, loop.Seen{})
		require.NoError(t, err)
	}
	_, err := e.Add(ctx, e.Lead, subscription.Draft{Subject: subscription.View, Path: "/cases", Rhythm: subscription.Weekly})
	require.NoError(t, err)
	e.Pass(week)
	letters := e.send(t)
	require.Len(t, letters, 1)
	_, parts := open(t, letters[0])
	require.Contains(t, parts["text/plain"], "CSAT 2")
	require.Contains(t, parts["text/plain"], "east 1")
	require.Contains(t, parts["text/plain"], "overdue")
	require.NotContains(t, parts["text/plain"], "west")
}

func TestEveryPageHasAName(t *testing.T) {
	e := newEnv(t)
	pages := []string{
		"actions", "benchmarks", "cases", "catalogue", "comments", "customers", "cx", "evidence", "goals", "health", "home/cx", "home/hr", "initiatives", "invest", "jobs", "journeys",
		"my-team", "outcomes", "pains", "pulses", "returns", "teams", "touchpoints/none", "waves/none", "what-if",
	}
	for _, page := range pages {
		_, err := e.Add(ctx, e.Admin, subscription.Draft{Subject: subscription.View, Path: "/" + page, Rhythm: subscription.Quarterly})
		require.NoError(t, err, page)
	}
	for _, loc := range i18n.Locales {
		require.NoError(t, e.Auth.SetLocale(ctx, e.Admin, loc))
		list, err := e.Letters(ctx, 100)
		require.NoError(t, err)
		require.Len(t, list, len(pages))
		for _, m := range list {
			require.NotContains(t, m.Params["text"], "subscription.")
			require.NotContains(t, m.Params["subject"], "subscription.")
		}
	}
}
