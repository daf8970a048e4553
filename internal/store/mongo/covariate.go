package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
)

type covariateDoc struct {
	Metric string   `bson:"_id"`
	List   []string `bson:"list"`
}

// Covariates implements linkage.Store.
func (s *Store) Covariates(ctx context.Context) (map[string][]string, error) {
	cur, err := s.db.Collection("covariate").Find(ctx, bson.D{})
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []covariateDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := map[string][]string{}
	for _, d := range docs {
		out[d.Metric] = d.List
	}
	return out, nil
}

// SaveCovariates implements linkage.Store.
func (s *Store) SaveCovariates(ctx context.Context, metric string, list []string, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		var err error
		if len(list) == 0 {
			_, err = s.db.Collection("covariate").DeleteOne(ctx, bson.D{{Key: "_id", Value: metric}})
		} else {
			_, err = s.db.Collection("covariate").ReplaceOne(ctx, bson.D{{Key: "_id", Value: metric}}, covariateDoc{metric, list}, options.Replace().SetUpsert(true))
		}
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}
