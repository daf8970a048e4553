package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/outbox"
)

func init() {
	indexes["outbox_message"] = []mongo.IndexModel{unique("key"), plain("state", "due_at")}
}

type messageDoc struct {
	ID        string            `bson:"_id"`
	Key       string            `bson:"key"`
	To        string            `bson:"recipient"`
	Template  string            `bson:"template"`
	Params    map[string]string `bson:"params"` // keys are the program's own
	Locale    string            `bson:"locale"`
	CreatedAt int64             `bson:"created_at"`
	DueAt     int64             `bson:"due_at"`
	ExpiresAt int64             `bson:"expires_at"`
	Attempts  int               `bson:"attempts"`
	Claim     string            `bson:"claim"`
	State     string            `bson:"state"`
	LastError string            `bson:"last_error"`
}

func (d messageDoc) message() outbox.Message {
	return outbox.Message{
		ID: d.ID, Key: d.Key, To: d.To, Template: d.Template, Params: d.Params, Locale: d.Locale, CreatedAt: fromMillis(d.CreatedAt), DueAt: fromMillis(d.DueAt),
		ExpiresAt: fromMillis(d.ExpiresAt), Attempts: d.Attempts, Claim: d.Claim, State: outbox.State(d.State), LastError: d.LastError,
	}
}

// appendOutbox stores messages; call it inside a transaction. One whose key is there already is left as it is.
func (s *Store) appendOutbox(ctx context.Context, ms ...outbox.Message) error {
	for _, m := range ms {
		d := messageDoc{m.ID, m.Key, m.To, m.Template, m.Params, m.Locale, millis(m.CreatedAt), millis(m.DueAt), millis(m.ExpiresAt), m.Attempts, m.Claim, string(m.State), m.LastError}
		if _, err := s.db.Collection("outbox_message").UpdateOne(ctx, bson.D{{Key: "key", Value: m.Key}}, bson.D{{Key: "$setOnInsert", Value: d}}, options.UpdateOne().SetUpsert(true)); err != nil {
			return err
		}
	}
	return nil
}

// WaitingMessages implements outbox.Store.
func (s *Store) WaitingMessages(ctx context.Context, limit int) ([]outbox.Message, error) {
	cur, err := s.db.Collection("outbox_message").Find(ctx, bson.D{{Key: "state", Value: string(outbox.Waiting)}},
		options.Find().SetSort(bson.D{{Key: "created_at", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)))
	return gather(ctx, s, cur, err, messageDoc.message)
}

// ClaimMessages implements outbox.Store.
func (s *Store) ClaimMessages(ctx context.Context, claim string, now, until time.Time, limit int) ([]outbox.Message, error) {
	out := []outbox.Message{}
	for len(out) < limit {
		var d messageDoc
		err := s.db.Collection("outbox_message").FindOneAndUpdate(ctx,
			bson.D{{Key: "state", Value: string(outbox.Waiting)}, {Key: "due_at", Value: bson.D{{Key: "$lte", Value: millis(now)}}}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "claim", Value: claim}, {Key: "due_at", Value: millis(until)}}}},
			options.FindOneAndUpdate().SetSort(bson.D{{Key: "due_at", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return out, nil
		}
		if err != nil {
			return out, s.classify(err)
		}
		out = append(out, d.message())
	}
	return out, nil
}

// SettleMessage implements outbox.Store.
func (s *Store) SettleMessage(ctx context.Context, m outbox.Message) error {
	set := bson.D{
		{Key: "state", Value: string(m.State)},
		{Key: "attempts", Value: m.Attempts},
		{Key: "due_at", Value: millis(m.DueAt)},
		{Key: "last_error", Value: m.LastError},
		{Key: "claim", Value: ""},
	}
	if m.State != outbox.Waiting {
		set = append(set, bson.E{Key: "recipient", Value: ""}, bson.E{Key: "params", Value: nil})
	}
	_, err := s.db.Collection("outbox_message").UpdateOne(ctx,
		bson.D{{Key: "_id", Value: m.ID}, {Key: "claim", Value: m.Claim}, {Key: "state", Value: string(outbox.Waiting)}}, bson.D{{Key: "$set", Value: set}})
	return s.classify(err)
}

// CountMessages implements outbox.Store.
func (s *Store) CountMessages(ctx context.Context) (map[outbox.State]int, error) {
	cur, err := s.db.Collection("outbox_message").Aggregate(ctx, mongo.Pipeline{
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$state"}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	})
	type row struct {
		State string `bson:"_id"`
		N     int    `bson:"n"`
	}
	rows, err := gather(ctx, s, cur, err, func(r row) row { return r })
	out := map[outbox.State]int{}
	for _, r := range rows {
		out[outbox.State(r.State)] = r.N
	}
	return out, err
}
