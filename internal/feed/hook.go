package feed

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/ident"
	"rapport/internal/intake"
	"rapport/internal/replay"
)

// How far a webhook's clock may be from ours, and how long the secret before the last one still signs.
const (
	window   = 5 * time.Minute
	overlap  = 24 * time.Hour
	mostRows = 5000
)

// secretMark begins a secret, as the Standard Webhooks scheme writes it; the bytes follow in base64.
const secretMark = "whsec_"

func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return secretMark + base64.StdEncoding.EncodeToString(b)
}

// CreateHook adds a webhook and gives its secret, once.
func (s *Service) CreateHook(ctx context.Context, by auth.Principal, h Hook) (Hook, string, error) {
	m, err := s.check(by, strings.TrimSpace(h.Name), h.Mapping)
	if err != nil {
		return h, "", err
	}
	h.ID, h.Name, h.Mapping, h.Secret, h.CreatedAt, h.Version = ident.New(), m.Name, m, newSecret(), s.now().UTC().Truncate(time.Millisecond), 1
	return h, h.Secret, s.store.SaveHook(ctx, h, s.entry(by, "hook.create", h.ID, h.Name))
}

// ChangeHook replaces name, mapping and state of a hook whose version the caller has seen.
func (s *Service) ChangeHook(ctx context.Context, by auth.Principal, h Hook) (Hook, error) {
	old, err := s.store.Hook(ctx, h.ID)
	if err != nil {
		return h, err
	}
	m, err := s.check(by, strings.TrimSpace(h.Name), h.Mapping)
	if err != nil {
		return h, err
	}
	old.Name, old.Mapping, old.Closed, old.Version = m.Name, m, h.Closed, h.Version+1
	return old, s.store.SaveHook(ctx, old, s.entry(by, "hook.change", old.ID, old.Name))
}

// RotateHook gives a new secret; the one before signs for another day.
func (s *Service) RotateHook(ctx context.Context, by auth.Principal, id string) (Hook, string, error) {
	h, err := s.store.Hook(ctx, id)
	if err != nil {
		return h, "", err
	}
	if !by.May(fact.Need) {
		return h, "", errs.Forbidden("not_allowed").With("permission", string(fact.Need))
	}
	h.Old, h.OldUntil, h.Secret = h.Secret, s.now().Add(overlap).UTC().Truncate(time.Millisecond), newSecret()
	h.Version++
	return h, h.Secret, s.store.SaveHook(ctx, h, s.entry(by, "hook.rotate", h.ID, h.Name))
}

func (s *Service) entry(by auth.Principal, action, id, name string) audit.Entry {
	return audit.Entry{At: s.now(), Actor: by.ID, Action: action, Object: id, Detail: map[string]string{"name": name}}
}

// Delivery is what a webhook sent.
type Delivery struct {
	Hook      string
	ID        string // webhook-id
	Timestamp string // webhook-timestamp, seconds since 1970
	Signature string // webhook-signature: v1,BASE64, several apart by blanks
	Body      []byte
}

// Sign makes the signature of a delivery (https://www.standardwebhooks.com): HMAC-SHA256 over id.timestamp.body.
func Sign(secret, id, timestamp string, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretMark))
	if err != nil {
		return ""
	}
	h := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(h, "%s.%s.", id, timestamp)
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Take takes a delivery: signed, of the last minutes, each once. One that was taken already changes nothing and is
// acknowledged again.
func (s *Service) Take(ctx context.Context, d Delivery) (intake.Result, error) {
	h, err := s.store.Hook(ctx, d.Hook)
	if err != nil {
		return intake.Result{}, err
	}
	if err := s.genuine(h, d); err != nil {
		return intake.Result{}, err // not noted: anybody can send what is not signed
	}
	if h.Closed {
		return intake.Result{}, errs.Conflict("hook_closed")
	}
	sum := sha256.Sum256([]byte("hook\x00" + h.ID + "\x00" + d.ID))
	a := replay.Answer{Key: hex.EncodeToString(sum[:]), ExpiresAt: s.now().Add(replay.Keep)}
	standing, mine, err := s.replay.ClaimAnswer(ctx, a, s.now())
	switch {
	case err != nil:
		return intake.Result{}, err
	case !mine && standing.Status == 0:
		return intake.Result{}, errs.Conflict("request_under_way")
	case !mine:
		return intake.Result{}, nil
	}
	res, err := s.takeRows(ctx, h, d.Body)
	if err != nil {
		_ = s.replay.DropAnswer(context.WithoutCancel(ctx), a.Key) // it may be sent again
		return res, s.note(ctx, h.ID, "", res, err)
	}
	a.Status, a.Type, a.Content = 200, "application/json", []byte("{}")
	if err := s.replay.KeepAnswer(ctx, a); err != nil {
		return res, err
	}
	return res, s.note(ctx, h.ID, "", res, nil)
}

