package series_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// scaled makes a metric of means on a scale from 1 to 5 and says how a file brings it.
func scaled(b *bench) (series.Metric, intake.Mapping) {
	b.t.Helper()
	m, err := b.CreateMetric(context.Background(), admin, series.Metric{
		Key: "engagement", Name: "Engagement", Kind: series.EX, HigherIsBetter: true, Aggregation: series.Mean, Scale: series.Scale{Low: 1, High: 5, Steps: 4},
	})
	require.NoError(b.t, err)
	return m, intake.Mapping{
		Kind: intake.Series, Team: "team", Parent: "parent", Period: "period", Respondents: "n", CreateTeams: true,
		Metrics: []intake.MetricMapping{{Column: "engagement", Metric: "engagement", Kind: "ex", HigherIsBetter: true, Aggregation: "mean"}},
	}
}

// released reads what may be used, by the name of the team.
func released(b *bench, m series.Metric) map[string]series.Value {
	b.t.Helper()
	teams, err := b.store.Teams(context.Background(), org.Everything)
	require.NoError(b.t, err)
	name := map[string]string{}
	for _, t := range teams {
		name[t.ID] = t.Name
	}
	out := map[string]series.Value{}
	require.NoError(b.t, b.EachValue(context.Background(), org.Everything, series.Query{Metrics: []string{m.ID}}, func(v series.Value) error {
		out[name[v.TeamID]] = v
		return nil
	}))
	list, err := b.Values(context.Background(), org.Everything, m, series.Query{}, series.Position{}, 100)
	require.NoError(b.t, err)
	for _, v := range list {
		x, ok := out[name[v.TeamID]]
		require.Equal(b.t, ok, !v.NotShown)
		require.Equal(b.t, x.Value, v.Value, "both ways out say the same")
		require.Equal(b.t, x.N, v.N)
	}
	return out
}

// step is the coarseness a figure of a band has on a scale from 1 to 5.
func step(n int) float64 { return map[int]float64{5: .4, 10: .2, 20: .04, 50: .04}[n] }

func TestUnanimousTeamsDoNotShowInFiguresWithAScale(t *testing.T) {
	file := func(a, b, north string) string {
		return "team,parent,period,engagement,n\nNorth,,2025-01," + north + ",17\nA,North,2025-01," + a + ",7\nB,North,2025-01," + b + ",10\n"
	}
	b := newBench(t)
	m, how := scaled(b)
	b.put(file("5", "5", "5"), how)
	all := released(b, m)
	require.Len(t, all, 3)
	for team, v := range all {
		require.Contains(t, []int{5, 10, 20, 50}, v.N, "people in bands")
		require.Less(t, v.Value, 5., team)
		steps := (v.Value - 1) / step(v.N)
		require.InDelta(t, math.Round(steps), steps, 1e-9, "%s: %v is rounded", team, v.Value)
	}
	// Two answers fewer give the same figures: nobody can tell a unanimous team.
	two := newBench(t)
	n, how := scaled(two)
	two.put(file("4.714286", "5", "4.882353"), how) // 5 × 5 + 2 × 4, and what follows for the division
	require.Equal(t, all["A"].Value, released(two, n)["A"].Value)

	low := newBench(t)
	l, how := scaled(low)
	low.put(file("1", "1", "1"), how)
	for team, v := range released(low, l) {
		require.Greater(t, v.Value, 1., team)
	}
}

// Whatever comes in: the same teams are shown as by the counts alone, no figure stands at an end, and means that do not
// add up are no error.
func TestFiguresWithAScaleHoldForAnyFile(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 9))
		var file strings.Builder
		file.WriteString("team,parent,period,engagement,n\n")
		company := 0
		for d := range 3 {
			sum := 0
			for i := range 2 + r.IntN(4) {
				n := 1 + r.IntN(25)
				sum += n
				fmt.Fprintf(&file, "t%d.%d,d%d,2025-01,%v,%d\n", d, i, d, []float64{1, 5, 1 + 4*r.Float64(), 9}[r.IntN(4)], n)
			}
			fmt.Fprintf(&file, "d%d,co,2025-01,%v,%d\n", d, 1+4*r.Float64(), sum)
			company += sum
		}
		fmt.Fprintf(&file, "co,,2025-01,%v,%d\n", 1+4*r.Float64(), company)
		b := newBench(t) // the same teams with and without: between groups of one size the order of their random ids decides
		_, how := scaled(newBench(t))
		b.put(file.String(), how)
		shown := b.values()
		list, err := b.Metrics(context.Background())
		require.NoError(t, err)
		list[0].Scale = series.Scale{Low: 1, High: 5, Steps: 4}
		m, err := b.ChangeMetric(context.Background(), admin, 0, list[0])
		require.NoError(t, err)
		all := released(b, m)
		require.Len(t, all, len(shown), "seed %d", seed)
		for _, v := range shown {
			require.Contains(t, all, strings.Fields(v)[1], "seed %d", seed)
		}
		for team, v := range all {
			require.Greater(t, v.Value, 1., "seed %d %s", seed, team)
			require.Less(t, v.Value, 5., "seed %d %s", seed, team)
		}
	}
}

