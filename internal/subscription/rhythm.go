package subscription

import (
	"time"

	"rapport/internal/report"
)

// hour is when letters go out; the quarter is closed on closeDay of the month after it, at night.
const (
	hour     = 7
	closeDay = 10
)

// next is the first time after now at which a rhythm has a letter: Mondays, first days of months, and the day after the
// quarter was closed, at seven in the morning. Zero for AtClose, which no calendar knows.
func next(r Rhythm, now time.Time, zone *time.Location, fiscalStart int) time.Time {
	n := now.In(zone)
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, hour, 0, 0, 0, zone) }
	var t time.Time
	switch r {
	case Weekly:
		t = at(n.Year(), n.Month(), n.Day()+(int(time.Monday)-int(n.Weekday())+7)%7)
		if !t.After(now) {
			t = t.AddDate(0, 0, 7)
		}
	case Monthly:
		if t = at(n.Year(), n.Month(), 1); !t.After(now) {
			t = at(n.Year(), n.Month()+1, 1)
		}
	case Quarterly:
		q := report.QuarterOf(n, fiscalStart).From()
		if t = at(q.Year(), q.Month(), closeDay+1); !t.After(now) {
			t = at(q.Year(), q.Month()+3, closeDay+1)
		}
	default:
		return t
	}
	return t.UTC()
}
