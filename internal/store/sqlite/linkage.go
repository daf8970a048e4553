package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/linkage"
)

// blobBatch bounds one transaction of blobs, so that a large run does not hold up other writers.
const blobBatch = 2 << 20

// orphanAge is how long a blob without a run may stay: its run may still be under way.
const orphanAge = 24 * time.Hour

// SaveRun implements linkage.Store.
func (s *Store) SaveRun(ctx context.Context, run linkage.Run, findings []linkage.Finding, blobs []linkage.Blob, keep int, entry audit.Entry) error {
	for len(blobs) > 0 {
		n, size := 0, 0
		for n < len(blobs) && (n == 0 || size+len(blobs[n].Bytes) <= blobBatch) {
			size += len(blobs[n].Bytes)
			n++
		}
		if err := s.write(ctx, func(tx *sql.Tx) error {
			for _, b := range blobs[:n] {
				if _, err := tx.ExecContext(ctx, `INSERT INTO linkage_blob (run_id, name, created_at, bytes) VALUES (?,?,?,?)`, run.ID, b.Name, millis(run.CreatedAt), b.Bytes); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		blobs = blobs[n:]
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO linkage_run (id, created_at, origin, body) VALUES (?,?,?,?)`, run.ID, millis(run.CreatedAt), run.Origin, jsonText(run))
		if isUnique(err) {
			return errs.Conflict("run_exists").Because(err)
		}
		if err != nil {
			return err
		}
		for i, f := range findings {
			if _, err := tx.ExecContext(ctx, `INSERT INTO linkage_finding (run_id, pos, id, body) VALUES (?,?,?,?)`, run.ID, i, f.ID, jsonText(f)); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM linkage_blob WHERE created_at < ? AND run_id NOT IN (SELECT id FROM linkage_run)`,
			millis(run.CreatedAt.Add(-orphanAge))); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM linkage_blob WHERE run_id IN (SELECT id FROM linkage_run WHERE substr(origin, 1, length(?)) <> ? ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ?)`, linkage.OriginClose, linkage.OriginClose, keep); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Runs implements linkage.Store.
func (s *Store) Runs(ctx context.Context, limit int, cursor string) ([]linkage.Run, string, error) {
	where, args := "", []any{}
	if cursor != "" {
		at, id, err := runCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		where, args = `WHERE (created_at, id) < (?, ?)`, []any{at, id}
	}
	rows, err := s.r.QueryContext(ctx, `SELECT body FROM linkage_run `+where+` ORDER BY created_at DESC, id DESC LIMIT ?`, append(args, limit+1)...)
	if err != nil {
		return nil, "", classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []linkage.Run{}
	for rows.Next() {
		var body string
		var run linkage.Run
		if err := rows.Scan(&body); err != nil {
			return nil, "", classify(err, s.path)
		}
		if err := fromJSON(body, &run); err != nil {
			return nil, "", fmt.Errorf("read run: %w", err)
		}
		out = append(out, run)
	}
	if err := rows.Err(); err != nil {
		return nil, "", classify(err, s.path)
	}
	next := ""
	if len(out) > limit {
		out = out[:limit]
		next = fmt.Sprintf("%d.%s", millis(out[limit-1].CreatedAt), out[limit-1].ID)
	}
	return out, next, nil
}

func runCursor(cursor string) (int64, string, error) {
	at, id, ok := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return 0, "", errs.Invalid("cursor_unreadable")
	}
	return n, id, nil
}

// Run implements linkage.Store.
func (s *Store) Run(ctx context.Context, id string) (linkage.Run, error) {
	if id == "latest" {
		return s.linkageRun(ctx, `SELECT body FROM linkage_run WHERE origin NOT LIKE 'close:%' ORDER BY created_at DESC, id DESC LIMIT 1`)
	}
	return s.linkageRun(ctx, `SELECT body FROM linkage_run WHERE id = ?`, id)
}

// RunOfOrigin implements linkage.Store.
func (s *Store) RunOfOrigin(ctx context.Context, origin string) (linkage.Run, error) {
	return s.linkageRun(ctx, `SELECT body FROM linkage_run WHERE origin = ? AND origin <> ''`, origin)
}

func (s *Store) linkageRun(ctx context.Context, query string, args ...any) (linkage.Run, error) {
	var run linkage.Run
	var body string
	err := s.r.QueryRowContext(ctx, query, args...).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return run, errs.NotFound("run_unknown")
	}
	if err != nil {
		return run, classify(err, s.path)
	}
	return run, fromJSON(body, &run)
}

// Findings implements linkage.Store.
func (s *Store) Findings(ctx context.Context, runID string) ([]linkage.Finding, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT body FROM linkage_finding WHERE run_id = ? ORDER BY pos`, runID)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []linkage.Finding{}
	var body sql.RawBytes
	for rows.Next() {
		var f linkage.Finding
		if err := rows.Scan(&body); err != nil {
			return nil, classify(err, s.path)
		}
		if err := json.Unmarshal(body, &f); err != nil {
			return nil, fmt.Errorf("read finding: %w", err)
		}
		out = append(out, f)
	}
	return out, classify(rows.Err(), s.path)
}

// Finding implements linkage.Store.
func (s *Store) Finding(ctx context.Context, runID, id string) (linkage.Finding, error) {
	var f linkage.Finding
	var body string
	err := s.r.QueryRowContext(ctx, `SELECT body FROM linkage_finding WHERE run_id = ? AND id = ?`, runID, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return f, errs.NotFound("finding_unknown")
	}
	if err != nil {
		return f, classify(err, s.path)
	}
	return f, fromJSON(body, &f)
}

// RunBlob implements linkage.Store.
func (s *Store) RunBlob(ctx context.Context, runID, name string) ([]byte, error) {
	var b []byte
	err := s.r.QueryRowContext(ctx, `SELECT b.bytes FROM linkage_blob b JOIN linkage_run r ON r.id = b.run_id WHERE b.run_id = ? AND b.name = ?`, runID, name).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.NotFound("run_blob_unknown")
	}
	return b, classify(err, s.path)
}
