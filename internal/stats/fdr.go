package stats

import (
	"math"
	"sort"
)

// Adjusted p-values: each function returns one value per p in the order given; NaN (a pair that was not tested) stays
// NaN and is not counted in m, as R's p.adjust has it. p outside [0, 1] is refused. Reject when adjusted ≤ level.

// BH is the step-up of Benjamini & Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x): q_(i) = min over j ≥ i of
// p_(j)·m/j, capped at 1. Controls the false discovery rate under independence or positive dependence.
func BH(p []float64) ([]float64, error) {
	return stepUp(p, func(_, m int) float64 { return float64(m) }, func(i, _ int) float64 { return float64(i) })
}

// BY is Benjamini & Yekutieli (2001, doi:10.1214/aos/1013699998): BH times Σ1/i, for any dependence.
func BY(p []float64) ([]float64, error) {
	return stepUp(p, func(_, m int) float64 {
		h := 0.0
		for i := m; i >= 1; i-- {
			h += 1 / float64(i)
		}
		return h * float64(m)
	}, func(i, _ int) float64 { return float64(i) })
}

// Hochberg is the step-up of Hochberg (1988, doi:10.1093/biomet/75.4.800): family-wise error under independence.
func Hochberg(p []float64) ([]float64, error) {
	return stepUp(p, func(i, m int) float64 { return float64(m - i + 1) }, func(int, int) float64 { return 1 })
}

// Bonferroni multiplies by the number of tests.
func Bonferroni(p []float64) ([]float64, error) {
	order, err := ranked(p)
	if err != nil {
		return nil, err
	}
	out := nans(len(p))
	for _, i := range order {
		out[i] = math.Min(1, p[i]*float64(len(order)))
	}
	return out, nil
}

// Holm is the step-down of Holm (1979): family-wise error under any dependence.
func Holm(p []float64) ([]float64, error) {
	order, err := ranked(p)
	if err != nil {
		return nil, err
	}
	out := nans(len(p))
	high := 0.0
	for i, at := range order {
		high = math.Max(high, math.Min(1, p[at]*float64(len(order)-i)))
		out[at] = high
	}
	return out, nil
}

// stepUp runs from the largest p down: value = min so far of p·factor(i, m)/divisor(i, m).
func stepUp(p []float64, factor, divisor func(i, m int) float64) ([]float64, error) {
	order, err := ranked(p)
	if err != nil {
		return nil, err
	}
	out := nans(len(p))
	m := len(order)
	low := 1.0
	for i := m; i >= 1; i-- {
		at := order[i-1]
		low = math.Min(low, p[at]*factor(i, m)/divisor(i, m))
		out[at] = low
	}
	return out, nil
}

// ranked lists the positions of the p-values that are there, smallest first.
func ranked(p []float64) ([]int, error) {
	order := make([]int, 0, len(p))
	for i, v := range p {
		if math.IsNaN(v) {
			continue
		}
		if v < 0 || v > 1 {
			return nil, Refuse(OutOfRange, "p[%d] = %v is not a probability", i, v)
		}
		order = append(order, i)
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] < p[order[b]] })
	return order, nil
}

func nans(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}
