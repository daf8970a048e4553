package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// reviewActions looks at what the figures of agreed actions did since, and reminds owners. What it stores stands in place
// of what was there before, and a reminder has one key per due date, so that a repeated attempt has one effect.
func (w Work) reviewActions(ctx context.Context, at runlog.Occasion) (string, error) {
	if _, err := w.Actions.Review(ctx, at.AsOf, at.Progress); err != nil {
		return "", err
	}
	_, err := w.Actions.Remind(ctx)
	return "", err
}
