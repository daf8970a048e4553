package stats

import "math"

// AlphaOfCovariance is Cronbach's alpha from the items' covariance matrix (square, symmetric, k ≥ 2), for callers that keep
// sums and no rows. It equals AlphaResult.Raw on the covariances of complete rows.
//
// Refuses: fewer than 2 items (insufficient_observations), a total that does not vary (no_variation).
//
// Source: Cronbach (1951) doi:10.1007/BF02310555.
func AlphaOfCovariance(cov [][]float64) (float64, error) {
	if len(cov) < 2 {
		return math.NaN(), TooFew(InsufficientObservations, 2, len(cov))
	}
	return alphaOf(cov, -1)
}

// OmegaOfCovariance is McDonald's omega (OmegaResult.Raw) from the items' covariance matrix.
//
// Refuses as Omega does: fewer than 3 items (not_identified), a constant item (no_variation), items that are combinations
// of one another (collinear), a fit that does not settle (no_convergence).
//
// Source: McDonald (1999) Test Theory.
func OmegaOfCovariance(cov [][]float64) (float64, error) {
	k := len(cov)
	if k < 3 {
		return math.NaN(), &Refusal{Reason: NotIdentified, Detail: "items", Need: 3, Have: k}
	}
	cor := make([][]float64, k)
	for i := range k {
		if !(cov[i][i] > 0) {
			return math.NaN(), Refuse(NoVariation, "item %d", i)
		}
	}
	for i := range k {
		cor[i] = make([]float64, k)
		for j := range k {
			cor[i][j] = cov[i][j] / math.Sqrt(cov[i][i]*cov[j][j])
		}
		cor[i][i] = 1
	}
	if inverseSym(cor) == nil {
		return math.NaN(), Refuse(Collinear, "items")
	}
	lam, theta, _, err := mlOneFactor(cor, minresOneFactor(cor))
	if err != nil {
		return math.NaN(), err
	}
	var sum, rest float64
	for i := range k {
		sum += lam[i] * math.Sqrt(cov[i][i])
		rest += theta[i] * cov[i][i]
	}
	return sq(sum) / (sq(sum) + rest), nil
}

// RWGOfVariance is r_wg(J) of one group from the mean variance of its items and the variance expected at random
// (UniformNullVariance, in the same units), between 0 and 1.
//
// Source: James, Demaree & Wolf (1984) doi:10.1037/0021-9010.69.1.85.
func RWGOfVariance(variance, null float64, items int) float64 {
	q := math.Min(variance/null, 1)
	j := float64(items)
	return j * (1 - q) / (j*(1-q) + q)
}

// ICCOfMeanSquares gives ICC(1) and ICC(2) from the mean squares of a one-way layout and its size n0 (see ICCResult); 0
// where nothing varies.
//
// Source: Shrout & Fleiss (1979) doi:10.1037/0033-2909.86.2.420.
func ICCOfMeanSquares(msb, msw, n0 float64) (icc1, icc2 float64) {
	if !(msb > 0) {
		return 0, 0
	}
	return (msb - msw) / (msb + (n0-1)*msw), (msb - msw) / msb
}
