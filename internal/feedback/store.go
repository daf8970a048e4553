package feedback

import (
	"context"

	"rapport/internal/audit"
)

// Store keeps what feedback is asked about and asked with.
type Store interface {
	// Touchpoints lists them by journey, stage and name.
	Touchpoints(ctx context.Context) ([]Touchpoint, error)
	// Touchpoint finds one; errs.NotFound("touchpoint_unknown").
	Touchpoint(ctx context.Context, id string) (Touchpoint, error)
	// SaveTouchpoint stores version 1 of a new touchpoint or the next version of one that stands: errs.Conflict
	// touchpoint_changed when another version stands, touchpoint_taken when another one has the name (case aside).
	SaveTouchpoint(ctx context.Context, t Touchpoint, entry audit.Entry) error
}
