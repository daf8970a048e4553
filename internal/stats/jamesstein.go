package stats

import "math"

// JamesSteinResult is the shrinkage of k equally precise values to their mean.
type JamesSteinResult struct {
	Mean     float64
	C        float64 // kept share of the deviation, max(0, 1 − (k−3)σ²/Σ(y−ȳ)²)
	RawC     float64 // the same before the positive-part rule
	Estimate []float64
}

// JamesStein shrinks k values of one known error variance sigma2 towards their mean (positive part; k − 3 because the
// mean is estimated).
//
//	θ̂ = ȳ + c(y − ȳ),  c = 1 − (k−3)σ²/Σ(y−ȳ)²
//
// Refuses: fewer than 4 values (insufficient_teams), sigma2 ≤ 0 (out_of_range), equal values (no_variation), NaN or
// Inf (not_finite).
//
// Sources: James & Stein (1961); Efron & Morris (1975) doi:10.1080/01621459.1975.10479864.
func JamesStein(y []float64, sigma2 float64) (*JamesSteinResult, error) {
	if err := finite("y", y); err != nil {
		return nil, err
	}
	if len(y) < 4 {
		return nil, TooFew(InsufficientTeams, 4, len(y))
	}
	if !(sigma2 > 0) || math.IsInf(sigma2, 0) {
		return nil, Refuse(OutOfRange, "sigma2 = %v", sigma2)
	}
	ss := covMatrix([][]float64{y})[0][0] * float64(len(y)-1)
	if !(ss > 0) {
		return nil, Refuse(NoVariation, "y")
	}
	r := &JamesSteinResult{Mean: meanOf(y), RawC: 1 - float64(len(y)-3)*sigma2/ss}
	r.C = math.Max(0, r.RawC)
	for _, v := range y {
		r.Estimate = append(r.Estimate, r.Mean+r.C*(v-r.Mean))
	}
	return r, nil
}

// JamesSteinShares shrinks k shares, each of the same number n of trials, directly (with variance p̄(1−p̄)/n) and on the
// arcsine scale √n·asin(2p−1), where the variance is 1 (Efron & Morris 1975).
func JamesSteinShares(p []float64, n int) (plain, arcsine *JamesSteinResult, err error) {
	if err := finite("p", p); err != nil {
		return nil, nil, err
	}
	if n < 1 {
		return nil, nil, Refuse(OutOfRange, "n = %d", n)
	}
	z := make([]float64, len(p))
	root := math.Sqrt(float64(n))
	for i, v := range p {
		if v < 0 || v > 1 {
			return nil, nil, Refuse(OutOfRange, "p[%d] = %v", i, v)
		}
		z[i] = root * math.Asin(2*v-1)
	}
	if len(p) < 4 {
		return nil, nil, TooFew(InsufficientTeams, 4, len(p))
	}
	m := meanOf(p)
	if plain, err = JamesStein(p, m*(1-m)/float64(n)); err != nil {
		return nil, nil, err
	}
	if arcsine, err = JamesStein(z, 1); err != nil {
		return nil, nil, err
	}
	for i, v := range arcsine.Estimate {
		arcsine.Estimate[i] = (math.Sin(v/root) + 1) / 2
	}
	arcsine.Mean = (math.Sin(arcsine.Mean/root) + 1) / 2
	return plain, arcsine, nil
}
