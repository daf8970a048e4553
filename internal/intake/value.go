package intake

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Missing reports whether a cell says that there is no figure: nothing, or one of the marks people write for it.
func Missing(cell string) bool {
	switch strings.TrimSpace(cell) {
	case "", "NA", "N/A", "n/a", "#N/A", "-", "–", "—":
		return true
	}
	return false
}

// ParseNumber reads a figure as people and programs write it: decimal point or comma, thousands in groups of three set
// off by comma, point, space or apostrophe, a percent sign. decimalComma says what a comma is; when nil, a cell that
// could be read both ways ("1,234") is refused with number_ambiguous instead of guessed. The code is empty when the
// figure was read, else not_a_number, not_finite, number_out_of_range, decimal_comma or number_ambiguous.
func ParseNumber(cell string, decimalComma *bool) (v float64, code string) {
	s := strings.TrimSpace(cell)
	if plain(s) { // the usual case, and the only one in files written by programs
		return finite(s)
	}
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "nan", "inf", "infinity", "#num!", "#div/0!":
		return 0, "not_finite"
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	s = strings.NewReplacer("\u2212", "-", "\u00a0", " ", "\u202f", " ", "\u2009", " ", "’", "'").Replace(s)
	sign := ""
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, s = s[:1], s[1:]
	}
	if s == "" || strings.Trim(s, "0123456789.,' ") != "" || s[0] < '0' && s[0] != '.' && s[0] != ',' || s[len(s)-1] == ' ' {
		return 0, "not_a_number"
	}
	point, group := ".", ",' "
	switch {
	case decimalComma != nil && *decimalComma:
		point, group = ",", ".' "
	case decimalComma == nil && strings.Contains(s, ","):
		comma, dot := strings.LastIndex(s, ","), strings.LastIndex(s, ".")
		switch {
		case dot >= 0 && dot < comma:
			return 0, "decimal_comma" // 1.234,5
		case dot < 0 && strings.Count(s, ",") == 1 && !grouped(s, ","):
			return 0, "decimal_comma" // 3,14
		case dot < 0 && strings.Count(s, ",") == 1:
			return 0, "number_ambiguous" // 1,234
		}
	}
	whole, fraction, hasFraction := strings.Cut(s, point)
	if hasFraction && strings.Trim(fraction, "0123456789") != "" {
		return 0, "not_a_number"
	}
	if i := strings.IndexAny(whole, group); i >= 0 {
		sep := whole[i : i+1]
		if !grouped(whole, sep) {
			return 0, "not_a_number"
		}
		whole = strings.ReplaceAll(whole, sep, "")
	}
	if hasFraction {
		whole += "." + fraction
	}
	return finite(sign + whole)
}

// plain reports whether s is written the way programs do: digits, a point, an exponent.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return false
		}
	}
	return s != ""
}

// grouped reports whether every sep stands before a group of exactly three digits.
func grouped(s, sep string) bool {
	parts := strings.Split(s, sep)
	if len(parts[0]) == 0 || len(parts[0]) > 3 || strings.Trim(parts[0], "0123456789") != "" {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}

func finite(s string) (float64, string) {
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil && math.IsInf(v, 0):
		return 0, "number_out_of_range"
	case err != nil:
		return 0, "not_a_number"
	}
	return v, ""
}

// ParseCount reads a number of respondents: a whole number, zero or more.
func ParseCount(cell string, decimalComma *bool) (n int, code string) {
	v, code := ParseNumber(cell, decimalComma)
	switch {
	case code != "":
		return 0, code
	case v < 0 || v != math.Trunc(v) || v > math.MaxInt32:
		return 0, "not_a_count"
	}
	return int(v), ""
}

// ParseDay reads a date, with or without a time of day behind it: 2025-03-31 and 2025/03/31 always; anything else only
// by the format given ("DD/MM/YYYY", "M.D.YY", …). Without a format, a date of day and month is refused with
// date_ambiguous when both are twelve at most, else with date_format_needed: mixed columns are never guessed. Other
// codes: date_unreadable, date_impossible.
func ParseDay(cell, format string) (day time.Time, code string) {
	s := strings.TrimSpace(cell)
	if i := strings.IndexAny(s, "T "); i > 0 && clock(s[i+1:]) {
		s = s[:i]
	}
	n, sep, ok := threeNumbers(s)
	if !ok {
		return day, "date_unreadable"
	}
	if len(n[0]) == 4 && (sep == "-" || sep == "/" || sep == ".") {
		return dayOf(n[0], n[1], n[2])
	}
	order, ok := formatOrder(format)
	if !ok {
		a, _ := strconv.Atoi(n[0])
		b, _ := strconv.Atoi(n[1])
		if a <= 12 && b <= 12 {
			return day, "date_ambiguous"
		}
		return day, "date_format_needed"
	}
	var y, m, d string
	for i, c := range order {
		switch c {
		case 'Y':
			y = n[i]
		case 'M':
			m = n[i]
		case 'D':
			d = n[i]
		}
	}
	if len(y) == 2 {
		y = "20" + y
	}
	return dayOf(y, m, d)
}

// clock reports whether s is a time of day: 04:10, 04:10:37.123, 4:10 PM, with a zone or without
// (Z, +02:00, GMT+2, UTC).
func clock(s string) bool {
	return len(s) >= 4 && strings.Contains(s[:3], ":") && strings.Trim(s, "0123456789:.,+-ZzAPMapmGTUCgtuc ") == ""
}

func threeNumbers(s string) (n [3]string, sep string, ok bool) {
	i := strings.IndexAny(s, "-/.")
	if i <= 0 {
		return n, "", false
	}
	sep = s[i : i+1]
	parts := strings.Split(strings.TrimSuffix(s, sep), sep)
	if len(parts) != 3 {
		return n, "", false
	}
	for k, p := range parts {
		if p = strings.TrimSpace(p); p == "" || len(p) > 4 || strings.Trim(p, "0123456789") != "" {
			return n, "", false
		}
		n[k] = p
	}
	return n, sep, true
}

// formatOrder reads a date format as the order of its year, month and day.
func formatOrder(format string) (string, bool) {
	order := ""
	for _, c := range strings.ToUpper(format) {
		if strings.ContainsRune("YMD", c) && !strings.ContainsRune(order, c) {
			order += string(c)
		}
	}
	return order, len(order) == 3
}

// ValidDateFormat reports whether a format says where year, month and day stand.
func ValidDateFormat(format string) bool { _, ok := formatOrder(format); return ok }

func dayOf(y, m, d string) (time.Time, string) {
	yy, err1 := strconv.Atoi(y)
	mm, err2 := strconv.Atoi(m)
	dd, err3 := strconv.Atoi(d)
	if err1 != nil || err2 != nil || err3 != nil || len(y) != 4 {
		return time.Time{}, "date_unreadable"
	}
	day := time.Date(yy, time.Month(mm), dd, 0, 0, 0, 0, time.UTC)
	if yy < 1900 || yy > 2200 || day.Month() != time.Month(mm) || day.Day() != dd {
		return time.Time{}, "date_impossible"
	}
	return day, ""
}
