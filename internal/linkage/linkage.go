// Package linkage says what goes with what: it runs every pair of employee experience, customer experience and results
// over the panel, keeps each run with its findings, and answers for stored runs. Statistics are computed in runs only,
// never while somebody waits for a page; a finding says "consistent with", never "caused".
package linkage

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Version of the method; raised when the same figures would give other findings.
const Version = "1"

// Trigger says who asked for a run.
type Trigger string

// The triggers.
const (
	ByJob    Trigger = "job"
	ByHand   Trigger = "hand"
	ByImport Trigger = "import"
	ByAPI    Trigger = "api"
)

// OriginClose begins the origin of runs that were made for the close of a quarter.
const OriginClose = "close:"

// Block is the part of the chain a pair belongs to.
type Block string

// The blocks. Outcome stands for outcome, behaviour and money metrics.
const (
	EXCX      Block = "ex_cx"
	EXOutcome Block = "ex_outcome"
	CXOutcome Block = "cx_outcome"
)

// Run is one execution over all pairs.
type Run struct {
	ID        string
	AsOf      time.Time // day, UTC midnight
	CreatedAt time.Time
	Trigger   Trigger
	Origin    string // the job's execution it belongs to; one run per origin, so that a repeated job has one effect
	Findings  int
	Supported int
	Teams     int
	Metrics   int
	Seed      int64
	Version   string
	Seconds   float64
	Headline  []evidence.Sentence
	Catalogue []series.Metric // the metrics as they were when the run was made
}

// Finding is what a run says about one pair.
type Finding struct {
	ID            string
	X, Y          string // metric ids
	Block         Block
	Grain         series.Grain
	Lag           int
	Verdict       evidence.Verdict
	Text          evidence.Sentence
	Reasons       []evidence.Sentence
	Naive         evidence.Estimate  // pooled Pearson
	Within        evidence.Estimate  // repeated-measures correlation
	TWFE          evidence.Estimate  // slope with team and period effects
	CCE           evidence.Estimate  // slope under common correlated effects
	GoodDirection *bool              // the slope has the sign that both metrics' directions would want
	Covariates    []Allowance        // what was declared for y, and what became of it; TWFE, CCE and the pictures allow for those used
	Plain         *evidence.Estimate // TWFE without the covariates used, to look at; nil when none was
	Signal        Signal             // what X is worth as a measurement; of supported findings
}

// Detail is one pair in full. Team numbers count the teams of the run and are turned into names, or into numbers that
// tell nothing, when the detail is read.
type Detail struct {
	Sentences   []evidence.Sentence
	Periods     []string
	Points      Points
	PointsTotal int
	Lags        []LagEstimate
	LeaveOneOut []LeaveOneOut
	Stability   []evidence.Estimate // earlier and later half
	Methods     []string
	Excluded    []Exclusion
	Breaks      int
}

// Points are the rows behind the pictures as parallel columns, thinned evenly.
type Points struct {
	Team   []int
	Period []int // position in Periods
	X, Y   []float64
	XW, YW []float64 // with team and period means taken out
	N      []int32
}

// LagEstimate is the slope at one lag. Only the declared one is evidence; the others are exploration.
type LagEstimate struct {
	Lag      int
	Declared bool
	Estimate evidence.Estimate
}

// LeaveOneOut is the slope with team and period effects without one team.
type LeaveOneOut struct {
	Team     int
	Estimate float64
}

// Exclusion counts figures that did not enter, by reason.
type Exclusion struct {
	Reason panel.Reason
	Count  int
}

// Blob is a stored piece of a run that is read by name.
type Blob struct {
	Name  string
	Bytes []byte
}

// Store keeps runs.
type Store interface {
	// SaveRun stores a run with its findings and blobs: all of it becomes visible at once, or none. Blobs of all but the
	// newest keep runs are dropped, those of closed quarters stay for their reports; runs and findings stay, too. errs.Conflict("run_exists") when the origin has a run already.
	SaveRun(ctx context.Context, run Run, findings []Finding, blobs []Blob, keep int, entry audit.Entry) error
	// Runs lists runs, newest first, after a cursor ("" is the start); the next cursor is "" at the end.
	Runs(ctx context.Context, limit int, cursor string) (runs []Run, next string, err error)
	// Run finds one; "latest" is the newest that was not made for a closed quarter, which looks back. Runs of closed
	// quarters have an origin that begins with OriginClose. errs.NotFound("run_unknown").
	Run(ctx context.Context, id string) (Run, error)
	// RunOfOrigin finds the run that a job's execution made; errs.NotFound("run_unknown").
	RunOfOrigin(ctx context.Context, origin string) (Run, error)
	// Findings lists the findings of a run in the order they were saved.
	Findings(ctx context.Context, runID string) ([]Finding, error)
	// Finding finds one; errs.NotFound("finding_unknown").
	Finding(ctx context.Context, runID, id string) (Finding, error)
	// RunBlob reads a blob; errs.NotFound("run_blob_unknown").
	RunBlob(ctx context.Context, runID, name string) ([]byte, error)
	// Covariates gives what is declared, by the id of the metric that is to be explained.
	Covariates(ctx context.Context) (map[string][]string, error)
	// SaveCovariates stores a declaration in the place of what stood before; an empty list takes it back.
	SaveCovariates(ctx context.Context, metric string, list []string, entry audit.Entry) error
	// AppendAudit writes down what changes nothing else: that somebody took the rows behind a finding.
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// Teams gives the team tree.
type Teams interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// keepBlobs is how many runs keep their details and columns, beside those of closed quarters, whose reports lead to them;
// older runs keep their findings.
const keepBlobs = 20
