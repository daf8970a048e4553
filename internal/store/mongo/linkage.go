package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/linkage"
)

func init() {
	indexes["linkage_run"] = []mongo.IndexModel{
		plain("-created_at", "-_id"),
		{Keys: keys([]string{"origin"}), Options: options.Index().SetUnique(true).SetPartialFilterExpression(bson.D{{Key: "origin", Value: bson.D{{Key: "$exists", Value: true}}}})},
	}
	indexes["linkage_finding"] = []mongo.IndexModel{unique("run_id", "pos"), unique("run_id", "id")}
	indexes["linkage_blob"] = []mongo.IndexModel{unique("run_id", "name"), plain("created_at")}
}

type runDoc struct {
	ID        string `bson:"_id"`
	CreatedAt int64  `bson:"created_at"`
	Origin    string `bson:"origin,omitempty"`
	Body      []byte `bson:"body"`
}

type findingDoc struct {
	RunID string `bson:"run_id"`
	Pos   int    `bson:"pos"`
	ID    string `bson:"id"`
	Body  []byte `bson:"body"`
}

type blobDoc struct {
	RunID     string `bson:"run_id"`
	Name      string `bson:"name"`
	CreatedAt int64  `bson:"created_at"`
	Bytes     []byte `bson:"bytes"`
}

// blobBatch bounds one insert of blobs; orphanAge is how long a blob without a run may stay, since its run may still be
// under way.
const (
	blobBatch = 8 << 20
	orphanAge = 24 * time.Hour
)

// SaveRun implements linkage.Store. Blobs go first and are seen by nobody; one transaction makes the run visible.
func (s *Store) SaveRun(ctx context.Context, run linkage.Run, findings []linkage.Finding, blobs []linkage.Blob, keep int, entry audit.Entry) error {
	at := millis(run.CreatedAt)
	for len(blobs) > 0 {
		docs, size := []any{}, 0
		for _, b := range blobs {
			if len(docs) > 0 && size+len(b.Bytes) > blobBatch {
				break
			}
			size += len(b.Bytes)
			docs = append(docs, blobDoc{run.ID, b.Name, at, b.Bytes})
		}
		if _, err := s.db.Collection("linkage_blob").InsertMany(ctx, docs); err != nil {
			return s.classify(err)
		}
		blobs = blobs[len(docs):]
	}
	body, err := json.Marshal(run)
	if err != nil {
		return fmt.Errorf("write run: %w", err)
	}
	docs := make([]any, 0, len(findings))
	for i, f := range findings {
		b, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("write finding: %w", err)
		}
		docs = append(docs, findingDoc{run.ID, i, f.ID, b})
	}
	err = s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("linkage_run").InsertOne(ctx, runDoc{run.ID, at, run.Origin, body})
		if mongo.IsDuplicateKeyError(err) {
			return errs.Conflict("run_exists").Because(err)
		}
		if err != nil {
			return err
		}
		if len(docs) > 0 {
			if _, err := s.db.Collection("linkage_finding").InsertMany(ctx, docs); err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, entry)
	})
	if err != nil {
		return err
	}
	return s.pruneBlobs(ctx, run.CreatedAt, keep)
}

// pruneBlobs drops the blobs of old runs and of runs that never came to be. It is housekeeping after the fact: what it
// leaves undone, the next run does.
func (s *Store) pruneBlobs(ctx context.Context, now time.Time, keep int) error {
	closed := bson.D{{Key: "$regex", Value: "^" + linkage.OriginClose}}
	ids := bson.A{}
	if err := s.db.Collection("linkage_run").Distinct(ctx, "_id", bson.D{{Key: "origin", Value: closed}}).Decode(&ids); err != nil {
		return s.classify(err)
	}
	var kept []runDoc
	cur, err := s.db.Collection("linkage_run").Find(ctx, bson.D{{Key: "origin", Value: bson.D{{Key: "$not", Value: closed}}}}, options.Find().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}}).
		SetLimit(int64(keep)).SetProjection(bson.D{{Key: "created_at", Value: 1}}))
	if err != nil {
		return s.classify(err)
	}
	if err := cur.All(ctx, &kept); err != nil {
		return s.classify(err)
	}
	before := millis(now.Add(-orphanAge))
	for _, r := range kept {
		ids = append(ids, r.ID)
	}
	if len(kept) == keep { // a visible run older than the oldest kept one goes at once
		oldest := kept[len(kept)-1].CreatedAt
		cur, err := s.db.Collection("linkage_run").Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$nin", Value: ids}}}, {Key: "created_at", Value: bson.D{{Key: "$lte", Value: oldest}}}},
			options.Find().SetProjection(bson.D{{Key: "created_at", Value: 1}}).SetSort(bson.D{{Key: "created_at", Value: -1}}).SetLimit(int64(keep)))
		if err != nil {
			return s.classify(err)
		}
		var gone []runDoc
		if err := cur.All(ctx, &gone); err != nil {
			return s.classify(err)
		}
		for _, r := range gone {
			if _, err := s.db.Collection("linkage_blob").DeleteMany(ctx, bson.D{{Key: "run_id", Value: r.ID}}); err != nil {
				return s.classify(err)
			}
		}
	}
	_, err = s.db.Collection("linkage_blob").DeleteMany(ctx, bson.D{{Key: "created_at", Value: bson.D{{Key: "$lt", Value: before}}}, {Key: "run_id", Value: bson.D{{Key: "$nin", Value: ids}}}})
	return s.classify(err)
}

