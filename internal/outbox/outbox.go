// Package outbox keeps messages that still have to be sent. A message is stored in the same atomic change as what
// causes it and is sent afterwards by a job, again and again with growing pauses until it is taken or too old. It never
// decides what a message says.
package outbox

import (
	"context"
	"errors"
	"time"

	"rapport/internal/errs"
	"rapport/internal/ident"
)

// Message is one thing to send. Its Key makes sending it twice harmless to who receives it: the mail's Message-ID is
// made from it, and a second message with the same key is not stored.
type Message struct {
	ID        string
	Key       string
	To        string            // address; dropped once the message is settled
	Template  string            // name of the text, e.g. "invite"
	Params    map[string]string // dropped once the message is settled: they may hold a secret link
	Locale    string
	CreatedAt time.Time
	DueAt     time.Time
	ExpiresAt time.Time // not sent after this; zero means three days after CreatedAt
	Attempts  int
	Claim     string // who is sending it, and until DueAt nobody else does
	State     State
	LastError string // stable code of the last failure
}

// State of a message.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	GivenUp State = "given_up"
)

// Store keeps messages. Inserting one belongs to the change that causes it.
type Store interface {
	// ClaimMessages takes up to limit waiting messages that are due, marks them with the claim and makes them due again
	// at until, for the case that the claimer dies.
	ClaimMessages(ctx context.Context, claim string, now, until time.Time, limit int) ([]Message, error)
	// SettleMessage stores what became of a claimed message (State, Attempts, DueAt, LastError) unless the claim was
	// lost; a message that is no longer waiting keeps neither address nor parameters.
	SettleMessage(ctx context.Context, m Message) error
	// WaitingMessages lists up to limit messages still to send, oldest first, without taking them.
	WaitingMessages(ctx context.Context, limit int) ([]Message, error)
	// CountMessages counts messages by state.
	CountMessages(ctx context.Context) (map[State]int, error)
}

// Sender sends one message. An error of kind errs.KindInvalid means that trying again will not help.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Service delivers what waits.
type Service struct {
	store  Store
	sender Sender
	also   map[string]Sender // by template: what does not go by mail
	now    func() time.Time
}

// NewService makes a service. Without a sender no mail is delivered and On is false.
func NewService(store Store, sender Sender, now func() time.Time) *Service {
	return &Service{store: store, sender: sender, now: now}
}

// Also gives messages of a template a sender of their own.
func (s *Service) Also(template string, sender Sender) {
	if s.also == nil {
		s.also = map[string]Sender{}
	}
	s.also[template] = sender
}

// On reports whether mail can be sent.
func (s *Service) On() bool { return s.sender != nil }

// pauses between attempts; the last one repeats until the message expires.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}

const (
	claimFor = 5 * time.Minute
	keepFor  = 72 * time.Hour
	batch    = 20
)

// Deliver sends everything that is due and reports how many messages were taken. A message that could not be sent waits
// for a later call. It is safe to run in several processes: each message is claimed by one.
func (s *Service) Deliver(ctx context.Context) (sent int, err error) {
	if s.sender == nil && len(s.also) == 0 {
		return 0, nil
	}
	for {
		ms, err := s.store.ClaimMessages(ctx, ident.New(), s.now(), s.now().Add(claimFor), batch)
		if err != nil {
			return sent, err
		}
		for _, m := range ms {
			ok, err := s.deliver(ctx, m)
			if err != nil {
				return sent, err
			}
			if ok {
				sent++
			}
		}
		if len(ms) < batch {
			return sent, nil
		}
	}
}

func (s *Service) deliver(ctx context.Context, m Message) (bool, error) {
	expires := m.ExpiresAt
	if expires.IsZero() {
		expires = m.CreatedAt.Add(keepFor)
	}
	if s.now().After(expires) {
		m.State = GivenUp
		if m.LastError == "" {
			m.LastError = "message_expired"
		}
		return false, s.store.SettleMessage(ctx, m)
	}
	err := s.send(ctx, m)
	if err != nil && errors.Is(err, context.Canceled) {
		return false, err // the claim runs out by itself
	}
	m.Attempts++
	m.State, m.LastError = Sent, ""
	if err != nil {
		m.LastError = errs.CodeOf(err)
		m.State = Waiting
		m.DueAt = s.now().Add(pauses[min(m.Attempts, len(pauses))-1])
		if errs.KindOf(err) == errs.KindInvalid {
			m.State = GivenUp
		}
	}
	return err == nil, s.store.SettleMessage(ctx, m)
}

func (s *Service) send(ctx context.Context, m Message) error {
	if other, ok := s.also[m.Template]; ok {
		return other.Send(ctx, m)
	}
	if s.sender == nil {
		return errs.Unavailable("mail_not_configured")
	}
	return s.sender.Send(ctx, m)
}
