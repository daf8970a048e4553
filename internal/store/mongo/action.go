package mongo

import (
	"context"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"rapport/internal/action"
	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/movement"
	"rapport/internal/org"
	"rapport/internal/outbox"
)

func init() {
	indexes["action"] = []mongo.IndexModel{plain("closed", "due_on", "_id")}
}

type actionDoc struct {
	ID      string `bson:"_id"`
	TeamID  string `bson:"team_id"`
	OwnerID string `bson:"owner_id"`
	State   string `bson:"state"`
	Closed  bool   `bson:"closed"` // sorts what is open before the rest
	DueOn   int64  `bson:"due_on"`
	Version int    `bson:"version"`
	Body    []byte `bson:"body"`
}

func docOfAction(a action.Action) (actionDoc, error) {
	b, err := json.Marshal(a)
	if err != nil {
		return actionDoc{}, fmt.Errorf("write action: %w", err)
	}
	return actionDoc{a.ID, a.TeamID, a.OwnerID, string(a.State), a.State != action.Open, millis(a.DueOn), a.Version, b}, nil
}

// AddAction implements action.Store.
func (s *Store) AddAction(ctx context.Context, a action.Action, entry audit.Entry) error {
	d, err := docOfAction(a)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("action").InsertOne(ctx, d); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// ChangeAction implements action.Store.
func (s *Store) ChangeAction(ctx context.Context, a action.Action, entry audit.Entry) error {
	d, err := docOfAction(a)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("action").ReplaceOne(ctx, bson.D{{Key: "_id", Value: a.ID}, {Key: "version", Value: a.Version - 1}}, d)
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.Conflict("action_changed")
		}
		return s.appendAudit(ctx, entry)
	})
}

// Action implements action.Store.
func (s *Store) Action(ctx context.Context, scope org.Scope, id string) (action.Action, error) {
	if err := scope.Check(); err != nil {
		return action.Action{}, err
	}
	return body[action.Action](ctx, s, "action", "action_unknown", append(inScope(scope, "team_id"), bson.E{Key: "_id", Value: id}), nil)
}

// Actions implements action.Store.
func (s *Store) Actions(ctx context.Context, scope org.Scope, f action.Filter) ([]action.Action, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	and := bson.A{inScope(scope, "team_id")}
	for _, c := range []struct{ field, want string }{{"state", string(f.State)}, {"owner_id", f.OwnerID}, {"team_id", f.TeamID}} {
		if c.want != "" {
			and = append(and, bson.D{{Key: c.field, Value: c.want}})
		}
	}
	return bodies[action.Action](ctx, s, "action", bson.D{{Key: "$and", Value: and}}, bson.D{{Key: "closed", Value: 1}, {Key: "due_on", Value: 1}, {Key: "_id", Value: 1}})
}

// QueueMail implements action.Store.
func (s *Store) QueueMail(ctx context.Context, ms ...outbox.Message) error {
	if len(ms) == 0 {
		return nil
	}
	return s.tx(ctx, func(ctx context.Context) error { return s.appendOutbox(ctx, ms...) })
}

// SaveMovements implements action.Store.
func (s *Store) SaveMovements(ctx context.Context, list map[string]movement.Since) error {
	return s.tx(ctx, func(ctx context.Context) error {
		for id, m := range list {
			if err := s.putBody(ctx, "action_movement", id, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// Movements implements action.Store.
func (s *Store) Movements(ctx context.Context, ids []string) (map[string]movement.Since, error) {
	out := map[string]movement.Since{}
	if len(ids) == 0 {
		return out, nil
	}
	cur, err := s.db.Collection("action_movement").Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	type doc struct {
		ID   string `bson:"_id"`
		Body []byte `bson:"body"`
	}
	docs, err := gather(ctx, s, cur, err, func(d doc) doc { return d })
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		var m movement.Since
		if err := json.Unmarshal(d.Body, &m); err != nil {
			return nil, fmt.Errorf("read a movement: %w", err)
		}
		out[d.ID] = m
	}
	return out, nil
}
