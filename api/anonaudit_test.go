package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/anonaudit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
)

// The audit attacks the real program as everybody and finds nothing; what it read is no less than what was released.
func TestTheAuditOfARunningInstance(t *testing.T) { onBoth(t, auditARunningInstance) }

func auditARunningInstance(t *testing.T, on func(*Config)) {
	i, hr, rehearsal, _ := rehearsed(t, on)
	ask[v1.Wave](hr, "POST", "/programmes/"+rehearsal.ProgrammeId+"/waves", object{"title": "Open"})
	lead := i.caller(t)
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})
	hr.do("PUT", "/session/locale", object{"locale": "he"})
	for _, page := range []string{"/waves/" + rehearsal.Id, "/evidence?pairs=ex_cx", "/outcomes", "/goals", "/my-team", "/comments", "/journeys"} {
		for _, c := range []*caller{hr, lead} { // letters that come by themselves are read, too, whatever way they run
			ask[v1.Subscription](c, "POST", "/subscriptions", object{"subject": "view", "path": page, "rhythm": "weekly"})
		}
	}
	var told int64
	a, err := i.RunAuditAs(t.Context(), func(done, total int64) {
		require.LessOrEqual(t, done, total)
		told = done
	})
	require.NoError(t, err, "%+v", a.Crawl)
	require.Positive(t, told)
	c := a.Crawl
	require.Equal(t, 1, a.Waves)
	require.Len(t, c.Roles, len(auth.Roles))
	require.GreaterOrEqual(t, c.Leads, 3, "of the company and of each team")
	require.Equal(t, a.Cells, c.Cells, "every released cell was seen by somebody")
	require.Greater(t, c.Figures, c.Cells)
	require.GreaterOrEqual(t, c.Channels["letter"], 14)
	for _, channel := range []string{"json", "xlsx", "html"} {
		require.Positive(t, c.Channels[channel], channel)
	}
	require.GreaterOrEqual(t, a.Smallest, 5)
	require.NotContains(t, c.Unreached, "/waves/{id}/results")

	inContract(t, hr, "/anonymity-audits")
	shown := ask[v1.AnonymityAudit](hr, "GET", "/anonymity-audits", nil)
	require.False(t, *shown.Broken)
	require.Equal(t, c.Requests, shown.Crawl.Requests)

	o := ended(hr, ask[v1.Operation](hr, "POST", "/anonymity-audits", nil))
	require.Equal(t, v1.OperationState("done"), o.State)

	ran, err := i.Pulse.AuditReleases(t.Context(), "job:anonymity-audit", i.crawl, nil)
	require.NoError(t, err)
	require.False(t, ran, "nothing was released since")
}

// RunAuditAs runs the audit of an instance.
func (i *instance) RunAuditAs(ctx context.Context, progress func(done, total int64)) (pulse.AnonymityAudit, error) {
	return i.Pulse.RunAudit(ctx, "u1", i.crawl, progress)
}

// leaky is the program with a fault: what change returns goes out in the place of the answer.
type leaky struct {
	http.Handler
	change func(r *http.Request, kind string, body []byte) []byte
}

