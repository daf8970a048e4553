package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse: rooms are told of a wave and reminded, and never hear a personal link", channelTold)
}

// room keeps what was posted.
type room struct {
	postings []pulse.Posting
	fails    error
}

func (r *room) Check(_ context.Context, target string) error {
	if target == "" {
		return errs.Invalid("webhook_url_unreadable")
	}
	return nil
}

func (r *room) Post(_ context.Context, p pulse.Posting) error {
	if r.fails != nil {
		return r.fails
	}
	r.postings = append(r.postings, p)
	return nil
}

func channelTold(t *testing.T, s store.Store) {
	ctx := context.Background()
	clock := pulseStart
	svc := staffed(t, s, func() time.Time { return clock })
	to := &room{}
	svc.Chat(to)
	_, err := svc.SaveChannel(ctx, pulse.Channel{Name: "All", Kind: "irc", URL: "https://x.example/1", Locale: "en"}, "u1")
	require.Equal(t, "channel_invalid", errs.CodeOf(err))
	_, err = svc.SaveChannel(ctx, pulse.Channel{Name: "All", Kind: pulse.Slack, Locale: "en"}, "u1")
	require.Equal(t, "webhook_url_unreadable", errs.CodeOf(err))
	c, err := svc.SaveChannel(ctx, pulse.Channel{Name: "All", Kind: pulse.Slack, URL: "https://x.example/secret", Locale: "he", Active: true}, "u1")
	require.NoError(t, err)
	require.Equal(t, "x.example", c.Host())
	gone, err := svc.SaveChannel(ctx, pulse.Channel{Name: "Gone", Kind: pulse.Teams, URL: "https://y.example/2", Locale: "pl", Active: true}, "u1")
	require.NoError(t, err)
	require.NoError(t, svc.PingChannel(ctx, c.ID))
	require.True(t, to.postings[0].RTL)

	p := monthly()
	p.Channels = []string{c.ID, gone.ID}
	p, err = svc.SaveProgramme(ctx, p, "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, "u1")
	require.NoError(t, err)
	people, err := s.InvitedSince(ctx, pulseStart.AddDate(0, 0, -1))
	require.NoError(t, err)
	require.Len(t, people, 30, "a room is nobody who could be tired")
	require.NoError(t, svc.DropChannel(ctx, gone.ID, "u1"))
	require.Equal(t, "channel_unknown", errs.CodeOf(svc.DropChannel(ctx, gone.ID, "u1")))

	to.postings, to.fails = nil, errs.Unavailable("webhook_unreachable")
	box := &letterbox{}
	n, err := svc.SendLetters(ctx, box, "https://example.org")
	require.NoError(t, err)
	require.Equal(t, 25, n, "the letters are not held up by a room that does not answer")
	list, err := svc.PulseChannels(ctx)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "webhook_unreachable", list[0].LastCode)
	require.Equal(t, clock, list[0].LastAt)
	to.fails = nil
	clock = clock.Add(2 * time.Minute)
	for range 2 {
		_, err = svc.SendLetters(ctx, box, "https://example.org")
		require.NoError(t, err)
	}
	require.Len(t, to.postings, 1, "once it answers, once")
	require.Equal(t, "https://example.org/p/"+w.ID, to.postings[0].Link, "no token")
	require.Contains(t, to.postings[0].Text, "March")
	open, err := svc.Wave(ctx, w.ID)
	require.NoError(t, err)
	require.Equal(t, -1, open.Participation, "a message to a room refreshes nothing")

	c.Name, c.URL = "Everybody", ""
	changed, err := svc.SaveChannel(ctx, c, "u1")
	require.NoError(t, err)
	require.Equal(t, "https://x.example/secret", changed.URL, "the address stays where none is given")
	clock = pulseStart.AddDate(0, 0, 3).Add(time.Minute)
	_, err = svc.SendLetters(ctx, box, "https://example.org")
	require.NoError(t, err)
	require.Len(t, to.postings, 2, "the reminder")
	require.NotEqual(t, to.postings[0].Text, to.postings[1].Text)
	clock = pulseStart.AddDate(0, 0, 8)
	_, err = svc.CloseDue(ctx, "job:close-waves")
	require.NoError(t, err)
	left, err := s.ClaimInvitations(ctx, clock.AddDate(1, 0, 0), clock.AddDate(1, 0, 1), 1000)
	require.NoError(t, err)
	require.Empty(t, left)
}
