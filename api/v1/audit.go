package v1

import (
	"context"
	"strconv"
	"strings"

	"rapport/api/web"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
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
	in := entryWords{auth: s.Auth, locale: web.Locale(ctx), names: map[string]string{}}
	for _, e := range es {
		x := AuditEntry{Seq: e.Seq, At: e.At, Actor: e.Actor, Action: e.Action, Object: filled(e.Object), Hash: e.Hash}
		x.By, x.Did = filled(in.by(ctx, e.Actor)), filled(in.did(e.Action))
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

// entryWords puts entries into words for one reader.
type entryWords struct {
	auth   *auth.Service
	locale string
	names  map[string]string // of people, by id
}

// by names who acted; empty where the account is gone.
func (w entryWords) by(ctx context.Context, actor string) string {
	kind, rest, _ := strings.Cut(actor, ":")
	switch kind {
	case "job":
		return i18n.Text(w.locale, "audit.by.job", map[string]any{"name": i18n.Text(w.locale, "job."+rest+".title", nil)})
	case "key", "system":
		return i18n.Text(w.locale, "audit.by."+kind, nil)
	case "anonaudit":
		return i18n.Text(w.locale, "audit.by.audit", nil)
	}
	name, known := w.names[actor]
	if !known {
		if u, err := w.auth.User(ctx, actor); err == nil {
			name = u.Name
		}
		w.names[actor] = name
	}
	return name
}

// did says what was done; empty for an action without words.
func (w entryWords) did(action string) string {
	noun, verb, _ := strings.Cut(action, ".")
	noun, verb = "audit.noun."+noun, "audit.verb."+verb
	if !i18n.Has(noun) || !i18n.Has(verb) {
		return ""
	}
	return i18n.Text(w.locale, "audit.did", map[string]any{"noun": i18n.Text(w.locale, noun, nil), "verb": i18n.Text(w.locale, verb, nil)})
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
