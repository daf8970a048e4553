package mongo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/errs"
	"rapport/internal/runlog"
)

func init() {
	indexes["job_run"] = []mongo.IndexModel{unique("job", "slot"), plain("job", "-occurrence", "-_id")}
}

type jobRunDoc struct {
	ID         string `bson:"_id"`
	Job        string `bson:"job"`
	Slot       string `bson:"slot"`
	Occurrence int64  `bson:"occurrence"`
	AsOf       int64  `bson:"as_of"`
	Trigger    string `bson:"kind"`
	State      string `bson:"state"`
	Attempts   int    `bson:"attempts"`
	StartedAt  int64  `bson:"started_at"`
	FinishedAt int64  `bson:"finished_at"`
	Code       string `bson:"code"`
	ResultID   string `bson:"result_id"`
}

func (d jobRunDoc) run() runlog.Run {
	return runlog.Run{
		ID: d.ID, Job: d.Job, Slot: d.Slot, Occurrence: fromMillis(d.Occurrence), AsOf: fromMillis(d.AsOf), Trigger: runlog.Trigger(d.Trigger), State: runlog.State(d.State),
		Attempts: d.Attempts, StartedAt: fromMillis(d.StartedAt), FinishedAt: fromMillis(d.FinishedAt), Code: d.Code, ResultID: d.ResultID,
	}
}

// leaseDoc is the lease of one job. The fence only grows; lease_until is measured by the server's clock alone.
type leaseDoc struct {
	Job       string    `bson:"_id"`
	Fence     int64     `bson:"fence"`
	RunID     string    `bson:"run_id"`
	Until     time.Time `bson:"lease_until"`
	FirstSeen int64     `bson:"first_seen"`
}

// clock is the time of the server, which leases are measured by, whatever the clocks of the processes say. It is read
// before it is compared, so it is never ahead: a lease is never taken too early.
func (s *Store) clock(ctx context.Context) (time.Time, error) {
	var hello struct {
		LocalTime time.Time `bson:"localTime"`
	}
	if err := s.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		return time.Time{}, s.classify(err)
	}
	if hello.LocalTime.IsZero() {
		return time.Time{}, errs.Unavailable("store_unreachable").With("address", s.address)
	}
	return hello.LocalTime, nil
}

// checkFence refuses a transaction whose job has lost its lease. It writes, so that a lease given meanwhile makes the
// transaction conflict instead of passing by unseen.
func (s *Store) checkFence(ctx context.Context) error {
	f, ok := runlog.FenceFrom(ctx)
	if !ok {
		return nil
	}
	res, err := s.db.Collection("job_lease").UpdateOne(ctx, bson.D{{Key: "_id", Value: f.Job}, {Key: "fence", Value: f.Number}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "writes", Value: 1}}}})
	if err != nil {
		return err
	}
	if res.MatchedCount == 0 {
		return runlog.LeaseLost(f)
	}
	return nil
}

func (s *Store) seeJob(ctx context.Context, job string, now time.Time) error {
	_, err := s.db.Collection("job_lease").UpdateOne(ctx, bson.D{{Key: "_id", Value: job}}, bson.D{{Key: "$setOnInsert", Value: bson.D{
		{Key: "fence", Value: int64(0)}, {Key: "run_id", Value: ""}, {Key: "lease_until", Value: time.Unix(0, 0)}, {Key: "first_seen", Value: millis(now)},
	}}}, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		return nil // another process saw it in the same moment
	}
	return err
}

// errMade ends the claim of a run that was made already.
var errMade = errors.New("made already")

// ClaimJob implements runlog.Store.
func (s *Store) ClaimJob(ctx context.Context, c runlog.Claim) (run runlog.Run, fence runlog.Fence, won bool, err error) {
	if err := s.seeJob(ctx, c.Run.Job, c.Run.StartedAt); err != nil {
		return c.Run, fence, false, s.classify(err)
	}
	now, err := s.clock(ctx)
	if err != nil {
		return c.Run, fence, false, err
	}
	err = s.tx(ctx, func(ctx context.Context) error {
		run, fence, won = c.Run, runlog.Fence{}, false
		var l leaseDoc
		err := s.db.Collection("job_lease").FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: run.Job}, {Key: "lease_until", Value: bson.D{{Key: "$lte", Value: now}}}}, bson.D{
			{Key: "$inc", Value: bson.D{{Key: "fence", Value: int64(1)}}}, {Key: "$set", Value: bson.D{{Key: "lease_until", Value: now.Add(c.Lease)}, {Key: "run_id", Value: run.ID}}},
		}, options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&l)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return nil // held
		}
		if err != nil {
			return err
		}
		var before jobRunDoc
		err = s.db.Collection("job_run").FindOne(ctx, bson.D{{Key: "job", Value: run.Job}, {Key: "slot", Value: run.Slot}}).Decode(&before)
		switch {
		case errors.Is(err, mongo.ErrNoDocuments):
			run.State, run.Attempts = runlog.Running, 1
			_, err = s.db.Collection("job_run").InsertOne(ctx, jobRunDoc{run.ID, run.Job, run.Slot, millis(run.Occurrence), millis(run.AsOf), string(run.Trigger), string(run.State), 1, millis(run.StartedAt), 0, "", ""})
		case err != nil:
		case before.State != string(runlog.Running):
			run = before.run()
			return errMade
		default:
			before.StartedAt, before.Attempts = millis(run.StartedAt), before.Attempts+1
			run = before.run()
			_, err = s.db.Collection("job_run").UpdateByID(ctx, run.ID, bson.D{{Key: "$set", Value: bson.D{{Key: "attempts", Value: run.Attempts}, {Key: "started_at", Value: before.StartedAt}}}})
		}
		if err != nil {
			return err
		}
		fence, won = runlog.Fence{Job: run.Job, Number: l.Fence}, true
		return nil
	})
	if errors.Is(err, errMade) {
		return run, fence, false, nil
	}
	return run, fence, won && err == nil, err
}

