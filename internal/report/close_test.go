package report_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/report"
)

var errUnavailable = errs.Unavailable("pdf_unavailable")

var ctx = context.Background()

func TestAQuarterWithoutDataSaysSo(t *testing.T) {
	e := newEnv(t, 4)
	out := e.close(t, "2025-09-30")
	require.Equal(t, "2025-Q3", out.Quarter.String())
	r, err := e.Get(ctx, executive, "2025-Q3", "", 0)
	require.NoError(t, err)
	require.True(t, r.Content.Nothing)
	for _, loc := range []string{"en", "he", "pl"} {
		d := r.In(loc)
		require.Len(t, d.Headline, 2)
		for _, s := range d.Sections {
			require.NotContains(t, strings.Join(s.Text, " ")+s.Title, "report.", "%s has its words", s.ID)
		}
		_, err := d.XLSX()
		require.NoError(t, err)
	}
	require.Equal(t, "There are no figures for this quarter, so nothing can be said about it.", r.In("en").Headline[0])
}

func TestANullCompanyLearnsThatNothingIsEstablished(t *testing.T) {
	e := newEnv(t, 24)
	e.fill(on("2025-09-30"), time.Time{}, 0)
	e.invest(t, on("2025-03-03"))
	e.close(t, "2025-09-30")
	r, err := e.Get(ctx, executive, "2025-Q3", "", 0)
	require.NoError(t, err)
	c := r.Content
	require.Zero(t, c.Tested.By[evidence.Supported], "nothing was planted")
	require.Positive(t, c.Tested.Pairs)
	require.False(t, c.Chain != nil && c.Chain.Established)
	require.NotNil(t, c.Statement.Result)
	require.NotNil(t, c.Statement.Result.ROX.NotEnough)
	require.NotContains(t, []string{"report.headline.gain"}, c.Headline[0].Key)
	require.Equal(t, "report.headline.no_links", c.Headline[1].Key)
	require.Len(t, c.Measures, 3, "it is still worth reading: the figures are there")
	require.Len(t, c.Initiatives, 1)
	require.NotNil(t, c.Panel)
	for _, col := range c.Panel.Columns {
		require.NotNil(t, col.Mean)
	}
}

func TestClosedTwiceChangesNothingAndLateFactsRestate(t *testing.T) {
	e := newEnv(t, 24)
	e.fill(on("2025-09-30"), on("2025-03-03"), 4)
	e.invest(t, on("2025-03-03"))
	first := e.close(t, "2025-06-30")
	require.Equal(t, "2025-Q2", first.Quarter.String())
	require.Equal(t, 28, first.Saved, "the organisation and 27 teams")
	e.now = e.now.Add(time.Hour)
	again := e.close(t, "2025-07-31")
	require.Equal(t, report.Closed{Quarter: first.Quarter, Same: 28}, again)

	v1, err := e.Get(ctx, executive, "2025-Q2", "", 0)
	require.NoError(t, err)
	approved, err := e.Approve(ctx, executive, "2025-Q2", "", 1)
	require.NoError(t, err)
	require.Equal(t, "Ada", approved.ApprovedBy)
	require.Equal(t, "report_approved", errs.CodeOf(second(e.Approve(ctx, executive, "2025-Q2", "", 1))))

	for i, v := range e.src.Rows { // one team's engagement of a week in May comes late, and is another one
		if v.TeamID == "t07" && v.MetricID == "ex" && v.Period.Start().Equal(on("2025-05-05")) {
			e.src.Rows[i].Value += 40
		}
	}
	late := e.close(t, "2025-07-31")
	require.Positive(t, late.Saved)
	v2, err := e.Get(ctx, executive, "2025-Q2", "", 0)
	require.NoError(t, err)
	require.Equal(t, 2, v2.Version)
	require.Equal(t, report.Draft, v2.State)
	require.NotEmpty(t, v2.Moved)
	found := false
	for _, m := range v2.Moved {
		if strings.Contains(m.Label.In("en"), "Engagement, this quarter") {
			found = true
			require.InDelta(t, 40./13/24, *m.After-*m.Before, 1e-9)
		}
	}
	require.True(t, found, "%v", v2.In("en").Sections[0])
	for _, loc := range []string{"en", "he", "pl"} {
		told := v2.In(loc).Sections[0]
		require.NotEmpty(t, told.Tables)
		for _, row := range told.Tables[0].Rows {
			require.NotEqual(t, row.Cells[1].Text, row.Cells[2].Text, "%s: what moved is seen to have moved", row.Cells[0].Text)
		}
	}
	kept, err := e.Get(ctx, executive, "2025-Q2", "", 1)
	require.NoError(t, err)
	require.Equal(t, report.Approved, kept.State)
	require.Equal(t, v1.Content, kept.Content, "the old one stays as it was")
	require.Equal(t, "report_changed", errs.CodeOf(second(e.Approve(ctx, executive, "2025-Q2", "", 1))))

	e.close(t, "2025-09-30")
	q3, err := e.Get(ctx, executive, "2025-Q3", "", 0)
	require.NoError(t, err)
	require.NotNil(t, q3.Content.Changes)
	require.Equal(t, "report.headline.gain", q3.Content.Headline[0].Key, "four points on a hundred customers at ten each, for a thousand")
	heads, err := e.List(ctx, executive, "")
	require.NoError(t, err)
	require.Len(t, heads, 2)
	require.Equal(t, "2025-Q3", heads[0].Quarter.String())
}

