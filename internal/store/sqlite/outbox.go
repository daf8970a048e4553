package sqlite

import (
	"context"
	"database/sql"
	"time"

	"rapport/internal/outbox"
)

const messageColumns = `id, key, recipient, template, params, locale, created_at, due_at, expires_at, attempts, claim, state, last_error`

// appendOutbox stores messages inside a transaction; one whose key is there already is left as it is.
func appendOutbox(ctx context.Context, tx *sql.Tx, ms ...outbox.Message) error {
	for _, m := range ms {
		if _, err := tx.ExecContext(ctx, `INSERT INTO outbox_message (`+messageColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO NOTHING`,
			m.ID, m.Key, m.To, m.Template, jsonText(m.Params), m.Locale, millis(m.CreatedAt), millis(m.DueAt), millis(m.ExpiresAt), m.Attempts, m.Claim, m.State, m.LastError); err != nil {
			return err
		}
	}
	return nil
}

// ClaimMessages implements outbox.Store.
func (s *Store) ClaimMessages(ctx context.Context, claim string, now, until time.Time, limit int) ([]outbox.Message, error) {
	out := []outbox.Message{}
	err := s.write(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `UPDATE outbox_message SET claim = ?, due_at = ? WHERE id IN
			(SELECT id FROM outbox_message WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?) RETURNING `+messageColumns,
			claim, millis(until), millis(now), limit)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			m, err := scanMessage(rows)
			if err != nil {
				return err
			}
			out = append(out, m)
		}
		return rows.Err()
	})
	return out, err
}

// WaitingMessages implements outbox.Store.
func (s *Store) WaitingMessages(ctx context.Context, limit int) ([]outbox.Message, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT `+messageColumns+` FROM outbox_message WHERE state = 'waiting' ORDER BY created_at, id LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []outbox.Message{}
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

func scanMessage(r *sql.Rows) (outbox.Message, error) {
	var m outbox.Message
	var params string
	var created, due, expires int64
	if err := r.Scan(&m.ID, &m.Key, &m.To, &m.Template, &params, &m.Locale, &created, &due, &expires, &m.Attempts, &m.Claim, &m.State, &m.LastError); err != nil {
		return m, err
	}
	m.CreatedAt, m.DueAt, m.ExpiresAt = fromMillis(created), fromMillis(due), fromMillis(expires)
	return m, fromJSON(params, &m.Params)
}

// SettleMessage implements outbox.Store.
func (s *Store) SettleMessage(ctx context.Context, m outbox.Message) error {
	to, params := m.To, jsonText(m.Params)
	if m.State != outbox.Waiting {
		to, params = "", "null"
	}
	_, err := s.w.ExecContext(ctx, `UPDATE outbox_message SET state = ?, attempts = ?, due_at = ?, last_error = ?, recipient = ?, params = ?, claim = ''
		WHERE id = ? AND claim = ? AND state = 'waiting'`, m.State, m.Attempts, millis(m.DueAt), m.LastError, to, params, m.ID, m.Claim)
	return classify(err, s.path)
}

// CountMessages implements outbox.Store.
func (s *Store) CountMessages(ctx context.Context) (map[outbox.State]int, error) {
	type row struct {
		state outbox.State
		n     int
	}
	rows, err := list(ctx, s, func(r *sql.Rows) (x row, err error) { err = r.Scan(&x.state, &x.n); return }, `SELECT state, count(*) FROM outbox_message GROUP BY state`)
	out := map[outbox.State]int{}
	for _, x := range rows {
		out[x.state] = x.n
	}
	return out, err
}
