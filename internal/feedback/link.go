package feedback

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/i18n"
	"rapport/internal/ident"
)

// Link is a public question about a touchpoint: an address that anybody may answer at, or that invitations lead to.
type Link struct {
	ID         string            `json:"id"` // part of the address
	Name       string            `json:"name"`
	Touchpoint string            `json:"touchpoint"`     // id
	Team       string            `json:"team,omitempty"` // id of the serving team; empty where only invitations know it
	Score      ScoreType         `json:"score,omitempty"`
	Relation   Relation          `json:"relation"`
	Population Population        `json:"population,omitempty"` // who is asked: customers, or business partners
	Languages  []string          `json:"languages"`
	Question   map[string]string `json:"question,omitempty"` // own wording by language, in the place of the usual one
	Emotion    bool              `json:"emotion,omitempty"`
	Expected   bool              `json:"expected,omitempty"`
	Comment    bool              `json:"comment,omitempty"`
	Origins    []string          `json:"origins,omitempty"` // sites that may show the question inside their pages
	Closed     bool              `json:"closed,omitempty"`
	Invite     InviteRule        `json:"invite"`
	Secret     string            `json:"secret"` // signs tickets; never leaves the server
	CreatedAt  time.Time         `json:"created_at"`
	Version    int               `json:"version"`
}

// InviteRule says whom events invite by mail.
type InviteRule struct {
	Share       float64    `json:"share"`            // of the events, 0 to 1; 0 means none
	Orders      OrderEvent `json:"orders,omitempty"` // what about an order is such an event
	RestDays    int        `json:"rest_days"`        // a customer is not asked again for so many days, by any link
	DelayHours  float64    `json:"delay_hours"`      // from the event to the letter
	ExpiresDays int        `json:"expires_days"`     // the letter's link answers for so long
}

// OrderEvent says which orders are events.
type OrderEvent string

// The events of orders. Without one, events come by themselves only.
const (
	OrderPlaced    OrderEvent = "placed"
	OrderDelivered OrderEvent = "delivered"
)

// CreateLink adds a link. The touchpoint must exist.
func (s *Service) CreateLink(ctx context.Context, by auth.Principal, l Link) (Link, error) {
	l.ID, l.Secret, l.CreatedAt, l.Version = ident.New(), ident.Secret(), s.now().UTC().Truncate(time.Millisecond), 1
	return s.saveLink(ctx, by, l, "link.create")
}

// ChangeLink replaces a link whose version the caller has seen; errs.Conflict("link_changed").
func (s *Service) ChangeLink(ctx context.Context, by auth.Principal, l Link) (Link, error) {
	old, err := s.store.Link(ctx, l.ID)
	if err != nil {
		return l, err
	}
	l.Secret, l.CreatedAt = old.Secret, old.CreatedAt
	l.Version++
	return s.saveLink(ctx, by, l, "link.change")
}

// Links lists them, the newest first.
func (s *Service) Links(ctx context.Context) ([]Link, error) { return s.store.Links(ctx) }

func (s *Service) saveLink(ctx context.Context, by auth.Principal, l Link, action string) (Link, error) {
	if !by.May(fact.Need) {
		return l, errs.Forbidden("not_allowed").With("permission", string(fact.Need))
	}
	if l.Relation == "" {
		l.Relation = Transactional
	}
	l.Name = strings.TrimSpace(l.Name)
	wrong := l.check()
	if _, err := s.store.Touchpoint(ctx, l.Touchpoint); err != nil {
		if errs.KindOf(err) != errs.KindNotFound {
			return l, err
		}
		wrong = append(wrong, errs.Field{Path: "/touchpoint_id", Code: "touchpoint_unknown"})
	}
	if l.Team != "" {
		teams, err := s.facts.Teams(ctx)
		if err != nil {
			return l, err
		}
		if x, ok := teams.Get(l.Team); !ok || !x.ClosedOn.IsZero() || !by.Scope.Has(l.Team) {
			wrong = append(wrong, errs.Field{Path: "/team_id", Code: "team_unknown", Value: l.Team})
		}
	}
	if len(wrong) > 0 {
		return l, errs.Invalid("link_invalid").At(wrong...)
	}
	return l, s.store.SaveLink(ctx, l, audit.Entry{At: s.now(), Actor: by.ID, Action: action, Object: l.ID, Detail: map[string]string{"name": l.Name}})
}

