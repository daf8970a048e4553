package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// mapJourneys counts what was said at every touchpoint, the ways customers take, and who was lost after which pain. The
// counts stand in the place of the ones before, so that a repeated attempt has one effect; where nothing is new it ends at
// once.
func (w Work) mapJourneys(ctx context.Context, at runlog.Occasion) (string, error) {
	return "", w.Journeys.Refresh(ctx, at.AsOf, at.Progress)
}
