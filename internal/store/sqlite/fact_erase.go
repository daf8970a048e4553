package sqlite

import (
	"context"
	"database/sql"

	"rapport/internal/fact"
	"rapport/internal/intake"
)

// EraseCustomer implements fact.Store.
func (s *Store) EraseCustomer(ctx context.Context, e fact.Erasure) (facts int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		type stripped struct {
			id   int64
			body []byte
		}
		rows, err := tx.QueryContext(ctx, `SELECT f.id, fb.kind, f.body FROM fact f JOIN fact_batch fb ON fb.n = f.id >> 32 WHERE f.customer = ?`, e.Customer)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		var list []stripped
		for rows.Next() {
			var x stripped
			var kind intake.Kind
			if err := rows.Scan(&x.id, &kind, &x.body); err != nil {
				return err
			}
			x.body = e.Strip(kind, x.body)
			list = append(list, x)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if facts = len(list); facts == 0 {
			return nil
		}
		for _, x := range list {
			if _, err := tx.ExecContext(ctx, `UPDATE fact SET customer = ?, body = ? WHERE id = ?`, e.As, x.body, x.id); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE fact_key SET digest = ? WHERE fact = ?2 AND key = (SELECT key FROM fact WHERE id = ?2)`, fact.Erased, x.id); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, e.Audit...)
	})
	return facts, err
}
