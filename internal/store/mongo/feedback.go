package mongo

import (
	"context"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/feedback"
)

func init() {
	indexes["touchpoint"] = []mongo.IndexModel{unique("name_key")}
}

type touchpointDoc struct {
	ID      string `bson:"_id"`
	NameKey string `bson:"name_key"`
	Version int    `bson:"version"`
	Place   string `bson:"place"`
	Body    []byte `bson:"body"`
}

// Touchpoints implements feedback.Store.
func (s *Store) Touchpoints(ctx context.Context) ([]feedback.Touchpoint, error) {
	return bodies[feedback.Touchpoint](ctx, s, "touchpoint", bson.D{}, bson.D{{Key: "place", Value: 1}})
}

// Touchpoint implements feedback.Store.
func (s *Store) Touchpoint(ctx context.Context, id string) (feedback.Touchpoint, error) {
	return body[feedback.Touchpoint](ctx, s, "touchpoint", "touchpoint_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// SaveTouchpoint implements feedback.Store.
func (s *Store) SaveTouchpoint(ctx context.Context, t feedback.Touchpoint, entry audit.Entry) error {
	b, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write touchpoint: %w", err)
	}
	d := touchpointDoc{t.ID, t.NameKey(), t.Version, t.Journey + "\x00" + t.Stage + "\x00" + t.NameKey(), b}
	err = s.tx(ctx, func(ctx context.Context) error {
		if err := s.nextVersion(ctx, "touchpoint", t.ID, t.Version, d, "touchpoint_changed"); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
	if mongo.IsDuplicateKeyError(err) {
		return errs.Conflict("touchpoint_taken").With("name", t.Name)
	}
	return err
}

// nextVersion inserts version 1 of a document or replaces the version before; errs.Conflict(code) when another stands.
func (s *Store) nextVersion(ctx context.Context, collection, id string, version int, doc any, code string) error {
	coll := s.db.Collection(collection)
	if version == 1 {
		_, err := coll.InsertOne(ctx, doc)
		return err
	}
	res, err := coll.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "version", Value: version - 1}}, doc)
	if err != nil {
		return err
	}
	if res.MatchedCount == 0 {
		return errs.Conflict(code)
	}
	return nil
}
