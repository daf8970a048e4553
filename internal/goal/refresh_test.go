package goal_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

var people = paneltest.Tree{{ID: "all", Name: "All"}, {ID: "east", Name: "East", ParentID: "all"}, {ID: "e1", Name: "E1", ParentID: "east"}, {ID: "e2", Name: "E2", ParentID: "east"}, {ID: "w1", Name: "W1", ParentID: "all"}}

func newService(t *testing.T, src *paneltest.Figures) *goal.Service {
	t.Helper()
	st, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
	require.NoError(t, err)
	ops := operation.NewService(st, time.Now)
	t.Cleanup(func() { ops.Close(); _ = st.Close() })
	return goal.NewService(st, people, []panel.Source{src}, ops, func() time.Time { return paneltest.Day("2025-06-15") })
}

// Where things stand: the newest recent figure of a team; above, teams put together by the metric's own rule, unless the
// source speaks for the team itself. What is old, incomplete or about too few people is no figure.
func TestWhereAMetricStands(t *testing.T) {
	ctx := context.Background()
	src := &paneltest.Figures{List: []series.Metric{
		{ID: "csat", Key: "csat", Name: "CSAT", Kind: series.CX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "revenue", Key: "revenue", Name: "Revenue", Kind: series.Money, Aggregation: series.Sum, HigherIsBetter: true},
		{ID: "mood", Key: "mood", Name: "Mood", Kind: series.EX, Aggregation: series.Mean, AboutPeople: true, HigherIsBetter: true},
		{ID: "engagement", Key: "engagement", Name: "Engagement", Kind: series.EX, Aggregation: series.Mean, AboutPeople: true, HigherIsBetter: true},
	}}
	src.Put("csat", "e1", "2025-04", 70, 30)
	src.Put("csat", "e1", "2025-05", 80, 30)
	src.Put("csat", "e2", "2025-05", 60, 10)
	src.Put("csat", "w1", "2024-11", 10, 10) // too old to say anything about now
	src.Put("revenue", "e1", "2025-04", 100, 0)
	src.Put("revenue", "e2", "2025-04", 50, 0)
	src.Put("revenue", "e1", "2025-05", 110, 0) // the other team's is missing
	src.Put("mood", "e1", "2025-05", 50, 4)
	src.Put("engagement", "e1", "2025-05", 40, 9)
	src.Put("engagement", "east", "2025-05", 66, 20) // released for the division itself
	s := newService(t, src)

	_, ok, err := s.Actual(ctx, "csat", "e1")
	require.NoError(t, err)
	require.False(t, ok, "a page computes nothing: before the job there is no figure")
	require.NoError(t, s.Refresh(ctx, time.Time{}, nil))
	at := func(metric, team string) (goal.Actual, bool) {
		a, ok, err := s.Actual(ctx, metric, team)
		require.NoError(t, err)
		return a, ok
	}
	a, ok := at("csat", "e1")
	require.True(t, ok)
	require.Equal(t, "2025-05", a.Period)
	require.InDelta(t, 80, a.Value, 1e-9)
	require.Nil(t, a.SE, "two months of two teams are too few to say how figures jump")
	a, ok = at("csat", "east")
	require.True(t, ok)
	require.InDelta(t, (80*30+60*10)/40.0, a.Value, 1e-9, "weighed by respondents")
	require.Equal(t, 2, a.Below)
	_, ok = at("csat", "w1")
	require.False(t, ok, "half a year old")
	a, ok = at("revenue", "east")
	require.True(t, ok)
	require.Equal(t, "2025-04", a.Period, "the last month with all of them")
	require.InDelta(t, 150, a.Value, 1e-9)
	_, ok = at("mood", "e1")
	require.False(t, ok, "four people")
	a, ok = at("engagement", "east")
	require.True(t, ok)
	require.InDelta(t, 66, a.Value, 1e-9, "what the source released stands before what is put together")
}

// A barrier stays on record: versions guard against lost changes, notes only grow, and nobody touches other teams'.
func TestABarrierFromEntryToRemoval(t *testing.T) {
	ctx := context.Background()
	s := newService(t, &paneltest.Figures{List: []series.Metric{{ID: "csat", Key: "csat", Name: "CSAT", Kind: series.CX, Aggregation: series.Mean}}})
	_, err := s.PutBarrier(ctx, org.Everything, "u", goal.Barrier{Name: "x"}, "")
	require.Equal(t, "barrier_invalid", errs.CodeOf(err), "it stands in the way of nothing")
	_, err = s.PutBarrier(ctx, org.Everything, "u", goal.Barrier{Name: "x", Metric: "gone", Team: "nowhere"}, "")
	require.Equal(t, "barrier_invalid", errs.CodeOf(err))

	b, err := s.PutBarrier(ctx, org.Everything, "u", goal.Barrier{Name: " Three systems ", Metric: "csat", Team: "e1", Owner: "Ada"}, "seen on the floor")
	require.NoError(t, err)
	require.Equal(t, "Three systems", b.Name)
	require.Equal(t, goal.Open, b.Status)
	require.Len(t, b.Notes, 1)

	next := b
	next.Status = goal.Removed
	c, err := s.PutBarrier(ctx, org.Everything, "v", next, "one system since May")
	require.NoError(t, err)
	require.Equal(t, 2, c.Version)
	require.Len(t, c.Notes, 2)
	require.Equal(t, "u", c.CreatedBy)
	_, err = s.PutBarrier(ctx, org.Everything, "w", next, "")
	require.Equal(t, "barrier_changed", errs.CodeOf(err), "written over an older version")

	lead := org.NewTree(people).Scope("e2")
	_, err = s.Barrier(ctx, lead, b.ID)
	require.Equal(t, "barrier_unknown", errs.CodeOf(err))
	c.Team = "e2"
	_, err = s.PutBarrier(ctx, lead, "x", goal.Barrier{Name: "x", Team: "e1"}, "")
	require.Error(t, err)
	list, err := s.Barriers(ctx, org.Everything, goal.Barrier{Status: goal.Removed})
	require.NoError(t, err)
	require.Len(t, list, 1)
	list, err = s.Barriers(ctx, lead, goal.Barrier{})
	require.NoError(t, err)
	require.Empty(t, list)
}