func (l leaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	l.Handler.ServeHTTP(rec, r)
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	body := l.change(r, rec.Header().Get("Content-Type"), rec.Body.Bytes())
	if body != nil && rec.Code == http.StatusNotFound { // a route that only the fault has
		rec.Code = http.StatusOK
		w.Header().Set("Content-Type", http.DetectContentType(body))
		if body[0] == '{' {
			w.Header().Set("Content-Type", "application/json")
		}
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(body)
}

// plantedLetters is an outbox with one letter.
type plantedLetters []outbox.Message

func (p plantedLetters) WaitingMessages(context.Context, int) ([]outbox.Message, error) {
	return p, nil
}

// routesOnly is a contract of these routes, for a crawl that needs no others.
func routesOnly(paths ...string) []byte {
	b := []byte("openapi: 3.0.3\ninfo: {title: Some, version: \"1\"}\npaths:\n")
	for _, p := range paths {
		b = fmt.Appendf(b, "  %s: {get: {responses: {\"200\": {description: OK}}}}\n", p)
	}
	return b
}

// fault is one way in which a program shows too much: to whom, on which route, and what the audit calls it. Each has a reader
// or a route of its own, so that one crawl meets them all and says of every finding whose fault it is.
type fault struct {
	kind, viewer, route string
	query               string // of the route; empty: any
	change              func(body []byte) []byte
}

// The crawl has teeth: a program that shows too much in any form, on any route of its contract, to anybody, is caught, and
// nothing else is.
func TestTheAuditCatchesALeakInEveryForm(t *testing.T) {
	i, hr, wave, own := rehearsed(t)
	h, err := i.handler()
	require.NoError(t, err)
	_, whole := hr.do("GET", "/waves/"+wave.Id+"/results", nil)
	all := ask[v1.PulseResults](hr, "GET", "/waves/"+wave.Id+"/results", nil)
	row := all.Rows[slices.IndexFunc(all.Rows, func(r v1.PulseRow) bool { return r.NodeId == own })]
	column := slices.IndexFunc(all.Columns, func(c v1.PulseColumn) bool { return c.Kind == "question" })
	question, score := all.Columns[column], *row.Cells[column].Score
	off := (score + 7) % 100 // no released figure of the group ends in such a step
	withLeaks := bytes.Replace(contract, []byte("\npaths:\n"), []byte(`
paths:
  /leak: {get: {responses: {"200": {description: OK}}}}
  /leaked-page: {get: {responses: {"200": {description: OK}}}}
`), 1)
	require.NotEqual(t, contract, withLeaks)
	first := regexp.MustCompile(`"score":(\d+)`)
	const api = "/api/v1"
	results := api + "/waves/" + wave.Id + "/results"
	said := func(v any) func([]byte) []byte {
		out, err := json.Marshal(v)
		require.NoError(t, err)
		return func([]byte) []byte { return out }
	}
	faults := map[string]fault{
		"a figure that was not released": {kind: "outside", viewer: "admin", route: results, change: func(b []byte) []byte {
			at := first.FindSubmatchIndex(b)
			if at == nil {
				return b
			}
			was, err := strconv.Atoi(string(b[at[2]:at[3]]))
			require.NoError(t, err)
			return slices.Concat(b[:at[2]], []byte(strconv.Itoa((was+7)%100)), b[at[3]:])
		}},
		"an exact number of people": {kind: "exact", viewer: "hr", route: results, change: func(b []byte) []byte {
			return first.ReplaceAll(b, []byte(`$0,"n":7`))
		}},
		"a hidden cell that talks": {kind: "talkative", viewer: "cx", route: results, change: func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"cells":[{`), []byte(`"cells":[{"not_shown":true,`), 1)
		}},
		"the whole table to a lead": {kind: "foreign", viewer: "lead", route: results, change: func([]byte) []byte { return []byte(whole) }},
		"a comment of another place": {kind: "comment", viewer: "executive", route: results, change: func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"comments":[`), []byte(`"comments":[{"node_id":"`+own+`","question":"why","text":"only one of us can have said this"}`), 1)
		}},
		"a new route nobody remembered": {kind: "outside", viewer: "auditor", route: api + "/leak", change: said(
			object{"deep": []object{{"wave_id": wave.Id, "figures": []object{{"node_id": own, "key": question.Key, "n_band": "5-9", "score": off}}}}})},
		"a page": {kind: "outside", viewer: "auditor", route: api + "/leaked-page", change: func([]byte) []byte {
			return []byte("<!doctype html><html><body><table><tr><td>Own</td><td>" + question.Title + "</td><td>3</td></tr></table></body></html>")
		}},
		"a team's page": {kind: "outside", viewer: "lead", route: api + "/my-team", query: "team=" + own, change: said(
			object{"head": object{"team_id": own}, "trends": []object{{"metric_id": "pulse.engagement", "points": []object{{"value": 3.3}}}}})},
		"a team's report": {kind: "outside", viewer: "lead", route: api + "/reports/2025-Q1", query: "team=" + own, change: said(
			object{"head": object{"team_id": own}, "sections": []object{{"tables": []object{{
				"columns": []object{{"id": "figure"}, {"id": "now"}},
				"rows":    [][]object{{{"text": "Engagement", "ref": object{"kind": "metric", "id": "pulse.engagement"}}, {"text": "3.3", "value": 3.3}}},
			}}}}})},
		"a letter":          {kind: "outside", viewer: "whoever gets digest", route: "digest"},
		"a row of a letter": {kind: "outside", viewer: "whoever gets subscription_view", route: "subscription_view"},
	}
	program := leaky{h, func(r *http.Request, _ string, b []byte) []byte {
		p, err := auth.From(r.Context())
		if err != nil {
			return b
		}
		if r.URL.Path == api+"/reports" { // the faulty report has to be listed somewhere
			return []byte(`{"items":[{"quarter":"2025-Q1"}]}`)
		}
		for _, f := range faults {
			if f.viewer == string(p.Role) && f.route == r.URL.Path && strings.Contains(r.URL.RawQuery, f.query) {
				return f.change(b)
			}
		}
		return b
	}}
	letters := plantedLetters{{Template: "digest", Params: map[string]string{"text": "Own: " + question.Title + " fell to 3"}}, {Template: "subscription_view", Params: map[string]string{"text": "• " + question.Title + " · Organisation: 55 (50–60) · Own: 3 (1–5)"}}}
	c, err := anonaudit.Run(t.Context(), anonaudit.Instance{Handler: program, Contract: withLeaks, Ledger: i.Pulse, Letters: letters}, nil)
	require.NoError(t, err)
	caught := map[string]bool{}
	for _, f := range c.Findings {
		whose := ""
		for name, x := range faults {
			if x.viewer == f.Viewer && x.route == f.Route {
				whose = name
				caught[name] = caught[name] || x.kind == f.Kind
			}
		}
		require.NotEmpty(t, whose, "nobody leaked this: %+v", f)
	}
	for name := range faults {
		require.True(t, caught[name], "%s was not caught among %d findings", name, c.Found)
	}
}

// Figures of a metric that came from elsewhere are no breach because a driver is called the same.
func TestTheAuditKnowsMetricsOfTheSameName(t *testing.T) {
	i, hr, wave, _ := rehearsed(t)
	h, err := i.handler()
	require.NoError(t, err)
	columns := ask[v1.PulseResults](hr, "GET", "/waves/"+wave.Id+"/results", nil).Columns
	driver := columns[slices.IndexFunc(columns, func(c v1.PulseColumn) bool { return c.Kind == "driver" })]
	table := leaky{h, func(r *http.Request, _ string, b []byte) []byte {
		if r.URL.Path == "/api/v1/leak" {
			return []byte("<html><body><table><tr><td>Own</td><td>" + driver.Title + "</td><td>3.3</td></tr></table></body></html>")
		}
		return b
	}}
	run := func() int {
		c, err := anonaudit.Run(t.Context(), anonaudit.Instance{Handler: table, Contract: routesOnly("/leak", "/metrics", "/waves", "/waves/{id}/results"), Ledger: i.Pulse}, nil)
		require.NoError(t, err)
		return c.Found
	}
	require.Positive(t, run())
	ask[v1.Metric](hr, "POST", "/metrics", object{"key": "from_elsewhere", "name": driver.Title, "kind": "ex", "unit": "points", "higher_is_better": true, "aggregation": "mean"})
	require.Zero(t, run())
}

// rewritten is a ledger somebody has been at: a group that was not shown is, and the release says so everywhere.
type rewritten struct{ *pulse.Service }

func (r rewritten) Releases(ctx context.Context) ([]pulse.Release, error) {
	list, err := r.Service.Releases(ctx)
	for i := range list { // what a ledger gives is shared
		list[i].Questions = slices.Clone(list[i].Questions)
		list[i].Questions[0].Cells = slices.Clone(list[i].Questions[0].Cells)
		list[i].Questions[0].Cells[0].Score++
	}
	return list, err
}

// A release that was changed in the database after its close no longer fits the audit log, and neither does a changed log.
func TestTheAuditSeesARewrittenLedger(t *testing.T) {
	i, _, _, _ := rehearsed(t)
	h, err := i.handler()
	require.NoError(t, err)
	in := anonaudit.Instance{Handler: h, Contract: routesOnly("/waves", "/waves/{id}/results"), Ledger: i.Pulse, Log: i.Audit}
	c, err := anonaudit.Run(t.Context(), in, nil)
	require.NoError(t, err)
	require.Zero(t, c.Found, "%+v", c.Findings)
	in.Ledger = rewritten{i.Pulse}
	c, err = anonaudit.Run(t.Context(), in, nil)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(c.Findings, func(f pulse.CrawlFinding) bool { return f.Kind == "rewritten" && f.Channel == "ledger" }))
}

// A failed audit is loud: it is kept, it stands in the audit log under a name of its own, and it fails its job.
func TestAFailedAuditIsLoud(t *testing.T) {
	i, hr, _, _ := rehearsed(t)
	broken := func(context.Context, func(done, total int64)) (pulse.Crawl, error) {
		return pulse.Crawl{Found: 1, Findings: []pulse.CrawlFinding{{Kind: "outside", Viewer: "lead", Channel: "json", Route: "/x"}}}, nil
	}
	ran, err := i.Pulse.AuditReleases(t.Context(), "job:anonymity-audit", broken, nil)
	require.True(t, ran)
	require.Equal(t, "anonymity_broken", errs.CodeOf(err))
	shown := ask[v1.AnonymityAudit](hr, "GET", "/anonymity-audits", nil)
	require.True(t, *shown.Broken)
	require.Equal(t, "a figure that was never released", shown.Crawl.Findings[0].Text)
	entries, err := i.Audit.AuditEntries(t.Context(), 0, 5)
	require.NoError(t, err)
	require.Equal(t, "anonymity.broken", entries[0].Action)
}

// One person stands at the top of the chart and does not answer, so that everything shown minus everything shown is that
// person's nothing. The audit, which knows the invited only, must neither take it for a leak nor overlook a leak beside it.
func TestTheAuditIsNotAlarmedBySilence(t *testing.T) {
	i, _, _ := demo(t)
	now := time.Now()
	plan := pulse.Plan{
		Title: "Silent", OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(time.Hour), K: 5, Languages: []string{"en"},
		Nodes:     []pulse.Node{{ID: "co", Name: "Whole"}, {ID: "a", Parent: "co", Name: "A"}, {ID: "b", Parent: "co", Name: "B"}},
		Questions: []pulse.Question{{Key: "proud", Version: 1, Type: pulse.Scale5, Text: map[string]string{"en": "I am proud"}}},
		People:    []pulse.Person{{ID: "head", Team: "co"}},
	}
	for n := range 24 {
		plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint("p", n), Team: []string{"a", "b"}[n%2]})
	}
	w, key, err := i.Pulse.Launch(t.Context(), plan, "u1")
	require.NoError(t, err)
	for n, x := range plan.People[1:] {
		require.NoError(t, i.Pulse.Submit(t.Context(), pulse.Form{Wave: w.ID, Token: key.Token(x.ID), Receipt: strings.Repeat(x.ID+"/", 20)[:40], Revision: 1, Answers: pulse.Answers{}.Number("proud", 1+n%5)}))
	}
	require.NoError(t, i.Pulse.Close(t.Context(), w.ID, "u1"))
	x, err := i.Pulse.Release(t.Context(), w.ID)
	require.NoError(t, err)
	require.Len(t, x.Questions[0].Cells, 3, "the whole and both divisions")
	require.Equal(t, 1, x.Proof.Silent)
	a, err := i.RunAuditAs(t.Context(), nil)
	require.NoError(t, err, "%+v", a.Crawl)
	require.Zero(t, a.Crawl.Derivable)

	x.Proof.Silent = 0 // a proof that knows of no such group, as of a publisher that forgot them
	c, err := anonaudit.Run(t.Context(), anonaudit.Instance{Handler: http.NotFoundHandler(), Contract: contract, Ledger: forged{i.Pulse, x}}, nil)
	require.NoError(t, err)
	require.Zero(t, c.Derivable, "nothing was seen")
	h, err := i.handler()
	require.NoError(t, err)
	c, err = anonaudit.Run(t.Context(), anonaudit.Instance{Handler: h, Contract: contract, Ledger: forged{i.Pulse, x}}, nil)
	require.NoError(t, err)
	require.Equal(t, 1, c.Derivable)
}

