package linkage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/intake"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type env struct {
	store   *sqlite.Store
	linkage *linkage.Service
	ops     *operation.Service
}

var clock = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func newEnv(t testing.TB, teams []org.Team, src panel.Source) env {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
	require.NoError(t, err)
	ops := operation.NewService(s, time.Now)
	t.Cleanup(func() { ops.Close(); _ = s.Close() })
	return env{s, linkage.NewService(s, paneltest.Tree(teams), []panel.Source{src}, ops, func() time.Time { return clock }), ops}
}

// made builds a monthly panel: ex drives cx (slope .6, same month) and revenue (slope 2, two months later); mood shares a
// season with churn that hits every team alike; pace shares one with waiting that hits teams unequally.
func made(teams, periods int) (*paneltest.Figures, []org.Team) {
	rng := rand.New(rand.NewPCG(11, 7))
	src := &paneltest.Figures{List: []series.Metric{
		{ID: "ex", Key: "ex", Name: "Engagement", Kind: series.EX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "mood", Key: "mood", Name: "Mood", Kind: series.EX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "pace", Key: "pace", Name: "Pace", Kind: series.EX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "cx", Key: "cx", Name: "Satisfaction", Kind: series.CX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "revenue", Key: "revenue", Name: "Revenue", Kind: series.Money, Aggregation: series.Sum, HigherIsBetter: true, DefaultLag: 2},
		{ID: "churn", Key: "churn", Name: "Churn", Kind: series.Behaviour, Aggregation: series.Mean},
		{ID: "waiting", Key: "waiting", Name: "Waiting", Kind: series.Outcome, Aggregation: series.Mean},
		{ID: "weather", Key: "weather", Name: "Weather", Kind: series.Confounder, Aggregation: series.Mean},
	}}
	var ts []org.Team
	shared, unequal := make([]float64, periods), make([]float64, periods)
	for t := range periods {
		shared[t], unequal[t] = rng.NormFloat64(), rng.NormFloat64()
	}
	for g := range teams {
		id := fmt.Sprintf("team%04d", g)
		ts = append(ts, org.Team{ID: id, Name: fmt.Sprintf("Team %d", g)})
		level, load := rng.NormFloat64(), 1+.5*rng.NormFloat64()
		past := []float64{rng.NormFloat64(), rng.NormFloat64()}
		for t := range periods {
			ex := rng.NormFloat64()
			past = append(past, ex)
			p := series.Period{Grain: series.Month, Index: 2020*12 + t}
			put := func(m string, v float64, n int) {
				src.Rows = append(src.Rows, series.Value{MetricID: m, TeamID: id, Period: p, Value: v, N: n})
			}
			n := 4 + rng.IntN(20)
			put("ex", level+ex, n)
			put("mood", level+.5*rng.NormFloat64()+shared[t], n)
			put("pace", .5*rng.NormFloat64()+load*unequal[t], n)
			put("cx", level+.6*ex+.5*rng.NormFloat64(), 0)
			put("revenue", 50+2*past[len(past)-3]+rng.NormFloat64(), 0)
			put("churn", level+.5*rng.NormFloat64()+shared[t], 0)
			put("waiting", .5*rng.NormFloat64()+load*unequal[t], 0)
			put("weather", rng.NormFloat64(), 0)
		}
	}
	return src, ts
}

// real is the whole way from a file to a finding, with the real services.
type real struct {
	env
	series *series.Service
}

func newReal(t testing.TB) real {
	t.Helper()
	e := newEnv(t, nil, &paneltest.Figures{})
	now := func() time.Time { return clock }
	o := org.NewService(e.store, now)
	s := series.NewService(e.store, intake.NewService(e.store, now), e.store, now)
	e.linkage = linkage.NewService(e.store, o, []panel.Source{s, panel.NewAttrition(o)}, e.ops, now)
	return real{e, s}
}
