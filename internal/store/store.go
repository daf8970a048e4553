// Package store is the union of the features' stores: what an engine must answer. The questions themselves are defined
// where they are asked (org.Store, series.Store, …).
package store

import (
	"context"

	"rapport/internal/operation"
	"rapport/internal/pulse"
)

// Store is everything an engine answers.
type Store interface {
	operation.Store
	pulse.Store

	// Ready says whether the engine can answer now.
	Ready(ctx context.Context) error
	// Close releases it.
	Close() error
}
