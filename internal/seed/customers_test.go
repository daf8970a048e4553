package seed_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/customer"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/goal"
	"rapport/internal/intake"
	"rapport/internal/journey"
	"rapport/internal/loop"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/raced"
	"rapport/internal/seed"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

func types(list []journey.Score) (out []feedback.ScoreType) {
	for _, s := range list {
		out = append(out, s.Type)
	}
	return out
}

// The pages find what was planted among the customers of the demo company: the phone is the hardest touchpoint, the
// journey is often broken off, and those who waited longer than promised leave more often.
func TestTheCustomerPagesFindWhatWasPlanted(t *testing.T) {
	raced.NothingToTell(t)
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 9, 2, 10, 0, 0, 0, time.UTC) }
	st, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "demo.db")))
	require.NoError(t, err)
	ops := operation.NewService(st, now)
	t.Cleanup(func() { ops.Close(); _ = st.Close() })
	o := org.NewService(st, now)
	facts := fact.NewService(st, intake.NewService(st, now), st, now)
	voices := feedback.NewService(facts, st, now)
	orders := customer.NewService(facts, st, voices, now)
	goals := goal.NewService(st, o, nil, ops, now)
	cases := loop.NewService(st, voices, facts.Homes, loop.Options{}, now)
	journeys := journey.NewService(st, journey.From{Closures: cases, Facts: facts, Feedback: voices, Customers: orders}, ops, now)
	journeys.Wants(goals, nil)
	require.NoError(t, seed.Teams(ctx, o, now()))
	s := seed.CustomerServices{Customers: orders, Feedback: voices, Journeys: journeys, Loop: cases, Org: o, Now: now}
	require.NoError(t, seed.CustomerSide(ctx, s))
	require.NoError(t, seed.CustomerSide(ctx, s), "a second time changes nothing")

	open, err := cases.List(ctx, loop.Query{Scope: org.Everything, Status: loop.Open}, false)
	require.NoError(t, err)
	require.NotEmpty(t, open)
	closed, err := cases.List(ctx, loop.Query{Scope: org.Everything, Status: loop.Closed}, false)
	require.NoError(t, err)
	require.NotEmpty(t, closed)
	again, err := cases.OpenNew(ctx)
	require.NoError(t, err)
	require.Zero(t, again, "one answer opens one case")

	m, err := journeys.View(ctx, journey.Filter{Teams: org.Everything, Months: 24})
	require.NoError(t, err)
	ease := map[string]float64{}
	for _, p := range m.Points() {
		require.NotEmpty(t, p.Scores, p.Touchpoint.Name)
		require.NotNil(t, p.Scores[0].Figure, p.Touchpoint.Name)
		require.NotNil(t, p.Feeling, p.Touchpoint.Name)
		if p.Scores[0].Type == feedback.CES {
			ease[p.Touchpoint.Name] = p.Scores[0].Figure.Hi
		}
	}
	require.Less(t, ease["Phone"], ease["Chat"])
	require.NotNil(t, m.Courses[0].Completion)
	require.NotEmpty(t, m.Courses[0].Ways)
	chat, err := journeys.View(ctx, journey.Filter{Teams: org.Everything, Months: 24, Traits: journey.Traits{Channel: "chat"}})
	require.NoError(t, err)
	require.Less(t, chat.N, m.N)
	partners, err := journeys.View(ctx, journey.Filter{Teams: org.Everything, Months: 24, Population: feedback.Partners})
	require.NoError(t, err)
	require.Positive(t, partners.N)
	require.Equal(t, []feedback.ScoreType{feedback.NPS}, types(partners.Relational))
	require.Equal(t, []feedback.ScoreType{feedback.NPS}, types(m.Relational))
	require.NotEqual(t, m.Relational[0].N, partners.Relational[0].N)
	_, split, err := journeys.Loyalty(ctx)
	require.NoError(t, err)
	require.Len(t, split, 1)
	require.Empty(t, split[0].Gap)
	require.Equal(t, "relational", split[0].Relation)
	require.Greater(t, split[0].Explained.Lo, 10.)
	sides := map[string]journey.Figure{}
	for _, x := range split[0].Sides {
		sides[x.Name] = x.Share
	}
	require.InDelta(t, 100, sides["function"].Value+sides["feeling"].Value, 1e-9)
	require.Greater(t, sides["feeling"].Lo, sides["function"].Hi, "how it felt was planted to weigh more")
	t.Log(split)
	for _, p := range partners.Points() {
		if p.Touchpoint.Name == "Home visit" {
			require.Equal(t, partners.N, p.N)
		} else {
			require.Zero(t, p.N, p.Touchpoint.Name)
		}
	}
	_, pains, err := journeys.Pains(ctx)
	require.NoError(t, err)
	found := map[string]journey.Pain{}
	for _, p := range pains {
		if p.Horizon == customer.Horizons[0] {
			found[p.Kind] = p
		}
	}
	require.Positive(t, found["waiting"].Difference.Value)
	require.Positive(t, found["closure"].Difference.Value)
	t.Log(*found["waiting"].Difference, *found["closure"].Difference, *found["effort"].Difference, m.N)
}
