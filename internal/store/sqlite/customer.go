package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/errs"
)

// SaveValue implements customer.Store.
func (s *Store) SaveValue(ctx context.Context, at time.Time, body, behaviours []byte) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO customer_value (at, body, behaviours) VALUES (?,?,?)`, millis(at), string(body), behaviours)
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

// NewestBehaviours implements customer.Store.
func (s *Store) NewestBehaviours(ctx context.Context) ([]byte, error) {
	var b []byte
	err := s.r.QueryRowContext(ctx, `SELECT behaviours FROM customer_value ORDER BY at DESC, id DESC LIMIT 1`).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.NotFound("customer_value_none")
	}
	return b, classify(err, s.path)
}
