// Package store is the union of the features' stores: what an engine must answer. The questions themselves are defined
// where they are asked (org.Store, series.Store, …).
package store

import (
	"context"

	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/fact"
	"rapport/internal/feed"
	"rapport/internal/feedback"
	"rapport/internal/forecast"
	"rapport/internal/goal"
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
	"rapport/internal/replay"
	"rapport/internal/report"
	"rapport/internal/returns"
	"rapport/internal/runlog"
	"rapport/internal/series"
	"rapport/internal/subscription"
)

// Store is everything an engine answers.
type Store interface {
	action.Store
	alert.Store
	audit.Store
	auth.Store
	customer.Store
	fact.Store
	feed.Store
	feedback.Store
	goal.Store
	forecast.Store
	initiative.Store
	intake.Store
	invest.Store
	journey.Store
	linkage.Store
	loop.Store
	operation.Store
	org.Store
	outbox.Store
	pulse.Store
	replay.Store
	report.Store
	returns.Store
	runlog.Store
	series.Store
	subscription.Store

	// Ready says whether the engine can answer now.
	Ready(ctx context.Context) error
	// Close releases it.
	Close() error
}
