package series

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"rapport/internal/errs"
)

// Grain is the length of a period.
type Grain string

// The grains, from fine to coarse.
const (
	Day     Grain = "day"
	Week    Grain = "week"
	Month   Grain = "month"
	Quarter Grain = "quarter"
	Year    Grain = "year"
)

var grainRank = map[Grain]int{Day: 1, Week: 2, Month: 3, Quarter: 4, Year: 5}

// Valid reports whether g is a grain.
func (g Grain) Valid() bool { return grainRank[g] > 0 }

// Coarser reports whether g is a longer period than h.
func (g Grain) Coarser(h Grain) bool { return grainRank[g] > grainRank[h] }

// Period is one calendar period. Index counts periods of the grain (days and weeks from 1970-01-01's, months, quarters
// and years from year 0), so that t−K is Index−K whatever the grain.
type Period struct {
	Grain Grain
	Index int
}

// PeriodOf gives the period of a grain that a day lies in. An ISO week belongs to the month, quarter and year of its
// Thursday.
func PeriodOf(day time.Time, g Grain) Period {
	d := int(floorDiv(day.UTC().Unix(), 86400))
	switch g {
	case Day:
		return Period{Day, d}
	case Week:
		return Period{Week, int(floorDiv(int64(d+3), 7))} // 1970-01-01 was a Thursday
	case Month:
		return Period{Month, day.Year()*12 + int(day.Month()) - 1}
	case Quarter:
		return Period{Quarter, day.Year()*4 + (int(day.Month())-1)/3}
	default:
		return Period{Year, day.Year()}
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Start is the first day of the period, UTC midnight.
func (p Period) Start() time.Time {
	switch p.Grain {
	case Day:
		return time.Unix(int64(p.Index)*86400, 0).UTC()
	case Week:
		return time.Unix(int64(p.Index*7-3)*86400, 0).UTC()
	case Month:
		return time.Date(p.Index/12, time.Month(p.Index%12+1), 1, 0, 0, 0, 0, time.UTC)
	case Quarter:
		return time.Date(p.Index/4, time.Month(p.Index%4*3+1), 1, 0, 0, 0, 0, time.UTC)
	default:
		return time.Date(p.Index, 1, 1, 0, 0, 0, 0, time.UTC)
	}
}

// End is the first day after the period.
func (p Period) End() time.Time { return Period{p.Grain, p.Index + 1}.Start() }

// In gives the coarser period this one belongs to: a week by its Thursday, everything else by its first day.
func (p Period) In(g Grain) Period {
	day := p.Start()
	if p.Grain == Week {
		day = day.AddDate(0, 0, 3)
	}
	return PeriodOf(day, g)
}

// String writes the period as the API does: 2025-03-31, 2025-W14, 2025-03, 2025-Q1, 2025.
func (p Period) String() string {
	s := p.Start()
	switch p.Grain {
	case Day:
		return s.Format("2006-01-02")
	case Week:
		y, w := s.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", y, w)
	case Month:
		return s.Format("2006-01")
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", s.Year(), (int(s.Month())-1)/3+1)
	default:
		return fmt.Sprintf("%04d", s.Year())
	}
}

// Years outside these are a slip of the hand, not a period.
const (
	firstYear = 1900
	lastYear  = 2200
)

var periodForms = []struct {
	grain Grain
	form  *regexp.Regexp
}{
	{Day, regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)},
	{Week, regexp.MustCompile(`^(\d{4})-?[Ww](\d{1,2})$`)},
	{Quarter, regexp.MustCompile(`^(\d{4})[- ]?[Qq]([1-4])$`)},
	{Month, regexp.MustCompile(`^(\d{4})-(\d{2})$`)},
	{Year, regexp.MustCompile(`^(\d{4})$`)},
}

// ParsePeriod reads a period as String writes it. An impossible one (2025-W54, 2025-02-30, year 0) is refused with the
// code period_impossible, any other text with period_unreadable.
func ParsePeriod(s string) (Period, error) {
	for _, f := range periodForms {
		m := f.form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		n := make([]int, len(m))
		for i := range m[1:] {
			n[i], _ = strconv.Atoi(m[i+1])
		}
		impossible := errs.Invalid("period_impossible").With("value", s)
		if n[0] < firstYear || n[0] > lastYear {
			return Period{}, impossible
		}
		switch f.grain {
		case Day:
			d := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
			if d.Month() != time.Month(n[1]) || d.Day() != n[2] {
				return Period{}, impossible
			}
			return PeriodOf(d, Day), nil
		case Week:
			p := PeriodOf(time.Date(n[0], 1, 4, 0, 0, 0, 0, time.UTC), Week) // 4 January is always in week 1
			p.Index += n[1] - 1
			if y, w := p.Start().ISOWeek(); y != n[0] || w != n[1] {
				return Period{}, impossible
			}
			return p, nil
		case Quarter:
			return Period{Quarter, n[0]*4 + n[1] - 1}, nil
		case Month:
			if n[1] < 1 || n[1] > 12 {
				return Period{}, impossible
			}
			return Period{Month, n[0]*12 + n[1] - 1}, nil
		default:
			return Period{Year, n[0]}, nil
		}
	}
	return Period{}, errs.Invalid("period_unreadable").With("value", s)
}
