package sqlite

import (
	"context"
	"database/sql"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/feedback"
)

// Touchpoints implements feedback.Store.
func (s *Store) Touchpoints(ctx context.Context) ([]feedback.Touchpoint, error) {
	return bodies[feedback.Touchpoint](ctx, s, `SELECT body FROM touchpoint ORDER BY place`)
}

// Touchpoint implements feedback.Store.
func (s *Store) Touchpoint(ctx context.Context, id string) (feedback.Touchpoint, error) {
	return body[feedback.Touchpoint](ctx, s, "touchpoint_unknown", `SELECT body FROM touchpoint WHERE id = ?`, id)
}

// SaveTouchpoint implements feedback.Store.
func (s *Store) SaveTouchpoint(ctx context.Context, t feedback.Touchpoint, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		place := t.Journey + "\x00" + t.Stage + "\x00" + t.NameKey()
		n, err := changed(tx.ExecContext(ctx, `INSERT INTO touchpoint (id, name_key, version, place, body) VALUES (?1,?2,?3,?4,?5)
			ON CONFLICT (id) DO UPDATE SET name_key = ?2, version = ?3, place = ?4, body = ?5 WHERE version = ?3 - 1`, t.ID, t.NameKey(), t.Version, place, jsonText(t)))
		if isUnique(err) {
			return errs.Conflict("touchpoint_taken").With("name", t.Name)
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("touchpoint_changed")
		}
		return appendAudit(ctx, tx, entry)
	})
}
