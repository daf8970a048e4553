package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

func init() {
	indexes["batch"] = []mongo.IndexModel{plain("-started_at", "-_id"), plain("state")}
	indexes["mapping_memory"] = []mongo.IndexModel{plain("-at")}
	indexes["upload"] = []mongo.IndexModel{plain("created_at")}
	indexes["upload_chunk"] = []mongo.IndexModel{unique("upload", "n")}
}

type batchDoc struct {
	ID         string   `bson:"_id"`
	Kind       string   `bson:"kind"`
	Source     string   `bson:"source"`
	State      string   `bson:"state"`
	By         string   `bson:"by"`
	StartedAt  int64    `bson:"started_at"`
	FinishedAt int64    `bson:"finished_at"`
	BeatAt     int64    `bson:"beat_at"`
	CanUndo    bool     `bson:"can_undo"`
	Seq        int64    `bson:"seq"`
	Mapping    string   `bson:"mapping"`
	Result     string   `bson:"result"`
	Teams      []string `bson:"made_teams"`
	Metrics    []string `bson:"made_metrics"`
}

func (s *Store) saveBatch(ctx context.Context, b intake.Batch) error {
	return s.replaceBatch(ctx, b, bson.D{{Key: "_id", Value: b.ID}})
}

// replaceBatch inserts the batch, or replaces the one that the filter finds.
func (s *Store) replaceBatch(ctx context.Context, b intake.Batch, filter bson.D) error {
	d := batchDoc{
		b.ID, string(b.Kind), b.Source, string(b.State), b.By, millis(b.StartedAt), millis(b.FinishedAt), millis(b.BeatAt), b.CanUndo, b.Seq,
		string(b.Mapping), string(b.Result), b.Made.Teams, b.Made.Metrics,
	}
	_, err := s.db.Collection("batch").ReplaceOne(ctx, filter, d, options.Replace().SetUpsert(true))
	return err
}

// SaveBatch implements intake.Store.
func (s *Store) SaveBatch(ctx context.Context, b intake.Batch, m *intake.Memory) error {
	return s.tx(ctx, func(ctx context.Context) error {
		if err := s.saveBatch(ctx, b); err != nil {
			return err
		}
		return s.saveMemory(ctx, m)
	})
}

func (d batchDoc) batch() intake.Batch {
	return intake.Batch{
		ID: d.ID, Kind: intake.Kind(d.Kind), Source: d.Source, State: intake.State(d.State), By: d.By, StartedAt: fromMillis(d.StartedAt),
		FinishedAt: fromMillis(d.FinishedAt), BeatAt: fromMillis(d.BeatAt), CanUndo: d.CanUndo, Seq: d.Seq, Mapping: rawJSON(d.Mapping), Result: rawJSON(d.Result),
		Made: intake.Made{Teams: d.Teams, Metrics: d.Metrics},
	}
}

func rawJSON(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	return json.RawMessage(s)
}

// Batch implements intake.Store.
func (s *Store) Batch(ctx context.Context, id string) (intake.Batch, error) {
	var d batchDoc
	err := s.db.Collection("batch").FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return intake.Batch{}, errs.NotFound("import_unknown")
	}
	return d.batch(), s.classify(err)
}

// Batches implements intake.Store.
func (s *Store) Batches(ctx context.Context, page intake.Page) ([]intake.Batch, error) {
	filter := bson.D{}
	if page.After != "" {
		last, err := s.Batch(ctx, page.After)
		if errs.KindOf(err) == errs.KindNotFound {
			return []intake.Batch{}, nil
		}
		if err != nil {
			return nil, err
		}
		at := millis(last.StartedAt)
		filter = bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: "started_at", Value: bson.D{{Key: "$lt", Value: at}}}},
			bson.D{{Key: "started_at", Value: at}, {Key: "_id", Value: bson.D{{Key: "$lt", Value: last.ID}}}},
		}}}
	}
	cur, err := s.db.Collection("batch").Find(ctx, filter, options.Find().SetSort(keys([]string{"-started_at", "-_id"})).SetLimit(int64(page.Limit)))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []batchDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]intake.Batch, 0, len(docs))
	for _, d := range docs {
		out = append(out, d.batch())
	}
	return out, nil
}

type memoryDoc struct {
	Signature string `bson:"_id"`
	Mapping   string `bson:"mapping"`
	At        int64  `bson:"at"`
	By        string `bson:"by"`
}

