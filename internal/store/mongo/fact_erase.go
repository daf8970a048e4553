package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"rapport/internal/fact"
	"rapport/internal/intake"
)

// EraseCustomer implements fact.Store.
func (s *Store) EraseCustomer(ctx context.Context, e fact.Erasure) (facts int, err error) {
	err = s.tx(ctx, func(ctx context.Context) error {
		cur, err := s.db.Collection("fact").Find(ctx, bson.D{{Key: "customer", Value: e.Customer}})
		if err != nil {
			return err
		}
		var docs []factDoc
		if err := cur.All(ctx, &docs); err != nil {
			return err
		}
		if facts = len(docs); facts == 0 {
			return nil
		}
		ids := bson.A{}
		for _, d := range docs {
			ids = append(ids, d.ID)
			if _, err := s.db.Collection("fact").UpdateByID(ctx, d.ID, bson.D{{Key: "$set", Value: bson.D{
				{Key: "customer", Value: e.As}, {Key: "body", Value: e.Strip(intake.Kind(d.Kind), d.Body)},
			}}}); err != nil {
				return err
			}
		}
		if _, err := s.db.Collection("fact_key").UpdateMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "digest", Value: int64(fact.Erased)}}}}); err != nil {
			return err
		}
		return s.appendAudit(ctx, e.Audit...)
	})
	return facts, err
}
