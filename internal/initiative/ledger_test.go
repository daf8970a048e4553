package initiative_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/org"
	"rapport/internal/series"
)

// company is a monthly panel from January 2023 on: satisfaction and a figure nothing moves; teams below two regions.
// effect is added to the first reached teams from the start on.
func company(teams, periods, reached, start int, effect float64) (*paneltest.Figures, []org.Team) {
	rng := rand.New(rand.NewPCG(5, 8))
	src := &paneltest.Figures{List: []series.Metric{
		{ID: "cx", Key: "cx", Name: "Satisfaction", Kind: series.CX, Aggregation: series.Mean, HigherIsBetter: true},
		{ID: "rain", Key: "rain", Name: "Rain", Kind: series.Outcome, Aggregation: series.Mean},
	}}
	ts := []org.Team{{ID: "north", Name: "North"}, {ID: "south", Name: "South"}}
	shared := make([]float64, periods)
	for t := range shared {
		shared[t] = 2 * rng.NormFloat64()
	}
	for g := range teams {
		id := fmt.Sprintf("t%02d", g)
		parent := "north"
		if g >= reached {
			parent = "south"
		}
		ts = append(ts, org.Team{ID: id, Name: "Team " + id, ParentID: parent})
		level := 70 + 5*rng.NormFloat64()
		for t := range periods {
			v := level + shared[t] + rng.NormFloat64()
			if g < reached && t >= start {
				v += effect
			}
			p := series.Period{Grain: series.Month, Index: 2023*12 + t}
			src.Rows = append(src.Rows, series.Value{MetricID: "cx", TeamID: id, Period: p, Value: v}, series.Value{MetricID: "rain", TeamID: id, Period: p, Value: rng.NormFloat64()})
		}
	}
	return src, ts
}

func coaching() initiative.Plan {
	return initiative.Plan{
		Name: "Coaching", Purpose: initiative.Skills, Side: initiative.EmployeeSide, Metric: "cx", Control: "rain", Others: true, EndsOn: paneltest.Day("2024-12-31"),
		Treated:    []initiative.Treated{{TeamID: "north", On: paneltest.Day("2024-01-01")}},
		Costs:      []initiative.Cost{{Name: "coaches", Kind: initiative.Money, On: paneltest.Day("2024-01-01"), Amount: 6000000}, {Name: "hours", Kind: initiative.Hours, On: paneltest.Day("2024-01-01"), Hours: 1200, Amount: 4500}},
		Expected:   initiative.Expectation{Effect: 3, Confidence: .7},
		Assignment: initiative.Assignment{Drawn: true, By: "HR", How: "lot"},
	}
}

func TestBadPlansAreRefusedWithTheReason(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 0)
	e := newEnv(t, teams, src, "2023-11-15")
	for code, spoil := range map[string]func(p *initiative.Plan){
		"negative_cost":              func(p *initiative.Plan) { p.Costs[0].Amount = -1 },
		"cost_currency_without_rate": func(p *initiative.Plan) { p.Costs[0].Currency = "PLN" },
		"currency_invalid":           func(p *initiative.Plan) { p.Costs[0].Currency = "zloty" },
		"end_before_start":           func(p *initiative.Plan) { p.EndsOn = paneltest.Day("2023-12-31") },
		"nobody_treated":             func(p *initiative.Plan) { p.Treated = nil },
		"team_unknown":               func(p *initiative.Plan) { p.Treated[0].TeamID = "nowhere" },
		"team_named_twice":           func(p *initiative.Plan) { p.Others, p.Comparison = false, []initiative.Comparison{{TeamID: "t00"}} },
		"comparison_twice":           func(p *initiative.Plan) { p.Comparison = []initiative.Comparison{{TeamID: "t09"}} },
		"metric_unknown":             func(p *initiative.Plan) { p.Metric = "love" },
		"control_is_outcome":         func(p *initiative.Plan) { p.Control = "cx" },
		"price_without_source": func(p *initiative.Plan) {
			p.Benefits = []initiative.Benefit{{Name: "calls", Kind: "cost_to_serve", Units: 10, Price: 650}}
		},
		"unknown_kind": func(p *initiative.Plan) {
			p.Benefits = []initiative.Benefit{{Name: "calls", Kind: "joy", PriceSource: "finance"}}
		},
		"purpose_unknown": func(p *initiative.Plan) { p.Purpose = "" },
		"tail_not_allowed": func(p *initiative.Plan) {
			p.Benefits = []initiative.Benefit{{Name: "calls", Kind: "absence", PriceSource: "finance", Tail: &initiative.Tail{Margin: 1, Retention: .8}}}
		},
	} {
		p := coaching()
		p.Costs = append([]initiative.Cost{}, p.Costs...)
		p.Treated = append([]initiative.Treated{}, p.Treated...)
		spoil(&p)
		_, err := e.Add(context.Background(), "u1", p)
		require.Equal(t, "initiative_invalid", errs.CodeOf(err), code)
		x, _ := errors.AsType[*errs.Error](err)
		codes := []string{}
		for _, f := range x.Fields {
			codes = append(codes, f.Code)
		}
		require.Contains(t, codes, code)
	}
	p := coaching()
	p.Costs[0].Currency, p.Costs[0].Rate = "PLN", .23
	_, err := e.Add(context.Background(), "u1", p)
	require.NoError(t, err, "with a rate a foreign cost is welcome")
}

