package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// openCases opens a case for each new answer that a rule asks for. One answer opens one case, so that a repeated attempt
// has one effect.
func (w Work) openCases(ctx context.Context, _ runlog.Occasion) (string, error) {
	_, err := w.Loop.OpenNew(ctx)
	return "", err
}
