package forecast_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/forecast"
	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/returns"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type env struct {
	*forecast.Service
	ledger *initiative.Service
	store  *sqlite.Store
	now    time.Time
}

// company is 12 teams × 36 months from January 2023 on: contacts per customer, which rise by .02 a month for everybody and
// fall by effect in the first six teams from January 2025 on, and the share who noticed, from then on.
func company(effect, noticed float64) (*paneltest.Figures, []org.Team) {
	rng := rand.New(rand.NewPCG(7, 3))
	src := &paneltest.Figures{List: []series.Metric{
		{ID: "contacts", Key: "contacts", Name: "Contacts", Kind: series.Behaviour, Aggregation: series.Mean},
		{ID: "ease", Key: "ease", Name: "Ease", Kind: series.CX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "noticed", Key: "noticed", Name: "Noticed", Kind: series.EX, Unit: "%", Aggregation: series.Mean, HigherIsBetter: true},
	}}
	var teams []org.Team
	shared := make([]float64, 36)
	for t := range shared {
		shared[t] = .05 * rng.NormFloat64()
	}
	for g := range 12 {
		id := fmt.Sprintf("t%02d", g)
		teams = append(teams, org.Team{ID: id, Name: "Team " + id})
		for t := range 36 {
			p := series.Period{Grain: series.Month, Index: 2023*12 + t}
			v := 2 + .05*float64(g) + .02*float64(t) + shared[t] + .05*rng.NormFloat64()
			if g < 6 && t >= 24 {
				v -= effect
				src.Rows = append(src.Rows, series.Value{MetricID: "noticed", TeamID: id, Period: p, Value: 100 * noticed, N: 20})
			}
			src.Rows = append(src.Rows, series.Value{MetricID: "contacts", TeamID: id, Period: p, Value: v}, series.Value{MetricID: "ease", TeamID: id, Period: p, Value: 60 + rng.NormFloat64()})
		}
	}
	return src, teams
}

func newEnv(t testing.TB, src *paneltest.Figures, teams []org.Team, now string) *env {
	t.Helper()
	st, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
	require.NoError(t, err)
	e := &env{store: st, now: paneltest.Day(now)}
	clock := func() time.Time { return e.now }
	ops := operation.NewService(st, clock)
	t.Cleanup(func() { ops.Close(); _ = st.Close() })
	sources := []panel.Source{src}
	e.ledger = initiative.NewService(st, paneltest.Tree(teams), sources, ops, clock)
	links := linkage.NewService(st, paneltest.Tree(teams), sources, ops, clock)
	stated := returns.NewService(st, returns.From{Ledger: e.ledger, Links: links, Teams: paneltest.Tree(teams), Sources: sources}, ops, clock)
	e.Service = forecast.NewService(st, e.ledger, stated, ops, clock)
	return e
}

func callback() initiative.Plan {
	var treated []initiative.Treated
	for g := range 6 {
		treated = append(treated, initiative.Treated{TeamID: fmt.Sprintf("t%02d", g), On: paneltest.Day("2025-01-01")})
	}
	return initiative.Plan{
		Name: "Call back first", Purpose: initiative.Process, Side: initiative.CustomerSide, Metric: "contacts", Others: true, EndsOn: paneltest.Day("2025-12-31"), Treated: treated,
		Costs: []initiative.Cost{{Name: "people", Kind: initiative.Money, On: paneltest.Day("2025-01-01"), Amount: 1_000_000}, {Name: "survey", Kind: initiative.SurveyTime, On: paneltest.Day("2025-05-01"), Hours: 20, Amount: 4000}},
		Benefits: []initiative.Benefit{
			{Name: "contacts saved", Kind: "cost_to_serve", Units: 40_000, Price: 100, PriceSource: "finance: a contact costs 1.00"},
			{Name: "word of mouth", Kind: "other", PriceSource: "sales", Forecast: &initiative.Forecast{Grade: "E", Amount: 400_000, SE: 100_000, Confidence: .5}},
		},
		Expected:   initiative.Expectation{Effect: -.5, Confidence: .8},
		Follow:     []initiative.Follow{{Metric: "ease", Expected: initiative.Expectation{Effect: 2, SE: 1, Model: "slope of the newest run"}, From: 2, Full: 3}},
		Perception: &initiative.Perception{Question: "Did you notice that you were called back?", Metric: "noticed"},
		Inaction:   &initiative.Inaction{Loss: 900_000, SE: 200_000, Source: "operations: overtime of last winter"},
	}
}
