package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/report"
)

// closedQuarter is a company of six teams, two units and the whole, with a quarter closed and an initiative in it.
func closedQuarter(t *testing.T) *env {
	t.Helper()
	e := newEnv(t, 6)
	e.fill(on("2025-09-30"), time.Time{}, 0)
	e.invest(t, on("2025-03-03"))
	e.close(t, "2025-09-30")
	return e
}

// A lead opens the file that was made before: it was printed anew at every click.
func TestALeadGetsTheKeptFileWithoutMoney(t *testing.T) {
	e := closedQuarter(t)
	key := report.FileKey{Quarter: "2025-Q3", TeamID: "t00", Kind: report.PDF, Locale: "en"}
	first, err := e.ReadFile(ctx, executive, key)
	require.NoError(t, err)
	require.NotContains(t, string(first.Bytes), "EUR", "a team's file is for its lead, too: no money of the ledger")
	own, err := e.ReadFile(ctx, lead, key)
	require.NoError(t, err)
	require.Equal(t, first.Bytes, own.Bytes)
	require.Equal(t, 1, e.print.pages)
	page, err := e.Get(ctx, executive, "2025-Q3", "t00", 0)
	require.NoError(t, err)
	require.NotEmpty(t, page.Content.Initiatives)
	for _, x := range page.Content.Initiatives {
		require.Zero(t, x.Cost, "the page an executive opens says what the file says")
		require.Nil(t, x.ROI)
	}
	key.TeamID = "t01"
	require.Equal(t, "report_unknown", errs.CodeOf(second(e.ReadFile(ctx, lead, key))), "kept or not, another team's is not theirs")
	key.TeamID = ""
	require.Equal(t, "report_of_everything", errs.CodeOf(second(e.ReadFile(ctx, lead, key))))
}

func TestFilesAreMadeLaterByThemselves(t *testing.T) {
	e := closedQuarter(t)
	e.close(t, "2025-06-30")
	e.print.missing = true
	err := e.MakeOutstanding(ctx, nil)
	require.True(t, report.WithoutPaper(err), "%v", err)
	require.Equal(t, 1, e.print.tries, "one page is enough to see that there is no browser")
	files, err := e.store.ReportFiles(ctx, "2025-Q3")
	require.NoError(t, err)
	require.Len(t, files, 3+9*2, "workbooks need none: the organisation's in each language, the teams' in those people sign in with")
	for _, f := range files {
		require.Equal(t, report.XLSX, f.Kind)
	}

	e.print.missing = false
	var last, total int64
	require.NoError(t, e.MakeOutstanding(ctx, func(done, all int64) { last, total = done, all }))
	require.Equal(t, []int64{3 + 3 + 9*2 - 1, 3 + 3 + 9*2}, []int64{last, total}, "both quarters' of the organisation, the newest of the teams")
	require.Equal(t, int(total), e.print.pages)
	require.NoError(t, e.MakeOutstanding(ctx, nil))
	require.Equal(t, int(total), e.print.pages, "kept, not made again")
	made, code, err := e.FileState(ctx, report.FileKey{Quarter: "2025-Q3", Version: 1, Kind: report.PDF, Locale: "en"})
	require.NoError(t, err)
	require.True(t, made)
	require.Empty(t, code)

	_, err = e.Approve(ctx, executive, "2025-Q3", "t00", 1)
	require.NoError(t, err)
	require.NoError(t, e.MakeOutstanding(ctx, nil))
	require.Equal(t, int(total)+2, e.print.pages, "the draft's went, those with the name under them are made")
}

// A report approved while its draft is printed: the kept PDF would have said "draft" for ever.
func TestApprovedWhileItIsPrinted(t *testing.T) {
	e := closedQuarter(t)
	e.print.during = func() {
		e.print.during = nil
		_, err := e.Approve(ctx, executive, "2025-Q3", "", 1)
		require.NoError(t, err)
	}
	key := report.FileKey{Quarter: "2025-Q3", Kind: report.PDF, Locale: "en"}
	_, err := e.ReadFile(ctx, executive, key)
	require.NoError(t, err)
	kept, err := e.ReadFile(ctx, executive, key)
	require.NoError(t, err)
	require.Equal(t, 2, e.print.pages)
	require.Contains(t, string(kept.Bytes), "Ada")
}

func TestAFullDiskKeepsNobodyFromReading(t *testing.T) {
	e := closedQuarter(t)
	e.full = true
	for _, kind := range []report.FileKind{report.PDF, report.XLSX} {
		f, err := e.ReadFile(ctx, executive, report.FileKey{Quarter: "2025-Q3", Kind: kind, Locale: "en"})
		require.NoError(t, err)
		require.NotEmpty(t, f.Bytes)
	}
	err := e.MakeFiles(ctx, "2025-Q3", nil)
	require.Equal(t, "disk_full", errs.CodeOf(err))
	require.False(t, report.WithoutPaper(err), "the job that could not keep them says so")
}
