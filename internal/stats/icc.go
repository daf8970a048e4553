package stats

import "math"

// ICCResult is the one-way analysis of how alike the members of a group are.
type ICCResult struct {
	J, N         int     // groups and observations
	MSB, MSW     float64 // mean squares between and within groups
	F, P         float64
	MeanSize     float64 // N/J
	N0           float64 // (N − Σn²/N)/(J − 1), the size that makes the ANOVA estimator unbiased
	HarmonicSize float64
	ICC1         float64 // (MSB−MSW)/(MSB+(k−1)MSW) with k = N0
	ICC1MeanSize float64 // the same with k = MeanSize (multilevel::ICC1)
	ICC2         float64 // (MSB−MSW)/MSB: reliability of a group mean of average size
	ICC1REML     float64 // τ²/(τ²+σ²) by REML
	ICC2REML     float64 // Spearman–Brown of ICC1REML at MeanSize
	CI1          Interval
	CI2          Interval
}

// ICC computes ICC(1) and ICC(2) of y in groups.
//
// y holds one value per person, group its group code (any integers); NaN is missing and left out. ICC(1) is the share
// of the variance that lies between groups (it can be negative), ICC(2) the reliability of the group means. The model
// is y_ij = μ + u_j + e_ij, normal, groups drawn from a population of groups. The intervals are those of
// Thomas & Hultquist, exact for equal sizes; with sizes between 5 and 40 in 20 groups or more they cover ≥ 93 %
// (internal/docs/calibration.md).
//
// Refuses: fewer than 2 groups (insufficient_teams), no group with two members (insufficient_observations), y constant
// (no_variation). Where no group varies inside but groups differ, MSW = 0, F and ICC(1) reach their limit and are
// given; the intervals then are points.
//
// Sources: Bliese (2000) in Klein & Kozlowski (eds); Shrout & Fleiss (1979) doi:10.1037/0033-2909.86.2.420; Thomas &
// Hultquist (1978) doi:10.1214/aos/1176344202.
func ICC(y []float64, group []int, level float64) (*ICCResult, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	g, err := groupMoments(y, group)
	if err != nil {
		return nil, err
	}
	j := len(g.n)
	if j < 2 {
		return nil, TooFew(InsufficientTeams, 2, j)
	}
	if g.total <= j {
		return nil, TooFew(InsufficientObservations, j+1, g.total)
	}
	res := &ICCResult{J: j, N: g.total}
	n, fj := float64(g.total), float64(j)
	var grand, ssb, sumSq, inv float64
	for i := range g.n {
		grand += g.n[i] * g.mean[i] / n
	}
	for i := range g.n {
		ssb += g.n[i] * sq(g.mean[i]-grand)
		sumSq += g.n[i] * g.n[i]
		inv += 1 / g.n[i]
	}
	if ssb <= n*sq(grand*4e-16) {
		ssb = 0
	}
	res.MSB, res.MSW = ssb/(fj-1), g.ssw/(n-fj)
	if res.MSB == 0 && res.MSW == 0 {
		return nil, Refuse(NoVariation, "y")
	}
	res.F = res.MSB / res.MSW
	res.P = fUpper(res.F, fj-1, n-fj)
	if res.MSW == 0 {
		res.P = 0
	}
	res.MeanSize, res.HarmonicSize = n/fj, fj/inv
	res.N0 = (n - sumSq/n) / (fj - 1)
	icc1 := func(k float64) float64 { return (res.MSB - res.MSW) / (res.MSB + (k-1)*res.MSW) }
	res.ICC1, res.ICC1MeanSize = icc1(res.N0), icc1(res.MeanSize)
	res.ICC2 = math.NaN()
	if res.MSB > 0 {
		res.ICC2 = (res.MSB - res.MSW) / res.MSB
	}
	if fit, err := fitOneWay(g, true); err == nil {
		if tot := fit.Tau2 + fit.Sigma2; tot > 0 {
			res.ICC1REML = fit.Tau2 / tot
			res.ICC2REML = res.MeanSize * res.ICC1REML / (1 + (res.MeanSize-1)*res.ICC1REML)
		}
	} else {
		res.ICC1REML, res.ICC2REML = math.NaN(), math.NaN()
	}
	res.CI1, res.CI2 = thomasHultquist(g, res, inv, level)
	return res, nil
}

// thomasHultquist gives the intervals from the ratio of the variance of the unweighted group means to MSW: with the
// harmonic size h, h·Var(ȳ)/MSW ÷ (1 + h·τ²/σ²) is close to F(J−1, N−J) however unequal the sizes are.
func thomasHultquist(g *grouped, res *ICCResult, inv, level float64) (ci1, ci2 Interval) {
	j := float64(res.J)
	h := j / inv
	m := meanOf(g.mean)
	var v float64
	for _, y := range g.mean {
		v += sq(y-m) / (j - 1)
	}
	f := h * v / res.MSW
	limit := func(p float64) (one, two float64) {
		theta := (f/quantileF(p, j-1, float64(res.N)-j) - 1) / h // τ²/σ²
		if math.IsInf(theta, 1) {
			return 1, 1
		}
		theta = math.Max(theta, -1/res.N0) // ICC(1) ≥ −1/(n₀−1), where ICC(2) has no lower end
		return theta / (1 + theta), res.N0 * theta / (1 + res.N0*theta)
	}
	ci1.Level, ci2.Level = level, level
	ci1.Lo, ci2.Lo = limit((1 + level) / 2)
	ci1.Hi, ci2.Hi = limit((1 - level) / 2)
	return ci1, ci2
}

// grouped holds the sufficient statistics of a one-way layout, groups in the order they first appear.
type grouped struct {
	code  []int // the caller's code of each group
	n     []float64
	mean  []float64
	ssw   float64
	total int
}

// groupMoments sums y by group; NaN rows are left out, Inf refused. Deviations that are rounding noise of the group's
// own level count as zero.
func groupMoments(y []float64, group []int) (*grouped, error) {
	if len(y) != len(group) {
		return nil, Refuse(LengthMismatch, "%d values, %d group codes", len(y), len(group))
	}
	g := &grouped{}
	at := map[int]int{}
	row := make([]int, len(y))
	for i, v := range y {
		if math.IsInf(v, 0) {
			return nil, Refuse(NotFinite, "y[%d]", i)
		}
		if math.Abs(v) > largest {
			return nil, Refuse(OutOfRange, "y[%d] = %v is too large to square", i, v)
		}
		row[i] = -1
		if math.IsNaN(v) {
			continue
		}
		k, ok := at[group[i]]
		if !ok {
			k = len(g.n)
			at[group[i]] = k
			g.code = append(g.code, group[i])
			g.n = append(g.n, 0)
			g.mean = append(g.mean, 0)
		}
		row[i] = k
		g.total++
		g.n[k]++
		g.mean[k] += (v - g.mean[k]) / g.n[k]
	}
	corr := make([]float64, len(g.n)) // second pass: the running mean's rounding
	for i, k := range row {
		if k >= 0 {
			corr[k] += y[i] - g.mean[k]
		}
	}
	for k := range corr {
		g.mean[k] += corr[k] / g.n[k]
	}
	ss := make([]float64, len(g.n))
	for i, k := range row {
		if k >= 0 {
			ss[k] += sq(y[i] - g.mean[k])
		}
	}
	for k, s := range ss {
		if s > g.n[k]*sq(g.mean[k]*4e-16) {
			g.ssw += s
		}
	}
	return g, nil
}