func second[T any](_ T, err error) error { return err }

func TestWhoMayReadWhat(t *testing.T) {
	e := newEnv(t, 6)
	e.fill(on("2025-09-30"), time.Time{}, 0)
	e.invest(t, on("2025-03-03"))
	e.close(t, "2025-09-30")
	own, err := e.Get(ctx, lead, "2025-Q3", "t00", 0)
	require.NoError(t, err)
	require.Zero(t, own.Content.Initiatives[0].Cost, "what it cost is the ledger's")
	require.Nil(t, own.Content.Initiatives[0].ROI)
	page, err := own.In("en").HTML()
	require.NoError(t, err)
	for _, other := range e.teams[4:] {
		if other.ID != "t02" {
			require.NotContains(t, string(page), other.Name, "no other team by name")
		}
	}
	require.Equal(t, "report_unknown", errs.CodeOf(second(e.Get(ctx, lead, "2025-Q3", "t01", 0))))
	require.Equal(t, "report_unknown", errs.CodeOf(second(e.Get(ctx, lead, "2025-Q3", "no-such-team", 0))))
	require.Equal(t, "report_of_everything", errs.CodeOf(second(e.Get(ctx, lead, "2025-Q3", "", 0))))
	part := auth.Principal{ID: "u3", Role: auth.HR, Scope: org.Teams("t00")}
	require.Equal(t, "report_of_everything", errs.CodeOf(second(e.Get(ctx, part, "2025-Q3", "", 0))))
	require.Error(t, second(e.Get(ctx, auth.Principal{Role: auth.Admin}, "2025-Q3", "", 0)), "a forgotten scope is no scope")
	require.Equal(t, "quarter_unreadable", errs.CodeOf(second(e.Get(ctx, executive, "2025", "", 0))))
	require.Equal(t, "report_unknown", errs.CodeOf(second(e.Get(ctx, executive, "2031-Q1", "", 0))))

	e.teams = e.teams[:len(e.teams)-1] // the team is gone; what was said about it stays readable
	gone, err := e.Get(ctx, executive, "2025-Q3", "t05", 0)
	require.NoError(t, err)
	require.Equal(t, "Team 05", gone.TeamName)
	e.close(t, "2025-09-30")
}