// check says what in a link cannot be meant, and brings the sites into the form browsers compare.
func (l *Link) check() (wrong []errs.Field) {
	add := func(path, code string) { wrong = append(wrong, errs.Field{Path: path, Code: code}) }
	if l.Name == "" {
		add("/name", "name_missing")
	}
	if _, _, fixed := l.Score.Scale(); l.Score != "" && !fixed {
		add("/score_type", "link_score_type")
	}
	if l.Score == "" && !l.Emotion && !l.Expected && !l.Comment {
		add("/score_type", "link_asks_nothing")
	}
	if l.Relation != Transactional && l.Relation != Relational {
		add("/relation", "mapping_relation")
	}
	if l.Population != Customers && l.Population != Partners {
		add("/population", "mapping_population")
	}
	if len(l.Languages) == 0 {
		add("/languages", "link_language")
	}
	for i, lang := range l.Languages {
		if !slices.Contains(i18n.Locales, lang) {
			add("/languages/"+strconv.Itoa(i), "link_language")
		}
	}
	for lang, text := range l.Question {
		if !slices.Contains(l.Languages, lang) || len(text) > 500 {
			add("/question/"+lang, "link_question")
		}
	}
	for i, o := range l.Origins {
		u, err := url.Parse(strings.TrimSpace(o))
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") || strings.ContainsAny(u.Host, " ;,'\"*") {
			add("/origins/"+strconv.Itoa(i), "link_origin")
			continue
		}
		l.Origins[i] = u.Scheme + "://" + u.Host
	}
	r := l.Invite
	if !(r.Share >= 0 && r.Share <= 1) || r.RestDays < 0 || r.RestDays > 730 || !(r.DelayHours >= 0 && r.DelayHours <= 24*60) || r.ExpiresDays < 0 || r.ExpiresDays > 365 ||
		r.Orders != "" && r.Orders != OrderPlaced && r.Orders != OrderDelivered {
		add("/invite", "link_invite_rule")
	}
	return wrong
}

// Asked gives a link with its touchpoint, for whoever answers; errs.NotFound("link_unknown").
func (s *Service) Asked(ctx context.Context, id string) (Link, Touchpoint, error) {
	l, err := s.store.Link(ctx, id)
	if err != nil {
		return l, Touchpoint{}, err
	}
	t, err := s.store.Touchpoint(ctx, l.Touchpoint)
	return l, t, err
}

// A ticket goes with each form that is drawn: it says when, so that a form is neither answered by a program at once nor
// kept for ever, and it names the answer, so that a form sent twice is one answer.
const (
	soonest = 900 * time.Millisecond
	longest = 24 * time.Hour
)

// Ticket makes one.
func (s *Service) Ticket(l Link) string {
	b := make([]byte, 8, 8+sha256.Size+32)
	binary.BigEndian.PutUint64(b, uint64(s.now().UnixMilli()))
	b = append(b, ident.Secret()[:16]...)
	return base64.RawURLEncoding.EncodeToString(append(b, l.sign(b)...))
}

func (l Link) sign(b []byte) []byte {
	h := hmac.New(sha256.New, []byte(l.Secret))
	h.Write([]byte(l.ID))
	h.Write(b)
	return h.Sum(nil)
}

// read checks a ticket: survey_expired, or survey_too_fast.
func (l Link) read(ticket string, now time.Time) (id string, drawn time.Time, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(ticket)
	if err != nil || len(raw) != 24+sha256.Size || !hmac.Equal(l.sign(raw[:24]), raw[24:]) {
		return "", drawn, errs.Invalid("survey_expired")
	}
	drawn = time.UnixMilli(int64(binary.BigEndian.Uint64(raw[:8]))).UTC()
	age := now.Sub(drawn)
	switch {
	case age > longest || age < 0:
		return "", drawn, errs.Invalid("survey_expired")
	case age < soonest:
		return "", drawn, errs.Invalid("survey_too_fast")
	}
	return string(raw[8:24]), drawn, nil
}

// Reply is what a person answered at a link.
type Reply struct {
	Ticket     string
	Invitation string // token of a letter; empty for a public answer
	Score      *int
	Emotion    string
	Expected   string
	Comment    string
	Language   string
	Trap       string // a field no person sees; programs fill it in
}

// Respond takes an answer. What a program sent is dropped and looks taken.
func (s *Service) Respond(ctx context.Context, id string, r Reply) error {
	l, t, err := s.Asked(ctx, id)
	if err != nil {
		return err
	}
	if l.Closed {
		return errs.Conflict("link_closed")
	}
	if r.Trap != "" {
		return nil
	}
	answer, drawn, err := l.read(r.Ticket, s.now())
	if err != nil {
		return err
	}
	g := Given{SourceID: answer, Feedback: Feedback{
		Team: l.Team, At: drawn, Relation: l.Relation, Population: l.Population, Touchpoint: t.Name, Comment: strings.TrimSpace(r.Comment), Language: r.Language, Channel: "link",
		Waiting: unknown, Contacts: unknown,
	}}
	if l.Emotion {
		g.Emotion = r.Emotion
	}
	if l.Expected {
		g.Expected = r.Expected
	}
	if l.Score != "" && r.Score != nil {
		g.Type, g.Score = l.Score, float64(*r.Score)
	}
	if !l.Comment {
		g.Comment = ""
	}
	if g.Type == "" && g.Emotion == "" && g.Expected == "" && g.Comment == "" {
		return errs.Invalid("survey_empty")
	}
	if r.Invitation != "" {
		if err := s.invited(ctx, l, r.Invitation, &g); err != nil {
			return err
		}
	}
	_, err = s.Add(ctx, auth.System("link:"+l.ID), fact.Origin{Source: l.Name, Door: fact.ByLink}, "link:"+l.ID, []Given{g})
	if err == nil && r.Invitation != "" {
		err = s.store.AnswerInvitation(ctx, strings.TrimPrefix(g.SourceID, invitationPrefix), s.now())
	}
	return err
}
