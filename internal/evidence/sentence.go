package evidence

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"rapport/internal/i18n"
)

// Sentence is something to say to people: a translation key and what fills it. It is stored as it is and put into words
// when it is read, in the reader's language.
type Sentence struct {
	Key    string           `json:"key"`
	Params map[string]Param `json:"params,omitempty"`
}

// Param is one thing a sentence speaks of; exactly one field is set.
type Param struct {
	Text   *string  `json:"text,omitempty"`
	Int    *int     `json:"int,omitempty"`
	Num    *float64 `json:"num,omitempty"`
	Digits int      `json:"digits,omitempty"` // of Num, after the point
	Plus   bool     `json:"plus,omitempty"`   // Num is written with its sign, "+" too
	P      *float64 `json:"p,omitempty"`      // a p- or q-value, written with its relation sign
	Gap    *Gap     `json:"gap,omitempty"`    // "3 more teams and 2 more quarters"
	Lag    *Lag     `json:"lag,omitempty"`    // "in the same week", "4 weeks later"
	Count  *Count   `json:"count,omitempty"`  // "12 teams", "104 weeks"
	Share  *float64 `json:"share,omitempty"`  // a fraction, written as signed per cent: +20.8%
	Money  *Money   `json:"money,omitempty"`
	Day    string   `json:"day,omitempty"`  // 2025-03-31
	Word   string   `json:"word,omitempty"` // key of a text that has no gaps: "job.close-quarter.title"
}

// Lag is a distance in periods.
type Lag struct {
	Periods int    `json:"periods"`
	Grain   string `json:"grain"`
}

// Count is a number of things with their noun.
type Count struct {
	N    int    `json:"n"`
	What string `json:"what"` // "teams", or a grain
}

// Share is a fraction that is written as signed per cent.
func Share(v float64) Param { return Param{Share: &v} }

// Sum is an amount of money.
func Sum(minor int64, currency string) Param { return Param{Money: &Money{minor, currency}} }

// Date is a day.
func Date(d time.Time) Param { return Param{Day: d.Format(time.DateOnly)} }

// Word is a text of ours, by its key.
func Word(key string) Param { return Param{Word: key} }

// Text, Int, Num, P make parameters.
func Text(s string) Param { return Param{Text: &s} }

// Int is a whole number.
func Int(n int) Param { return Param{Int: &n} }

// Num is a number with so many digits after the point.
func Num(v float64, digits int) Param { return Param{Num: &v, Digits: digits} }

// Change is a number that is written with its sign.
func Change(v float64, digits int) Param { return Param{Num: &v, Digits: digits, Plus: true} }

// P is a p- or q-value.
func P(v float64) Param { return Param{P: &v} }

// After is a lag in words.
func After(periods int, grain string) Param { return Param{Lag: &Lag{periods, grain}} }

// Many is a counted noun.
func Many(n int, what string) Param { return Param{Count: &Count{n, what}} }

// Value is the parameter as plain data.
func (p Param) Value() any {
	switch {
	case p.Text != nil:
		return *p.Text
	case p.Int != nil:
		return *p.Int
	case p.Num != nil:
		return *p.Num
	case p.P != nil:
		return *p.P
	case p.Gap != nil:
		return p.Gap
	case p.Lag != nil:
		return p.Lag
	case p.Count != nil:
		return p.Count
	case p.Share != nil:
		return *p.Share
	case p.Money != nil:
		return p.Money
	case p.Day != "":
		return p.Day
	case p.Word != "":
		return i18n.Text("en", p.Word, nil)
	}
	return nil
}

// In puts the sentence into words.
func (s Sentence) In(locale string) string {
	params := make(map[string]any, len(s.Params))
	for k, v := range s.Params {
		params[k] = v.in(locale)
	}
	return i18n.Text(locale, s.Key, params)
}

func (p Param) in(locale string) any {
	switch {
	case p.Int != nil:
		return *p.Int // chooses the plural form
	case p.Num != nil && p.Plus:
		return isolate(locale, Signed(locale, *p.Num, p.Digits))
	case p.Num != nil:
		return isolate(locale, number(locale, *p.Num, p.Digits))
	case p.P != nil:
		return isolate(locale, probability(locale, *p.P))
	case p.Gap != nil:
		return p.Gap.MissingIn(locale)
	case p.Lag != nil:
		if p.Lag.Periods == 0 {
			return i18n.Text(locale, "lag.same."+p.Lag.Grain, nil)
		}
		return i18n.Text(locale, "lag.later."+p.Lag.Grain, map[string]any{"count": p.Lag.Periods})
	case p.Count != nil:
		return i18n.Text(locale, "count."+p.Count.What, map[string]any{"count": p.Count.N})
	case p.Share != nil:
		return isolate(locale, Percent(locale, *p.Share))
	case p.Money != nil:
		return isolate(locale, p.Money.In(locale))
	case p.Day != "":
		if d, err := time.Parse(time.DateOnly, p.Day); err == nil {
			return i18n.Day(locale, d)
		}
		return isolate(locale, p.Day)
	case p.Word != "":
		return i18n.Text(locale, p.Word, nil)
	case p.Text != nil:
		return isolate(locale, *p.Text)
	}
	return ""
}

// In says why there is no figure and what would help.
func (g *Gap) In(locale string) string {
	return i18n.Text(locale, "gap."+g.Reason, map[string]any{"missing": g.MissingIn(locale)})
}

// MissingIn says what is missing: "3 more teams and 2 more quarters".
func (g *Gap) MissingIn(locale string) string {
	parts := make([]string, 0, len(g.Missing))
	for _, m := range g.Missing {
		what := m.What
		if what == "periods" && g.Grain != "" {
			what = g.Grain
		}
		parts = append(parts, i18n.Text(locale, "missing."+what, map[string]any{"count": m.Count}))
	}
	joint := "missing.and"
	if g.Either {
		joint = "missing.or"
	}
	for len(parts) > 1 {
		parts = append([]string{i18n.Text(locale, joint, map[string]any{"a": parts[0], "b": parts[1]})}, parts[2:]...)
	}
	return strings.Join(parts, "")
}

// number writes a number with the language's decimal mark and a true minus sign.
func number(locale string, v float64, digits int) string {
	if v == 0 || math.Abs(v) < 0.5*math.Pow(10, -float64(digits)) {
		v = math.Abs(v) // "−0.00" would claim a sign that the digits do not show
	}
	s := strings.Replace(strconv.FormatFloat(v, 'f', digits, 64), "-", "−", 1)
	if locale == "pl" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func probability(locale string, p float64) string {
	if p < 0.001 {
		return "< " + number(locale, 0.001, 3)
	}
	return "= " + number(locale, p, 3)
}

// isolate keeps numbers and names of the other direction in their own order inside Hebrew text, and Hebrew names inside
// the other languages.
func isolate(locale, s string) string {
	rtl := strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) || unicode.Is(unicode.Arabic, r) })
	switch {
	case locale == "he" && !rtl:
		return "\u2066" + s + "\u2069"
	case locale != "he" && rtl:
		return "\u2067" + s + "\u2069"
	}
	return s
}
