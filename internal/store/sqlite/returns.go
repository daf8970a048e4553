package sqlite

import (
	"context"
	"database/sql"

	"rapport/internal/audit"
	"rapport/internal/returns"
)

// SaveStatements implements returns.Store.
func (s *Store) SaveStatements(ctx context.Context, list []returns.Statement, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, x := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO returns_statement (subject, body) VALUES (?,?) ON CONFLICT (subject) DO UPDATE SET body = excluded.body`, string(x.Subject), jsonText(x)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Statement implements returns.Store.
func (s *Store) Statement(ctx context.Context, subject returns.Subject) (returns.Statement, error) {
	return body[returns.Statement](ctx, s, "returns_unknown", `SELECT body FROM returns_statement WHERE subject = ?`, string(subject))
}

// Statements implements returns.Store.
func (s *Store) Statements(ctx context.Context) ([]returns.Statement, error) {
	return bodies[returns.Statement](ctx, s, `SELECT body FROM returns_statement ORDER BY subject`)
}
