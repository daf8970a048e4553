package i18n

import (
	"slices"
	"strconv"
	"time"
)

// Day writes a day as people write it in a letter: "November 22, 2026". In a language added by file, which has no names
// of months, it is 2026-11-22.
func Day(locale string, d time.Time) string {
	if !slices.Contains(Locales, locale) {
		return d.Format(time.DateOnly)
	}
	month := Text(locale, "day.month."+strconv.Itoa(int(d.Month())), nil)
	return Text(locale, "day.full", map[string]any{"day": d.Day(), "month": month, "year": d.Year()})
}
