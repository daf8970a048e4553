package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/report"
)

func init() {
	indexes["report"] = []mongo.IndexModel{unique("quarter", "team_id", "version"), plain("team_id", "newest", "-quarter")}
	indexes["report_file"] = []mongo.IndexModel{unique("quarter", "team_id", "version", "kind", "locale")}
}

type reportDoc struct {
	Quarter string `bson:"quarter"`
	TeamID  string `bson:"team_id"`
	Version int    `bson:"version"`
	Newest  bool   `bson:"newest"`
	State   string `bson:"state"`
	Head    []byte `bson:"head"`
	Body    []byte `bson:"body"`
}

type reportFileDoc struct {
	Quarter  string `bson:"quarter"`
	TeamID   string `bson:"team_id"`
	Version  int    `bson:"version"`
	Kind     string `bson:"kind"`
	Locale   string `bson:"locale"`
	Code     string `bson:"code"`
	Attempts int    `bson:"attempts"`
	At       int64  `bson:"at"`
	Bytes    []byte `bson:"bytes"`
}

func reportDocOf(r report.Report) (reportDoc, error) {
	d := reportDoc{Quarter: r.Quarter.String(), TeamID: r.TeamID, Version: r.Version, Newest: true, State: string(r.State)}
	var err error
	if d.Head, err = json.Marshal(r.Head); err == nil {
		d.Body, err = json.Marshal(r)
	}
	if err != nil {
		return d, fmt.Errorf("write report: %w", err)
	}
	return d, nil
}

// SaveReports implements report.Store.
func (s *Store) SaveReports(ctx context.Context, list []report.Report, entry audit.Entry) error {
	docs := make([]reportDoc, len(list))
	for i, r := range list {
		var err error
		if docs[i], err = reportDocOf(r); err != nil {
			return err
		}
	}
	return s.tx(ctx, func(ctx context.Context) error {
		c := s.db.Collection("report")
		for _, d := range docs {
			if _, err := c.UpdateMany(ctx, bson.D{{Key: "quarter", Value: d.Quarter}, {Key: "team_id", Value: d.TeamID}, {Key: "newest", Value: true}},
				bson.D{{Key: "$set", Value: bson.D{{Key: "newest", Value: false}}}}); err != nil {
				return err
			}
			_, err := c.InsertOne(ctx, d)
			if mongo.IsDuplicateKeyError(err) {
				return errs.Conflict("report_changed").Because(err)
			}
			if err != nil {
				return err
			}
		}
		return s.appendAudit(ctx, entry)
	})
}

// Report implements report.Store.
func (s *Store) Report(ctx context.Context, quarter, team string, version int) (report.Report, error) {
	filter := bson.D{{Key: "quarter", Value: quarter}, {Key: "team_id", Value: team}}
	if version != 0 {
		filter = append(filter, bson.E{Key: "version", Value: version})
	}
	return body[report.Report](ctx, s, "report", "report_unknown", filter, bson.D{{Key: "version", Value: -1}})
}

// ReportHeads implements report.Store.
func (s *Store) ReportHeads(ctx context.Context, team string) ([]report.Head, error) {
	return s.reportHeads(ctx, bson.D{{Key: "team_id", Value: team}, {Key: "newest", Value: true}}, bson.D{{Key: "quarter", Value: -1}})
}

// ReportVersions implements report.Store.
func (s *Store) ReportVersions(ctx context.Context, quarter, team string) ([]report.Head, error) {
	return s.reportHeads(ctx, bson.D{{Key: "quarter", Value: quarter}, {Key: "team_id", Value: team}}, bson.D{{Key: "version", Value: -1}})
}

// QuarterHeads implements report.Store.
func (s *Store) QuarterHeads(ctx context.Context, quarter string) ([]report.Head, error) {
	return s.reportHeads(ctx, bson.D{{Key: "quarter", Value: quarter}, {Key: "newest", Value: true}}, bson.D{{Key: "team_id", Value: 1}})
}

func (s *Store) reportHeads(ctx context.Context, filter, sort bson.D) ([]report.Head, error) {
	cur, err := s.db.Collection("report").Find(ctx, filter, options.Find().SetSort(sort).SetProjection(bson.D{{Key: "head", Value: 1}}))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []reportDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]report.Head, len(docs))
	for i, d := range docs {
		if err := json.Unmarshal(d.Head, &out[i]); err != nil {
			return nil, fmt.Errorf("read report: %w", err)
		}
	}
	return out, nil
}

// ApproveReport implements report.Store.
func (s *Store) ApproveReport(ctx context.Context, r report.Report, entry audit.Entry) error {
	d, err := reportDocOf(r)
	if err != nil {
		return err
	}
	own := bson.D{{Key: "quarter", Value: d.Quarter}, {Key: "team_id", Value: d.TeamID}, {Key: "version", Value: d.Version}}
	return s.tx(ctx, func(ctx context.Context) error {
		res, err := s.db.Collection("report").ReplaceOne(ctx, append(own[:3:3], bson.E{Key: "newest", Value: true}, bson.E{Key: "state", Value: string(report.Draft)}), d)
		if err != nil {
			return err
		}
		if res.MatchedCount == 0 {
			return errs.Conflict("report_approved")
		}
		if _, err := s.db.Collection("report_file").DeleteMany(ctx, own); err != nil {
			return err
		}
		return s.appendAudit(ctx, entry)
	})
}

func reportFileFilter(k report.FileKey) bson.D {
	return bson.D{{Key: "quarter", Value: k.Quarter}, {Key: "team_id", Value: k.TeamID}, {Key: "version", Value: k.Version}, {Key: "kind", Value: string(k.Kind)}, {Key: "locale", Value: k.Locale}}
}

// SaveReportFile implements report.Store.
func (s *Store) SaveReportFile(ctx context.Context, f report.File) error {
	d := reportFileDoc{f.Quarter, f.TeamID, f.Version, string(f.Kind), f.Locale, f.Code, f.Attempts, millis(f.At), f.Bytes}
	return s.tx(ctx, func(ctx context.Context) error {
		_, err := s.db.Collection("report_file").ReplaceOne(ctx, reportFileFilter(f.FileKey), d, options.Replace().SetUpsert(true))
		return err
	})
}

// ReportFile implements report.Store.
func (s *Store) ReportFile(ctx context.Context, k report.FileKey) (report.File, error) {
	f := report.File{FileKey: k}
	var d reportFileDoc
	err := s.db.Collection("report_file").FindOne(ctx, reportFileFilter(k)).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return f, errs.NotFound("report_file_unknown")
	}
	if err != nil {
		return f, s.classify(err)
	}
	f.Code, f.Attempts, f.At, f.Bytes = d.Code, d.Attempts, fromMillis(d.At), d.Bytes
	return f, nil
}

// ReportFiles implements report.Store.
func (s *Store) ReportFiles(ctx context.Context, quarter string) ([]report.FileKey, error) {
	kept := bson.D{{Key: "quarter", Value: quarter}, {Key: "code", Value: ""}}
	cur, err := s.db.Collection("report_file").Find(ctx, kept, options.Find().SetProjection(bson.D{{Key: "bytes", Value: 0}}))
	if err != nil {
		return nil, s.classify(err)
	}
	var docs []reportFileDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, s.classify(err)
	}
	out := make([]report.FileKey, len(docs))
	for i, d := range docs {
		out[i] = report.FileKey{Quarter: d.Quarter, TeamID: d.TeamID, Version: d.Version, Kind: report.FileKind(d.Kind), Locale: d.Locale}
	}
	return out, nil
}
