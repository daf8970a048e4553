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
	"rapport/internal/forecast"
)

func init() {
	indexes["forecast_approved"] = []mongo.IndexModel{plain("approved_at", "_id")}
}

type approvedDoc struct {
	ID         string `bson:"_id"` // initiative and hash
	ApprovedAt int64  `bson:"approved_at"`
	Body       []byte `bson:"body"`
}

func approvedID(initiativeID, hash string) string { return initiativeID + "/" + hash }

// SaveForecast implements forecast.Store.
func (s *Store) SaveForecast(ctx context.Context, f forecast.Forecast, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putBody(ctx, "forecast", f.InitiativeID, f); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// Forecast implements forecast.Store.
func (s *Store) Forecast(ctx context.Context, initiativeID string) (forecast.Forecast, error) {
	return body[forecast.Forecast](ctx, s, "forecast", "forecast_unknown", bson.D{{Key: "_id", Value: initiativeID}}, nil)
}

// ApproveForecast implements forecast.Store.
func (s *Store) ApproveForecast(ctx context.Context, a forecast.Approval, entry audit.Entry) error {
	a.Score = nil
	b, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write approval: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("forecast_approved").InsertOne(ctx, approvedDoc{approvedID(a.InitiativeID, a.Hash), millis(a.ApprovedAt), b})
		if mongo.IsDuplicateKeyError(err) {
			return errs.Conflict("forecast_approved").Because(err)
		}
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// Approvals implements forecast.Store.
func (s *Store) Approvals(ctx context.Context) ([]forecast.Approval, error) {
	out, err := bodies[forecast.Approval](ctx, s, "forecast_approved", bson.D{}, bson.D{{Key: "approved_at", Value: 1}, {Key: "_id", Value: 1}})
	if err != nil {
		return nil, err
	}
	cur, err := s.db.Collection("forecast_score").Find(ctx, bson.D{}, options.Find())
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
	scores := map[string][]byte{}
	for _, d := range docs {
		scores[d.ID] = d.Body
	}
	for k := range out {
		if b := scores[approvedID(out[k].InitiativeID, out[k].Hash)]; b != nil {
			out[k].Score = &forecast.Score{}
			if err := json.Unmarshal(b, out[k].Score); err != nil {
				return nil, fmt.Errorf("read a score: %w", err)
			}
		}
	}
	return out, nil
}

// ScoreForecast implements forecast.Store.
func (s *Store) ScoreForecast(ctx context.Context, initiativeID, hash string, x forecast.Score, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putBody(ctx, "forecast_score", approvedID(initiativeID, hash), x); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}
