package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/mail"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

// sink is a real SMTP server in the process that keeps what it takes.
type sink struct {
	mu     sync.Mutex
	bodies []string
	refuse error
	url    string
}

func newSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s}, nil }))
	srv.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	s.url = "smtp://" + l.Addr().String()
	return s
}

func (s *sink) setRefuse(err error) { s.mu.Lock(); s.refuse = err; s.mu.Unlock() }

func (s *sink) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.bodies...)
}

type session struct{ *sink }

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(_ string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuse
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies = append(s.bodies, string(b))
	return err
}

func invite() outbox.Message {
	at := time.Now().UTC().Truncate(time.Millisecond)
	return outbox.Message{
		ID: "m1", Key: "invite-abc", To: "dana@example.com", Template: "invite", Locale: "he", CreatedAt: at, DueAt: at, State: outbox.Waiting,
		Params: map[string]string{"name": "דנה <b>", "by": "Ada\r\nBcc: all@example.com", "link": "https://rapport.example/set-password#token=secret"},
	}
}

// parts reads subject and the decoded parts of a message.
func parts(t *testing.T, raw string) (h netmail.Header, bodies map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	require.NoError(t, err)
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	bodies = map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.Header, bodies
		}
		require.NoError(t, err)
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		require.Equal(t, "quoted-printable", p.Header.Get("Content-Transfer-Encoding"))
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		require.NoError(t, err)
		bodies[kind] = string(b)
	}
}

func TestAMessageGoesOutInTheReadersLanguage(t *testing.T) {
	server := newSink(t)
	s, err := mail.New(server.url, "Rapport <rapport@example.com>")
	require.NoError(t, err)
	require.NoError(t, s.Send(context.Background(), invite()))
	got := server.taken()
	require.Len(t, got, 1)
	h, bodies := parts(t, got[0])
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	require.NoError(t, err)
	require.Contains(t, subject, "הזמנה ל-Rapport")
	require.Empty(t, h.Get("Bcc"), "a name cannot add a header")
	require.Equal(t, "<invite-abc@example.com>", h.Get("Message-Id"))
	require.Contains(t, bodies["text/plain"], "https://rapport.example/set-password#token=secret")
	require.Contains(t, bodies["text/html"], `<html lang="he" dir="rtl">`)
	require.Contains(t, bodies["text/html"], "&lt;b&gt;", "a name is text, never markup")
}

func TestAddressesThatCannotWorkAreRefused(t *testing.T) {
	none, err := mail.New("", "")
	require.NoError(t, err)
	require.Nil(t, none)
	for _, address := range []string{"mail.example.com:25", "http://mail.example.com", "smtp://", "smtp://host:port", "smtp://%zz"} {
		_, err := mail.New(address, "Rapport <rapport@example.com>")
		require.Equal(t, "mail_address", errs.CodeOf(err), address)
	}
	_, err = mail.New("smtp://localhost", "nobody")
	require.Equal(t, "mail_address", errs.CodeOf(err))
}