func TestWithoutABrowserTheReportStandsAndThePDFComesLater(t *testing.T) {
	e := newEnv(t, 6)
	e.fill(on("2025-09-30"), time.Time{}, 0)
	e.close(t, "2025-09-30")
	e.print.missing = true
	require.Equal(t, "pdf_unavailable", errs.CodeOf(e.MakeFiles(ctx, "2025-Q3", nil)))
	key := report.FileKey{Quarter: "2025-Q3", Version: 1, Kind: report.PDF, Locale: "pl"}
	made, code, err := e.FileState(ctx, key)
	require.NoError(t, err)
	require.False(t, made)
	require.Equal(t, "pdf_unavailable", code)
	key.Kind = report.XLSX
	made, _, err = e.FileState(ctx, key)
	require.NoError(t, err)
	require.True(t, made, "a workbook needs no browser")
	e.print.missing = false
	require.NoError(t, e.MakeFiles(ctx, "2025-Q3", nil))
	require.Equal(t, 3, e.print.pages)
	require.NoError(t, e.MakeFiles(ctx, "2025-Q3", nil))
	require.Equal(t, 3, e.print.pages, "kept, not made again")
	key.Kind, key.Version = report.PDF, 0
	f, err := e.ReadFile(ctx, executive, key)
	require.NoError(t, err)
	require.NotEmpty(t, f.Bytes)
	require.Equal(t, 3, e.print.pages)
}

// Every figure of the organisation's report opens what is behind it: a line its effect, an outcome its figure.
func TestEveryFigureOpensWhatIsBehindIt(t *testing.T) {
	e := newEnv(t, 24)
	e.fill(on("2025-09-30"), on("2025-03-03"), 4)
	e.invest(t, on("2025-03-03"))
	e.close(t, "2025-09-30")
	r, err := e.Get(ctx, executive, "2025-Q3", "", 0)
	require.NoError(t, err)
	rows := 0
	for _, s := range r.In("en").Sections {
		for _, tab := range s.Tables {
			if tab.ID == "confounders" {
				continue // what happened has no figure
			}
			for i, row := range tab.Rows {
				rows++
				opens := slices.ContainsFunc(row.Cells, func(c report.Cell) bool { return c.Ref.Kind != "" })
				require.True(t, opens, "%s/%s, row %d: %s", s.ID, tab.ID, i+1, row.Cells[0].Text)
			}
		}
	}
	require.Greater(t, rows, 30)
}

// A company moves its fiscal year: the quarter that now bears the name of an older one is another one. It came as a
// second version of it, with everything moved.
func TestAMovedFiscalYearRestatesNothing(t *testing.T) {
	e := newEnv(t, 4)
	e.fill(on("2025-09-30"), time.Time{}, 0)
	e.close(t, "2025-06-30") // 2025-Q2: April to June
	set, err := e.ledger.Settings(ctx)
	require.NoError(t, err)
	set.FiscalStart = 4
	_, err = e.ledger.SetSettings(ctx, "u1", set)
	require.NoError(t, err)

	out := e.close(t, "2025-09-30")
	require.Equal(t, "2025-Q2.04", out.Quarter.String(), "July to September")
	old, err := e.Get(ctx, executive, "2025-Q2", "", 0)
	require.NoError(t, err)
	require.Equal(t, 1, old.Version, "another quarter is no restatement")
	r, err := e.Get(ctx, executive, "2025-Q2.04", "", 0)
	require.NoError(t, err)
	require.Equal(t, on("2025-07-01"), r.Quarter.From())
	require.Empty(t, r.Moved)
	require.NotZero(t, e.close(t, "2025-09-30").Same, "closed twice it stays as it is")
	newest, err := e.Newest(ctx, executive, "")
	require.NoError(t, err)
	require.Equal(t, "2025-Q2.04", newest.Quarter.String())

	e.fill(on("2025-12-31"), time.Time{}, 0)
	next := e.close(t, "2025-12-31")
	require.Equal(t, "2025-Q3", next.Quarter.String(), "nobody else had this name")
	require.Equal(t, on("2025-10-01"), next.Quarter.From())
	r, err = e.Get(ctx, executive, "2025-Q3", "", 0)
	require.NoError(t, err)
	require.NotEmpty(t, r.In("en").Headline)
	newest, err = e.Newest(ctx, executive, "")
	require.NoError(t, err)
	require.Equal(t, "2025-Q3", newest.Quarter.String())
}
