package linkage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// confounded builds a panel in which local unemployment drives both mood and churn, and mood does nothing to churn. Economy is the
// same for all teams; rival has figures for few of them.
func confounded() (*paneltest.Figures, []org.Team, *stats.Panel) {
	rng := rand.New(rand.NewPCG(3, 5))
	src := &paneltest.Figures{List: []series.Metric{
		{ID: "mood", Key: "mood", Name: "Mood", Kind: series.EX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "churn", Key: "churn", Name: "Churn", Kind: series.Behaviour, Aggregation: series.Mean},
		{ID: "jobless", Key: "jobless", Name: "Unemployment", Kind: series.Confounder, Aggregation: series.Mean},
		{ID: "economy", Key: "economy", Name: "Economy", Kind: series.Confounder, Aggregation: series.Mean},
		{ID: "rival", Key: "rival", Name: "Rival's prices", Kind: series.Confounder, Aggregation: series.Mean},
	}}
	var teams []org.Team
	rows := &stats.Panel{X: make([][]float64, 2)}
	shared := make([]float64, 24)
	for t := range shared {
		shared[t] = rng.NormFloat64()
	}
	for g := range 40 {
		id := fmt.Sprintf("team%02d", g)
		teams = append(teams, org.Team{ID: id, Name: id})
		for t, economy := range shared {
			z := rng.NormFloat64()
			x, y := -z+.7*rng.NormFloat64(), z+economy+.7*rng.NormFloat64()
			put := func(m string, v float64, n int) {
				src.Rows = append(src.Rows, series.Value{MetricID: m, TeamID: id, Period: series.Period{Grain: series.Month, Index: 2020*12 + t}, Value: v, N: n})
			}
			put("mood", x, 9)
			put("churn", y, 0)
			put("jobless", z, 0)
			put("economy", economy, 0)
			if g < 10 {
				put("rival", rng.NormFloat64(), 0)
			}
			rows.Unit, rows.Time, rows.Y = append(rows.Unit, g), append(rows.Time, t), append(rows.Y, y)
			rows.X[0], rows.X[1] = append(rows.X[0], x), append(rows.X[1], z)
		}
	}
	return src, teams, rows
}

func TestADeclaredCovariateIsAllowedForAndShown(t *testing.T) {
	src, teams, rows := confounded()
	e := newEnv(t, teams, src)
	ctx := context.Background()
	require.NoError(t, e.linkage.DeclareCovariates(ctx, auth.System("test"), "churn", []string{"jobless", "economy", "rival"}))
	run, err := e.linkage.Correlate(ctx, clock, linkage.ByHand)
	require.NoError(t, err)
	v, err := e.linkage.Finding(ctx, org.Everything, run.ID, "mood-churn")
	require.NoError(t, err)
	f := v.Finding
	require.Equal(t, []linkage.Allowance{{Metric: "economy", Name: "Economy", Use: linkage.Absorbed}, {Metric: "jobless", Name: "Unemployment", Use: linkage.Taken}, {Metric: "rival", Name: "Rival's prices", Use: linkage.Sparse}}, f.Covariates)
	want, err := stats.TwoWayFE(rows, stats.FEOptions{})
	require.NoError(t, err)
	require.InDelta(t, want.Coef[0].B, *f.TWFE.Value, 1e-9)
	require.InDelta(t, want.Coef[0].SE, *f.TWFE.StdErr, 1e-9, "the error knows of the covariate")
	require.Less(t, *f.Plain.Hi, -.5, "without it mood seems to keep customers")
	require.Less(t, *f.TWFE.Lo, 0.)
	require.Greater(t, *f.TWFE.Hi, 0.)
	sxy, sxx := 0., 0.
	for i := range v.Detail.Points.XW {
		sxy += v.Detail.Points.XW[i] * v.Detail.Points.YW[i]
		sxx += v.Detail.Points.XW[i] * v.Detail.Points.XW[i]
	}
	require.InDelta(t, *f.TWFE.Value, sxy/sxx, 1e-4, "the picture shows the same slope")
}

func TestWithoutADeclarationNothingChanges(t *testing.T) {
	src, teams, _ := confounded()
	e := newEnv(t, teams, src)
	run, err := e.linkage.Correlate(context.Background(), clock, linkage.ByHand)
	require.NoError(t, err)
	v, err := e.linkage.Finding(context.Background(), org.Everything, run.ID, "mood-churn")
	require.NoError(t, err)
	require.Empty(t, v.Finding.Covariates)
	require.Nil(t, v.Finding.Plain)
}

func TestWhatCannotBeACovariate(t *testing.T) {
	src, teams, _ := confounded()
	e := newEnv(t, teams, src)
	for code, list := range map[string][]string{
		"covariate_kind": {"mood"}, "covariate_unknown": {"none"}, "covariates_too_many": {"1", "2", "3", "4", "5", "6"},
	} {
		require.Equal(t, code, errs.CodeOf(e.linkage.DeclareCovariates(context.Background(), auth.System("test"), "churn", list)))
	}
	require.Equal(t, "covariate_kind", errs.CodeOf(e.linkage.DeclareCovariates(context.Background(), auth.System("test"), "churn", []string{"churn"})))
	require.Equal(t, "metric_unknown", errs.CodeOf(e.linkage.DeclareCovariates(context.Background(), auth.System("test"), "none", nil)))
	require.Equal(t, "not_allowed", errs.CodeOf(e.linkage.DeclareCovariates(context.Background(), auth.Principal{Role: auth.Lead}, "churn", nil)))
}
