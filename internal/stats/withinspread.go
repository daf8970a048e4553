package stats

import "math"

// WithinSpread pools how the figures of many short stretches (a team's weeks of one quarter) vary around their own mean
// and how far each resembles the one before. The zero value is ready for use.
type WithinSpread struct {
	squares, products float64
	df, pairs, rows   int
	values            int
}

// minSpreadDF is how many degrees of freedom a pooled spread needs to be used as if it were known.
const minSpreadDF = 20

// Take adds a stretch in order of time (NaN is a gap) and gives its mean and the number of its figures.
func (s *WithinSpread) Take(stretch []float64) (mean float64, n int) {
	for _, v := range stretch {
		if !math.IsNaN(v) {
			mean += v
			n++
		}
	}
	if n == 0 {
		return math.NaN(), 0
	}
	mean /= float64(n)
	last := math.NaN()
	for _, v := range stretch {
		d := v - mean
		if !math.IsNaN(d) {
			s.squares += d * d
		}
		if x := d * last; !math.IsNaN(x) {
			s.products += x
			s.pairs++
		}
		last = d
	}
	s.df += n - 1
	s.values += n
	s.rows++
	return mean, n
}

// MeanError is σ such that σ/√n is the standard error of the mean of n figures of one stretch:
//
//	σ = s·√((1+ρ)/(1−ρ))
//
// with s the pooled spread and ρ the pooled autocorrelation at one period, corrected for the bias of centring short
// stretches, ρ = (r·n̄ + 1)/(n̄ − 3) (Kendall 1954, doi:10.1093/biomet/41.3-4.403), between 0 and .9. Stretches of
// fewer than six figures on average say nothing about ρ, and it is taken as 0. NaN below 20 degrees of freedom or where
// nothing varies.
//
// Source of the widening: Bayley & Hammersley (1946), doi:10.2307/2983560.
func (s *WithinSpread) MeanError() float64 {
	if s.df < minSpreadDF || s.squares == 0 {
		return math.NaN()
	}
	variance := s.squares / float64(s.df)
	rho := 0.0
	if n := float64(s.values) / float64(s.rows); n >= 6 && s.pairs > 0 {
		r := (s.products / float64(s.pairs)) / (s.squares / float64(s.values))
		rho = min(.9, max(0, (r*n+1)/(n-3)))
	}
	return math.Sqrt(variance * (1 + rho) / (1 - rho))
}

// Quantile is the p-quantile of Student's t with df degrees of freedom; df = +Inf is the standard normal distribution.
func Quantile(p, df float64) float64 { return tQuantile(p, df) }
