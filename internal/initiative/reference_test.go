package initiative_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/initiative"
	"rapport/internal/series"
)

func california(predictors ...initiative.Predictor) initiative.Plan {
	return initiative.Plan{
		Name: "Proposition 99", Purpose: initiative.Process, Side: initiative.CustomerSide, Metric: "cigsale", Others: true, EndsOn: paneltest.Day("2000-12-31"),
		Treated: []initiative.Treated{{TeamID: "California", On: paneltest.Day("1989-01-01")}}, Predictors: predictors,
	}
}

// TestCaliforniaTobaccoControl runs the ledger's way, and not only the library's, over Abadie, Diamond & Hainmueller (2010).
func TestCaliforniaTobaccoControl(t *testing.T) {
	dir := sharedFolder(t, "reference/synthetic-control/open-prop99-outcome", "expected.json")
	want := expectations(t, dir)
	src, teams, _ := yearly(t, dir+"/data.csv", "state", map[string]series.Kind{"cigsale": series.Outcome}, "")
	src.List[0].HigherIsBetter = false
	e := newEnv(t, teams, src, "2001-06-01")
	got, f := effectOf(t, e, california())
	require.True(t, got.Retrospective)
	require.Equal(t, initiative.Synthetic, f.Design)
	require.Equal(t, "B", f.Grade)
	require.InEpsilon(t, want["att_mean_post"], *f.Estimate.Value, 1e-5)
	require.InEpsilon(t, want["placebo_excl.p"], *f.Estimate.P, 1e-9)
	for _, w := range f.Weights {
		require.InEpsilon(t, want["w."+strings.ReplaceAll(w.TeamID, " ", "_")], w.Weight, 1e-4, w.TeamID)
	}
	require.Len(t, f.Weights, int(want["n_nonzero"]))
	for _, p := range f.Path {
		require.InDelta(t, want["gap."+p.Period], p.Gap, 1e-4, p.Period)
	}
	require.Equal(t, "1989", f.Start)
	require.NotEmpty(t, f.Placebos)
	require.NotNil(t, checkOf(f, "placebo_time").Passed)
	require.Contains(t, f.Summary[0].In("en"), "for the better")
}

// TestCaliforniaWithPredictors gives the weights and the effect of the paper's own specification: nested search of V.
func TestCaliforniaWithPredictors(t *testing.T) {
	dir := sharedFolder(t, "reference/synthetic-control/open-prop99-adh", "expected.json")
	src, teams, _ := yearly(t, dir+"/data.csv", "state", map[string]series.Kind{
		"cigsale": series.Outcome, "lnincome": series.Confounder, "beer": series.Confounder, "age15to24": series.Confounder, "retprice": series.Confounder,
	}, "")
	for k := range src.List {
		src.List[k].HigherIsBetter = false
	}
	at := func(m, from, to string) initiative.Predictor {
		return initiative.Predictor{Metric: m, From: paneltest.Day(from + "-01-01"), To: paneltest.Day(to + "-12-31")}
	}
	e := newEnv(t, teams, src, "2001-06-01")
	_, f := effectOf(t, e, california(at("lnincome", "1980", "1988"), at("retprice", "1980", "1988"), at("age15to24", "1980", "1988"), at("beer", "1984", "1988"),
		at("cigsale", "1975", "1975"), at("cigsale", "1980", "1980"), at("cigsale", "1988", "1988")))
	require.Equal(t, initiative.Synthetic, f.Design)
	weight := func(state string) float64 {
		k := slices.IndexFunc(f.Weights, func(w initiative.Weight) bool { return w.TeamID == state })
		require.GreaterOrEqual(t, k, 0, state)
		return f.Weights[k].Weight
	}
	// Table 2 of the paper: Colorado .164, Connecticut .069, Montana .199, Nevada .234, Utah .334; mean gap about −19.
	for state, w := range map[string]float64{"Colorado": .164, "Connecticut": .069, "Montana": .199, "Nevada": .234, "Utah": .334} {
		require.InDelta(t, w, weight(state), .03, state)
	}
	require.InDelta(t, -19, *f.Estimate.Value, 1)
	require.InDelta(t, 1./39, *f.Estimate.P, 1e-9, "the largest ratio of 39, as in the paper")
}

