package stats

import "math"

// PAlive is the probability that the customer has not dropped out. It is 1 for everybody with x = 0: a property of the
// model, not of the customer.
func (m BGNBD) PAlive(q Buyer) float64 {
	if q.X == 0 {
		return 1
	}
	k := m.R + q.X
	odds := m.A / (m.B + q.X - 1) * math.Exp(k*(math.Log(m.Alpha+q.T)-math.Log(m.Alpha+q.Tx)))
	return 1 / (1 + odds)
}

// Expected is the number of purchases expected in the next t, given the history (equation 10 of Fader, Hardie & Lee
// 2005, doi:10.1287/mksc.1040.0098). Negative t and histories out of range give NaN.
func (m BGNBD) Expected(q Buyer, t float64) float64 {
	if !(t >= 0) || m.check() != nil || !(q.T >= 0) {
		return math.NaN()
	}
	if t == 0 {
		return 0
	}
	return m.PAlive(q) * m.growth(q.X, q.T, t)
}

// ExpectedNew is the number of repeat purchases of a new customer in the first t (equation 9).
func (m BGNBD) ExpectedNew(t float64) float64 {
	if !(t >= 0) || m.check() != nil {
		return math.NaN()
	}
	if t == 0 {
		return 0
	}
	return m.growth(0, 0, t)
}

// growth is what somebody alive buys in t: (a+b+x−1)/(a−1) · [1 − ((α+T)/(α+T+t))^(r+x) ₂F₁(r+x, b+x; a+b+x−1;
// t/(α+T+t))]. As it stands it is 0/0 at a = 1 and loses digits where the bracket is small; there the purchase rate is
// integrated instead.
func (m BGNBD) growth(x, tt, t float64) float64 {
	k, c := m.R+x, m.A+m.B+x-1
	at := m.Alpha + tt
	z := t / (at + t)
	if math.Abs(m.A-1) > 1e-2 && c > 0 {
		var h float64
		if m.A-1 < k { // Euler's transformation, both powers in one
			h = math.Exp((m.A-1)*math.Log1p(-z)) * gaussSeries(c-k, m.A-1, c, z)
		} else {
			h = math.Exp(k*math.Log1p(-z)) * gaussSeries(k, m.B+x, c, z)
		}
		if math.Abs(1-h) > 1e-4 && h >= 0 && !math.IsInf(h, 0) {
			return c / (m.A - 1) * (1 - h)
		}
	}
	return m.growthByQuadrature(k, x, at, t)
}

// growthByQuadrature integrates the purchase rate over the time ahead. Given λ and p, purchases of somebody alive come
// at rate λ·exp(−λps); over λ ~ gamma(k, at) and p ~ beta(a, b+x) the expected rate at s is
// ∫ k·at^k/(at+ps)^(k+1) dBeta(p; a, b+x) = (k/at) ₂F₁(k+1, a; a+b+x; −s/at), smooth and positive. With u = log(at+s)
// the integrand is smooth over the whole range.
func (m BGNBD) growthByQuadrature(k, x, at, t float64) float64 {
	rate := func(s float64) float64 {
		// Pfaff: ₂F₁(k+1, a; c; −y) = (1+y)^−a ₂F₁(c−k−1, a; c; y/(1+y))
		y := s / at
		return k / at * math.Exp(-m.A*math.Log1p(y)) * gaussSeries(m.A+m.B+x-k-1, m.A, m.A+m.B+x, y/(1+y))
	}
	lo, hi := math.Log(at), math.Log(at+t)
	panels := 4 + int(8*(hi-lo))
	var sum float64
	for i := range panels {
		a := lo + (hi-lo)*float64(i)/float64(panels)
		b := lo + (hi-lo)*float64(i+1)/float64(panels)
		for j, node := range gauss8Node {
			for _, sign := range []float64{-1, 1} {
				u := (a+b)/2 + sign*node*(b-a)/2
				e := math.Exp(u)
				sum += gauss8Weight[j] * (b - a) / 2 * rate(e-at) * e
			}
		}
	}
	return sum
}

// Nodes and weights of the 8-point Gauss–Legendre rule (Abramowitz & Stegun 25.4.30).
var (
	gauss8Node   = [4]float64{0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363}
	gauss8Weight = [4]float64{0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763}
)

// gaussSeries sums ₂F₁(a, b; c; z) for 0 ≤ z < 1, c > 0; NaN when it does not settle.
func gaussSeries(a, b, c, z float64) float64 {
	sum, term := 1.0, 1.0
	for i := range 200000 {
		n := float64(i)
		term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
		sum += term
		if math.IsInf(sum, 0) || math.IsNaN(sum) {
			return math.NaN()
		}
		if math.Abs(term) <= 1e-16*math.Abs(sum) && n > math.Max(-a, -b) {
			return sum
		}
	}
	return math.NaN()
}
