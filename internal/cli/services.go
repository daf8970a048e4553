package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feed"
	"rapport/internal/feedback"
	"rapport/internal/forecast"
	"rapport/internal/goal"
	"rapport/internal/i18n"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/invest"
	"rapport/internal/journey"
	"rapport/internal/linkage"
	"rapport/internal/loop"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
	"rapport/internal/report"
	"rapport/internal/returns"
	"rapport/internal/runlog"
	"rapport/internal/series"
	"rapport/internal/subscription"
)

// Services are the features a command may use, made by the composition root.
type Services struct {
	Actions     *action.Service
	Alerts      *alert.Service
	Audit       *audit.Service
	Auth        *auth.Service
	Customers   *customer.Service
	Facts       *fact.Service
	Feed        *feed.Service
	Feedback    *feedback.Service
	Goals       *goal.Service
	Initiatives *initiative.Service
	Invest      *invest.Service
	Intake      *intake.Service
	Jobs        *runlog.Service
	Journeys    *journey.Service
	Linkage     *linkage.Service
	Loop        *loop.Service
	Operations  *operation.Service
	Pulse       *pulse.Service
	Reports     *report.Service
	Returns     *returns.Service
	Forecasts   *forecast.Service
	Org         *org.Service
	Outbox      *outbox.Service
	Series      *series.Service
	Crawl       pulse.Crawler                   // attacks the instance on this database as everybody who may look at it
	Seed        func(ctx context.Context) error // builds the demo company, with its truth beside the database
	SeedReports func(ctx context.Context) error // closes its past quarters

	Subscriptions *subscription.Service
}

func init() {
	commands["serve"] = command{summary: "answer on RAPPORT_ADDR and run the scheduled jobs", run: func(ctx context.Context, env Env, args []string) int {
		if len(args) > 0 {
			_, _ = fmt.Fprintln(env.Stderr, "usage: rapport serve   (settings come from the environment, see deploy/env.example)")
			return ExitUsage
		}
		if err := env.Serve(ctx, env); err != nil {
			return env.fail(err)
		}
		return ExitOK
	}}
}

// fail prints an error as a sentence that says what to do, with the lines it points at, and gives the exit code:
// ExitRefused when the input was at fault, else ExitFailed.
func (e Env) fail(err error) int {
	locale := e.Locale()
	var known *errs.Error
	if !errors.As(err, &known) {
		_, _ = fmt.Fprintf(e.Stderr, "rapport: %v\n", err)
		return ExitFailed
	}
	text := known.Code
	if i18n.Has("error." + known.Code) {
		text = i18n.Text(locale, "error."+known.Code, known.Params)
	} else if known.Err != nil {
		text = known.Error()
	}
	_, _ = fmt.Fprintf(e.Stderr, "rapport: %s\n", text)
	printFields(e.Stderr, locale, known.Fields)
	if k := known.Kind; k == errs.KindInvalid || k == errs.KindConflict || k == errs.KindNotFound || k == errs.KindTooLarge {
		return ExitRefused
	}
	return ExitFailed
}

// printFields lists what is wrong in a file, one line each.
func printFields(w io.Writer, locale string, fields []errs.Field) {
	for _, f := range fields {
		var where []string
		if f.Line > 0 {
			where = append(where, i18n.Text(locale, "place.line", map[string]any{"line": f.Line}))
		}
		if f.Column != "" {
			where = append(where, i18n.Text(locale, "place.column", map[string]any{"column": f.Column}))
		}
		if f.Path != "" {
			where = append(where, f.Path)
		}
		text := f.Code
		if i18n.Has("error." + f.Code) {
			params := map[string]any{"value": f.Value, "column": f.Column, "line": f.Line}
			for k, v := range f.Params {
				params[k] = v
			}
			text = i18n.Text(locale, "error."+f.Code, params)
		}
		if f.Value != "" {
			text = fmt.Sprintf("%q: %s", f.Value, text)
		}
		_, _ = fmt.Fprintf(w, "  %s: %s\n", strings.Join(where, ", "), text)
	}
}

// Locale is the language of the terminal (LANG=pl_PL.UTF-8).
func (e Env) Locale() string {
	lang, _, _ := strings.Cut(e.Lang, ".")
	return i18n.Match(strings.ReplaceAll(lang, "_", "-"))
}
