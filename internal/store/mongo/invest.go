package mongo

import (
	"context"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/invest"
)

func init() {
	indexes["proposal"] = []mongo.IndexModel{plain("-created_at", "-_id")}
	indexes["proposal_estimate"] = []mongo.IndexModel{unique("proposal", "round", "by")}
}

type estimateDoc struct {
	Proposal string `bson:"proposal"`
	Round    int    `bson:"round"`
	By       string `bson:"by"`
	At       int64  `bson:"at"`
	Body     []byte `bson:"body"`
}

// SaveProposal implements invest.Store.
func (s *Store) SaveProposal(ctx context.Context, p invest.Proposal, seen int, entry audit.Entry) error {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write proposal: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putVersion(ctx, "proposal", "proposal_changed", initiativeDoc{p.ID, millis(p.CreatedAt), p.Version, text}, seen); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// Proposals implements invest.Store.
func (s *Store) Proposals(ctx context.Context) ([]invest.Proposal, error) {
	return bodies[invest.Proposal](ctx, s, "proposal", bson.D{}, bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}})
}

// Proposal implements invest.Store.
func (s *Store) Proposal(ctx context.Context, id string) (invest.Proposal, error) {
	return body[invest.Proposal](ctx, s, "proposal", "proposal_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// AddEstimate implements invest.Store. It writes to the proposal, too, so that it and a change of the proposal cannot pass
// each other.
func (s *Store) AddEstimate(ctx context.Context, e invest.Estimate, seen int, entry audit.Entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write estimate: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("proposal").UpdateOne(ctx, bson.D{{Key: "_id", Value: e.Proposal}, {Key: "version", Value: seen}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "given", Value: 1}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			n, err := s.db.Collection("proposal").CountDocuments(ctx, bson.D{{Key: "_id", Value: e.Proposal}})
			if err != nil {
				return err
			}
			if n == 0 {
				return errs.NotFound("proposal_unknown")
			}
			return errs.Conflict("proposal_changed")
		}
		_, err = s.db.Collection("proposal_estimate").InsertOne(ctx, estimateDoc{e.Proposal, e.Round, e.By, millis(e.At), text})
		if mongo.IsDuplicateKeyError(err) {
			return errs.Conflict("estimate_given").Because(err)
		}
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// Estimates implements invest.Store.
func (s *Store) Estimates(ctx context.Context, proposal string) ([]invest.Estimate, error) {
	filter := bson.D{}
	if proposal != "" {
		filter = bson.D{{Key: "proposal", Value: proposal}}
	}
	return bodies[invest.Estimate](ctx, s, "proposal_estimate", filter, bson.D{{Key: "proposal", Value: 1}, {Key: "round", Value: 1}, {Key: "at", Value: 1}, {Key: "by", Value: 1}})
}

// SaveStandings implements invest.Store.
func (s *Store) SaveStandings(ctx context.Context, list []invest.Standing, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		for _, st := range list {
			if err := s.putBody(ctx, "proposal_standing", st.Proposal, st); err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, entry)
	})
}

// Standings implements invest.Store.
func (s *Store) Standings(ctx context.Context) ([]invest.Standing, error) {
	return bodies[invest.Standing](ctx, s, "proposal_standing", bson.D{}, bson.D{{Key: "_id", Value: 1}})
}
