package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/forecast"
	"rapport/internal/returns"
	"rapport/internal/series"
	"rapport/internal/store"
)

func aForecast(id string) forecast.Forecast {
	noise := .4
	return forecast.Forecast{
		InitiativeID: id, Plan: "abc", At: runAt, By: "u1", Currency: "EUR", Start: runAt, End: runAt.AddDate(1, 0, 0), Investment: 5,
		ROI:      &returns.Return{Estimate: .2, P10: -.1, P90: .5, BCR: 1.2},
		Lines:    []forecast.Line{{Name: "contacts", Kind: returns.CostToServe, Value: 6, Grade: returns.GradeE, Measured: true}},
		Effects:  []forecast.Effect{{MetricID: "cx", Metric: "CX", Kind: series.CX, Grade: returns.GradeE, Mean: 1, Noise: &noise}},
		Quarters: []forecast.Quarter{{No: 1, From: runAt, To: runAt.AddDate(0, 3, 0), Points: []forecast.Point{{Mean: 1, Lo: 0, Hi: 2}}}},
	}
}

func init() {
	add("forecast: the newest replaces; what was frozen stays, once, with its score", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Forecast(ctx, "i1")
		require.Equal(t, "forecast_unknown", errs.CodeOf(err))
		none, err := s.Approvals(ctx)
		require.NoError(t, err)
		require.NotNil(t, none)
		require.Empty(t, none)
		f := aForecast("i1")
		require.NoError(t, s.SaveForecast(ctx, f, entryOf("forecast.draw", "i1")))
		a := forecast.Approval{Forecast: f, Hash: "h1", ApprovedAt: runAt, ApprovedBy: "u2", Name: "Dana"}
		require.NoError(t, s.ApproveForecast(ctx, a, entryOf("forecast.approve", "i1")))
		f.Investment = 7
		require.NoError(t, s.SaveForecast(ctx, f, entryOf("forecast.draw", "i1")))
		got, err := s.Forecast(ctx, "i1")
		require.NoError(t, err)
		require.Equal(t, f, got)

		again := a
		again.Name = "somebody else"
		require.Equal(t, "forecast_approved", errs.CodeOf(s.ApproveForecast(ctx, again, entryOf("forecast.approve", "i1"))))
		require.Equal(t, "forecast.draw", lastAudit(t, s).Action, "what was refused left no trace")
		b := forecast.Approval{Forecast: aForecast("i0"), Hash: "h2", ApprovedAt: runAt.Add(time.Hour), ApprovedBy: "u2", Name: "Dana"}
		require.NoError(t, s.ApproveForecast(ctx, b, entryOf("forecast.approve", "i0")))
		for _, measured := range []float64{.8, .9} {
			score := forecast.Score{At: runAt, AsOf: runAt, Metric: "CX", Measured: measured, Expected: 1, Lo: 0, Hi: 2, Inside: true, Miss: -.2, Grade: "B"}
			a.Score = &score
			require.NoError(t, s.ScoreForecast(ctx, "i1", "h1", score, entryOf("forecast.score", "i1")))
		}
		require.Equal(t, "forecast.score", lastAudit(t, s).Action)
		all, err := s.Approvals(ctx)
		require.NoError(t, err)
		require.Equal(t, []forecast.Approval{a, b}, all)
	})
}
