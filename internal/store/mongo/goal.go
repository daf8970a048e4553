package mongo

import (
	"context"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/goal"
)

func init() {
	indexes["barrier"] = []mongo.IndexModel{plain("-created_at", "-_id")}
}

// AddLevels implements goal.Store.
func (s *Store) AddLevels(ctx context.Context, list []goal.Level, entries ...audit.Entry) error {
	docs := make([]bodyDoc, 0, len(list))
	for _, l := range list {
		b, err := json.Marshal(l)
		if err != nil {
			return fmt.Errorf("write level: %w", err)
		}
		docs = append(docs, bodyDoc{l.ID, b})
	}
	if len(docs) == 0 {
		return nil
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("goal_level").InsertMany(ctx, docs); err != nil {
			return err
		}
		return s.appendAudit(ctx, entries...)
	})
}

// Levels implements goal.Store.
func (s *Store) Levels(ctx context.Context) ([]goal.Level, error) {
	return bodies[goal.Level](ctx, s, "goal_level", bson.D{}, bson.D{{Key: "_id", Value: 1}})
}

// SaveActuals implements goal.Store.
func (s *Store) SaveActuals(ctx context.Context, list []goal.Actuals) error {
	return s.tx(ctx, func(ctx context.Context) error {
		for _, a := range list {
			if err := s.putBody(ctx, "goal_actual", a.Metric, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// Actuals implements goal.Store.
func (s *Store) Actuals(ctx context.Context, metrics ...string) ([]goal.Actuals, error) {
	filter := bson.D{}
	if len(metrics) > 0 {
		filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: metrics}}}}
	}
	return bodies[goal.Actuals](ctx, s, "goal_actual", filter, bson.D{{Key: "_id", Value: 1}})
}

// SaveBarrier implements goal.Store.
func (s *Store) SaveBarrier(ctx context.Context, b goal.Barrier, seen int, entry audit.Entry) error {
	text, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("write barrier: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putVersion(ctx, "barrier", "barrier_changed", initiativeDoc{b.ID, millis(b.CreatedAt), b.Version, text}, seen); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// putVersion inserts a value (nothing seen) or replaces the version that was seen.
func (s *Store) putVersion(ctx context.Context, collection, conflict string, d initiativeDoc, seen int) error {
	if seen == 0 {
		_, err := s.db.Collection(collection).InsertOne(ctx, d)
		if mongo.IsDuplicateKeyError(err) {
			return errs.Conflict(conflict).Because(err)
		}
		return err
	}
	res, err := s.db.Collection(collection).UpdateOne(ctx, bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: seen}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: d.Version}, {Key: "body", Value: d.Body}}}})
	if err != nil {
		return err
	}
	if res.MatchedCount == 0 {
		return errs.Conflict(conflict)
	}
	return nil
}

// Barriers implements goal.Store.
func (s *Store) Barriers(ctx context.Context) ([]goal.Barrier, error) {
	return bodies[goal.Barrier](ctx, s, "barrier", bson.D{}, bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}})
}

// Barrier implements goal.Store.
func (s *Store) Barrier(ctx context.Context, id string) (goal.Barrier, error) {
	return body[goal.Barrier](ctx, s, "barrier", "barrier_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}
