package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"rapport/internal/replay"
)

func init() {
	indexes["answer"] = []mongo.IndexModel{plain("expires_at")}
}

type answerDoc struct {
	Key       string `bson:"_id"`
	Body      string `bson:"body"`
	Status    int    `bson:"status"`
	Type      string `bson:"type"`
	Content   []byte `bson:"content"`
	ExpiresAt int64  `bson:"expires_at"`
}

// ClaimAnswer implements replay.Store.
func (s *Store) ClaimAnswer(ctx context.Context, a replay.Answer, now time.Time) (replay.Answer, bool, error) {
	coll := s.db.Collection("answer")
	if _, err := coll.DeleteMany(ctx, bson.D{{Key: "expires_at", Value: bson.D{{Key: "$lte", Value: millis(now)}}}}); err != nil {
		return a, false, s.classify(err)
	}
	_, err := coll.InsertOne(ctx, answerDoc{Key: a.Key, Body: a.Body, Content: []byte{}, ExpiresAt: millis(a.ExpiresAt)})
	if err == nil {
		return a, true, nil
	}
	if !mongo.IsDuplicateKeyError(err) {
		return a, false, s.classify(err)
	}
	var d answerDoc
	if err := coll.FindOne(ctx, bson.D{{Key: "_id", Value: a.Key}}).Decode(&d); err != nil {
		return a, false, s.classify(err)
	}
	return replay.Answer{Key: d.Key, Body: d.Body, Status: d.Status, Type: d.Type, Content: d.Content, ExpiresAt: fromMillis(d.ExpiresAt)}, false, nil
}

// KeepAnswer implements replay.Store.
func (s *Store) KeepAnswer(ctx context.Context, a replay.Answer) error {
	_, err := s.db.Collection("answer").UpdateByID(ctx, a.Key, bson.D{{Key: "$set", Value: bson.D{
		{Key: "status", Value: a.Status}, {Key: "type", Value: a.Type}, {Key: "content", Value: a.Content},
	}}})
	return s.classify(err)
}

// DropAnswer implements replay.Store.
func (s *Store) DropAnswer(ctx context.Context, key string) error {
	_, err := s.db.Collection("answer").DeleteOne(ctx, bson.D{{Key: "_id", Value: key}})
	return s.classify(err)
}
