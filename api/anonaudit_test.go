package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/anonaudit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
)

// The audit attacks the real program as everybody and finds nothing; what it read is no less than what was released.
func TestTheAuditOfARunningInstance(t *testing.T) {
	i, hr, rehearsal, _ := rehearsed(t)
	ask[v1.Wave](hr, "POST", "/programmes/"+rehearsal.ProgrammeId+"/waves", object{"title": "Open"})
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

// The crawl has teeth: a program that shows too much in any form, on any route of its contract, to anybody, is caught.
func TestTheAuditCatchesALeakInEveryForm(t *testing.T) {
	i, hr, wave, own := rehearsed(t)
	h, err := i.handler()
	require.NoError(t, err)
	results := func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/results") }
	_, whole := hr.do("GET", "/waves/"+wave.Id+"/results", nil)
	all := ask[v1.PulseResults](hr, "GET", "/waves/"+wave.Id+"/results", nil)
	row := all.Rows[slices.IndexFunc(all.Rows, func(r v1.PulseRow) bool { return r.NodeId == own })]
	column := slices.IndexFunc(all.Columns, func(c v1.PulseColumn) bool { return c.Kind == "question" })
	question, score := all.Columns[column], *row.Cells[column].Score
	off := (score + 7) % 100 // no released figure of the group ends in such a step
	withLeak := bytes.Replace(contract, []byte("\npaths:\n"), []byte("\npaths:\n  /leak:\n    get:\n      operationId: leak\n      responses:\n        \"200\": {description: OK}\n"), 1)
	require.NotEqual(t, contract, withLeak)
	first := regexp.MustCompile(`"score":\d+`)
	for name, x := range map[string]struct {
		kind     string
		contract []byte
		letters  anonaudit.Letters
		change   func(r *http.Request, kind string, body []byte) []byte
	}{
		"a figure that was not released": {kind: "outside", change: func(r *http.Request, _ string, b []byte) []byte {
			if results(r) {
				return first.ReplaceAll(b, []byte(`"score":3`))
			}
			return b
		}},
		"an exact number of people": {kind: "exact", change: func(r *http.Request, _ string, b []byte) []byte {
			if results(r) {
				return first.ReplaceAll(b, []byte(`$0,"n":7`))
			}
			return b
		}},
		"a hidden cell that talks": {kind: "talkative", change: func(r *http.Request, _ string, b []byte) []byte {
			if results(r) {
				return bytes.Replace(b, []byte(`"cells":[{`), []byte(`"cells":[{"not_shown":true,`), 1)
			}
			return b
		}},
		"the whole table to a lead": {kind: "foreign", change: func(r *http.Request, _ string, b []byte) []byte {
			if p, err := auth.From(r.Context()); err == nil && p.Role == auth.Lead && results(r) {
				return []byte(whole)
			}
			return b
		}},
		"a comment of another place": {kind: "comment", change: func(r *http.Request, _ string, b []byte) []byte {
			if results(r) {
				return bytes.Replace(b, []byte(`"comments":[`), []byte(`"comments":[{"node_id":"`+own+`","question":"why","text":"only one of us can have said this"}`), 1)
			}
			return b
		}},
		"a new route nobody remembered": {kind: "outside", contract: withLeak, change: func(r *http.Request, _ string, b []byte) []byte {
			if r.URL.Path == "/api/v1/leak" {
				out, _ := json.Marshal(object{"deep": []object{{"wave_id": wave.Id, "figures": []object{{"node_id": own, "key": question.Key, "n_band": "5-9", "score": off}}}}})
				return out
			}
			return b
		}},
		"a page": {kind: "outside", contract: withLeak, change: func(r *http.Request, _ string, b []byte) []byte {
			if r.URL.Path == "/api/v1/leak" {
				return []byte("<!doctype html><html><body><table><tr><td>Own</td><td>" + question.Title + "</td><td>3</td></tr></table></body></html>")
			}
			return b
		}},
		"a team's page": {kind: "outside", change: func(r *http.Request, _ string, b []byte) []byte {
			if r.URL.Path == "/api/v1/my-team" && r.URL.Query().Get("team") == own {
				out, _ := json.Marshal(object{"head": object{"team_id": own}, "trends": []object{{"metric_id": "pulse.engagement", "points": []object{{"value": 3.3}}}}})
				return out
			}
			return b
		}},
		"a team's report": {kind: "outside", change: func(r *http.Request, _ string, b []byte) []byte {
			switch {
			case r.URL.Path == "/api/v1/reports":
				return []byte(`{"items":[{"quarter":"2025-Q1"}]}`)
			case r.URL.Path == "/api/v1/reports/2025-Q1" && r.URL.Query().Get("team") == own:
				row := []object{{"text": "Engagement", "ref": object{"kind": "metric", "id": "pulse.engagement"}}, {"text": "3.3", "value": 3.3}}
				out, _ := json.Marshal(object{"head": object{"team_id": own}, "sections": []object{{"tables": []object{{"columns": []object{{"id": "figure"}, {"id": "now"}}, "rows": [][]object{row}}}}}})
				return out
			}
			return b
		}},
		"a letter": {kind: "outside", letters: plantedLetters{{Template: "digest", Params: map[string]string{"text": "Own: " + question.Title + " fell to 3"}}}, change: func(_ *http.Request, _ string, b []byte) []byte { return b }},
	} {
		in := anonaudit.Instance{Handler: leaky{h, x.change}, Contract: contract, Ledger: i.Pulse, Letters: x.letters}
		if x.contract != nil {
			in.Contract = x.contract
		}
		c, err := anonaudit.Run(t.Context(), in, nil)
		require.NoError(t, err, name)
		require.Positive(t, c.Found, name)
		require.True(t, slices.ContainsFunc(c.Findings, func(f pulse.CrawlFinding) bool { return f.Kind == x.kind }), "%s: %+v", name, c.Findings[:min(3, len(c.Findings))])
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
	withLeak := bytes.Replace(contract, []byte("\npaths:\n"), []byte("\npaths:\n  /leak:\n    get:\n      operationId: leak\n      responses:\n        \"200\": {description: OK}\n"), 1)
	run := func() int {
		c, err := anonaudit.Run(t.Context(), anonaudit.Instance{Handler: table, Contract: withLeak, Ledger: i.Pulse}, nil)
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
	in := anonaudit.Instance{Handler: h, Contract: contract, Ledger: i.Pulse, Log: i.Audit}
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
