package mongo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/outbox"
	"rapport/internal/subscription"
)

func init() {
	indexes["subscription"] = []mongo.IndexModel{plain("created_at", "_id")}
}

type subscriptionDoc struct {
	ID        string `bson:"_id"`
	CreatedAt int64  `bson:"created_at"`
	EndedAt   int64  `bson:"ended_at"`
	Ended     bool   `bson:"ended"`
	Version   int    `bson:"version"`
	Body      []byte `bson:"body"`
}

// Subscriptions implements subscription.Store.
func (s *Store) Subscriptions(ctx context.Context) ([]subscription.Subscription, error) {
	return bodies[subscription.Subscription](ctx, s, "subscription", bson.D{}, byAge)
}

// Subscription implements subscription.Store.
func (s *Store) Subscription(ctx context.Context, id string) (subscription.Subscription, error) {
	return body[subscription.Subscription](ctx, s, "subscription", "subscription_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// SaveSubscription implements subscription.Store.
func (s *Store) SaveSubscription(ctx context.Context, x subscription.Subscription, mail []outbox.Message, entries ...audit.Entry) error {
	b, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("write subscription: %w", err)
	}
	d := subscriptionDoc{x.ID, millis(x.CreatedAt), millis(x.EndedAt), !x.EndedAt.IsZero(), x.Version, b}
	return s.tx(ctx, func(ctx context.Context) error {
		c := s.db.Collection("subscription")
		if x.Version == 1 {
			res, err := c.UpdateOne(ctx, bson.D{{Key: "_id", Value: x.ID}}, bson.D{{Key: "$setOnInsert", Value: d}}, options.UpdateOne().SetUpsert(true))
			if err != nil {
				return err
			}
			if res.UpsertedCount == 0 {
				return errs.Conflict("subscription_changed")
			}
		} else {
			res, err := c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: x.ID}, {Key: "version", Value: x.Version - 1}}, d)
			if err != nil {
				return err
			}
			if res.MatchedCount == 0 {
				return errs.Conflict("subscription_changed")
			}
		}
		if err := s.appendOutbox(ctx, mail...); err != nil {
			return err
		}
		return s.appendAudit(ctx, entries...)
	})
}

// ForgetSubscriptions implements subscription.Store.
func (s *Store) ForgetSubscriptions(ctx context.Context, before time.Time) error {
	_, err := s.db.Collection("subscription").DeleteMany(ctx, bson.D{{Key: "ended", Value: true}, {Key: "ended_at", Value: bson.D{{Key: "$lt", Value: millis(before)}}}})
	return s.classify(err)
}
