package seed_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/forecast"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/invest"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/pulse"
	"rapport/internal/returns"
	"rapport/internal/seed"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
)

// servicesIn is everything the company is grown with, over the store in a folder.
func servicesIn(ctx context.Context, dir string, now func() time.Time) (_ seed.Services, closed func(), err error) {
	st, err := sqlite.Open(ctx, filepath.Join(dir, "demo.db"))
	if err != nil {
		return seed.Services{}, nil, err
	}
	ops := operation.NewService(st, now)
	o := org.NewService(st, now)
	s := series.NewService(st, intake.NewService(st, now), st, now)
	ledgerAt := func(at time.Time) *initiative.Service {
		return initiative.NewService(st, o, []panel.Source{s}, ops, func() time.Time { return at })
	}
	keys := pulse.NewKeyRing(filepath.Join(dir, "keys"))
	pulseAt := func(at time.Time) *pulse.Service {
		return pulse.NewService(st, st, keys, func() time.Time { return at })
	}
	figures := []panel.Source{s, panel.NewAttrition(o), panel.NewReleases(pulseAt(now()))}
	links := linkage.NewService(st, o, figures, ops, now)
	stated := returns.NewService(st, returns.From{Ledger: ledgerAt(now()), Links: links, Teams: o, Sources: figures}, ops, now)
	forecastsAt := func(at time.Time) *forecast.Service {
		return forecast.NewService(st, ledgerAt(at), stated, ops, func() time.Time { return at })
	}
	goals := goal.NewService(st, o, figures, ops, now)
	return seed.Services{
		Auth: auth.NewService(st, o, auth.Options{Demo: true}, now), Org: o, Series: s, Now: now,
		PulseAt: pulseAt,
		Ledger:  seed.Ledger{At: ledgerAt, Forecasts: forecastsAt, Returns: stated},
		Linkage: links, Goals: goals, Invest: invest.NewService(st, invest.From{Teams: o, Goals: goals, Prices: stated, Links: links, Ledger: ledgerAt(now())}, ops, now),
	}, func() { ops.Close(); _ = st.Close() }, nil
}

// The run over the demo company finds every planted link with its size and supports no spurious one.
func TestTheRunFindsThePlantedTruth(t *testing.T) {
	ctx := context.Background()
	s, dir := company(t)
	b, err := os.ReadFile(filepath.Join(dir, seed.TruthFile))
	require.NoError(t, err)
	var truth seed.Truth
	require.NoError(t, json.Unmarshal(b, &truth))
	run, findings, err := s.Linkage.Report(ctx, "latest")
	require.NoError(t, err)
	key := map[string]string{}
	for _, m := range run.Catalogue {
		key[m.ID] = m.Key
	}
	got := map[string]linkage.Finding{}
	supported := map[string]bool{}
	for _, f := range findings {
		name := key[f.X] + ">" + key[f.Y]
		got[name] = f
		if f.Verdict == evidence.Supported {
			supported[name] = true
		}
		if testing.Verbose() && f.Verdict.Rank() < evidence.NoLinkSeen.Rank() {
			t.Logf("%-40s %-12s lag %d naive %.2f within %.2f twfe %.3f [%.3f %.3f]", name, f.Verdict, f.Lag, *f.Naive.Value, *f.Within.Value, *f.TWFE.Value, *f.TWFE.Lo, *f.TWFE.Hi)
		}
	}
	if testing.Verbose() {
		for _, h := range run.Headline { // to read by eye
			t.Log(h.In("en"))
		}
		t.Logf("%d findings, %d supported, %.1f s", run.Findings, run.Supported, run.Seconds)
	}
	for _, l := range truth.Planted {
		f := got[l.X+">"+l.Y]
		require.Equal(t, evidence.Supported, f.Verdict, "%+v", l)
		require.Equal(t, l.Lag, f.Lag)
		require.InDelta(t, l.Slope, *f.TWFE.Value, 3.3**f.TWFE.StdErr, "%+v", l)
		delete(supported, l.X+">"+l.Y)
	}
	for _, x := range truth.Spurious {
		require.NotEqual(t, evidence.Supported, got[x.X+">"+x.Y].Verdict, "%+v", x)
	}
	for name, f := range got {
		if strings.Contains(name, "pulse.") {
			require.NotEqual(t, evidence.Supported, f.Verdict, "%s: four quarters or six months are too few to support anything", name)
		}
	}
	shared, unequal, level := got["team_spirit>repeat_orders"], got["pace>rework"], got["care>cost_to_serve"]
	require.True(t, shared.Within.AboveZero() && shared.Verdict == evidence.NoLinkSeen)
	require.LessOrEqual(t, *unequal.TWFE.Q, .05, "two-way fixed effects take it for a link")
	require.Greater(t, *unequal.CCE.P, .05, "common correlated effects do not")
	require.Equal(t, evidence.Indicative, unequal.Verdict)
	require.Less(t, *level.Naive.Value, -.3)
	require.False(t, level.Within.AboveZero() || level.Within.BelowZero())
	for _, x := range truth.Implied {
		delete(supported, x.X+">"+x.Y)
	}
	require.Empty(t, supported, "what is supported beyond the planted and the implied links is chance; these figures have none")

	ex := got["engagement>satisfaction"]
	v, err := s.Linkage.Finding(ctx, org.Everything, run.ID, ex.ID)
	require.NoError(t, err)
	held := 0
	for _, x := range v.Detail.Excluded {
		if x.Reason == panel.HeldBack {
			held = x.Count
		}
	}
	require.Greater(t, held, 50, "the two small teams are often below five respondents")

	// Doing it again changes nothing.
	require.NoError(t, seed.Company(ctx, s, dir))
	again, _, err := s.Linkage.Report(ctx, "latest")
	require.NoError(t, err)
	require.Equal(t, run.ID, again.ID)

	// The people to sign in as are there, and the lead's teams follow the tree.
	in, err := s.Auth.SignInDemo(ctx, auth.Lead)
	require.NoError(t, err)
	who, err := s.Auth.BySession(ctx, in.Secret)
	require.NoError(t, err)
	require.Len(t, who.Scope.IDs(), 1+8)
	tree, err := s.Org.Tree(ctx)
	require.NoError(t, err)
	p, err := panel.Build(ctx, tree.All(), []panel.Source{s.Series}, grownOn())
	require.NoError(t, err)
	require.Len(t, p.Teams, 42)
	require.Len(t, p.Breaks, 2)
	people, err := s.Org.Employees(ctx, org.Everything, org.Page{Limit: 2000})
	require.NoError(t, err)
	require.Greater(t, len(people), 1000)
	require.Equal(t, 116+216, run.Findings, "attrition follows from the leaving dates, twelve pairs with who noticed are exploratory, and 216 are with what pulses released")
}