func (d memoryDoc) memory() intake.Memory {
	return intake.Memory{Signature: d.Signature, Mapping: rawJSON(d.Mapping), At: fromMillis(d.At), By: d.By}
}

func (s *Store) saveMemory(ctx context.Context, m *intake.Memory) error {
	if m == nil {
		return nil
	}
	_, err := s.db.Collection("mapping_memory").ReplaceOne(ctx, bson.D{{Key: "_id", Value: m.Signature}},
		memoryDoc{m.Signature, string(m.Mapping), millis(m.At), m.By}, options.Replace().SetUpsert(true))
	return err
}

// Memory implements intake.Store.
func (s *Store) Memory(ctx context.Context, signature string) (intake.Memory, error) {
	var d memoryDoc
	err := s.db.Collection("mapping_memory").FindOne(ctx, bson.D{{Key: "_id", Value: signature}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return intake.Memory{}, errs.NotFound("mapping_unknown")
	}
	return d.memory(), s.classify(err)
}

// Memories implements intake.Store.
func (s *Store) Memories(ctx context.Context) ([]intake.Memory, error) {
	cur, err := s.db.Collection("mapping_memory").Find(ctx, bson.D{}, options.Find().SetSort(keys([]string{"-at", "_id"})).SetLimit(500))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []memoryDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]intake.Memory, 0, len(docs))
	for _, d := range docs {
		out = append(out, d.memory())
	}
	return out, nil
}

type uploadDoc struct {
	ID        string `bson:"_id"`
	Name      string `bson:"name"`
	By        string `bson:"by"`
	Size      int64  `bson:"size"`
	Chunks    int    `bson:"chunks"`
	CreatedAt int64  `bson:"created_at"`
	Whole     bool   `bson:"whole"`
}

// SaveUpload implements intake.Store.
func (s *Store) SaveUpload(ctx context.Context, u intake.Upload) error {
	_, err := s.db.Collection("upload").ReplaceOne(ctx, bson.D{{Key: "_id", Value: u.ID}},
		uploadDoc{u.ID, u.Name, u.By, u.Size, u.Chunks, millis(u.CreatedAt), u.Whole}, options.Replace().SetUpsert(true))
	return s.classify(err)
}

// Upload implements intake.Store.
func (s *Store) Upload(ctx context.Context, id string) (intake.Upload, error) {
	var d uploadDoc
	err := s.db.Collection("upload").FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return intake.Upload{}, errs.NotFound("upload_unknown")
	}
	return intake.Upload{ID: d.ID, Name: d.Name, By: d.By, Size: d.Size, Chunks: d.Chunks, CreatedAt: fromMillis(d.CreatedAt), Whole: d.Whole}, s.classify(err)
}

type chunkDoc struct {
	Upload string `bson:"upload"`
	N      int    `bson:"n"`
	Bytes  []byte `bson:"bytes"`
}

// SaveChunk implements intake.Store.
func (s *Store) SaveChunk(ctx context.Context, upload string, n int, data []byte) error {
	_, err := s.db.Collection("upload_chunk").ReplaceOne(ctx, bson.D{{Key: "upload", Value: upload}, {Key: "n", Value: n}},
		chunkDoc{upload, n, data}, options.Replace().SetUpsert(true))
	return s.classify(err)
}

// Chunk implements intake.Store.
func (s *Store) Chunk(ctx context.Context, upload string, n int) ([]byte, error) {
	var d chunkDoc
	err := s.db.Collection("upload_chunk").FindOne(ctx, bson.D{{Key: "upload", Value: upload}, {Key: "n", Value: n}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, errs.NotFound("upload_unknown")
	}
	return d.Bytes, s.classify(err)
}

// DropUploads implements intake.Store.
func (s *Store) DropUploads(ctx context.Context, id string, before time.Time) error {
	cur, err := s.db.Collection("upload").Find(ctx, bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: "_id", Value: id}}, bson.D{{Key: "created_at", Value: bson.D{{Key: "$lt", Value: millis(before)}}}},
	}}})
	if err != nil {
		return s.classify(err)
	}
	var docs []uploadDoc
	if err := cur.All(ctx, &docs); err != nil {
		return s.classify(err)
	}
	for _, d := range docs {
		if _, err := s.db.Collection("upload_chunk").DeleteMany(ctx, bson.D{{Key: "upload", Value: d.ID}}); err != nil {
			return s.classify(err)
		}
		if _, err := s.db.Collection("upload").DeleteOne(ctx, bson.D{{Key: "_id", Value: d.ID}}); err != nil {
			return s.classify(err)
		}
	}
	return nil
}
