package intake

import (
	"context"
	"encoding/json"
	"time"

	"rapport/internal/errs"
)

// State of a batch.
type State string

// The states. A batch that is staging is invisible; it becomes done in one atomic change.
const (
	Staging State = "staging"
	Done    State = "done"
	Failed  State = "failed"
	Undone  State = "undone"
)

// Batch is one import: what came in, by whom, and what became of it.
type Batch struct {
	ID         string
	Kind       Kind
	Source     string // file name, "grid" or "api"
	State      State
	By         string
	StartedAt  time.Time
	FinishedAt time.Time
	BeatAt     time.Time // last sign of life while staging
	CanUndo    bool
	Seq        int64 // place in the order of publication; 0 before
	Mapping    json.RawMessage
	Result     json.RawMessage
	Made       Made
}

// Made lists what an import brought into being besides its rows, so that undoing it can take that away again.
type Made struct {
	Teams   []string `json:"teams,omitempty"`
	Metrics []string `json:"metrics,omitempty"`
}

// Result is what an import did, or would do. Rows = Imported + Unchanged + Rejected + Queued.
type Result struct {
	ImportID       string       `json:"import_id,omitempty"`
	DryRun         bool         `json:"dry_run,omitempty"`
	Rows           int          `json:"rows"`
	Imported       int          `json:"imported"`
	Unchanged      int          `json:"unchanged"`
	Rejected       int          `json:"rejected"`
	Queued         int          `json:"queued"`
	TeamsCreated   int          `json:"teams_created,omitempty"`
	MetricsCreated int          `json:"metrics_created,omitempty"`
	HeldBack       int          `json:"held_back,omitempty"`
	Invited        int          `json:"invited,omitempty"` // letters that ask about the orders
	Errors         []errs.Field `json:"errors,omitempty"`  // the first MaxErrors
	RunID          string       `json:"run_id,omitempty"`
	WaveID         string       `json:"wave_id,omitempty"` // of a finished survey
}

// MaxErrors is how many row errors a result lists; the rest are counted.
const MaxErrors = 1000

// Memory is a mapping remembered for files with the same columns.
type Memory struct {
	Signature string // see Signature
	Mapping   json.RawMessage
	At        time.Time
	By        string
}

// Upload is a file handed in, kept in chunks so that whichever process runs the import can read it.
type Upload struct {
	ID        string
	Name      string
	By        string
	Size      int64
	Chunks    int
	CreatedAt time.Time
	Whole     bool // all chunks have arrived
}

// ChunkSize is the size of every chunk but the last.
const ChunkSize = 1 << 20

// Page asks for a part of a list, newest first: at most Limit after the one named.
type Page struct {
	After string
	Limit int
}

// Store keeps uploads, mappings and the list of imports.
type Store interface {
	// SaveUpload inserts or replaces the description of an upload.
	SaveUpload(ctx context.Context, u Upload) error
	// SaveChunk stores one chunk of an upload, durably.
	SaveChunk(ctx context.Context, upload string, n int, data []byte) error
	// Upload finds one; errs.NotFound("upload_unknown").
	Upload(ctx context.Context, id string) (Upload, error)
	// Chunk reads one chunk; errs.NotFound("upload_unknown").
	Chunk(ctx context.Context, upload string, n int) ([]byte, error)
	// DropUploads deletes the upload named (if not empty) and every upload from before the time.
	DropUploads(ctx context.Context, id string, before time.Time) error

	// Memory finds the mapping remembered for a signature; errs.NotFound("mapping_unknown").
	Memory(ctx context.Context, signature string) (Memory, error)
	// Memories lists the mappings remembered, newest first.
	Memories(ctx context.Context) ([]Memory, error)

	// SaveBatch inserts or replaces an import that keeps no staged rows, and remembers its mapping (nil: nothing to remember).
	SaveBatch(ctx context.Context, b Batch, m *Memory) error
	// Batches lists imports, newest first.
	Batches(ctx context.Context, page Page) ([]Batch, error)
	// Batch finds one; errs.NotFound("import_unknown").
	Batch(ctx context.Context, id string) (Batch, error)
}
