package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/seed"
)

// The demo company through the API: what each role sees of the correlation report, in the contract's shape.
func TestTheReportOfTheDemoCompany(t *testing.T) {
	i, dir := seeded(t)
	_, err := os.Stat(filepath.Join(dir, seed.TruthFile))
	require.NoError(t, err, "the truth lies beside the database")

	lead := i.caller(t)
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})
	report := ask[v1.RunReport](lead, "GET", "/runs/latest", nil)
	require.Len(t, report.Findings, report.Run.Findings)
	require.GreaterOrEqual(t, len(report.Headline), 2)
	require.LessOrEqual(t, len(report.Headline), 3)
	require.Len(t, report.Metrics, report.Run.Metrics)
	first := report.Findings[0]
	require.Equal(t, v1.Verdict("supported"), first.Verdict)

	d := ask[v1.FindingDetail](lead, "GET", "/runs/latest/findings/"+first.Id, nil)
	named, numbered := map[string]bool{}, 0
	for _, p := range d.Points {
		if p.TeamName != nil {
			named[*p.TeamName] = true
		} else {
			numbered++
			require.Nil(t, p.N)
		}
	}
	require.Len(t, named, 8, "the eight teams of East")
	require.NotZero(t, numbered)
	require.LessOrEqual(t, len(d.Points), 5000)
	require.NotEmpty(t, *d.Excluded)
	require.Len(t, *d.Stability, 2)
	executive := i.caller(t)
	ask[v1.Session](executive, "POST", "/session/demo", object{"role": "executive"})
	for _, p := range ask[v1.FindingDetail](executive, "GET", "/runs/latest/findings/"+first.Id, nil).Points {
		require.NotNil(t, p.TeamName)
	}

	status, body := lead.do("GET", "/runs/latest/findings/"+first.Id+"/data", nil)
	require.Equal(t, http.StatusOK, status)
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, *d.PointsTotal+1, len(rows))
	auditor := i.caller(t)
	ask[v1.Session](auditor, "POST", "/session/demo", object{"role": "auditor"})
	taken := ask[v1.AuditList](auditor, "GET", "/audit-entries?limit=2", nil)
	require.Equal(t, "finding.export", taken.Items[1].Action, "before the auditor's own sign-in")

	for _, missing := range []string{"/runs/none", "/runs/latest/findings/none", "/runs/latest/findings/none/data"} {
		status, body = lead.do("GET", missing, nil)
		require.Equal(t, http.StatusNotFound, status, body)
		require.Contains(t, body, "_unknown")
	}
	lead.header.Set("Accept-Language", "he")
	require.Contains(t, ask[v1.RunReport](lead, "GET", "/runs/latest", nil).Headline[0].Text, "זוגות")

	admin := i.caller(t)
	ask[v1.Session](admin, "POST", "/session/demo", object{"role": "admin"})
	for _, path := range []string{"/runs", "/runs/latest", "/runs/latest/findings/" + first.Id, "/methods", "/jobs", "/jobs/correlate/runs"} {
		inContract(t, admin, path)
	}
}

func TestLongWorkIsFollowedByWhoeverStartedIt(t *testing.T) {
	i, _, _ := demo(t)
	cx := i.caller(t)
	ask[v1.Session](cx, "POST", "/session/demo", object{"role": "cx"})
	o := ask[v1.Operation](cx, "POST", "/runs", object{"as_of": "2025-03-31"})
	require.Equal(t, "correlate", o.Kind)
	o = ended(cx, o)
	require.Equal(t, v1.OperationState("done"), o.State)
	run := ask[v1.RunReport](cx, "GET", "/runs/"+*o.ResultId, nil)
	require.Equal(t, "2025-03-31", run.Run.AsOf.String())
	require.Equal(t, "headline.empty", run.Headline[0].Key)

	hr := i.caller(t)
	ask[v1.Session](hr, "POST", "/session/demo", object{"role": "hr"})
	status, body := hr.do("GET", "/operations/"+o.Id, nil)
	require.Equal(t, http.StatusNotFound, status, body)
	admin := i.caller(t)
	ask[v1.Session](admin, "POST", "/session/demo", object{"role": "admin"})
	require.Equal(t, o.Id, ask[v1.Operation](admin, "GET", "/operations/"+o.Id, nil).Id)
}

func TestAJobIsRunByHand(t *testing.T) {
	i, _, _ := demo(t)
	admin := i.caller(t)
	ask[v1.Session](admin, "POST", "/session/demo", object{"role": "admin"})
	status, body := admin.do("POST", "/jobs/nothing/runs", object{})
	require.Equal(t, http.StatusNotFound, status)
	require.Contains(t, body, "job_unknown")
	o := ask[v1.Operation](admin, "POST", "/jobs/correlate/runs", object{"as_of": "2025-03-31"})
	o = ended(admin, o)
	require.Equal(t, v1.OperationState("done"), o.State)
	runs := ask[v1.JobRunList](admin, "GET", "/jobs/correlate/runs", nil).Items
	require.Len(t, runs, 1)
	require.Equal(t, *o.ResultId, *runs[0].ResultId)
	for _, j := range ask[v1.JobList](admin, "GET", "/jobs", nil).Items {
		require.NotContains(t, j.Title, "job.", "a title for people")
		require.NotContains(t, *j.Summary, "job.")
		if j.Name == "correlate" {
			require.Equal(t, v1.JobState("idle"), j.State)
			require.Equal(t, runs[0].Id, j.Last.Id)
			require.NotNil(t, j.NextAt)
		}
	}
}

// ended follows an operation to its end.
func ended(c *caller, o v1.Operation) v1.Operation {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		o = ask[v1.Operation](c, "GET", "/operations/"+o.Id, nil)
		return o.State != "running"
	}, 10*time.Minute, 50*time.Millisecond)
	return o
}

// inContract checks an answer's body against the contract.
func inContract(t *testing.T, c *caller, path string) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	require.NoError(t, err)
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "/api/v1"+path, nil)
	require.NoError(t, err)
	route, params, err := router.FindRoute(req)
	require.NoError(t, err)
	status, body := c.do("GET", path, nil)
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader([]byte(body))),
	})
	require.NoError(t, err, path)
}
