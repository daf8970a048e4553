package jobs

import (
	"context"

	"rapport/internal/runlog"
)

// fetchSources brings in the files that lie at the places told and have not gone in yet.
func (w Work) fetchSources(ctx context.Context, at runlog.Occasion) (string, error) {
	files, err := w.Feed.FetchAll(ctx)
	at.Progress(int64(files), int64(files))
	return "", err
}
