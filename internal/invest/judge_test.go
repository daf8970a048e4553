package invest

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/evidence"
	"rapport/internal/series"
)

func number(v float64) *float64 { return &v }

// Every rule of the lists, on its edge.
func TestTheRulesOfTheLists(t *testing.T) {
	now := time.Date(2026, 9, 2, 10, 0, 0, 0, time.UTC)
	up, down := series.Metric{HigherIsBetter: true}, series.Metric{}
	whole := func(pays float64) Standing {
		return Standing{Desired: number(80), Actual: &evidence.Estimate{Value: number(75)}, Gap: number(5), Combined: &Combined{N: 2}, Ratio: &Ratio{Pays: pays}, Worth: Worth{By: ByChain}}
	}
	done := Proposal{State: Estimated}
	for name, c := range map[string]struct {
		st   Standing
		p    Proposal
		m    series.Metric
		want List
		why  string
	}{
		"just sure":       {whole(.9), done, up, Invest, "pays"},
		"just not sure":   {whole(.89), done, up, Watch, "unsure"},
		"just unlikely":   {whole(.1), done, up, Park, "seldom_pays"},
		"reached":         {whole(.99), done, down, Park, "reached"},
		"round open":      {whole(.99), Proposal{State: Estimating}, up, Watch, "round_open"},
		"one estimate":    {func() Standing { s := whole(.99); s.Combined.N = 1; return s }(), done, up, Watch, "few_estimates"},
		"nothing desired": {func() Standing { s := whole(.99); s.Desired, s.Gap = nil, nil; return s }(), done, up, Watch, "no_desired"},
		"no link seen": {func() Standing {
			s := whole(0)
			s.Worth.NotEnough = &Reason{Code: "link_no_link_seen", NoLink: true}
			return s
		}(), done, up, Park, "link_no_link_seen"},
		"no chain":        {func() Standing { s := whole(0); s.Worth.NotEnough = &Reason{Code: "chain_none_found"}; return s }(), done, up, Watch, "chain_none_found"},
		"put aside":       {whole(.99), Proposal{State: Estimated, Parked: &Parking{Until: now.AddDate(0, 1, 0), Reason: "later"}}, up, Park, "put_aside"},
		"put aside, over": {whole(.99), Proposal{State: Estimated, Parked: &Parking{Until: now.AddDate(0, -1, 0), Reason: "later"}}, up, Invest, "pays"},
	} {
		st := c.st
		st.judge(c.p, c.m, Standing{}, now)
		require.Equal(t, c.want, st.List, name)
		require.Equal(t, "invest.why."+c.why, st.Reasons[0].Key, name)
		require.Equal(t, c.want == Park, !st.LookAgain.IsZero(), name)
	}
	first := whole(.05)
	first.judge(done, up, Standing{}, now)
	again := whole(.05)
	again.judge(done, up, first, now.AddDate(0, 1, 0))
	require.Equal(t, first.LookAgain, again.LookAgain, "the day to look again does not move while it is parked")
}

func TestDiscountingAndPooling(t *testing.T) {
	require.Equal(t, 1.0, discounted(12, number(.1)), "the window counts in full")
	require.InDelta(t, (1+1/1.1+1/1.21)/3, discounted(36, number(.1)), 1e-12)
	require.Equal(t, 1.0, discounted(36, nil))
	require.Nil(t, combine(nil))
	c := combine([]Estimate{{Share: .2, Probability: .5, Cost: 100}, {Share: .6, Probability: .7, Cost: 300}})
	require.InDelta(t, .4, c.Share.Mean, 1e-12)
	require.Equal(t, 300.0, c.Cost.Most)
}

// A product of independent normals: 2 × 0.5 (0.1) × 3 (1); the variance by hand (Goodman 1960).
func TestWhatAMoveGoesAlongWith(t *testing.T) {
	steps := []Step{
		{From: "a", To: "b", Effect: evidence.Estimate{Value: number(.5), StdErr: number(.1)}},
		{From: "b", To: "c", Effect: evidence.Estimate{Value: number(3), StdErr: number(1)}},
	}
	along(steps, "a", 2)
	require.InDelta(t, 1, *steps[0].Change.Value, 1e-12)
	require.InDelta(t, .2, *steps[0].Change.StdErr, 1e-12)
	require.InDelta(t, 3, *steps[1].Change.Value, 1e-12)
	require.InDelta(t, math.Sqrt(1*1+9*.04+1*.04), *steps[1].Change.StdErr, 1e-12)
}
