package mongo

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

func init() {
	indexes["metric"] = []mongo.IndexModel{unique("key")}
	indexes["series_block"] = []mongo.IndexModel{unique("metric", "team", "grain", "batch"), plain("batch")}
	indexes["event"] = []mongo.IndexModel{plain("on")}
}

var grains = []series.Grain{"", series.Day, series.Week, series.Month, series.Quarter, series.Year}

type metricDoc struct {
	ID             string `bson:"_id"`
	Key            string `bson:"key"`
	Name           string `bson:"name"`
	Kind           string `bson:"kind"`
	Unit           string `bson:"unit"`
	HigherIsBetter bool   `bson:"higher_is_better"`
	Aggregation    string `bson:"aggregation"`
	Definition     string `bson:"definition"`
	Formula        string `bson:"formula"`
	Owner          string `bson:"owner"`
	DefaultLag     int    `bson:"default_lag"`
	AboutPeople    bool   `bson:"about_people"`
	Version        int    `bson:"version"`
	CreatedAt      int64  `bson:"created_at"`

	Scale series.Scale `bson:"scale"`
}

func metricToDoc(m series.Metric) metricDoc {
	return metricDoc{
		m.ID, m.Key, m.Name, string(m.Kind), m.Unit, m.HigherIsBetter, string(m.Aggregation), m.Definition, m.Formula, m.Owner, m.DefaultLag,
		m.AboutPeople, m.Version, millis(m.CreatedAt), m.Scale,
	}
}

// blockDoc is one block; see series.Block. Grain is the rank, so that it sorts from fine to coarse.
type blockDoc struct {
	Metric string `bson:"metric"`
	Team   string `bson:"team"`
	Grain  int    `bson:"grain"`
	Batch  string `bson:"batch"`
	First  int    `bson:"first"`
	Last   int    `bson:"last"`
	Points []byte `bson:"points"`
}

