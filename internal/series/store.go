package series

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Block is what one import says about one line (metric, team, grain). Blocks are only ever added: the figures of a line
// are its published blocks laid over each other in the order of their publication, so an import becomes visible, and is
// undone, by the state of its batch alone.
type Block struct {
	MetricID string
	TeamID   string
	Grain    Grain
	BatchID  string // set when read
	Points   Points
}

// Lines selects blocks. Empty Metrics means all; FromTeam leaves out teams that sort before it.
type Lines struct {
	Metrics  []string
	FromTeam string
}

// Span says where a metric has figures, of one grain.
type Span struct {
	MetricID string
	Grain    Grain
	Teams    int
	First    int // index of the first period
	Last     int
}

// Event is a dated happening that may explain figures.
type Event struct {
	ID     string
	On     time.Time // date, UTC midnight
	Until  time.Time // zero for a single day
	Title  string
	Kind   EventKind
	Source string
}

// EventKind says what an event is about.
type EventKind string

// The kinds of events.
const (
	Competitor   EventKind = "competitor"
	Economy      EventKind = "economy"
	LabourMarket EventKind = "labour_market"
	Regulation   EventKind = "regulation"
	Internal     EventKind = "internal"
	Other        EventKind = "other"
)

// Publication makes a staged batch visible, with the teams and metrics it brings, in one change.
type Publication struct {
	Batch   intake.Batch
	Seen    int64 // the edition the batch was compared with
	Metrics []Metric
	Org     *org.Change    // nil when no team is created
	Memory  *intake.Memory // nil when the mapping is not to be remembered
	Audit   []audit.Entry
}

// Reader answers questions about the figures. A question that takes a scope refuses its zero value.
type Reader interface {
	// Metrics is the catalogue, sorted by key.
	Metrics(ctx context.Context) ([]Metric, error)
	// Spans says per metric and grain where there are published figures.
	Spans(ctx context.Context, scope org.Scope) ([]Span, error)
	// Events lists the events by date.
	Events(ctx context.Context) ([]Event, error)
}

// Store keeps the catalogue and the figures.
type Store interface {
	Reader
	// EachBlock gives the published blocks of teams in scope, sorted by metric, team, grain and order of publication, as
	// of one moment.
	EachBlock(ctx context.Context, scope org.Scope, lines Lines, fn func(Block) error) error
	// SaveMetric inserts a metric (seen 0) or replaces it by id if its version is still seen: errs.Conflict
	// metric_key_taken or metric_changed.
	SaveMetric(ctx context.Context, m Metric, seen int, entry audit.Entry) error
	// SaveEvent inserts an event.
	SaveEvent(ctx context.Context, e Event, entry audit.Entry) error
	// Edition counts publications and undoings.
	Edition(ctx context.Context) (int64, error)
	// Stage stores blocks of a batch that is not visible yet, durably, and the batch itself with its sign of life. A batch
	// that is no longer staging is left as it is: errs.Conflict import_finished.
	Stage(ctx context.Context, b intake.Batch, blocks []Block) error
	// DropStaged deletes blocks of one batch that is not published, some at a time, and says whether there are more.
	DropStaged(ctx context.Context, batch string) (more bool, err error)
	// Publish makes a batch visible: errs.Conflict figures_changed when the edition is no longer Seen, org_changed when the
	// organisation is not the one seen.
	Publish(ctx context.Context, p Publication) error
	// Retract hides a published batch again and deletes the metrics and teams named: errs.Conflict import_not_undoable when
	// it is not published, figures_changed or org_changed when those are no longer as seen.
	Retract(ctx context.Context, r Retraction) error
}

// Retraction is the undoing of a batch.
type Retraction struct {
	BatchID string
	Seen    int64
	At      time.Time
	Metrics []string // metrics to delete
	Teams   []string // teams to delete
	OrgSeen int64    // the version of the organisation that was seen, when there are teams to delete
	Audit   []audit.Entry
}
