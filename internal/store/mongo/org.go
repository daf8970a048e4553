package mongo

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
	"rapport/internal/org"
)

func init() {
	indexes["team"] = []mongo.IndexModel{{Keys: keys([]string{"external_id"}), Options: options.Index().SetUnique(true).
		SetPartialFilterExpression(bson.D{{Key: "external_id", Value: bson.D{{Key: "$gt", Value: ""}}}})}}
	indexes["employee"] = []mongo.IndexModel{unique("external_id"), plain("team_id", "external_id"), plain("stays.team_id")}
	indexes["partner"] = []mongo.IndexModel{unique("external_id"), plain("team_ids", "external_id")}
}

// dateText and fromDate keep days as text, 2025-03-31: they sort, and 1970-01-01 is a date like any other.
func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func fromDate(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// inScope gives the condition "field is a team in scope".
func inScope(scope org.Scope, field string) bson.D {
	if scope.All() {
		return bson.D{}
	}
	return bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: scope.IDs()}}}}
}

// list runs a find and turns every document into what it stands for.
func list[D, T any](ctx context.Context, s *Store, coll string, turn func(D) T, filter any, opts ...options.Lister[options.FindOptions]) ([]T, error) {
	cur, err := s.db.Collection(coll).Find(ctx, filter, opts...)
	return gather(ctx, s, cur, err, turn)
}

func gather[D, T any](ctx context.Context, s *Store, cur *mongo.Cursor, err error, turn func(D) T) ([]T, error) {
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []D
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]T, len(docs))
	for i, d := range docs {
		out[i] = turn(d)
	}
	return out, nil
}

func ascending(field string, limit int) *options.FindOptionsBuilder {
	return options.Find().SetSort(bson.D{{Key: field, Value: 1}}).SetLimit(int64(limit))
}

type teamDoc struct {
	ID         string         `bson:"_id"`
	ExternalID string         `bson:"external_id"`
	Name       string         `bson:"name"`
	ParentID   string         `bson:"parent_id"`
	CreatedOn  string         `bson:"created_on"`
	ClosedOn   string         `bson:"closed_on"`
	MergedInto string         `bson:"merged_into"`
	History    []teamEventDoc `bson:"history"`
}

type teamEventDoc struct {
	On   string `bson:"on"`
	Kind string `bson:"kind"`
	From string `bson:"from"`
	To   string `bson:"to"`
}

func (d teamDoc) team() org.Team {
	t := org.Team{ID: d.ID, ExternalID: d.ExternalID, Name: d.Name, ParentID: d.ParentID, CreatedOn: fromDate(d.CreatedOn), ClosedOn: fromDate(d.ClosedOn), MergedInto: d.MergedInto}
	for _, e := range d.History {
		t.History = append(t.History, org.TeamEvent{On: fromDate(e.On), Kind: org.EventKind(e.Kind), From: e.From, To: e.To})
	}
	return t
}

func docOfTeam(t org.Team) teamDoc {
	d := teamDoc{t.ID, t.ExternalID, t.Name, t.ParentID, dateText(t.CreatedOn), dateText(t.ClosedOn), t.MergedInto, []teamEventDoc{}}
	for _, e := range t.History {
		d.History = append(d.History, teamEventDoc{dateText(e.On), string(e.Kind), e.From, e.To})
	}
	return d
}

// Teams implements org.Reader.
func (s *Store) Teams(ctx context.Context, scope org.Scope) ([]org.Team, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	return list(ctx, s, "team", teamDoc.team, inScope(scope, "_id"))
}

// overlap is the condition on unwound stays "from ≤ d < to overlaps first ≤ d < end", or holds on a day when end is it.
func overlap(scope org.Scope, first, end bson.D) bson.D {
	return append(inScope(scope, "stays.team_id"), bson.E{Key: "stays.from", Value: end},
		bson.E{Key: "$or", Value: bson.A{bson.D{{Key: "stays.to", Value: ""}}, bson.D{{Key: "stays.to", Value: first}}}})
}

