// Package initiative is the ledger of what was invested where, and what it changed. A plan names cost, teams, outcome,
// window and expectation before the start and is sealed then; the panel says beforehand what could be proved and
// afterwards what came of it. Effects are computed in operations and jobs only, never while somebody waits for a page,
// and always as a contrast: a before/after level is never called an effect.
package initiative

import (
	"math"
	"time"

	"rapport/internal/series"
)

// Purpose is what the money goes into.
type Purpose string

// The purposes.
const (
	Technology     Purpose = "technology"
	Skills         Purpose = "skills"
	ProductService Purpose = "product_service"
	Process        Purpose = "process"
)

// Side says whose experience the initiative is for.
type Side string

// The sides.
const (
	EmployeeSide Side = "employee"
	CustomerSide Side = "customer"
)

// State of an initiative.
type State string

// The states. A sealed plan can still be changed, visibly.
const (
	Draft  State = "draft"
	Sealed State = "sealed"
)

// Initiative is one entry of the ledger.
type Initiative struct {
	ID            string
	Plan          Plan
	State         State
	Version       int // raised by every change; edits name the version they were made from
	CreatedAt     time.Time
	CreatedBy     string
	EditedAt      time.Time
	SealedAt      time.Time
	Hash          string // of the plan as it was sealed
	Retrospective bool   // written, or changed in what the evaluation rests on, after the start
}

// Plan is what is decided beforehand. Days are UTC midnights, money is minor units of the ledger's currency.
type Plan struct {
	Name       string
	Purpose    Purpose
	Side       Side
	Why        string // free text: the gap it is to close
	Costs      []Cost
	Treated    []Treated
	Comparison []Comparison // empty with Others: every team that is not treated
	Others     bool
	Assignment Assignment
	Metric     string // id of the outcome
	Lag        int    // periods between the start and the first period in which an effect is looked for
	Grain      series.Grain
	EndsOn     time.Time // last day of the window
	// Control is the id of a metric that the initiative cannot have moved; a change there is a warning. May be empty.
	Control string
	// Predictors are figures that comparison teams should be like the treated ones in, beside the outcome itself.
	Predictors []Predictor
	Expected   Expectation
	Benefits   []Benefit
	Follow     []Follow    `json:",omitempty"`
	Perception *Perception `json:",omitempty"`
	Inaction   *Inaction   `json:",omitempty"`
}

// CostKind is one of the parts of a fully loaded investment.
type CostKind string

// The kinds of cost. Hours are counted at a loaded rate, and so is the time spent answering surveys.
const (
	Money      CostKind = "money"
	Hours      CostKind = "hours"
	Licences   CostKind = "licences"
	RollOut    CostKind = "roll_out"
	SurveyTime CostKind = "survey_time"
)

// byHour says which kinds are hours × rate.
func (k CostKind) byHour() bool { return k == Hours || k == SurveyTime }

// Cost is one dated line of the investment.
type Cost struct {
	Name     string
	Kind     CostKind
	On       time.Time
	Amount   int64   // minor units of Currency; for hours: the loaded rate of one hour
	Hours    float64 // for hours and survey time
	Currency string  // ISO 4217; empty: the ledger's
	Rate     float64 // ledger currency per unit of Currency; needed where they differ
}

// Treated is a team (or a whole subtree) that the initiative reaches, from a day on.
type Treated struct {
	TeamID string
	On     time.Time
	Block  string // of the draw, where the teams were drawn within blocks
}

// Comparison is a team to compare with.
type Comparison struct {
	TeamID string
	Block  string
}

// Assignment says how the treated teams were chosen.
type Assignment struct {
	Drawn bool   // by lot
	By    string // who drew or chose
	How   string // in words: which blocks, by what
}

// Predictor is a metric whose mean over some periods before the start the synthetic control is to match. Without From
// and To: over all periods before. As a covariate of a staggered design it is used period by period.
type Predictor struct {
	Metric   string
	From, To time.Time
}

// Expectation is what the author expects, before the start, in units of the outcome.
type Expectation struct {
	Effect     float64
	Confidence float64 // 0–1: how sure an expert is; the effect counts at this share
	Model      string  `json:",omitempty"` // the model it comes from, instead of an expert; empty: an expert's estimate
	SE         float64 `json:",omitempty"` // of a model's figure
}

