package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"rapport/internal/errs"
	"rapport/internal/runlog"
)

// dbNow is the time of the database in UTC milliseconds; leases are measured by it alone.
const dbNow = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`

const runColumns = `id, job, slot, occurrence, as_of, kind, state, attempts, started_at, finished_at, code, result_id`

func scanRun(row interface{ Scan(...any) error }) (runlog.Run, error) {
	var r runlog.Run
	var occurrence, asOf, started, finished int64
	err := row.Scan(&r.ID, &r.Job, &r.Slot, &occurrence, &asOf, &r.Trigger, &r.State, &r.Attempts, &started, &finished, &r.Code, &r.ResultID)
	r.Occurrence, r.AsOf, r.StartedAt, r.FinishedAt = fromMillis(occurrence), fromMillis(asOf), fromMillis(started), fromMillis(finished)
	return r, err
}

// checkFence refuses a write whose job has lost its lease.
func checkFence(ctx context.Context, tx *sql.Tx) error {
	f, ok := runlog.FenceFrom(ctx)
	if !ok {
		return nil
	}
	var n int64
	err := tx.QueryRowContext(ctx, `SELECT fence FROM job_lease WHERE job = ?`, f.Job).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && n != f.Number) {
		return runlog.LeaseLost(f)
	}
	return err
}

// ClaimJob implements runlog.Store.
func (s *Store) ClaimJob(ctx context.Context, c runlog.Claim) (run runlog.Run, fence runlog.Fence, won bool, err error) {
	run = c.Run
	err = s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO job_lease (job, fence, run_id, lease_until, first_seen) VALUES (?, 0, '', 0, ?) ON CONFLICT DO NOTHING`,
			run.Job, millis(run.StartedAt)); err != nil {
			return err
		}
		var held bool
		if err := tx.QueryRowContext(ctx, `SELECT fence, lease_until > `+dbNow+` FROM job_lease WHERE job = ?`, run.Job).Scan(&fence.Number, &held); err != nil {
			return err
		}
		if held {
			return nil
		}
		before, err := scanRun(tx.QueryRowContext(ctx, `SELECT `+runColumns+` FROM job_run WHERE job = ? AND slot = ?`, run.Job, run.Slot))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			run.State, run.Attempts = runlog.Running, 1
			_, err = tx.ExecContext(ctx, `INSERT INTO job_run (`+runColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`, run.ID, run.Job, run.Slot, millis(run.Occurrence), millis(run.AsOf),
				run.Trigger, run.State, run.Attempts, millis(run.StartedAt), 0, "", "")
		case err != nil:
		case before.State != runlog.Running:
			run = before
			return nil // made already
		default:
			before.StartedAt, before.Attempts = run.StartedAt, before.Attempts+1
			run = before
			_, err = tx.ExecContext(ctx, `UPDATE job_run SET attempts = ?, started_at = ? WHERE id = ?`, run.Attempts, millis(run.StartedAt), run.ID)
		}
		if err != nil {
			return err
		}
		fence = runlog.Fence{Job: run.Job, Number: fence.Number + 1}
		won = true
		_, err = tx.ExecContext(ctx, `UPDATE job_lease SET fence = ?, run_id = ?, lease_until = `+dbNow+` + ? WHERE job = ?`, fence.Number, run.ID, c.Lease.Milliseconds(), run.Job)
		return err
	})
	return run, fence, won && err == nil, err
}

// RenewJob implements runlog.Store.
func (s *Store) RenewJob(ctx context.Context, f runlog.Fence, lease time.Duration) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE job_lease SET lease_until = `+dbNow+` + ? WHERE job = ? AND fence = ?`, lease.Milliseconds(), f.Job, f.Number)
		return onlyOne(res, err, f)
	})
}

// FinishJob implements runlog.Store.
func (s *Store) FinishJob(ctx context.Context, f runlog.Fence, run runlog.Run, keep int) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE job_lease SET lease_until = 0 WHERE job = ? AND fence = ?`, f.Job, f.Number)
		if err := onlyOne(res, err, f); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE job_run SET state = ?, finished_at = ?, code = ?, result_id = ? WHERE id = ?`,
			run.State, millis(run.FinishedAt), run.Code, run.ResultID, run.ID); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM job_run WHERE job = ? AND state <> 'running' AND id IN
			(SELECT id FROM job_run WHERE job = ? ORDER BY occurrence DESC, id DESC LIMIT -1 OFFSET ?)`, f.Job, f.Job, keep)
		return err
	})
}

func onlyOne(res sql.Result, err error, f runlog.Fence) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return runlog.LeaseLost(f)
}

// JobRuns implements runlog.Store.
func (s *Store) JobRuns(ctx context.Context, job string, limit int, cursor string) ([]runlog.Run, string, error) {
	where, args := `WHERE job = ?`, []any{job}
	if cursor != "" {
		at, id, err := runCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		where, args = where+` AND (occurrence, id) < (?, ?)`, append(args, at, id)
	}
	rows, err := s.r.QueryContext(ctx, `SELECT `+runColumns+` FROM job_run `+where+` ORDER BY occurrence DESC, id DESC LIMIT ?`, append(args, limit+1)...)
	if err != nil {
		return nil, "", classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []runlog.Run{}
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return nil, "", classify(err, s.path)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, "", classify(err, s.path)
	}
	next := ""
	if len(out) > limit {
		out = out[:limit]
		next = fmt.Sprintf("%d.%s", millis(out[limit-1].Occurrence), out[limit-1].ID)
	}
	return out, next, nil
}

// LastOccurrence implements runlog.Store.
func (s *Store) LastOccurrence(ctx context.Context, job string, now time.Time) (time.Time, error) {
	var last sql.NullInt64
	err := s.r.QueryRowContext(ctx, `SELECT MAX(occurrence) FROM job_run WHERE job = ? AND kind <> 'hand'`, job).Scan(&last)
	if err != nil || last.Valid {
		return fromMillis(last.Int64), classify(err, s.path)
	}
	var first int64
	err = s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO job_lease (job, fence, run_id, lease_until, first_seen) VALUES (?, 0, '', 0, ?) ON CONFLICT DO NOTHING`, job, millis(now)); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT first_seen FROM job_lease WHERE job = ?`, job).Scan(&first)
	})
	return fromMillis(first), err
}

// AbandonedRun implements runlog.Store.
func (s *Store) AbandonedRun(ctx context.Context, job string) (runlog.Run, error) {
	r, err := scanRun(s.r.QueryRowContext(ctx, `SELECT `+runColumns+` FROM job_run WHERE job = ? AND state = 'running'
		AND NOT EXISTS (SELECT 1 FROM job_lease WHERE job = job_run.job AND lease_until > `+dbNow+`) ORDER BY occurrence LIMIT 1`, job))
	if errors.Is(err, sql.ErrNoRows) {
		return r, errs.NotFound("job_run_unknown")
	}
	return r, classify(err, s.path)
}
