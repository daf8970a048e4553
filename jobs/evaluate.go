package jobs

import (
	"context"

	"rapport/internal/initiative"
	"rapport/internal/runlog"
)

// evaluate seals the plans whose start has come, looks for effects, states the returns and scores the forecasts whose
// window has ended. Everything it stores stands in place of what was there before, so a repeated attempt has one effect.
func (w Work) evaluate(ctx context.Context, at runlog.Occasion) (string, error) {
	return "", w.Forecasts.Evaluate(ctx, initiative.Order{AsOf: at.AsOf, By: actor(ctx), Progress: at.Progress})
}
