package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/loop"
)

func init() {
	indexes["case_file"] = []mongo.IndexModel{plain("opened_at"), plain("token")}
}

type caseDoc struct {
	ID       string `bson:"_id"`
	Team     string `bson:"team"`
	Status   string `bson:"status"`
	OpenedAt int64  `bson:"opened_at"`
	DueAt    int64  `bson:"due_at"`
	Token    string `bson:"token,omitempty"`
	Version  int    `bson:"version"`
	Body     []byte `bson:"body"`
}

func caseDocOf(c loop.Case) (caseDoc, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return caseDoc{}, fmt.Errorf("write case: %w", err)
	}
	d := caseDoc{c.ID, c.Team, string(c.Status), millis(c.OpenedAt), millis(c.DueAt), "", c.Version, b}
	if c.Asked != nil {
		d.Token = c.Asked.Token
	}
	return d, nil
}

// CaseRules implements loop.Store.
func (s *Store) CaseRules(ctx context.Context) ([]loop.Rule, error) {
	return bodies[loop.Rule](ctx, s, "case_rule", bson.D{}, bson.D{{Key: "created_at", Value: 1}, {Key: "_id", Value: 1}})
}

// SaveCaseRule implements loop.Store.
func (s *Store) SaveCaseRule(ctx context.Context, r loop.Rule, seen int, entry audit.Entry) error {
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write rule: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.putVersion(ctx, "case_rule", "rule_changed", initiativeDoc{r.ID, millis(r.CreatedAt), r.Version, b}, seen); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// CasesSeen implements loop.Store.
func (s *Store) CasesSeen(ctx context.Context) (loop.Seen, error) {
	out, err := body[loop.Seen](ctx, s, "case_seen", "case_unknown", bson.D{}, nil)
	if errs.KindOf(err) == errs.KindNotFound && err != nil || err == nil && out == nil {
		return loop.Seen{}, nil
	}
	return out, err
}

// OpenCases implements loop.Store.
func (s *Store) OpenCases(ctx context.Context, list []loop.Case, seen loop.Seen) (opened int, err error) {
	err = s.tx(ctx, func(ctx context.Context) error {
		opened = 0
		for _, c := range list {
			d, err := caseDocOf(c)
			if err != nil {
				return err
			}
			res, err := s.db.Collection("case_file").UpdateOne(ctx, bson.D{{Key: "_id", Value: c.ID}}, bson.D{{Key: "$setOnInsert", Value: bson.D{
				{Key: "team", Value: d.Team}, {Key: "status", Value: d.Status}, {Key: "opened_at", Value: d.OpenedAt}, {Key: "due_at", Value: d.DueAt}, {Key: "version", Value: d.Version}, {Key: "body", Value: d.Body},
			}}}, options.UpdateOne().SetUpsert(true))
			if err != nil {
				return err
			}
			opened += int(res.UpsertedCount)
		}
		return s.putBody(ctx, "case_seen", "1", seen)
	})
	return opened, err
}

// Case implements loop.Store.
func (s *Store) Case(ctx context.Context, id string) (loop.Case, error) {
	return body[loop.Case](ctx, s, "case_file", "case_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// CaseByToken implements loop.Store.
func (s *Store) CaseByToken(ctx context.Context, digest string) (loop.Case, error) {
	return body[loop.Case](ctx, s, "case_file", "case_unknown", bson.D{{Key: "token", Value: digest}}, nil)
}

// Cases implements loop.Store.
func (s *Store) Cases(ctx context.Context, q loop.Query) ([]loop.Case, error) {
	if err := q.Scope.Check(); err != nil {
		return nil, err
	}
	filter := bson.D{}
	if !q.Scope.All() {
		filter = append(filter, bson.E{Key: "team", Value: bson.D{{Key: "$in", Value: q.Scope.IDs()}}})
	}
	if q.Status != "" {
		filter = append(filter, bson.E{Key: "status", Value: string(q.Status)})
	}
	and := bson.A{}
	if !q.Since.IsZero() {
		and = append(and, bson.D{{Key: "opened_at", Value: bson.D{{Key: "$gte", Value: millis(q.Since)}}}})
	}
	if !q.Due.IsZero() {
		and = append(and, bson.D{{Key: "status", Value: bson.D{{Key: "$ne", Value: "closed"}}}, {Key: "due_at", Value: bson.D{{Key: "$lt", Value: millis(q.Due)}}}})
	}
	if q.After != "" {
		var d caseDoc
		err := s.db.Collection("case_file").FindOne(ctx, bson.D{{Key: "_id", Value: q.After}}).Decode(&d)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return []loop.Case{}, nil
		}
		if err != nil {
			return nil, s.classify(err)
		}
		and = append(and, bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: "opened_at", Value: bson.D{{Key: "$lt", Value: d.OpenedAt}}}}, bson.D{{Key: "opened_at", Value: d.OpenedAt}, {Key: "_id", Value: bson.D{{Key: "$lt", Value: d.ID}}}},
		}}})
	}
	if len(and) > 0 {
		filter = append(filter, bson.E{Key: "$and", Value: and})
	}
	list, err := bodies[loop.Case](ctx, s, "case_file", filter, bson.D{{Key: "opened_at", Value: -1}, {Key: "_id", Value: -1}})
	if q.Limit > 0 && len(list) > q.Limit {
		list = list[:q.Limit]
	}
	return list, err
}

