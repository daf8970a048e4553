package customer

import (
	"context"
	"errors"
	"math"

	"rapport/internal/stats"
)

const week = 7.0

// buyer is a history up to a day, in weeks; ok is false when the customer was not yet known.
func (h *history) buyer(until int32) (b stats.Buyer, ok bool) {
	n, last := 0, int32(0)
	for _, d := range h.days {
		if d <= until {
			n, last = n+1, d
		}
	}
	if n == 0 || until <= h.days[0] {
		return b, false
	}
	return stats.Buyer{X: float64(n - 1), Tx: float64(last-h.days[0]) / week, T: float64(until-h.days[0]) / week}, true
}

// foresight is a fitted model that looks ahead; amounts is nil where amounts say too little.
type foresight struct {
	orders  stats.BGNBD
	amounts *stats.GammaGamma
}

// ahead is how many years the model looks ahead for the worth of a customer: beyond, of a customer known today little is left.
const ahead = 3

// inYear is a year in the unit of the model.
const inYear = 365.25 / week

// model fits BG/NBD on two thirds of the time, compares its forecast of the rest with what happened, then fits on
// everything and looks a year ahead. Amounts come from Gamma-Gamma over those who bought again (Fader, Hardie & Lee 2005).
func model(ctx context.Context, list []*history, first, last int32, minor float64) (*Model, *foresight, *Gap, error) {
	split := first + (last-first)*2/3
	out := &Model{BackTest: BackTest{Until: dayText(split)}}
	known, rest := fitted(list, split)
	early, err := stats.FitBGNBD(ctx, known, level)
	if err != nil {
		return refusal(err)
	}
	after := float64(last-split) / week
	for i, b := range known {
		out.BackTest.Forecast += early.Expected(b, after)
		for _, d := range rest[i].days {
			if d > split {
				out.BackTest.Actual++
			}
		}
	}
	if out.BackTest.Actual == 0 {
		return nil, nil, &Gap{Reason: "back_test_empty"}, nil
	}
	out.BackTest.Error = out.BackTest.Forecast/out.BackTest.Actual - 1
	all, who := fitted(list, last)
	fit, err := stats.FitBGNBD(ctx, all, level)
	if err != nil {
		return refusal(err)
	}
	eyes := &foresight{orders: fit.BGNBD}
	var spenders []stats.Spender
	for i, b := range all {
		out.OrdersNextYear += fit.Expected(b, inYear)
		if b.X > 0 && who[i].minor > 0 {
			spenders = append(spenders, stats.Spender{X: b.X, M: who[i].amount(minor)})
		}
	}
	if amounts, err := stats.FitGammaGamma(ctx, spenders, level); err == nil {
		eyes.amounts = &amounts.GammaGamma
		total := 0.0
		for i, b := range all {
			if v, ok := eyes.revenue(b, who[i].amount(minor), 0, 1); ok {
				total += v
			}
		}
		if !math.IsNaN(total) && !math.IsInf(total, 0) && total > 0 {
			out.RevenueNextYear = &total
		}
	}
	if math.IsNaN(out.OrdersNextYear) || math.IsInf(out.OrdersNextYear, 0) || math.IsNaN(out.BackTest.Error) {
		return nil, nil, &Gap{Reason: "not_identified"}, nil
	}
	return out, eyes, nil, nil
}

// revenue is what a customer is expected to spend in the years ahead, at today's value; ok is false where that is not finite.
func (f *foresight) revenue(b stats.Buyer, amount, discount float64, years int) (float64, bool) {
	if f == nil || f.amounts == nil {
		return 0, false
	}
	v, err := stats.ModelCLV(f.orders, *f.amounts, b, amount, inYear, discount, 1, years)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// worth is the margin expected of the customers known today; nil where amounts say too little.
func (f *foresight) worth(list []*history, last int32, minor float64, t Terms) *Worth {
	out := &Worth{Years: ahead, Discount: t.Discount, Rate: t.Margin}
	n := 0
	all, who := fitted(list, last)
	for i, b := range all {
		if v, ok := f.revenue(b, who[i].amount(minor), t.Discount, ahead); ok {
			out.All += v * t.Margin
			n++
		}
	}
	if n < fewest {
		return nil
	}
	out.Each = out.All / float64(n)
	return out
}

// amount is what a purchase of the customer was worth on average.
func (h *history) amount(minor float64) float64 {
	return float64(h.minor) / minor / float64(len(h.days))
}

func fitted(list []*history, until int32) (buyers []stats.Buyer, who []*history) {
	for _, h := range list {
		if b, ok := h.buyer(until); ok {
			buyers, who = append(buyers, b), append(who, h)
		}
	}
	return buyers, who
}

// refusal turns a method's refusal into a gap; anything else is an error.
func refusal(err error) (*Model, *foresight, *Gap, error) {
	var r *stats.Refusal
	if errors.As(err, &r) {
		return nil, nil, &Gap{Reason: string(r.Reason), Need: r.Need, Have: r.Have}, nil
	}
	return nil, nil, nil, err
}
