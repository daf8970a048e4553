package jobs

import (
	"context"
	"errors"
	"runtime/debug"

	"rapport/internal/report"
	"rapport/internal/runlog"
)

// closeQuarter closes the newest quarter that has ended and makes its files. Made again without new facts it changes
// nothing; a PDF that could not be made for want of a browser does not fail it: makeFiles makes it later.
func (w Work) closeQuarter(ctx context.Context, at runlog.Occasion) (string, error) {
	// A close reads much and keeps little: the collector runs more often meanwhile, so that it fits a small machine.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	out, err := w.Reports.Close(ctx, report.Order{AsOf: at.AsOf, By: actor(ctx), Progress: at.Progress})
	if err != nil {
		return "", err
	}
	q := out.Quarter.String()
	if err := w.Reports.MakeFiles(ctx, q, nil); err != nil && !report.WithoutPaper(err) {
		return q, errors.Join(err, ctx.Err())
	}
	return q, nil
}

// makeFiles makes the workbooks and PDFs that should be there and are not: those of the teams, and whatever a missing
// browser kept the close from making.
func (w Work) makeFiles(ctx context.Context, at runlog.Occasion) (string, error) {
	if err := w.Reports.MakeOutstanding(ctx, at.Progress); err != nil && !report.WithoutPaper(err) {
		return "", errors.Join(err, ctx.Err())
	}
	return "", nil
}
