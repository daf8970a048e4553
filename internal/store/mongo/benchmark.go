package mongo

import (
	"context"
	"encoding/json"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

type benchmarkDoc struct {
	ID   string `bson:"_id"`
	Body []byte `bson:"body"`
}

// PutBenchmarks implements pulse.Store.
func (s *Store) PutBenchmarks(ctx context.Context, list []pulse.Benchmark, e ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		for _, b := range list {
			body, err := json.Marshal(b)
			if err != nil {
				return err
			}
			_, err = s.db.Collection("benchmark").ReplaceOne(ctx, bson.D{{Key: "_id", Value: b.ID}}, benchmarkDoc{b.ID, body}, options.Replace().SetUpsert(true))
			if err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, e...)
	})
}

// DropBenchmark implements pulse.Store.
func (s *Store) DropBenchmark(ctx context.Context, id string, e ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("benchmark").DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
		if err != nil {
			return err
		}
		if res.DeletedCount == 0 {
			return errs.NotFound("benchmark_unknown")
		}
		return s.appendAudit(ctx, e...)
	})
}

// Benchmarks implements pulse.Store.
func (s *Store) Benchmarks(ctx context.Context) ([]pulse.Benchmark, error) {
	return bodies[pulse.Benchmark](ctx, s, "benchmark", bson.D{}, bson.D{{Key: "_id", Value: 1}})
}