// TestMinimumWage runs Callaway and Sant'Anna's counties through the ledger: published estimate and error, and no grade,
// because the first wave has one period before its start.
func TestMinimumWage(t *testing.T) {
	dir := sharedFolder(t, "reference/did-staggered/open-mpdta", "expected.json")
	want := expectations(t, dir)
	src, teams, cell := yearly(t, dir+"/data.csv", "countyreal", map[string]series.Kind{"lemp": series.Outcome, "lpop": series.Confounder}, "")
	plan := initiative.Plan{Name: "Minimum wage", Purpose: initiative.Process, Side: initiative.EmployeeSide, Metric: "lemp", Others: true, EndsOn: paneltest.Day("2007-12-31")}
	for _, tm := range teams {
		if y := cell(tm.ID, "first.treat"); y != "0" {
			plan.Treated = append(plan.Treated, initiative.Treated{TeamID: tm.ID, On: paneltest.Day(y + "-01-01")})
		}
	}
	e := newEnv(t, teams, src, "2008-06-01")
	_, f := effectOf(t, e, plan)
	require.Equal(t, initiative.Staggered, f.Design)
	require.InEpsilon(t, want["never.nocov.simple.overall_att"], *f.Estimate.Value, 1e-9)
	require.InEpsilon(t, want["never.nocov.simple.overall_se"], *f.Estimate.StdErr, 1e-9)
	for _, x := range f.Events {
		if x.At >= 0 {
			require.InEpsilon(t, want["never.nocov.dynamic.att.e"+string(rune('0'+x.At))], x.Estimate, 1e-9)
			require.NotNil(t, x.Lo)
		}
	}
	require.InDelta(t, want["never.nocov.pretest_p"], *checkOf(f, "pre_trend").P, 1e-5)
	require.Empty(t, f.Grade)
	require.Contains(t, f.GradeWhy[0].In("en"), "Exploratory")

	plan.Predictors = []initiative.Predictor{{Metric: "lpop"}}
	_, f = effectOf(t, e, plan)
	require.InEpsilon(t, want["never.dr_lpop.simple.overall_att"], *f.Estimate.Value, 1e-6)
}

// TestEveryNHSTrust: an initiative that reaches everybody cannot be evaluated by comparison.
func TestEveryNHSTrust(t *testing.T) {
	dir := sharedFolder(t, "real", "nhs-trusts-2012-2019.csv")
	src, teams, cell := yearly(t, dir+"/nhs-trusts-2012-2019.csv", "trust_code", map[string]series.Kind{"engagement": series.EX}, "staff_responses")
	plan := initiative.Plan{Name: "Charter for all", Purpose: initiative.Process, Side: initiative.EmployeeSide, Metric: "engagement", Others: true, EndsOn: paneltest.Day("2019-12-31"), Expected: initiative.Expectation{Effect: .1, Confidence: .5}}
	all := plan
	for _, tm := range teams {
		all.Treated = append(all.Treated, initiative.Treated{TeamID: tm.ID, On: paneltest.Day("2016-01-01")})
	}
	e := newEnv(t, teams, src, "2020-06-01")
	ctx := context.Background()
	i, err := e.Add(ctx, "u1", all)
	require.NoError(t, err)
	o, err := e.LookAhead(ctx, "u1", i.ID)
	require.NoError(t, err)
	require.False(t, o.Reachable)
	require.Equal(t, initiative.Interrupted, o.Design)
	require.Contains(t, o.Why[0].In("en"), "no untreated team")
	_, f := effectOf(t, e, all)
	require.Equal(t, initiative.Interrupted, f.Design)
	require.Equal(t, "C", f.Grade)
	require.Contains(t, f.GradeWhy[0].In("en"), "no confounder was recorded")
	require.True(t, f.Estimate.Has())
	require.Zero(t, f.Comparison)

	region := plan
	for _, tm := range teams {
		if len(region.Treated) < 20 && strings.Contains(cell(tm.ID, "region"), "North West") {
			region.Treated = append(region.Treated, initiative.Treated{TeamID: tm.ID, On: paneltest.Day("2016-01-01")})
		}
	}
	require.Len(t, region.Treated, 20)
	i, err = e.Add(ctx, "u1", region)
	require.NoError(t, err)
	o, err = e.LookAhead(ctx, "u1", i.ID)
	require.NoError(t, err)
	require.NotEmpty(t, o.Words)
	t.Log(o.Words[len(o.Words)-1].In("en"))
	ev, f := effectOf(t, e, region)
	require.True(t, ev.Retrospective)
	require.Equal(t, initiative.DiD, f.Design)
	require.NotEmpty(t, f.Placebos)
	require.NotEmpty(t, f.Events)
	require.NotEqual(t, "A", f.Grade)
	require.NotEmpty(t, f.Grade)
	require.Contains(t, f.GradeWhy[len(f.GradeWhy)-1].In("en"), "Retrospective")
	t.Logf("%s grade %s, treated %d comparison %d left %d: %s", f.Design, f.Grade, f.Treated, f.Comparison, f.Left, f.Summary[0].In("en"))
	for _, c := range f.Checks {
		t.Log(c.Key, c.Text.In("en"))
	}
}
