package forecast_test

import (
	"context"
	"math"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/forecast"
	"rapport/internal/initiative"
)

var dana = auth.Principal{ID: "u7", Name: "Dana Levi", Role: auth.Executive}

func TestBusinessCaseByHand(t *testing.T) {
	src, teams := company(0, .8)
	e := newEnv(t, src, teams, "2024-12-10")
	ctx := context.Background()
	i, err := e.ledger.Add(ctx, "u1", callback())
	require.NoError(t, err)
	f, err := e.Draw(ctx, "u1", i.ID)
	require.NoError(t, err)

	require.Equal(t, int64(1_080_000), f.Investment, "money and the hours spent answering")
	out := f.Effects[0]
	require.InDelta(t, -.4, out.Mean, 1e-12, "an expert's −0.5 at 80 %")
	require.InDelta(t, .5*math.Sqrt(.8*.2), out.Belief, 1e-12)
	require.NotNil(t, out.Noise)
	require.InDelta(t, math.Hypot(out.Belief, *out.Noise), out.SD, 1e-12)
	require.InDelta(t, out.Mean-1.2815515655446004*out.SD, out.Lo, 1e-12)
	require.Equal(t, "E", string(out.Grade))
	ease := f.Effects[1]
	require.Equal(t, "D", string(ease.Grade), "a model's")
	days := []float64{90, 91, 92, 92} // quarters of 2025; half-way in the second, in full from the third on
	share := (0*days[0] + .5*days[1] + days[2] + days[3]) / 365
	require.InDelta(t, 2*share, ease.Mean, 1e-9)

	require.Equal(t, int64(1_600_000), f.Lines[0].Value, "0.4 contacts × 40,000 × 1.00")
	require.True(t, f.Lines[0].Measured)
	require.Equal(t, int64(200_000), f.Lines[1].Value)
	require.False(t, f.Lines[1].Measured)
	require.InDelta(t, 1_600_000./1_080_000-1, f.ROI.Estimate, 1e-9)
	require.InDelta(t, 1_800_000./1_080_000-1, f.ROV.Estimate, 1e-9)
	require.InDelta(t, f.ROI.Estimate-1.28155*out.SD*4_000_000/1_080_000, f.ROI.P10, .02, "the joint draw")

	require.InDelta(t, -.27, *f.BreakEven.Effect, 1e-9, "1,080,000 / 4,000,000")
	require.NotNil(t, f.BreakEven.MDE)
	require.Equal(t, "provable", f.BreakEven.Verdict)

	require.Equal(t, forecast.Declared, f.Inaction[0].Kind)
	require.Equal(t, int64(900_000), *f.Inaction[0].Loss)
	trend := f.Inaction[1]
	require.InDelta(t, .02*6.5, *trend.Change, .04, "a rise of .02 a month, over the middle of the window")
	require.InDelta(t, 4_000_000**trend.Change, float64(*trend.Loss), 1, "more contacts cost money")
	require.Less(t, *trend.LossLo, *trend.LossHi)
	require.Equal(t, "2023-01", trend.From)
	require.Equal(t, "2024-12", trend.To)

	require.Len(t, f.Quarters, 4)
	require.InDelta(t, 1_600_000-1_080_000, f.Quarters[3].Money.Mean, 1, "the path ends at the headline")
	require.InDelta(t, 1_600_000*90./365-1_000_000, f.Quarters[0].Money.Mean, 1, "the survey comes in May")
	require.InDelta(t, 0, f.Quarters[0].Points[1].Mean, 1e-12)
	require.InDelta(t, 1, f.Quarters[1].Points[1].Mean, 1e-9)
	require.InDelta(t, 2, f.Quarters[2].Points[1].Mean, 1e-9)
	for _, q := range f.Quarters {
		require.Less(t, q.Money.Lo, q.Money.Hi)
	}
}

