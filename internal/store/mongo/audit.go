package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"rapport/internal/audit"
)

func (d auditDoc) entry() audit.Entry {
	return audit.Entry{Seq: d.Seq, At: time.UnixMilli(d.At).UTC(), Actor: d.Actor, Action: d.Action, Object: d.Object, Detail: d.Detail, Prev: d.Prev, Hash: d.Hash}
}

// AuditEntries implements audit.Store.
func (s *Store) AuditEntries(ctx context.Context, before int64, limit int) ([]audit.Entry, error) {
	filter := bson.D{}
	if before != 0 {
		filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$lt", Value: before}}}}
	}
	return list(ctx, s, "audit_entry", auditDoc.entry, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(int64(limit)))
}

// AuditChain implements audit.Store.
func (s *Store) AuditChain(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	return list(ctx, s, "audit_entry", auditDoc.entry, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}}, ascending("_id", limit))
}

// AppendAudit implements audit.Store.
func (s *Store) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	return s.tx(ctx, func(ctx context.Context) error { return s.appendAudit(ctx, entries...) })
}
