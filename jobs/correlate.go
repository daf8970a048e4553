package jobs

import (
	"context"

	"rapport/internal/linkage"
	"rapport/internal/runlog"
)

// correlate makes the nightly run over all pairs. Its origin is the ledger's row, so a repeated attempt has one effect.
func (w Work) correlate(ctx context.Context, at runlog.Occasion) (string, error) {
	run, err := w.Linkage.Do(ctx, linkage.Order{AsOf: at.AsOf, Trigger: linkage.ByJob, By: actor(ctx), Origin: at.RunID, Progress: at.Progress})
	return run.ID, err
}
