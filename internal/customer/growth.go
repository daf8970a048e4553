package customer

import (
	"context"
	"math"
)

// Growth is earned growth: what customers of the year before spend now, and what new ones spend who were sent by somebody,
// over what was earned the year before (Reichheld, Darnell & Burns 2021, Net Promoter 3.0, Harvard Business Review 99(6)).
// Both parts stand over the same base, so that they add up. Intervals are those of a ratio of sums over customers
// (Cochran 1977, Sampling Techniques, ch. 6).
type Growth struct {
	From      string  `json:"from"` // first day of the year that is read; the base is the year before
	Until     string  `json:"until"`
	Retained  Figure  `json:"retained"`         // net revenue retention: 1 = as much as the year before
	EarnedNew *Figure `json:"new,omitempty"`    // revenue of new customers who were referred, over the base
	Earned    *Figure `json:"earned,omitempty"` // Retained + EarnedNew − 1; absent while new customers do not say how they came
	Stated    Figure  `json:"stated"`           // share of the new customers who said how they came
	NewShare  float64 `json:"new_share"`        // revenue of all new customers over the base
}

// Lifetime is the value of a customer with a constant margin and a constant chance to stay, paid at the end of each year,
// from the first year on: m·r / (1 + i − r), before what it cost to win them. Lo and Hi come from the interval of r.
type Lifetime struct {
	Value    Figure  `json:"value"`  // major units a customer
	Margin   float64 `json:"margin"` // per customer and year, major units
	Staying  float64 `json:"staying"`
	Discount float64 `json:"discount"`
	Rate     float64 `json:"rate"` // contribution margin, a fraction of revenue
}

// Terms are what finance says: the contribution margin as a fraction of revenue and the discount rate a year.
type Terms struct {
	Margin, Discount float64
}

// Finance says the terms; ok is false while they have not been set.
type Finance func(ctx context.Context) (t Terms, ok bool, err error)

const year = 365

// growth reads the last 365 days against the 365 before; nil when the orders do not reach back that far or too few bought then.
func growth(list []*history, first, last int32, minor float64) *Growth {
	from := last - year + 1
	base := from - year
	if first > base {
		return nil
	}
	type customerYear struct{ before, kept, won float64 }
	var rows []customerYear
	g := &Growth{From: dayText(from), Until: dayText(last)}
	sum, newRevenue := 0.0, 0.0
	people, fresh, stated := 0, 0, 0
	for _, h := range list {
		before, now := float64(h.spent(base, from))/minor, float64(h.spent(from, last+1))/minor
		row := customerYear{before: before}
		switch {
		case before > 0:
			people++
			row.kept = now
		case h.days[0] >= from:
			fresh++
			newRevenue += now
			if h.referred != 0 {
				stated++
			}
			if h.referred > 0 {
				row.won = now
			}
		}
		sum += before
		rows = append(rows, row)
	}
	if people < fewest || sum <= 0 {
		return nil
	}
	ratio := func(y func(customerYear) float64) Figure {
		total := 0.0
		for _, r := range rows {
			total += y(r)
		}
		value, squares := total/sum, 0.0
		for _, r := range rows {
			e := y(r) - value*r.before
			squares += e * e
		}
		n := float64(len(rows))
		half := z * math.Sqrt(squares*n/(n-1)) / sum
		return Figure{Value: value, Lo: value - half, Hi: value + half, N: len(rows)}
	}
	g.Retained = ratio(func(r customerYear) float64 { return r.kept })
	g.Retained.N, g.Retained.Lo = people, max(0, g.Retained.Lo)
	g.NewShare = newRevenue / sum
	if fresh > 0 {
		g.Stated = share(stated, fresh)
	}
	if stated < fewest {
		return g
	}
	won := ratio(func(r customerYear) float64 { return r.won })
	won.N, won.Lo = stated, max(0, won.Lo)
	earned := ratio(func(r customerYear) float64 { return r.kept + r.won })
	earned.Value, earned.Lo, earned.Hi = earned.Value-1, max(-1, earned.Lo-1), earned.Hi-1
	g.EarnedNew, g.Earned = &won, &earned
	return g
}

// lifetime is the constant-margin value of a customer, from last year's revenue a customer and the churn at the longer horizon.
func lifetime(list []*history, churned []Churn, last int32, minor float64, t Terms) *Lifetime {
	var lost *Churn
	for i, c := range churned {
		if c.Days == year {
			lost = &churned[i]
		}
	}
	if lost == nil || t.Margin <= 0 {
		return nil
	}
	revenue, buyers := int64(0), 0
	for _, h := range list {
		if v := h.spent(last-year+1, last+1); v > 0 {
			revenue += v
			buyers++
		}
	}
	if buyers < fewest {
		return nil
	}
	m := float64(revenue) / minor / float64(buyers) * t.Margin
	worth := func(lost float64) float64 { return m * (1 - lost) / (t.Discount + lost) }
	if lost.Lost.Lo+t.Discount <= 0 {
		return nil // a customer who may stay for ever, undiscounted, has no finite value
	}
	return &Lifetime{
		Value:  Figure{Value: worth(lost.Lost.Value), Lo: worth(lost.Lost.Hi), Hi: worth(lost.Lost.Lo), N: buyers},
		Margin: m, Staying: 1 - lost.Lost.Value, Discount: t.Discount, Rate: t.Margin,
	}
}
