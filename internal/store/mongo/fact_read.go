package mongo

import (
	"context"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// liveBatches gives the numbers of the batches that are visible now.
func (s *Store) liveBatches(ctx context.Context, kind intake.Kind) (map[int64]bool, error) {
	filter := bson.D{{Key: "live", Value: true}}
	if kind != "" {
		filter = append(filter, bson.E{Key: "kind", Value: string(kind)})
	}
	cur, err := s.db.Collection("fact_batch").Find(ctx, filter)
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []factBatchDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make(map[int64]bool, len(docs))
	for _, d := range docs {
		out[d.No] = true
	}
	return out, nil
}

// replaced says which of some facts a live batch has taken the place of.
func (s *Store) replaced(ctx context.Context, ids []int64, live map[int64]bool) (map[int64]bool, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	cur, err := s.db.Collection("fact_replaced").Find(ctx, bson.D{{Key: "fact", Value: bson.D{{Key: "$in", Value: ids}}}})
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []replacedDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := map[int64]bool{}
	for _, d := range docs {
		if live[d.Batch] {
			out[d.Fact] = true
		}
	}
	return out, nil
}

// StandingFacts implements fact.Store.
func (s *Store) StandingFacts(ctx context.Context, list []fact.Key) ([]fact.Standing, error) {
	if len(list) == 0 {
		return []fact.Standing{}, nil
	}
	live, err := s.liveBatches(ctx, "")
	if err != nil || len(live) == 0 {
		return []fact.Standing{}, err
	}
	return s.standing(ctx, list, live)
}

// standing is StandingFacts with the batches that are visible.
func (s *Store) standing(ctx context.Context, list []fact.Key, live map[int64]bool) ([]fact.Standing, error) {
	out := []fact.Standing{}
	raw := make(bson.A, 0, len(list))
	for i := range list {
		raw = append(raw, list[i][:])
	}
	cur, err := s.db.Collection("fact_key").Find(ctx, bson.D{{Key: "key", Value: bson.D{{Key: "$in", Value: raw}}}})
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []factKeyDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	docs = slices.DeleteFunc(docs, func(d factKeyDoc) bool { return !live[d.Batch] })
	ids := make([]int64, 0, len(docs))
	for _, d := range docs {
		ids = append(ids, d.Fact)
	}
	gone, err := s.replaced(ctx, ids, live)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		if !gone[d.Fact] {
			x := fact.Standing{ID: d.Fact, Digest: uint64(d.Digest)}
			copy(x.Key[:], d.Key)
			out = append(out, x)
		}
	}
	return out, nil
}

