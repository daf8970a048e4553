package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

func init() {
	indexes["fact_arrival"] = []mongo.IndexModel{unique("kind", "source", "door")}
}

type aliasDoc struct {
	Key  string `bson:"_id"`
	Name string `bson:"name"`
	Team string `bson:"team"`
	At   int64  `bson:"at"`
	By   string `bson:"by"`
}

type arrivalDoc struct {
	Kind    string `bson:"kind"`
	Source  string `bson:"source"`
	Door    string `bson:"door"`
	At      int64  `bson:"at"`
	Newest  int64  `bson:"newest"`
	Records int64  `bson:"records"`
	Queued  int64  `bson:"queued"`
}

// appendedNo gives the number of the batch of everything of a kind that came in record by record; 0 when there is none.
func (s *Store) appendedNo(ctx context.Context, kind intake.Kind) (int64, error) {
	var d factBatchDoc
	err := s.db.Collection("fact_batch").FindOne(ctx, bson.D{{Key: "batch", Value: "append:" + string(kind)}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return d.No, err
}

// beginAppending makes that batch, live from the start.
func (s *Store) beginAppending(ctx context.Context, kind intake.Kind) (int64, error) {
	no, err := s.appendedNo(ctx, kind)
	if err != nil || no != 0 {
		return no, err
	}
	if no, err = s.nextFactNumber(ctx); err != nil {
		return 0, err
	}
	_, err = s.db.Collection("fact_batch").InsertOne(ctx, factBatchDoc{no, "append:" + string(kind), string(kind), true})
	if mongo.IsDuplicateKeyError(err) { // another process was faster
		return s.appendedNo(ctx, kind)
	}
	return no, err
}

// errUnprepared says that what prepareAppending made is not there, or not any more: a copy of the database was put back.
var errUnprepared = errors.New("nothing to append to")

// prepareAppending makes, once per process, what a transaction that appends needs to be there: an upsert inside of it would
// conflict with another one instead of waiting. It gives the number of the batch.
func (s *Store) prepareAppending(ctx context.Context, kind intake.Kind) (int64, error) {
	if no, ok := s.prepared.Load(kind); ok {
		return no.(int64), nil
	}
	no, err := s.beginAppending(ctx, kind)
	if err != nil {
		return 0, err
	}
	_, err = s.db.Collection("fact_edition").UpdateOne(ctx, bson.D{{Key: "_id", Value: "edition"}}, bson.D{{Key: "$setOnInsert", Value: bson.D{{Key: "edition", Value: int64(0)}}}}, options.UpdateOne().SetUpsert(true))
	if err != nil && !mongo.IsDuplicateKeyError(err) {
		return 0, err
	}
	s.prepared.Store(kind, no)
	return no, nil
}

// AppendFacts implements fact.Store. Every transaction writes the document that publications write, too: of two that would
// decide on the same state, one starts again and sees what the other stored.
func (s *Store) AppendFacts(ctx context.Context, kind intake.Kind, keys []fact.Key, decide func(fact.Appending) (fact.Staged, error)) error {
	err := s.appendFacts(ctx, kind, keys, decide)
	if errors.Is(err, errUnprepared) {
		s.prepared.Delete(kind)
		err = s.appendFacts(ctx, kind, keys, decide)
	}
	return err
}

func (s *Store) appendFacts(ctx context.Context, kind intake.Kind, keys []fact.Key, decide func(fact.Appending) (fact.Staged, error)) error {
	no, err := s.prepareAppending(ctx, kind)
	if err != nil {
		return s.classify(err)
	}
	var stored int64
	err = s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("fact_edition").UpdateByID(ctx, "edition", bson.D{{Key: "$inc", Value: bson.D{{Key: "appended", Value: int64(1)}}}})
		if err != nil {
			return err
		}
		live, err := s.liveBatches(ctx, "")
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 || !live[no] {
			return errUnprepared
		}
		last, err := s.lastOf(ctx, no)
		if err != nil {
			return err
		}
		now := fact.Appending{Next: max(last, no<<32) + 1, Facts: func(ids []int64) ([]fact.Fact, error) { return s.FactsByID(ctx, ids) }}
		for from := 0; from < len(keys); from += 500 {
			list, err := s.standing(ctx, keys[from:min(from+500, len(keys))], live)
			if err != nil {
				return err
			}
			now.Standing = append(now.Standing, list...)
		}
		x, err := decide(now)
		if err != nil {
			return err
		}
		if err := s.insertFacts(ctx, kind, no, x); err != nil {
			return err
		}
		if err := s.addSums(ctx, kind, no, x.Sums); err != nil {
			return err
		}
		stored = now.Next - 1 + int64(len(x.Facts))
		return s.saveArrivals(ctx, x.Arrivals)
	})
	if err == nil {
		s.appended.Store(no, stored)
	}
	return err
}

// addSums adds to the sums of what was appended. Each has its key as _id: the server finds it at once, where a filter over the
// fields left it to the planner to walk through all sums of the batch, for each of a thousand sums in a group of answers.
// Sums that older versions stored stand beside these and are added up with them when they are read.
func (s *Store) addSums(ctx context.Context, kind intake.Kind, no int64, sums []fact.Sum) error {
	if len(sums) == 0 {
		return nil
	}
	writes := make([]mongo.WriteModel, len(sums))
	for i, m := range sums {
		grain := slices.Index(grains, m.Grain)
		writes[i] = mongo.NewUpdateOneModel().SetUpsert(true).
			SetFilter(bson.D{{Key: "_id", Value: fmt.Sprint(no, " ", kind, " ", grain, " ", m.Period, " ", m.Bucket, " ", m.Measure, " ", m.Team)}}).
			SetUpdate(bson.D{
				{Key: "$setOnInsert", Value: bson.D{
					{Key: "kind", Value: string(kind)},
					{Key: "team", Value: m.Team},
					{Key: "measure", Value: m.Measure},
					{Key: "grain", Value: grain},
					{Key: "period", Value: m.Period},
					{Key: "bucket", Value: m.Bucket},
					{Key: "batch", Value: no},
				}},
				{Key: "$inc", Value: bson.D{{Key: "n", Value: m.N}, {Key: "sum", Value: m.Sum}, {Key: "squares", Value: m.Squares}}},
			})
	}
	_, err := s.db.Collection("fact_sum").BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
	return err
}

