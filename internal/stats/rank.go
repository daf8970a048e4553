package stats

import (
	"math"
)

// SpearmanResult is a rank correlation with the variants packages report.
type SpearmanResult struct {
	CorrResult          // p from t with n−2; CI after Bonett & Wright
	CIFisher   Interval // plain Fisher, 1/(n−3)
	PExact     float64  // from all permutations; NaN with ties or n > 9
}

// Spearman is the Pearson correlation of mid-ranks. p uses the t approximation (R's exact = FALSE, scipy); PExact counts
// all permutations up to n = 9 without ties. Interval: Fisher z with variance (1 + ρ²/2)/(n−3) (Bonett & Wright 2000,
// doi:10.1007/BF02294183), which covers ≥ 93 % from n = 12 on. Pairs with NaN are dropped.
//
// Refusals: as Pearson.
func Spearman(x, y []float64, level float64) (*SpearmanResult, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	x, y, err = completePairs(x, y)
	if err != nil {
		return nil, err
	}
	rx, tx := midRanks(x)
	ry, ty := midRanks(y)
	c, err := pearson(rx, ry, level)
	if err != nil {
		return nil, err
	}
	out := &SpearmanResult{CorrResult: *c, CIFisher: c.CI, PExact: math.NaN()}
	n := float64(c.N)
	out.CI = fisherCI(c.R, math.Sqrt((1+c.R*c.R/2)/(n-3)), level)
	if !tx && !ty && c.N <= 9 {
		out.PExact = spearmanExact(rx, ry)
	}
	return out, nil
}

// spearmanExact is min(1, 2·P(S at least as extreme)) over all n! permutations, S = Σd².
func spearmanExact(rx, ry []float64) float64 {
	n := len(rx)
	s := 0
	for i := range rx {
		d := int(rx[i] - ry[i])
		s += d * d
	}
	perm := make([]int, n)
	for i := range perm {
		perm[i] = i
	}
	low, high, all := 0, 0, 0
	var walk func(k, sum int)
	walk = func(k, sum int) {
		if k == n {
			all++
			if sum <= s {
				low++
			}
			if sum >= s {
				high++
			}
			return
		}
		for i := k; i < n; i++ {
			perm[k], perm[i] = perm[i], perm[k]
			d := perm[k] - k
			walk(k+1, sum+d*d)
			perm[k], perm[i] = perm[i], perm[k]
		}
	}
	walk(0, 0)
	return math.Min(1, 2*float64(min(low, high))/float64(all))
}

// midRanks ranks from 1; equal values share the mean of their ranks.
func midRanks(x []float64) (rank []float64, ties bool) {
	order := argsort(len(x), func(a, b int) bool { return x[a] < x[b] })
	rank = make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			rank[order[k]] = float64(i+j+1) / 2
		}
		ties = ties || j > i+1
		i = j
	}
	return rank, ties
}

// KendallResult is tau-b.
type KendallResult struct {
	Tau     float64
	Z       float64 // tie-corrected normal approximation, no continuity correction
	PNormal float64
	PExact  float64  // NaN with ties or n ≥ 50
	P       float64  // PExact where there is one, else PNormal
	CI      Interval // Fisher z with variance .437/(n−4), Fieller, Hartley & Pearson 1957
	T       float64  // concordant pairs, where there are no ties; else NaN
	N       int
}