// RenewJob implements runlog.Store.
func (s *Store) RenewJob(ctx context.Context, f runlog.Fence, lease time.Duration) error {
	now, err := s.clock(ctx)
	if err != nil {
		return err
	}
	res, err := s.db.Collection("job_lease").UpdateOne(ctx, bson.D{{Key: "_id", Value: f.Job}, {Key: "fence", Value: f.Number}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "lease_until", Value: now.Add(lease)}}}})
	if err != nil {
		return s.classify(err)
	}
	if res.MatchedCount == 0 {
		return runlog.LeaseLost(f)
	}
	return nil
}

// FinishJob implements runlog.Store.
func (s *Store) FinishJob(ctx context.Context, f runlog.Fence, run runlog.Run, keep int) error {
	err := s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("job_lease").UpdateOne(ctx, bson.D{{Key: "_id", Value: f.Job}, {Key: "fence", Value: f.Number}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "lease_until", Value: time.Unix(0, 0)}}}})
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return runlog.LeaseLost(f)
		}
		_, err = s.db.Collection("job_run").UpdateByID(ctx, run.ID, bson.D{{Key: "$set", Value: bson.D{
			{Key: "state", Value: string(run.State)}, {Key: "finished_at", Value: millis(run.FinishedAt)}, {Key: "code", Value: run.Code}, {Key: "result_id", Value: run.ResultID},
		}}})
		return err
	})
	if err != nil {
		return err
	}
	var oldest jobRunDoc
	err = s.db.Collection("job_run").FindOne(ctx, bson.D{{Key: "job", Value: f.Job}}, options.FindOne().SetSort(bson.D{{Key: "occurrence", Value: -1}, {Key: "_id", Value: -1}}).SetSkip(int64(keep))).Decode(&oldest)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil
	}
	if err == nil {
		_, err = s.db.Collection("job_run").DeleteMany(ctx, bson.D{{Key: "job", Value: f.Job}, {Key: "occurrence", Value: bson.D{{Key: "$lte", Value: oldest.Occurrence}}}, {Key: "state", Value: bson.D{{Key: "$ne", Value: string(runlog.Running)}}}})
	}
	return s.classify(err)
}

// JobRuns implements runlog.Store.
func (s *Store) JobRuns(ctx context.Context, job string, limit int, cursor string) ([]runlog.Run, string, error) {
	filter := bson.D{{Key: "job", Value: job}}
	if cursor != "" {
		text, id, ok := strings.Cut(cursor, ".")
		at, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil {
			return nil, "", errs.Invalid("cursor_unreadable")
		}
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "occurrence", Value: bson.D{{Key: "$lt", Value: at}}}},
			bson.D{{Key: "occurrence", Value: at}, {Key: "_id", Value: bson.D{{Key: "$lt", Value: id}}}},
		}})
	}
	cur, err := s.db.Collection("job_run").Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "occurrence", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit+1)))
	if err != nil {
		return nil, "", s.classify(err)
	}
	var docs []jobRunDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, "", s.classify(err)
	}
	next := ""
	if len(docs) > limit {
		docs = docs[:limit]
		next = fmt.Sprintf("%d.%s", docs[limit-1].Occurrence, docs[limit-1].ID)
	}
	out := make([]runlog.Run, 0, len(docs))
	for _, d := range docs {
		out = append(out, d.run())
	}
	return out, next, nil
}

// LastOccurrence implements runlog.Store.
func (s *Store) LastOccurrence(ctx context.Context, job string, now time.Time) (time.Time, error) {
	var d jobRunDoc
	err := s.db.Collection("job_run").FindOne(ctx, bson.D{{Key: "job", Value: job}, {Key: "kind", Value: bson.D{{Key: "$ne", Value: string(runlog.ByHand)}}}},
		options.FindOne().SetSort(bson.D{{Key: "occurrence", Value: -1}, {Key: "_id", Value: -1}})).Decode(&d)
	if err == nil {
		return fromMillis(d.Occurrence), nil
	}
	if !errors.Is(err, mongo.ErrNoDocuments) {
		return time.Time{}, s.classify(err)
	}
	if err := s.seeJob(ctx, job, now); err != nil {
		return time.Time{}, s.classify(err)
	}
	var l leaseDoc
	err = s.db.Collection("job_lease").FindOne(ctx, bson.D{{Key: "_id", Value: job}}).Decode(&l)
	return fromMillis(l.FirstSeen), s.classify(err)
}

// AbandonedRun implements runlog.Store.
func (s *Store) AbandonedRun(ctx context.Context, job string) (runlog.Run, error) {
	var d jobRunDoc
	err := s.db.Collection("job_run").FindOne(ctx, bson.D{{Key: "job", Value: job}, {Key: "state", Value: string(runlog.Running)}}, options.FindOne().SetSort(bson.D{{Key: "occurrence", Value: 1}})).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return runlog.Run{}, errs.NotFound("job_run_unknown")
	}
	if err != nil {
		return runlog.Run{}, s.classify(err)
	}
	now, err := s.clock(ctx)
	if err != nil {
		return runlog.Run{}, err
	}
	held, err := s.db.Collection("job_lease").CountDocuments(ctx, bson.D{{Key: "_id", Value: job}, {Key: "lease_until", Value: bson.D{{Key: "$gt", Value: now}}}})
	if err != nil {
		return runlog.Run{}, s.classify(err)
	}
	if held > 0 {
		return runlog.Run{}, errs.NotFound("job_run_unknown")
	}
	return d.run(), nil
}
