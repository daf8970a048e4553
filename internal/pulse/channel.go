package pulse

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/ident"
)

// ChannelKind says where a room is.
type ChannelKind string

// The kinds of rooms.
const (
	Slack ChannelKind = "slack"
	Teams ChannelKind = "teams"
)

// Channel is a room that is told when a wave opens and reminded with everybody else. It never hears a personal link: the
// message leads to the page where a code is typed, and says that the own link came by mail.
type Channel struct {
	ID        string
	Name      string
	Kind      ChannelKind
	URL       string // of the incoming webhook; whoever has it may write there, so it is never shown again
	Locale    string
	Active    bool
	CreatedAt time.Time
	LastAt    time.Time `json:"-"`
	LastCode  string    `json:"-"` // of the last failure, empty for success
}

// Host is what may be shown of a channel's address.
func (c Channel) Host() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Posting is one message to a room.
type Posting struct {
	Channel Channel
	Text    string
	Button  string // empty for a message without a link
	Link    string
	RTL     bool
}

// Poster posts messages. An error of kind errs.KindInvalid means that trying again will not help.
type Poster interface {
	// Check refuses an address that must not be called.
	Check(ctx context.Context, target string) error
	Post(ctx context.Context, p Posting) error
}

// Chat names who posts to rooms; without it no channel can be made.
func (s *Service) Chat(p Poster) { s.poster = p }

const (
	channelPrefix = "c:"
	// onChat and the numbers above are mailings to rooms: the opening, then the reminders.
	onChat       = 1000
	mostChannels = 50
)

// SaveChannel creates (no id) or changes a channel; an empty URL keeps the stored one: channel_unknown, channel_invalid,
// channels_too_many, webhook_….
func (s *Service) SaveChannel(ctx context.Context, c Channel, by string) (Channel, error) {
	c.Name = strings.TrimSpace(c.Name)
	if c.Name == "" || c.Kind != Slack && c.Kind != Teams || !slices.Contains(i18n.Locales, c.Locale) {
		return c, errs.Invalid("channel_invalid")
	}
	all, err := s.PulseChannels(ctx)
	if err != nil {
		return c, err
	}
	action := "pulse_channel.change"
	if c.ID == "" {
		if len(all) >= mostChannels {
			return c, errs.Conflict("channels_too_many").With("limit", mostChannels)
		}
		c.ID, c.CreatedAt, action = ident.New(), s.now().UTC().Truncate(time.Millisecond), "pulse_channel.add"
	} else {
		i := slices.IndexFunc(all, func(x Channel) bool { return x.ID == c.ID })
		if i < 0 {
			return c, errs.NotFound("channel_unknown")
		}
		old := all[i]
		c.CreatedAt, c.LastAt, c.LastCode = old.CreatedAt, old.LastAt, old.LastCode
		if c.URL == "" {
			c.URL = old.URL
		}
	}
	if err := s.poster.Check(ctx, c.URL); err != nil {
		return c, err
	}
	return c, s.SavePulseChannel(ctx, c, audit.Entry{At: s.now(), Actor: by, Action: action, Object: c.ID, Detail: map[string]string{"name": c.Name, "kind": string(c.Kind), "host": c.Host(), "active": fmt.Sprint(c.Active)}})
}

// DropChannel removes a channel; what waits for it is given up.
func (s *Service) DropChannel(ctx context.Context, id, by string) error {
	return s.DropPulseChannel(ctx, id, audit.Entry{At: s.now(), Actor: by, Action: "pulse_channel.remove", Object: id})
}

// PingChannel posts a test message at once and says how it went.
func (s *Service) PingChannel(ctx context.Context, id string) error {
	c, err := s.channel(ctx, id)
	if err != nil {
		return err
	}
	return s.post(ctx, Posting{Channel: c, Text: i18n.Text(c.Locale, "chat.test", nil), RTL: c.Locale == "he"})
}

func (s *Service) channel(ctx context.Context, id string) (Channel, error) {
	all, err := s.PulseChannels(ctx)
	if err != nil {
		return Channel{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return Channel{}, errs.NotFound("channel_unknown")
}

// post posts and notes how it went.
func (s *Service) post(ctx context.Context, p Posting) error {
	err := s.poster.Post(ctx, p)
	code := ""
	if err != nil {
		code = errs.CodeOf(err)
	}
	if noted := s.NotePulseChannel(ctx, p.Channel.ID, s.now(), code); noted != nil && err == nil {
		return noted
	}
	return err
}

// chatMailings queues what the rooms of a programme hear. Where each person has a day of their own there is nothing to
// tell everybody at once.
func chatMailings(p Plan, reminders []int, channels []string) []Invitation {
	if !p.MembersUntil.IsZero() {
		return nil
	}
	var out []Invitation
	first := p.Cadence.InHours(p.OpensAt)
	for _, c := range channels {
		out = append(out, Invitation{Mailing: onChat, Person: channelPrefix + c, DueAt: first})
		for i, days := range reminders {
			if due := p.Cadence.InHours(p.Cadence.daysAfter(first, days)); due.Before(p.ClosesAt) {
				out = append(out, Invitation{Mailing: onChat + i + 1, Person: channelPrefix + c, DueAt: due})
			}
		}
	}
	return out
}

// postOne tells one room of a wave that is open.
func (s *Service) postOne(ctx context.Context, base string, i Invitation, w Wave) error {
	c, err := s.channel(ctx, strings.TrimPrefix(i.Person, channelPrefix))
	if errs.KindOf(err) == errs.KindNotFound {
		return errs.Invalid("channel_unknown") // removed in the meantime
	}
	if err != nil {
		return err
	}
	if !c.Active || s.poster == nil {
		return errs.Invalid("channel_unknown")
	}
	key := "chat.open"
	if i.Mailing > onChat {
		key = "chat.reminder"
	}
	return s.post(ctx, Posting{
		Channel: c, Text: i18n.Text(c.Locale, key, map[string]any{"title": w.Title, "closes": i18n.Day(c.Locale, w.ClosesOn())}),
		Button: i18n.Text(c.Locale, "chat.button", nil), Link: base + "/p/" + w.ID, RTL: c.Locale == "he",
	})
}
