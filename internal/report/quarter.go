package report

import (
	"encoding/json"
	"fmt"
	"time"

	"rapport/internal/errs"
)

// Quarter is one quarter of the fiscal year. A fiscal year has the number of the calendar year it begins in: where it
// begins in April, 2025-Q1 is April to June 2025 and 2025-Q4 is January to March 2026. Where a company moved its fiscal
// year, two quarters may claim one name: the later one bears its month, too, 2025-Q1.04.
type Quarter struct {
	Year   int // fiscal
	Number int // 1–4
	Start  int // month in which the fiscal year begins, 1–12
	Marked bool
}

// String writes 2025-Q1.
func (q Quarter) String() string {
	s := fmt.Sprintf("%04d-Q%d", q.Year, q.Number)
	if q.Marked {
		s += fmt.Sprintf(".%02d", q.Start)
	}
	return s
}

// From is the first day.
func (q Quarter) From() time.Time {
	return time.Date(q.Year, time.Month(q.Start+3*(q.Number-1)), 1, 0, 0, 0, 0, time.UTC)
}

// To is the last day.
func (q Quarter) To() time.Time { return q.From().AddDate(0, 3, -1) }

// Before is the quarter before.
func (q Quarter) Before() Quarter { return q.move(-1) }

func (q Quarter) move(by int) Quarter {
	n := q.Year*4 + q.Number - 1 + by
	return Quarter{Year: n / 4, Number: n%4 + 1, Start: q.Start}
}

// QuarterOf is the quarter a day lies in.
func QuarterOf(day time.Time, start int) Quarter {
	months := day.Year()*12 + int(day.Month()) - start // since the fiscal year 0 began
	return Quarter{Year: months / 12, Number: months%12/3 + 1, Start: start}
}

// Ended is the newest quarter whose last day is not after a day.
func Ended(day time.Time, start int) Quarter {
	q := QuarterOf(day, start)
	if q.To().After(day) {
		return q.Before()
	}
	return q
}

// ParseQuarter reads 2025-Q1, or 2025-Q1.04, which says itself in which month its year begins.
func ParseQuarter(s string, start int) (Quarter, error) {
	q := Quarter{Start: start}
	if n, err := fmt.Sscanf(s, "%4d-Q%1d.%2d", &q.Year, &q.Number, &q.Start); err == nil && n == 3 && q.Start >= 1 && q.Start <= 12 {
		q.Marked = true
	} else {
		q.Start = start
	}
	if n, err := fmt.Sscanf(s, "%4d-Q%1d", &q.Year, &q.Number); err != nil || n != 2 || q.String() != s || q.Number < 1 || q.Number > 4 || q.Year < 1900 || q.Year > 2200 {
		return q, errs.Invalid("quarter_unreadable").With("value", s)
	}
	return q, nil
}

type quarterJSON struct {
	Quarter string `json:"quarter"`
	Start   int    `json:"start"`
}

// MarshalJSON writes the name and the month of the fiscal year's beginning.
func (q Quarter) MarshalJSON() ([]byte, error) { return json.Marshal(quarterJSON{q.String(), q.Start}) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (q *Quarter) UnmarshalJSON(b []byte) error {
	var x quarterJSON
	if err := json.Unmarshal(b, &x); err != nil {
		return err
	}
	var err error
	*q, err = ParseQuarter(x.Quarter, x.Start)
	return err
}
