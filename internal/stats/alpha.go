package stats

import (
	"math"
	"slices"
)

// AlphaResult is what a reliability analysis of a summed scale gives. Shapes: K items answered by N complete rows out
// of NTotal; the slices have one entry per item.
type AlphaResult struct {
	N, NTotal, K int
	Raw          float64  // Cronbach's alpha on the covariances of the complete rows
	Std          float64  // the same on correlations (standardised items)
	RawPairwise  float64  // on pairwise-complete covariances, as psych::alpha does; equals Raw when nothing is missing
	MeanR        float64  // mean inter-item correlation
	Feldt        Interval // of Raw, Feldt (1965)
	Lambda6      float64  // Guttman's λ₆ from squared multiple correlations; NaN when the items are collinear
	IfDropped    []float64
	ItemRest     []float64 // correlation of the item with the sum of the others
	ItemTotal    []float64 // correlation of the item with the sum of all
}

// Alpha computes Cronbach's alpha of a scale.
//
//	α = k/(k−1) · (1 − Σ s²_j / s²_total)
//
// items holds one column per item, all of one length; NaN is a missing answer and its row is left out (RawPairwise
// keeps it). No item is reversed here. Assumes essentially tau-equivalent items with uncorrelated errors, otherwise α
// is a lower bound of reliability. The interval is exact for normal items; at n ≥ 30 it covers ≥ 93 % for five-point
// items as well (internal/docs/calibration.md).
//
// Refuses: fewer than 2 items or 3 complete rows (insufficient_observations), an item or the total that does not vary
// (no_variation).
//
// Sources: Cronbach (1951) doi:10.1007/BF02310555; Feldt (1965) doi:10.1007/BF02289499; Guttman (1945)
// doi:10.1007/BF02288892.
func Alpha(items [][]float64, level float64) (*AlphaResult, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	cols, nTotal, err := dropIncomplete(items)
	if err != nil {
		return nil, err
	}
	k := len(cols)
	n := len(cols[0])
	if n < 3 {
		return nil, TooFew(InsufficientObservations, 3, n)
	}
	cov := covMatrix(cols)
	sd := make([]float64, k)
	for i := range k {
		if !(cov[i][i] > 0) {
			return nil, Refuse(NoVariation, "item %d", i)
		}
		sd[i] = math.Sqrt(cov[i][i])
	}
	res := &AlphaResult{N: n, NTotal: nTotal, K: k}
	if res.Raw, err = alphaOf(cov, -1); err != nil {
		return nil, err
	}
	cor := make([][]float64, k)
	for i := range k {
		cor[i] = make([]float64, k)
		for j := range k {
			cor[i][j] = cov[i][j] / sd[i] / sd[j]
			if j < i {
				res.MeanR += cor[i][j]
			}
		}
		cor[i][i] = 1
	}
	fk := float64(k)
	res.MeanR /= fk * (fk - 1) / 2
	res.Std = fk * res.MeanR / (1 + (fk-1)*res.MeanR)
	res.RawPairwise = res.Raw
	if n < nTotal {
		res.RawPairwise = math.NaN()
		if pc := pairwiseCov(items); pc != nil {
			if a, err := alphaOf(pc, -1); err == nil {
				res.RawPairwise = a
			}
		}
	}
	d1 := float64(n - 1)
	d2 := d1 * (fk - 1)
	res.Feldt = Interval{
		Lo:    1 - (1-res.Raw)*quantileF((1+level)/2, d1, d2),
		Hi:    1 - (1-res.Raw)*quantileF((1-level)/2, d1, d2),
		Level: level,
	}
	res.Lambda6 = lambda6(cor)
	res.itemStatistics(cov, sd)
	return res, nil
}

// itemStatistics fills the figures of each item from the covariances.
func (res *AlphaResult) itemStatistics(cov [][]float64, sd []float64) {
	k := len(cov)
	var total float64
	rowSum := make([]float64, k) // covariance of each item with the total
	for i := range k {
		for j := range k {
			rowSum[i] += cov[i][j]
		}
		total += rowSum[i]
	}
	for i := range k {
		rest := total - 2*rowSum[i] + cov[i][i]
		drop := math.NaN()
		if k > 2 {
			if a, err := alphaOf(cov, i); err == nil {
				drop = a
			}
		}
		res.IfDropped = append(res.IfDropped, drop)
		res.ItemTotal = append(res.ItemTotal, rowSum[i]/sd[i]/math.Sqrt(total))
		r := math.NaN()
		if rest > 0 {
			r = (rowSum[i] - cov[i][i]) / sd[i] / math.Sqrt(rest)
		}
		res.ItemRest = append(res.ItemRest, r)
	}
}