func TestSealedPlanKeepsItsChanges(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 0)
	e := newEnv(t, teams, src, "2023-11-15")
	ctx := context.Background()
	i, err := e.Add(ctx, "u1", coaching())
	require.NoError(t, err)
	edited := coaching()
	edited.Name = "Coaching in the north"
	i, err = e.Revise(ctx, "u1", i.ID, initiative.Edit{Plan: edited, Version: 1})
	require.NoError(t, err)
	_, err = e.Revise(ctx, "u2", i.ID, initiative.Edit{Plan: coaching(), Version: 1})
	require.Equal(t, "initiative_changed", errs.CodeOf(err))

	e.now = paneltest.Day("2024-01-01").Add(2 * time.Hour)
	n, err := e.SealDue(ctx, "job:evaluate", e.now)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	v, err := e.Get(ctx, i.ID)
	require.NoError(t, err)
	require.Equal(t, initiative.Sealed, v.State)
	require.False(t, v.Retrospective)
	entries, err := e.store.AuditEntries(ctx, 0, 1)
	require.NoError(t, err)
	require.Equal(t, "initiative.seal", entries[0].Action)
	require.Equal(t, v.Hash, entries[0].Detail["hash"])
	_, err = e.Seal(ctx, "u1", i.ID, v.Version)
	require.Equal(t, "initiative_sealed", errs.CodeOf(err))

	dearer := edited
	dearer.Costs = append(dearer.Costs, initiative.Cost{Name: "licences", Kind: initiative.Licences, On: paneltest.Day("2024-02-01"), Amount: 100})
	_, err = e.Revise(ctx, "u1", i.ID, initiative.Edit{Plan: dearer, Version: v.Version})
	require.Equal(t, "sealed_plan_needs_reason", errs.CodeOf(err))
	_, err = e.Revise(ctx, "u1", i.ID, initiative.Edit{Plan: dearer, Version: v.Version, Reason: "invoice came later"})
	require.NoError(t, err)
	v, err = e.Get(ctx, i.ID)
	require.NoError(t, err)
	require.False(t, v.Retrospective, "a cost is not what the evaluation rests on")
	require.Len(t, v.Changes, 1)
	require.Equal(t, "costs", v.Changes[0].Fields[0].Field)

	other := dearer
	other.Lag = 2
	_, err = e.Revise(ctx, "u1", i.ID, initiative.Edit{Plan: other, Version: v.Version, Reason: "the effect came later"})
	require.NoError(t, err)
	v, err = e.Get(ctx, i.ID)
	require.NoError(t, err)
	require.True(t, v.Retrospective)
	require.True(t, v.Changes[1].Analysis)
}

