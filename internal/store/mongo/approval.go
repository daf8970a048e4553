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
	"rapport/internal/pulse"
)

func init() { indexes["launch_approval"] = []mongo.IndexModel{plain("programme", "-at")} }

type approvalDoc struct {
	ID        string `bson:"_id"`
	Programme string `bson:"programme"`
	State     string `bson:"state"`
	At        int64  `bson:"at"`
	Body      []byte `bson:"body"`
}

func (d approvalDoc) approval() (a pulse.Approval, err error) {
	if err = json.Unmarshal(d.Body, &a); err != nil {
		err = fmt.Errorf("read an approval: %w", err)
	}
	return a, err
}

// PutLaunchApproval implements pulse.Store.
func (s *Store) PutLaunchApproval(ctx context.Context, a pulse.Approval, before pulse.ApprovalState, e ...audit.Entry) error {
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write an approval: %w", err)
	}
	d := approvalDoc{a.ID, a.ProgrammeID, string(a.State), millis(a.At), body}
	return s.tx(ctx, func(ctx context.Context) error {
		coll := s.db.Collection("launch_approval")
		if before == "" {
			_, err := coll.InsertOne(ctx, d)
			if mongo.IsDuplicateKeyError(err) {
				return errs.Conflict("approval_decided")
			}
			if err != nil {
				return err
			}
		} else {
			res, err := coll.ReplaceOne(ctx, bson.D{{Key: "_id", Value: a.ID}, {Key: "state", Value: string(before)}}, d)
			if err != nil {
				return err
			}
			if res.MatchedCount == 0 {
				return errs.Conflict("approval_decided")
			}
		}
		return s.appendAudit(ctx, e...)
	})
}

// LaunchApproval implements pulse.Store.
func (s *Store) LaunchApproval(ctx context.Context, id string) (pulse.Approval, error) {
	list, err := s.approvals(ctx, bson.D{{Key: "_id", Value: id}})
	if err == nil && len(list) == 0 {
		err = errs.NotFound("approval_unknown")
	}
	if err != nil {
		return pulse.Approval{}, err
	}
	return list[0], nil
}

// LaunchApprovals implements pulse.Store.
func (s *Store) LaunchApprovals(ctx context.Context, programme string) ([]pulse.Approval, error) {
	return s.approvals(ctx, bson.D{{Key: "programme", Value: programme}})
}

func (s *Store) approvals(ctx context.Context, filter bson.D) ([]pulse.Approval, error) {
	cur, err := s.db.Collection("launch_approval").Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: 1}}))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []approvalDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]pulse.Approval, len(docs))
	for i, d := range docs {
		if out[i], err = d.approval(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
