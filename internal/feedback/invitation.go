package feedback

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/ident"
	"rapport/internal/outbox"
)

// Invitation is a letter that asks one customer about one event. It holds no address: that goes with the letter, and is
// forgotten when the letter is sent.
type Invitation struct {
	ID         string
	Link       string // id
	Event      string // as the other system calls it; an event invites once
	Customer   string // pseudonym
	Team       string // as the other system calls it
	Order      string
	Address    string // digest of the address, for the rest between letters and for opting out
	Token      string // digest of the token in the letter's link
	SentAt     time.Time
	ExpiresAt  time.Time
	AnsweredAt time.Time
}

// Event is something that happened to a customer, such as an order delivered, which a link may ask about.
type Event struct {
	ID       string
	Email    string
	Customer string
	Team     string
	Order    string
	Locale   string
	At       time.Time // when it happened; the zero time is now
}

// Outcome says what became of an event.
type Outcome string

// The outcomes.
const (
	Invited    Outcome = "invited"
	NotSampled Outcome = "not_sampled"
	Resting    Outcome = "resting"   // asked not long ago
	OptedOut   Outcome = "opted_out" // does not want to be asked
	Known      Outcome = "known"     // the event came before
)

// InvitationCounts is how many letters of a link were sent and answered.
type InvitationCounts struct{ Sent, Answered int64 }

// MostEvents is how many events one call may bring.
const MostEvents = 500

// Invite turns events into letters by the rule of a link: some of them, none to a customer who was asked not long ago or
// who does not want to be asked. The same event twice invites once. base is how people reach this instance.
func (s *Service) Invite(ctx context.Context, by auth.Principal, link, base string, events []Event) (map[Outcome]int, error) {
	out := map[Outcome]int{}
	if !by.May(auth.FeedWrite) {
		return out, errs.Forbidden("not_allowed").With("permission", string(auth.FeedWrite))
	}
	l, t, err := s.Asked(ctx, link)
	if err != nil {
		return out, err
	}
	if l.Closed {
		return out, errs.Conflict("link_closed")
	}
	var wrong []errs.Field
	for i, e := range events {
		if a, err := mail.ParseAddress(e.Email); err != nil || a.Address != strings.TrimSpace(e.Email) || len(e.Email) > 254 {
			wrong = append(wrong, errs.Field{Path: "/items/" + strconv.Itoa(i) + "/email", Code: "email_invalid"})
		}
		if e.ID == "" || len(e.ID) > maxWord {
			wrong = append(wrong, errs.Field{Path: "/items/" + strconv.Itoa(i) + "/event_id", Code: "source_id_missing"})
		}
	}
	if len(wrong) > 0 {
		return out, errs.Invalid("records_rejected").With("count", len(wrong)).At(wrong...)
	}
	for _, e := range events {
		o, err := s.inviteOne(ctx, l, t, base, e)
		if err != nil {
			return out, err
		}
		out[o]++
	}
	return out, nil
}

// defaultExpiry is how long a letter's link answers where the rule does not say.
const defaultExpiry = 14

func (s *Service) inviteOne(ctx context.Context, l Link, t Touchpoint, base string, e Event) (Outcome, error) {
	if !sampled(l.ID, e.ID, l.Invite.Share) {
		return NotSampled, nil
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	if e.At.IsZero() || e.At.After(now) {
		e.At = now
	}
	token := ident.Secret()
	days := l.Invite.ExpiresDays
	if days == 0 {
		days = defaultExpiry
	}
	due := e.At.Add(time.Duration(l.Invite.DelayHours * float64(time.Hour)))
	if due.Before(now) {
		due = now
	}
	x := Invitation{
		ID: ident.New(), Link: l.ID, Event: e.ID, Customer: e.Customer, Team: e.Team, Order: e.Order, Address: addressDigest(e.Email), Token: tokenDigest(token),
		SentAt: now, ExpiresAt: due.AddDate(0, 0, days),
	}
	lang := e.Locale
	if !slices.Contains(l.Languages, lang) {
		lang = l.Languages[0]
	}
	address := strings.TrimSuffix(base, "/") + "/s/" + l.ID
	m := outbox.Message{
		ID: ident.New(), Key: "survey-" + x.ID, To: strings.TrimSpace(e.Email), Template: "survey", Locale: lang, CreatedAt: now, DueAt: due, ExpiresAt: x.ExpiresAt, State: outbox.Waiting,
		Params: map[string]string{
			"touchpoint": t.Name, "link": address + "?lang=" + lang + "&i=" + token, "until": i18n.Day(lang, x.ExpiresAt),
			"optout": strings.TrimSuffix(base, "/") + "/s-optout/" + l.ID + "?lang=" + lang + "&i=" + token,
		},
	}
	return s.store.SaveInvitation(ctx, x, now.AddDate(0, 0, -l.Invite.RestDays), m)
}

// sampled draws an event: always the same way, so that an event that is sent again is not drawn again.
func sampled(link, event string, share float64) bool {
	h := sha256.Sum256([]byte(link + "\x00" + event))
	return float64(binary.BigEndian.Uint64(h[:8]))/(1<<64) < share
}

// NewInvitation is the invitation of a letter that another feature sends; an empty customer and team stay so. Its store
// keeps the digests of address and token only.
func NewInvitation(link, event, email, token string) Invitation {
	return Invitation{ID: ident.New(), Link: link, Event: event, Address: addressDigest(email), Token: tokenDigest(token)}
}

func addressDigest(email string) string {
	h := sha256.Sum256([]byte("address\x00" + strings.ToLower(strings.TrimSpace(email))))
	return hex.EncodeToString(h[:])
}

func tokenDigest(token string) string {
	h := sha256.Sum256([]byte("invitation\x00" + token))
	return hex.EncodeToString(h[:])
}

const invitationPrefix = "invitation:"

// invited fills in what the letter knows: whose answer it is, about what, and which team served.
func (s *Service) invited(ctx context.Context, l Link, token string, g *Given) error {
	x, err := s.store.SurveyInvitation(ctx, tokenDigest(token))
	if err != nil {
		return err
	}
	if x.Link != l.ID {
		return errs.NotFound("invitation_unknown")
	}
	if s.now().After(x.ExpiresAt) {
		return errs.Conflict("invitation_expired")
	}
	g.SourceID, g.Customer, g.Order, g.Channel = invitationPrefix+x.ID, x.Customer, x.Order, "e-mail"
	if x.Team != "" {
		g.Team = x.Team
	}
	return nil
}

// OptOut notes that whoever got a letter does not want another one, from any link.
func (s *Service) OptOut(ctx context.Context, token string) error {
	return s.store.OptOut(ctx, tokenDigest(token), s.now())
}

// Response gives the letters of each link and how many were answered.
func (s *Service) Response(ctx context.Context) (map[string]InvitationCounts, error) {
	return s.store.InvitationCounts(ctx)
}
