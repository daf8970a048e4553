// Package mongo is the engine for a MongoDB replica set: majority writes with journal, one short transaction per
// atomic change, the client's timeout set. It answers the features' questions and holds no rule of theirs.
package mongo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// Store is a connected database.
type Store struct {
	client   *mongo.Client
	db       *mongo.Database
	address  string
	releases pulse.ReleaseReader
	prepared sync.Map // kind of facts → number of the batch of what came in record by record
	appended sync.Map // number of a batch → id of the last fact this process knows to be stored in it
}

const defaultDatabase = "rapport"

// Open connects, refuses a standalone server and makes the indexes. The database is the one named in the address, else
// "rapport".
func Open(ctx context.Context, uri string) (*Store, error) {
	cs, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, errs.Invalid("store_url").With("value", "mongodb://…").Because(err)
	}
	name := cs.Database
	if name == "" {
		name = defaultDatabase
	}
	address := strings.Join(cs.Hosts, ",")
	journal := true
	client, err := mongo.Connect(options.Client().ApplyURI(uri).
		SetTimeout(30 * time.Second). // bounds WithTransaction, too, which else goes on for 120 s after the caller left
		SetServerSelectionTimeout(5 * time.Second).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal}).
		SetReadConcern(readconcern.Majority()).SetRetryWrites(true).SetAppName("rapport"))
	if err != nil {
		return nil, errs.Unavailable("store_unreachable").With("address", address).Because(err)
	}
	s := &Store{client: client, db: client.Database(name), address: address}
	var hello struct {
		SetName string `bson:"setName"`
		Msg     string `bson:"msg"`
	}
	if err := s.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		_ = client.Disconnect(ctx)
		return nil, errs.Unavailable("store_unreachable").With("address", address).Because(err)
	}
	if hello.SetName == "" && hello.Msg != "isdbgrid" {
		_ = client.Disconnect(ctx)
		return nil, errs.Unavailable("store_standalone").With("address", address)
	}
	if err := s.ensureIndexes(ctx); err != nil {
		_ = client.Disconnect(ctx)
		return nil, s.classify(err)
	}
	return s, nil
}

// Close disconnects.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.client.Disconnect(ctx)
}

// Ready says whether the server answers.
func (s *Store) Ready(ctx context.Context) error { return s.classify(s.client.Ping(ctx, nil)) }

// indexes lists, per collection, what ensureIndexes makes; each feature's file adds its own in init.
var indexes = map[string][]mongo.IndexModel{}

// unique and plain describe an ascending index over fields.
func unique(fields ...string) mongo.IndexModel {
	return mongo.IndexModel{Keys: keys(fields), Options: options.Index().SetUnique(true)}
}

func plain(fields ...string) mongo.IndexModel { return mongo.IndexModel{Keys: keys(fields)} }

func keys(fields []string) bson.D {
	var d bson.D
	for _, f := range fields {
		dir := 1
		if strings.HasPrefix(f, "-") {
			f, dir = f[1:], -1
		}
		d = append(d, bson.E{Key: f, Value: dir})
	}
	return d
}

func (s *Store) ensureIndexes(ctx context.Context) error {
	for coll, models := range indexes {
		if _, err := s.db.Collection(coll).Indexes().CreateMany(ctx, models); err != nil {
			return err
		}
	}
	return nil
}

// tx runs fn in one transaction; the driver repeats it on transient errors and repeats the commit on an unknown result.
// fn must use the context it is given, and may run more than once. Under the fence of a job it is refused once the job's
// lease is lost.
func (s *Store) tx(ctx context.Context, fn func(ctx context.Context) error) error {
	session, err := s.client.StartSession()
	if err != nil {
		return s.classify(err)
	}
	defer session.EndSession(context.WithoutCancel(ctx))
	_, err = session.WithTransaction(ctx, func(ctx context.Context) (any, error) {
		if err := s.checkFence(ctx); err != nil {
			return nil, err
		}
		return nil, fn(ctx)
	})
	return s.classify(err)
}

// appendAudit links entries to the head of the audit chain; call it inside a transaction. The head is one document, so
// that two writers cannot both follow the same entry.
func (s *Store) appendAudit(ctx context.Context, entries ...audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	heads := s.db.Collection("audit_head")
	var head struct {
		Seq  int64  `bson:"seq"`
		Hash string `bson:"hash"`
	}
	// Taking the head by a write makes a second transaction conflict here at once instead of at its commit.
	err := heads.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: "head"}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "taken", Value: 1}}}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&head)
	if err != nil {
		return err
	}
	docs := make([]any, 0, len(entries))
	for _, e := range entries {
		e = audit.Chain(e, head.Seq, head.Hash)
		docs = append(docs, auditDoc{e.Seq, e.At.UnixMilli(), e.Actor, e.Action, e.Object, e.Detail, e.Prev, e.Hash})
		head.Seq, head.Hash = e.Seq, e.Hash
	}
	if _, err := s.db.Collection("audit_entry").InsertMany(ctx, docs); err != nil {
		return err
	}
	_, err = heads.UpdateByID(ctx, "head", bson.D{{Key: "$set", Value: bson.D{{Key: "seq", Value: head.Seq}, {Key: "hash", Value: head.Hash}}}})
	return err
}

type auditDoc struct {
	Seq    int64             `bson:"_id"`
	At     int64             `bson:"at"`
	Actor  string            `bson:"actor"`
	Action string            `bson:"action"`
	Object string            `bson:"object"`
	Detail map[string]string `bson:"detail"`
	Prev   string            `bson:"prev"`
	Hash   string            `bson:"hash"`
}

// noPrimary are the codes with which a server says that it cannot take a write just now: it steps down, shuts down, or has
// no primary (error_codes.yml of MongoDB: ShutdownInProgress, PrimarySteppedDown, NotWritablePrimary,
// InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary).
var noPrimary = []int{91, 189, 10107, 11600, 11602, 13435, 13436}

// classify turns network trouble into an error a person can act on; anything else passes unchanged.
func (s *Store) classify(err error) error {
	if err == nil {
		return nil
	}
	var e *errs.Error
	if errors.As(err, &e) {
		return err
	}
	var server mongo.ServerError
	if errors.As(err, &server) && slices.ContainsFunc(noPrimary, server.HasErrorCode) {
		return errs.Unavailable("store_unreachable").With("address", s.address).Because(err)
	}
	if mongo.IsNetworkError(err) || mongo.IsTimeout(err) || errors.Is(err, mongo.ErrClientDisconnected) || strings.Contains(err.Error(), "server selection error") {
		return errs.Unavailable("store_unreachable").With("address", s.address).Because(err)
	}
	return err
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
