package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// RobustnessValue is the share of the residual variance of treatment and of outcome that an unmeasured factor would have
// to explain, both at once, to bring an estimate with this t to nothing (value) and to bring it to where it is no longer
// significant at alpha (significant; 0 when it is not significant to begin with). Both lie in [0, 1].
//
// f = |t|/√df, RV = ½(√(f⁴ + 4f²) − f²); for significance f is reduced by t*(α, df−1)/√(df−1). Refuses df below 2.
//
// Cinelli & Hazlett (2020), doi:10.1111/rssb.12348.
func RobustnessValue(t, df, alpha float64) (value, significant float64, err error) {
	if !(df >= 2) || math.IsNaN(t) || !(alpha > 0 && alpha < 1) {
		return 0, 0, Refuse(OutOfRange, "t %v, df %v, alpha %v", t, df, alpha)
	}
	of := func(f float64) float64 {
		if f <= 0 {
			return 0
		}
		if math.IsInf(f*f*f*f, 0) {
			return 1
		}
		return (math.Sqrt(f*f*f*f+4*f*f) - f*f) / 2
	}
	f := math.Abs(t) / math.Sqrt(df)
	crit := distuv.StudentsT{Sigma: 1, Nu: df - 1}.Quantile(1-alpha/2) / math.Sqrt(df-1)
	return of(f), of(f - crit), nil
}
