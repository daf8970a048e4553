package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/journey"
)

type atlasDoc struct {
	ID   int    `bson:"_id"`
	At   int64  `bson:"at"`
	Body []byte `bson:"body"`
}

// Journeys implements journey.Store.
func (s *Store) Journeys(ctx context.Context) ([]journey.Journey, error) {
	return bodies[journey.Journey](ctx, s, "journey", bson.D{}, bson.D{{Key: "created_at", Value: 1}, {Key: "_id", Value: 1}})
}

// SaveJourney implements journey.Store.
func (s *Store) SaveJourney(ctx context.Context, j journey.Journey, seen int, entry audit.Entry) error {
	text, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("write journey: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putVersion(ctx, "journey", "journey_changed", initiativeDoc{j.ID, millis(j.CreatedAt), j.Version, text}, seen); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// SaveAtlas implements journey.Store.
func (s *Store) SaveAtlas(ctx context.Context, at time.Time, packed []byte) error {
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("journey_atlas").ReplaceOne(ctx, bson.D{{Key: "_id", Value: 1}}, atlasDoc{1, millis(at), packed}, options.Replace().SetUpsert(true))
		return err
	})
}

// NewestAtlas implements journey.Store.
func (s *Store) NewestAtlas(ctx context.Context, known time.Time) (time.Time, []byte, error) {
	var d atlasDoc
	err := s.db.Collection("journey_atlas").FindOne(ctx, bson.D{}, options.FindOne().SetProjection(bson.D{{Key: "at", Value: 1}})).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return known, nil, errs.NotFound("journey_map_none")
	}
	if err != nil || d.At == millis(known) {
		return fromMillis(d.At), nil, s.classify(err)
	}
	err = s.db.Collection("journey_atlas").FindOne(ctx, bson.D{}).Decode(&d)
	return fromMillis(d.At), d.Body, s.classify(err)
}
