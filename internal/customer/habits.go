package customer

import (
	"math"

	"rapport/internal/series"
)

// Habits are how customers behave: how often they order, for how much, how they came, whether they are heard from.
type Habits struct {
	Orders   Figure  `json:"orders"`             // orders of a customer in the last 365 days, of those who bought in them
	Basket   Figure  `json:"basket"`             // what an order of the last 365 days was worth, major units
	Referred *Figure `json:"referred,omitempty"` // of the customers who said how they came, those who were sent by somebody
	Engaged  *Figure `json:"engaged,omitempty"`  // of the customers of the last 365 days, those heard from in the last three months
}

// habits reads the year up to the last day; nil when fewer than ten customers bought in it.
func habits(list []*history, last int32, minor float64) *Habits {
	var each, worth moments
	referred, stated, recent, heard := 0, 0, 0, 0
	lately := int32(series.PeriodOf(dayTime(last), series.Month).Index) - 2 // three months with the running one
	for _, h := range list {
		if h.referred != 0 {
			stated++
		}
		if h.referred > 0 {
			referred++
		}
		orders, newest := 0, int32(0)
		for _, b := range h.buys {
			if b.day > last-year {
				orders++
				worth.add(float64(b.minor) / minor)
				newest = max(newest, b.day)
			}
		}
		if orders == 0 {
			continue
		}
		each.add(float64(orders))
		recent++
		spoken := int32(series.PeriodOf(dayTime(newest), series.Month).Index)
		for _, m := range h.spoke {
			spoken = max(spoken, m)
		}
		if spoken >= lately {
			heard++
		}
	}
	if recent < fewest {
		return nil
	}
	out := &Habits{Orders: each.figure(), Basket: worth.figure()}
	if stated >= fewest {
		f := share(referred, stated)
		out.Referred = &f
	}
	f := share(heard, recent)
	out.Engaged = &f
	return out
}

// moments gather a mean with its interval (normal, for counts and amounts that are not below zero).
type moments struct {
	n            int
	sum, squares float64
}

func (m *moments) add(v float64) { m.n, m.sum, m.squares = m.n+1, m.sum+v, m.squares+v*v }

func (m moments) figure() Figure {
	n := float64(m.n)
	mean := m.sum / n
	half := 0.0
	if m.n > 1 {
		half = z * math.Sqrt(max(0, m.squares/n-mean*mean)/(n-1))
	}
	return Figure{Value: mean, Lo: max(0, mean-half), Hi: mean + half, N: m.n}
}
