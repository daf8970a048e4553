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
	"rapport/internal/feedback"
	"rapport/internal/outbox"
)

func init() {
	indexes["link"] = []mongo.IndexModel{plain("-created_at", "-_id")}
	indexes["invitation_sent"] = []mongo.IndexModel{unique("link", "event"), unique("token"), plain("address", "sent_at"), plain("customer", "sent_at")}
}

type linkDoc struct {
	ID        string `bson:"_id"`
	CreatedAt int64  `bson:"created_at"`
	Version   int    `bson:"version"`
	Body      []byte `bson:"body"`
}

type sentDoc struct {
	ID         string `bson:"_id"`
	Link       string `bson:"link"`
	Event      string `bson:"event"`
	Customer   string `bson:"customer"`
	Team       string `bson:"team"`
	Order      string `bson:"order_id"`
	Address    string `bson:"address"`
	Token      string `bson:"token"`
	SentAt     int64  `bson:"sent_at"`
	ExpiresAt  int64  `bson:"expires_at"`
	AnsweredAt int64  `bson:"answered_at"`
}

// Links implements feedback.Store.
func (s *Store) Links(ctx context.Context) ([]feedback.Link, error) {
	return bodies[feedback.Link](ctx, s, "link", bson.D{}, bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}})
}

// Link implements feedback.Store.
func (s *Store) Link(ctx context.Context, id string) (feedback.Link, error) {
	return body[feedback.Link](ctx, s, "link", "link_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// SaveLink implements feedback.Store.
func (s *Store) SaveLink(ctx context.Context, l feedback.Link, entry audit.Entry) error {
	b, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write link: %w", err)
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.nextVersion(ctx, "link", l.ID, l.Version, linkDoc{l.ID, millis(l.CreatedAt), l.Version, b}, "link_changed"); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// SaveInvitation implements feedback.Store. Two letters to one customer at the same moment are told apart by the
// document of the address, which both would write.
func (s *Store) SaveInvitation(ctx context.Context, x feedback.Invitation, rest time.Time, letter outbox.Message) (feedback.Outcome, error) {
	out := feedback.Invited
	err := s.tx(ctx, func(ctx context.Context) error {
		out = feedback.Invited
		sent := s.db.Collection("invitation_sent")
		who := bson.A{bson.D{{Key: "address", Value: x.Address}}}
		if x.Customer != "" {
			who = append(who, bson.D{{Key: "customer", Value: x.Customer}})
		}
		for _, q := range []struct {
			coll    *mongo.Collection
			filter  bson.D
			outcome feedback.Outcome
		}{
			{sent, bson.D{{Key: "link", Value: x.Link}, {Key: "event", Value: x.Event}}, feedback.Known},
			{s.db.Collection("opt_out"), bson.D{{Key: "_id", Value: x.Address}}, feedback.OptedOut},
			{sent, bson.D{{Key: "$or", Value: who}, {Key: "sent_at", Value: bson.D{{Key: "$gt", Value: millis(rest)}}}}, feedback.Resting},
		} {
			n, err := q.coll.CountDocuments(ctx, q.filter, options.Count().SetLimit(1))
			if err != nil {
				return err
			}
			if n > 0 {
				out = q.outcome
				return nil
			}
		}
		if err := s.insertInvitation(ctx, x); err != nil {
			return err
		}
		return s.appendOutbox(ctx, letter)
	})
	if mongo.IsDuplicateKeyError(err) {
		return feedback.Known, nil
	}
	return out, err
}

func (s *Store) insertInvitation(ctx context.Context, x feedback.Invitation) error {
	if _, err := s.db.Collection("invitation_address").UpdateByID(ctx, x.Address, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}}, options.UpdateOne().SetUpsert(true)); err != nil {
		return err
	}
	_, err := s.db.Collection("invitation_sent").InsertOne(ctx, sentDoc{x.ID, x.Link, x.Event, x.Customer, x.Team, x.Order, x.Address, x.Token, millis(x.SentAt), millis(x.ExpiresAt), 0})
	return err
}

// SurveyInvitation implements feedback.Store.
func (s *Store) SurveyInvitation(ctx context.Context, token string) (feedback.Invitation, error) {
	var d sentDoc
	err := s.db.Collection("invitation_sent").FindOne(ctx, bson.D{{Key: "token", Value: token}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return feedback.Invitation{}, errs.NotFound("invitation_unknown")
	}
	return feedback.Invitation{
		ID: d.ID, Link: d.Link, Event: d.Event, Customer: d.Customer, Team: d.Team, Order: d.Order, Address: d.Address, Token: d.Token,
		SentAt: fromMillis(d.SentAt), ExpiresAt: fromMillis(d.ExpiresAt), AnsweredAt: fromMillis(d.AnsweredAt),
	}, s.classify(err)
}

// AnswerInvitation implements feedback.Store.
func (s *Store) AnswerInvitation(ctx context.Context, id string, at time.Time) error {
	_, err := s.db.Collection("invitation_sent").UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "answered_at", Value: int64(0)}}, bson.D{{Key: "$set", Value: bson.D{{Key: "answered_at", Value: millis(at)}}}})
	return s.classify(err)
}

// OptOut implements feedback.Store.
func (s *Store) OptOut(ctx context.Context, token string, at time.Time) error {
	x, err := s.SurveyInvitation(ctx, token)
	if err != nil {
		return err
	}
	_, err = s.db.Collection("opt_out").UpdateByID(ctx, x.Address, bson.D{{Key: "$set", Value: bson.D{{Key: "at", Value: millis(at)}}}}, options.UpdateOne().SetUpsert(true))
	return s.classify(err)
}

// InvitationCounts implements feedback.Store.
func (s *Store) InvitationCounts(ctx context.Context) (map[string]feedback.InvitationCounts, error) {
	answered := bson.D{{Key: "$cond", Value: bson.A{bson.D{{Key: "$gt", Value: bson.A{"$answered_at", 0}}}, int64(1), int64(0)}}}
	cur, err := s.db.Collection("invitation_sent").Aggregate(ctx, mongo.Pipeline{{{Key: "$group", Value: bson.D{
		{Key: "_id", Value: "$link"}, {Key: "sent", Value: bson.D{{Key: "$sum", Value: int64(1)}}}, {Key: "answered", Value: bson.D{{Key: "$sum", Value: answered}}},
	}}}})
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []struct {
		Link     string `bson:"_id"`
		Sent     int64  `bson:"sent"`
		Answered int64  `bson:"answered"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := map[string]feedback.InvitationCounts{}
	for _, d := range docs {
		out[d.Link] = feedback.InvitationCounts{Sent: d.Sent, Answered: d.Answered}
	}
	return out, nil
}
