package returns

import (
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/initiative"
)

// Subject is what a statement speaks of.
type Subject string

// The subjects. An initiative's is OfInitiative(id), a purpose's OfPurpose(p).
const Organisation Subject = "organisation"

// OfInitiative is one initiative.
func OfInitiative(id string) Subject { return Subject("initiative:" + id) }

// OfPurpose is all initiatives of a purpose.
func OfPurpose(p initiative.Purpose) Subject { return Subject("purpose:" + string(p)) }

// OfBundle is a set of entangled initiatives, by the id of the oldest.
func OfBundle(id string) Subject { return Subject("bundle:" + id) }

// OfTeam is one treated team, over all initiatives that reach it: its effects are partially pooled.
func OfTeam(id string) Subject { return Subject("team:" + id) }

// SubjectKind tells subjects apart, for lists.
type SubjectKind string

// The kinds of subjects.
const (
	KindOrganisation SubjectKind = "organisation"
	KindPurpose      SubjectKind = "purpose"
	KindInitiative   SubjectKind = "initiative"
	KindBundle       SubjectKind = "bundle"
	KindTeam         SubjectKind = "team"
)

// Kind is the part of a subject before its id.
func (s Subject) Kind() SubjectKind {
	kind, _, _ := strings.Cut(string(s), ":")
	return SubjectKind(kind)
}

// ID is the part of a subject behind its kind; empty for the organisation.
func (s Subject) ID() string {
	_, id, _ := strings.Cut(string(s), ":")
	return id
}

// Statement is the three returns of a subject as they were computed, with everything they rest on. One without a quarter
// speaks of each initiative's whole window; one of a quarter speaks of what had been spent and had come back by its end,
// over the initiatives at work in it.
type Statement struct {
	Quarter     string // "2025-Q1" of the fiscal year; empty: the whole window
	Subject     Subject
	Name        string
	From, To    time.Time // first day of the first window, last day that counts
	AsOf        time.Time
	At          time.Time
	Open        bool // a window, or the quarter, has not ended
	Settings    int  // version of finance's settings
	Initiatives []string
	Teams       int     // treated, as far as they have figures
	Result      *Result // nil where there is no case; Refused says why
	Refused     []errs.Field
	Chain       *Established // as it was used, or why there is none
	Flow        *Flow        // of the quarter
	Scorecard   []ScoreRow
	Left        []LeftOut
	Assumptions []Assumption
}

// Flow is what a quarter itself saw, minor units: costs dated in it, and measured benefits that fell into it.
type Flow struct{ Invested, Benefits int64 }

// LeftOut is a benefit that was declared and not counted.
type LeftOut struct {
	Line   string
	Reason string // translation key returns.left.<reason>
}

// Reasons for leaving a line out.
const (
	LeftNotMeasured = "not_measured"  // its effect has no figure or no error
	LeftUngraded    = "ungraded"      // exploratory
	LeftTwice       = "counted_twice" // an entangled initiative counts the same money
	LeftNoDiscount  = "no_discount"   // a tail without finance's discount rate
	LeftNoTeam      = "team_not_measured"
	LeftChainTwice  = "chain_counted_twice" // an entangled initiative's chain counts this team's change already
	LeftNoEX        = "chain_ex_not_measured"
	LeftNoPrice     = "no_price"
)

// Assumption is one input that is not measured, and where it comes from.
type Assumption struct {
	Line    string
	What    string // translation key returns.what.<what>
	Value   float64
	Source  string
	Default bool
}

// Money says whether the value is an amount, in minor units of the statement's currency.
func (a Assumption) Money() bool {
	return a.What == "price" || a.What == "forecast" || a.What == "revenue"
}
