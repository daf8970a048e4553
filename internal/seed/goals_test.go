package seed_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/goal"
	"rapport/internal/invest"
	"rapport/internal/org"
	"rapport/internal/series"
)

// The demo company has goals with where it stands, and proposals on all three lists; a lead sees his own teams only, and
// nobody's estimates before giving one.
func TestTheDemoCompanyKnowsWhereToInvest(t *testing.T) {
	ctx := context.Background()
	s, _ := company(t)

	page, err := s.Goals.Page(ctx, org.Everything, "")
	require.NoError(t, err)
	byPlace := map[string]goal.Row{}
	for _, r := range page.Rows {
		byPlace[r.Metric.Key+" "+r.TeamName] = r
		require.NotNil(t, r.Actual, "%s %s", r.Metric.Key, r.TeamName)
		require.NotNil(t, r.Actual.SE)
		if r.Desired == nil {
			continue
		}
		require.InDelta(t, r.Desired.Value-r.Actual.Value, *r.Gap, 1e-9)
		t.Logf("%-22s %-8s actual %.2f ± %.2f (%s, %d of %d) desired %.2f", r.Metric.Key, r.TeamName, r.Actual.Value, *r.Actual.SE, r.Actual.Period, r.Actual.Below, r.Actual.Of, r.Desired.Value)
	}
	csat := byPlace["satisfaction "]
	require.Equal(t, 79.0, csat.Desired.Value, "expectations have risen")
	require.Len(t, csat.History, 3)
	require.Equal(t, 81.0, byPlace["satisfaction East"].Desired.Value)
	require.Equal(t, 76.5, csat.Market.Value)

	in, err := s.Auth.SignInDemo(ctx, auth.Lead)
	require.NoError(t, err)
	lead, err := s.Auth.BySession(ctx, in.Secret)
	require.NoError(t, err)
	mine, err := s.Goals.Page(ctx, lead.Scope, "")
	require.NoError(t, err)
	require.NotEmpty(t, mine.Rows)
	for _, r := range mine.Rows {
		require.True(t, lead.Scope.Has(r.Team), "%s %s", r.Metric.Key, r.TeamName)
		require.NotEqual(t, series.Sum, r.Metric.Aggregation)
	}

	all, err := s.Invest.Page(ctx, org.Everything, "nobody")
	require.NoError(t, err)
	lists := map[invest.List]int{}
	for _, v := range all.Items {
		require.NotNil(t, v.Standing, v.Idea.Name)
		lists[v.Standing.List]++
		line := ""
		for _, r := range v.Standing.Reasons {
			line += " " + r.In("en")
		}
		if r := v.Standing.Ratio; r != nil {
			t.Logf("%-46s %-6s #%d ratio %.2f (%.2f … %.2f) pays %.2f first %.2f value %d%s", v.Idea.Name, v.Standing.List, v.Standing.Rank, r.Value, r.P5, r.P95, r.Pays, r.First, v.Standing.Value.Value, line)
		} else {
			t.Logf("%-46s %-6s%s", v.Idea.Name, v.Standing.List, line)
		}
		if v.State == invest.Estimating {
			require.Empty(t, v.Seen)
			require.Nil(t, v.Combined)
			require.Nil(t, v.Standing.Ratio)
		}
	}
	require.Positive(t, lists[invest.Invest])
	require.Positive(t, lists[invest.Watch])
	require.Positive(t, lists[invest.Park])
	own, err := s.Invest.Page(ctx, lead.Scope, lead.ID)
	require.NoError(t, err)
	require.NotEmpty(t, own.Items)
	for _, v := range own.Items {
		require.True(t, lead.Scope.Has(v.Idea.Team))
		require.True(t, v.Mine)
		require.Len(t, v.Seen, 1)
	}
}
