package jobs

import (
	"context"
	"errors"
	"runtime/debug"

	"rapport/internal/errs"
	"rapport/internal/report"
	"rapport/internal/runlog"
)

// closeQuarter closes the newest quarter that has ended and makes its files. Made again without new facts it changes
// nothing; a PDF that could not be made for want of a browser does not fail it: the next run makes it.
func (w Work) closeQuarter(ctx context.Context, at runlog.Occasion) (string, error) {
	// A close reads much and keeps little: the collector runs more often meanwhile, so that it fits a small machine.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	out, err := w.Reports.Close(ctx, report.Order{AsOf: at.AsOf, By: actor(ctx), Progress: at.Progress})
	if err != nil {
		return "", err
	}
	q := out.Quarter.String()
	if err := w.Reports.MakeFiles(ctx, q, nil); err != nil && errs.KindOf(err) != errs.KindUnavailable {
		return q, errors.Join(err, ctx.Err())
	}
	return q, nil
}