// EachCase implements loop.Store.
func (s *Store) EachCase(ctx context.Context, fn func(loop.Case) error) error {
	list, err := bodies[loop.Case](ctx, s, "case_file", bson.D{}, bson.D{{Key: "_id", Value: 1}})
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

// SaveCase implements loop.Store.
func (s *Store) SaveCase(ctx context.Context, c loop.Case, seen int, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error { return s.saveCase(ctx, c, seen, entry) })
}

func (s *Store) saveCase(ctx context.Context, c loop.Case, seen int, entry audit.Entry) error {
	d, err := caseDocOf(c)
	if err != nil {
		return err
	}
	res, err := s.db.Collection("case_file").ReplaceOne(ctx, bson.D{{Key: "_id", Value: c.ID}, {Key: "version", Value: seen}}, d)
	if err != nil {
		return err
	}
	if res.MatchedCount == 0 {
		return errs.Conflict("case_changed")
	}
	return s.appendAudit(ctx, entry)
}

// SaveCaseAsking implements loop.Store. Two letters to one customer at the same moment are told apart as in SaveInvitation.
func (s *Store) SaveCaseAsking(ctx context.Context, c loop.Case, seen int, entry audit.Entry, l loop.Letter) (out feedback.Outcome, err error) {
	x := l.Invitation
	err = s.tx(ctx, func(ctx context.Context) error {
		out = feedback.Invited
		for _, q := range []struct {
			coll    string
			filter  bson.D
			outcome feedback.Outcome
		}{
			{"opt_out", bson.D{{Key: "_id", Value: x.Address}}, feedback.OptedOut},
			{"invitation_sent", bson.D{{Key: "address", Value: x.Address}, {Key: "link", Value: x.Link}, {Key: "sent_at", Value: bson.D{{Key: "$gt", Value: millis(l.Rest)}}}}, feedback.Resting},
		} {
			n, err := s.db.Collection(q.coll).CountDocuments(ctx, q.filter, options.Count().SetLimit(1))
			if err != nil {
				return err
			}
			if n > 0 {
				out = q.outcome
				return nil
			}
		}
		if err := s.saveCase(ctx, c, seen, entry); err != nil {
			return err
		}
		if err := s.insertInvitation(ctx, x); err != nil {
			return err
		}
		return s.appendOutbox(ctx, l.Message)
	})
	return out, err
}
