// Package stats is the mathematics Rapport rests on: pure functions over plain data, one file per method.
//
// It reads no file, keeps no state and knows nothing of teams, surveys or money; it imports gonum and the standard
// library only. A method that has no answer returns a *Refusal with a typed reason, never a placeholder number (p = 1,
// r = 0). Missing cells are NaN in inputs that say so; NaN where it is not allowed, and Inf anywhere, are refused.
// Randomness is a seed argument; loops that can run long take a context.
package stats

import (
	"fmt"
	"math"
)

// Reason says, in one stable word, why a method gave no number. It is a translation key.
type Reason string

// The reasons. Need and Have of the Refusal carry the counts where a count is what is missing.
const (
	InsufficientTeams        Reason = "insufficient_teams"        // fewer units than the method needs
	InsufficientPeriods      Reason = "insufficient_periods"      // fewer periods than the method needs
	InsufficientObservations Reason = "insufficient_observations" // fewer complete rows than the method needs
	NoVariation              Reason = "no_variation"              // a variable does not vary (within units, where that is what counts)
	Collinear                Reason = "collinear"                 // a regressor is a combination of others; Detail names it
	NotFinite                Reason = "not_finite"                // NaN or Inf where none is allowed
	LengthMismatch           Reason = "length_mismatch"           // inputs that must be parallel are not
	OutOfRange               Reason = "out_of_range"              // an argument outside its domain; Detail names it
	NoPretrendFit            Reason = "no_pretrend_fit"           // the counterfactual cannot follow the path before the start
	NoComparison             Reason = "no_comparison"             // no untreated unit to compare with
	TooFewTreated            Reason = "too_few_treated"           // the design cannot reach the level whatever the data
	NoConvergence            Reason = "no_convergence"            // an iteration did not settle
	NotIdentified            Reason = "not_identified"            // the data cannot tell the parameter
	Canceled                 Reason = "canceled"                  // the context ended first
)

// Refusal is the error of a method that has no answer for the data it was given.
type Refusal struct {
	Reason Reason
	Detail string // which column, which argument; for the log, not for people
	Need   int    // how many are needed, where a count is what is missing
	Have   int    // how many there are
}

// Error implements error.
func (r *Refusal) Error() string {
	s := string(r.Reason)
	if r.Need > 0 {
		s += fmt.Sprintf(" (need %d, have %d)", r.Need, r.Have)
	}
	if r.Detail != "" {
		s += ": " + r.Detail
	}
	return s
}

// Refuse makes a refusal; detail is formatted.
func Refuse(reason Reason, detail string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Detail: fmt.Sprintf(detail, args...)}
}

// TooFew makes a refusal that says how many are missing.
func TooFew(reason Reason, need, have int) *Refusal {
	return &Refusal{Reason: reason, Need: need, Have: have}
}

// Interval is a two-sided interval at a level such as .95.
type Interval struct {
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	Level float64 `json:"level"`
}

// largest is the magnitude up to which values are taken: the square of anything beyond may not fit a float64, and no
// figure of this world is there.
const largest = 1e140

// finite refuses NaN, Inf and magnitudes beyond largest.
func finite(name string, xs []float64) error {
	for i, x := range xs {
		if !(math.Abs(x) <= largest) {
			return Refuse(NotFinite, "%s[%d] = %v", name, i, x)
		}
	}
	return nil
}

// sameLength refuses columns that are not parallel.
func sameLength(n int, cols ...[]float64) error {
	for _, c := range cols {
		if len(c) != n {
			return Refuse(LengthMismatch, "%d and %d rows", n, len(c))
		}
	}
	return nil
}
