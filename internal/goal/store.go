package goal

import (
	"context"

	"rapport/internal/audit"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Store keeps levels, the newest figures beside them, and the barriers.
type Store interface {
	// AddLevels stores levels, all of them or none; what was said before stays.
	AddLevels(ctx context.Context, list []Level, entries ...audit.Entry) error
	// Levels lists every level ever set.
	Levels(ctx context.Context) ([]Level, error)
	// SaveActuals keeps where metrics stand, each in place of what was kept for it before.
	SaveActuals(ctx context.Context, list []Actuals) error
	// Actuals lists where metrics stand, by id of the metric; no id means all of them.
	Actuals(ctx context.Context, metrics ...string) ([]Actuals, error)
	// SaveBarrier inserts a barrier (seen 0) or replaces it by id if its version is still seen:
	// errs.Conflict("barrier_changed").
	SaveBarrier(ctx context.Context, b Barrier, seen int, entry audit.Entry) error
	// Barriers lists all, newest first.
	Barriers(ctx context.Context) ([]Barrier, error)
	// Barrier finds one; errs.NotFound("barrier_unknown").
	Barrier(ctx context.Context, id string) (Barrier, error)
}

// Teams gives the team tree.
type Teams interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// Source gives metrics; the panel's sources do.
type Source interface {
	Metrics(ctx context.Context) ([]series.Metric, error)
}
