// Package chat posts messages about pulses to rooms of Slack and Microsoft Teams through their incoming webhooks. It
// decides neither what is said nor when, and it never carries a personal link.
package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"rapport/internal/alert"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// Rooms posts to rooms; it implements pulse.Poster. Every address and every connection passes the guard of the alerts'
// webhooks, so that no inner address can be reached by naming it.
type Rooms struct{ guard *alert.Guard }

// New makes a poster.
func New(guard *alert.Guard) Rooms { return Rooms{guard} }

// Check implements pulse.Poster: webhook_url_unreadable, webhook_inner_address, webhook_needs_https.
func (r Rooms) Check(ctx context.Context, target string) error { return r.guard.Check(ctx, target) }

// Post implements pulse.Poster: errs.Invalid("webhook_gone") when the room is gone for good, errs.Invalid(
// "webhook_inner_address"), else errs.Unavailable("webhook_unreachable" or "webhook_refused").
func (r Rooms) Post(ctx context.Context, p pulse.Posting) error {
	body, err := json.Marshal(payload(p))
	if err != nil {
		return fmt.Errorf("write message: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Channel.URL, bytes.NewReader(body))
	if err != nil {
		return errs.Invalid("webhook_url_unreadable") // its text would show the address
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Rapport")
	client := r.guard.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	var refused *errs.Error
	if errors.As(err, &refused) && refused.Code == "webhook_inner_address" {
		return errs.Invalid("webhook_inner_address")
	}
	if err != nil {
		return errs.Unavailable("webhook_unreachable")
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10) // an answer is of no interest, but a cut-off one looks like a fault
	switch {
	case res.StatusCode/100 == 2:
		return nil
	case res.StatusCode == http.StatusGone || res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusForbidden:
		return errs.Invalid("webhook_gone") // Slack: no_service, channel_not_found, action_prohibited
	}
	return errs.Unavailable("webhook_refused").With("status", res.StatusCode)
}

type object map[string]any

// payload writes a message as its room wants it.
//
// Slack: incoming webhooks with blocks (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). Plain text
// blocks take no markup; the three characters that mean something in the fallback text are escaped.
// Teams: an adaptive card, as the workflow "Post to a channel when a webhook request is received" and the older
// connector both take it (learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors). Text runs take no markup.
func payload(p pulse.Posting) any {
	if p.Channel.Kind == pulse.Slack {
		blocks := []object{{"type": "section", "text": object{"type": "plain_text", "text": p.Text, "emoji": false}}}
		if p.Button != "" {
			blocks = append(blocks, object{"type": "actions", "elements": []object{
				{"type": "button", "url": p.Link, "action_id": "open", "text": object{"type": "plain_text", "text": p.Button, "emoji": false}},
			}})
		}
		return object{"text": strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(p.Text), "blocks": blocks, "unfurl_links": false}
	}
	card := object{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.5", "rtl": p.RTL,
		"body": []object{{"type": "RichTextBlock", "inlines": []object{{"type": "TextRun", "text": p.Text}}}},
	}
	if p.Button != "" {
		card["actions"] = []object{{"type": "Action.OpenUrl", "title": p.Button, "url": p.Link}}
	}
	return object{"type": "message", "attachments": []object{{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}}}
}
