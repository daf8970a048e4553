package returns

import "rapport/internal/initiative"

// Rate is what one unit of an effect is worth over the window.
type Rate struct {
	Money  float64 // minor units per unit of effect, signed: positive where a rise pays
	Units  float64 // customers or employees per unit of effect, signed alike
	Share  float64 // the share it was priced with
	Source string  // of the price; begins with "default" where the share is a published one
}

// PerEffect prices an effect: units × price × share, an effect in the good direction being a benefit. A rate in per cent
// counts people or customers in hundredths. Shares that nobody declared are the usual ones: half the window for customers
// kept, the published replacement factor for leavers, else all of it.
func PerEffect(kind Kind, b initiative.Benefit, higherIsBetter bool, unit string) Rate {
	sign := 1.0
	if !higherIsBetter {
		sign = -1
	}
	if unit == "%" || unit == "pp" {
		sign /= 100
	}
	r := Rate{Share: b.Share, Source: b.PriceSource}
	switch {
	case r.Share > 0:
	case kind == RetainedMargin:
		r.Share = DefaultStay
	case kind == Attrition:
		r.Share, r.Source = DefaultReplacementFactor, defaultSource+"; "+b.PriceSource
	default:
		r.Share = 1
	}
	r.Units = sign * b.Units
	r.Money = r.Units * float64(b.Price) * r.Share
	return r
}
