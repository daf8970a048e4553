package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/outbox"
	"rapport/internal/store"
)

func message(id string, due time.Time) outbox.Message {
	return outbox.Message{
		ID: id, Key: "key-" + id, To: "a@example.com", Template: "invite", Params: map[string]string{"link": "secret"}, Locale: "he",
		CreatedAt: noon, DueAt: due, ExpiresAt: noon.Add(time.Hour), State: outbox.Waiting,
	}
}

func init() {
	add("outbox: stored with the change, once per key, claimed by one, settled by the claimer", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		a, b, later := message("a", noon), message("b", noon.Add(-time.Minute)), message("c", noon.Add(time.Minute))
		again := message("d", noon)
		again.Key = a.Key
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: user("u", auth.Admin), Mail: []outbox.Message{a, b, later}}))
		require.NoError(t, s.AddToken(ctx, auth.Token{Hash: "t", Purpose: auth.ForReset, UserID: "u", ExpiresAt: noon}, []outbox.Message{again}))
		until := noon.Add(5 * time.Minute)
		got, err := s.ClaimMessages(ctx, "me", noon, until, 10)
		require.NoError(t, err)
		require.Len(t, got, 2)
		a.Claim, a.DueAt = "me", until
		require.Contains(t, got, a)
		none, err := s.ClaimMessages(ctx, "you", noon, until, 10)
		require.NoError(t, err)
		require.Equal(t, []outbox.Message{}, none)

		sent := a
		sent.State, sent.Attempts = outbox.Sent, 1
		require.NoError(t, s.SettleMessage(ctx, sent))
		failed := got[0]
		if failed.ID == "a" {
			failed = got[1]
		}
		failed.Attempts, failed.DueAt, failed.LastError = 1, noon.Add(time.Minute), "mail_refused"
		stranger := failed
		stranger.Claim, stranger.State = "you", outbox.GivenUp
		require.NoError(t, s.SettleMessage(ctx, stranger), "a lost claim changes nothing")
		require.NoError(t, s.SettleMessage(ctx, failed))
		waiting, err := s.WaitingMessages(ctx, 10)
		require.NoError(t, err)
		require.Len(t, waiting, 2)
		require.Equal(t, map[string]string{"link": "secret"}, waiting[0].Params)
		one, err := s.WaitingMessages(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, waiting[:1], one, "looking takes nothing away")
		counts, err := s.CountMessages(ctx)
		require.NoError(t, err)
		require.Equal(t, map[outbox.State]int{outbox.Sent: 1, outbox.Waiting: 2}, counts)
		got, err = s.ClaimMessages(ctx, "me", noon.Add(time.Minute), until, 1)
		require.NoError(t, err)
		require.Len(t, got, 1, "no more than asked for")
	})
}
