package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

type programmeDoc struct {
	ID      string `bson:"_id"`
	Name    string `bson:"name"`
	Version int    `bson:"version"`
	Body    []byte `bson:"body"`
}

// PutProgramme implements pulse.Store.
func (s *Store) PutProgramme(ctx context.Context, p pulse.Programme, e ...audit.Entry) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	d := programmeDoc{p.ID, p.Name, p.Version, body}
	return s.tx(ctx, func(ctx context.Context) error {
		coll := s.db.Collection("programme")
		if p.Version == 1 {
			_, err := coll.InsertOne(ctx, d)
			if mongo.IsDuplicateKeyError(err) {
				return errs.Conflict("programme_changed")
			}
			if err != nil {
				return err
			}
		} else {
			res, err := coll.ReplaceOne(ctx, bson.D{{Key: "_id", Value: p.ID}, {Key: "version", Value: p.Version - 1}}, d)
			if err != nil {
				return err
			}
			if res.MatchedCount == 0 {
				return errs.Conflict("programme_changed")
			}
		}
		return s.appendAudit(ctx, e...)
	})
}

// Programme implements pulse.Store.
func (s *Store) Programme(ctx context.Context, id string) (pulse.Programme, error) {
	return body[pulse.Programme](ctx, s, "programme", "programme_unknown", bson.D{{Key: "_id", Value: id}}, nil)
}

// Programmes implements pulse.Store.
func (s *Store) Programmes(ctx context.Context) ([]pulse.Programme, error) {
	return bodies[pulse.Programme](ctx, s, "programme", bson.D{}, keys([]string{"name", "_id"}))
}

// Releases implements pulse.Store.
func (s *Store) Releases(ctx context.Context) ([]pulse.Release, error) {
	cur, err := s.db.Collection("wave").Find(ctx, bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{string(pulse.Released), string(pulse.Purged)}}}}},
		options.Find().SetSort(keys([]string{"opens_at", "_id"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var waves []waveDoc
	if err := cur.All(ctx, &waves); err != nil {
		return nil, s.classify(err)
	}
	out := []pulse.Release{}
	for _, w := range waves {
		r, err := s.Release(ctx, w.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// ExtendWave implements pulse.Store.
func (s *Store) ExtendWave(ctx context.Context, wave string, closesAt time.Time, e ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("wave").UpdateOne(ctx, bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: string(pulse.Open)}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "closes_at", Value: millis(closesAt)}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.Conflict("wave_closed")
		}
		return s.appendAudit(ctx, e...)
	})
}

// KeepParticipation implements pulse.Store.
func (s *Store) KeepParticipation(ctx context.Context, wave string, percent int) error {
	_, err := s.db.Collection("wave").UpdateOne(ctx, bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: string(pulse.Open)}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "participation", Value: percent}}}})
	return s.classify(err)
}

type invitationKey struct {
	Wave    string `bson:"wave"`
	Mailing int    `bson:"mailing"`
	Person  string `bson:"person"`
}

type invitationDoc struct {
	ID    invitationKey `bson:"_id"`
	Wave  string        `bson:"wave"`
	Mail  bool          `bson:"mail"`
	DueAt int64         `bson:"due_at"`
	Tries int           `bson:"tries"`
}

func (d invitationDoc) invitation() pulse.Invitation {
	return pulse.Invitation{Wave: d.ID.Wave, Mailing: d.ID.Mailing, Person: d.ID.Person, DueAt: fromMillis(d.DueAt), Tries: d.Tries}
}

func (s *Store) queueLetters(ctx context.Context, letters []pulse.Invitation, at time.Time) error {
	if len(letters) == 0 {
		return nil
	}
	docs := make([]any, len(letters))
	var asked []mongo.WriteModel
	for i, x := range letters {
		docs[i] = invitationDoc{invitationKey{x.Wave, x.Mailing, x.Person}, x.Wave, x.Mailing >= 0, millis(x.DueAt), 0}
		if x.Mailing <= 0 {
			asked = append(asked, mongo.NewUpdateOneModel().SetFilter(bson.D{{Key: "_id", Value: x.Person}}).
				SetUpdate(bson.D{{Key: "$max", Value: bson.D{{Key: "last_at", Value: max(millis(at), millis(x.DueAt))}}}}).SetUpsert(true))
		}
	}
	if _, err := s.db.Collection("invitation").InsertMany(ctx, docs); err != nil {
		return err
	}
	_, err := s.db.Collection("contact").BulkWrite(ctx, asked, options.BulkWrite().SetOrdered(false))
	return err
}

