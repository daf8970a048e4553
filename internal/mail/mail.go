// Package mail sends what waits in the outbox over SMTP, as plain text and HTML in the receiver's language. It decides
// neither who is written to nor when.
package mail

import (
	"context"
	"errors"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"rapport/internal/errs"
	"rapport/internal/outbox"
)

// Sender sends messages; it implements outbox.Sender.
type Sender struct {
	host   string
	from   string
	reply  string // the sender's address alone
	domain string // of the sender's address; Message-IDs end in it
	opts   []gomail.Option
}

const (
	portSubmission = 587
	portTLS        = 465
	timeout        = 20 * time.Second
)

// New makes a sender from an address, smtp://user:password@host:587 (STARTTLS; without it only on this machine or
// without a password) or smtps://user:password@host:465, and the sender's name and address. An empty address gives a
// nil sender. Errors: errs.Invalid("mail_address").
func New(address, from string) (outbox.Sender, error) {
	if address == "" {
		return nil, nil
	}
	bad := errs.Invalid("mail_address")
	u, err := url.Parse(address)
	if err != nil { // its text would show the password
		return nil, bad
	}
	who, err := netmail.ParseAddress(from)
	if u.Hostname() == "" || err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, bad
	}
	s := &Sender{host: u.Hostname(), from: who.String(), reply: who.Address, domain: who.Address[strings.LastIndex(who.Address, "@")+1:]}
	port := portSubmission
	s.opts = append(s.opts, gomail.WithTimeout(timeout))
	if u.Scheme == "smtps" {
		port = portTLS
		s.opts = append(s.opts, gomail.WithSSL())
	} else if u.User != nil && !local(u.Hostname()) {
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	} else {
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, bad
		}
	}
	s.opts = append(s.opts, gomail.WithPort(port))
	if u.User != nil {
		password, _ := u.User.Password()
		s.opts = append(s.opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return s, nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send implements outbox.Sender: errs.Invalid("mail_rejected") when the server refuses the address for good, else
// errs.Unavailable("mail_unreachable").
func (s *Sender) Send(ctx context.Context, m outbox.Message) error {
	return s.SendWith(ctx, m, Enclosure{})
}

// SendWith sends a message with tables and pictures below its text, and files. Errors as of Send.
func (s *Sender) SendWith(ctx context.Context, m outbox.Message, e Enclosure) error {
	letter, err := Compose(m, e)
	if err != nil {
		return err
	}
	msg := gomail.NewMsg()
	if err := msg.From(s.from); err != nil {
		return errs.Invalid("mail_address").Because(err)
	}
	if err := msg.To(m.To); err != nil {
		return errs.Invalid("mail_rejected").Because(err)
	}
	msg.Subject(letter.Subject)
	msg.SetMessageIDWithValue(m.Key + "@" + s.domain) // the same for every attempt, so that a doubled message shows as one
	msg.SetDateWithValue(m.CreatedAt)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Locale)
	if optout := m.Params["optout"]; optout != "" {
		msg.SetGenHeader("List-Unsubscribe", "<"+optout+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	if strings.HasPrefix(m.Template, "pulse") { // a person reads it: an automatic one would tell who does not want to answer
		msg.SetGenHeader("List-Unsubscribe", "<mailto:"+s.reply+"?subject=unsubscribe>")
	}
	msg.SetBodyString(gomail.TypeTextPlain, letter.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, letter.HTML)
	if err := e.enclose(msg); err != nil {
		return errs.New(errs.KindInternal, "internal").Because(err)
	}
	client, err := gomail.NewClient(s.host, s.opts...)
	if err != nil {
		return errs.Invalid("mail_address").Because(err)
	}
	return classify(client.DialAndSendWithContext(ctx, msg))
}

func classify(err error) error {
	if err == nil {
		return nil
	}
	var e *gomail.SendError
	if errors.As(err, &e) && e.Reason == gomail.ErrSMTPRcptTo && e.ErrorCode() >= 500 {
		return errs.Invalid("mail_rejected").Because(err)
	}
	return errs.Unavailable("mail_unreachable").Because(err)
}
