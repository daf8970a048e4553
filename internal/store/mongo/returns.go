package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"rapport/internal/audit"
	"rapport/internal/returns"
)

// SaveStatements implements returns.Store.
func (s *Store) SaveStatements(ctx context.Context, list []returns.Statement, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		for _, x := range list {
			if err := s.putBody(ctx, "returns_statement", string(x.Subject), x); err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, entry)
	})
}

// Statement implements returns.Store.
func (s *Store) Statement(ctx context.Context, subject returns.Subject) (returns.Statement, error) {
	return body[returns.Statement](ctx, s, "returns_statement", "returns_unknown", bson.D{{Key: "_id", Value: string(subject)}}, nil)
}

// Statements implements returns.Store.
func (s *Store) Statements(ctx context.Context) ([]returns.Statement, error) {
	return bodies[returns.Statement](ctx, s, "returns_statement", bson.D{}, bson.D{{Key: "_id", Value: 1}})
}