// FactsByID implements fact.Store.
func (s *Store) FactsByID(ctx context.Context, ids []int64) ([]fact.Fact, error) {
	cur, err := s.db.Collection("fact").Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, options.Find().SetSort(keys([]string{"_id"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []factDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]fact.Fact, 0, len(docs))
	for _, d := range docs {
		out = append(out, d.fact())
	}
	return out, nil
}

// Measured implements fact.Store. The server puts the sums together; what crosses the wire is one line per team and measure.
func (s *Store) Measured(ctx context.Context, kind intake.Kind) ([]fact.Measured, error) {
	out := []fact.Measured{}
	live, err := s.liveBatches(ctx, kind)
	if err != nil || len(live) == 0 {
		return out, err
	}
	group, pair := bson.D{}, bson.D{}
	for _, f := range []string{"team", "measure", "grain", "period", "bucket"} {
		group = append(group, bson.E{Key: f, Value: "$" + f})
	}
	for _, f := range []string{"team", "measure"} {
		pair = append(pair, bson.E{Key: f, Value: "$_id." + f})
	}
	cur, err := s.db.Collection("fact_sum").Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: bson.D{{Key: "kind", Value: string(kind)}, {Key: "batch", Value: bson.D{{Key: "$in", Value: slices.Collect(maps.Keys(live))}}}}}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: group}, {Key: "n", Value: bson.D{{Key: "$sum", Value: "$n"}}}}}},
		{{Key: "$match", Value: bson.D{{Key: "n", Value: bson.D{{Key: "$ne", Value: 0}}}}}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: pair}}}},
		{{Key: "$sort", Value: bson.D{{Key: "_id.team", Value: 1}, {Key: "_id.measure", Value: 1}}}},
	}, options.Aggregate().SetAllowDiskUse(true))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []struct {
		ID factSumDoc `bson:"_id"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	for _, d := range docs {
		out = append(out, fact.Measured{Team: d.ID.Team, Measure: d.ID.Measure})
	}
	return out, nil
}

// EachSum implements fact.Store.
func (s *Store) EachSum(ctx context.Context, scope org.Scope, kind intake.Kind, fn func(fact.Sum) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	live, err := s.liveBatches(ctx, kind)
	if err != nil || len(live) == 0 {
		return err
	}
	numbers := make([]int64, 0, len(live))
	for n := range live {
		numbers = append(numbers, n)
	}
	match := append(scopeFilter(scope, "team"), bson.E{Key: "kind", Value: string(kind)}, bson.E{Key: "batch", Value: bson.D{{Key: "$in", Value: numbers}}})
	by, order := bson.D{}, bson.D{}
	for _, f := range []string{"team", "measure", "grain", "period", "bucket"} {
		by = append(by, bson.E{Key: f, Value: "$" + f})
		order = append(order, bson.E{Key: "_id." + f, Value: 1})
	}
	total := func(f string) bson.D { return bson.D{{Key: "$sum", Value: "$" + f}} }
	cur, err := s.db.Collection("fact_sum").Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: match}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: by}, {Key: "n", Value: total("n")}, {Key: "sum", Value: total("sum")}, {Key: "squares", Value: total("squares")}}}},
		{{Key: "$match", Value: bson.D{{Key: "n", Value: bson.D{{Key: "$ne", Value: 0}}}}}},
		{{Key: "$sort", Value: order}},
	}, options.Aggregate().SetAllowDiskUse(true).SetBatchSize(5000))
	if err != nil {
		return s.classify(err)
	}
	defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
	for cur.Next(ctx) {
		var d struct {
			ID      factSumDoc `bson:"_id"`
			N       int64      `bson:"n"`
			Sum     float64    `bson:"sum"`
			Squares float64    `bson:"squares"`
		}
		if err := cur.Decode(&d); err != nil {
			return s.classify(err)
		}
		if err := fn(fact.Sum{Team: d.ID.Team, Measure: d.ID.Measure, Grain: grains[d.ID.Grain], Period: d.ID.Period, Bucket: d.ID.Bucket, N: d.N, Sum: d.Sum, Squares: d.Squares}); err != nil {
			return err
		}
	}
	return s.classify(cur.Err())
}

// EachFact implements fact.Store. Which batches are visible is settled first; facts are never changed and are deleted only
// when their batch is not published, so the walk that follows shows that one moment.
func (s *Store) EachFact(ctx context.Context, scope org.Scope, q fact.Filter, fn func(fact.Fact) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	live, err := s.liveBatches(ctx, "")
	if err != nil || len(live) == 0 {
		return err
	}
	filter := append(scopeFilter(scope, "team"), bson.E{Key: "kind", Value: string(q.Kind)})
	order := "_id"
	switch {
	case !q.Newest:
		filter = append(filter, bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: q.After}}})
	case q.After > 0:
		filter = append(filter, bson.E{Key: "_id", Value: bson.D{{Key: "$lt", Value: q.After}}})
	}
	if q.Newest {
		order = "-_id"
	}
	if q.Customer != "" {
		filter = append(filter, bson.E{Key: "customer", Value: q.Customer})
	}
	cur, err := s.db.Collection("fact").Find(ctx, filter, options.Find().SetSort(keys([]string{order})).SetBatchSize(1000))
	if err != nil {
		return s.classify(err)
	}
	defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
	given := 0
	var part []factDoc
	flush := func() error {
		ids := make([]int64, 0, len(part))
		for _, d := range part {
			ids = append(ids, d.ID)
		}
		gone, err := s.replaced(ctx, ids, live)
		if err != nil {
			return err
		}
		for _, d := range part {
			if gone[d.ID] || q.Limit > 0 && given == q.Limit {
				continue
			}
			given++
			if err := fn(d.fact()); err != nil {
				return err
			}
		}
		part = part[:0]
		return nil
	}
	for cur.Next(ctx) && (q.Limit == 0 || given < q.Limit) {
		var d factDoc
		if err := cur.Decode(&d); err != nil {
			return s.classify(err)
		}
		if !live[d.Batch] {
			continue
		}
		if part = append(part, d); len(part) == 1000 || q.Limit > 0 && len(part) >= q.Limit {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := cur.Err(); err != nil {
		return s.classify(err)
	}
	return flush()
}
