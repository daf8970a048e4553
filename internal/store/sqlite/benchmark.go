package sqlite

import (
	"context"
	"database/sql"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// PutBenchmarks implements pulse.Store.
func (s *Store) PutBenchmarks(ctx context.Context, list []pulse.Benchmark, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, b := range list {
			if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO benchmark (id, body) VALUES (?,?)`, b.ID, jsonText(b)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, e...)
	})
}

// DropBenchmark implements pulse.Store.
func (s *Store) DropBenchmark(ctx context.Context, id string, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM benchmark WHERE id = ?`, id))
		if err == nil && n == 0 {
			return errs.NotFound("benchmark_unknown")
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// Benchmarks implements pulse.Store.
func (s *Store) Benchmarks(ctx context.Context) ([]pulse.Benchmark, error) {
	return bodies[pulse.Benchmark](ctx, s, `SELECT body FROM benchmark ORDER BY id`)
}
