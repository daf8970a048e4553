package returns

import (
	"cmp"
	"slices"
)

// Receiver is who an outcome is of value to.
type Receiver string

// The receivers, in the order in which the scorecard groups its rows.
const (
	ForCustomer     Receiver = "customer"
	ForPeople       Receiver = "employee_and_partner"
	ForOrganisation Receiver = "organisation"
)

var receivers = []Receiver{ForCustomer, ForPeople, ForOrganisation}

// Outcome is something of value without a price: it stands beside ROV and is never added to a ratio (R8).
type Outcome struct {
	Metric         string // id
	Name           string
	Unit           string
	HigherIsBetter bool
	Receiver       Receiver
	// Change is the contrast against the comparison, with its standard error.
	Change Estimate
	Before float64
	Now    float64
	// Desired is the desired level; nil where none has been set.
	Desired *float64
}

// ScoreRow is a row of the value scorecard.
type ScoreRow struct {
	Metric string `json:"metric,omitempty"`
	Name   string `json:"name"`
	Unit   string `json:"unit,omitempty"`
	// HigherIsBetter says which way is good.
	HigherIsBetter bool     `json:"higher_is_better"`
	Receiver       Receiver `json:"receiver"`
	Change         float64  `json:"estimate"`
	Low            float64  `json:"ci_lo"`
	High           float64  `json:"ci_hi"`
	Level          float64  `json:"level"`
	// Before and Now are the levels of the treated teams; Desired is nil where none has been set.
	Before  float64  `json:"before"`
	Now     float64  `json:"now"`
	Desired *float64 `json:"desired,omitempty"`
	// GapClosure is (now − before) / (desired − before); nil where there is no desired level or no gap.
	GapClosure *float64 `json:"gap_closure,omitempty"`
}

// GapClosure is (now − before) / (desired − before): 1 says that the desired level has been reached, whichever way it
// lies. ok is false where there was no gap.
func GapClosure(before, now, desired float64) (share float64, ok bool) {
	if desired == before {
		return 0, false
	}
	return (now - before) / (desired - before), true
}

// Scorecard makes the rows, grouped by who receives the value, otherwise in the order given.
func Scorecard(outcomes []Outcome) []ScoreRow {
	rows := make([]ScoreRow, 0, len(outcomes))
	for _, o := range outcomes {
		r := ScoreRow{
			Metric: o.Metric, Name: o.Name, Unit: o.Unit, HigherIsBetter: o.HigherIsBetter, Receiver: o.Receiver, Change: o.Change.Value, Level: 0.9,
			Before: o.Before, Now: o.Now, Desired: o.Desired,
			Low: o.Change.Value - z90*o.Change.SE, High: o.Change.Value + z90*o.Change.SE,
		}
		if o.Desired != nil {
			if share, ok := GapClosure(o.Before, o.Now, *o.Desired); ok {
				r.GapClosure = &share
			}
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b ScoreRow) int {
		return cmp.Compare(slices.Index(receivers, a.Receiver), slices.Index(receivers, b.Receiver))
	})
	return rows
}
