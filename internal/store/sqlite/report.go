package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/report"
)

// SaveReports implements report.Store.
func (s *Store) SaveReports(ctx context.Context, list []report.Report, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, r := range list {
			q := r.Quarter.String()
			if _, err := tx.ExecContext(ctx, `UPDATE report SET newest = 0 WHERE quarter = ? AND team_id = ? AND newest = 1`, q, r.TeamID); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO report (quarter, team_id, version, newest, state, head, body) VALUES (?,?,?,1,?,?,?)`,
				q, r.TeamID, r.Version, string(r.State), jsonText(r.Head), jsonText(r))
			if isUnique(err) {
				return errs.Conflict("report_changed").Because(err)
			}
			if err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Report implements report.Store.
func (s *Store) Report(ctx context.Context, quarter, team string, version int) (report.Report, error) {
	if version == 0 {
		return body[report.Report](ctx, s, "report_unknown", `SELECT body FROM report WHERE quarter = ? AND team_id = ? ORDER BY version DESC LIMIT 1`, quarter, team)
	}
	return body[report.Report](ctx, s, "report_unknown", `SELECT body FROM report WHERE quarter = ? AND team_id = ? AND version = ?`, quarter, team, version)
}

// ReportHeads implements report.Store.
func (s *Store) ReportHeads(ctx context.Context, team string) ([]report.Head, error) {
	return bodies[report.Head](ctx, s, `SELECT head FROM report WHERE team_id = ? AND newest = 1 ORDER BY quarter DESC`, team)
}

// ReportVersions implements report.Store.
func (s *Store) ReportVersions(ctx context.Context, quarter, team string) ([]report.Head, error) {
	return bodies[report.Head](ctx, s, `SELECT head FROM report WHERE quarter = ? AND team_id = ? ORDER BY version DESC`, quarter, team)
}

// QuarterHeads implements report.Store.
func (s *Store) QuarterHeads(ctx context.Context, quarter string) ([]report.Head, error) {
	return bodies[report.Head](ctx, s, `SELECT head FROM report WHERE quarter = ? AND newest = 1 ORDER BY team_id`, quarter)
}

// ApproveReport implements report.Store.
func (s *Store) ApproveReport(ctx context.Context, r report.Report, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE report SET state = ?, head = ?, body = ? WHERE quarter = ? AND team_id = ? AND version = ? AND newest = 1 AND state = ?`,
			string(r.State), jsonText(r.Head), jsonText(r), r.Quarter.String(), r.TeamID, r.Version, string(report.Draft)))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("report_approved")
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM report_file WHERE quarter = ? AND team_id = ? AND version = ?`, r.Quarter.String(), r.TeamID, r.Version); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// SaveReportFile implements report.Store.
func (s *Store) SaveReportFile(ctx context.Context, f report.File) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO report_file (quarter, team_id, version, kind, locale, code, attempts, at, bytes) VALUES (?,?,?,?,?,?,?,?,?)
			ON CONFLICT (quarter, team_id, version, kind, locale) DO UPDATE SET code = excluded.code, attempts = excluded.attempts, at = excluded.at, bytes = excluded.bytes`,
			f.Quarter, f.TeamID, f.Version, string(f.Kind), f.Locale, f.Code, f.Attempts, millis(f.At), f.Bytes)
		return err
	})
}

// ReportFile implements report.Store.
func (s *Store) ReportFile(ctx context.Context, k report.FileKey) (report.File, error) {
	f := report.File{FileKey: k}
	var at int64
	err := s.r.QueryRowContext(ctx, `SELECT code, attempts, at, bytes FROM report_file WHERE quarter = ? AND team_id = ? AND version = ? AND kind = ? AND locale = ?`,
		k.Quarter, k.TeamID, k.Version, string(k.Kind), k.Locale).Scan(&f.Code, &f.Attempts, &at, &f.Bytes)
	if errors.Is(err, sql.ErrNoRows) {
		return f, errs.NotFound("report_file_unknown")
	}
	f.At = fromMillis(at)
	return f, classify(err, s.path)
}

// ReportFiles implements report.Store.
func (s *Store) ReportFiles(ctx context.Context, quarter string) ([]report.FileKey, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT team_id, version, kind, locale FROM report_file WHERE quarter = ? AND code = ''`, quarter)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	var out []report.FileKey
	for rows.Next() {
		k := report.FileKey{Quarter: quarter}
		if err := rows.Scan(&k.TeamID, &k.Version, &k.Kind, &k.Locale); err != nil {
			return nil, classify(err, s.path)
		}
		out = append(out, k)
	}
	return out, classify(rows.Err(), s.path)
}
