package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"rapport/internal/audit"
)

// Covariates implements linkage.Store.
func (s *Store) Covariates(ctx context.Context) (map[string][]string, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT metric, list FROM covariate`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := map[string][]string{}
	for rows.Next() {
		var metric, raw string
		if err := rows.Scan(&metric, &raw); err != nil {
			return nil, classify(err, s.path)
		}
		var list []string
		if err := fromJSON(raw, &list); err != nil {
			return nil, fmt.Errorf("read covariates of %s: %w", metric, err)
		}
		out[metric] = list
	}
	return out, classify(rows.Err(), s.path)
}

// SaveCovariates implements linkage.Store.
func (s *Store) SaveCovariates(ctx context.Context, metric string, list []string, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var err error
		if len(list) == 0 {
			_, err = tx.ExecContext(ctx, `DELETE FROM covariate WHERE metric = ?`, metric)
		} else {
			_, err = tx.ExecContext(ctx, `INSERT INTO covariate (metric, list) VALUES (?,?) ON CONFLICT (metric) DO UPDATE SET list = excluded.list`, metric, jsonText(list))
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}
