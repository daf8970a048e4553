package linkage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/intake"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/series"
)

// nhsFolder is the real material beside the repository. Where it is promised (CI) and there but unusable, that is a
// failure; where it is absent the test says so.
func nhsFolder(t *testing.T) string {
	t.Helper()
	for _, dir := range []string{"../../../shared/real", "../../../../shared/real"} {
		if _, err := os.Stat(filepath.Join(dir, "nhs-expected.json")); err == nil {
			return dir
		}
		if _, err := os.Stat(dir); err == nil && os.Getenv("CI") == "true" {
			t.Fatalf("%s is there but nhs-expected.json cannot be used", dir)
		}
	}
	t.Skip("left out: ../shared/real (NHS figures) is not beside the repository")
	return ""
}

type expected struct {
	X, Y    string
	Lag     int
	NObs    int     `json:"n_obs"`
	Teams   int     `json:"n_teams"`
	Periods int     `json:"n_periods"`
	Pearson float64 `json:"pooled_pearson"`
	R       float64 `json:"rrm"`
	RDF     float64 `json:"rrm_df"`
	RP      float64 `json:"rrm_p"`
	RLo     float64 `json:"rrm_ci_lo"`
	RHi     float64 `json:"rrm_ci_hi"`
	B       float64 `json:"twfe_b"`
	SE      float64 `json:"twfe_se_cr1_nested"`
	T       float64 `json:"twfe_t_nested"`
	P       float64 `json:"twfe_p_nested_tG1"`
	CB      float64 `json:"cce_b"`
	CSE     float64 `json:"cce_se"`
	CT      float64 `json:"cce_t"`
	CP      float64 `json:"cce_p"`
	CLo     float64 `json:"cce_ci_lo"`
	CHi     float64 `json:"cce_ci_hi"`
	CN      int     `json:"cce_n_obs"`
	CTeams  int     `json:"cce_n_units"`
}

// TestNHSTrusts takes the real panel of English hospital trusts the whole way, file → import → panel → findings, and
// compares every figure with R's: engagement and recommending the care hold; engagement and mortality are the classic
// mirage. One run at lag 0 and one at lag 1, which the catalogue declares.
func TestNHSTrusts(t *testing.T) {
	dir := nhsFolder(t)
	ctx := context.Background()
	raw, err := os.ReadFile(filepath.Join(dir, "nhs-expected.json"))
	require.NoError(t, err)
	var want []expected
	require.NoError(t, json.Unmarshal(raw, &want))
	file, err := os.ReadFile(filepath.Join(dir, "nhs-trusts-2012-2019.csv"))
	require.NoError(t, err)
	r := newReal(t)
	res, err := r.series.Import(ctx, series.Input{File: bytes.NewReader(file), Size: int64(len(file)), Name: "nhs.csv", By: auth.System("test"), Mapping: nhsMapping()})
	require.NoError(t, err)
	require.Equal(t, 146, res.TeamsCreated)
	require.Equal(t, 5, res.MetricsCreated)
	byLag := map[int]linkage.Run{}
	metrics, err := r.series.Metrics(ctx)
	require.NoError(t, err)
	id := map[string]string{}
	for _, lag := range []int{0, 1} {
		for _, m := range metrics {
			id[m.Key] = m.ID
			if m.Key == "shmi" && lag == 1 {
				m.DefaultLag = lag
				_, err := r.series.ChangeMetric(ctx, auth.System("test"), 0, m)
				require.NoError(t, err)
			}
		}
		byLag[lag], err = r.linkage.Correlate(ctx, paneltest.Day("2025-01-01"), linkage.ByImport)
		require.NoError(t, err)
		require.Equal(t, 3+3+1, byLag[lag].Findings)
	}
	for _, w := range want {
		f, err := r.store.Finding(ctx, byLag[w.Lag].ID, id[w.X]+"-"+id[w.Y])
		require.NoError(t, err)
		compare(t, w, f)
		d, err := r.linkage.Finding(ctx, org.Everything, byLag[w.Lag].ID, f.ID)
		require.NoError(t, err)
		require.Equal(t, w.NObs, d.Detail.PointsTotal)
	}
	keys := []string{}
	for _, h := range byLag[0].Headline {
		keys = append(keys, h.Key)
	}
	require.Equal(t, []string{"headline.supported_best", "headline.mirage"}, keys)
}

func nhsMapping() intake.Mapping {
	m := intake.Mapping{
		Kind: intake.Series, Team: "trust_code", TeamName: "trust_name", CreateTeams: true, Period: "year", Grain: "year", Respondents: "staff_responses",
		Ignore: []string{"region", "clinical_share", "recommend_as_workplace_share", "recommend_for_care_share"},
	}
	for key, kind := range nhsKinds {
		m.Metrics = append(m.Metrics, intake.MetricMapping{Column: key, Metric: key, Kind: string(kind), HigherIsBetter: key != "shmi" && key != "work_stress_share", Aggregation: "mean"})
	}
	return m
}

var nhsKinds = map[string]series.Kind{
	"engagement": series.EX, "recommend_as_workplace": series.EX, "work_stress_share": series.EX, "recommend_for_care": series.CX, "shmi": series.Outcome,
}

func compare(t *testing.T, w expected, f linkage.Finding) {
	t.Helper()
	near := func(what string, want float64, got *float64) {
		t.Helper()
		require.NotNil(t, got, what)
		require.InEpsilon(t, want, *got, 1e-9, "%s ~ %s at lag %d: %s", w.X, w.Y, w.Lag, what)
	}
	require.Equal(t, w.Lag, f.Lag)
	require.Equal(t, w.NObs, f.Within.N)
	require.Equal(t, w.Teams, f.Within.Teams)
	require.Equal(t, w.Periods, f.TWFE.Periods)
	near("pooled r", w.Pearson, f.Naive.Value)
	near("rmcorr r", w.R, f.Within.Value)
	near("rmcorr df", w.RDF, f.Within.DF)
	near("rmcorr p", w.RP, f.Within.P)
	near("rmcorr lo", w.RLo, f.Within.Lo)
	near("rmcorr hi", w.RHi, f.Within.Hi)
	near("twfe b", w.B, f.TWFE.Value)
	near("twfe se", w.SE, f.TWFE.StdErr)
	near("twfe t", w.T, f.TWFE.T)
	near("twfe p", w.P, f.TWFE.P)
	if w.Periods >= evidence.PeriodsShock { // with a lag one period is gone, and the check with it
		near("cce b", w.CB, f.CCE.Value)
		near("cce se", w.CSE, f.CCE.StdErr)
		near("cce t", w.CT, f.CCE.T)
		near("cce p", w.CP, f.CCE.P)
		near("cce lo", w.CLo, f.CCE.Lo)
		near("cce hi", w.CHi, f.CCE.Hi)
		require.Equal(t, w.CN, f.CCE.N)
		require.Equal(t, w.CTeams, f.CCE.Teams)
	} else {
		require.Equal(t, evidence.TooFewPeriods, f.CCE.Gap.Reason)
	}
	verdict := evidence.NoLinkSeen
	if w.Y == "recommend_for_care" {
		verdict = evidence.Supported
	}
	require.Equal(t, verdict, f.Verdict)
}
