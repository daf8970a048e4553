package mongo

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

func init() {
	indexes["fact_batch"] = []mongo.IndexModel{unique("batch")}
	indexes["fact"] = []mongo.IndexModel{plain("batch"), plain("customer")}
	indexes["fact_key"] = []mongo.IndexModel{plain("key"), plain("batch")}
	indexes["fact_replaced"] = []mongo.IndexModel{unique("fact", "batch"), plain("batch")}
	indexes["fact_sum"] = []mongo.IndexModel{plain("kind", "team", "measure", "grain", "period", "bucket"), plain("batch")}
}

// factBatchDoc is one batch; visible iff live. Its number is the _id.
type factBatchDoc struct {
	No    int64  `bson:"_id"`
	Batch string `bson:"batch"`
	Kind  string `bson:"kind"`
	Live  bool   `bson:"live"`
}

// factDoc is one fact.
type factDoc struct {
	ID       int64  `bson:"_id"`
	Batch    int64  `bson:"batch"`
	Key      []byte `bson:"key"`
	Kind     string `bson:"kind"`
	Team     string `bson:"team"`
	At       int64  `bson:"at"`
	Customer string `bson:"customer"`
	Body     []byte `bson:"body"`
}

// factKeyDoc says which fact is a version of which record. Its _id is the fact's.
type factKeyDoc struct {
	Fact   int64  `bson:"_id"`
	Batch  int64  `bson:"batch"`
	Key    []byte `bson:"key"`
	Digest int64  `bson:"digest"`
}

func (d factDoc) fact() fact.Fact {
	f := fact.Fact{ID: d.ID, Kind: intake.Kind(d.Kind), Team: d.Team, At: time.UnixMilli(d.At).UTC(), Customer: d.Customer, Body: d.Body}
	copy(f.Key[:], d.Key)
	return f
}

type replacedDoc struct {
	Fact  int64 `bson:"fact"`
	Batch int64 `bson:"batch"`
}

type factSumDoc struct {
	Kind    string  `bson:"kind"`
	Team    string  `bson:"team"`
	Measure string  `bson:"measure"`
	Grain   int     `bson:"grain"`
	Period  int     `bson:"period"`
	Bucket  int     `bson:"bucket"`
	Batch   int64   `bson:"batch"`
	N       int64   `bson:"n"`
	Sum     float64 `bson:"sum"`
	Squares float64 `bson:"squares"`
}

// FactEdition implements fact.Store.
func (s *Store) FactEdition(ctx context.Context) (int64, error) {
	var d struct {
		Edition int64 `bson:"edition"`
	}
	err := s.db.Collection("fact_edition").FindOne(ctx, bson.D{{Key: "_id", Value: "edition"}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return d.Edition, s.classify(err)
}

func (s *Store) nextFactEdition(ctx context.Context, seen int64) error {
	res, err := s.db.Collection("fact_edition").UpdateOne(ctx, bson.D{{Key: "_id", Value: "edition"}, {Key: "edition", Value: seen}},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "edition", Value: int64(1)}}}}, options.UpdateOne().SetUpsert(seen == 0))
	if mongo.IsDuplicateKeyError(err) || err == nil && res.MatchedCount+res.UpsertedCount == 0 {
		return errs.Conflict("facts_changed")
	}
	return err
}

// BeginFacts implements fact.Store. The number comes from a counter; one that is never used leaves a gap, which is no harm.
func (s *Store) BeginFacts(ctx context.Context, b intake.Batch) (int64, error) {
	no, err := s.nextFactNumber(ctx)
	if err != nil {
		return 0, s.classify(err)
	}
	return no, s.tx(ctx, func(ctx context.Context) error {
		if err := s.saveBatch(ctx, b); err != nil {
			return err
		}
		_, err := s.db.Collection("fact_batch").InsertOne(ctx, factBatchDoc{no, b.ID, string(b.Kind), false})
		return err
	})
}

func (s *Store) nextFactNumber(ctx context.Context) (int64, error) {
	var d struct {
		Next int64 `bson:"next"`
	}
	err := s.db.Collection("fact_counter").FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: "batch"}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "next", Value: int64(1)}}}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&d)
	return d.Next, err
}

// StageFacts implements fact.Store. Nothing of it is visible before the batch is live, so no transaction is needed.
func (s *Store) StageFacts(ctx context.Context, b intake.Batch, no int64, x fact.Staged) error {
	if err := s.saveBatch(ctx, b); err != nil {
		return s.classify(err)
	}
	if err := s.insertFacts(ctx, b.Kind, no, x); err != nil {
		return s.classify(err)
	}
	return s.classify(s.insertMany(ctx, "fact_sum", len(x.Sums), func(i int) any {
		m := x.Sums[i]
		return factSumDoc{string(b.Kind), m.Team, m.Measure, slices.Index(grains, m.Grain), m.Period, m.Bucket, no, m.N, m.Sum, m.Squares}
	}))
}

