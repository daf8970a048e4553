package method

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"rapport/internal/errs"
)

var (
	reMonth   = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	reQuarter = regexp.MustCompile(`^(\d{4})-?[Qq]([1-4])$`)
	reWeek    = regexp.MustCompile(`^(\d{4})-?[Ww](\d{2})$`)
)

// Periods gives a column of calendar periods as indices that count periods, so that t−1 is the period before: whole
// numbers as they stand (years, weeks counted through), 202401 as a month when every value reads so, 2025-03,
// 2025-Q1, 2025-W14, and dates at the grain they show (days, weeks, months, quarters, years).
func (t *Table) Periods(name string) ([]int, error) {
	codes, labels, err := t.Codes(name)
	if err != nil {
		return nil, err
	}
	of, bad := periodsOf(labels)
	if bad >= 0 {
		row := slices.Index(codes, bad)
		return nil, notAPeriod(t.Line(row), name, labels[bad])
	}
	if of == nil {
		return nil, errs.Invalid("mixed_periods").With("column", name).Because(fmt.Errorf("column %s mixes kinds of periods", name))
	}
	out := make([]int, len(codes))
	for i, c := range codes {
		out[i] = of[c]
	}
	return out, nil
}

func notAPeriod(line int, column, value string) error {
	return errs.Invalid("not_a_period").At(errs.Field{Line: line, Column: column, Code: "not_a_period", Value: value}).
		Because(fmt.Errorf("line %d, column %s: %q is no period (write 2025, 2025-Q1, 2025-03, 2025-W14 or 2025-03-31)", line, column, value))
}

// periodsOf reads distinct labels; bad is the first that is no period at all, or −1; a nil result with bad −1 says that
// the kinds are mixed.
func periodsOf(labels []string) (of []int, bad int) {
	of = make([]int, len(labels))
	for _, read := range []func(string) (int, bool){readWhole, readMonth, readQuarter, readWeek, readDay} {
		ok := true
		for i, s := range labels {
			if of[i], ok = read(s); !ok {
				break
			}
		}
		if !ok {
			continue
		}
		if len(labels) > 0 && reDay.MatchString(labels[0]) {
			return dayGrain(of), -1
		}
		return monthNumbers(of), -1
	}
	for i, s := range labels {
		if !anyPeriod(s) {
			return nil, i
		}
	}
	return nil, -1
}

func anyPeriod(s string) bool {
	for _, read := range []func(string) (int, bool){readWhole, readMonth, readQuarter, readWeek, readDay} {
		if _, ok := read(s); ok {
			return true
		}
	}
	return false
}

func readWhole(s string) (int, bool) {
	if v, err := strconv.Atoi(s); err == nil {
		return v, v > -1<<40 && v < 1<<40
	}
	f, err := strconv.ParseFloat(s, 64)
	return int(f), err == nil && f == float64(int(f)) && f > -1<<40 && f < 1<<40
}

func readMonth(s string) (int, bool) {
	m := reMonth.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	y, _ := strconv.Atoi(m[1])
	mo, _ := strconv.Atoi(m[2])
	return y*12 + mo - 1, mo >= 1 && mo <= 12
}

func readQuarter(s string) (int, bool) {
	m := reQuarter.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	y, _ := strconv.Atoi(m[1])
	q, _ := strconv.Atoi(m[2])
	return y*4 + q - 1, true
}

// readWeek counts ISO weeks from the first Monday on.
func readWeek(s string) (int, bool) {
	m := reWeek.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	y, _ := strconv.Atoi(m[1])
	w, _ := strconv.Atoi(m[2])
	jan4 := time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := jan4.AddDate(0, 0, -(int(jan4.Weekday())+6)%7)
	of := monday.AddDate(0, 0, 7*(w-1))
	yy, ww := of.ISOWeek()
	return floorDiv(int(of.Unix()/86400)+3, 7), yy == y && ww == w
}

var reDay = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)

func readDay(s string) (int, bool) {
	if !reDay.MatchString(s) {
		return 0, false
	}
	d, err := time.Parse(time.DateOnly, s[:10])
	return floorDiv(int(d.Unix()), 86400), err == nil
}

// dayGrain turns day numbers into periods of the grain they show.
func dayGrain(days []int) []int {
	months := make([]int, len(days))
	first, last, sevens := true, true, true
	for i, d := range days {
		at := time.Unix(int64(d)*86400, 0).UTC()
		months[i] = at.Year()*12 + int(at.Month()) - 1
		first = first && at.Day() == 1
		last = last && at.AddDate(0, 0, 1).Day() == 1
		sevens = sevens && (d-days[0])%7 == 0
	}
	switch {
	case (first || last) && step(months) > 0:
		for _, grain := range []int{12, 3} {
			if step(months)%grain == 0 {
				return divided(months, grain)
			}
		}
		return months
	case sevens && step(days) > 0:
		return divided(days, 7)
	}
	return days
}

// monthNumbers reads 202401 as a month where every value can be one and the year changes.
func monthNumbers(v []int) []int {
	years := map[int]bool{}
	out := make([]int, len(v))
	for i, x := range v {
		y, m := x/100, x%100
		if y < 1900 || y > 2200 || m < 1 || m > 12 {
			return v
		}
		years[y] = true
		out[i] = y*12 + m - 1
	}
	if len(years) < 2 {
		return v
	}
	return out
}

// step is the greatest common divisor of the distances.
func step(v []int) int {
	g := 0
	for _, x := range v {
		a, b := x-v[0], g
		if a < 0 {
			a = -a
		}
		for b != 0 {
			a, b = b, a%b
		}
		g = a
	}
	return g
}

func divided(v []int, by int) []int {
	out := make([]int, len(v))
	for i, x := range v {
		out[i] = floorDiv(x-v[0], by)
	}
	return out
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
