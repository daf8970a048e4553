// Package forecast is the business case of an initiative before it is approved: what is expected to come back, from when
// on it pays, what doing nothing would cost, and the path by quarter. Approval freezes it; when the window has ended it is
// scored against what was measured, and all scores together are the track record. Expectations are grades D and E: they
// are never mixed with what was measured.
package forecast

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/evidence"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// Level of all intervals of a forecast: four of five outcomes should lie inside.
const Level = .8

// z80 is half the width of a central 80 % interval in standard deviations.
const z80 = 1.2815515655446004

// Forecast is the business case of one version of a plan. Money is minor units.
type Forecast struct {
	InitiativeID string
	Plan         string // hash of the plan it was made from
	At           time.Time
	By           string
	Currency     string
	Settings     int // version of finance's settings
	Start, End   time.Time
	Investment   int64
	ROI          *returns.Return // of the lines that will be measured; nil where there are none
	ROV          *returns.Return
	Payback      *int // month in which the expected path turns positive
	NPV          *int64
	Bridge       []returns.BridgeLine
	Lines        []Line
	Left         []LeftOut
	Refused      []string // codes of why there is no expected return
	Effects      []Effect
	BreakEven    BreakEven
	Inaction     []Inaction
	Quarters     []Quarter
}

// Line is an expected benefit over the window with its 80 % interval.
type Line struct {
	Name     string
	Kind     returns.Kind
	MetricID string // empty for an amount that is not measured
	Value    int64
	SE       float64
	Lo, Hi   int64
	Grade    returns.Grade // D a model's, E an expert's
	Measured bool          // its effect will be measured: it is expected in ROI; else it counts in ROV only
	Source   string        // of the price
}

// LeftOut is a benefit nothing could be expected of, and why (forecast.left.<reason>).
type LeftOut struct {
	Line   string
	Reason string
}

// Reasons for leaving a line out.
const (
	LeftNoExpectation = "no_expectation"
	LeftNoDiscount    = "no_discount"
)

// Effect is what will be measured of a metric if things go as expected, with its 80 % interval: the doubt about the effect
// and the noise of measuring it, together.
type Effect struct {
	MetricID       string
	Metric         string
	Kind           series.Kind
	Unit           string
	HigherIsBetter bool
	Grade          returns.Grade
	Mean           float64
	Belief         float64  // standard deviation of the expectation itself
	Noise          *float64 // standard deviation of measuring it; nil where it cannot be told
	SD             float64  // of both
	Lo, Hi         float64
	From, Full     int // quarters of the window
}

// BreakEven is the effect on the outcome from which on the investment is paid back within the window, beside what is
// expected and what could be seen. Verdict is a translation key (forecast.break_even.<verdict>).
type BreakEven struct {
	MetricID string
	Metric   string
	Effect   *float64 // nil where no effect on the outcome earns anything
	Expected float64
	Lo, Hi   float64 // of Expected, 80 %
	MDE      *float64
	Verdict  string
}

// Inaction is what doing nothing would cost over the window. A negative Loss is a gain.
type Inaction struct {
	Kind           string // declared, or trend
	Loss           *int64 // nil where no benefit prices the outcome
	LossLo, LossHi *int64
	Change         *float64 // of the outcome, mean over the window against now
	ChangeLo       *float64
	ChangeHi       *float64
	Now            *float64
	Source         string // who declared it
	From, To       string // periods the trend is drawn from
	Gap            *evidence.Gap
}

// The kinds of Inaction.
const (
	Declared = "declared"
	Trend    = "trend"
)

// Quarter is a stretch of three months of the window, from the start on.
type Quarter struct {
	No       int
	From, To time.Time // To is the first day after it
	Points   []Point   // along Effects
	Money    Point     // cumulative: expected benefits less costs so far
}

// Point is what is expected of a quarter, with its 80 % interval.
type Point struct {
	Mean, Lo, Hi float64
}

// Approval is a forecast as it was frozen. Hash is the SHA-256 of its canonical JSON.
type Approval struct {
	Forecast
	Hash       string
	ApprovedAt time.Time
	ApprovedBy string // id of who approved it
	Name       string // and the name
	Score      *Score
}

// Score sets a frozen forecast against what was measured once the window had ended.
type Score struct {
	At       time.Time
	AsOf     time.Time
	Metric   string
	Unit     string
	Measured float64
	SE       *float64
	Expected float64
	Lo, Hi   float64
	Inside   bool
	// Miss is (measured − expected) in standard deviations of the forecast, positive where it came out better.
	Miss      float64
	Grade     string // of what was measured
	ROI       *float64
	ROIInside *bool
}

// Store keeps business cases.
type Store interface {
	// SaveForecast keeps the business case of a plan in place of what was kept before.
	SaveForecast(ctx context.Context, f Forecast, entry audit.Entry) error
	// Forecast finds the newest of an initiative; errs.NotFound("forecast_unknown").
	Forecast(ctx context.Context, initiativeID string) (Forecast, error)
	// ApproveForecast freezes one for good; errs.Conflict("forecast_approved") when its hash is there already.
	ApproveForecast(ctx context.Context, a Approval, entry audit.Entry) error
	// Approvals lists what was frozen, oldest first, each with its score.
	Approvals(ctx context.Context) ([]Approval, error)
	// ScoreForecast keeps the score of what was frozen, in place of an earlier one.
	ScoreForecast(ctx context.Context, initiativeID, hash string, s Score, entry audit.Entry) error
}
