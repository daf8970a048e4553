package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/alert"
	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/outbox"
)

// SaveAlerts implements alert.Store.
func (s *Store) SaveAlerts(ctx context.Context, list []alert.Alert, mail []outbox.Message, forget time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM alert WHERE at < ?`, millis(forget)); err != nil {
			return err
		}
		for _, a := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO alert (id, key, at, body) VALUES (?,?,?,?) ON CONFLICT (key) DO NOTHING`, a.ID, a.Key, millis(a.At), jsonText(a)); err != nil {
				return err
			}
		}
		return appendOutbox(ctx, tx, mail...)
	})
}

// KnownAlerts implements alert.Store.
func (s *Store) KnownAlerts(ctx context.Context, keys []string) (map[string]bool, error) {
	rows, err := list(ctx, s, func(r *sql.Rows) (k string, err error) { err = r.Scan(&k); return }, `SELECT key FROM alert WHERE key IN (SELECT value FROM json_each(?))`, jsonText(keys))
	out := make(map[string]bool, len(rows))
	for _, k := range rows {
		out[k] = true
	}
	return out, err
}

// Alerts implements alert.Store.
func (s *Store) Alerts(ctx context.Context, since time.Time, limit int) ([]alert.Alert, error) {
	return bodies[alert.Alert](ctx, s, `SELECT body FROM alert WHERE at >= ? ORDER BY at DESC, id DESC LIMIT ?`, millis(since), limit)
}

// Desk implements alert.Store.
func (s *Store) Desk(ctx context.Context, user string) (alert.Desk, error) {
	d, err := body[alert.Desk](ctx, s, "desk_unknown", `SELECT body FROM alert_desk WHERE user_id = ?`, user)
	if errs.KindOf(err) == errs.KindNotFound {
		return alert.Desk{UserID: user}, nil
	}
	return d, err
}

// SaveDesk implements alert.Store.
func (s *Store) SaveDesk(ctx context.Context, d alert.Desk) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO alert_desk (user_id, body) VALUES (?,?) ON CONFLICT (user_id) DO UPDATE SET body = excluded.body`, d.UserID, jsonText(d))
		return err
	})
}

// AlertHooks implements alert.Store.
func (s *Store) AlertHooks(ctx context.Context) ([]alert.Hook, error) {
	return list(ctx, s, func(r *sql.Rows) (h alert.Hook, err error) {
		var text string
		var at int64
		var code string
		if err := r.Scan(&text, &at, &code); err != nil {
			return h, err
		}
		err = fromJSON(text, &h)
		h.LastAt, h.LastCode = fromMillis(at), code
		return h, err
	}, `SELECT body, last_at, last_code FROM webhook ORDER BY created_at, id`)
}

// SaveAlertHook implements alert.Store.
func (s *Store) SaveAlertHook(ctx context.Context, h alert.Hook, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO webhook (id, created_at, last_at, last_code, body) VALUES (?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
			h.ID, millis(h.CreatedAt), millis(h.LastAt), h.LastCode, jsonText(h)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// DropAlertHook implements alert.Store.
func (s *Store) DropAlertHook(ctx context.Context, id string, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM webhook WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.NotFound("webhook_unknown"))
		}
		return appendAudit(ctx, tx, entry)
	})
}

// NoteDelivery implements alert.Store.
func (s *Store) NoteDelivery(ctx context.Context, id string, at time.Time, code string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE webhook SET last_at = ?, last_code = ? WHERE id = ?`, millis(at), code, id)
		return err
	})
}
