package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/goal"
)

// AddLevels implements goal.Store.
func (s *Store) AddLevels(ctx context.Context, list []goal.Level, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, l := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO goal_level (id, body) VALUES (?,?)`, l.ID, jsonText(l)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// Levels implements goal.Store.
func (s *Store) Levels(ctx context.Context) ([]goal.Level, error) {
	return bodies[goal.Level](ctx, s, `SELECT body FROM goal_level ORDER BY id`)
}

// SaveActuals implements goal.Store.
func (s *Store) SaveActuals(ctx context.Context, list []goal.Actuals) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, a := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO goal_actual (metric, body) VALUES (?,?) ON CONFLICT (metric) DO UPDATE SET body = excluded.body`, a.Metric, jsonText(a)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Actuals implements goal.Store.
func (s *Store) Actuals(ctx context.Context, metrics ...string) ([]goal.Actuals, error) {
	if len(metrics) == 0 {
		return bodies[goal.Actuals](ctx, s, `SELECT body FROM goal_actual ORDER BY metric`)
	}
	args := make([]any, len(metrics))
	for k, m := range metrics {
		args[k] = m
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(metrics)), ",")
	return bodies[goal.Actuals](ctx, s, `SELECT body FROM goal_actual WHERE metric IN (`+marks+`) ORDER BY metric`, args...)
}

// SaveBarrier implements goal.Store.
func (s *Store) SaveBarrier(ctx context.Context, b goal.Barrier, seen int, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := putVersion(ctx, tx, versioned{"barrier", "barrier_changed", b.ID, millis(b.CreatedAt), b.Version, seen, jsonText(b)}); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// versioned is a value that is replaced only by somebody who has seen what stands there.
type versioned struct {
	table, conflict, id string
	created             int64
	version, seen       int
	body                string
}

// putVersion inserts a value (nothing seen) or replaces the version that was seen.
func putVersion(ctx context.Context, tx *sql.Tx, v versioned) error {
	if v.seen == 0 {
		_, err := tx.ExecContext(ctx, `INSERT INTO `+v.table+` (id, created_at, version, body) VALUES (?,?,?,?)`, v.id, v.created, v.version, v.body)
		if isUnique(err) {
			return errs.Conflict(v.conflict).Because(err)
		}
		return err
	}
	res, err := tx.ExecContext(ctx, `UPDATE `+v.table+` SET version = ?, body = ? WHERE id = ? AND version = ?`, v.version, v.body, v.id, v.seen)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errs.Conflict(v.conflict))
	}
	return nil
}

// Barriers implements goal.Store.
func (s *Store) Barriers(ctx context.Context) ([]goal.Barrier, error) {
	return bodies[goal.Barrier](ctx, s, `SELECT body FROM barrier ORDER BY created_at DESC, id DESC`)
}

// Barrier implements goal.Store.
func (s *Store) Barrier(ctx context.Context, id string) (goal.Barrier, error) {
	return body[goal.Barrier](ctx, s, "barrier_unknown", `SELECT body FROM barrier WHERE id = ?`, id)
}
