package mongo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"rapport/internal/audit"
	"rapport/internal/returns"
)

func init() {
	indexes["returns_stated"] = []mongo.IndexModel{plain("quarter", "kind", "subject")}
}

type statedDoc struct {
	ID      string `bson:"_id"`
	Quarter string `bson:"quarter"`
	Kind    string `bson:"kind"`
	Subject string `bson:"subject"`
	Body    []byte `bson:"body"`
}

func statedID(quarter string, subject returns.Subject) string { return quarter + "|" + string(subject) }

// SaveStatements implements returns.Store.
func (s *Store) SaveStatements(ctx context.Context, list []returns.Statement, entry audit.Entry) error {
	models := make([]mongo.WriteModel, 0, len(list))
	for _, x := range list {
		b, err := json.Marshal(x)
		if err != nil {
			return fmt.Errorf("write a statement: %w", err)
		}
		id := statedID(x.Quarter, x.Subject)
		doc := statedDoc{id, x.Quarter, string(x.Subject.Kind()), string(x.Subject), b}
		models = append(models, mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: id}}).SetReplacement(doc).SetUpsert(true))
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if len(models) > 0 {
			if _, err := s.db.Collection("returns_stated").BulkWrite(ctx, models); err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, entry)
	})
}

// Statement implements returns.Store.
func (s *Store) Statement(ctx context.Context, quarter string, subject returns.Subject) (returns.Statement, error) {
	return body[returns.Statement](ctx, s, "returns_stated", "returns_unknown", bson.D{{Key: "_id", Value: statedID(quarter, subject)}}, nil)
}

// Statements implements returns.Store.
func (s *Store) Statements(ctx context.Context, quarter string, kinds ...returns.SubjectKind) ([]returns.Statement, error) {
	in := bson.A{}
	for _, k := range kinds {
		in = append(in, string(k))
	}
	filter := bson.D{{Key: "quarter", Value: quarter}, {Key: "kind", Value: bson.D{{Key: "$in", Value: in}}}}
	return bodies[returns.Statement](ctx, s, "returns_stated", filter, bson.D{{Key: "subject", Value: 1}})
}

// StatementsAfter implements returns.Store.
func (s *Store) StatementsAfter(ctx context.Context, quarter string, kind returns.SubjectKind, after returns.Subject, limit int) ([]returns.Statement, error) {
	filter := bson.D{{Key: "quarter", Value: quarter}, {Key: "kind", Value: string(kind)}, {Key: "subject", Value: bson.D{{Key: "$gt", Value: string(after)}}}}
	return bodies[returns.Statement](ctx, s, "returns_stated", filter, bson.D{{Key: "subject", Value: 1}}, limit)
}

// StatedQuarters implements returns.Store.
func (s *Store) StatedQuarters(ctx context.Context) ([]string, error) {
	out := []string{}
	if err := s.db.Collection("returns_stated").Distinct(ctx, "quarter", bson.D{{Key: "quarter", Value: bson.D{{Key: "$gt", Value: ""}}}}).Decode(&out); err != nil {
		return nil, s.classify(err)
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out, nil
}
