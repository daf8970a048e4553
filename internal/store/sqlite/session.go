package sqlite

import (
	"context"
	"database/sql"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
)

func putSession(ctx context.Context, tx *sql.Tx, x auth.Session) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO user_session (id, user_id, created_at, seen_at, expires_at) VALUES (?,?,?,?,?)`,
		x.ID, x.UserID, millis(x.CreatedAt), millis(x.SeenAt), millis(x.ExpiresAt))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE user_account SET seen_at = ? WHERE id = ?`, millis(x.SeenAt), x.UserID)
	return err
}

// StartSession implements auth.Store.
func (s *Store) StartSession(ctx context.Context, x auth.Session, forget []string, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM user_session WHERE expires_at <= ?`, millis(x.CreatedAt)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM attempt WHERE key IN (SELECT value FROM json_each(?))`, jsonText(forget)); err != nil {
			return err
		}
		if err := putSession(ctx, tx, x); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// Session implements auth.Store.
func (s *Store) Session(ctx context.Context, id string) (auth.Session, auth.User, error) {
	x := auth.Session{ID: id}
	var created, seen, expires int64
	u, err := scanUser(s.r.QueryRowContext(ctx, `SELECT u.id, email, name, role, team_ids, locale, active, demo, password_hash, u.created_at, u.seen_at,
		s.user_id, s.created_at, s.seen_at, s.expires_at FROM user_session s JOIN user_account u ON u.id = s.user_id WHERE s.id = ?`, id), &x.UserID, &created, &seen, &expires)
	x.CreatedAt, x.SeenAt, x.ExpiresAt = fromMillis(created), fromMillis(seen), fromMillis(expires)
	return x, u, s.missing(err, "session_unknown")
}

// TouchSession implements auth.Store.
func (s *Store) TouchSession(ctx context.Context, id, userID string, seen time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE user_session SET seen_at = ? WHERE id = ?`, millis(seen), id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE user_account SET seen_at = ? WHERE id = ?`, millis(seen), userID)
		return err
	})
}

// EndSession implements auth.Store.
func (s *Store) EndSession(ctx context.Context, id string, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM user_session WHERE id = ?`, id); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// CountAttempts implements auth.Store.
func (s *Store) CountAttempts(ctx context.Context, keys []string, now, until time.Time) ([]auth.Attempts, error) {
	out := make([]auth.Attempts, len(keys))
	err := s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM attempt WHERE until_at <= ?`, millis(now)); err != nil {
			return err
		}
		for i, k := range keys {
			var ends int64
			if err := tx.QueryRowContext(ctx, `INSERT INTO attempt (key, n, until_at) VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET n = n + 1 RETURNING n, until_at`,
				k, millis(until)).Scan(&out[i].Count, &ends); err != nil {
				return err
			}
			out[i].Until = fromMillis(ends)
		}
		return nil
	})
	return out, err
}
