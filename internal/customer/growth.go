package customer

import (
	"context"
	"math"
	"slices"
	"time"
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
// from the first year on: m·r / (1 + i − r), less what it cost to win them. Lo and Hi come from the interval of r.
type Lifetime struct {
	Value    Figure  `json:"value"`  // major units a customer
	Margin   float64 `json:"margin"` // per customer and year, major units
	Staying  float64 `json:"staying"`
	WinCost  float64 `json:"win_cost,omitempty"`
	Discount float64 `json:"discount"`
	Rate     float64 `json:"rate"` // contribution margin, a fraction of revenue
}

// Terms are what the organisation has settled about its customers.
type Terms struct {
	Margin, Discount float64   // contribution margin as a fraction of revenue; discount rate a year
	WinCost          float64   // what it costs to win a customer, major units; 0: not said
	Currency         string    // of WinCost
	Short, Long      int       // days without a purchase after which a customer counts as lost; 0: the usual ones
	Chosen           time.Time // when the horizons were chosen; zero: never
}

// Horizons are the two at which churn is read, in days: those chosen, else the usual ones.
func (t Terms) Horizons() []int {
	if t.Short > 0 && t.Long > t.Short {
		return []int{t.Short, t.Long}
	}
	return slices.Clone(Horizons)
}

// long is the longer horizon.
func (t Terms) long() int32 { return int32(t.Horizons()[1]) }

// staying is the chance to stay for a year, of the share lost at the longer horizon: a horizon of another length is taken as
// so much of a year with the same chance at any time.
func (t Terms) staying(lost float64) float64 { return math.Pow(1-lost, year/float64(t.long())) }

// Finance says the terms; ok is false while margin and discount rate have not been set. The horizons hold either way.
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
		if c.Days == int(t.long()) {
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
	if t.staying(lost.Lost.Lo) >= 1+t.Discount {
		return nil // a customer who may stay for ever, undiscounted, has no finite value
	}
	worth := func(lost float64) float64 { return t.constantMargin(m, lost) }
	return &Lifetime{
		Value:  Figure{Value: worth(lost.Lost.Value), Lo: worth(lost.Lost.Hi), Hi: worth(lost.Lost.Lo), N: buyers},
		Margin: m, Staying: t.staying(lost.Lost.Value), WinCost: t.WinCost, Discount: t.Discount, Rate: t.Margin,
	}
}

// constantMargin is the value of a customer who brings a margin a year, of customers of whom a share is lost at the longer horizon.
func (t Terms) constantMargin(margin, lost float64) float64 {
	r := t.staying(lost)
	return margin*r/(1+t.Discount-r) - t.WinCost
}
