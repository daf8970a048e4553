package mongo

import (
	"context"
	"encoding/json"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
	"rapport/internal/operation"
)

type operationDoc struct {
	ID         string `bson:"_id"`
	Kind       string `bson:"kind"`
	By         string `bson:"by"`
	State      string `bson:"state"`
	Done       int64  `bson:"done"`
	Total      int64  `bson:"total"`
	StartedAt  int64  `bson:"started_at"`
	FinishedAt int64  `bson:"finished_at"`
	BeatAt     int64  `bson:"beat_at"`
	ResultID   string `bson:"result_id"`
	Result     []byte `bson:"result"`
	Code       string `bson:"code"`
	Detail     []byte `bson:"detail"`
}

// SaveOperation implements operation.Store.
func (s *Store) SaveOperation(ctx context.Context, o operation.Operation) error {
	d := operationDoc{o.ID, o.Kind, o.By, string(o.State), o.Done, o.Total, millis(o.StartedAt), millis(o.FinishedAt), millis(o.BeatAt), o.ResultID, o.Result, o.Code, o.Detail}
	_, err := s.db.Collection("operation").ReplaceOne(ctx, bson.D{{Key: "_id", Value: o.ID}}, d, options.Replace().SetUpsert(true))
	return s.classify(err)
}

// Operation implements operation.Store.
func (s *Store) Operation(ctx context.Context, id string) (operation.Operation, error) {
	var d operationDoc
	err := s.db.Collection("operation").FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return operation.Operation{}, errs.NotFound("operation_unknown")
	}
	if err != nil {
		return operation.Operation{}, s.classify(err)
	}
	return operation.Operation{
		ID: d.ID, Kind: d.Kind, By: d.By, State: operation.State(d.State), Done: d.Done, Total: d.Total, StartedAt: fromMillis(d.StartedAt),
		FinishedAt: fromMillis(d.FinishedAt), BeatAt: fromMillis(d.BeatAt), ResultID: d.ResultID, Result: json.RawMessage(d.Result), Code: d.Code, Detail: json.RawMessage(d.Detail),
	}, nil
}
