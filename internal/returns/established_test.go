package returns

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/series"
)

// slope is an estimate as a run stores it.
func slope(b, se, q float64) evidence.Estimate {
	lo, hi := b-z95*se, b+z95*se
	return evidence.Estimate{Value: &b, StdErr: &se, Lo: &lo, Hi: &hi, Q: &q, Level: .95, N: 900, Teams: 45, Periods: 20}
}

var catalogue = []series.Metric{
	{ID: "ex", Key: "ex", Kind: series.EX, HigherIsBetter: true},
	{ID: "cx", Key: "cx", Kind: series.CX, HigherIsBetter: true},
	{ID: "revenue", Key: "revenue", Kind: series.Money, HigherIsBetter: true, Unit: "EUR"},
	{ID: "cost", Key: "cost", Kind: series.Money, Unit: "EUR"},
	{ID: "churn", Key: "churn", Kind: series.Behaviour, Unit: "%"},
}

func path(y string, b, se, q, mean float64, v evidence.Verdict) linkage.Chain {
	return linkage.Chain{EX: "ex", CX: "cx", Y: y, First: slope(.26, .1, .01), FirstVerdict: evidence.Supported, Second: slope(b, se, q), Verdict: v, Mean: mean}
}

func TestTheChainIsDeclaredOrChosenByRule(t *testing.T) {
	run := linkage.Run{ID: "r1", Catalogue: catalogue}
	all := []linkage.Chain{
		path("churn", -.5, .1, .0001, 20, evidence.Supported),
		path("cost", -2, .1, .0001, 40, evidence.Supported),
		path("revenue", .5, .195, .04, 130, evidence.Supported),
	}
	e := establish(initiative.Chain{}, run, nil, all)
	require.True(t, e.OK())
	require.False(t, e.Declared)
	require.Equal(t, "revenue", e.Loyalty.ID, "money before behaviour, whatever its doubt; cost is no share of revenue")
	require.InDelta(t, 100*.5/130, e.B2.Value, 1e-12)
	require.InDelta(t, .15, e.B2.SE, 1e-12)
	require.InDelta(t, .26, e.B1.Value, 1e-12)

	e = establish(initiative.Chain{EX: "ex", CX: "cx", Loyalty: "churn"}, run, nil, all)
	require.True(t, e.OK() && e.Declared)
	require.InDelta(t, 100*.5/80, e.B2.Value, 1e-12, "a customer lost takes his revenue along: the share is of those who stay")

	for _, c := range []struct {
		why    string
		want   initiative.Chain
		chains []linkage.Chain
		runs   linkage.Run
	}{
		{ReasonNoneFound, initiative.Chain{}, all[1:2], run},
		{ReasonNoneFound, initiative.Chain{}, nil, run},
		{ReasonFirstLink, initiative.Chain{EX: "ex", CX: "cx", Loyalty: "revenue"}, nil, run},
		{ReasonSecondLink, initiative.Chain{EX: "ex", CX: "cx", Loyalty: "revenue"}, []linkage.Chain{path("revenue", .5, .3, .2, 130, evidence.Indicative)}, run},
		{ReasonNotRevenue, initiative.Chain{EX: "ex", CX: "cx", Loyalty: "cost"}, all, run},
		{ReasonMetricGone, initiative.Chain{EX: "gone", CX: "cx", Loyalty: "cost"}, all, run},
	} {
		e := establish(c.want, c.runs, nil, c.chains)
		require.False(t, e.OK())
		require.Equal(t, c.why, e.NotEnough.Reason)
		require.NotEmpty(t, e.NotEnough.Missing)
		require.Zero(t, e.B2.Value, "never a placeholder number")
	}
}

// The worked example's chain, as the value of a point: 12 m revenue, 35 % margin.
func TestTheValueOfAPoint(t *testing.T) {
	e := establish(initiative.Chain{}, linkage.Run{Catalogue: catalogue}, nil, []linkage.Chain{path("revenue", .5, .195, .01, 130, evidence.Supported)})
	b := &base{tree: org.NewTree([]org.Team{{ID: "a"}, {ID: "b"}}), leaves: 2, yearly: 2_400_000_000, rate: 35, source: "finance"}
	v := b.point(e, initiative.Settings{Currency: "EUR"}, []string{"a"}, 12)
	require.Nil(t, v.NotEnough)
	require.Equal(t, int64(1_200_000_000), v.Revenue)
	require.InDelta(t, 420_000_000*.01*.5/1.3, v.PerCX.Value, 1)
	require.InDelta(t, 420_000, v.PerEX.Value, 1, "5 points are the 21,000 of the worked example")
	require.Greater(t, v.PerEX.P95, v.PerEX.Value)
	again := b.point(e, initiative.Settings{Currency: "EUR"}, []string{"a", "a"}, 12)
	require.Equal(t, v.PerEX, again.PerEX)
	b.rate = 0
	b.reason = ReasonNoMargin
	require.Equal(t, ReasonNoMargin, b.point(e, initiative.Settings{}, []string{"a"}, 12).NotEnough.Reason)
}
