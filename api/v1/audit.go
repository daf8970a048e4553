package v1

import (
	"context"
	"strconv"

	"rapport/internal/errs"
)

// ListAuditEntries implements StrictServerInterface.
func (s *Server) ListAuditEntries(ctx context.Context, r ListAuditEntriesRequestObject) (ListAuditEntriesResponseObject, error) {
	var before int64
	if c := value(r.Params.Cursor); c != "" {
		n, err := strconv.ParseInt(c, 10, 64)
		if err != nil || n < 1 {
			return nil, errs.Invalid("cursor_invalid")
		}
		before = n
	}
	limit := pageSize(r.Params.Limit)
	es, err := s.Audit.AuditEntries(ctx, before, limit)
	if err != nil {
		return nil, err
	}
	out := AuditList{Items: []AuditEntry{}}
	for _, e := range es {
		x := AuditEntry{Seq: e.Seq, At: e.At, Actor: e.Actor, Action: e.Action, Object: filled(e.Object), Hash: e.Hash}
		if len(e.Detail) > 0 {
			x.Detail = &e.Detail
		}
		out.Items = append(out.Items, x)
	}
	if n := len(es); n == limit && es[n-1].Seq > 1 {
		next := strconv.FormatInt(es[n-1].Seq, 10)
		out.NextCursor = &next
	}
	return ListAuditEntries200JSONResponse(out), nil
}

// VerifyAudit implements StrictServerInterface.
func (s *Server) VerifyAudit(ctx context.Context, _ VerifyAuditRequestObject) (VerifyAuditResponseObject, error) {
	v, err := s.Audit.Verify(ctx)
	if err != nil {
		return nil, err
	}
	out := AuditVerification{Whole: v.Whole, Entries: v.Entries, Head: v.Head}
	if !v.Whole {
		out.BrokenAt = &v.BrokenAt
	}
	return VerifyAudit200JSONResponse(out), nil
}
