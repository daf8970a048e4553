// Package customer knows who bought what and when: orders with their value, promise and delivery, what follows from them
// per team and period, and what customers are worth. It never learns who served whom among employees.
package customer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/fact"
	"rapport/internal/intake"
)

// Order is one purchase.
type Order struct {
	ID        int64 // 0 before it is stored
	OrderID   string
	Team      string
	Customer  string
	At        time.Time // of the purchase
	Minor     int64     // value in minor units of the currency
	Currency  string    // ISO 4217
	Status    string
	Promised  time.Time // zero when nothing was promised
	Delivered time.Time // zero while it has not arrived
	Product   string
	Channel   string
	CameBy    string // how the customer says they came, in the source's words

	Email  string // goes with a letter that asks about the order; never stored with it
	Locale string // of that letter; empty for the language of the question
}

// fieldCount is the number of packed fields; see pack.
const fieldCount = 9

func (o Order) pack() []byte {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return strconv.FormatInt(t.UnixMilli(), 10)
	}
	return fact.Fields(o.OrderID, strconv.FormatInt(o.Minor, 10), o.Currency, o.Status, at(o.Promised), at(o.Delivered), o.Product, o.Channel, o.CameBy)
}

// strip leaves of a packed order what sums and figures are made of.
func strip(body []byte) []byte {
	o := Of(fact.Fact{Body: body})
	o.OrderID = ""
	if referred, stated := o.Referred(); referred {
		o.CameBy = "referral"
	} else if stated {
		o.CameBy = "other"
	}
	return o.pack()
}

// Of unpacks a stored fact.
func Of(x fact.Fact) Order {
	v, _ := fact.ReadFields(x.Body, fieldCount)
	at := func(s string) time.Time {
		ms, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return time.Time{}
		}
		return time.UnixMilli(ms).UTC()
	}
	minor, _ := strconv.ParseInt(v[1], 10, 64) // written by pack
	return Order{ID: x.ID, Team: x.Team, Customer: x.Customer, At: x.At, OrderID: v[0], Minor: minor, Currency: v[2], Status: v[3], Promised: at(v[4]), Delivered: at(v[5]), Product: v[6], Channel: v[7], CameBy: v[8]}
}

// voidWords begin the states of orders that brought nothing in, in the languages exports come in.
var voidWords = []string{"cancel", "unavailable", "refund", "return", "fail", "void", "declin", "anul", "zwr", "cofn", "בוטל", "הוחזר"}

// Void reports whether the order came to nothing: cancelled, refunded, refused. It counts as an order that was voided and
// brings no revenue.
func (o Order) Void() bool {
	s := strings.ToLower(o.Status)
	return slices.ContainsFunc(voidWords, func(w string) bool { return strings.HasPrefix(s, w) })
}

// referralWords stand in what customers say who came because somebody told them, in the languages exports come in.
var referralWords = []string{"referr", "recommend", "friend", "family", "word of mouth", "colleague", "polec", "znajom", "rodzin", "המלצ", "חבר", "משפחה", "indica", "amig", "famili"}

// Referred reports whether the customer says that somebody sent them; known is false where nothing is said.
func (o Order) Referred() (referred, known bool) {
	s := strings.ToLower(o.CameBy)
	return slices.ContainsFunc(referralWords, func(w string) bool { return strings.Contains(s, w) }), s != ""
}

// Late reports whether the order arrived after the day it was promised for; known is false where there was no promise or
// it has not arrived.
func (o Order) Late() (late, known bool) {
	if o.Promised.IsZero() || o.Delivered.IsZero() {
		return false, false
	}
	day := func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
	return day(o.Delivered).After(day(o.Promised)), true
}

// decimals is how many digits of a currency's minor unit stand behind the point, where it is not two (ISO 4217).
var decimals = map[string]int{"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "HUF": 2, "KWD": 3, "BHD": 3, "JOD": 3, "TND": 3, "OMR": 3}

// MinorUnits is how many minor units of a currency make one.
func MinorUnits(currency string) float64 {
	d, odd := decimals[currency]
	if !odd {
		d = 2
	}
	return [...]float64{1, 10, 100, 1000}[d]
}

// Measures of the sums. Revenue carries its currency, so that two never add up.
const (
	measureRevenue = "revenue"
	measureVoid    = "void"
	measureWaiting = "waiting"
	measureLate    = "late"
)

type kind struct{}

// Kind implements fact.Feature.
func (kind) Kind() intake.Kind { return intake.Orders }

// Enrich implements fact.Feature: an order says all there is.
func (kind) Enrich(body []byte) []byte { return body }

// Readings implements fact.Feature. Revenue belongs to the day of the purchase, waiting to the day it ended.
func (kind) Readings(at time.Time, body []byte, out []fact.Reading) []fact.Reading {
	o := Of(fact.Fact{At: at, Body: body})
	void := 0
	if o.Void() {
		void = 1
	} else {
		out = append(out, fact.Reading{Measure: measureRevenue + "." + o.Currency, At: at, Value: float64(o.Minor)})
	}
	out = append(out, fact.Reading{Measure: measureVoid, At: at, Bucket: void, Value: 1})
	if !o.Delivered.IsZero() && !o.Delivered.Before(at) {
		minutes := o.Delivered.Sub(at).Minutes()
		out = append(out, fact.Reading{Measure: measureWaiting, At: o.Delivered, Bucket: fact.Step(minutes), Value: minutes})
	}
	if late, known := o.Late(); known {
		b := 0
		if late {
			b = 1
		}
		out = append(out, fact.Reading{Measure: measureLate, At: o.Delivered, Bucket: b, Value: 1})
	}
	return out
}
