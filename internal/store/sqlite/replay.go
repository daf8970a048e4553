package sqlite

import (
	"context"
	"database/sql"
	"time"

	"rapport/internal/replay"
)

// ClaimAnswer implements replay.Store.
func (s *Store) ClaimAnswer(ctx context.Context, a replay.Answer, now time.Time) (replay.Answer, bool, error) {
	standing, mine := a, false
	err := s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM answer WHERE expires_at <= ?`, millis(now)); err != nil {
			return err
		}
		n, err := changed(tx.ExecContext(ctx, `INSERT INTO answer (key, body, status, type, content, expires_at) VALUES (?,?,0,'',x'',?) ON CONFLICT DO NOTHING`, a.Key, a.Body, millis(a.ExpiresAt)))
		if err != nil {
			return err
		}
		if mine = n == 1; mine {
			return nil
		}
		var expires int64
		err = tx.QueryRowContext(ctx, `SELECT body, status, type, content, expires_at FROM answer WHERE key = ?`, a.Key).
			Scan(&standing.Body, &standing.Status, &standing.Type, &standing.Content, &expires)
		standing.ExpiresAt = fromMillis(expires)
		return err
	})
	return standing, mine, err
}

// KeepAnswer implements replay.Store.
func (s *Store) KeepAnswer(ctx context.Context, a replay.Answer) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE answer SET status = ?, type = ?, content = ? WHERE key = ?`, a.Status, a.Type, a.Content, a.Key)
		return err
	})
}

// DropAnswer implements replay.Store.
func (s *Store) DropAnswer(ctx context.Context, key string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM answer WHERE key = ?`, key)
		return err
	})
}
