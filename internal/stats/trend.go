package stats

import "math"

// Drift is a straight line through one series with AR(1) errors.
type Drift struct {
	N     int
	Level float64 // fitted value in the last period
	Slope float64 // per period
	SE    float64 // of the slope
	Phi   float64
	CI    Interval // of the slope
}

// FitDrift fits y = a + b·t with AR(1) errors by restricted maximum likelihood (exact likelihood). What it says of the
// future holds as far as the line goes on: it is an extrapolation, not a forecast of shocks.
// Refuses fewer than 6 periods (insufficient_periods) and a series that lies exactly on a line (no_variation).
//
// Harvey (1990), The Econometric Analysis of Time Series, ch. 6; Cochrane & Orcutt (1949), doi:10.1080/01621459.1949.10483290.
func FitDrift(y []float64, level float64) (*Drift, error) {
	n := len(y)
	if err := finite("y", y); err != nil {
		return nil, err
	}
	if n < 6 {
		return nil, TooFew(InsufficientPeriods, 6, n)
	}
	if !(level > 0 && level < 1) {
		return nil, Refuse(OutOfRange, "level %v", level)
	}
	cols := [][]float64{onesCol(n), make([]float64, n)}
	for i := range n {
		cols[1][i] = float64(i - n + 1) // the intercept is the level in the last period
	}
	c, err := glsAR1(y, cols, true)
	if err != nil {
		return nil, err
	}
	if c.SE[1] <= 1e-12*(math.Abs(c.B[1])+math.Abs(c.B[0])/float64(n)) {
		return nil, Refuse(NoVariation, "the line explains the series exactly")
	}
	q := tQuantile((1+level)/2, float64(n-2))
	return &Drift{N: n, Level: c.B[0], Slope: c.B[1], SE: c.SE[1], Phi: c.Phi, CI: Interval{c.B[1] - q*c.SE[1], c.B[1] + q*c.SE[1], level}}, nil
}
