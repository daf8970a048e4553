package customer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/raced"
)

// Twenty customers buy on 2025-01-01; ten of them every 60 days for the rest of the year, ten never again.
func TestWhatCustomersAreWorth(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	_, err := b.ValueReport(ctx)
	require.Equal(t, "customer_value_none", errs.CodeOf(err))
	v, err := b.Appraise(ctx, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Zero(t, v.Customers)

	var body strings.Builder
	body.WriteString(head)
	n := 0
	for who := range 20 {
		for k := range 7 {
			if k > 0 && who >= 10 {
				break
			}
			n++
			day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 60*k)
			_, _ = fmt.Fprintf(&body, "%d,N,c%02d,%s,%d,%s,%s,,\n", n, who, day.Format(time.DateOnly), 10+who, day.AddDate(0, 0, 3).Format(time.DateOnly), day.AddDate(0, 0, 2+2*(who%2)).Format(time.DateOnly))
		}
	}
	_, err = b.bring(body.String(), mapping())
	require.NoError(t, err)
	v, err = b.Appraise(ctx, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, []any{20, 80, "2025-12-27", "2025-01-01", "EUR"}, []any{v.Customers, v.Orders, v.AsOf, v.Since, v.Currency})
	require.Equal(t, 7*145.0+245, v.Revenue)
	require.Equal(t, 0.5, v.Repeat.Value)
	require.InDelta(t, 0.2993, v.Repeat.Lo, 1e-4) // Wilson for 10 of 20
	require.InDelta(t, 0.7007, v.Repeat.Hi, 1e-4)
	require.Len(t, v.Churn, 1, "a year before the longer horizon nobody had bought yet")
	require.Equal(t, []any{90, "2025-09-28", 0.0, 10}, []any{v.Churn[0].Days, v.Churn[0].From, v.Churn[0].Lost.Value, v.Churn[0].Lost.N})
	require.Len(t, v.Groups, 2)
	require.Equal(t, []any{"delivery", "in_time", 10}, []any{v.Groups[0].Of, v.Groups[0].Name, v.Groups[0].Revenue.N})
	stored, err := b.ValueReport(ctx)
	require.NoError(t, err)
	require.Equal(t, v, stored)

	early, err := b.Appraise(ctx, time.Date(2025, 1, 20, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, 20, early.Orders, "orders after the day asked for stay out")
	require.NotNil(t, early.ModelGap)
	require.Nil(t, early.Model)
}

// Leaving is dated on the day it is known: ten silent ones of twenty leave after a year, and nobody before.
func TestTheRetentionCurveKnowsNoFuture(t *testing.T) {
	raced.NothingToTell(t) // the quadratures of the model
	b := newBench(t)
	var body strings.Builder
	body.WriteString(head)
	for who := range 20 {
		_, _ = fmt.Fprintf(&body, "a%d,N,c%02d,2024-01-01,5,,,,\n", who, who)
		if who < 10 {
			_, _ = fmt.Fprintf(&body, "b%d,N,c%02d,2024-12-01,5,,,,\nd%d,N,c%02d,2025-06-01,5,,,,\n", who, who, who, who)
		}
	}
	_, err := b.bring(body.String(), mapping())
	require.NoError(t, err)
	v, err := b.Appraise(context.Background(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	at := map[int]customer.CurvePoint{}
	for _, p := range v.Curve {
		at[p.Days] = p
	}
	require.Equal(t, 1.0, at[270].Share)
	require.Equal(t, 0.5, at[365].Share)
	require.Equal(t, 20, at[0].AtRisk)
}
