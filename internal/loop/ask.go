package loop

import (
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/i18n"
	"rapport/internal/ident"
	"rapport/internal/org"
	"rapport/internal/outbox"
)

const (
	// longestAsk is how long a customer may answer.
	longestAsk = 90 * 24 * time.Hour
	// restDays is how many days lie between two letters of this kind to one customer, however many cases were closed.
	restDays = 7
	// daysAgain is how many days there are to look after a matter that was not solved after all.
	daysAgain = 3
	// letterDays is how long a letter that cannot be delivered is tried.
	letterDays = 3
	maxAddress = 254
)

// letterLink is what these letters stand under among the invitations, so that a customer who opted out of one kind of
// letter is spared the other, and a survey waits after such a letter as after any other.
const letterLink = "case"

// wrongAddress says why no letter can go.
func (s *Service) wrongAddress(ch Change) (wrong []errs.Field) {
	switch a, err := mail.ParseAddress(ch.Email); {
	case !s.opts.Mails:
		wrong = append(wrong, errs.Field{Path: "/email", Code: "case_no_mail"})
	case err != nil || a.Address != strings.TrimSpace(ch.Email) || len(ch.Email) > maxAddress:
		wrong = append(wrong, errs.Field{Path: "/email", Code: "email_invalid"})
	}
	return wrong
}

// Mails reports whether a letter can go.
func (s *Service) Mails() bool { return s.opts.Mails }

// ask is the case with a new question to its customer, and the token that answers it.
func ask(c Case, now time.Time, letter bool) (Case, string) {
	token := ident.Secret()
	if c.Asked != nil {
		c.Before = append(slices.Clip(c.Before), *c.Asked)
	}
	c.Asked = &Asked{Token: digest(token), Letter: letter, At: now}
	return c, token
}

// address is where the customer answers.
func (s *Service) address(token string) string {
	return strings.TrimSuffix(s.opts.URL, "/") + "/solved/" + token
}

func (s *Service) letter(c Case, token string, ch Change) Letter {
	lang, at := ch.Locale, c.Asked.At
	if !slices.Contains(i18n.Locales, lang) {
		lang = i18n.Locales[0]
	}
	about := c.Touchpoint
	if about == "" {
		about = i18n.Text(lang, "solved.nowhere", nil)
	}
	until := at.Add(longestAsk)
	x := feedback.NewInvitation(letterLink, c.ID+"."+strconv.Itoa(c.Version), ch.Email, token)
	x.SentAt, x.ExpiresAt = at, until
	link := s.address(token)
	return Letter{Invitation: x, Rest: at.AddDate(0, 0, -restDays), Message: outbox.Message{
		ID: ident.New(), Key: "solved-" + x.ID, To: strings.TrimSpace(ch.Email), Template: "solved", Locale: lang, CreatedAt: at, DueAt: at, ExpiresAt: at.AddDate(0, 0, letterDays), State: outbox.Waiting,
		Params: map[string]string{
			"touchpoint": about, "answered": i18n.Day(lang, org.Date(c.AnsweredAt)), "until": i18n.Day(lang, until),
			"link": link + "?lang=" + lang, "optout": link + "/optout?lang=" + lang,
		},
	}}
}

func digest(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}
