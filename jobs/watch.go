package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// watch tells of what is overdue, failed or no longer holds; each occurrence has one key, so that a repeated attempt
// tells nothing twice.
func (w Work) watch(ctx context.Context, at runlog.Occasion) (string, error) {
	n, err := w.Alerts.Watch(ctx)
	at.Progress(int64(n), int64(n))
	return "", err
}

// watchChanges tells of figures that changed beyond their usual ups and downs.
func (w Work) watchChanges(ctx context.Context, at runlog.Occasion) (string, error) {
	_, err := w.Alerts.WatchChanges(ctx, at.AsOf, at.Progress)
	return "", err
}