// forged is a ledger with another release in it.
type forged struct {
	anonaudit.Ledger
	release pulse.Release
}

func (f forged) Releases(context.Context) ([]pulse.Release, error) {
	return []pulse.Release{f.release}, nil
}

// What is released while the crawl goes on is not in its ledger and looks like a leak: the crawl begins anew instead of raising a
// false alarm. What is found again, or found while nothing was released, is said.
func TestAReleaseDuringTheAuditIsNoLeak(t *testing.T) {
	i, _, _ := demo(t)
	crawls := 0
	whole := func(found ...int) pulse.Crawler {
		crawls = 0
		return func(context.Context, func(done, total int64)) (pulse.Crawl, error) {
			if crawls++; crawls == 1 {
				answeredWave(t, i, []int{8, 9}, func(_, p int) int { return 1 + p%5 }, func(int, int) string { return "" }) //nolint:contextcheck // the wave of a test, not of the crawl
			}
			return pulse.Crawl{Found: found[min(crawls, len(found))-1]}, nil
		}
	}
	a, err := i.Pulse.RunAudit(t.Context(), "test", whole(1, 0), nil)
	require.NoError(t, err)
	require.False(t, a.Broken())
	require.Equal(t, []int{2, 1}, []int{crawls, a.Waves})

	_, err = i.Pulse.RunAudit(t.Context(), "test", whole(1), nil)
	require.Equal(t, "anonymity_broken", errs.CodeOf(err))
	require.Equal(t, 2, crawls)
	_, err = i.Pulse.RunAudit(t.Context(), "test", func(context.Context, func(done, total int64)) (pulse.Crawl, error) { return pulse.Crawl{Found: 1}, nil }, nil)
	require.Equal(t, "anonymity_broken", errs.CodeOf(err))
}
