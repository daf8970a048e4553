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

func init() {
	indexes["wave"] = []mongo.IndexModel{plain("-opens_at")}
	indexes["credential"] = []mongo.IndexModel{plain("wave")}
	indexes["invitation"] = []mongo.IndexModel{plain("due_at"), plain("wave")}
	indexes["contact"] = []mongo.IndexModel{plain("last_at")}
	indexes["envelope"] = []mongo.IndexModel{plain("wave")}
}

type waveDoc struct {
	ID      string `bson:"_id"`
	State   string `bson:"state"`
	OpensAt int64  `bson:"opens_at"`
	Fence   string `bson:"fence"`
	Closes  int64  `bson:"closes_at"`
	Share   int    `bson:"participation"`
	Body    []byte `bson:"body"`
}

type credentialDoc struct {
	ID     string `bson:"_id"` // keyed by the wave's secret: unique over all waves
	Wave   string `bson:"wave"`
	Label  []byte `bson:"label"`
	Spent  bool   `bson:"spent"`
	Closed bool   `bson:"closed"`
	Random string `bson:"random"`
}

type envelopeDoc struct {
	ID   string `bson:"_id"`
	Wave string `bson:"wave"`
	Seal []byte `bson:"seal"`
}

func (d waveDoc) wave() (pulse.Wave, error) {
	var w pulse.Wave
	err := json.Unmarshal(d.Body, &w)
	w.State, w.Fence, w.ClosesAt, w.Participation = pulse.State(d.State), d.Fence, fromMillis(d.Closes), d.Share
	return w, err
}

// LaunchWave implements pulse.Store. All of it is one transaction.
func (s *Store) LaunchWave(ctx context.Context, w pulse.Wave, credentials []pulse.Credential, letters []pulse.Invitation, e ...audit.Entry) error {
	if _, err := s.Wave(ctx, w.ID); err == nil {
		return errs.Conflict("wave_exists")
	}
	docs := make([]any, len(credentials))
	for i, c := range credentials {
		docs[i] = credentialDoc{c.ID, w.ID, c.Label, c.Spent, c.Closed, c.Random}
	}
	body, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context) error {
		if len(docs) > 0 {
			if _, err := s.db.Collection("credential").InsertMany(ctx, docs); err != nil {
				return err
			}
		}
		_, err := s.db.Collection("wave").InsertOne(ctx, waveDoc{w.ID, string(w.State), millis(w.OpensAt), w.Fence, millis(w.ClosesAt), w.Participation, body})
		if mongo.IsDuplicateKeyError(err) {
			return errs.Conflict("wave_exists")
		}
		if err != nil {
			return err
		}
		if err := s.queueLetters(ctx, letters, w.OpensAt); err != nil {
			return err
		}
		return s.appendAudit(ctx, e...)
	})
}

// Wave implements pulse.Store.
func (s *Store) Wave(ctx context.Context, id string) (pulse.Wave, error) {
	var d waveDoc
	err := s.db.Collection("wave").FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return pulse.Wave{}, errs.NotFound("wave_unknown")
	}
	if err != nil {
		return pulse.Wave{}, s.classify(err)
	}
	return d.wave()
}

// Waves implements pulse.Store.
func (s *Store) Waves(ctx context.Context) ([]pulse.Wave, error) {
	cur, err := s.db.Collection("wave").Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "opens_at", Value: -1}, {Key: "_id", Value: 1}}))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []waveDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]pulse.Wave, len(docs))
	for i, d := range docs {
		if out[i], err = d.wave(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (d credentialDoc) credential() pulse.Credential {
	return pulse.Credential{ID: d.ID, Wave: d.Wave, Label: d.Label, Spent: d.Spent, Closed: d.Closed, Random: d.Random}
}

// Credential implements pulse.Store.
func (s *Store) Credential(ctx context.Context, wave, id string) (pulse.Credential, error) {
	var d credentialDoc
	err := s.db.Collection("credential").FindOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "wave", Value: wave}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return pulse.Credential{}, errs.NotFound("code_unknown")
	}
	return d.credential(), s.classify(err)
}

// EachCredential implements pulse.Store.
func (s *Store) EachCredential(ctx context.Context, wave string, visit func(pulse.Credential) error) error {
	return each(ctx, s, "credential", wave, func(d credentialDoc) error { return visit(d.credential()) })
}