// Metrics implements series.Reader.
func (s *Store) Metrics(ctx context.Context) ([]series.Metric, error) {
	cur, err := s.db.Collection("metric").Find(ctx, bson.D{}, options.Find().SetSort(keys([]string{"key"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []metricDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]series.Metric, 0, len(docs))
	for _, d := range docs {
		out = append(out, series.Metric{
			ID: d.ID, Key: d.Key, Name: d.Name, Kind: series.Kind(d.Kind), Unit: d.Unit, HigherIsBetter: d.HigherIsBetter,
			Aggregation: series.Aggregation(d.Aggregation), Definition: d.Definition, Formula: d.Formula, Owner: d.Owner, DefaultLag: d.DefaultLag,
			AboutPeople: d.AboutPeople, Scale: d.Scale, Version: d.Version, CreatedAt: fromMillis(d.CreatedAt),
		})
	}
	return out, nil
}

// SaveMetric implements series.Store.
func (s *Store) SaveMetric(ctx context.Context, m series.Metric, seen int, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.saveMetric(ctx, m, seen); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

func (s *Store) saveMetric(ctx context.Context, m series.Metric, seen int) error {
	var err error
	if seen == 0 {
		_, err = s.db.Collection("metric").InsertOne(ctx, metricToDoc(m))
	} else {
		var res *mongo.UpdateResult
		if res, err = s.db.Collection("metric").ReplaceOne(ctx, bson.D{{Key: "_id", Value: m.ID}, {Key: "version", Value: seen}}, metricToDoc(m)); err == nil && res.MatchedCount == 0 {
			return errs.Conflict("metric_changed")
		}
	}
	if mongo.IsDuplicateKeyError(err) {
		return errs.Conflict("metric_key_taken").With("key", m.Key)
	}
	return err
}

// published gives the order of publication of every batch of figures that is visible now.
func (s *Store) published(ctx context.Context) (map[string]int64, error) {
	cur, err := s.db.Collection("batch").Find(ctx, bson.D{{Key: "state", Value: string(intake.Done)}, {Key: "seq", Value: bson.D{{Key: "$gt", Value: 0}}}},
		options.Find().SetProjection(bson.D{{Key: "seq", Value: 1}}))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []struct {
		ID  string `bson:"_id"`
		Seq int64  `bson:"seq"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make(map[string]int64, len(docs))
	for _, d := range docs {
		out[d.ID] = d.Seq
	}
	return out, nil
}

func scopeFilter(scope org.Scope, field string) bson.D {
	if scope.All() {
		return bson.D{}
	}
	return bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: scope.IDs()}}}}
}

// EachBlock implements series.Store. Which batches are visible is settled first; blocks are never changed and are deleted
// only when their batch is not published, so the walk that follows shows that one moment.
func (s *Store) EachBlock(ctx context.Context, scope org.Scope, lines series.Lines, fn func(series.Block) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	seq, err := s.published(ctx)
	if err != nil || len(seq) == 0 {
		return err
	}
	filter := scopeFilter(scope, "team")
	if len(lines.Metrics) > 0 {
		filter = append(filter, bson.E{Key: "metric", Value: bson.D{{Key: "$in", Value: lines.Metrics}}})
	}
	if lines.FromTeam != "" {
		filter = bson.D{{Key: "$and", Value: bson.A{filter, bson.D{{Key: "team", Value: bson.D{{Key: "$gte", Value: lines.FromTeam}}}}}}}
	}
	cur, err := s.db.Collection("series_block").Find(ctx, filter, options.Find().SetSort(keys([]string{"metric", "team", "grain", "batch"})).SetBatchSize(2000))
	if err != nil {
		return s.classify(err)
	}
	defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
	var same []blockDoc // blocks of one line, to be given in order of publication
	flush := func() error {
		slices.SortFunc(same, func(a, b blockDoc) int { return int(seq[a.Batch] - seq[b.Batch]) })
		for _, d := range same {
			points, err := series.DecodePoints(d.Points)
			if err != nil {
				return errs.Unavailable("store_damaged").With("path", s.address).Because(err)
			}
			if err := fn(series.Block{MetricID: d.Metric, TeamID: d.Team, Grain: grains[d.Grain], BatchID: d.Batch, Points: points}); err != nil {
				return err
			}
		}
		same = same[:0]
		return nil
	}
	for cur.Next(ctx) {
		var d blockDoc
		if err := cur.Decode(&d); err != nil {
			return s.classify(err)
		}
		if _, visible := seq[d.Batch]; !visible {
			continue
		}
		if len(same) > 0 && (same[0].Metric != d.Metric || same[0].Team != d.Team || same[0].Grain != d.Grain) {
			if err := flush(); err != nil {
				return err
			}
		}
		same = append(same, d)
	}
	if err := cur.Err(); err != nil {
		return s.classify(err)
	}
	return flush()
}

// Spans implements series.Reader.
func (s *Store) Spans(ctx context.Context, scope org.Scope) ([]series.Span, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	seq, err := s.published(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(seq))
	for id := range seq {
		ids = append(ids, id)
	}
	match := append(scopeFilter(scope, "team"), bson.E{Key: "batch", Value: bson.D{{Key: "$in", Value: ids}}})
	by := bson.D{{Key: "metric", Value: "$metric"}, {Key: "grain", Value: "$grain"}}
	cur, err := s.db.Collection("series_block").Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: match}},
		{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: append(by, bson.E{Key: "team", Value: "$team"})},
			{Key: "first", Value: bson.D{{Key: "$min", Value: "$first"}}},
			{Key: "last", Value: bson.D{{Key: "$max", Value: "$last"}}},
		}}},
		{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: bson.D{{Key: "metric", Value: "$_id.metric"}, {Key: "grain", Value: "$_id.grain"}}},
			{Key: "teams", Value: bson.D{{Key: "$sum", Value: 1}}},
			{Key: "first", Value: bson.D{{Key: "$min", Value: "$first"}}},
			{Key: "last", Value: bson.D{{Key: "$max", Value: "$last"}}},
		}}},
		{{Key: "$sort", Value: bson.D{{Key: "_id.metric", Value: 1}, {Key: "_id.grain", Value: 1}}}},
	})
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []struct {
		ID struct {
			Metric string `bson:"metric"`
			Grain  int    `bson:"grain"`
		} `bson:"_id"`
		Teams int `bson:"teams"`
		First int `bson:"first"`
		Last  int `bson:"last"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]series.Span, 0, len(docs))
	for _, d := range docs {
		out = append(out, series.Span{MetricID: d.ID.Metric, Grain: grains[d.ID.Grain], Teams: d.Teams, First: d.First, Last: d.Last})
	}
	return out, nil
}

type eventDoc struct {
	ID     string `bson:"_id"`
	On     int64  `bson:"on"`
	Until  int64  `bson:"until"`
	Title  string `bson:"title"`
	Kind   string `bson:"kind"`
	Source string `bson:"source"`
}

// Events implements series.Reader.
func (s *Store) Events(ctx context.Context) ([]series.Event, error) {
	cur, err := s.db.Collection("event").Find(ctx, bson.D{}, options.Find().SetSort(keys([]string{"on", "_id"})))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []eventDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]series.Event, 0, len(docs))
	for _, d := range docs {
		out = append(out, series.Event{ID: d.ID, On: time.UnixMilli(d.On).UTC(), Until: fromMillis(d.Until), Title: d.Title, Kind: series.EventKind(d.Kind), Source: d.Source})
	}
	return out, nil
}

