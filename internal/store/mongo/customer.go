package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
)

func init() {
	indexes["customer_value"] = []mongo.IndexModel{plain("at")}
}

type valueDoc struct {
	At         int64  `bson:"at"`
	Body       []byte `bson:"body"`
	Behaviours []byte `bson:"behaviours,omitempty"` // packed
}

// SaveValue implements customer.Store.
func (s *Store) SaveValue(ctx context.Context, at time.Time, body, behaviours []byte) error {
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("customer_value").InsertOne(ctx, valueDoc{millis(at), body, behaviours})
		return err
	})
}

// NewestValue implements customer.Store.
func (s *Store) NewestValue(ctx context.Context) ([]byte, error) {
	d, err := s.newestValue(ctx)
	return d.Body, err
}

// NewestBehaviours implements customer.Store.
func (s *Store) NewestBehaviours(ctx context.Context) ([]byte, error) {
	d, err := s.newestValue(ctx)
	return d.Behaviours, err
}

func (s *Store) newestValue(ctx context.Context) (d valueDoc, err error) {
	err = s.db.Collection("customer_value").FindOne(ctx, bson.D{}, options.FindOne().SetSort(keys([]string{"-at", "-_id"}))).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return d, errs.NotFound("customer_value_none")
	}
	return d, s.classify(err)
}
