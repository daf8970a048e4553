package returns

import "math"

const monthsPerYear, monthsPerQuarter = 12, 3

// cash lays the lines of ROI and the costs out over the months of the window, and the tails behind it.
func (c Case) cash(p plan) Cash {
	last := c.WindowMonths
	for _, k := range c.Costs {
		last = max(last, k.Month)
	}
	flow := make([]int64, last+1)
	for _, k := range c.Costs {
		flow[k.Month] -= k.Amount
	}
	paid := int64(0)
	for m := 1; m <= c.WindowMonths; m++ {
		sum := 0.0
		for _, l := range c.Lines {
			if l.place() == InROI {
				sum += float64(l.Value) * l.paidBy(m, c.WindowMonths)
			}
		}
		due := minor(sum) // the sum is rounded, not the months, so that all of it is paid at the end
		flow[m] += due - paid
		paid = due
	}
	out := Cash{Curve: []Point{}}
	total := int64(0)
	for m, f := range flow {
		total += f
		if out.PaybackMonth == nil && m > 0 && total >= 0 {
			month := m
			out.PaybackMonth, out.PaidBackInside = &month, true
		}
		if total < 0 { // a later cost may turn it round again
			out.PaybackMonth, out.PaidBackInside = nil, false
		}
		if m%monthsPerQuarter == 0 || m == last {
			out.Curve = append(out.Curve, Point{Month: m, Cumulative: total})
		}
	}
	years := c.tailYears(p)
	for y, amount := range years {
		total += amount
		month := last + monthsPerYear*(y+1)
		out.Curve = append(out.Curve, Point{Month: month, Cumulative: total, Tail: true})
		if out.PaybackMonth == nil && total >= 0 {
			out.PaybackMonth = &month
		}
	}
	rate := c.Discount
	if rate == nil && len(c.Tails) > 0 {
		rate = &c.Tails[0].Discount
	}
	if rate == nil {
		out.NPVNotEnough = &NotEnough{ReasonNoDiscount, "the discount rate, from finance"}
		return out
	}
	out.DiscountPerYear = rate
	present := func(amount int64, month int) float64 {
		return float64(amount) / math.Pow(1+*rate, float64(month)/monthsPerYear)
	}
	npv := 0.0
	for m, f := range flow {
		npv += present(f, m)
	}
	window := minor(npv)
	out.NPV = &window
	if len(years) > 0 {
		for y, amount := range years {
			npv += present(amount, c.WindowMonths+monthsPerYear*(y+1))
		}
		whole := minor(npv)
		out.NPVWithTail = &whole
	}
	return out
}

// paidBy is the share of a line that is paid at the end of a month of the window.
func (l Line) paidBy(month, window int) float64 {
	to := l.To
	if to == 0 {
		to = window
	}
	switch {
	case month >= to:
		return 1
	case month <= l.From:
		return 0
	}
	return float64(month-l.From) / float64(to-l.From)
}

// tailYears are the undiscounted payments of all tails by year after the window.
func (c Case) tailYears(p plan) []int64 {
	var out []int64
	for i := range p.tailLine {
		t := c.Tails[i]
		for y := 1; y <= t.Horizon; y++ {
			for len(out) < y {
				out = append(out, 0)
			}
			out[y-1] += minor(t.Units * t.Margin * math.Pow(t.Retention, float64(y)))
		}
	}
	return out
}