func TestAScaleIsDeclaredOnceFiguresAreThere(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	m, how := scaled(b)
	b.put("team,parent,period,engagement,n\nA,,2025-01,5,6\n", how)
	require.Less(t, released(b, m)["A"].Value, 5.)
	bare := m
	bare.Scale = series.Scale{}
	_, err := b.ChangeMetric(ctx, admin, 0, bare)
	require.ErrorContains(t, err, "metric_scale_fixed")
	for _, wrong := range []series.Metric{
		{Key: "a", Name: "A", Kind: series.EX, Aggregation: series.Mean, Scale: series.Scale{Low: 5, High: 1, Steps: 4}},
		{Key: "a", Name: "A", Kind: series.EX, Aggregation: series.Mean, Scale: series.Scale{Low: 1, High: 5}},
		{Key: "a", Name: "A", Kind: series.EX, Aggregation: series.Sum, Scale: series.Scale{Low: 1, High: 5, Steps: 4}},
		{Key: "a", Name: "A", Kind: series.Money, Aggregation: series.Mean, Scale: series.Scale{Low: 1, High: 5, Steps: 4}},
	} {
		_, err := b.CreateMetric(ctx, admin, wrong)
		require.Error(t, err)
	}

	late := newBench(t) // declared after the figures: they are shown rounded from then on
	late.put("team,parent,period,engagement,n\nA,,2025-01,5,6\n", how)
	list, err := late.Metrics(ctx)
	require.NoError(t, err)
	require.Equal(t, 5., released(late, list[0])["A"].Value)
	list[0].Scale = m.Scale
	changed, err := late.ChangeMetric(ctx, admin, 0, list[0])
	require.NoError(t, err)
	require.Less(t, released(late, changed)["A"].Value, 5.)
}

// A scale is declared in the mapping of a file, for a metric that the file brings; what the catalogue knows stands.
func TestAScaleIsDeclaredInTheMappingOfAFile(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	five := &intake.ScaleMapping{Low: 1, High: 5, Steps: 4}
	_, how := scaled(newBench(t))
	plain := how.Metrics[0]
	try := func(change func(*intake.MetricMapping), value string) error {
		m := plain
		change(&m)
		with := how
		with.Metrics = []intake.MetricMapping{m}
		_, err := b.Import(ctx, b.input("team,parent,period,engagement,n\nA,,2025-01,"+value+",6\n", with))
		return err
	}
	for _, wrong := range []func(*intake.MetricMapping){
		func(m *intake.MetricMapping) { m.Scale = &intake.ScaleMapping{Low: 5, High: 1, Steps: 4} },
		func(m *intake.MetricMapping) { m.Scale = &intake.ScaleMapping{Low: 1, High: 5} },
		func(m *intake.MetricMapping) { m.Scale, m.Aggregation = five, "sum" },
		func(m *intake.MetricMapping) { m.Scale, m.Kind = five, "money" },
	} {
		var e *errs.Error
		require.ErrorAs(t, try(wrong, "4"), &e)
		require.Equal(t, "metric_scale_invalid", e.Fields[0].Code)
	}
	declared := func(m *intake.MetricMapping) { m.Scale = five }
	var e *errs.Error
	require.ErrorAs(t, try(declared, "5.1"), &e)
	require.Equal(t, "figure_outside_scale", e.Fields[0].Code)
	require.NoError(t, try(declared, "5"))
	list, err := b.Metrics(ctx)
	require.NoError(t, err)
	require.Equal(t, series.Scale{Low: 1, High: 5, Steps: 4}, list[0].Scale)
	require.Less(t, released(b, list[0])["A"].Value, 5.)
	require.NoError(t, try(func(*intake.MetricMapping) {}, "5"), "without a scale the catalogue's stands")
	require.ErrorAs(t, try(func(m *intake.MetricMapping) { m.Scale = &intake.ScaleMapping{Low: 0, High: 10, Steps: 10} }, "5"), &e)
	require.Equal(t, "metric_scale_differs", e.Fields[0].Code)
}
