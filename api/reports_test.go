package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	v1 "rapport/api/v1"
)

// closed closes the quarter that had ended by a day, as the job run by hand does.
func closed(c *caller, day string) {
	c.t.Helper()
	finished(c, ask[v1.Operation](c, "POST", "/jobs/close-quarter/runs", object{"as_of": day}))
}

// A closed quarter the way people meet it: closed twice, read in three languages and every form, approved, restated by
// late facts, without a browser for the PDF, of a team that is closed since, and of a time without a figure.
func TestAQuarterFromCloseToRestatement(t *testing.T) {
	i := newInstance(t, func(c *Config) { c.Demo, c.Chromium = true, "/no/such/browser" })
	admin := i.caller(t)
	require.NoError(t, i.Auth.EnsureDemoUsers(t.Context(), nil, nil))
	ask[v1.Session](admin, "POST", "/session/demo", object{"role": "admin"})
	teams, _ := contacts(t, admin)
	closed(admin, "2025-01-10")
	closed(admin, "2025-01-11")
	heads := ask[v1.ReportList](admin, "GET", "/reports", nil).Items
	require.Len(t, heads, 1, "closed twice is closed once")
	require.Equal(t, "2024-Q4", heads[0].Quarter)
	require.Equal(t, 1, heads[0].Version)
	inContract(t, admin, "/reports/2024-Q4")

	numbers := 0
	for _, locale := range []string{"en", "he", "pl"} {
		admin.header.Set("Accept-Language", locale)
		numbers += sameEverywhere(t, admin, "/reports/2024-Q4", locale)
		numbers += sameEverywhere(t, admin, "/reports/2024-Q4", locale, "team="+teams[3])
	}
	require.Greater(t, numbers, 30)
	admin.header.Set("Accept-Language", "en")

	status, answer := admin.do("GET", "/reports/2024-Q4/pdf", nil)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "pdf_unavailable", problem(t, answer).Code)
	before := ask[v1.Report](admin, "GET", "/reports/2024-Q4", nil)
	require.False(t, before.Pdf.Made)
	require.NotEmpty(t, *before.Pdf.Problem, "the report stands and says how to get its PDF")

	ask[v1.ReportHead](admin, "POST", "/reports/2024-Q4/approval", object{"version": 1})
	status, answer = admin.do("POST", "/reports/2024-Q4/approval", object{"version": 1})
	require.Equal(t, http.StatusConflict, status, answer)
	ask[object](admin, "POST", "/values", object{"items": []object{{"team": "Team 00", "period": "2024-11", "metric": "contacts", "value": 9.5}}})
	ask[v1.TeamDetail](admin, "PUT", "/teams/"+teams[11], object{"kind": "close", "on": "2025-01-01"})
	closed(admin, "2025-01-12")
	versions := ask[v1.ReportList](admin, "GET", "/reports/2024-Q4/versions", nil).Items
	require.Len(t, versions, 2)
	require.Equal(t, v1.ReportHeadState("draft"), versions[0].State)
	require.Equal(t, v1.ReportHeadState("approved"), versions[1].State)
	kept := ask[v1.Report](admin, "GET", "/reports/2024-Q4?version=1", nil)
	require.Equal(t, before.Sections, kept.Sections, "the old one stays as it was")
	require.Equal(t, before.Headline, kept.Headline)
	moved := func(r v1.Report) bool {
		for _, s := range r.Sections {
			if s.Id == "moved" {
				return true
			}
		}
		return false
	}
	require.False(t, moved(kept))
	require.True(t, moved(ask[v1.Report](admin, "GET", "/reports/2024-Q4", nil)), "and the new one says what moved")

	gone := ask[v1.Report](admin, "GET", "/reports/2024-Q4?team="+teams[11], nil)
	require.Equal(t, "Team 11", *gone.Head.TeamName, "what was said of a team that is closed since stays readable")
	closed(admin, "2026-04-05")
	nothing := ask[v1.Report](admin, "GET", "/reports/latest", nil)
	require.Equal(t, "2026-Q1", nothing.Head.Quarter)
	require.True(t, nothing.Nothing)
	require.Len(t, nothing.Headline, 2)
	status, _ = admin.do("GET", "/reports/2026-Q1?team="+teams[11], nil)
	require.Equal(t, http.StatusNotFound, status, "it was not there in that quarter")
}

// sameEverywhere holds every cell of a report's JSON, which the page draws, against its workbook and its CSV; it gives
// how many numbers there were.
func sameEverywhere(t *testing.T, c *caller, path, locale string, query ...string) (numbers int) {
	t.Helper()
	q := "?" + strings.Join(append(query, "locale="+locale), "&")
	r := ask[v1.Report](c, "GET", path+"?"+strings.Join(query, "&"), nil)
	require.Equal(t, locale, r.Locale)
	status, x := c.do("GET", path+"/xlsx"+q, nil)
	require.Equal(t, http.StatusOK, status)
	book, err := excelize.OpenReader(strings.NewReader(x))
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	status, table := c.do("GET", path+"/csv"+q, nil)
	require.Equal(t, http.StatusOK, status)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix([]byte(table), []byte("\uFEFF")))).ReadAll()
	require.NoError(t, err)
	inCSV := map[string]string{}
	for _, rec := range rows {
		inCSV[strings.Join(rec[:4], "/")] = rec[5]
	}
	sheets, sheet := book.GetSheetList(), 0
	for _, s := range r.Sections {
		for _, tab := range s.Tables {
			sheet++
			for row, cells := range tab.Rows {
				for col, cell := range cells {
					if cell.Value == nil {
						continue
					}
					numbers++
					at := fmt.Sprintf("%s/%s/%d/%s", s.Id, tab.Id, row+1, tab.Columns[col].Id)
					name, err := excelize.CoordinatesToCellName(col+1, row+2)
					require.NoError(t, err)
					raw, err := book.GetCellValue(sheets[sheet], name, excelize.Options{RawCellValue: true})
					require.NoError(t, err)
					v, err := strconv.ParseFloat(raw, 64)
					require.NoError(t, err, at)
					require.InEpsilon(t, *cell.Value+1e6, v+1e6, 1e-12, at)
					v, err = strconv.ParseFloat(inCSV[at], 64)
					require.NoError(t, err, at)
					require.InDelta(t, *cell.Value, v, 0, at)
				}
			}
		}
	}
	return numbers
}

// A webhook to an address of the inner network is refused where somebody enters it, with a sentence that says why.
func TestAWebhookToAnInnerAddressIsRefused(t *testing.T) {
	_, admin := administered(t, nil)
	for _, target := range []string{"https://127.0.0.1/x", "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/x"} {
		status, answer := admin.do("POST", "/webhooks", object{"url": target, "kinds": []string{"change"}, "active": true})
		require.Equal(t, http.StatusUnprocessableEntity, status, answer)
		p := problem(t, answer)
		require.Equal(t, "webhook_inner_address", p.Code)
		require.NotEmpty(t, *p.Detail)
	}
	require.Empty(t, ask[v1.WebhookList](admin, "GET", "/webhooks", nil).Items)
}
