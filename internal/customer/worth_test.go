package customer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/customer"
	"rapport/internal/org"
	"rapport/internal/raced"
	"rapport/internal/series"
)

// Twelve customers spend 100 with N in January 2024; six of them 80 in January 2025, when ten new ones come who spend 30 each,
// five sent by a friend. Orders go on into 2026, so that every year looked at is over.
func TestEarnedGrowthAndWorthPerTeamAndPeriod(t *testing.T) {
	raced.NothingToTell(t) // the quadratures of the model
	b := newBench(t)
	chosen := time.Date(2025, 11, 3, 0, 0, 0, 0, time.UTC)
	settled := customer.Terms{Margin: .4, Discount: .1, WinCost: 2, Currency: "EUR", Short: 30, Long: 200, Chosen: chosen}
	b.Terms(func(context.Context) (customer.Terms, bool, error) { return settled, true, nil })
	var body strings.Builder
	body.WriteString("order,team,who,at,value,how\n")
	n := 0
	order := func(who, at string, value int, how string) {
		n++
		_, _ = fmt.Fprintf(&body, "%d,N,%s,%s,%d,%s\n", n, who, at, value, how)
	}
	order("first", "2023-12-15", 1, "")
	for i := range 12 {
		order(fmt.Sprintf("c%02d", i), "2024-01-10", 100, "")
		if i < 6 {
			order(fmt.Sprintf("c%02d", i), "2025-01-20", 80, "")
		}
		if i < 10 {
			order(fmt.Sprintf("n%02d", i), "2025-01-25", 30, []string{"a friend told me", "advertisement"}[i%2])
		}
	}
	order("first", "2026-02-10", 1, "")
	m := mapping()
	m.Columns = map[string]string{"customer": "who", "purchased_at": "at", "value": "value", "came_by": "how"}
	_, err := b.bring(body.String(), m)
	require.NoError(t, err)
	v, err := b.Appraise(context.Background(), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, []any{"2025-11-03", 200}, []any{v.ChosenOn, v.LongDays})
	require.Nil(t, v.Lifetime, "nobody bought in the 200 days before the last 200")

	got := map[string]string{}
	require.NoError(t, b.EachValue(context.Background(), org.Everything, series.Query{}, func(x series.Value) error {
		if key, ok := strings.CutPrefix(x.MetricID, "customers."); ok && !slices.Contains([]string{"engaged_share", "orders_each", "repeat_share", "referred_share"}, key) {
			got[key+" "+x.Period.String()] = fmt.Sprintf("%.4f %d", x.Value, x.N)
		}
		return nil
	}))
	stay := 0.0                                                                        // nobody of January 2024 came back within 200 days
	require.Equal(t, "40.0000 12", got["revenue_retained 2025-01"])                    // 480 of 1,200
	require.Equal(t, "-47.5000 12", got["earned_growth 2025-01"])                      // 480 + 150 of 1,200, less 100 %
	require.Equal(t, "100.0000 12", got["churn_30 2024-01"])                           // the horizons chosen, not the usual ones
	require.Equal(t, "100.0000 12", got["churn_200 2024-01"])                          // the same
	require.Equal(t, fmt.Sprintf("%.4f 12", 40*stay-2), got["lifetime_value 2024-01"]) // nobody stays: what it cost to win them is lost
	require.NotContains(t, got, "churn_90 2024-01")
	names := map[string]string{}
	ms, err := b.Metrics(context.Background())
	require.NoError(t, err)
	for _, x := range ms {
		names[x.Key] = x.Name + " " + x.Unit
	}
	require.Equal(t, "Customers lost within 200 days %", names["customers.churn_200"])
	require.Equal(t, "Value of a customer, constant margin EUR", names["customers.lifetime_value"])
}

// Two hundred customers with histories like those the models assume: what they are expected to bring is there for the whole
// organisation with the terms of finance, and for the team at the end of each quarter.
func TestTheModelsLookAheadPerTeamAndQuarter(t *testing.T) {
	b := newBench(t)
	settled := true
	b.Terms(func(context.Context) (customer.Terms, bool, error) {
		return customer.Terms{Margin: .4, Discount: .1}, settled, nil
	})
	var body strings.Builder
	body.WriteString(head)
	n := 0
	for who := range 200 {
		start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, who%90)
		for k := range 1 + who%7*(who%3) {
			n++
			_, _ = fmt.Fprintf(&body, "%d,N,c%03d,%s,%d,,,,\n", n, who, start.AddDate(0, 0, k*(20+who%31)).Format(time.DateOnly), 20+who%17)
		}
	}
	_, err := b.bring(body.String(), mapping())
	require.NoError(t, err)
	v, err := b.Appraise(context.Background(), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.NotNil(t, v.Model)
	w := v.Model.Worth
	require.NotNil(t, w)
	require.Equal(t, 3, w.Years)
	require.InDelta(t, w.All/200, w.Each, 1e-9)
	require.Greater(t, w.All, .4**v.Model.RevenueNextYear/1.1, "three years bring more than one")
	quarters := 0
	require.NoError(t, b.EachValue(context.Background(), org.Everything, series.Query{}, func(x series.Value) error {
		if x.MetricID == "customers.foreseen_365" {
			quarters++
			require.Equal(t, series.Quarter, x.Period.Grain)
			require.Positive(t, x.Value)
		}
		return nil
	}))
	require.GreaterOrEqual(t, quarters, 2)

	settled = false
	v, err = b.Appraise(context.Background(), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Nil(t, v.Model.Worth, "finance has not said its terms")
}
