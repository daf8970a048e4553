package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/loop"
	"rapport/internal/org"
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

		r := loop.Rule{ID: "r", Type: feedback.CES, AtMost: 2, Days: 3, CreatedAt: seriesAt, Version: 1}
		require.NoError(t, s.SaveCaseRule(ctx, r, 0, seriesEntry("case_rule.create")))
		require.Equal(t, "rule_changed", errs.CodeOf(s.SaveCaseRule(ctx, r, 0, seriesEntry("case_rule.create"))))
		rules, err := s.CaseRules(ctx)
		require.NoError(t, err)
		require.Equal(t, []loop.Rule{r}, rules)
	})
}