func TestApprovalFreezesAndTheWindowScores(t *testing.T) {
	src, teams := company(.45, .8)
	e := newEnv(t, src, teams, "2024-12-10")
	ctx := context.Background()
	i, err := e.ledger.Add(ctx, "u1", callback())
	require.NoError(t, err)
	_, err = e.Approve(ctx, dana, i.ID, "x")
	require.Equal(t, "forecast_unknown", errs.CodeOf(err))
	_, err = e.Draw(ctx, "u1", i.ID)
	require.NoError(t, err)
	v, err := e.Get(ctx, i.ID)
	require.NoError(t, err)
	require.Len(t, v.Hash, 64)
	_, err = e.Approve(ctx, dana, i.ID, "what somebody saw earlier")
	require.Equal(t, "forecast_changed", errs.CodeOf(err))

	changed := callback()
	changed.Expected.Effect = -.6
	i, err = e.ledger.Revise(ctx, "u1", i.ID, initiative.Edit{Plan: changed, Version: i.Version})
	require.NoError(t, err)
	_, err = e.Approve(ctx, dana, i.ID, v.Hash)
	require.Equal(t, "forecast_stale", errs.CodeOf(err))
	i, err = e.ledger.Revise(ctx, "u1", i.ID, initiative.Edit{Plan: callback(), Version: i.Version})
	require.NoError(t, err)
	a, err := e.Approve(ctx, dana, i.ID, v.Hash)
	require.NoError(t, err)
	require.Equal(t, "Dana Levi", a.Name)
	_, err = e.Approve(ctx, dana, i.ID, v.Hash)
	require.Equal(t, "forecast_approved", errs.CodeOf(err))
	entries, err := e.store.AuditEntries(ctx, 0, 1)
	require.NoError(t, err)
	require.Equal(t, "forecast.approve", entries[0].Action)
	require.Equal(t, v.Hash, entries[0].Detail["hash"])

	e.now = paneltest.Day("2025-07-05") // half-way: quarters are marked, nothing is scored
	require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "job"}))
	v, err = e.Get(ctx, i.ID)
	require.NoError(t, err)
	require.Nil(t, v.Approval.Score)
	require.Equal(t, forecast.Within, v.Marks[0].Points[0].State)
	require.Equal(t, forecast.Running, v.Marks[2].Points[0].State)
	require.Equal(t, forecast.Unknown, v.Marks[3].Points[0].State)
	require.Equal(t, forecast.Within, v.Marks[1].Money.State)

	late, err := e.ledger.Add(ctx, "u1", callback())
	require.NoError(t, err)
	_, err = e.Draw(ctx, "u1", late.ID)
	require.NoError(t, err)
	lv, err := e.Get(ctx, late.ID)
	require.NoError(t, err)
	_, err = e.Approve(ctx, dana, late.ID, lv.Hash)
	require.Equal(t, "forecast_after_start", errs.CodeOf(err))

	e.now = paneltest.Day("2026-01-05")
	require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "job"}))
	v, err = e.Get(ctx, i.ID)
	require.NoError(t, err)
	s := v.Approval.Score
	require.NotNil(t, s)
	require.True(t, s.Inside)
	require.InDelta(t, -.45, s.Measured, .1)
	require.Positive(t, s.Miss, "fewer contacts than expected is better")
	require.NotNil(t, s.ROI)
	require.True(t, *s.ROIInside)
	before := s.At
	e.now = paneltest.Day("2026-01-06")
	require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "job"}))
	v, err = e.Get(ctx, i.ID)
	require.NoError(t, err)
	require.NotEqual(t, before, v.Approval.Score.AsOf)

	r, err := e.Record(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, r.N)
	require.False(t, r.Enough)
	require.Equal(t, 9, r.Missing)
	require.Equal(t, "Call back first", r.Names[r.Approvals[0].InitiativeID])
}

// What never arrived is told from what does not work.
func TestVerdictWeighsWhoNoticed(t *testing.T) {
	ctx := context.Background()
	for word, x := range map[string]struct{ effect, noticed float64 }{
		"initiative.verdict.unnoticed":     {0, .1},
		"initiative.verdict.did_not_work":  {0, .9},
		"initiative.verdict.moved_noticed": {.5, .9},
	} {
		src, teams := company(x.effect, x.noticed)
		e := newEnv(t, src, teams, "2024-12-10")
		i, err := e.ledger.Add(ctx, "u1", callback())
		require.NoError(t, err)
		e.now = paneltest.Day("2026-01-05")
		require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "job"}))
		v, err := e.ledger.Get(ctx, i.ID)
		require.NoError(t, err)
		require.InDelta(t, x.noticed, v.Evaluation.Noticed.Share, 1e-9)
		require.Len(t, v.Evaluation.Noticed.Teams, 6)
		require.NotNil(t, v.Evaluation.Effects[0].Verdict, word)
		require.Equal(t, word, v.Evaluation.Effects[0].Verdict.Key)
		for _, loc := range []string{"en", "he", "pl"} {
			require.NotContains(t, v.Evaluation.Effects[0].Verdict.In(loc), "{")
		}
	}
}

func TestWithoutPricesOrExpectations(t *testing.T) {
	src, teams := company(0, .8)
	e := newEnv(t, src, teams, "2024-12-10")
	ctx := context.Background()
	p := callback()
	p.Expected, p.Follow, p.Inaction = initiative.Expectation{}, nil, nil
	i, err := e.ledger.Add(ctx, "u1", p)
	require.NoError(t, err)
	f, err := e.Draw(ctx, "u1", i.ID)
	require.NoError(t, err)
	require.Empty(t, f.Effects)
	require.Equal(t, forecast.LeftNoExpectation, f.Left[0].Reason)
	require.InDelta(t, -.27, *f.BreakEven.Effect, 1e-9, "the price is known though nothing is expected")
	require.Nil(t, f.ROI)
	v, err := e.Get(ctx, i.ID)
	require.NoError(t, err)
	_, err = e.Approve(ctx, dana, i.ID, v.Hash)
	require.Equal(t, "forecast_without_expectation", errs.CodeOf(err))

	p.Costs, p.Benefits = nil, nil
	i, err = e.ledger.Add(ctx, "u1", p)
	require.NoError(t, err)
	f, err = e.Draw(ctx, "u1", i.ID)
	require.NoError(t, err)
	require.Equal(t, "no_price", f.BreakEven.Verdict)
	require.NotEmpty(t, f.Refused)
	require.Nil(t, f.Inaction[0].Loss, "nothing prices the outcome")
	require.NotNil(t, f.Inaction[0].Change)
}
