package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// goals looks up where every metric stands at every team, and ranks the proposals that are to close the gaps. What it
// stores stands in place of what was there before, so a repeated attempt has one effect.
func (w Work) goals(ctx context.Context, at runlog.Occasion) (string, error) {
	if err := w.Goals.Refresh(ctx, at.AsOf, at.Progress); err != nil {
		return "", err
	}
	return "", w.Invest.Rank(ctx, actor(ctx), nil)
}