// genuine checks signature and time.
func (s *Service) genuine(h Hook, d Delivery) error {
	refused := errs.New(errs.KindUnauthenticated, "hook_signature")
	seconds, err := strconv.ParseInt(d.Timestamp, 10, 64)
	if err != nil || d.ID == "" || len(d.ID) > 200 {
		return refused
	}
	secrets := []string{h.Secret}
	if h.Old != "" && s.now().Before(h.OldUntil) {
		secrets = append(secrets, h.Old)
	}
	good := false
	for _, given := range strings.Fields(d.Signature) {
		for _, secret := range secrets {
			good = hmac.Equal([]byte(given), []byte(Sign(secret, d.ID, d.Timestamp, d.Body))) || good
		}
	}
	if !good {
		return refused
	}
	if age := s.now().Sub(time.Unix(seconds, 0)); age > window || age < -window {
		return errs.New(errs.KindUnauthenticated, "hook_time")
	}
	return nil
}

func (s *Service) takeRows(ctx context.Context, h Hook, body []byte) (intake.Result, error) {
	k := s.kinds[h.Mapping.Kind]
	if k == nil {
		return intake.Result{}, errs.Invalid("feed_kind").With("value", string(h.Mapping.Kind))
	}
	rows, err := readRows(body, h.Mapping)
	if err != nil {
		return intake.Result{}, err
	}
	return k.AddRows(ctx, auth.System("hook:"+h.ID), fact.Origin{Source: h.Name, Door: fact.ByWebhook}, h.Mapping, rows)
}

// readRows turns JSON into rows. The list of records is the whole body, or what stands under the path that the mapping
// calls its sheet ("data.responses"); a single object is one record. Columns are paths ("customer.id").
func readRows(body []byte, m intake.Mapping) (fact.Rows, error) {
	bad := errs.Invalid("hook_body")
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber() // ids of many digits stay what they are
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		return fact.Rows{}, bad.Because(err)
	}
	if m.Sheet != "" {
		for _, step := range strings.Split(m.Sheet, ".") {
			o, ok := v.(map[string]any)
			if !ok || o[step] == nil {
				return fact.Rows{}, errs.Invalid("hook_list").With("path", m.Sheet)
			}
			v = o[step]
		}
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	if len(list) > mostRows {
		return fact.Rows{}, errs.New(errs.KindTooLarge, "hook_rows").With("limit", mostRows)
	}
	out := fact.Rows{}
	place := map[string]int{}
	for _, c := range m.Wanted() { // a property that a record leaves out is empty
		place[c] = len(out.Columns)
		out.Columns = append(out.Columns, c)
	}
	for _, x := range list {
		if _, ok := x.(map[string]any); !ok {
			return out, bad
		}
		cells := make([]string, len(out.Columns))
		flatten("", x, func(path, text string) {
			if i, wanted := place[path]; wanted {
				cells[i] = text
			}
		})
		out.Cells = append(out.Cells, cells)
	}
	return out, nil
}

// flatten gives the values of an object by their paths; a list of plain values is one text.
func flatten(path string, v any, give func(path, text string)) {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			flatten(strings.TrimPrefix(path+"."+k, "."), e, give)
		}
	case []any:
		parts := make([]string, 0, len(x))
		for _, e := range x {
			if _, deep := e.(map[string]any); !deep {
				parts = append(parts, scalar(e))
			}
		}
		give(path, strings.Join(parts, ", "))
	default:
		give(path, scalar(v))
	}
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// paramsOf are the parameters of an error's text, without what is not for other eyes.
func paramsOf(err error) map[string]any {
	var e *errs.Error
	if !errors.As(err, &e) {
		return nil
	}
	out := map[string]any{}
	for k, v := range e.Params {
		out[k] = v
	}
	if len(e.Fields) > 0 { // the first of what is wrong tells most
		f := slices.MinFunc(e.Fields, func(a, b errs.Field) int { return cmp.Compare(a.Line, b.Line) })
		out["field"] = cmp.Or(f.Column, f.Path)
		out["line"] = f.Line
		out["field_code"] = f.Code
	}
	return out
}
