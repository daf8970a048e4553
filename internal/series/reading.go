package series

import (
	"regexp"
	"strconv"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

var (
	quarterFirst = regexp.MustCompile(`^[Qq]([1-4])[ /.-]?(\d{4})$`) // Q1 2025
	monthFirst   = regexp.MustCompile(`^(\d{1,2})[/.](\d{4})$`)      // 03/2025
	yearSlash    = regexp.MustCompile(`^(\d{4})[/.](\d{1,2})$`)      // 2025/03
	yearOnly     = regexp.MustCompile(`^(\d{4})\.0+$`)               // a year that went through a spreadsheet
)

// looserPeriod reads the other ways periods are written that leave no doubt.
func looserPeriod(s string) (Period, bool) {
	s = strings.TrimSpace(s)
	form := func(m []string, year, part int, write func(y string, n int) string) (Period, bool) {
		n := 0
		if part > 0 {
			n, _ = strconv.Atoi(m[part])
		}
		p, err := ParsePeriod(write(m[year], n))
		return p, err == nil
	}
	month := func(y string, n int) string { return y + "-" + pad(n) }
	if m := quarterFirst.FindStringSubmatch(s); m != nil {
		return form(m, 2, 1, func(y string, n int) string { return y + "-Q" + strconv.Itoa(n) })
	}
	if m := monthFirst.FindStringSubmatch(s); m != nil {
		return form(m, 2, 1, month)
	}
	if m := yearSlash.FindStringSubmatch(s); m != nil {
		return form(m, 1, 2, month)
	}
	if m := yearOnly.FindStringSubmatch(s); m != nil {
		return form(m, 1, 0, func(y string, _ int) string { return y })
	}
	return Period{}, false
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// readPeriod reads a period cell. With a grain, a finer period (a date) gives the period it lies in, and a coarser one is
// refused with period_too_coarse; without, the period keeps the grain it is written in. The code is empty when it was
// read.
func readPeriod(cell, dateFormat string, grain Grain) (Period, string) {
	s := strings.TrimSpace(cell)
	p, err := ParsePeriod(s)
	if err != nil {
		code := errs.CodeOf(err)
		if code == "period_unreadable" {
			if q, ok := looserPeriod(s); ok {
				p, code = q, ""
			} else if day, dayCode := intake.ParseDay(s, dateFormat); dayCode == "" {
				p, code = PeriodOf(day, Day), ""
			} else if dayCode != "date_unreadable" {
				code = dayCode
			}
		}
		if code == "date_impossible" {
			code = "period_impossible"
		}
		if code != "" {
			return Period{}, code
		}
	}
	switch {
	case grain == "" || p.Grain == grain:
		return p, ""
	case p.Grain.Coarser(grain):
		return Period{}, "period_too_coarse"
	}
	return p.In(grain), ""
}
