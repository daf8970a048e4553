package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/outbox"
	"rapport/internal/store"
)

func init() {
	add("touchpoints: kept by version, one name once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		list, err := s.Touchpoints(ctx)
		require.NoError(t, err)
		require.Empty(t, list)
		require.NotNil(t, list)
		desk := feedback.Touchpoint{ID: "a", Name: "Front desk", Journey: "Visit", Stage: "Arrive", OwnerTeam: "t1", PromiseMinutes: 5, Version: 1}
		app := feedback.Touchpoint{ID: "b", Name: "App", Digital: true, Journey: "Buy", Version: 1}
		require.NoError(t, s.SaveTouchpoint(ctx, desk, seriesEntry("touchpoint.create")))
		require.NoError(t, s.SaveTouchpoint(ctx, app, seriesEntry("touchpoint.create")))
		list, err = s.Touchpoints(ctx)
		require.NoError(t, err)
		require.Equal(t, []feedback.Touchpoint{app, desk}, list)

		require.Equal(t, "touchpoint_taken", errs.CodeOf(s.SaveTouchpoint(ctx, feedback.Touchpoint{ID: "c", Name: " front DESK", Version: 1}, seriesEntry("touchpoint.create"))))
		desk.Version, desk.Closed = 2, true
		require.NoError(t, s.SaveTouchpoint(ctx, desk, seriesEntry("touchpoint.change")))
		require.Equal(t, "touchpoint_changed", errs.CodeOf(s.SaveTouchpoint(ctx, desk, seriesEntry("touchpoint.change"))))
		app.Version, app.Name = 2, "Front Desk"
		require.Equal(t, "touchpoint_taken", errs.CodeOf(s.SaveTouchpoint(ctx, app, seriesEntry("touchpoint.change"))))
		got, err := s.Touchpoint(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, desk, got)
		_, err = s.Touchpoint(ctx, "none")
		require.Equal(t, "touchpoint_unknown", errs.CodeOf(err))
	})
}

func init() {
	add("links: kept by version, newest first", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		a := feedback.Link{ID: "a", Name: "Desk", Touchpoint: "t", Languages: []string{"en"}, Secret: "x", CreatedAt: seriesAt, Version: 1}
		b := a
		b.ID, b.CreatedAt = "b", seriesAt.Add(time.Hour)
		require.NoError(t, s.SaveLink(ctx, a, seriesEntry("link.create")))
		require.NoError(t, s.SaveLink(ctx, b, seriesEntry("link.create")))
		list, err := s.Links(ctx)
		require.NoError(t, err)
		require.Equal(t, []feedback.Link{b, a}, list)
		a.Version, a.Closed = 2, true
		require.NoError(t, s.SaveLink(ctx, a, seriesEntry("link.change")))
		require.Equal(t, "link_changed", errs.CodeOf(s.SaveLink(ctx, a, seriesEntry("link.change"))))
		got, err := s.Link(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, a, got)
		_, err = s.Link(ctx, "none")
		require.Equal(t, "link_unknown", errs.CodeOf(err))
	})
	add("invitations: once an event, not too often, never after opting out", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		now := seriesAt
		letter := func(key string) outbox.Message {
			return outbox.Message{ID: key, Key: key, To: "a@example.com", Template: "survey", Locale: "en", CreatedAt: now, DueAt: now, State: outbox.Waiting, Params: map[string]string{"link": "x"}}
		}
		x := feedback.Invitation{ID: "1", Link: "l", Event: "e1", Customer: "c1", Team: "North", Order: "o", Address: "a1", Token: "t1", SentAt: now, ExpiresAt: now.AddDate(0, 0, 7)}
		try := func(x feedback.Invitation, rest time.Time) feedback.Outcome {
			o, err := s.SaveInvitation(ctx, x, rest, letter(x.ID))
			require.NoError(t, err)
			return o
		}
		rest := now.AddDate(0, 0, -30)
		require.Equal(t, feedback.Invited, try(x, rest))
		got, err := s.SurveyInvitation(ctx, "t1")
		require.NoError(t, err)
		require.Equal(t, x, got)
		again := x
		again.ID, again.Token = "2", "t2"
		require.Equal(t, feedback.Known, try(again, rest))
		again.Event = "e2"
		require.Equal(t, feedback.Resting, try(again, rest))
		again.Address = "a2"
		require.Equal(t, feedback.Resting, try(again, rest), "the same customer at another address")
		require.Equal(t, feedback.Invited, try(again, now.AddDate(0, 0, 1)))
		require.NoError(t, s.AnswerInvitation(ctx, "1", now.Add(time.Hour)))
		require.NoError(t, s.AnswerInvitation(ctx, "1", now.Add(2*time.Hour)))
		got, err = s.SurveyInvitation(ctx, "t1")
		require.NoError(t, err)
		require.Equal(t, now.Add(time.Hour), got.AnsweredAt)
		counts, err := s.InvitationCounts(ctx)
		require.NoError(t, err)
		require.Equal(t, map[string]feedback.InvitationCounts{"l": {Sent: 2, Answered: 1}}, counts)
		require.NoError(t, s.OptOut(ctx, "t1", now))
		require.Equal(t, "invitation_unknown", errs.CodeOf(s.OptOut(ctx, "none", now)))
		x.ID, x.Event, x.Token, x.Customer = "3", "e3", "t3", "c3"
		require.Equal(t, feedback.OptedOut, try(x, now.AddDate(0, 0, 1)))
		waiting, err := s.CountMessages(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, waiting[outbox.Waiting])
	})
}
