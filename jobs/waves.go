package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// openWaves launches the waves whose cadence says so.
func (w Work) openWaves(ctx context.Context, at runlog.Occasion) (string, error) {
	n, err := w.Pulse.OpenDue(ctx, actor(ctx))
	at.Progress(int64(n), int64(n))
	return "", err
}

// closeWaves closes the waves whose time is over and finishes closings that were cut off.
func (w Work) closeWaves(ctx context.Context, at runlog.Occasion) (string, error) {
	n, err := w.Pulse.CloseDue(ctx, actor(ctx))
	at.Progress(int64(n), int64(n))
	return "", err
}

// sendLetters sends invitations and reminders that are due.
func (w Work) sendLetters(ctx context.Context, at runlog.Occasion) (string, error) {
	n, err := w.Pulse.SendLetters(ctx, w.Letters, w.URL)
	at.Progress(int64(n), int64(n))
	return "", err
}

// auditReleases attacks the instance whenever something was released since the last audit. A failed audit fails the job.
func (w Work) auditReleases(ctx context.Context, at runlog.Occasion) (string, error) {
	_, err := w.Pulse.AuditReleases(ctx, actor(ctx), w.Crawl, at.Progress)
	return "", err
}

// retention drops the kept counts of waves whose retention has ended; released cells stay.
func (w Work) retention(ctx context.Context, at runlog.Occasion) (string, error) {
	n, err := w.Pulse.DropOldCounts(ctx, actor(ctx))
	at.Progress(int64(n), int64(n))
	return "", err
}
