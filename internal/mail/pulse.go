package mail

import (
	"context"

	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
)

// Letters sends the letters of pulses; it implements pulse.Mailer. It keeps nothing: the link with its token exists
// only while the letter is being handed to the mail server.
type Letters struct{ sender outbox.Sender }

// NewLetters makes a mailer over a sender, which may be nil where no mail server is configured.
func NewLetters(s outbox.Sender) Letters { return Letters{s} }

// SendLetter implements pulse.Mailer.
func (l Letters) SendLetter(ctx context.Context, x pulse.Letter) error {
	if l.sender == nil {
		return errs.Unavailable("mail_not_configured")
	}
	template := "pulse"
	if x.Reminder {
		template = "pulse_reminder"
	}
	locale := x.Locale
	if locale == "" && len(x.Wave.Languages) > 0 {
		locale = x.Wave.Languages[0]
	}
	return l.sender.Send(ctx, outbox.Message{
		ID: x.Key, Key: x.Key, To: x.To, Template: template, Locale: locale, CreatedAt: x.Wave.OpensAt,
		Params: map[string]string{"name": x.Name, "title": x.Wave.Title, "link": x.Link, "code": x.Code, "closes": i18n.Day(locale, x.Wave.ClosesOn())},
	})
}
