package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/report"
	"rapport/internal/store"
)

func aReport(number int, team string, version int) report.Report {
	return report.Report{
		Head: report.Head{
			Quarter: report.Quarter{Year: 2025, Number: number, Start: 4}, TeamID: team, TeamName: "Team " + team, Version: version, State: report.Draft,
			ClosedAt: runAt, ClosedBy: "job:close-quarter", Digest: "d", Facts: "f", RunID: "r1",
		},
		Content: report.Content{Currency: "EUR", Headline: []evidence.Sentence{{Key: "report.headline.none"}}, Measures: []report.Measure{{MetricID: "ex", Name: "Engagement", Teams: 3}}},
	}
}

func init() {
	add("report: every version stays, the newest is found", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Report(ctx, "2025-Q1", "", 0)
		require.Equal(t, "report_unknown", errs.CodeOf(err))
		none, err := s.ReportHeads(ctx, "")
		require.NoError(t, err)
		require.NotNil(t, none)
		require.NoError(t, s.SaveReports(ctx, []report.Report{aReport(1, "", 1), aReport(1, "t1", 1)}, entryOf("report.close", "2025-Q1")))
		require.NoError(t, s.SaveReports(ctx, []report.Report{aReport(2, "", 1)}, entryOf("report.close", "2025-Q2")))
		require.NoError(t, s.SaveReports(ctx, []report.Report{aReport(1, "", 2)}, entryOf("report.close", "2025-Q1")))
		require.Equal(t, "report.close", lastAudit(t, s).Action)
		err = s.SaveReports(ctx, []report.Report{aReport(2, "t1", 1), aReport(1, "", 2)}, entryOf("report.again", "2025-Q1"))
		require.Equal(t, "report_changed", errs.CodeOf(err))
		require.Equal(t, "report.close", lastAudit(t, s).Action)
		_, err = s.Report(ctx, "2025-Q2", "t1", 0)
		require.Equal(t, "report_unknown", errs.CodeOf(err), "all of them or none")

		got, err := s.Report(ctx, "2025-Q1", "", 0)
		require.NoError(t, err)
		require.Equal(t, aReport(1, "", 2), got)
		got, err = s.Report(ctx, "2025-Q1", "", 1)
		require.NoError(t, err)
		require.Equal(t, aReport(1, "", 1), got)
		heads, err := s.ReportHeads(ctx, "")
		require.NoError(t, err)
		require.Equal(t, []report.Head{aReport(2, "", 1).Head, aReport(1, "", 2).Head}, heads)
		heads, err = s.ReportVersions(ctx, "2025-Q1", "")
		require.NoError(t, err)
		require.Equal(t, []report.Head{aReport(1, "", 2).Head, aReport(1, "", 1).Head}, heads)
		heads, err = s.QuarterHeads(ctx, "2025-Q1")
		require.NoError(t, err)
		require.Equal(t, []report.Head{aReport(1, "", 2).Head, aReport(1, "t1", 1).Head}, heads)
	})
	add("report: approved once, the draft's files go, an older version cannot be approved", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		require.NoError(t, s.SaveReports(ctx, []report.Report{aReport(1, "", 1)}, entryOf("report.close", "2025-Q1")))
		key := report.FileKey{Quarter: "2025-Q1", Version: 1, Kind: report.PDF, Locale: "he"}
		_, err := s.ReportFile(ctx, key)
		require.Equal(t, "report_file_unknown", errs.CodeOf(err))
		require.NoError(t, s.SaveReportFile(ctx, report.File{FileKey: key, Code: "pdf_unavailable", Attempts: 1, At: runAt}))
		want := report.File{FileKey: key, Bytes: []byte{1, 2, 0}, Attempts: 2, At: runAt.Add(time.Minute)}
		require.NoError(t, s.SaveReportFile(ctx, want))
		got, err := s.ReportFile(ctx, key)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.NoError(t, s.SaveReportFile(ctx, report.File{FileKey: report.FileKey{Quarter: "2025-Q1", TeamID: "t1", Version: 1, Kind: report.PDF, Locale: "en"}, Code: "pdf_unavailable", Attempts: 1, At: runAt}))
		files, err := s.ReportFiles(ctx, "2025-Q1")
		require.NoError(t, err)
		require.Equal(t, []report.FileKey{key}, files, "one that could not be made is none")
		files, err = s.ReportFiles(ctx, "2025-Q2")
		require.NoError(t, err)
		require.Empty(t, files)

		r := aReport(1, "", 1)
		r.State, r.ApprovedBy, r.ApprovedAt = report.Approved, "Ada", runAt
		require.NoError(t, s.ApproveReport(ctx, r, entryOf("report.approve", "2025-Q1")))
		require.Equal(t, "report_approved", errs.CodeOf(s.ApproveReport(ctx, r, entryOf("report.twice", "2025-Q1"))))
		require.Equal(t, "report.approve", lastAudit(t, s).Action)
		kept, err := s.Report(ctx, "2025-Q1", "", 0)
		require.NoError(t, err)
		require.Equal(t, r, kept)
		_, err = s.ReportFile(ctx, key)
		require.Equal(t, "report_file_unknown", errs.CodeOf(err))

		require.NoError(t, s.SaveReports(ctx, []report.Report{aReport(2, "", 1)}, entryOf("report.close", "2025-Q2")))
		require.NoError(t, s.SaveReports(ctx, []report.Report{aReport(2, "", 2)}, entryOf("report.close", "2025-Q2")))
		old := aReport(2, "", 1)
		old.State = report.Approved
		require.Equal(t, "report_approved", errs.CodeOf(s.ApproveReport(ctx, old, entryOf("report.old", "2025-Q2"))))
	})
	add("linkage: a run made for a closed quarter is not the latest", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		at := runAt.UTC().Truncate(time.Millisecond)
		require.NoError(t, s.SaveRun(ctx, linkage.Run{ID: "now", CreatedAt: at}, nil, nil, 20, entryOf("run.save", "now")))
		require.NoError(t, s.SaveRun(ctx, linkage.Run{ID: "back", CreatedAt: at.Add(time.Hour), Origin: linkage.OriginClose + "2025-Q1"}, nil, nil, 20, entryOf("run.save", "back")))
		got, err := s.Run(ctx, "latest")
		require.NoError(t, err)
		require.Equal(t, "now", got.ID)
	})
}