// Envelope implements pulse.Store.
func (s *Store) Envelope(ctx context.Context, wave, answer string) ([]byte, error) {
	var d envelopeDoc
	err := s.db.Collection("envelope").FindOne(ctx, bson.D{{Key: "_id", Value: answer}, {Key: "wave", Value: wave}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, nil
	}
	return d.Seal, s.classify(err)
}

// EachEnvelope implements pulse.Store.
func (s *Store) EachEnvelope(ctx context.Context, wave string, visit func(seal []byte) error) error {
	return each(ctx, s, "envelope", wave, func(d envelopeDoc) error { return visit(d.Seal) })
}

// each visits the documents of a wave by id.
func each[D any](ctx context.Context, s *Store, coll, wave string, visit func(D) error) error {
	cur, err := s.db.Collection(coll).Find(ctx, bson.D{{Key: "wave", Value: wave}}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return s.classify(err)
	}
	defer func() { _ = cur.Close(ctx) }()
	for cur.Next(ctx) {
		var d D
		if err := cur.Decode(&d); err != nil {
			return err
		}
		if err := visit(d); err != nil {
			return err
		}
	}
	return s.classify(cur.Err())
}

// SubmitAnswer implements pulse.Store. A first answer is put in before its credential is spent: that it stands already is
// then known without asking, and it goes with the transaction when the credential refuses.
func (s *Store) SubmitAnswer(ctx context.Context, x pulse.Submission) error {
	return s.tx(ctx, func(ctx context.Context) error {
		envelopes := s.db.Collection("envelope")
		filter := bson.D{{Key: "_id", Value: x.Credential}, {Key: "wave", Value: x.Wave}, {Key: "closed", Value: false}}
		set := bson.D{{Key: "random", Value: x.Random}}
		if x.Before == nil {
			_, err := envelopes.InsertOne(ctx, envelopeDoc{x.Answer, x.Wave, x.Seal})
			if mongo.IsDuplicateKeyError(err) {
				return errs.Conflict("answer_changed")
			}
			if err != nil {
				return err
			}
			filter = append(filter, bson.E{Key: "spent", Value: false})
			set = append(set, bson.E{Key: "spent", Value: true})
		}
		res, err := s.db.Collection("credential").UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: set}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return s.refusal(ctx, x)
		}
		if x.Before == nil {
			return nil
		}
		res, err = envelopes.UpdateOne(ctx, bson.D{{Key: "_id", Value: x.Answer}, {Key: "seal", Value: x.Before}}, bson.D{{Key: "$set", Value: bson.D{{Key: "seal", Value: x.Seal}}}})
		if err == nil && res.MatchedCount == 0 {
			return errs.Conflict("answer_changed")
		}
		return err
	})
}

// refusal says why a credential could not be written.
func (s *Store) refusal(ctx context.Context, x pulse.Submission) error {
	c, err := s.Credential(ctx, x.Wave, x.Credential)
	switch {
	case err != nil:
		return err
	case c.Closed:
		return errs.Conflict("wave_closed")
	}
	return errs.Conflict("already_recorded")
}

// StageEnvelopes implements pulse.Store. Touching the wave makes it collide with a dropping or closing at the same time.
func (s *Store) StageEnvelopes(ctx context.Context, wave string, envelopes []pulse.Envelope) error {
	docs := make([]any, len(envelopes))
	for i, x := range envelopes {
		docs[i] = envelopeDoc{x.ID, wave, x.Seal}
	}
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("wave").UpdateOne(ctx, staged(wave), bson.D{{Key: "$inc", Value: bson.D{{Key: "staged", Value: 1}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.Conflict("import_cut_off")
		}
		if len(docs) > 0 {
			_, err = s.db.Collection("envelope").InsertMany(ctx, docs)
		}
		return err
	})
}

func staged(wave string) bson.D {
	return bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: string(pulse.Staging)}}
}

// DropSurvey implements pulse.Store. The wave goes first, so that nothing more comes in; a repeat takes what is left.
func (s *Store) DropSurvey(ctx context.Context, wave string) error {
	if _, err := s.db.Collection("wave").DeleteOne(ctx, staged(wave)); err != nil {
		return s.classify(err)
	}
	w := bson.D{{Key: "_id", Value: wave}}
	if n, err := s.db.Collection("wave").CountDocuments(ctx, w); err != nil || n > 0 {
		return s.classify(err)
	}
	_, err := s.db.Collection("envelope").DeleteMany(ctx, bson.D{{Key: "wave", Value: wave}})
	return s.classify(err)
}

