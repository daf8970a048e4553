package mongo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/alert"
	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/outbox"
)

func init() {
	indexes["alert"] = []mongo.IndexModel{unique("key"), plain("-at", "-_id")}
	indexes["webhook"] = []mongo.IndexModel{plain("created_at", "_id")}
}

type alertDoc struct {
	ID   string `bson:"_id"`
	Key  string `bson:"key"`
	At   int64  `bson:"at"`
	Body []byte `bson:"body"`
}

type hookDoc struct {
	ID        string `bson:"_id"`
	CreatedAt int64  `bson:"created_at"`
	LastAt    int64  `bson:"last_at"`
	LastCode  string `bson:"last_code"`
	Body      []byte `bson:"body"`
}

// SaveAlerts implements alert.Store.
func (s *Store) SaveAlerts(ctx context.Context, list []alert.Alert, mail []outbox.Message, forget time.Time) error {
	docs := make([]alertDoc, 0, len(list))
	for _, a := range list {
		b, err := json.Marshal(a)
		if err != nil {
			return fmt.Errorf("write alert: %w", err)
		}
		docs = append(docs, alertDoc{a.ID, a.Key, millis(a.At), b})
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("alert").DeleteMany(ctx, bson.D{{Key: "at", Value: bson.D{{Key: "$lt", Value: millis(forget)}}}}); err != nil {
			return err
		}
		for _, d := range docs {
			if _, err := s.db.Collection("alert").UpdateOne(ctx, bson.D{{Key: "key", Value: d.Key}}, bson.D{{Key: "$setOnInsert", Value: d}}, options.UpdateOne().SetUpsert(true)); err != nil {
				return err
			}
		}
		return s.appendOutbox(ctx, mail...)
	})
}

// KnownAlerts implements alert.Store.
func (s *Store) KnownAlerts(ctx context.Context, keys []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(keys) == 0 {
		return out, nil
	}
	cur, err := s.db.Collection("alert").Find(ctx, bson.D{{Key: "key", Value: bson.D{{Key: "$in", Value: keys}}}}, options.Find().SetProjection(bson.D{{Key: "key", Value: 1}}))
	docs, err := gather(ctx, s, cur, err, func(d alertDoc) string { return d.Key })
	for _, k := range docs {
		out[k] = true
	}
	return out, err
}

// Alerts implements alert.Store.
func (s *Store) Alerts(ctx context.Context, since time.Time, limit int) ([]alert.Alert, error) {
	recent := bson.D{{Key: "at", Value: bson.D{{Key: "$gte", Value: millis(since)}}}}
	return bodies[alert.Alert](ctx, s, "alert", recent, bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}}, limit)
}

// Desk implements alert.Store.
func (s *Store) Desk(ctx context.Context, user string) (alert.Desk, error) {
	d, err := body[alert.Desk](ctx, s, "alert_desk", "desk_unknown", bson.D{{Key: "_id", Value: user}}, nil)
	if errs.KindOf(err) == errs.KindNotFound {
		return alert.Desk{UserID: user}, nil
	}
	return d, err
}

// SaveDesk implements alert.Store.
func (s *Store) SaveDesk(ctx context.Context, d alert.Desk) error {
	return s.tx(ctx, func(ctx context.Context) error { return s.putBody(ctx, "alert_desk", d.UserID, d) })
}

// AlertHooks implements alert.Store.
func (s *Store) AlertHooks(ctx context.Context) ([]alert.Hook, error) {
	cur, err := s.db.Collection("webhook").Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "created_at", Value: 1}, {Key: "_id", Value: 1}}))
	docs, err := gather(ctx, s, cur, err, func(d hookDoc) hookDoc { return d })
	if err != nil {
		return nil, err
	}
	out := make([]alert.Hook, len(docs))
	for i, d := range docs {
		if err := json.Unmarshal(d.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("read a webhook: %w", err)
		}
		out[i].LastAt, out[i].LastCode = fromMillis(d.LastAt), d.LastCode
	}
	return out, nil
}

// SaveAlertHook implements alert.Store.
func (s *Store) SaveAlertHook(ctx context.Context, h alert.Hook, entry audit.Entry) error {
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("write webhook: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("webhook").UpdateOne(ctx, bson.D{{Key: "_id", Value: h.ID}}, bson.D{
			{Key: "$set", Value: bson.D{{Key: "body", Value: b}}},
			{Key: "$setOnInsert", Value: bson.D{{Key: "created_at", Value: millis(h.CreatedAt)}, {Key: "last_at", Value: millis(h.LastAt)}, {Key: "last_code", Value: h.LastCode}}},
		}, options.UpdateOne().SetUpsert(true))
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// DropAlertHook implements alert.Store.
func (s *Store) DropAlertHook(ctx context.Context, id string, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("webhook").DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
		if err != nil {
			return err
		}
		if res.DeletedCount == 0 {
			return errs.NotFound("webhook_unknown")
		}
		return s.appendAudit(ctx, entry)
	})
}

// NoteDelivery implements alert.Store.
func (s *Store) NoteDelivery(ctx context.Context, id string, at time.Time, code string) error {
	_, err := s.db.Collection("webhook").UpdateByID(ctx, id, bson.D{{Key: "$set", Value: bson.D{{Key: "last_at", Value: millis(at)}, {Key: "last_code", Value: code}}}})
	return s.classify(err)
}