// Kendall is tau-b (Kendall 1945, doi:10.1093/biomet/33.3.239) in O(n log n) (Knight 1966). p is exact for n < 50
// without ties (as R), else normal with the tie-corrected variance. The interval (doi:10.1093/biomet/44.3-4.470) is an
// approximation that covers ≥ 93 % from n = 20 on where |τ| < .7. Pairs with NaN are dropped.
//
// Refusals: as Pearson.
func Kendall(x, y []float64, level float64) (*KendallResult, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	x, y, err = completePairs(x, y)
	if err != nil {
		return nil, err
	}
	n := len(x)
	if n < 3 {
		return nil, TooFew(InsufficientObservations, 3, n)
	}
	order := argsort(n, func(a, b int) bool { return x[a] < x[b] || (x[a] == x[b] && y[a] < y[b]) })
	xs, ys := make([]float64, n), make([]float64, n)
	for i, o := range order {
		xs[i], ys[i] = x[o], y[o]
	}
	tx := tieSums(xs, nil)
	both := tieSums(xs, ys)
	sorted := append([]float64(nil), ys...)
	swaps := inversions(sorted, make([]float64, n))
	ty := tieSums(sorted, nil)
	all := float64(n) * float64(n-1) / 2
	if tx.pairs == all || ty.pairs == all {
		return nil, Refuse(NoVariation, "a column does not vary")
	}
	s := all - tx.pairs - ty.pairs + both.pairs - 2*swaps
	out := &KendallResult{N: n, T: math.NaN(), PExact: math.NaN()}
	out.Tau = s / math.Sqrt(all-tx.pairs) / math.Sqrt(all-ty.pairs)
	out.Tau = clampR(out.Tau)
	f := float64(n)
	v := (f*(f-1)*(2*f+5)-tx.five-ty.five)/18 + tx.two*ty.two/(2*f*(f-1))
	if n > 2 {
		v += tx.three * ty.three / (9 * f * (f - 1) * (f - 2))
	}
	out.Z = s / math.Sqrt(v)
	out.PNormal = normTwoSided(out.Z)
	out.P = out.PNormal
	if tx.pairs == 0 && ty.pairs == 0 {
		out.T = all - swaps
		if n < 50 {
			out.PExact = kendallExact(int(math.Round(out.T)), n)
			out.P = out.PExact
		}
	}
	sd := math.NaN()
	if n > 4 {
		sd = math.Sqrt(.437 / (f - 4))
	}
	out.CI = fisherCI(out.Tau, sd, level)
	return out, nil
}

// ties sums over groups of t equal values: t(t−1)/2, t(t−1), t(t−1)(t−2), t(t−1)(2t+5).
type ties struct{ pairs, two, three, five float64 }

func tieSums(x, with []float64) (s ties) {
	for i := 0; i < len(x); {
		j := i + 1
		for j < len(x) && x[j] == x[i] && (with == nil || with[j] == with[i]) {
			j++
		}
		t := float64(j - i)
		s.pairs += t * (t - 1) / 2
		s.two += t * (t - 1)
		s.three += t * (t - 1) * (t - 2)
		s.five += t * (t - 1) * (2*t + 5)
		i = j
	}
	return s
}

// inversions sorts x and counts the pairs out of order.
func inversions(x, buf []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	h := len(x) / 2
	count := inversions(x[:h], buf[:h]) + inversions(x[h:], buf[h:])
	copy(buf, x)
	a, b := buf[:h], buf[h:]
	for i := range x {
		if len(b) == 0 || (len(a) > 0 && a[0] <= b[0]) {
			x[i], a = a[0], a[1:]
		} else {
			count += float64(len(a))
			x[i], b = b[0], b[1:]
		}
	}
	return count
}

// kendallExact is the two-sided p of T concordant pairs: min(1, 2·min(P(≤T), P(≥T))).
func kendallExact(t, n int) float64 {
	most := n * (n - 1) / 2
	prob := make([]float64, most+1)
	prob[0] = 1
	next := make([]float64, most+1)
	for k := 2; k <= n; k++ { // the k-th value makes 0…k−1 concordant pairs with those before, each as likely
		for c := 0; c <= k*(k-1)/2; c++ { // sums of positive terms keep the digits of small tails
			run := 0.0
			for j := max(0, c-k+1); j <= c; j++ {
				run += prob[j]
			}
			next[c] = run / float64(k)
		}
		prob, next = next, prob
	}
	low, high := 0.0, 0.0
	for c, p := range prob {
		if c <= t {
			low += p
		}
		if c >= t {
			high += p
		}
	}
	return math.Min(1, 2*math.Min(low, high))
}
