package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// deliverOutbox sends what waits: invitations, resets, reminders. Each message is claimed by one process.
func (w Work) deliverOutbox(ctx context.Context, at runlog.Occasion) (string, error) {
	sent, err := w.Outbox.Deliver(ctx)
	at.Progress(int64(sent), int64(sent))
	return "", err
}
