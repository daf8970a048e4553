package stats

import "math"

// Shift is the difference between the mean of a later and of an earlier stretch of one series.
type Shift struct {
	Before, After   float64 // means, in the unit of the series
	NBefore, NAfter int
	Diff            float64 // After − Before
	StdErr, DF      float64
	P               float64 // two-sided, of no difference
	CI              Interval
	Rho             float64 // first-order autocorrelation within the stretches that was allowed for
}

// EstimateRho asks MeanShift to estimate the autocorrelation.
var EstimateRho = math.NaN()

// MeanShift compares the means of two stretches of one series, values in order of time, each stretch level in itself.
//
// Neighbouring values of a series resemble each other, so that n of them tell less than n independent ones: each
// stretch counts as n(1 − ρ)/(1 + ρ) values, never as fewer than two nor as more than n, and Welch's interval is taken
// of these. ρ is the pooled first-order autocorrelation about the two means, corrected for its downward bias by
// (1 + 3r)/n, n the mean length of the two, and held within 0 … 0.9; with rho = 0 the result is Welch's t test. Under AR(1) noise with ρ ≤ 0.6
// and stretches of 8 to 12 the 95 % interval covers at least 90 %, with 4 and 4 values 87 % (TestMeanShiftCoverage).
//
// Refuses: a stretch of fewer than 4 (insufficient_periods), NaN or Inf (not_finite), no variation in either stretch
// (no_variation), rho outside [0, 1) (out_of_range).
//
// Sources: Welch (1947) doi:10.1093/biomet/34.1-2.28; effective size: Bayley & Hammersley (1946) doi:10.2307/2983560;
// bias of r: Kendall (1954) doi:10.1093/biomet/41.3-4.403.
func MeanShift(before, after []float64, rho, level float64) (*Shift, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	if rho < 0 || rho >= 1 {
		return nil, Refuse(OutOfRange, "rho")
	}
	const least = 4
	if n := min(len(before), len(after)); n < least {
		return nil, TooFew(InsufficientPeriods, least, n)
	}
	for _, part := range [][]float64{before, after} {
		for _, v := range part {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, Refuse(NotFinite, "series")
			}
		}
	}
	s := &Shift{NBefore: len(before), NAfter: len(after), Rho: rho}
	var ss, cross [2]float64
	for k, part := range [][]float64{before, after} {
		m := 0.0
		for _, v := range part {
			m += v / float64(len(part))
		}
		for i, v := range part {
			ss[k] += sq(v - m)
			if i > 0 {
				cross[k] += (v - m) * (part[i-1] - m)
			}
		}
		if k == 0 {
			s.Before = m
		} else {
			s.After = m
		}
	}
	if size := max(math.Abs(s.Before), math.Abs(s.After)); ss[0]+ss[1] <= sq(1e-12*size) {
		return nil, Refuse(NoVariation, "series")
	}
	if math.IsNaN(rho) {
		n := float64(len(before)+len(after)) / 2 // each stretch has a mean of its own
		r := (cross[0] + cross[1]) / (ss[0] + ss[1])
		s.Rho = math.Max(0, math.Min(.9, r+(1+3*r)/n))
	}
	var part, df [2]float64
	for k, n := range []float64{float64(len(before)), float64(len(after))} {
		counts := math.Max(2, n*(1-s.Rho)/(1+s.Rho))
		part[k] = ss[k] / (n - 1) / counts
		df[k] = counts - 1
	}
	s.Diff = s.After - s.Before
	s.StdErr = math.Sqrt(part[0] + part[1])
	s.DF = sq(part[0]+part[1]) / (sq(part[0])/df[0] + sq(part[1])/df[1])
	s.P = tTwoSided(s.Diff/s.StdErr, s.DF)
	half := tQuantile((1+level)/2, s.DF) * s.StdErr
	s.CI = Interval{Lo: s.Diff - half, Hi: s.Diff + half, Level: level}
	return s, nil
}
