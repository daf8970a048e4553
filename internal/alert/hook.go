package alert

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/outbox"
)

// Template is the name of the outbox's messages to webhooks.
const Template = "webhook"

// overlap is how long an old key still signs beside the new one.
const overlap = 24 * time.Hour

// mostHooks bounds how many targets each alert is sent to.
const mostHooks = 20

// event is what a webhook is sent. Its text is in English; key and params let the receiver write its own.
type event struct {
	ID     string         `json:"id"`
	Type   string         `json:"type"` // "alert" or "ping"
	Kind   Kind           `json:"kind,omitempty"`
	At     time.Time      `json:"at"`
	TeamID string         `json:"team_id,omitempty"`
	Text   string         `json:"text"`
	Key    string         `json:"key,omitempty"`
	Params map[string]any `json:"params,omitempty"`
	Link   string         `json:"link,omitempty"`
}

// calls makes the messages to webhooks.
func (s *Service) calls(ctx context.Context, fresh []Alert) ([]outbox.Message, error) {
	hooks, err := s.store.AlertHooks(ctx)
	if err != nil {
		return nil, err
	}
	var out []outbox.Message
	for _, h := range hooks {
		for _, a := range fresh {
			if !h.Active || !slices.Contains(h.Kinds, a.Kind) {
				continue
			}
			e := event{ID: a.ID, Type: "alert", Kind: a.Kind, At: a.At, TeamID: a.TeamID, Text: a.Text.In("en"), Key: a.Text.Key, Params: map[string]any{}, Link: s.opts.URL + a.Path}
			for k, p := range a.Text.Params {
				e.Params[k] = p.Value()
			}
			b, err := json.Marshal(e)
			if err != nil {
				return nil, fmt.Errorf("write event: %w", err)
			}
			out = append(out, outbox.Message{
				ID: ident.New(), Key: "webhook-" + h.ID + "-" + a.ID, To: h.ID, Template: Template, Params: map[string]string{"body": string(b)}, Locale: "en",
				CreatedAt: s.now(), DueAt: s.now(), State: outbox.Waiting,
			})
		}
	}
	return out, nil
}

