package stats

import "math"

// SimpleCLV is the lifetime value of a customer with a constant margin.
//
//	m·r/(1 + i − r) − acquisition cost
//
// margin per period, retention r in [0, 1), discount rate i per period > −1 (i ≥ r − 1 is not enough: 1 + i > r),
// margins paid at the end of each period the customer stays. Refuses arguments outside these ranges (out_of_range).
// Source: Gupta & Lehmann (2003) doi:10.1002/dir.10045.
func SimpleCLV(margin, retention, discount, acquisition float64) (float64, error) {
	if err := finite("argument", []float64{margin, retention, discount, acquisition}); err != nil {
		return 0, err
	}
	if retention < 0 || retention > 1 || discount <= -1 || 1+discount-retention <= 0 {
		return 0, Refuse(OutOfRange, "retention %v, discount %v", retention, discount)
	}
	return margin*retention/(1+discount-retention) - acquisition, nil
}

// FiniteCLV is the same over h periods: Σ_{t=1…h} m·rᵗ/(1+i)ᵗ − acquisition cost.
func FiniteCLV(margin, retention, discount, acquisition float64, periods int) (float64, error) {
	if err := finite("argument", []float64{margin, retention, discount, acquisition}); err != nil {
		return 0, err
	}
	if retention < 0 || retention > 1 || discount <= -1 || periods < 0 {
		return 0, Refuse(OutOfRange, "retention %v, discount %v, periods %d", retention, discount, periods)
	}
	q := retention / (1 + discount)
	if q == 1 {
		return margin*float64(periods) - acquisition, nil
	}
	return margin*q*(1-math.Pow(q, float64(periods)))/(1-q) - acquisition, nil
}

// ModelCLV is the discounted value of a customer's purchases over the next periods: Σ_k [E(k·width) − E((k−1)·width)] /
// (1+rate)^k × expected amount × margin share. width is the length of a period in the model's time unit, rate per
// period.
//
// Refuses parameters and histories out of range; a Gamma-Gamma model without a mean (q ≤ 1, not_identified).
func ModelCLV(m BGNBD, g GammaGamma, q Buyer, amount, width, rate, share float64, periods int) (float64, error) {
	if err := m.check(); err != nil {
		return 0, err
	}
	if _, err := groupBuyers([]Buyer{q}); err != nil {
		return 0, err
	}
	if !(width > 0) || !(rate > -1) || periods < 1 || math.IsNaN(share) {
		return 0, Refuse(OutOfRange, "width %v, rate %v, periods %d, share %v", width, rate, periods, share)
	}
	mean := g.Expected(Spender{q.X, amount})
	if math.IsInf(mean, 0) || math.IsNaN(mean) {
		return 0, Refuse(NotIdentified, "the expected amount is not finite")
	}
	var sum, before float64
	for k := 1; k <= periods; k++ {
		upTo := m.Expected(q, float64(k)*width)
		sum += (upTo - before) / math.Pow(1+rate, float64(k))
		before = upTo
	}
	return sum * mean * share, nil
}