// ClaimInvitations implements pulse.Store. Each letter is claimed by a write of its own, so that two claimers share.
func (s *Store) ClaimInvitations(ctx context.Context, now, until time.Time, limit int) ([]pulse.Invitation, error) {
	out := []pulse.Invitation{}
	for len(out) < limit {
		var d invitationDoc
		err := s.db.Collection("invitation").FindOneAndUpdate(ctx, bson.D{{Key: "mail", Value: true}, {Key: "due_at", Value: bson.D{{Key: "$lte", Value: millis(now)}}}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "due_at", Value: millis(until)}}}},
			options.FindOneAndUpdate().SetSort(bson.D{{Key: "due_at", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
		if errors.Is(err, mongo.ErrNoDocuments) {
			break
		}
		if err != nil {
			return nil, s.classify(err)
		}
		out = append(out, d.invitation())
	}
	return out, nil
}

// SettleInvitation implements pulse.Store.
func (s *Store) SettleInvitation(ctx context.Context, i pulse.Invitation, again time.Time) error {
	filter := bson.D{{Key: "_id", Value: invitationKey{i.Wave, i.Mailing, i.Person}}}
	if again.IsZero() {
		_, err := s.db.Collection("invitation").DeleteOne(ctx, filter)
		return s.classify(err)
	}
	_, err := s.db.Collection("invitation").UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: bson.D{{Key: "due_at", Value: millis(again)}}}, {Key: "$inc", Value: bson.D{{Key: "tries", Value: 1}}}})
	return s.classify(err)
}

// OnPaperInvitations implements pulse.Store.
func (s *Store) OnPaperInvitations(ctx context.Context, wave string) ([]pulse.Invitation, error) {
	cur, err := s.db.Collection("invitation").Find(ctx, bson.D{{Key: "wave", Value: wave}, {Key: "mail", Value: false}}, options.Find().SetSort(keys([]string{"_id"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []invitationDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]pulse.Invitation, len(docs))
	for i, d := range docs {
		out[i] = d.invitation()
	}
	return out, nil
}

// InvitedSince implements pulse.Store.
func (s *Store) InvitedSince(ctx context.Context, since time.Time) ([]string, error) {
	cur, err := s.db.Collection("contact").Find(ctx, bson.D{{Key: "last_at", Value: bson.D{{Key: "$gte", Value: millis(since)}}}}, options.Find().SetSort(keys([]string{"_id"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []struct {
		ID string `bson:"_id"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]string, len(docs))
	for i, d := range docs {
		out[i] = d.ID
	}
	return out, nil
}

// KeepAudit implements pulse.Store.
func (s *Store) KeepAudit(ctx context.Context, a pulse.AnonymityAudit, e ...audit.Entry) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("anonymity_audit").ReplaceOne(ctx, bson.D{{Key: "_id", Value: "last"}}, bson.D{{Key: "_id", Value: "last"}, {Key: "body", Value: body}}, options.Replace().SetUpsert(true))
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, e...)
	})
}

// LastAudit implements pulse.Store.
func (s *Store) LastAudit(ctx context.Context) (pulse.AnonymityAudit, error) {
	var a pulse.AnonymityAudit
	var d struct {
		Body []byte `bson:"body"`
	}
	err := s.db.Collection("anonymity_audit").FindOne(ctx, bson.D{{Key: "_id", Value: "last"}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return a, errs.NotFound("audit_never_run")
	}
	if err != nil {
		return a, s.classify(err)
	}
	return a, json.Unmarshal(d.Body, &a)
}

// DropCounts implements pulse.Store.
func (s *Store) DropCounts(ctx context.Context, wave string, e ...audit.Entry) (bool, error) {
	any := false
	err := s.tx(ctx, func(ctx context.Context) error {
		any = false // the transaction may be repeated
		res, err := s.db.Collection("wave_release").UpdateOne(ctx, bson.D{{Key: "_id", Value: wave}, {Key: "counts", Value: bson.D{{Key: "$exists", Value: true}}}},
			bson.D{{Key: "$unset", Value: bson.D{{Key: "counts", Value: ""}}}})
		if err != nil || res.MatchedCount == 0 {
			return err
		}
		any = true
		return s.appendAudit(ctx, e...)
	})
	return any, err
}
