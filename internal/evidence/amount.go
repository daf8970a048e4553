package evidence

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// Money is an amount in minor units of a currency (ISO 4217).
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// Scale is how many digits the currency's minor unit stands behind the point; 2 for a code nobody knows.
func (m Money) Scale() int {
	u, err := currency.ParseISO(m.Currency)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(u)
	return scale
}

// In writes the amount: whole units from a thousand on, with the minor unit below.
func (m Money) In(locale string) string {
	scale := m.Scale()
	v := float64(m.Minor) / math.Pow10(scale)
	digits := scale
	if math.Abs(v) >= 1000 || m.Minor == 0 {
		digits = 0
	}
	return strings.TrimSpace(Number(locale, v, digits) + "\u00a0" + m.Currency)
}

// Number writes a number with so many digits after the point, thousands apart, and a true minus sign.
func Number(locale string, v float64, digits int) string {
	s := number("en", v, digits)
	sign, whole, rest := "", s, ""
	if strings.HasPrefix(s, "−") {
		sign, whole = "−", strings.TrimPrefix(s, "−")
	}
	if i := strings.IndexByte(whole, '.'); i >= 0 {
		whole, rest = whole[:i], whole[i+1:]
	}
	thousands, point := ",", "."
	if locale == "pl" {
		thousands, point = "\u00a0", ","
		if len(whole) == 4 {
			thousands = "" // Polish keeps four digits together
		}
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + thousands + whole[i:]
	}
	if rest != "" {
		whole += point + rest
	}
	return sign + whole
}

// Percent writes a fraction as signed per cent with one digit: +20.8%.
func Percent(locale string, share float64) string {
	s := Number(locale, 100*share, 1)
	if strings.Trim(s, "−0.,") == "" {
		return strings.TrimPrefix(s, "−") + "%"
	}
	if share > 0 {
		s = "+" + s
	}
	return s + "%"
}

// Signed writes a number with its sign.
func Signed(locale string, v float64, digits int) string {
	s := Number(locale, v, digits)
	if v > 0 && strings.Trim(s, "0.,") != "" {
		return "+" + s
	}
	return s
}

// Isolate keeps numbers and names of the other direction in their own order inside a text.
func Isolate(locale, s string) string { return isolate(locale, s) }

// Digits is how many digits after the point an estimate with an interval of this width deserves: two significant ones
// of the width.
func Digits(width float64) int {
	if !(width > 0) || math.IsInf(width, 0) {
		return 1
	}
	d, err := strconv.Atoi(strings.SplitN(strconv.FormatFloat(width, 'e', 1, 64), "e", 2)[1])
	if err != nil {
		return 1
	}
	return min(4, max(0, 1-d))
}
