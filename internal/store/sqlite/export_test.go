package sqlite

import (
	"context"
	"fmt"
)

// LimitPages makes the file as full as a full disk: SQLite answers with the same code.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	_, err := s.w.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// Pages counts the pages of the file.
func (s *Store) Pages(ctx context.Context) (n int, err error) {
	return n, s.w.QueryRowContext(ctx, "PRAGMA page_count").Scan(&n)
}

// Hold locks the file as another program would, until release is called.
func (s *Store) Hold(ctx context.Context) (release func(), err error) {
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	return func() { _ = tx.Rollback() }, nil
}

// Exec changes the file behind everybody's back.
func (s *Store) Exec(ctx context.Context, query string) error {
	_, err := s.w.ExecContext(ctx, query)
	return err
}
