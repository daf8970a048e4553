package returns

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/org"
)

func on(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }

// evaluated is an initiative with one effect of a metric, with its error.
func evaluated(id, unit, grade string, value, se float64, benefits ...initiative.Benefit) initiative.View {
	before, now := 10., 9.
	return initiative.View{
		Initiative: initiative.Initiative{ID: id, Plan: initiative.Plan{
			Name: id, Metric: "m", EndsOn: on("2024-12-31"), Treated: []initiative.Treated{{TeamID: "t", On: on("2024-01-01")}},
			Costs: []initiative.Cost{{Name: "c", Kind: initiative.Money, On: on("2024-01-01"), Amount: 1_000_000}}, Benefits: benefits,
		}},
		Evaluation: &initiative.Evaluation{InitiativeID: id, AsOf: on("2025-01-02"), Effects: []initiative.Effect{{
			MetricID: "m", Metric: "M", Unit: unit, Grade: grade, Before: &before, Now: &now, Estimate: evidence.Estimate{Value: &value, StdErr: &se, Level: .9},
		}}},
	}
}

// looking is the lens of a company with one team and no chain.
func looking(set initiative.Settings) lens {
	return lens{set: set, base: &base{tree: org.NewTree([]org.Team{{ID: "t", Name: "T"}}), leaves: 1, reason: ReasonNoMargin}, reps: DefaultReps, chain: unestablished(Established{}, ReasonNoRun, "a run")}
}

// The worked example's churn and attrition lines, told as effects of the ledger.
func TestStatementOfTheWorkedExample(t *testing.T) {
	rate := .1
	set := initiative.Settings{Currency: "EUR", FiscalStart: 1, Discount: &rate}
	churn := initiative.Benefit{Name: "churn", Kind: "retained_margin", Units: 8000, Price: 42_000, PriceSource: "finance", Tail: &initiative.Tail{Margin: 42_000, Retention: .82}}
	st, err := gather([]initiative.View{evaluated("i1", "%", "B", -1.2, .4, churn)}, OfInitiative("i1"), "i1", looking(set), Quarter{})
	require.NoError(t, err)
	require.NotNil(t, st.Result, "%v", st.Refused)
	require.Equal(t, int64(2_016_000), st.Result.Lines[0].Value)
	require.InDelta(t, 672_000, st.Result.Lines[0].SE, 1e-6)
	require.InDelta(t, 6_916_500, st.Result.Bridge[0].Amount, 500, "720.47 × 96 customers")
	require.InDelta(t, float64(st.Result.Bridge[0].Amount)/1e6, st.Result.ROV.Estimate-st.Result.ROI.Estimate, 1e-9)
	require.Len(t, st.Scorecard, 1)

	leavers := initiative.Benefit{Name: "attrition", Kind: "attrition", Units: 120, Price: 3_800_000, PriceSource: "HR: mean salary"}
	st, err = gather([]initiative.View{evaluated("i1", "%", "B", -6, 3, leavers)}, OfInitiative("i1"), "i1", looking(set), Quarter{})
	require.NoError(t, err)
	require.Equal(t, int64(5_745_600), st.Result.Lines[0].Value)
	require.True(t, st.Result.Lines[0].DefaultPrice)
	require.InDelta(t, -1, *st.Result.ROI.WithoutDefaultPrices, 1e-9)
}

func TestWhatIsNotCountedSaysWhy(t *testing.T) {
	set := initiative.Settings{Currency: "EUR", FiscalStart: 1}
	line := initiative.Benefit{Name: "calls", Kind: "cost_to_serve", Units: 10, Price: 650, PriceSource: "finance"}
	st, err := gather([]initiative.View{evaluated("i1", "", "", -1, .1, line)}, OfInitiative("i1"), "i1", looking(set), Quarter{})
	require.NoError(t, err)
	require.Nil(t, st.Result)
	require.Equal(t, LeftUngraded, st.Left[0].Reason)
	require.Equal(t, CodeRequired, st.Refused[0].Code)

	a, b := evaluated("aaaa", "", "B", -1, .1, line), evaluated("bbbb", "", "B", -1, .1, line)
	a.Evaluation.Entangled = []initiative.Overlap{{ID: "bbbb", Name: "b", Teams: 1}}
	b.Evaluation.Entangled = []initiative.Overlap{{ID: "aaaa", Name: "a", Teams: 1}}
	st, err = gather([]initiative.View{a, b}, Organisation, "", looking(set), Quarter{})
	require.NoError(t, err)
	require.Len(t, st.Result.Lines, 1)
	require.Equal(t, LeftTwice, st.Left[0].Reason)
	require.Equal(t, int64(2_000_000), st.Result.Investment)

	tail := line
	tail.Kind, tail.Tail = "retained_margin", &initiative.Tail{Margin: 1000, Retention: .8}
	st, err = gather([]initiative.View{evaluated("i1", "", "B", -1, .1, tail)}, OfInitiative("i1"), "i1", looking(set), Quarter{})
	require.NoError(t, err)
	require.Equal(t, LeftNoDiscount, st.Left[0].Reason)
	require.Empty(t, st.Result.Bridge)
}
