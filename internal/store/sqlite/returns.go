package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"rapport/internal/audit"
	"rapport/internal/returns"
)

// SaveStatements implements returns.Store.
func (s *Store) SaveStatements(ctx context.Context, list []returns.Statement, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, x := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO returns_stated (quarter, kind, subject, body) VALUES (?,?,?,?) ON CONFLICT (quarter, kind, subject) DO UPDATE SET body = excluded.body`,
				x.Quarter, string(x.Subject.Kind()), string(x.Subject), jsonText(x)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Statement implements returns.Store.
func (s *Store) Statement(ctx context.Context, quarter string, subject returns.Subject) (returns.Statement, error) {
	return body[returns.Statement](ctx, s, "returns_unknown", `SELECT body FROM returns_stated WHERE quarter = ? AND kind = ? AND subject = ?`, quarter, string(subject.Kind()), string(subject))
}

// Statements implements returns.Store.
func (s *Store) Statements(ctx context.Context, quarter string, kinds ...returns.SubjectKind) ([]returns.Statement, error) {
	if len(kinds) == 0 {
		return []returns.Statement{}, nil
	}
	args := []any{quarter}
	for _, k := range kinds {
		args = append(args, string(k))
	}
	return bodies[returns.Statement](ctx, s, `SELECT body FROM returns_stated WHERE quarter = ? AND kind IN (?`+strings.Repeat(",?", len(kinds)-1)+`) ORDER BY subject`, args...)
}

// StatementsAfter implements returns.Store.
func (s *Store) StatementsAfter(ctx context.Context, quarter string, kind returns.SubjectKind, after returns.Subject, limit int) ([]returns.Statement, error) {
	return bodies[returns.Statement](ctx, s, `SELECT body FROM returns_stated WHERE quarter = ? AND kind = ? AND subject > ? ORDER BY subject LIMIT ?`, quarter, string(kind), string(after), limit)
}

// StatedQuarters implements returns.Store.
func (s *Store) StatedQuarters(ctx context.Context) ([]string, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT DISTINCT quarter FROM returns_stated WHERE quarter <> '' ORDER BY quarter DESC`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []string{}
	for rows.Next() {
		var q string
		if err := rows.Scan(&q); err != nil {
			return nil, classify(err, s.path)
		}
		out = append(out, q)
	}
	return out, classify(rows.Err(), s.path)
}