func (s *Store) insertMany(ctx context.Context, coll string, n int, doc func(i int) any) error {
	if n == 0 {
		return nil
	}
	docs := make([]any, n)
	for i := range docs {
		docs[i] = doc(i)
	}
	_, err := s.db.Collection(coll).InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	return err
}

// insertFacts stores facts, their keys and what they replace.
func (s *Store) insertFacts(ctx context.Context, kind intake.Kind, no int64, x fact.Staged) error {
	if err := s.insertMany(ctx, "fact", len(x.Facts), func(i int) any {
		f := x.Facts[i]
		return factDoc{ID: f.ID, Batch: no, Key: f.Key[:], Kind: string(kind), Team: f.Team, At: f.At.UnixMilli(), Customer: f.Customer, Body: f.Body}
	}); err != nil {
		return err
	}
	if err := s.insertMany(ctx, "fact_key", len(x.Keys), func(i int) any {
		k := x.Keys[i]
		return factKeyDoc{k.ID, no, k.Key[:], int64(k.Digest)}
	}); err != nil {
		return err
	}
	return s.insertMany(ctx, "fact_replaced", len(x.Replaced), func(i int) any { return replacedDoc{x.Replaced[i], no} })
}

// DropFacts implements fact.Store.
func (s *Store) DropFacts(ctx context.Context, batch string) (more bool, err error) {
	var d factBatchDoc
	err = s.db.Collection("fact_batch").FindOne(ctx, bson.D{{Key: "batch", Value: batch}, {Key: "live", Value: false}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	if err != nil {
		return false, s.classify(err)
	}
	for _, coll := range []string{"fact", "fact_key", "fact_replaced", "fact_sum"} {
		if _, err := s.db.Collection(coll).DeleteMany(ctx, bson.D{{Key: "batch", Value: d.No}}); err != nil {
			return false, s.classify(err)
		}
	}
	return false, nil
}

// PublishFacts implements fact.Store.
func (s *Store) PublishFacts(ctx context.Context, p fact.Publication) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.nextFactEdition(ctx, p.Seen); err != nil {
			return err
		}
		overtaken, _, err := s.Overtaken(ctx, p.No, p.Batch.Kind, p.Appended)
		if err == nil && overtaken {
			err = errs.Conflict("facts_changed")
		}
		if err != nil {
			return err
		}
		if p.Org != nil {
			if err := s.saveOrg(ctx, *p.Org); err != nil {
				return err
			}
		}
		if _, err := s.db.Collection("fact_batch").UpdateByID(ctx, p.No, bson.D{{Key: "$set", Value: bson.D{{Key: "live", Value: true}}}}); err != nil {
			return err
		}
		if err := s.saveBatch(ctx, p.Batch); err != nil {
			return err
		}
		if err := s.saveMemory(ctx, p.Memory); err != nil {
			return err
		}
		if err := s.saveArrivals(ctx, []fact.Arrival{p.Arrival}); err != nil {
			return err
		}
		return s.appendAudit(ctx, p.Audit...)
	})
}

// RetractFacts implements fact.Store.
func (s *Store) RetractFacts(ctx context.Context, r fact.Retraction) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.nextFactEdition(ctx, r.Seen); err != nil {
			return err
		}
		var d factBatchDoc
		err := s.db.Collection("fact_batch").FindOneAndUpdate(ctx, bson.D{{Key: "batch", Value: r.BatchID}, {Key: "live", Value: true}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "live", Value: false}}}}).Decode(&d)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return errs.Conflict("import_not_undoable")
		}
		if err != nil {
			return err
		}
		live, err := s.liveBatches(ctx, "")
		if err != nil {
			return err
		}
		later := make([]int64, 0, len(live))
		for n := range live {
			later = append(later, n)
		}
		n, err := s.db.Collection("fact_replaced").CountDocuments(ctx, bson.D{
			{Key: "fact", Value: bson.D{{Key: "$gte", Value: d.No << 32}, {Key: "$lt", Value: (d.No + 1) << 32}}},
			{Key: "batch", Value: bson.D{{Key: "$in", Value: later}}},
		})
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.Conflict("import_superseded")
		}
		res, err := s.db.Collection("batch").UpdateOne(ctx,
			bson.D{{Key: "_id", Value: r.BatchID}, {Key: "state", Value: string(intake.Done)}, {Key: "can_undo", Value: true}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: string(intake.Undone)}, {Key: "finished_at", Value: millis(r.At)}, {Key: "can_undo", Value: false}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.Conflict("import_not_undoable")
		}
		return s.appendAudit(ctx, r.Audit...)
	})
}
