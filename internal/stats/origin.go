package stats

// OLSOrigin fits y on the columns of x without an intercept, by the same QR as OLS: for relations that must pass
// through zero. R² and F are about zero, not about the mean (as NIST StRD NoInt1 and R's lm(y ~ x + 0) give them), so
// they cannot be compared with those of a fit with an intercept. Coefficients are in units of y per unit of x; rows are
// independent and of like variance for Classical. A constant column is allowed: it is the intercept by another name.
//
// Refusals: length_mismatch, not_finite, insufficient_observations (n ≤ k), no_variation (a column or y is zero
// throughout), collinear. Eisenhauer (2003), doi:10.1111/1467-9639.00136; NIST StRD, NoInt1 and NoInt2.
func OLSOrigin(y []float64, x [][]float64, name []string) (*Linear, error) {
	if err := checkColumns(y, x, name); err != nil {
		return nil, err
	}
	if n, k := len(y), len(x); n < k+1 {
		return nil, TooFew(InsufficientObservations, k+1, n)
	}
	m, err := leastSquares(y, x, x, name)
	if err != nil {
		return nil, err
	}
	if err := m.varies(y); err != nil {
		return nil, err
	}
	return m, nil
}
