package goal_test

import (
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/goal"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Expectations change: what held on a day is what was set last for that day, at the team itself or the nearest above.
func TestWhatWasWantedOnADay(t *testing.T) {
	tree := org.NewTree([]org.Team{{ID: "all", Name: "All"}, {ID: "east", Name: "East", ParentID: "all"}, {ID: "e1", Name: "E1", ParentID: "east"}, {ID: "west", Name: "West", ParentID: "all"}})
	metrics := []series.Metric{{ID: "csat", Aggregation: series.Mean}, {ID: "revenue", Aggregation: series.Sum}}
	level := func(id, metric, team, from string, v float64) goal.Level {
		return goal.Level{ID: id, Metric: metric, Team: team, Kind: goal.Desired, From: paneltest.Day(from), Value: v, At: paneltest.Day(from)}
	}
	corrected := level("c", "csat", "", "2025-01-01", 81)
	corrected.At = paneltest.Day("2025-03-01")
	ended := level("f", "csat", "east", "2026-01-01", 0)
	ended.Ends = true
	market := level("m", "csat", "", "2025-01-01", 70)
	market.Kind = goal.Market
	b := goal.NewBook([]goal.Level{
		level("d", "csat", "", "2025-07-01", 85), ended, corrected, level("a", "csat", "", "2025-01-01", 80), level("e", "csat", "east", "2025-04-01", 75), market,
		level("r", "revenue", "all", "2025-01-01", 1e6),
	}, tree, metrics)
	for _, c := range []struct {
		team, on string
		want     float64
		ok       bool
	}{
		{"", "2024-12-31", 0, false},
		{"", "2025-01-01", 81, true}, // the later word about the same day
		{"west", "2025-06-30", 81, true},
		{"west", "2025-07-01", 85, true},
		{"e1", "2025-03-31", 81, true},
		{"e1", "2025-04-01", 75, true}, // the nearest above
		{"e1", "2026-01-01", 85, true}, // East's own has ended
		{"nobody", "2025-07-01", 85, true},
	} {
		l, ok := b.At(goal.Desired, "csat", c.team, paneltest.Day(c.on))
		require.Equal(t, c.ok, ok, "%+v", c)
		require.Equal(t, c.want, l.Value, "%+v", c)
	}
	l, ok := b.At(goal.Market, "csat", "e1", paneltest.Day("2025-02-01"))
	require.True(t, ok)
	require.Equal(t, 70.0, l.Value)
	_, ok = b.At(goal.Desired, "revenue", "all", paneltest.Day("2025-02-01"))
	require.True(t, ok)
	_, ok = b.At(goal.Desired, "revenue", "east", paneltest.Day("2025-02-01"))
	require.False(t, ok, "the company's revenue is not wanted of every team")
}
