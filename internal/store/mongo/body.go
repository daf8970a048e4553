package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
)

// bodyDoc is a value under a name, read whole.
type bodyDoc struct {
	ID   any    `bson:"_id"`
	Body []byte `bson:"body"`
}

// body reads one stored value; code says what is not there when it is not.
func body[T any](ctx context.Context, s *Store, collection, code string, filter, sort bson.D) (T, error) {
	var out T
	var d bodyDoc
	opt := options.FindOne()
	if sort != nil {
		opt.SetSort(sort)
	}
	err := s.db.Collection(collection).FindOne(ctx, filter, opt).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return out, errs.NotFound(code)
	}
	if err != nil {
		return out, s.classify(err)
	}
	return out, json.Unmarshal(d.Body, &out)
}

// bodies reads stored values in order, at most limit of them where it is given; never nil.
func bodies[T any](ctx context.Context, s *Store, collection string, filter, sort bson.D, limit ...int) ([]T, error) {
	opt := options.Find().SetSort(sort)
	for _, n := range limit {
		opt.SetLimit(int64(n))
	}
	cur, err := s.db.Collection(collection).Find(ctx, filter, opt)
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []bodyDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]T, len(docs))
	for k, d := range docs {
		if err := json.Unmarshal(d.Body, &out[k]); err != nil {
			return nil, fmt.Errorf("read a stored value: %w", err)
		}
	}
	return out, nil
}
