package pulse

import (
	"slices"
	"time"

	"rapport/internal/errs"
)

// Rule says how often waves open by themselves.
type Rule string

// The rules of a cadence.
const (
	ByHand        Rule = "by_hand"
	Weekly        Rule = "weekly"
	EveryTwoWeeks Rule = "every_two_weeks"
	Monthly       Rule = "monthly"
	Quarterly     Rule = "quarterly"
)

// Cadence is when waves open: on FirstOn and then by the rule, at Hour in TimeZone, never on a holiday or a day off. Its
// opening hours are those in which a wave opens by itself and in which letters, reminders and chat messages go out.
type Cadence struct {
	Rule     Rule
	FirstOn  time.Time
	Hour     int
	TimeZone string
	OpenDays int
	Holidays []time.Time
	Workdays []time.Weekday // empty: Monday to Friday
	From     int            // first opening hour, 0–23
	Until    int            // end of the opening hours, 1–24; 0: no hours are set, any hour of a working day or not
}

// MostOpenDays is the longest a wave may be open: a quarter and a week.
const MostOpenDays = 100

var mondayToFriday = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// validate refuses a cadence on which nothing could ever open: time_zone_unknown, cadence_without_start,
// wave_ends_before_start, workdays_invalid, opening_hours_invalid, opening_hour_outside.
func (c Cadence) validate() error {
	bad := func(field, code string) error {
		return errs.Invalid(code).At(errs.Field{Path: "/cadence/" + field, Code: code})
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" {
		return errs.Invalid("time_zone_unknown").With("value", c.TimeZone).At(errs.Field{Path: "/cadence/time_zone", Code: "time_zone_unknown"})
	}
	if c.Rule != ByHand && c.FirstOn.IsZero() {
		return bad("first_on", "cadence_without_start")
	}
	if c.OpenDays < 1 || c.OpenDays > MostOpenDays {
		return bad("open_days", "wave_ends_before_start")
	}
	seen := map[time.Weekday]bool{}
	for _, d := range c.Workdays {
		if d < time.Sunday || d > time.Saturday || seen[d] {
			return bad("workdays", "workdays_invalid")
		}
		seen[d] = true
	}
	if c.From != 0 || c.Until != 0 {
		if c.From < 0 || c.Until > 24 || c.From >= c.Until {
			return bad("open_until", "opening_hours_invalid")
		}
		if c.Hour < c.From || c.Hour >= c.Until {
			return bad("hour", "opening_hour_outside")
		}
	}
	return nil
}

func (c Cadence) zone() *time.Location {
	if z, err := time.LoadLocation(c.TimeZone); err == nil {
		return z
	}
	return time.UTC
}

// Occurrence gives the n-th opening (from 0) of a cadence that is not by hand, moved to the next working day.
func (c Cadence) Occurrence(n int) time.Time {
	y, m, d := c.FirstOn.Date()
	switch c.Rule {
	case Weekly:
		d += 7 * n
	case EveryTwoWeeks:
		d += 14 * n
	case Monthly, Quarterly:
		step := 1
		if c.Rule == Quarterly {
			step = 3
		}
		m += time.Month(step * n)
		if last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day(); d > last {
			d = last // the 31st opens on the last day of a short month
		}
	}
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	for c.free(day) {
		day = day.AddDate(0, 0, 1)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), c.Hour, 0, 0, 0, c.zone()).UTC()
}

// free reports whether a calendar day (midnight in UTC) is a day off or a holiday.
func (c Cadence) free(day time.Time) bool {
	work := c.Workdays
	if len(work) == 0 {
		work = mondayToFriday
	}
	return !slices.Contains(work, day.Weekday()) ||
		slices.ContainsFunc(c.Holidays, func(h time.Time) bool { return h.UTC().Truncate(24 * time.Hour).Equal(day) })
}

// NextAfter gives the first opening after t; ok is false for a cadence by hand.
func (c Cadence) NextAfter(t time.Time) (time.Time, bool) {
	if c.Rule == ByHand || c.Rule == "" {
		return time.Time{}, false
	}
	for n := 0; n < 5000; n++ {
		if o := c.Occurrence(n); o.After(t) {
			return o, true
		}
	}
	return time.Time{}, false
}

// InHours gives t itself when it lies within the opening hours of a working day, else the beginning of the next opening
// hours. Without opening hours every moment is one.
func (c Cadence) InHours(t time.Time) time.Time {
	if c.Until == 0 {
		return t
	}
	zone := c.zone()
	local := t.In(zone)
	y, m, d := local.Date()
	for n := 0; ; n++ {
		day := time.Date(y, m, d+n, 0, 0, 0, 0, time.UTC)
		if c.free(day) {
			continue
		}
		from := time.Date(y, m, d+n, c.From, 0, 0, 0, zone)
		until := time.Date(y, m, d+n, c.Until, 0, 0, 0, zone) // 24 is the next midnight
		switch {
		case n == 0 && !local.Before(until):
			continue
		case n == 0 && !local.Before(from):
			return t
		}
		return from.UTC()
	}
}

// daysAfter adds days on the calendar of the cadence's time zone, so that nine o'clock stays nine o'clock when the clock
// changes in between.
func (c Cadence) daysAfter(t time.Time, days int) time.Time {
	return t.In(c.zone()).AddDate(0, 0, days).UTC()
}

// days is the least number of days between two openings; 0 by hand.
func (c Cadence) days() int {
	return map[Rule]int{Weekly: 7, EveryTwoWeeks: 14, Monthly: 28, Quarterly: 89}[c.Rule]
}
