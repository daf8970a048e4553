package sqlite

import (
	"context"
	"database/sql"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// PulseChannels implements pulse.Store.
func (s *Store) PulseChannels(ctx context.Context) ([]pulse.Channel, error) {
	return list(ctx, s, func(r *sql.Rows) (c pulse.Channel, err error) {
		var text, code string
		var at int64
		if err := r.Scan(&text, &at, &code); err != nil {
			return c, err
		}
		err = fromJSON(text, &c)
		c.LastAt, c.LastCode = fromMillis(at), code
		return c, err
	}, `SELECT body, last_at, last_code FROM pulse_channel ORDER BY name, id`)
}

// SavePulseChannel implements pulse.Store.
func (s *Store) SavePulseChannel(ctx context.Context, c pulse.Channel, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO pulse_channel (id, name, last_at, last_code, body) VALUES (?,?,0,'',?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body`, c.ID, c.Name, jsonText(c)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// DropPulseChannel implements pulse.Store.
func (s *Store) DropPulseChannel(ctx context.Context, id string, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM pulse_channel WHERE id = ?`, id))
		if err == nil && n == 0 {
			err = errs.NotFound("channel_unknown")
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// NotePulseChannel implements pulse.Store.
func (s *Store) NotePulseChannel(ctx context.Context, id string, at time.Time, code string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE pulse_channel SET last_at = ?, last_code = ? WHERE id = ?`, millis(at), code, id)
		return err
	})
}
