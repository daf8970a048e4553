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
	"rapport/internal/feed"
)

func init() {
	indexes["feed_file"] = []mongo.IndexModel{unique("feed", "digest")}
}

var byAge = bson.D{{Key: "created_at", Value: 1}, {Key: "_id", Value: 1}}

// Hooks implements feed.Store.
func (s *Store) Hooks(ctx context.Context) ([]feed.Hook, error) {
	return bodies[feed.Hook](ctx, s, "hook", bson.D{}, byAge)
}

// Hook implements feed.Store.
func (s *Store) Hook(ctx context.Context, id string) (feed.Hook, error) {
	return body[feed.Hook](ctx, s, "hook", "hook_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// SaveHook implements feed.Store.
func (s *Store) SaveHook(ctx context.Context, h feed.Hook, entry audit.Entry) error {
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("write hook: %w", err)
	}
	return s.saveVersion(ctx, "hook", linkDoc{h.ID, millis(h.CreatedAt), h.Version, b}, entry)
}

// Feeds implements feed.Store.
func (s *Store) Feeds(ctx context.Context) ([]feed.Feed, error) {
	return bodies[feed.Feed](ctx, s, "feed", bson.D{}, byAge)
}

// Feed implements feed.Store.
func (s *Store) Feed(ctx context.Context, id string) (feed.Feed, error) {
	return body[feed.Feed](ctx, s, "feed", "feed_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// SaveFeed implements feed.Store.
func (s *Store) SaveFeed(ctx context.Context, f feed.Feed, entry audit.Entry) error {
	b, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	return s.saveVersion(ctx, "feed", linkDoc{f.ID, millis(f.CreatedAt), f.Version, b}, entry)
}

func (s *Store) saveVersion(ctx context.Context, collection string, d linkDoc, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.nextVersion(ctx, collection, d.ID, d.Version, d, collection+"_changed"); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// FeedStates implements feed.Store.
func (s *Store) FeedStates(ctx context.Context) (map[string]feed.State, error) {
	cur, err := s.db.Collection("feed_state").Find(ctx, bson.D{})
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []struct {
		ID   string `bson:"_id"`
		Body []byte `bson:"body"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := map[string]feed.State{}
	for _, d := range docs {
		var x feed.State
		if err := json.Unmarshal(d.Body, &x); err != nil {
			return nil, fmt.Errorf("read feed state: %w", err)
		}
		out[d.ID] = x
	}
	return out, nil
}

// SaveFeedState implements feed.Store.
func (s *Store) SaveFeedState(ctx context.Context, id string, x feed.State) error {
	b, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("write feed state: %w", err)
	}
	_, err = s.db.Collection("feed_state").UpdateByID(ctx, id, bson.D{{Key: "$set", Value: bson.D{{Key: "body", Value: b}}}}, options.UpdateOne().SetUpsert(true))
	return s.classify(err)
}

// FileTaken implements feed.Store.
func (s *Store) FileTaken(ctx context.Context, id, digest string) (bool, error) {
	n, err := s.db.Collection("feed_file").CountDocuments(ctx, bson.D{{Key: "feed", Value: id}, {Key: "digest", Value: digest}}, options.Count().SetLimit(1))
	return n > 0, s.classify(err)
}

// TakeFile implements feed.Store.
func (s *Store) TakeFile(ctx context.Context, id, digest string, at time.Time) error {
	_, err := s.db.Collection("feed_file").UpdateOne(ctx, bson.D{{Key: "feed", Value: id}, {Key: "digest", Value: digest}}, bson.D{{Key: "$set", Value: bson.D{{Key: "at", Value: millis(at)}}}}, options.UpdateOne().SetUpsert(true))
	return s.classify(err)
}