// The outbox keeps a message until the server takes it, gives up on a refused address and forgets the secret link.
func TestTheOutboxRetriesAndGivesUp(t *testing.T) {
	ctx := context.Background()
	server := newSink(t)
	sender, err := mail.New(server.url, "Rapport <rapport@example.com>")
	require.NoError(t, err)
	st, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "t.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	now := time.Now().UTC()
	box := outbox.NewService(st, sender, func() time.Time { return now })
	put := func(m outbox.Message) {
		u := auth.User{ID: m.ID, Email: m.ID + "@example.com", Name: "x", Role: auth.Admin, Active: true, CreatedAt: now}
		require.NoError(t, st.AddUser(ctx, auth.NewUser{User: u, Mail: []outbox.Message{m}}))
	}
	deliver := func() int { n, err := box.Deliver(ctx); require.NoError(t, err); return n }
	counts := func() map[outbox.State]int { c, err := st.CountMessages(ctx); require.NoError(t, err); return c }

	put(invite())
	server.setRefuse(&smtp.SMTPError{Code: 451, Message: "try later"})
	require.Zero(t, deliver())
	server.setRefuse(nil)
	require.Zero(t, deliver(), "it waits before the next attempt")
	now = now.Add(time.Minute)
	require.Equal(t, 1, deliver())
	require.Zero(t, deliver(), "once")
	require.Len(t, server.taken(), 1)
	require.Equal(t, map[outbox.State]int{outbox.Sent: 1}, counts())

	server.setRefuse(&smtp.SMTPError{Code: 550, Message: "no such person"})
	m := invite()
	m.ID, m.Key = "m2", "invite-def"
	put(m)
	require.Zero(t, deliver())
	require.Equal(t, map[outbox.State]int{outbox.Sent: 1, outbox.GivenUp: 1}, counts())

	m.ID, m.Key, m.ExpiresAt = "m3", "invite-ghi", now.Add(-time.Second)
	put(m)
	require.Zero(t, deliver())
	require.Equal(t, map[outbox.State]int{outbox.Sent: 1, outbox.GivenUp: 2}, counts(), "too old to be of use")
	require.False(t, outbox.NewService(st, nil, time.Now).On())
}

func TestPulseLettersMayBeUnsubscribed(t *testing.T) {
	s := newSink(t)
	sender, err := mail.New(s.url, "HR <hr@example.org>")
	require.NoError(t, err)
	require.NoError(t, sender.Send(context.Background(), outbox.Message{ID: "1", Key: "k1", To: "a@example.org", Template: "pulse", Locale: "en", CreatedAt: time.Now(), Params: map[string]string{"title": "X", "closes": "2026-01-01", "code": "C", "link": "https://x/p/1#t"}}))
	require.Contains(t, s.taken()[0], "List-Unsubscribe: <mailto:hr@example.org?subject=unsubscribe>")
}

// Half past midnight in Warsaw is still the day before in UTC; people read their own day, written in their language.
func TestPulseLettersNameTheDayOfTheirReaders(t *testing.T) {
	s := newSink(t)
	sender, err := mail.New(s.url, "HR <hr@example.org>")
	require.NoError(t, err)
	w := pulse.Wave{Title: "X", ClosesAt: time.Date(2026, time.November, 4, 23, 30, 0, 0, time.UTC), Cadence: pulse.Cadence{TimeZone: "Europe/Warsaw"}}
	for i, locale := range []string{"en", "pl", "he"} {
		require.NoError(t, mail.NewLetters(sender).SendLetter(context.Background(), pulse.Letter{Key: "k" + locale, To: "a@example.org", Locale: locale, Wave: w, Link: "https://x/p/1#t", Code: "C"}))
		_, bodies := parts(t, s.taken()[i])
		require.Contains(t, bodies["text/plain"], []string{"November 5, 2026", "5 listopada 2026", "5 בנובמבר 2026"}[i])
	}
}

// In a letter that runs from the right, a figure with its interval keeps its order in the text part, too; without lines there is no
// hole in front of a table.
func TestFiguresKeepTheirOrderInHebrew(t *testing.T) {
	m := outbox.Message{Template: "subscription_view", Locale: "he", Params: map[string]string{"name": "Dana", "title": "כותרת", "lines": "", "link": "https://rapport.test/pains"}}
	e := mail.Enclosure{Tables: []mail.Table{{Caption: "טבלה", Columns: []string{"מה", "בין"}, Rows: [][]string{{"המתנה", "−1.6 … +18.4"}}}}}
	l, err := mail.Compose(m, e)
	require.NoError(t, err)
	require.Contains(t, l.Text, "• המתנה · בין: \u2066−1.6 … +18.4\u2069")
	require.NotContains(t, l.Text, "\n\n\n")
	m.Locale = "en"
	l, err = mail.Compose(m, e)
	require.NoError(t, err)
	require.NotContains(t, l.Text, "\u2066")
}
