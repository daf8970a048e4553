package stats

import "math"

// NPSResult is a net promoter score with the intervals in use. Shares are fractions; NPS, errors and limits are in NPS
// points (−100 … 100).
type NPSResult struct {
	N                               int
	Promoters, Passives, Detractors float64
	NPS                             float64
	Var                             float64  // p + d − (p − d)², of one answer coded −1, 0, 1 (divisor n)
	SE                              float64  // 100·√(Var/n)
	MOE                             float64  // normal quantile × SE
	Wald                            Interval // NPS ± MOE; may leave ±100 and collapses when all answer alike
	SEUnbiased                      float64  // divisor n − 1
	MOET                            float64  // Student t(n−1) × SEUnbiased; NaN for n = 1
	AdjustedWald                    Interval // the interval Rapport shows
	AdjustedMOE                     float64  // its half-width before clipping
}

// NPS computes the net promoter score 100·(share of 9–10 − share of 0–6).
//
// scores are answers 0…10 (whole numbers; NaN is missing and left out). population is the number of people the score
// is about, for the finite-population correction √((N−n)/(N−1)) of the adjusted interval; 0 means unlimited. The
// interval Rapport shows is the adjusted Wald one: n′ = n + 3, promoters + ¾, detractors + ¾, normal quantile, clipped
// to ±100 (Rocks 2016). The adjusted interval covers ≥ 93 % from n = 10 on, the plain Wald one only from about n = 50
// (internal/docs/calibration.md).
//
// Refuses: no answers (insufficient_observations), an answer outside 0…10 or not whole, a population smaller than the
// answers (out_of_range).
//
// Sources: Reichheld (2003) HBR 81(12); Rocks (2016) doi:10.1080/00031305.2016.1158124.
func NPS(scores []float64, population int, level float64) (*NPSResult, error) {
	var pro, pas, det int
	for i, s := range scores {
		switch {
		case math.IsNaN(s):
		case math.IsInf(s, 0):
			return nil, Refuse(NotFinite, "score[%d]", i)
		case s < 0 || s > 10 || s != math.Trunc(s):
			return nil, Refuse(OutOfRange, "score[%d] = %v, want a whole number 0…10", i, s)
		case s >= 9:
			pro++
		case s <= 6:
			det++
		default:
			pas++
		}
	}
	return NPSFromCounts(pro, pas, det, population, level)
}

// NPSFromCounts is NPS from the numbers of promoters, passives and detractors.
func NPSFromCounts(promoters, passives, detractors, population int, level float64) (*NPSResult, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	if promoters < 0 || passives < 0 || detractors < 0 {
		return nil, Refuse(OutOfRange, "negative count")
	}
	n := promoters + passives + detractors
	if n == 0 {
		return nil, TooFew(InsufficientObservations, 1, 0)
	}
	if population != 0 && population < n {
		return nil, Refuse(OutOfRange, "population %d < %d answers", population, n)
	}
	fn := float64(n)
	p, d := float64(promoters)/fn, float64(detractors)/fn
	z := normQuantile((1 + level) / 2)
	r := &NPSResult{N: n, Promoters: p, Passives: float64(passives) / fn, Detractors: d, NPS: 100 * (p - d)}
	r.Var = math.Max(0, p+d-(p-d)*(p-d))
	r.SE = 100 * math.Sqrt(r.Var/fn)
	r.MOE = z * r.SE
	r.Wald = Interval{r.NPS - r.MOE, r.NPS + r.MOE, level}
	r.SEUnbiased, r.MOET = math.NaN(), math.NaN()
	if n > 1 {
		r.SEUnbiased = 100 * math.Sqrt(r.Var/(fn-1))
		r.MOET = tQuantile((1+level)/2, fn-1) * r.SEUnbiased
	}
	na := fn + 3
	pa, da := (float64(promoters)+.75)/na, (float64(detractors)+.75)/na
	se := 100 * math.Sqrt((pa+da-sq(pa-da))/na)
	if population > 0 {
		se *= FinitePopulation(n, population)
	}
	r.AdjustedMOE = z * se
	mid := 100 * (pa - da)
	if population > 0 {
		// The pseudo-answers stand for people not asked: with everybody asked there is nothing left to add.
		mid = r.NPS + (mid-r.NPS)*FinitePopulation(n, population)
	}
	r.AdjustedWald = Interval{math.Max(-100, mid-r.AdjustedMOE), math.Min(100, mid+r.AdjustedMOE), level}
	return r, nil
}

// NPSDifference is the contrast of two independent scores.
type NPSDifference struct {
	Delta float64 // first minus second, in points
	SE    float64
	Z, P  float64 // Wald test, unpooled
	Wald  Interval
	// Adjusted adds half of the pseudo-answers to each group (n′ = n + 1.5 each) so that the difference of two
	// unanimous groups keeps a width; limits clipped to ±200.
	Adjusted Interval
}

// CompareNPS contrasts two independent groups. Z and P are NaN when both groups are unanimous.
func CompareNPS(a, b *NPSResult, level float64) (*NPSDifference, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	if a == nil || b == nil || a.N == 0 || b.N == 0 {
		return nil, TooFew(InsufficientObservations, 1, 0)
	}
	d := &NPSDifference{Delta: a.NPS - b.NPS, SE: math.Hypot(a.SE, b.SE)}
	d.Z, d.P = math.NaN(), math.NaN()
	if d.SE > 0 {
		d.Z = d.Delta / d.SE
		d.P = normTwoSided(d.Z)
	}
	z := normQuantile((1 + level) / 2)
	d.Wald = Interval{d.Delta - z*d.SE, d.Delta + z*d.SE, level}
	half := func(r *NPSResult) (mid, v float64) {
		n := float64(r.N)
		na := n + 1.5
		p, q := (r.Promoters*n+.375)/na, (r.Detractors*n+.375)/na
		return p - q, (p + q - sq(p-q)) / na
	}
	ma, va := half(a)
	mb, vb := half(b)
	mid, w := 100*(ma-mb), 100*z*math.Sqrt(va+vb)
	d.Adjusted = Interval{math.Max(-200, mid-w), math.Min(200, mid+w), level}
	return d, nil
}

// FinitePopulation is the factor √((N−n)/(N−1)) by which a standard error shrinks when n of N people were asked
// (Cochran 1977, ch. 2); 0 when everybody was, 1 when n is 0. It is NaN outside 0 ≤ n ≤ N.
func FinitePopulation(n, population int) float64 {
	if n < 0 || n > population {
		return math.NaN()
	}
	if population <= 1 {
		return float64(population - n)
	}
	return math.Min(1, math.Sqrt(float64(population-n)/float64(population-1)))
}