// Headcount implements org.Reader.
func (s *Store) Headcount(ctx context.Context, scope org.Scope, on time.Time) (map[string]int, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	d := dateText(on)
	cur, err := s.db.Collection("employee").Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: inScope(scope, "stays.team_id")}},
		{{Key: "$unwind", Value: "$stays"}},
		{{Key: "$match", Value: overlap(scope, bson.D{{Key: "$gt", Value: d}}, bson.D{{Key: "$lte", Value: d}})}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$stays.team_id"}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	})
	type row struct {
		Team string `bson:"_id"`
		N    int    `bson:"n"`
	}
	rows, err := gather(ctx, s, cur, err, func(r row) row { return r })
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Team] = r.N
	}
	return out, err
}

// Stays implements org.Reader.
func (s *Store) Stays(ctx context.Context, scope org.Scope, from, to time.Time) ([]org.Stay, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	cur, err := s.db.Collection("employee").Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: inScope(scope, "stays.team_id")}},
		{{Key: "$unwind", Value: "$stays"}},
		{{Key: "$match", Value: overlap(scope, bson.D{{Key: "$gt", Value: dateText(from)}}, bson.D{{Key: "$lt", Value: dateText(to)}})}},
		{{Key: "$project", Value: bson.D{{Key: "_id", Value: 0}, {Key: "stays", Value: 1}}}},
	})
	type row struct {
		Stay stayDoc `bson:"stays"`
	}
	return gather(ctx, s, cur, err, func(r row) org.Stay { return r.Stay.stay() })
}

// OrgVersion implements org.Store.
func (s *Store) OrgVersion(ctx context.Context) (int64, error) {
	v, err := s.orgVersion(ctx)
	return v.Version, err
}

// SaveOrg implements org.Store.
func (s *Store) SaveOrg(ctx context.Context, c org.Change) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	if len(c.Employees)+len(c.Partners) <= maxInline {
		return s.tx(ctx, func(ctx context.Context) error { return s.saveOrg(ctx, c) })
	}
	staged, err := s.stage(ctx, c)
	if err != nil {
		return err
	}
	c.Employees, c.Partners = nil, nil
	err = s.tx(ctx, func(ctx context.Context) error {
		if err := s.saveOrg(ctx, c); err != nil {
			return err
		}
		_, err := s.db.Collection("org_version").UpdateByID(ctx, "org", set(bson.E{Key: "applying", Value: staged}))
		return err
	})
	if err != nil {
		return err // what was staged goes after an hour; the commit's result may be unknown
	}
	return s.apply(ctx, staged)
}

// saveOrg makes the change inside a transaction.
func (s *Store) saveOrg(ctx context.Context, c org.Change) error {
	if err := s.nextOrgVersion(ctx, c.Seen); err != nil {
		return err
	}
	rev := c.Seen + 1
	if err := replaceAll(ctx, s, "team", c.Teams, func(t org.Team) (string, any) { return t.ID, docOfTeam(t) }); err != nil {
		return err
	}
	if err := replaceAll(ctx, s, "employee", c.Employees, func(e org.Employee) (string, any) { return e.ID, docOfEmployee(e, rev) }); err != nil {
		return err
	}
	if err := replaceAll(ctx, s, "partner", c.Partners, func(p org.Partner) (string, any) { return p.ID, docOfPartner(p, rev) }); err != nil {
		return err
	}
	return s.appendAudit(ctx, c.Audit...)
}

// nextOrgVersion counts one change of the organisation, if nobody else made one since the version seen.
func (s *Store) nextOrgVersion(ctx context.Context, seen int64) error {
	res, err := s.db.Collection("org_version").UpdateOne(ctx, bson.D{{Key: "_id", Value: "org"}, {Key: "version", Value: seen}},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "version", Value: 1}}}}, options.UpdateOne().SetUpsert(seen == 0))
	if mongo.IsDuplicateKeyError(err) || err == nil && res.MatchedCount+res.UpsertedCount == 0 {
		return errs.Conflict("org_changed")
	}
	return err
}

// replaceAll inserts or replaces documents by id.
func replaceAll[T any](ctx context.Context, s *Store, coll string, xs []T, doc func(T) (string, any)) error {
	for part := range slices.Chunk(xs, 1000) {
		models := make([]mongo.WriteModel, len(part))
		for i, x := range part {
			id, d := doc(x)
			models[i] = mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: id}}).SetReplacement(d).SetUpsert(true)
		}
		if _, err := s.db.Collection(coll).BulkWrite(ctx, models); err != nil {
			return err
		}
	}
	return nil
}
