package returns

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"rapport/internal/errs"
)

// Quarter is a quarter of the fiscal year, named after the calendar year in which the fiscal year begins: with a year
// that begins in April, 2025-Q4 is January to March 2026.
type Quarter struct {
	Year, No    int
	FiscalStart int // month in which the fiscal year begins, 1–12
}

// QuarterOf is the quarter that a day lies in.
func QuarterOf(day time.Time, fiscalStart int) Quarter {
	months := day.Year()*monthsPerYear + int(day.Month()) - fiscalStart
	return Quarter{Year: months / monthsPerYear, No: months%monthsPerYear/monthsPerQuarter + 1, FiscalStart: fiscalStart}
}

var quarterText = regexp.MustCompile(`^(\d{4})-Q([1-4])$`)

// ParseQuarter reads 2025-Q1; errs.Invalid("quarter_unreadable").
func ParseQuarter(s string, fiscalStart int) (Quarter, error) {
	m := quarterText.FindStringSubmatch(s)
	if m == nil {
		return Quarter{}, errs.Invalid("quarter_unreadable").With("value", s)
	}
	year, _ := strconv.Atoi(m[1]) // four digits and one: the pattern says so
	no, _ := strconv.Atoi(m[2])
	return Quarter{Year: year, No: no, FiscalStart: fiscalStart}, nil
}

// Start is its first day, UTC midnight.
func (q Quarter) Start() time.Time {
	return time.Date(q.Year, time.Month(q.FiscalStart+monthsPerQuarter*(q.No-1)), 1, 0, 0, 0, 0, time.UTC)
}

// End is the day after its last.
func (q Quarter) End() time.Time { return q.Start().AddDate(0, monthsPerQuarter, 0) }

// Next is the quarter after it.
func (q Quarter) Next() Quarter { return QuarterOf(q.End(), q.FiscalStart) }

func (q Quarter) String() string { return fmt.Sprintf("%04d-Q%d", q.Year, q.No) }
