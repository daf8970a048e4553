package stats

import (
	"math"
	"sort"
)

// GroupAgreement is the within-group agreement of one group.
type GroupAgreement struct {
	Group int     // the caller's code
	N     int     // members who answered
	RWG   float64 // NaN for a group of one: agreement of one person is undefined
	Star  float64 // Lindell & Brandt's r*: the same without setting negative values to 0
}

// UniformNullVariance is the variance of an answer drawn evenly from a options: (a² − 1)/12.
func UniformNullVariance(a int) float64 { return (float64(a)*float64(a) - 1) / 12 }

// RWG computes the within-group agreement of one item.
//
//	r_wg = 1 − s²/σ²_null, set to 0 where it would be negative
//
// y is one answer per person (NaN: missing), group the group codes, null the variance expected if people answered at
// random: UniformNullVariance(options), or one of a skewed null. Groups come back in ascending order of code.
//
// Refuses: null ≤ 0 (out_of_range), no answers (insufficient_observations).
//
// Source: James, Demaree & Wolf (1984) doi:10.1037/0021-9010.69.1.85.
func RWG(y []float64, group []int, null float64) ([]GroupAgreement, error) {
	return RWGJ([][]float64{y}, group, null)
}

// RWGJ computes the within-group agreement of the mean of J items.
//
//	r_wg(J) = J(1 − q)/(J(1 − q) + q),  q = mean item variance / σ²_null, at most 1
//
// items holds one column per item; each item's variance uses the answers given to it. With J = 1 this is r_wg.
//
// Sources: James, Demaree & Wolf (1984) doi:10.1037/0021-9010.69.1.85; Lindell, Brandt & Whitney (1999)
// doi:10.1177/01466219922031257.
func RWGJ(items [][]float64, group []int, null float64) ([]GroupAgreement, error) {
	if !(null > 0) || math.IsInf(null, 0) {
		return nil, Refuse(OutOfRange, "null variance = %v", null)
	}
	if len(items) == 0 {
		return nil, TooFew(InsufficientObservations, 1, 0)
	}
	if err := sameLength(len(group), items...); err != nil {
		return nil, err
	}
	members := map[int][]int{}
	for i, g := range group {
		members[g] = append(members[g], i)
	}
	codes := make([]int, 0, len(members))
	for g := range members {
		codes = append(codes, g)
	}
	sort.Ints(codes)
	out := make([]GroupAgreement, 0, len(codes))
	answers := 0
	for _, g := range codes {
		a := GroupAgreement{Group: g, RWG: math.NaN(), Star: math.NaN()}
		var sum float64
		used := 0
		someone := map[int]bool{}
		for j, c := range items {
			var v []float64
			for _, i := range members[g] {
				if math.IsInf(c[i], 0) {
					return nil, Refuse(NotFinite, "item %d, row %d", j, i)
				}
				if !math.IsNaN(c[i]) {
					v = append(v, c[i])
					someone[i] = true
				}
			}
			if len(v) >= 2 {
				sum += covMatrix([][]float64{v})[0][0]
				used++
			}
		}
		a.N = len(someone)
		answers += a.N
		if used == len(items) {
			q := sum / float64(used) / null
			a.Star = 1 - q
			q = math.Min(q, 1)
			j := float64(used)
			a.RWG = j * (1 - q) / (j*(1-q) + q)
		}
		out = append(out, a)
	}
	if answers == 0 {
		return nil, TooFew(InsufficientObservations, 1, 0)
	}
	return out, nil
}

// SummariseRWG gives mean, median and the share of groups at or above a line (.70 by habit), over the groups where
// agreement is defined; n is how many those are.
func SummariseRWG(groups []GroupAgreement, line float64) (mean, median, share float64, n int) {
	var v []float64
	for _, g := range groups {
		if !math.IsNaN(g.RWG) {
			v = append(v, g.RWG)
			mean += g.RWG
			if g.RWG >= line {
				share++
			}
		}
	}
	n = len(v)
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN(), 0
	}
	return mean / float64(n), medianOf(v), share / float64(n), n
}
