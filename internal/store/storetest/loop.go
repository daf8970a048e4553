package storetest

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/loop"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/store"
)

func init() {
	add("cases: opened once, listed by scope, changed by who has seen them", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		seen, err := s.CasesSeen(ctx)
		require.NoError(t, err)
		require.NotNil(t, seen)
		require.Empty(t, seen)
		day := time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)
		a := loop.Case{ID: "a", Fact: 7, Team: "t1", Type: feedback.CSAT, Score: 1, AnsweredAt: seriesAt, OpenedAt: seriesAt, DueAt: day, Status: loop.Open, Version: 1, EditedAt: seriesAt}
		b := a
		b.ID, b.Team, b.OpenedAt, b.DueAt = "b", "t2", seriesAt.Add(time.Hour), day.AddDate(0, 0, 5)
		n, err := s.OpenCases(ctx, []loop.Case{a, b}, loop.Seen{1: 7})
		require.NoError(t, err)
		require.Equal(t, 2, n)
		n, err = s.OpenCases(ctx, []loop.Case{a}, loop.Seen{1: 8, 3: 2})
		require.NoError(t, err)
		require.Zero(t, n)
		seen, err = s.CasesSeen(ctx)
		require.NoError(t, err)
		require.Equal(t, loop.Seen{1: 8, 3: 2}, seen)

		_, err = s.Cases(ctx, loop.Query{})
		require.Equal(t, "scope_missing", errs.CodeOf(err))
		list := func(q loop.Query) []loop.Case {
			got, err := s.Cases(ctx, q)
			require.NoError(t, err)
			return got
		}
		require.Equal(t, []loop.Case{b, a}, list(loop.Query{Scope: org.Everything}))
		require.Equal(t, []loop.Case{a}, list(loop.Query{Scope: org.Teams("t1")}))
		require.Equal(t, []loop.Case{a}, list(loop.Query{Scope: org.Everything, Due: day.AddDate(0, 0, 1)}))
		require.Equal(t, []loop.Case{b}, list(loop.Query{Scope: org.Everything, Limit: 1}))
		require.Equal(t, []loop.Case{a}, list(loop.Query{Scope: org.Everything, After: "b"}))
		require.Empty(t, list(loop.Query{Scope: org.Everything, Status: loop.Closed}))

		a.Version, a.Status, a.ClosedAt, a.Asked = 2, loop.Closed, seriesAt.Add(time.Hour), &loop.Asked{Token: "digest", At: seriesAt}
		require.NoError(t, s.SaveCase(ctx, a, 1, seriesEntry("case.change")))
		require.Equal(t, "case_changed", errs.CodeOf(s.SaveCase(ctx, a, 1, seriesEntry("case.change"))))
		got, err := s.CaseByToken(ctx, "digest")
		require.NoError(t, err)
		require.Equal(t, a, got)
		_, err = s.CaseByToken(ctx, "other")
		require.Equal(t, "case_unknown", errs.CodeOf(err))
		_, err = s.Case(ctx, "none")
		require.Equal(t, "case_unknown", errs.CodeOf(err))
		require.Empty(t, list(loop.Query{Scope: org.Teams("t1"), Due: day.AddDate(0, 0, 1)}))
		count := 0
		require.NoError(t, s.EachCase(ctx, func(loop.Case) error { count++; return nil }))
		require.Equal(t, 2, count)

		require.Equal(t, []loop.Case{b}, list(loop.Query{Scope: org.Everything, Since: b.OpenedAt}))
		letters(ctx, t, s, b)

		r := loop.Rule{ID: "r", Type: feedback.CES, AtMost: 2, Days: 3, CreatedAt: seriesAt, Version: 1}
		require.NoError(t, s.SaveCaseRule(ctx, r, 0, seriesEntry("case_rule.create")))
		require.Equal(t, "rule_changed", errs.CodeOf(s.SaveCaseRule(ctx, r, 0, seriesEntry("case_rule.create"))))
		rules, err := s.CaseRules(ctx)
		require.NoError(t, err)
		require.Equal(t, []loop.Rule{r}, rules)
	})
}

// letters asks the customer of a case, and asks for two more: one that comes too early and one to who wants no more.
func letters(ctx context.Context, t *testing.T, s store.Store, c loop.Case) {
	t.Helper()
	at := seriesAt
	ask := func(email, token string, rest time.Time) (feedback.Outcome, error) {
		c.Version++
		c.Asked = &loop.Asked{Token: "of " + token, Letter: true, At: at}
		x := feedback.NewInvitation("case", c.ID+"."+strconv.Itoa(c.Version), email, token)
		x.SentAt, x.ExpiresAt = at, at.AddDate(0, 0, 90)
		m := outbox.Message{ID: x.ID, Key: "solved-" + x.ID, To: email, Template: "solved", Params: map[string]string{"link": "x"}, Locale: "en", CreatedAt: at, DueAt: at, State: outbox.Waiting}
		out, err := s.SaveCaseAsking(ctx, c, c.Version-1, seriesEntry("case.change"), loop.Letter{Invitation: x, Rest: rest, Message: m})
		if err != nil || out != feedback.Invited {
			c.Version--
		}
		return out, err
	}
	out, err := ask("a@example.com", "one", at.AddDate(0, 0, -7))
	require.NoError(t, err)
	require.Equal(t, feedback.Invited, out)
	got, err := s.CaseByToken(ctx, "of one")
	require.NoError(t, err)
	require.Equal(t, c.ID, got.ID)

	rest := at
	at = at.AddDate(0, 0, 3)
	out, err = ask("A@example.com", "two", rest.AddDate(0, 0, -4))
	require.NoError(t, err)
	require.Equal(t, feedback.Resting, out)
	_, err = s.CaseByToken(ctx, "of two")
	require.Equal(t, "case_unknown", errs.CodeOf(err), "nothing is stored")
	out, err = ask("a@example.com", "three", rest)
	require.NoError(t, err)
	require.Equal(t, feedback.Invited, out, "long enough ago")

	token := feedback.NewInvitation("", "", "", "three").Token
	require.NoError(t, s.OptOut(ctx, token, at))
	at = at.AddDate(0, 0, 300)
	out, err = ask("a@example.com", "four", at.AddDate(0, 0, -7))
	require.NoError(t, err)
	require.Equal(t, feedback.OptedOut, out)
	c.Version += 5
	_, err = ask("b@example.com", "five", at.AddDate(0, 0, -7))
	require.Equal(t, "case_changed", errs.CodeOf(err))
	waiting, err := s.WaitingMessages(ctx, 10)
	require.NoError(t, err)
	require.Len(t, waiting, 2, "a letter goes with its case or not at all")
}