// Belief is what an expectation says of the effect itself: its mean, its spread and the evidence grade it stands for. An
// expert who is c sure of an effect E says E with chance c and nothing otherwise: mean cE, variance c(1−c)E².
func (x Expectation) Belief() (mean, sd float64, grade string) {
	if x.Model != "" {
		return x.Effect, x.SE, "D"
	}
	return x.Confidence * x.Effect, math.Abs(x.Effect) * math.Sqrt(x.Confidence*(1-x.Confidence)), "E"
}

// Given reports whether anything is expected at all.
func (x Expectation) Given() bool { return x.Effect != 0 && (x.Model != "" || x.Confidence > 0) }

// Follow is a further figure that is expected to move, and when: employees first, customers later, behaviour and money last.
type Follow struct {
	Metric   string
	Expected Expectation // once it has moved in full
	From     int         // quarter of the window in which it begins to move, from 1
	Full     int         // quarter from which on it has moved in full
}

// Perception asks the people reached whether they noticed: that tells what never arrived from what does not work.
type Perception struct {
	Question string
	Metric   string // id of the share who noticed: released pulse results or an imported figure; empty until there is one
}

// Inaction is what doing nothing is declared to cost over the window, in minor units.
type Inaction struct {
	Loss   int64
	SE     float64
	Source string
}

// Benefit turns the effect on a metric into money. The price is not evidence: its source is named.
type Benefit struct {
	Name        string
	Kind        string  // a kind of the returns: retained_margin, cost_to_serve, attrition, …
	Metric      string  // id; empty: the outcome
	Units       float64 // customers exposed, employees, contacts: what one unit of effect is counted for
	Price       int64   // minor units per unit
	Share       float64 // share of the window stayed, of freed time used, of a salary that replacing costs; 0: 1
	PriceSource string
	Forecast    *Forecast // grade D or E: an amount that rests on a model or an expert, not on an effect
	Tail        *Tail     // for customers kept or won
}

// Forecast is a benefit that was not measured.
type Forecast struct {
	Grade      string // D or E
	Amount     int64
	SE         float64
	Confidence float64 // for E; the amount is counted at this share
}

// Tail is the margin of customers kept or won, after the window.
type Tail struct {
	Margin    int64 // minor units per customer and year
	Retention float64
	Horizon   int // years; 0: three
}

// Change is one visible change of a sealed plan.
type Change struct {
	InitiativeID string
	At           time.Time
	By           string
	Reason       string
	Fields       []FieldChange
	Hash         string // of the plan after the change
	Analysis     bool   // touches what the evaluation rests on
}

// FieldChange is one field of the plan before and after, as JSON text.
type FieldChange struct {
	Field  string
	Before string
	After  string
}

// Start is the first day on which anybody is treated; zero when nobody is.
func (p Plan) Start() time.Time {
	var first time.Time
	for _, t := range p.Treated {
		if first.IsZero() || t.On.Before(first) {
			first = t.On
		}
	}
	return first
}

// Staged reports whether teams start on different days.
func (p Plan) Staged() bool {
	for _, t := range p.Treated {
		if !t.On.Equal(p.Treated[0].On) {
			return true
		}
	}
	return false
}

// Metrics lists the metrics an effect is looked for in: the outcome first, then those that benefits name or that are
// expected to follow.
func (p Plan) Metrics() []string {
	out := []string{p.Metric}
	seen := map[string]bool{p.Metric: true}
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	for _, b := range p.Benefits {
		if b.Forecast == nil {
			add(b.Metric)
		}
	}
	for _, f := range p.Follow {
		add(f.Metric)
	}
	return out
}

// ExpectedOf is what is expected of a metric, and from which quarter of the window on it begins to move and has moved in
// full (0: the lag says). ok is false where nothing was said.
func (p Plan) ExpectedOf(metric string) (x Expectation, from, full int, ok bool) {
	if metric == p.Metric {
		return p.Expected, 0, 0, p.Expected.Given()
	}
	for _, f := range p.Follow {
		if f.Metric == metric {
			return f.Expected, f.From, f.Full, f.Expected.Given()
		}
	}
	return x, 0, 0, false
}

// InLedger is the cost in minor units of the ledger's currency.
func (c Cost) InLedger() float64 {
	v := float64(c.Amount)
	if c.Kind.byHour() {
		v *= c.Hours
	}
	if c.Rate > 0 {
		v *= c.Rate
	}
	return v
}
