package panel_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// figures is a source over rows written in the test.
type figures struct {
	metrics []series.Metric
	rows    []series.Value
}

func (f figures) Metrics(context.Context) ([]series.Metric, error) { return f.metrics, nil }

func (f figures) EachValue(_ context.Context, scope org.Scope, _ series.Query, fn func(series.Value) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	for _, v := range f.rows {
		if err := fn(v); err != nil {
			return err
		}
	}
	return nil
}

func (f *figures) add(t *testing.T, metric, team, period string, v float64, n int) {
	t.Helper()
	p, err := series.ParsePeriod(period)
	require.NoError(t, err)
	f.rows = append(f.rows, series.Value{MetricID: metric, TeamID: team, Period: p, Value: v, N: n})
}

var (
	ex    = series.Metric{ID: "ex", Key: "ex", Kind: series.EX, Aggregation: series.Mean}
	sales = series.Metric{ID: "sales", Key: "sales", Kind: series.Money, Aggregation: series.Sum}
	stock = series.Metric{ID: "stock", Key: "stock", Kind: series.Outcome, Aggregation: series.Last}
)

func day(s string) time.Time { d, _ := time.Parse("2006-01-02", s); return d }

var tree = []org.Team{
	{ID: "top", Name: "Company"},
	{ID: "a", Name: "A", ParentID: "top", History: []org.TeamEvent{{On: day("2024-05-01"), Kind: org.Moved}}},
	{ID: "b", Name: "B", ParentID: "top", History: []org.TeamEvent{{On: day("2024-06-01"), Kind: org.Received}, {On: day("2024-07-01"), Kind: org.Renamed}}},
	{ID: "old", Name: "Old", ParentID: "top", ClosedOn: day("2024-06-01"), MergedInto: "b"},
}

func build(t *testing.T, f figures) *panel.Panel {
	t.Helper()
	p, err := panel.Build(context.Background(), tree, []panel.Source{f}, day("2024-12-31"))
	require.NoError(t, err)
	return p
}

func TestOnlyFiguresThatMayBeUsedEnter(t *testing.T) {
	f := figures{metrics: []series.Metric{ex, sales}}
	f.add(t, "ex", "a", "2024-01", 70, 5)
	f.add(t, "ex", "a", "2024-02", 71, 4) // under the floor
	f.add(t, "ex", "a", "2024-03", 72, 0) // no count
	f.add(t, "ex", "top", "2024-01", 70, 50)
	f.add(t, "ex", "gone", "2024-01", 70, 50)
	f.add(t, "ex", "a", "2025-01", 70, 50) // starts after the day the panel is as of
	f.add(t, "sales", "a", "2024-01", 9, 0)
	p := build(t, f)
	require.Equal(t, map[panel.Reason]int{panel.HeldBack: 2, panel.NotLeaf: 1, panel.NoTeam: 1}, p.Excluded("ex"))
	c := p.Column("ex", series.Month)
	require.Equal(t, 1, c.Periods)
	require.Equal(t, []string{"A", "B", "Old"}, []string{p.Teams[0].Name, p.Teams[1].Name, p.Teams[2].Name}, "closed teams keep their line")
}

func TestBreaksAreListed(t *testing.T) {
	p := build(t, figures{metrics: []series.Metric{ex}})
	require.Equal(t, []panel.Break{{"a", day("2024-05-01"), org.Moved}, {"b", day("2024-06-01"), org.Received}}, p.Breaks)
}

func TestFinerFiguresAreAggregatedByTheMetricsRule(t *testing.T) {
	f := figures{metrics: []series.Metric{ex, sales, stock}}
	for i, m := range []string{"2024-01", "2024-02", "2024-03"} {
		f.add(t, "ex", "a", m, float64(60+10*i), []int{10, 10, 20}[i])
		f.add(t, "sales", "a", m, float64(100*(i+1)), 0)
		f.add(t, "stock", "a", m, float64(i), 0)
	}
	f.add(t, "sales", "a", "2024-04", 5, 0) // a quarter with one month only
	f.add(t, "ex", "a", "2024-Q2", 55, 8)   // a figure of the quarter itself …
	f.add(t, "ex", "a", "2024-04", 99, 30)  // … wins over its months
	f.add(t, "stock", "a", "2024", 77, 0)   // a year says nothing about a quarter
	f.add(t, "ex", "b", "2024-W01", 40, 5)  // weeks count for the quarter of their Thursday
	f.add(t, "ex", "b", "2024-W02", 50, 15) //
	p := build(t, f)
	q := p.Column("ex", series.Quarter)
	require.InDelta(t, (60*10+70*10+80*20)/40.0, q.Value[0], 1e-12)
	require.EqualValues(t, 40, q.N[0])
	require.Equal(t, 55.0, q.Value[1])
	require.InDelta(t, 47.5, q.Value[q.Periods], 1e-12)
	s := p.Column("sales", series.Quarter)
	require.Equal(t, 600.0, s.Value[0])
	require.True(t, math.IsNaN(s.Value[1]), "a sum of one month is not a quarter")
	require.Equal(t, 1, s.Excluded[panel.Incomplete])
	l := p.Column("stock", series.Quarter)
	require.Equal(t, 2.0, l.Value[0])
	require.Equal(t, 1, l.Excluded[panel.Coarser])
}

func TestAPairRunsAtTheCoarserGrainOnCalendarLags(t *testing.T) {
	f := figures{metrics: []series.Metric{ex, sales}}
	for _, m := range []string{"2024-01", "2024-02", "2024-04"} { // March is missing
		f.add(t, "ex", "a", m, 1+float64(len(f.rows)), 9)
	}
	for _, m := range []string{"2024-01", "2024-02", "2024-03", "2024-04", "2024-05"} {
		f.add(t, "sales", "a", m, 100+float64(len(f.rows)), 0)
	}
	p := build(t, f)
	g, ok := p.PairGrain("ex", "sales")
	require.True(t, ok)
	require.Equal(t, series.Month, g)
	q := panel.Join(p.Column("ex", g), p.Column("sales", g), 1)
	require.Equal(t, []float64{1, 2, 3}, q.X, "February, March and May: April has no figure a month before it")
	require.Equal(t, []float64{104, 105, 107}, q.Y)
	require.Equal(t, 2, q.Excluded[panel.NoPartner])
	require.Equal(t, 1, q.Teams)
	require.Equal(t, 3, q.Periods)
	require.EqualValues(t, 9, q.N[0])
	require.Equal(t, 1, q.Half(1).Periods)
	require.Equal(t, 2, q.Half(0).Periods)
	_, ok = p.PairGrain("ex", "nothing")
	require.False(t, ok)
}

func TestLagsAreTranslatedToTheCoarserGrain(t *testing.T) {
	require.Equal(t, 3, panel.LagAt(3, series.Month, series.Month))
	require.Equal(t, 1, panel.LagAt(4, series.Week, series.Month))
	require.Equal(t, 2, panel.LagAt(6, series.Month, series.Quarter))
	require.Equal(t, 0, panel.LagAt(1, series.Week, series.Year))
}
