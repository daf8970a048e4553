package journey

import (
	"context"
	"math"
	"time"

	"rapport/internal/customer"
	"rapport/internal/fact"
	"rapport/internal/org"
)

// Pain compares customers who met a pain with those who did not: how many of them were lost afterwards, and what they
// brought in. It is what goes with what; customers who wait longer may differ in other ways, too.
type Pain struct {
	Kind       string  `json:"kind"`    // waiting, delivery, effort or closure
	Horizon    int     `json:"horizon"` // days
	From       string  `json:"from"`    // the day that the days before and after are counted from
	Met        Side    `json:"met"`
	Spared     Side    `json:"spared"`
	Difference *Figure `json:"difference,omitempty"` // points of percent by which more of those who met it were lost
	Currency   string  `json:"currency"`
	// AtStake is what the difference comes to in a year, in minor units: of margin where finance has set one, else of revenue.
	AtStake  *Figure `json:"at_stake,omitempty"`
	OfMargin bool    `json:"of_margin,omitempty"`
}

// Side is one of two groups of customers.
type Side struct {
	Customers int     `json:"customers"`
	Lost      *Figure `json:"lost,omitempty"` // percent; none for fewer than ten customers
	Revenue   int64   `json:"revenue"`        // of the 365 days before, minor units
}

// buyer is what is known of a customer's orders.
type buyer struct {
	days  []int32
	minor []int64
	late  []lateness
}

type lateness struct {
	day  int32
	late bool
}

const msPerDay = 24 * 60 * 60 * 1000

// pains reads the orders up to a day and compares. A pain counts when it was the newest of its kind that a customer met
// before the day from which the horizon is counted, so that nothing that came after can have changed it; of waiting and
// effort, up to the last order before that day, because who calls to order again has not left.
func (s *Service) pains(ctx context.Context, c *counter, asOf time.Time) ([]Pain, error) {
	out := []Pain{}
	buyers := map[string]*buyer{}
	last := int32(math.MinInt32)
	currency := ""
	end := asOf.AddDate(0, 0, 1)
	err := s.from.Customers.Each(ctx, org.Everything, fact.Filter{}, func(o customer.Order) error {
		if o.Void() || !o.At.Before(end) {
			return nil
		}
		b := buyers[o.Customer]
		if b == nil {
			b = &buyer{}
			buyers[o.Customer] = b
		}
		d := int32(o.At.Unix() / 86400)
		b.days, b.minor = append(b.days, d), append(b.minor, o.Minor)
		last, currency = max(last, d), o.Currency
		if late, known := o.Late(); known && o.Delivered.Before(end) {
			b.late = append(b.late, lateness{int32(o.Delivered.Unix() / 86400), late})
		}
		return nil
	})
	if err != nil || len(buyers) == 0 {
		return out, err
	}
	margin, horizons := 0.0, customer.Terms{}.Horizons()
	if s.from.finance != nil {
		terms, ok, err := s.from.finance(ctx)
		if err != nil {
			return nil, err
		}
		horizons = terms.Horizons()
		if ok {
			margin = terms.Margin
		}
	}
	for _, kind := range []string{"waiting", "delivery", "effort", "closure"} {
		for _, days := range horizons {
			p := compare(buyers, c.people, kind, last, int32(days))
			if p.Met.Customers+p.Spared.Customers == 0 {
				continue
			}
			p.Currency = currency
			p.price(margin)
			out = append(out, p)
		}
	}
	return out, nil
}

// compare counts one pain at one horizon.
func compare(buyers map[string]*buyer, people map[string][]visit, kind string, last, days int32) Pain {
	from := last - days
	p := Pain{Kind: kind, Horizon: int(days), From: time.Unix(int64(from)*86400, 0).UTC().Format(time.DateOnly)}
	lost := [2]int{}
	for who, b := range buyers {
		base, stayed, year := false, false, int64(0)
		for i, d := range b.days {
			base = base || d > from-days && d <= from
			stayed = stayed || d > from
			if d > from-365 && d <= from {
				year += b.minor[i]
			}
		}
		if !base {
			continue
		}
		met, known := b.met(people[who], kind, from)
		if !known {
			continue
		}
		side, i := &p.Spared, 0
		if met {
			side, i = &p.Met, 1
		}
		side.Customers++
		side.Revenue += year
		if !stayed {
			lost[i]++
		}
	}
	for i, side := range []*Side{&p.Spared, &p.Met} {
		if side.Customers >= fewest {
			f := percent(lost[i], side.Customers)
			side.Lost = &f
		}
	}
	if p.Met.Lost != nil && p.Spared.Lost != nil {
		d := difference(*p.Met.Lost, *p.Spared.Lost)
		p.Difference = &d
	}
	return p
}

// met says whether the newest pain of a kind, up to a day, was there or spared; known is false where there was none.
func (b *buyer) met(visits []visit, kind string, until int32) (met, known bool) {
	if kind == "delivery" {
		newest := int32(math.MinInt32)
		for _, l := range b.late {
			if l.day <= until && (l.day > newest || l.day == newest && l.late) {
				newest, met, known = l.day, l.late, true
			}
		}
		return met, known
	}
	if kind != "closure" { // who waits to book the next order is about to buy: only what led to an order counts
		bought := int32(math.MinInt32)
		for _, d := range b.days {
			if d <= until {
				bought = max(bought, d)
			}
		}
		until = bought
	}
	end, newest := (int64(until)+1)*msPerDay, int64(math.MinInt64)
	for _, v := range visits {
		x := v.wait
		switch kind {
		case "effort":
			x = v.effort
		case "closure":
			x = v.closure
		}
		if x != 0 && v.at < end && v.at >= newest {
			newest, met, known = v.at, x > 0, true
		}
	}
	return met, known
}

// price says what the difference comes to in a year: the revenue, or margin, of those who met the pain, times how many
// points more of them were lost within the horizon.
func (p *Pain) price(margin float64) {
	if p.Difference == nil {
		return
	}
	worth := float64(p.Met.Revenue)
	if margin > 0 {
		worth, p.OfMargin = worth*margin, true
	}
	p.AtStake = &Figure{Value: worth * p.Difference.Value / 100, Lo: worth * p.Difference.Lo / 100, Hi: worth * p.Difference.Hi / 100, N: p.Met.Customers}
}
