package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/errs"
)

// SaveValue implements customer.Store.
func (s *Store) SaveValue(ctx context.Context, at time.Time, body []byte) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO customer_value (at, body) VALUES (?,?)`, millis(at), string(body))
		return err
	})
}

// NewestValue implements customer.Store.
func (s *Store) NewestValue(ctx context.Context) ([]byte, error) {
	var body string
	err := s.r.QueryRowContext(ctx, `SELECT body FROM customer_value ORDER BY at DESC, id DESC LIMIT 1`).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.NotFound("customer_value_none")
	}
	return []byte(body), classify(err, s.path)
}
