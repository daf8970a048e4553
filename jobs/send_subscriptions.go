package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// sendSubscriptions puts the letters that are due into the outbox; a subscription moves on with its letter, so that a
// repeated attempt makes none twice.
func (w Work) sendSubscriptions(ctx context.Context, at runlog.Occasion) (string, error) {
	n, err := w.Subscriptions.Dispatch(ctx)
	at.Progress(int64(n), int64(n))
	return "", err
}
