package stats

import "math"

// RaterICC is one of the six coefficients of Shrout and Fleiss.
type RaterICC struct {
	Name     string // ICC1, ICC2, ICC3, ICC1k, ICC2k, ICC3k
	ICC      float64
	F        float64
	DF1, DF2 float64
	P        float64
	CI       Interval
}

// RaterICCs computes the six intraclass correlations of n targets rated by the same k judges.
//
// ratings[j] is the column of judge j, one row per target; rows with a NaN are left out. ICC1: one-way random, a single
// rating; ICC2: two-way random, absolute agreement; ICC3: two-way mixed, consistency; …k: the mean of the k judges. The
// intervals are those of Shrout & Fleiss (McGraw & Wong for ICC2), exact for normal ICC1 and ICC3; with 10 targets and 4
// judges or more each covers ≥ 93 % (internal/docs/calibration.md).
//
// Refuses: fewer than 2 judges or 2 complete targets (insufficient_observations), ratings that are all equal
// (no_variation).
//
// Sources: Shrout & Fleiss (1979) doi:10.1037/0033-2909.86.2.420; McGraw & Wong (1996)
// doi:10.1037/1082-989X.1.1.30.
func RaterICCs(ratings [][]float64, level float64) ([]RaterICC, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	cols, _, err := dropIncomplete(ratings)
	if err != nil {
		return nil, err
	}
	k, n := float64(len(cols)), float64(len(cols[0]))
	if n < 2 {
		return nil, TooFew(InsufficientObservations, 2, int(n))
	}
	msb, msj, mse, msw := raterMeanSquares(cols)
	if !(msb+msw > 0) {
		return nil, Refuse(NoVariation, "ratings")
	}
	up, lo := (1+level)/2, (1-level)/2
	dfb, dfw, dfe := n-1, n*(k-1), (n-1)*(k-1)
	f1, f3 := msb/msw, msb/mse
	one := RaterICC{Name: "ICC1", ICC: (msb - msw) / (msb + (k-1)*msw), F: f1, DF1: dfb, DF2: dfw, P: fUpper(f1, dfb, dfw)}
	fl, fu := f1/quantileF(up, dfb, dfw), f1/quantileF(lo, dfb, dfw)
	one.CI = Interval{(fl - 1) / (fl + k - 1), (fu - 1) / (fu + k - 1), level}
	onek := one
	onek.Name, onek.ICC, onek.CI = "ICC1k", (msb-msw)/msb, Interval{1 - 1/fl, 1 - 1/fu, level}

	three := RaterICC{Name: "ICC3", ICC: (msb - mse) / (msb + (k-1)*mse), F: f3, DF1: dfb, DF2: dfe, P: fUpper(f3, dfb, dfe)}
	gl, gu := f3/quantileF(up, dfb, dfe), f3/quantileF(lo, dfb, dfe)
	three.CI = Interval{(gl - 1) / (gl + k - 1), (gu - 1) / (gu + k - 1), level}
	threek := three
	threek.Name, threek.ICC, threek.CI = "ICC3k", (msb-mse)/msb, Interval{1 - 1/gl, 1 - 1/gu, level}

	two := three
	two.Name = "ICC2"
	two.ICC = (msb - mse) / (msb + (k-1)*mse + k*(msj-mse)/n)
	fj := msj / mse
	num := (k - 1) * (n - 1) * sq(k*two.ICC*fj+n*(1+(k-1)*two.ICC)-k*two.ICC)
	den := (n-1)*sq(k*two.ICC*fj) + sq(n*(1+(k-1)*two.ICC)-k*two.ICC)
	v := num / den
	qu, ql := quantileF(up, n-1, v), quantileF(up, v, n-1)
	two.CI = Interval{
		Lo:    n * (msb - qu*mse) / (qu*(k*msj+(k*n-k-n)*mse) + n*msb),
		Hi:    n * (ql*msb - mse) / (k*msj + (k*n-k-n)*mse + n*ql*msb),
		Level: level,
	}
	twok := two
	twok.Name = "ICC2k"
	twok.ICC = (msb - mse) / (msb + (msj-mse)/n)
	sb := func(r float64) float64 { return k * r / (1 + (k-1)*r) }
	twok.CI = Interval{sb(two.CI.Lo), sb(two.CI.Hi), level}
	return []RaterICC{one, two, three, onek, twok, threek}, nil
}

// raterMeanSquares is the two-way table: between targets, between judges, residual, and within targets.
func raterMeanSquares(cols [][]float64) (msb, msj, mse, msw float64) {
	k, n := len(cols), len(cols[0])
	colMean := make([]float64, k)
	var grand float64
	for j, c := range cols {
		colMean[j] = meanOf(c)
		grand += colMean[j] / float64(k)
	}
	rowMean := make([]float64, n)
	for i := range n {
		var s float64
		for j := range k {
			s += cols[j][i] - grand
		}
		rowMean[i] = s / float64(k) // as a deviation from the grand mean
	}
	var ssb, ssj, sse, ssw float64
	for i := range n {
		ssb += float64(k) * sq(rowMean[i])
		for j := range k {
			d := cols[j][i] - grand
			ssw += sq(d - rowMean[i])
			sse += sq(d - rowMean[i] - (colMean[j] - grand))
		}
	}
	for j := range k {
		ssj += float64(n) * sq(colMean[j]-grand)
	}
	noise := float64(n*k) * sq(grand*4e-16)
	for _, s := range []*float64{&ssb, &ssj, &sse, &ssw} {
		if *s <= noise {
			*s = 0
		}
	}
	fn, fk := float64(n), float64(k)
	return ssb / (fn - 1), ssj / (fk - 1), sse / ((fn - 1) * (fk - 1)), ssw / (fn * (fk - 1))
}

// SpearmanBrown is the reliability of the mean of m measures of reliability r: m·r/(1+(m−1)r).
func SpearmanBrown(r, m float64) float64 {
	if math.IsNaN(r) || !(m > 0) {
		return math.NaN()
	}
	return m * r / (1 + (m-1)*r)
}
