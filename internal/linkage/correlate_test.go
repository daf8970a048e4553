package linkage_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/stats"
)

func verdicts(t *testing.T, e env, run linkage.Run) map[string]linkage.Finding {
	t.Helper()
	_, fs, err := e.linkage.Report(context.Background(), run.ID)
	require.NoError(t, err)
	out := map[string]linkage.Finding{}
	for _, f := range fs {
		out[f.ID] = f
	}
	return out
}

func TestARunFindsWhatIsThereAndNotWhatIsNot(t *testing.T) {
	src, teams := made(45, 36)
	e := newEnv(t, teams, src)
	run, err := e.linkage.Correlate(context.Background(), paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	require.Equal(t, 3+3*3+3, run.Findings, "3 EX with 1 CX, 3 EX and 1 CX with 3 results; the confounder makes no pair")
	f := verdicts(t, e, run)
	require.Equal(t, evidence.Supported, f["ex-cx"].Verdict)
	require.InDelta(t, .6, *f["ex-cx"].TWFE.Value, .05)
	require.True(t, *f["ex-cx"].GoodDirection)
	require.Equal(t, evidence.Supported, f["ex-revenue"].Verdict)
	require.Equal(t, 2, f["ex-revenue"].Lag)
	require.InDelta(t, 2, *f["ex-revenue"].TWFE.Value, .15)
	require.Equal(t, evidence.NoLinkSeen, f["mood-churn"].Verdict, "a shared season")
	require.Greater(t, *f["mood-churn"].Within.Value, .5)
	require.Equal(t, evidence.Indicative, f["pace-waiting"].Verdict, "a shock that hits teams unequally")
	require.LessOrEqual(t, *f["pace-waiting"].TWFE.Q, .05)
	require.Greater(t, *f["pace-waiting"].CCE.P, .05)
	require.False(t, *f["pace-waiting"].GoodDirection, "more pace, more waiting: not what anyone would want")
	require.Equal(t, "headline.supported_best", run.Headline[0].Key)
	require.Equal(t, "headline.unequal_shock", run.Headline[1].Key)
	_, fs, err := e.linkage.Report(context.Background(), "latest")
	require.NoError(t, err)
	for i := 1; i < len(fs); i++ {
		require.LessOrEqual(t, fs[i-1].Verdict.Rank(), fs[i].Verdict.Rank(), "sorted by evidence")
	}
	for _, x := range fs {
		for _, loc := range []string{"en", "he", "pl"} {
			for _, s := range append([]evidence.Sentence{x.Text}, x.Reasons...) {
				require.NotContains(t, s.In(loc), "{", loc)
				require.NotEqual(t, s.Key, s.In(loc), loc)
			}
		}
	}
}

func TestTheSameFiguresGiveTheSameRun(t *testing.T) {
	src, teams := made(22, 12)
	e := newEnv(t, teams, src)
	a, err := e.linkage.Correlate(context.Background(), paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	b, err := e.linkage.Correlate(context.Background(), paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	require.Equal(t, verdicts(t, e, a), verdicts(t, e, b))
}

func TestBelowAGateThereIsAReasonAndNoNumber(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		teams, periods int
		verdict        evidence.Verdict
		reason         string
		missing        string
	}{
		{9, 24, evidence.NotEnough, evidence.TooFewTeams, "1 more team"},
		{15, 24, evidence.Exploratory, evidence.TooFewTeams, "5 more teams"},
		{15, 3, evidence.Exploratory, evidence.TooFewBoth, "5 more teams and 1 more month"},
		{25, 3, evidence.Exploratory, evidence.TooFewPeriods, "1 more month"},
		{25, 6, evidence.Indicative, "", ""},
		{25, 1, evidence.NotEnough, evidence.TooFewPeriods, ""},
	} {
		src, teams := made(c.teams, c.periods)
		e := newEnv(t, teams, src)
		for i := range src.Rows {
			src.Rows[i].N = 9
		}
		run, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
		require.NoError(t, err)
		f := verdicts(t, e, run)["ex-cx"]
		require.Equal(t, c.verdict, f.Verdict, "%d teams, %d periods", c.teams, c.periods)
		switch c.verdict {
		case evidence.NotEnough:
			require.False(t, f.TWFE.Has() || f.CCE.Has() || f.Within.Has())
			require.Equal(t, c.reason, f.Within.Gap.Reason)
			if c.teams < evidence.TeamsShown {
				require.False(t, f.Naive.Has())
				require.Contains(t, f.Reasons[0].In("en"), c.missing)
				_, err := e.linkage.Data(ctx, org.Everything, "u1", run.ID, f.ID)
				require.Equal(t, "finding_not_shown", errs.CodeOf(err))
				v, err := e.linkage.Finding(ctx, org.Everything, run.ID, f.ID)
				require.NoError(t, err)
				require.Empty(t, v.Detail.Points.X)
				require.Empty(t, v.Detail.LeaveOneOut)
			}
		case evidence.Exploratory:
			require.NotNil(t, f.TWFE.Lo)
			for _, x := range []evidence.Estimate{f.Naive, f.Within, f.TWFE} {
				require.Nil(t, x.P, "interval only")
				require.Nil(t, x.Q)
				require.Nil(t, x.T)
			}
			require.False(t, f.CCE.Has())
			require.Contains(t, f.Reasons[1].In("en"), c.missing)
		case evidence.Indicative:
			require.Equal(t, "cr1_nested_wild_bootstrap", f.TWFE.Convention, "fewer than 40 teams")
			require.Greater(t, *f.TWFE.P, 0.0)
			require.Equal(t, []evidence.Missing{{What: "periods", Count: 2}}, f.CCE.Gap.Missing)
		}
	}
}

func TestDetailNumbersTeamsOutOfScope(t *testing.T) {
	ctx := context.Background()
	src, teams := made(30, 12)
	teams[3].Name = "=Formula"
	e := newEnv(t, teams, src)
	run, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	_, err = e.linkage.Finding(ctx, org.Scope{}, run.ID, "ex-cx")
	require.Equal(t, "scope_missing", errs.CodeOf(err))
	mine := org.Teams("team0003", "team0004")
	v, err := e.linkage.Finding(ctx, mine, run.ID, "ex-cx")
	require.NoError(t, err)
	require.Len(t, v.TeamName, 2)
	d := v.Detail
	require.Equal(t, len(d.Points.X), d.PointsTotal)
	for i, team := range d.Points.Team {
		if _, named := v.TeamName[team]; !named {
			require.Zero(t, d.Points.N[i])
		}
	}
	require.Len(t, d.LeaveOneOut, 30)
	require.Len(t, d.Stability, 2)
	declared := 0
	for _, l := range d.Lags {
		if l.Declared {
			declared++
			require.Equal(t, v.Finding.TWFE, l.Estimate)
		} else {
			require.Nil(t, l.Estimate.P, "exploration has intervals only")
		}
	}
	require.Equal(t, 1, declared)
	require.NotEmpty(t, d.Excluded)
	require.Equal(t, panel.HeldBack, d.Excluded[0].Reason)
	all, err := e.linkage.Finding(ctx, org.Everything, run.ID, "ex-cx")
	require.NoError(t, err)
	require.Len(t, all.TeamName, 30)

	rows := download(t, e, mine, run.ID, "ex-cx")
	require.Equal(t, []string{"team", "period", "ex", "cx", "n"}, rows[0])
	names := map[string]bool{}
	for _, r := range rows[1:] {
		names[r[0]] = true
		if strings.HasPrefix(r[0], "#") {
			require.Empty(t, r[4])
		}
	}
	require.Len(t, names, 30)
	require.True(t, names["'=Formula"], "no spreadsheet takes a team's name for a formula")
	require.True(t, names["Team 4"])
	require.False(t, names["Team 5"])
}

// The rows that can be downloaded give the figure that is shown, to the last digit.
func TestTheDownloadReproducesTheFigure(t *testing.T) {
	ctx := context.Background()
	src, teams := made(45, 12)
	e := newEnv(t, teams, src)
	run, err := e.linkage.Correlate(ctx, paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	rows := download(t, e, org.Everything, run.ID, "ex-revenue")
	units := map[string]int{}
	p := &stats.Panel{X: make([][]float64, 1)}
	for _, r := range rows[1:] {
		if _, ok := units[r[0]]; !ok {
			units[r[0]] = len(units)
		}
		month, err := strconv.Atoi(strings.ReplaceAll(r[1], "-", ""))
		require.NoError(t, err)
		x, err := strconv.ParseFloat(r[2], 64)
		require.NoError(t, err)
		y, err := strconv.ParseFloat(r[3], 64)
		require.NoError(t, err)
		p.Unit, p.Time, p.X[0], p.Y = append(p.Unit, units[r[0]]), append(p.Time, month), append(p.X[0], x), append(p.Y, y)
	}
	f, err := e.store.Finding(ctx, run.ID, "ex-revenue")
	require.NoError(t, err)
	got, err := stats.TwoWayFE(p, stats.FEOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, *f.TWFE.Value, got.Coef[0].B, 1e-9)
	require.InEpsilon(t, *f.TWFE.StdErr, got.Coef[0].SE, 1e-9)
	r, err := stats.RMCorr(p.Unit, p.X[0], p.Y, .95)
	require.NoError(t, err)
	require.InEpsilon(t, *f.Within.Value, r.R, 1e-9)
}

func TestAnOriginHasOneRun(t *testing.T) {
	ctx := context.Background()
	src, teams := made(22, 6)
	e := newEnv(t, teams, src)
	o := linkage.Order{AsOf: paneltest.Day("2030-01-01"), Trigger: linkage.ByJob, By: "job:correlate", Origin: "occurrence-1"}
	a, err := e.linkage.Do(ctx, o)
	require.NoError(t, err)
	b, err := e.linkage.Do(ctx, o)
	require.NoError(t, err)
	require.Equal(t, a.ID, b.ID)
	runs, _, err := e.linkage.Runs(ctx, 10, "")
	require.NoError(t, err)
	require.Len(t, runs, 1)
}

func TestARunThatIsToldToStopStoresNothing(t *testing.T) {
	src, teams := made(30, 12)
	e := newEnv(t, teams, src)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := e.linkage.Do(ctx, linkage.Order{Trigger: linkage.ByHand, Progress: func(done, _ int64) {
		if done == 2 {
			cancel()
		}
	}})
	require.Error(t, err)
	_, err = e.store.Run(context.Background(), "latest")
	require.Equal(t, "run_unknown", errs.CodeOf(err))
}

func TestAnEmptyOrganisationGetsAnAnswer(t *testing.T) {
	e := newEnv(t, nil, &paneltest.Figures{})
	run, err := e.linkage.Correlate(context.Background(), paneltest.Day("2030-01-01"), linkage.ByHand)
	require.NoError(t, err)
	require.Zero(t, run.Findings)
	require.Equal(t, "headline.empty", run.Headline[0].Key)
}

func download(t *testing.T, e env, scope org.Scope, run, id string) [][]string {
	t.Helper()
	d, err := e.linkage.Data(context.Background(), scope, "u1", run, id)
	require.NoError(t, err)
	var buf bytes.Buffer
	require.NoError(t, d.WriteCSV(&buf))
	rows, err := csv.NewReader(&buf).ReadAll()
	require.NoError(t, err)
	return rows
}
