package mongo

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/ident"
	"rapport/internal/org"
)

// A change of many people does not fit into one transaction (WiredTiger ends those that fill its cache). It is staged
// beside the people first; one short transaction then moves the version on and names the staged change as applying;
// whoever comes next, reader or writer, finishes applying it before anything else. Until the transaction nothing of it
// shows; from it on, all of it does, whoever dies.

// maxInline is how many people a change may hold to go in by one transaction.
const maxInline = 5000

func init() {
	indexes["org_staged"] = []mongo.IndexModel{unique("change", "collection", "key"), plain("at")}
}

// stagedDoc is one employee or partner of a staged change.
type stagedDoc struct {
	ID         string   `bson:"_id"`
	Change     string   `bson:"change"`
	Collection string   `bson:"collection"`
	Key        string   `bson:"key"` // external id: two of a change with one key never get as far as the transaction
	At         int64    `bson:"at"`
	Doc        bson.Raw `bson:"doc"`
}

// versionDoc is the state of the organisation as a whole.
type versionDoc struct {
	Version  int64  `bson:"version"`
	Applying string `bson:"applying"` // id of the staged change that is not in its place yet
}

func (s *Store) orgVersion(ctx context.Context) (versionDoc, error) {
	var d versionDoc
	err := s.db.Collection("org_version").FindOne(ctx, eq("_id", "org")).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return versionDoc{}, nil
	}
	return d, s.classify(err)
}

// settle finishes a staged change that is being applied, if there is one. Every question about people asks it first.
func (s *Store) settle(ctx context.Context) error {
	v, err := s.orgVersion(ctx)
	if err != nil || v.Applying == "" {
		return err
	}
	return s.apply(ctx, v.Applying)
}

// stage stores the people of a change, invisible, and gives the change's id.
func (s *Store) stage(ctx context.Context, c org.Change) (string, error) {
	staged := s.db.Collection("org_staged")
	now := time.Now()
	// What an import left behind that died before its transaction goes after an hour.
	if _, err := staged.DeleteMany(ctx, eq("at", bson.D{{Key: "$lt", Value: now.Add(-time.Hour).UnixMilli()}})); err != nil {
		return "", s.classify(err)
	}
	id, rev := ident.New(), c.Seen+1
	put := func(collection, key string, doc any) (stagedDoc, error) {
		raw, err := bson.Marshal(doc)
		return stagedDoc{ident.New(), id, collection, key, now.UnixMilli(), raw}, err
	}
	docs := make([]stagedDoc, 0, len(c.Employees)+len(c.Partners))
	for _, e := range c.Employees {
		d, err := put("employee", e.ExternalID, docOfEmployee(e, rev))
		if err != nil {
			return "", err
		}
		docs = append(docs, d)
	}
	for _, p := range c.Partners {
		d, err := put("partner", p.ExternalID, docOfPartner(p, rev))
		if err != nil {
			return "", err
		}
		docs = append(docs, d)
	}
	for part := range slices.Chunk(docs, 1000) {
		if _, err := staged.InsertMany(ctx, part); err != nil {
			_, _ = staged.DeleteMany(context.WithoutCancel(ctx), eq("change", id))
			return "", s.classify(err)
		}
	}
	return id, nil
}

// apply puts a staged change in its place, a thousand documents in a transaction. Several may do it at once and any of
// them may die: each document goes in only where nothing of its revision or a newer one stands.
func (s *Store) apply(ctx context.Context, change string) error {
	cur, err := s.db.Collection("org_staged").Find(ctx, eq("change", change), options.Find().SetBatchSize(1000))
	if err != nil {
		return s.classify(err)
	}
	defer func() { _ = cur.Close(ctx) }()
	waiting := map[string][]bson.Raw{}
	for cur.Next(ctx) {
		var d stagedDoc
		if err := cur.Decode(&d); err != nil {
			return err
		}
		waiting[d.Collection] = append(waiting[d.Collection], slices.Clone(d.Doc))
		if len(waiting[d.Collection]) == 1000 {
			if err := s.placeAll(ctx, d.Collection, waiting[d.Collection]); err != nil {
				return err
			}
			waiting[d.Collection] = nil
		}
	}
	if err := cur.Err(); err != nil {
		return s.classify(err)
	}
	for collection, left := range waiting {
		if err := s.placeAll(ctx, collection, left); err != nil {
			return err
		}
	}
	if _, err := s.db.Collection("org_version").UpdateOne(ctx, bson.D{{Key: "_id", Value: "org"}, {Key: "applying", Value: change}}, set(bson.E{Key: "applying", Value: ""})); err != nil {
		return s.classify(err)
	}
	_, err = s.db.Collection("org_staged").DeleteMany(ctx, eq("change", change))
	return s.classify(err)
}

// placeAll places documents; where somebody else inserted one of them in between, it looks again.
func (s *Store) placeAll(ctx context.Context, collection string, docs []bson.Raw) error {
	const tries = 5
	for i := 1; ; i++ {
		if err := s.place(ctx, collection, docs); !mongo.IsDuplicateKeyError(err) || i == tries {
			return err
		}
	}
}

// place replaces or inserts documents, but for those that stand there in their revision or a newer one.
func (s *Store) place(ctx context.Context, collection string, docs []bson.Raw) error {
	if len(docs) == 0 {
		return nil
	}
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.Lookup("_id").StringValue()
	}
	coll := s.db.Collection(collection)
	return s.tx(ctx, func(ctx context.Context) error {
		cur, err := coll.Find(ctx, eq("_id", bson.D{{Key: "$in", Value: ids}}), options.Find().SetProjection(bson.D{{Key: "rev", Value: 1}}))
		if err != nil {
			return err
		}
		var there []struct {
			ID  string `bson:"_id"`
			Rev int64  `bson:"rev"`
		}
		if err := cur.All(ctx, &there); err != nil {
			return err
		}
		rev := make(map[string]int64, len(there))
		for _, x := range there {
			rev[x.ID] = x.Rev
		}
		var fresh []any
		var models []mongo.WriteModel
		for i, d := range docs {
			stands, known := rev[ids[i]]
			switch {
			case !known:
				fresh = append(fresh, d)
			case stands < d.Lookup("rev").Int64():
				models = append(models, mongo.NewReplaceOneModel().SetFilter(eq("_id", ids[i])).SetReplacement(d))
			}
		}
		if len(fresh) > 0 {
			if _, err := coll.InsertMany(ctx, fresh); err != nil {
				return err
			}
		}
		if len(models) > 0 {
			_, err = coll.BulkWrite(ctx, models)
		}
		return err
	})
}
