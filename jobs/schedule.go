package jobs

import (
	"context"
	"time"

	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/customer"
	"rapport/internal/feed"
	"rapport/internal/forecast"
	"rapport/internal/goal"
	"rapport/internal/invest"
	"rapport/internal/journey"
	"rapport/internal/linkage"
	"rapport/internal/loop"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
	"rapport/internal/report"
	"rapport/internal/returns"
	"rapport/internal/runlog"
	"rapport/internal/subscription"
)

// Work is what the jobs work with.
type Work struct {
	Crawl     pulse.Crawler // attacks the running instance
	Actions   *action.Service
	Alerts    *alert.Service
	Customers *customer.Service
	Feed      *feed.Service
	Goals     *goal.Service
	Invest    *invest.Service
	Journeys  *journey.Service
	Linkage   *linkage.Service
	Loop      *loop.Service
	Outbox    *outbox.Service
	Pulse     *pulse.Service
	Letters   pulse.Mailer
	Reports   *report.Service
	Returns   *returns.Service
	Forecasts *forecast.Service
	URL       string // how people reach this instance, for links

	Subscriptions *subscription.Service
}

// Table lists every job with its rule in a time zone (an IANA name, such as Europe/Warsaw).
func Table(w Work, zone string) ([]runlog.Job, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, err
	}
	table := []runlog.Job{
		{Name: "appraise-customers", Spec: "0 1 * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.appraiseCustomers},
		{Name: "open-cases", Spec: "*/10 * * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.openCases},
		{Name: "map-journeys", Spec: "40 * * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.mapJourneys},
		{Name: "correlate", Spec: "0 2 * * *", Policy: runlog.Once, Timeout: 2 * time.Hour, Do: w.correlate},
		{Name: "evaluate", Spec: "30 2 * * *", Policy: runlog.Once, Timeout: 2 * time.Hour, Do: w.evaluate},
		{Name: "goals", Spec: "50 2 * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.goals},
		{Name: "close-quarter", Spec: "0 5 10 * *", Policy: runlog.Once, Timeout: 2 * time.Hour, Do: w.closeQuarter},
		{Name: "make-files", Spec: "25 5 * * *", Policy: runlog.Once, Timeout: 2 * time.Hour, Do: w.makeFiles},
		{Name: "open-waves", Spec: "*/15 * * * *", Policy: runlog.Once, Timeout: 10 * time.Minute, Do: w.openWaves},
		{Name: "send-letters", Spec: "*/5 * * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.sendLetters},
		{Name: "close-waves", Spec: "*/5 * * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.closeWaves},
		{Name: "anonymity-audit", Spec: "3-59/5 * * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.auditReleases},
		{Name: "watch", Spec: "*/10 * * * *", Policy: runlog.Once, Timeout: 10 * time.Minute, Do: w.watch},
		{Name: "watch-changes", Spec: "15 4 * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.watchChanges},
		{Name: "review-actions", Spec: "20 * * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.reviewActions},
		{Name: "fetch-sources", Spec: "20 * * * *", Policy: runlog.Once, Timeout: 2 * time.Hour, Do: w.fetchSources},
		{Name: "retention", Spec: "30 3 * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.retention},
	}
	if w.Outbox != nil {
		table = append(table, runlog.Job{Name: "deliver-outbox", Spec: "* * * * *", Policy: runlog.Once, Timeout: 10 * time.Minute, Do: w.deliverOutbox})
	}
	if w.Outbox != nil && w.Outbox.On() { // without a mail server there is nobody to send to
		table = append(table, runlog.Job{Name: "send-subscriptions", Spec: "5 * * * *", Policy: runlog.Once, Timeout: time.Hour, Do: w.sendSubscriptions})
	}
	out := make([]runlog.Job, 0, len(table))
	for _, j := range table {
		z, err := ParseZoned(j.Spec, loc)
		if err != nil {
			return nil, err
		}
		j.Schedule, j.Zone = z, zone
		out = append(out, j)
	}
	return out, nil
}

// actor is how a job signs in the audit log.
func actor(ctx context.Context) string {
	if f, ok := runlog.FenceFrom(ctx); ok {
		return "job:" + f.Job
	}
	return "system"
}