func (s *Store) saveArrivals(ctx context.Context, list []fact.Arrival) error {
	for _, a := range list {
		if a.Records == 0 {
			continue
		}
		_, err := s.db.Collection("fact_arrival").UpdateOne(ctx, bson.D{{Key: "kind", Value: string(a.Kind)}, {Key: "source", Value: a.Source}, {Key: "door", Value: string(a.Door)}}, bson.D{
			{Key: "$max", Value: bson.D{{Key: "at", Value: millis(a.At)}, {Key: "newest", Value: millis(a.Newest)}}},
			{Key: "$inc", Value: bson.D{{Key: "records", Value: a.Records}, {Key: "queued", Value: a.Queued}}},
		}, options.UpdateOne().SetUpsert(true))
		if err != nil {
			return err
		}
	}
	return nil
}

// lastOf gives the id of the last fact of a batch; 0 when it has none. It looks behind the last one this process stored, since
// servers exist that walk a range from its start to find its end; where there is none, through the whole batch.
func (s *Store) lastOf(ctx context.Context, no int64) (int64, error) {
	if seen, ok := s.appended.Load(no); ok {
		if last, err := s.lastFrom(ctx, no, seen.(int64)); last != 0 || err != nil {
			return last, err
		}
	}
	return s.lastFrom(ctx, no, no<<32)
}

func (s *Store) lastFrom(ctx context.Context, no, from int64) (int64, error) {
	var d factDoc
	err := s.db.Collection("fact").FindOne(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: (no + 1) << 32}}}},
		options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}}).SetProjection(bson.D{{Key: "_id", Value: 1}})).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return d.ID, err
}

// LastAppended implements fact.Store.
func (s *Store) LastAppended(ctx context.Context, kind intake.Kind) (int64, error) {
	no, err := s.appendedNo(ctx, kind)
	if err != nil || no == 0 {
		return 0, s.classify(err)
	}
	last, err := s.lastOf(ctx, no)
	return last, s.classify(err)
}

// Overtaken implements fact.Store.
func (s *Store) Overtaken(ctx context.Context, no int64, kind intake.Kind, after int64) (overtaken bool, last int64, err error) {
	appended, err := s.appendedNo(ctx, kind)
	if err != nil || appended == 0 {
		return false, after, s.classify(err)
	}
	cur, err := s.db.Collection("fact").Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: max(after, appended<<32)}, {Key: "$lt", Value: (appended + 1) << 32}}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetProjection(bson.D{{Key: "key", Value: 1}}))
	if err != nil {
		return false, after, s.classify(err)
	}
	defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
	last = after
	var keys bson.A
	look := func() error {
		if len(keys) == 0 || overtaken {
			return nil
		}
		n, err := s.db.Collection("fact_key").CountDocuments(ctx, bson.D{{Key: "batch", Value: no}, {Key: "key", Value: bson.D{{Key: "$in", Value: keys}}}}, options.Count().SetLimit(1))
		overtaken, keys = n > 0, keys[:0]
		return err
	}
	for cur.Next(ctx) {
		var d factDoc
		if err := cur.Decode(&d); err != nil {
			return false, after, s.classify(err)
		}
		last = d.ID
		if keys = append(keys, d.Key); len(keys) == 1000 {
			if err := look(); err != nil {
				return false, after, s.classify(err)
			}
		}
	}
	if err := cur.Err(); err != nil {
		return false, after, s.classify(err)
	}
	return overtaken, last, s.classify(look())
}

// Arrivals implements fact.Store.
func (s *Store) Arrivals(ctx context.Context) ([]fact.Arrival, error) {
	cur, err := s.db.Collection("fact_arrival").Find(ctx, bson.D{}, options.Find().SetSort(keys([]string{"-at", "kind", "source", "door"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []arrivalDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]fact.Arrival, 0, len(docs))
	for _, d := range docs {
		out = append(out, fact.Arrival{Kind: intake.Kind(d.Kind), Source: d.Source, Door: fact.Door(d.Door), At: fromMillis(d.At), Newest: fromMillis(d.Newest), Records: d.Records, Queued: d.Queued})
	}
	return out, nil
}

// Aliases implements fact.Store.
func (s *Store) Aliases(ctx context.Context) ([]fact.Alias, error) {
	cur, err := s.db.Collection("team_alias").Find(ctx, bson.D{}, options.Find().SetSort(keys([]string{"_id"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []aliasDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]fact.Alias, 0, len(docs))
	for _, d := range docs {
		out = append(out, fact.Alias{Name: d.Name, Team: d.Team, At: fromMillis(d.At), By: d.By})
	}
	return out, nil
}

// SaveAlias implements fact.Store.
func (s *Store) SaveAlias(ctx context.Context, a fact.Alias, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("team_alias").ReplaceOne(ctx, bson.D{{Key: "_id", Value: a.Key()}}, aliasDoc{a.Key(), a.Name, a.Team, millis(a.At), a.By}, options.Replace().SetUpsert(true)); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}