// alphaOf is alpha from a covariance matrix, without item drop (−1: with all).
func alphaOf(cov [][]float64, drop int) (float64, error) {
	var tr, tot, k float64
	for i := range cov {
		if i == drop {
			continue
		}
		k++
		tr += cov[i][i]
		for j := range cov {
			if j != drop {
				tot += cov[i][j]
			}
		}
	}
	if !(tot > 1e-13*tr) {
		return math.NaN(), Refuse(NoVariation, "the sum of the items")
	}
	return k / (k - 1) * (1 - tr/tot), nil
}

// lambda6 is Guttman's λ₆ on a correlation matrix: 1 − Σ(1 − R²_j)/ΣΣ r.
func lambda6(cor [][]float64) float64 {
	inv := inverseSym(cor)
	if inv == nil {
		return math.NaN()
	}
	var sum, unique float64
	for i := range cor {
		for j := range cor {
			sum += cor[i][j]
		}
		unique += 1 / inv[i][i] // 1 − squared multiple correlation
	}
	return 1 - unique/sum
}

// dropIncomplete drops rows with a missing cell; it refuses Inf, columns of unequal length and fewer than two columns.
func dropIncomplete(items [][]float64) (cols [][]float64, total int, err error) {
	if len(items) < 2 {
		return nil, 0, TooFew(InsufficientObservations, 2, len(items))
	}
	total = len(items[0])
	if err := sameLength(total, items...); err != nil {
		return nil, 0, err
	}
	keep := make([]int, 0, total)
rows:
	for i := range total {
		for j, c := range items {
			if math.IsInf(c[i], 0) {
				return nil, 0, Refuse(NotFinite, "item %d, row %d", j, i)
			}
			if math.Abs(c[i]) > largest {
				return nil, 0, Refuse(OutOfRange, "item %d, row %d is too large to square", j, i)
			}
		}
		for _, c := range items {
			if math.IsNaN(c[i]) {
				continue rows
			}
		}
		keep = append(keep, i)
	}
	cols = make([][]float64, len(items))
	for j, c := range items {
		if len(keep) == total {
			cols[j] = c
			continue
		}
		cols[j] = make([]float64, len(keep))
		for r, i := range keep {
			cols[j][r] = c[i]
		}
	}
	return cols, total, nil
}

// covMatrix is the sample covariance (divisor n − 1), centred first. A column whose deviations are rounding noise of
// its mean counts as constant.
func covMatrix(cols [][]float64) [][]float64 {
	k, n := len(cols), len(cols[0])
	dev := make([][]float64, k)
	for j, c := range cols {
		m := meanOf(c)
		dev[j] = make([]float64, n)
		var ss float64
		for i, v := range c {
			dev[j][i] = v - m
			ss += dev[j][i] * dev[j][i]
		}
		if ss <= float64(n)*sq(m*4e-16) {
			clear(dev[j])
		}
	}
	cov := make([][]float64, k)
	for i := range k {
		cov[i] = make([]float64, k)
		for j := range i + 1 {
			var s float64
			for r := range n {
				s += dev[i][r] * dev[j][r]
			}
			cov[i][j] = s / float64(n-1)
			cov[j][i] = cov[i][j]
		}
	}
	return cov
}

// pairwiseCov is the covariance of each pair over the rows where both are there; nil when a pair has fewer than 2.
func pairwiseCov(items [][]float64) [][]float64 {
	k := len(items)
	cov := make([][]float64, k)
	for i := range k {
		cov[i] = make([]float64, k)
	}
	for i := range k {
		for j := range i + 1 {
			var a, b []float64
			for r := range items[i] {
				if !math.IsNaN(items[i][r]) && !math.IsNaN(items[j][r]) {
					a = append(a, items[i][r])
					b = append(b, items[j][r])
				}
			}
			if len(a) < 2 {
				return nil
			}
			c := covMatrix([][]float64{a, b})[0][1]
			cov[i][j], cov[j][i] = c, c
		}
	}
	return cov
}

func sq(x float64) float64 { return x * x }

// medianOf is the median of a copy; NaN of nothing.
func medianOf(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	s := slices.Clone(xs)
	slices.Sort(s)
	h := len(s) / 2
	if len(s)%2 == 1 {
		return s[h]
	}
	return s[h-1]/2 + s[h]/2
}