// BeginClose implements pulse.Store. The credentials are closed after the wave's state: a submit in flight either
// commits before its credential is closed, and is then read, or finds it closed.
func (s *Store) BeginClose(ctx context.Context, wave, fence string) error {
	res, err := s.db.Collection("wave").UpdateOne(ctx,
		bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{string(pulse.Staging), string(pulse.Open), string(pulse.Closing)}}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: string(pulse.Closing)}, {Key: "fence", Value: fence}}}})
	if err != nil {
		return s.classify(err)
	}
	if res.MatchedCount == 0 {
		return errs.Conflict("wave_closed")
	}
	_, err = s.db.Collection("credential").UpdateMany(ctx, bson.D{{Key: "wave", Value: wave}}, bson.D{{Key: "$set", Value: bson.D{{Key: "closed", Value: true}}}})
	return s.classify(err)
}

// BeginStop implements pulse.Store. The credentials are closed after the wave's state, as in BeginClose: what a submit in
// flight stores before its credential is closed is there when FinishStop deletes.
func (s *Store) BeginStop(ctx context.Context, wave string, e ...audit.Entry) error {
	err := s.tx(ctx, func(ctx context.Context) error {
		waves := s.db.Collection("wave")
		res, err := waves.UpdateOne(ctx, bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{string(pulse.Open), string(pulse.Closing)}}}}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: string(pulse.Stopping)}, {Key: "fence", Value: ""}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount > 0 {
			return s.appendAudit(ctx, e...)
		}
		n, err := waves.CountDocuments(ctx, bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: string(pulse.Stopping)}})
		if err == nil && n == 0 {
			return errs.Conflict("wave_closed")
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.db.Collection("credential").UpdateMany(ctx, bson.D{{Key: "wave", Value: wave}}, bson.D{{Key: "$set", Value: bson.D{{Key: "closed", Value: true}}}})
	return s.classify(err)
}

// FinishStop implements pulse.Store.
func (s *Store) FinishStop(ctx context.Context, wave string, at time.Time, e ...audit.Entry) error {
	return s.dropAnswers(ctx, wave, pulse.Stopping, bson.D{{Key: "state", Value: string(pulse.Stopped)}, {Key: "closes_at", Value: millis(at)}}, e...)
}

type releaseDoc struct {
	Wave   string `bson:"_id"`
	Body   []byte `bson:"body"`
	Counts []byte `bson:"counts"`
}

// PublishRelease implements pulse.Store.
func (s *Store) PublishRelease(ctx context.Context, wave, fence string, r pulse.Release, counts []pulse.Count, e ...audit.Entry) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	kept, err := json.Marshal(counts)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("wave").UpdateOne(ctx, bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: string(pulse.Closing)}, {Key: "fence", Value: fence}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: string(pulse.Released)}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.Conflict("fenced")
		}
		if _, err := s.db.Collection("wave_release").InsertOne(ctx, releaseDoc{wave, body, kept}); err != nil {
			return err
		}
		return s.appendAudit(ctx, e...)
	})
}

// Purge implements pulse.Store.
func (s *Store) Purge(ctx context.Context, wave string, e ...audit.Entry) error {
	return s.dropAnswers(ctx, wave, pulse.Released, bson.D{{Key: "state", Value: string(pulse.Purged)}}, e...)
}

// dropAnswers deletes what links anything to a person of a wave. Seals and credentials go first, in statements of their
// own (a wave may have more than one transaction holds); the state moves on only when they are gone.
func (s *Store) dropAnswers(ctx context.Context, wave string, from pulse.State, set bson.D, e ...audit.Entry) error {
	w, err := s.Wave(ctx, wave)
	if err != nil || w.State != from {
		return err
	}
	for _, coll := range []string{"envelope", "credential", "invitation"} {
		if _, err := s.db.Collection(coll).DeleteMany(ctx, bson.D{{Key: "wave", Value: wave}}); err != nil {
			return s.classify(err)
		}
	}
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("wave").UpdateOne(ctx, bson.D{{Key: "_id", Value: wave}, {Key: "state", Value: string(from)}}, bson.D{{Key: "$set", Value: set}})
		if err != nil || res.MatchedCount == 0 {
			return err
		}
		return s.appendAudit(ctx, e...)
	})
}

// Release implements pulse.Store.
func (s *Store) Release(ctx context.Context, wave string) (pulse.Release, error) {
	var d releaseDoc
	err := s.db.Collection("wave_release").FindOne(ctx, bson.D{{Key: "_id", Value: wave}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return pulse.Release{}, errs.NotFound("not_released")
	}
	if err != nil {
		return pulse.Release{}, s.classify(err)
	}
	return s.releases.Read(string(d.Body))
}