// Send implements outbox.Sender: it signs a message with the target's key and posts it.
func (s *Service) Send(ctx context.Context, m outbox.Message) error {
	hooks, err := s.store.AlertHooks(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(hooks, func(h Hook) bool { return h.ID == m.To })
	if i < 0 || !hooks[i].Active {
		return errs.Invalid("webhook_unknown") // removed or switched off in the meantime
	}
	err = s.post(ctx, hooks[i], m.Key, m.Params["body"])
	code := ""
	if err != nil {
		code = errs.CodeOf(err)
	}
	if noted := s.store.NoteDelivery(ctx, m.To, s.now(), code); noted != nil && err == nil {
		return noted
	}
	return err
}

// post makes one call. The signature covers "<unix time>.<body>" with HMAC-SHA256 (RFC 2104); a receiver refuses what
// is older than a few minutes, and takes a message whose Rapport-Delivery it has seen only once.
func (s *Service) post(ctx context.Context, h Hook, key, body string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, strings.NewReader(body))
	if err != nil {
		return errs.Invalid("webhook_url_unreadable").Because(err)
	}
	now := s.now()
	signed := Sign(h.Secret, now, body)
	if h.OldSecret != "" && now.Before(h.OldUntil) {
		signed += "," + Sign(h.OldSecret, now, body)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Rapport")
	r.Header.Set("Rapport-Delivery", key)
	r.Header.Set("Rapport-Timestamp", fmt.Sprint(now.Unix()))
	r.Header.Set("Rapport-Signature", signed)
	client := s.opts.Guard.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(r)
	if refusedByGuard(err) {
		return errs.Invalid("webhook_inner_address").Because(err)
	}
	if err != nil {
		return errs.Unavailable("webhook_unreachable").Because(err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10) // an answer is of no interest, but a cut-off one looks like a fault
	switch {
	case res.StatusCode/100 == 2:
		return nil
	case res.StatusCode == http.StatusGone:
		return errs.Invalid("webhook_gone")
	}
	return errs.Unavailable("webhook_refused").With("status", res.StatusCode)
}

// Sign gives one entry of the header Rapport-Signature: "v1=" and the HMAC-SHA256 of "<unix time>.<body>" in hexadecimal.
func Sign(secret string, at time.Time, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// Hooks lists the webhooks.
func (s *Service) Hooks(ctx context.Context) ([]Hook, error) { return s.store.AlertHooks(ctx) }

// HookEdit is what can be said of a webhook.
type HookEdit struct {
	URL    string
	Kinds  []Kind
	Active bool
}

func (s *Service) checkHook(ctx context.Context, e HookEdit) error {
	for _, k := range e.Kinds {
		if _, ok := needs[k]; !ok {
			return errs.Invalid("alert_kind_unknown").With("value", string(k)).At(errs.Field{Path: "/kinds", Code: "alert_kind_unknown", Value: string(k)})
		}
	}
	return s.opts.Guard.Check(ctx, e.URL)
}

// AddHook makes a webhook; its secret is shown now and never again.
func (s *Service) AddHook(ctx context.Context, by auth.Principal, e HookEdit) (Hook, error) {
	if err := s.checkHook(ctx, e); err != nil {
		return Hook{}, err
	}
	hooks, err := s.store.AlertHooks(ctx)
	if err != nil {
		return Hook{}, err
	}
	if len(hooks) >= mostHooks {
		return Hook{}, errs.Conflict("webhooks_too_many").With("limit", mostHooks)
	}
	h := Hook{ID: ident.New(), URL: e.URL, Kinds: e.Kinds, Active: e.Active, Secret: ident.Secret(), CreatedAt: s.now(), CreatedBy: by.ID}
	return h, s.store.SaveAlertHook(ctx, h, s.entry(by, "webhook.add", h))
}

// ChangeHook changes a webhook; with rotate it gets a new secret, and the old one signs beside it for a day.
func (s *Service) ChangeHook(ctx context.Context, by auth.Principal, id string, e HookEdit, rotate bool) (Hook, error) {
	h, err := s.hook(ctx, id)
	if err != nil {
		return h, err
	}
	if err := s.checkHook(ctx, e); err != nil {
		return h, err
	}
	h.URL, h.Kinds, h.Active = e.URL, e.Kinds, e.Active
	if rotate {
		h.OldSecret, h.OldUntil, h.Secret = h.Secret, s.now().Add(overlap), ident.Secret()
	}
	action := "webhook.change"
	if rotate {
		action = "webhook.rotate"
	}
	return h, s.store.SaveAlertHook(ctx, h, s.entry(by, action, h))
}

// DropHook removes a webhook.
func (s *Service) DropHook(ctx context.Context, by auth.Principal, id string) error {
	h, err := s.hook(ctx, id)
	if err != nil {
		return err
	}
	return s.store.DropAlertHook(ctx, id, s.entry(by, "webhook.remove", h))
}

// Ping sends a test message at once and says how it went.
func (s *Service) Ping(ctx context.Context, id string) error {
	h, err := s.hook(ctx, id)
	if err != nil {
		return err
	}
	e := event{ID: ident.New(), Type: "ping", At: s.now(), Text: "This is a test message from Rapport.", Link: s.opts.URL}
	b, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	err = s.post(ctx, h, "ping-"+e.ID, string(b))
	code := ""
	if err != nil {
		code = errs.CodeOf(err)
	}
	if noted := s.store.NoteDelivery(ctx, id, s.now(), code); noted != nil && err == nil {
		return noted
	}
	return err
}

func (s *Service) hook(ctx context.Context, id string) (Hook, error) {
	hooks, err := s.store.AlertHooks(ctx)
	if err != nil {
		return Hook{}, err
	}
	for _, h := range hooks {
		if h.ID == id {
			return h, nil
		}
	}
	return Hook{}, errs.NotFound("webhook_unknown")
}

func (s *Service) entry(by auth.Principal, action string, h Hook) audit.Entry {
	kinds := make([]string, len(h.Kinds))
	for i, k := range h.Kinds {
		kinds[i] = string(k)
	}
	return audit.Entry{At: s.now(), Actor: by.ID, Action: action, Object: h.ID, Detail: map[string]string{"url": h.URL, "kinds": strings.Join(kinds, " "), "active": fmt.Sprint(h.Active)}}
}
