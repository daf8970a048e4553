package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// goals looks up where every metric stands at every team. What it stores stands in place of what was there before, so a
// repeated attempt has one effect.
func (w Work) goals(ctx context.Context, at runlog.Occasion) (string, error) {
	return "", w.Goals.Refresh(ctx, at.AsOf, at.Progress)
}
