package report

import (
	"context"
	"time"

	"rapport/internal/audit"
)

// Store keeps reports, every version of them, and the files made from them.
type Store interface {
	// SaveReports adds versions, all of them or none. errs.Conflict("report_changed") when a version is there already.
	SaveReports(ctx context.Context, list []Report, entry audit.Entry) error
	// Report finds a version; 0 is the newest. errs.NotFound("report_unknown").
	Report(ctx context.Context, quarter, team string, version int) (Report, error)
	// ReportHeads lists the newest version of every quarter of a team ("" is the organisation), newest quarter first.
	ReportHeads(ctx context.Context, team string) ([]Head, error)
	// ReportVersions lists all versions of one, newest first.
	ReportVersions(ctx context.Context, quarter, team string) ([]Head, error)
	// QuarterHeads lists the newest version of every report of a quarter, the organisation's first, then by team.
	QuarterHeads(ctx context.Context, quarter string) ([]Head, error)
	// ApproveReport replaces a draft by its approved self and drops the files made from the draft.
	// errs.Conflict("report_approved") when it is not a draft any more.
	ApproveReport(ctx context.Context, rep Report, entry audit.Entry) error
	// SaveReportFile keeps a file, or why there is none, in place of what was kept before.
	SaveReportFile(ctx context.Context, f File) error
	// ReportFile finds one; errs.NotFound("report_file_unknown").
	ReportFile(ctx context.Context, key FileKey) (File, error)
	// ReportFiles names the kept files of a quarter, not those that could not be made, in no order.
	ReportFiles(ctx context.Context, quarter string) ([]FileKey, error)
}

// FileKind is what a report is written as.
type FileKind string

// The kinds that are kept.
const (
	PDF  FileKind = "pdf"
	XLSX FileKind = "xlsx"
)

// FileKey names a kept file.
type FileKey struct {
	Quarter string
	TeamID  string
	Version int
	Kind    FileKind
	Locale  string
}

// File is a report as a file. Without Bytes, Code says why it could not be made.
type File struct {
	FileKey
	Bytes    []byte
	Code     string
	Attempts int
	At       time.Time
}
