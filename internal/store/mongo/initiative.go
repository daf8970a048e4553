package mongo

import (
	"context"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/initiative"
)

func init() {
	indexes["initiative"] = []mongo.IndexModel{plain("-created_at", "-_id")}
	indexes["initiative_change"] = []mongo.IndexModel{unique("initiative_id", "version")}
}

type initiativeDoc struct {
	ID        string `bson:"_id"`
	CreatedAt int64  `bson:"created_at"`
	Version   int    `bson:"version"`
	Body      []byte `bson:"body"`
}

type changeDoc struct {
	InitiativeID string `bson:"initiative_id"`
	Version      int    `bson:"version"`
	Body         []byte `bson:"body"`
}

// AddInitiative implements initiative.Store.
func (s *Store) AddInitiative(ctx context.Context, i initiative.Initiative, entry audit.Entry) error {
	b, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("write initiative: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("initiative").InsertOne(ctx, initiativeDoc{i.ID, millis(i.CreatedAt), i.Version, b}); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// Initiatives implements initiative.Store.
func (s *Store) Initiatives(ctx context.Context) ([]initiative.Initiative, error) {
	return bodies[initiative.Initiative](ctx, s, "initiative", bson.D{}, bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}})
}

// Initiative implements initiative.Store.
func (s *Store) Initiative(ctx context.Context, id string) (initiative.Initiative, error) {
	return body[initiative.Initiative](ctx, s, "initiative", "initiative_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// ReviseInitiative implements initiative.Store.
func (s *Store) ReviseInitiative(ctx context.Context, i initiative.Initiative, change *initiative.Change, entry audit.Entry) error {
	b, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("write initiative: %w", err)
	}
	var c []byte
	if change != nil {
		if c, err = json.Marshal(change); err != nil {
			return fmt.Errorf("write change: %w", err)
		}
	}
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("initiative").UpdateOne(ctx, bson.D{{Key: "_id", Value: i.ID}, {Key: "version", Value: i.Version - 1}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: i.Version}, {Key: "body", Value: b}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.Conflict("initiative_changed")
		}
		if c != nil {
			if _, err := s.db.Collection("initiative_change").InsertOne(ctx, changeDoc{i.ID, i.Version, c}); err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, entry)
	})
}

// TakeInitiatives implements initiative.Store.
func (s *Store) TakeInitiatives(ctx context.Context, added, changed []initiative.Initiative, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		for _, i := range added {
			b, err := json.Marshal(i)
			if err != nil {
				return fmt.Errorf("write initiative: %w", err)
			}
			if _, err := s.db.Collection("initiative").InsertOne(ctx, initiativeDoc{i.ID, millis(i.CreatedAt), i.Version, b}); err != nil {
				return err
			}
		}
		for _, i := range changed {
			b, err := json.Marshal(i)
			if err != nil {
				return fmt.Errorf("write initiative: %w", err)
			}
			res, err := s.db.Collection("initiative").UpdateOne(ctx, bson.D{{Key: "_id", Value: i.ID}, {Key: "version", Value: i.Version - 1}},
				bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: i.Version}, {Key: "body", Value: b}}}})
			if err != nil {
				return err
			}
			if res.MatchedCount == 0 {
				return errs.Conflict("initiative_changed")
			}
		}
		return s.appendAudit(ctx, entries...)
	})
}

// InitiativeChanges implements initiative.Store.
func (s *Store) InitiativeChanges(ctx context.Context, id string) ([]initiative.Change, error) {
	return bodies[initiative.Change](ctx, s, "initiative_change", bson.D{{Key: "initiative_id", Value: id}}, bson.D{{Key: "version", Value: 1}})
}

// SaveOutlook implements initiative.Store.
func (s *Store) SaveOutlook(ctx context.Context, o initiative.Outlook, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putBody(ctx, "initiative_outlook", o.InitiativeID, o); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// Outlook implements initiative.Store.
func (s *Store) Outlook(ctx context.Context, id string) (initiative.Outlook, error) {
	return body[initiative.Outlook](ctx, s, "initiative_outlook", "outlook_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// SaveEvaluations implements initiative.Store.
func (s *Store) SaveEvaluations(ctx context.Context, list []initiative.Evaluation, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		for _, e := range list {
			if err := s.putBody(ctx, "initiative_evaluation", e.InitiativeID, e); err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, entries...)
	})
}

// Evaluation implements initiative.Store.
func (s *Store) Evaluation(ctx context.Context, id string) (initiative.Evaluation, error) {
	return body[initiative.Evaluation](ctx, s, "initiative_evaluation", "evaluation_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// Evaluations implements initiative.Store.
func (s *Store) Evaluations(ctx context.Context) ([]initiative.Evaluation, error) {
	return bodies[initiative.Evaluation](ctx, s, "initiative_evaluation", bson.D{}, bson.D{{Key: "_id", Value: 1}})
}

// Settings implements initiative.Store.
func (s *Store) Settings(ctx context.Context) (initiative.Settings, error) {
	return body[initiative.Settings](ctx, s, "returns_settings", "settings_unknown", bson.D{}, bson.D{{Key: "_id", Value: -1}})
}

// SettingsHistory implements initiative.Store.
func (s *Store) SettingsHistory(ctx context.Context) ([]initiative.Settings, error) {
	return bodies[initiative.Settings](ctx, s, "returns_settings", bson.D{}, bson.D{{Key: "_id", Value: -1}})
}

// SaveSettings implements initiative.Store.
func (s *Store) SaveSettings(ctx context.Context, n initiative.Settings, entry audit.Entry) error {
	b, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("returns_settings").InsertOne(ctx, bodyDoc{n.Version, b})
		if mongo.IsDuplicateKeyError(err) {
			return errs.Conflict("settings_changed").Because(err)
		}
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// putBody stores a value in place of what stood under its name.
func (s *Store) putBody(ctx context.Context, collection, id string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", collection, err)
	}
	_, err = s.db.Collection(collection).ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}}, bodyDoc{id, b}, options.Replace().SetUpsert(true))
	return err
}
