package sqlite

import (
	"context"
	"database/sql"
	"time"

	"rapport/internal/audit"
)

const auditColumns = `seq, at, actor, action, object, detail, prev, hash`

// AuditEntries implements audit.Store.
func (s *Store) AuditEntries(ctx context.Context, before int64, limit int) ([]audit.Entry, error) {
	return list(ctx, s, scanAudit, `SELECT `+auditColumns+` FROM audit_entry WHERE ?1 = 0 OR seq < ?1 ORDER BY seq DESC LIMIT ?2`, before, limit)
}

// AuditChain implements audit.Store.
func (s *Store) AuditChain(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	return list(ctx, s, scanAudit, `SELECT `+auditColumns+` FROM audit_entry WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
}

// AppendAudit implements audit.Store.
func (s *Store) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error { return appendAudit(ctx, tx, entries...) })
}

func scanAudit(r *sql.Rows) (audit.Entry, error) {
	var e audit.Entry
	var at int64
	var detail string
	if err := r.Scan(&e.Seq, &at, &e.Actor, &e.Action, &e.Object, &detail, &e.Prev, &e.Hash); err != nil {
		return e, err
	}
	e.At = time.UnixMilli(at).UTC()
	return e, fromJSON(detail, &e.Detail)
}