// Runs implements linkage.Store.
func (s *Store) Runs(ctx context.Context, limit int, cursor string) ([]linkage.Run, string, error) {
	filter := bson.D{}
	if cursor != "" {
		text, id, ok := strings.Cut(cursor, ".")
		at, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil {
			return nil, "", errs.Invalid("cursor_unreadable")
		}
		filter = bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: "created_at", Value: bson.D{{Key: "$lt", Value: at}}}},
			bson.D{{Key: "created_at", Value: at}, {Key: "_id", Value: bson.D{{Key: "$lt", Value: id}}}},
		}}}
	}
	cur, err := s.db.Collection("linkage_run").Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit+1)))
	if err != nil {
		return nil, "", s.classify(err)
	}
	var docs []runDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, "", s.classify(err)
	}
	next := ""
	if len(docs) > limit {
		docs = docs[:limit]
		next = fmt.Sprintf("%d.%s", docs[limit-1].CreatedAt, docs[limit-1].ID)
	}
	out := make([]linkage.Run, len(docs))
	for i, d := range docs {
		if err := json.Unmarshal(d.Body, &out[i]); err != nil {
			return nil, "", fmt.Errorf("read run: %w", err)
		}
	}
	return out, next, nil
}

// Run implements linkage.Store.
func (s *Store) Run(ctx context.Context, id string) (linkage.Run, error) {
	if id == "latest" {
		return s.linkageRun(ctx, bson.D{{Key: "origin", Value: bson.D{{Key: "$not", Value: bson.Regex{Pattern: "^close:"}}}}}, options.FindOne().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}}))
	}
	return s.linkageRun(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne())
}

// RunOfOrigin implements linkage.Store.
func (s *Store) RunOfOrigin(ctx context.Context, origin string) (linkage.Run, error) {
	if origin == "" {
		return linkage.Run{}, errs.NotFound("run_unknown")
	}
	return s.linkageRun(ctx, bson.D{{Key: "origin", Value: origin}}, options.FindOne())
}

func (s *Store) linkageRun(ctx context.Context, filter bson.D, opt *options.FindOneOptionsBuilder) (linkage.Run, error) {
	var d runDoc
	var run linkage.Run
	err := s.db.Collection("linkage_run").FindOne(ctx, filter, opt).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return run, errs.NotFound("run_unknown")
	}
	if err != nil {
		return run, s.classify(err)
	}
	return run, json.Unmarshal(d.Body, &run)
}

// Findings implements linkage.Store.
func (s *Store) Findings(ctx context.Context, runID string) ([]linkage.Finding, error) {
	return bodies[linkage.Finding](ctx, s, "linkage_finding", bson.D{{Key: "run_id", Value: runID}}, bson.D{{Key: "pos", Value: 1}})
}

// Finding implements linkage.Store.
func (s *Store) Finding(ctx context.Context, runID, id string) (linkage.Finding, error) {
	return body[linkage.Finding](ctx, s, "linkage_finding", "finding_unknown", bson.D{{Key: "run_id", Value: runID}, {Key: "id", Value: id}}, nil)
}

// RunBlob implements linkage.Store.
func (s *Store) RunBlob(ctx context.Context, runID, name string) ([]byte, error) {
	if n, err := s.db.Collection("linkage_run").CountDocuments(ctx, bson.D{{Key: "_id", Value: runID}}); err != nil || n == 0 {
		if err != nil {
			return nil, s.classify(err)
		}
		return nil, errs.NotFound("run_blob_unknown")
	}
	var d blobDoc
	err := s.db.Collection("linkage_blob").FindOne(ctx, bson.D{{Key: "run_id", Value: runID}, {Key: "name", Value: name}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, errs.NotFound("run_blob_unknown")
	}
	return d.Bytes, s.classify(err)
}
