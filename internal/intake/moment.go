package intake

import (
	"strings"
	"time"
)

// ParseMoment reads a date with the time of day behind it, if there is one, by the rules of ParseDay. A time with a zone
// gives that instant, one without is taken as UTC. Codes: those of ParseDay, and time_unreadable.
func ParseMoment(cell, format string) (t time.Time, code string) {
	s := strings.TrimSpace(cell)
	day, code := ParseDay(s, format)
	if code != "" {
		return t, code
	}
	i := strings.IndexAny(s, "T ")
	if i < 0 {
		return day, ""
	}
	rest := strings.TrimSpace(s[i+1:])
	if h, m, sec, ok := plainClock(rest); ok { // the usual case
		return day.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second), ""
	}
	rest = offset(strings.ToUpper(rest))
	for _, layout := range clockLayouts {
		c, err := time.Parse(layout, rest)
		if err != nil {
			continue
		}
		y, mo, d := day.Date()
		return time.Date(y, mo, d, c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), c.Location()).UTC(), ""
	}
	return t, "time_unreadable"
}

// offset writes the zone of a form's time stamp (9:15:23 AM GMT+2, 10:00 UTC) as an offset.
func offset(s string) string {
	at := max(strings.LastIndex(s, " GMT"), strings.LastIndex(s, " UTC"))
	if at < 0 {
		return s
	}
	hours, minutes, _ := strings.Cut(s[at+4:], ":")
	if hours == "" {
		return s[:at] + " +00:00"
	}
	if len(hours) == 2 { // +2
		hours = hours[:1] + "0" + hours[1:]
	}
	if minutes == "" {
		minutes = "00"
	}
	return s[:at] + " " + hours + ":" + minutes
}

var clockLayouts = []string{
	"3:04:05 PM -07:00", "3:04 PM -07:00", "15:04 -07:00",
	"15:04", "15:04:05", "15:04:05Z07:00", "15:04:05Z0700", "15:04:05 -07:00", "15:04:05 -0700", "15:04Z07:00",
	"3:04 PM", "3:04:05 PM", "3:04PM", "3:04:05PM", "15:04:05,000",
}

// plainClock reads 04:10:37.
func plainClock(s string) (h, m, sec int, ok bool) {
	if len(s) != 8 || s[2] != ':' || s[5] != ':' {
		return 0, 0, 0, false
	}
	two := func(i int) int {
		a, b := s[i]-'0', s[i+1]-'0'
		if a > 9 || b > 9 {
			return 99
		}
		return int(a)*10 + int(b)
	}
	h, m, sec = two(0), two(3), two(6)
	return h, m, sec, h < 24 && m < 60 && sec < 60
}