func TestDrawnAndSealedIsGradeA(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 3)
	e := newEnv(t, teams, src, "2023-11-15")
	ctx := context.Background()
	i, err := e.Add(ctx, "u1", coaching())
	require.NoError(t, err)
	o, err := e.LookAhead(ctx, "u1", i.ID)
	require.NoError(t, err)
	require.True(t, o.Reachable)
	require.InDelta(t, 2./924, *o.SmallestP, 1e-12, "2 of C(12, 6), since exactly half are treated")
	require.NotNil(t, o.MDE)
	require.Greater(t, *o.Power, .8)
	require.NotEmpty(t, o.Rollouts)
	require.Equal(t, "initiative_not_started", errs.CodeOf(e.Evaluate(ctx, initiative.Order{By: "u1", Only: i.ID})))

	e.now = paneltest.Day("2025-01-02")
	require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "job:evaluate"}))
	v, err := e.Get(ctx, i.ID)
	require.NoError(t, err)
	f := v.Evaluation.Effects[0]
	require.Equal(t, initiative.DiD, f.Design)
	require.Equal(t, "A", f.Grade, "sealed by the job, and not edited since the start: %v", f.GradeWhy)
	require.Less(t, *f.Estimate.Lo, 3.)
	require.Greater(t, *f.Estimate.Hi, 3.)
	require.Positive(t, *f.Estimate.Lo)
	require.True(t, *checkOf(f, "negative_control").Passed)
	require.False(t, f.Open)
	again := *v.Evaluation
	require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "job:evaluate"}))
	v, err = e.Get(ctx, i.ID)
	require.NoError(t, err)
	again.Seconds, again.At = v.Evaluation.Seconds, v.Evaluation.At
	require.Equal(t, again, *v.Evaluation, "the same figures give the same evaluation")
}

func TestEntangledInitiativesAreMarked(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 3)
	e := newEnv(t, teams, src, "2025-01-02")
	ctx := context.Background()
	_, err := e.Add(ctx, "u1", coaching())
	require.NoError(t, err)
	other := coaching()
	other.Name, other.Treated = "New desks", []initiative.Treated{{TeamID: "t01", On: paneltest.Day("2024-06-01")}}
	_, err = e.Add(ctx, "u1", other)
	require.NoError(t, err)
	require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "u1"}))
	all, err := e.List(ctx)
	require.NoError(t, err)
	for _, v := range all {
		require.Len(t, v.Entangled, 1)
		require.Equal(t, 1, v.Entangled[0].Teams)
		require.False(t, *checkOf(v.Evaluation.Effects[0], "entangled").Passed)
		require.True(t, v.Evaluation.Retrospective)
		require.NotEqual(t, "A", v.Evaluation.Effects[0].Grade)
	}
}

func TestWhatCannotBeEvaluatedSaysWhy(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 3)
	e := newEnv(t, teams, src, "2025-01-02")
	early := coaching()
	early.Treated[0].On = paneltest.Day("2022-06-01")
	_, f := effectOf(t, e, early)
	require.Equal(t, "treated_before_panel", f.Estimate.Gap.Reason)
	require.Contains(t, f.Estimate.Gap.In("en"), "before the figures begin")
	alone := coaching()
	alone.Others = false
	_, f = effectOf(t, e, alone)
	require.Equal(t, initiative.Interrupted, f.Design)
	require.Equal(t, "C", f.Grade)
	soon := coaching()
	soon.Treated[0].On = paneltest.Day("2023-03-01")
	_, f = effectOf(t, e, soon)
	require.False(t, f.Estimate.Has(), "two periods before the start are too few")
	require.Equal(t, "too_few_periods", f.Estimate.Gap.Reason)
	one := coaching()
	one.Treated[0].TeamID = "t03"
	_, f = effectOf(t, e, one)
	require.Equal(t, initiative.Interrupted, f.Design, "one of twelve can reach p = 1/12 at best")
}

func TestSettingsKeepTheCurrencyOfWhatIsThere(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 0)
	e := newEnv(t, teams, src, "2023-11-15")
	ctx := context.Background()
	set, err := e.Settings(ctx)
	require.NoError(t, err)
	require.Equal(t, "EUR", set.Currency)
	rate := .08
	set, err = e.SetSettings(ctx, "u1", initiative.Settings{Currency: "PLN", FiscalStart: 4, Discount: &rate})
	require.NoError(t, err)
	_, err = e.Add(ctx, "u1", coaching())
	require.NoError(t, err)
	set.Currency = "ILS"
	_, err = e.SetSettings(ctx, "u1", set)
	require.Equal(t, "currency_in_use", errs.CodeOf(err))
	set.Currency, set.FiscalStart = "PLN", 13
	_, err = e.SetSettings(ctx, "u1", set)
	require.Equal(t, "settings_invalid", errs.CodeOf(err))
}