func TestAnOrganisationOfOnesOwnIsNotTouched(t *testing.T) {
	ctx := context.Background()
	s := services(t, time.Now)
	_, err := s.Org.CreateTeam(ctx, "u1", org.NewTeam{Name: "Ours"})
	require.NoError(t, err)
	require.Equal(t, "seed_not_empty", errs.CodeOf(seed.Company(ctx, s, t.TempDir())))
}

// The ledger of the demo company: the planted effect lies in its interval and is graded A, what did nothing is not
// called anything else, and what has not begun says what could be proved.
func TestTheLedgerFindsThePlantedEffect(t *testing.T) {
	ctx := context.Background()
	s, dir := company(t)
	b, err := os.ReadFile(filepath.Join(dir, seed.TruthFile))
	require.NoError(t, err)
	var truth seed.Truth
	require.NoError(t, json.Unmarshal(b, &truth))
	list, err := s.Ledger.At(grownOn()).List(ctx)
	require.NoError(t, err)
	require.Len(t, list, 4)
	seen := 0
	for _, v := range list {
		for _, want := range truth.Invested {
			if want.Name != v.Plan.Name {
				continue
			}
			seen++
			f := v.Evaluation.Effects[0]
			t.Logf("%s: %s, %v", want.Name, f.Summary[0].In("en"), f.GradeWhy[0].In("en"))
			require.Equal(t, "A", f.Grade)
			require.False(t, v.Retrospective)
			require.LessOrEqual(t, f.Treated, len(want.Teams), "small teams have months that are held back")
			require.GreaterOrEqual(t, f.Treated, len(want.Teams)-2)
			require.LessOrEqual(t, *f.Estimate.Lo, want.Effect)
			require.GreaterOrEqual(t, *f.Estimate.Hi, want.Effect)
			if want.Effect > 0 {
				require.Positive(t, *f.Estimate.Lo)
			}
		}
	}
	require.Equal(t, 3, seen)
	record, err := s.Ledger.Forecasts(grownOn()).Record(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, record.N, "all that went ahead were frozen before the start and scored")
	for _, a := range record.Approvals {
		t.Logf("%s: expected %.3g (%.3g … %.3g), measured %.3g, inside %v", record.Names[a.InitiativeID], a.Score.Expected, a.Score.Lo, a.Score.Hi, a.Score.Measured, a.Score.Inside)
	}
	chain, err := s.Ledger.Returns.Chain(ctx)
	require.NoError(t, err)
	require.True(t, chain.OK(), "%+v", chain)
	require.InDelta(t, .35, chain.B1.Value, 3.3*chain.B1.SE)
	require.InDelta(t, 100*.18/46, chain.B2.Value, 3.3*chain.B2.SE)
	all, err := s.Ledger.Returns.Statements(ctx, "", returns.KindOrganisation, returns.KindPurpose, returns.KindInitiative, returns.KindTeam)
	require.NoError(t, err)
	for _, x := range all {
		require.NotNil(t, x.Result, "%s: %v", x.Subject, x.Refused)
		if x.Subject.Kind() == returns.KindTeam {
			continue
		}
		require.Nil(t, x.Result.ROX.NotEnough, "%s", x.Subject)
		t.Logf("%s %s: ROI %.2f ROV %.2f ROX %.2f [%.2f %.2f], share %+v, parts %+v", x.Subject.Kind(), x.Name, x.Result.ROI.Estimate, x.Result.ROV.Estimate, x.Result.ROX.Estimate, x.Result.ROX.P5, x.Result.ROX.P95, x.Result.MediatedShare, *x.Result.Parts)
	}
}