// SaveEvent implements series.Store.
func (s *Store) SaveEvent(ctx context.Context, e series.Event, entry audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if _, err := s.db.Collection("event").InsertOne(ctx, eventDoc{e.ID, e.On.UnixMilli(), millis(e.Until), e.Title, string(e.Kind), e.Source}); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

// Edition implements series.Store.
func (s *Store) Edition(ctx context.Context) (int64, error) {
	var d struct {
		Edition int64 `bson:"edition"`
	}
	err := s.db.Collection("series_edition").FindOne(ctx, bson.D{{Key: "_id", Value: "edition"}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return d.Edition, s.classify(err)
}

// nextEdition counts one publication or undoing, if nobody else did since the edition seen.
func (s *Store) nextEdition(ctx context.Context, seen int64) error {
	res, err := s.db.Collection("series_edition").UpdateOne(ctx, bson.D{{Key: "_id", Value: "edition"}, {Key: "edition", Value: seen}},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "edition", Value: int64(1)}}}}, options.UpdateOne().SetUpsert(seen == 0))
	if mongo.IsDuplicateKeyError(err) || err == nil && res.MatchedCount+res.UpsertedCount == 0 {
		return errs.Conflict("figures_changed")
	}
	return err
}

// Stage implements series.Store.
func (s *Store) Stage(ctx context.Context, b intake.Batch, blocks []series.Block) error {
	docs := make([]any, 0, len(blocks))
	for _, x := range blocks {
		docs = append(docs, blockDoc{x.MetricID, x.TeamID, slices.Index(grains, x.Grain), b.ID, x.Points[0].Index, x.Points[len(x.Points)-1].Index, x.Points.Encode()})
	}
	if err := s.replaceBatch(ctx, b, bson.D{{Key: "_id", Value: b.ID}, {Key: "state", Value: string(intake.Staging)}}); err != nil || len(docs) == 0 {
		if mongo.IsDuplicateKeyError(err) { // it is there, in another state
			return errs.Conflict("import_finished")
		}
		return s.classify(err)
	}
	_, err := s.db.Collection("series_block").InsertMany(ctx, docs)
	return s.classify(err)
}

// DropStaged implements series.Store.
func (s *Store) DropStaged(ctx context.Context, batch string) (more bool, err error) {
	n, err := s.db.Collection("batch").CountDocuments(ctx, bson.D{{Key: "_id", Value: batch}, {Key: "state", Value: string(intake.Done)}})
	if err != nil || n > 0 {
		return false, s.classify(err)
	}
	_, err = s.db.Collection("series_block").DeleteMany(ctx, bson.D{{Key: "batch", Value: batch}})
	return false, s.classify(err)
}

// Publish implements series.Store.
func (s *Store) Publish(ctx context.Context, p series.Publication) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.nextEdition(ctx, p.Seen); err != nil {
			return err
		}
		for _, m := range p.Metrics {
			if err := s.saveMetric(ctx, m, 0); err != nil {
				return err
			}
		}
		if p.Org != nil {
			if err := s.saveOrg(ctx, *p.Org); err != nil {
				return err
			}
		}
		b := p.Batch
		b.Seq = p.Seen + 1
		if err := s.saveBatch(ctx, b); err != nil {
			return err
		}
		if err := s.saveMemory(ctx, p.Memory); err != nil {
			return err
		}
		return s.appendAudit(ctx, p.Audit...)
	})
}

// Retract implements series.Store.
func (s *Store) Retract(ctx context.Context, r series.Retraction) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.nextEdition(ctx, r.Seen); err != nil {
			return err
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
		if len(r.Metrics) > 0 {
			if _, err := s.db.Collection("metric").DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: r.Metrics}}}}); err != nil {
				return err
			}
		}
		if len(r.Teams) > 0 {
			if err := s.nextOrgVersion(ctx, r.OrgSeen); err != nil {
				return err
			}
			if _, err := s.db.Collection("team").DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: r.Teams}}}}); err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, r.Audit...)
	})
}
