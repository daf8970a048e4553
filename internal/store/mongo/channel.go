package mongo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

type channelDoc struct {
	ID       string `bson:"_id"`
	Name     string `bson:"name"`
	LastAt   int64  `bson:"last_at"`
	LastCode string `bson:"last_code"`
	Body     []byte `bson:"body"`
}

// PulseChannels implements pulse.Store.
func (s *Store) PulseChannels(ctx context.Context) ([]pulse.Channel, error) {
	cur, err := s.db.Collection("pulse_channel").Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "name", Value: 1}, {Key: "_id", Value: 1}}))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []channelDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]pulse.Channel, len(docs))
	for i, d := range docs {
		if err := json.Unmarshal(d.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("read a channel: %w", err)
		}
		out[i].LastAt, out[i].LastCode = fromMillis(d.LastAt), d.LastCode
	}
	return out, nil
}

// SavePulseChannel implements pulse.Store.
func (s *Store) SavePulseChannel(ctx context.Context, c pulse.Channel, e ...audit.Entry) error {
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write a channel: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("pulse_channel").UpdateOne(ctx, bson.D{{Key: "_id", Value: c.ID}}, bson.D{
			{Key: "$set", Value: bson.D{{Key: "name", Value: c.Name}, {Key: "body", Value: b}}},
			{Key: "$setOnInsert", Value: bson.D{{Key: "last_at", Value: int64(0)}, {Key: "last_code", Value: ""}}},
		}, options.UpdateOne().SetUpsert(true))
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, e...)
	})
}

// DropPulseChannel implements pulse.Store.
func (s *Store) DropPulseChannel(ctx context.Context, id string, e ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("pulse_channel").DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
		if err != nil {
			return err
		}
		if res.DeletedCount == 0 {
			return errs.NotFound("channel_unknown")
		}
		return s.appendAudit(ctx, e...)
	})
}

// NotePulseChannel implements pulse.Store.
func (s *Store) NotePulseChannel(ctx context.Context, id string, at time.Time, code string) error {
	_, err := s.db.Collection("pulse_channel").UpdateByID(ctx, id, bson.D{{Key: "$set", Value: bson.D{{Key: "last_at", Value: millis(at)}, {Key: "last_code", Value: code}}}})
	return s.classify(err)
}
