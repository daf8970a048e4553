package stats

import (
	"math"
	"slices"
	"sort"
)

// LogRankResult compares the survival of groups.
type LogRankResult struct {
	ChiSq    float64
	DF       int
	P        float64
	Group    []int // codes, ascending; the slices below are parallel to it
	N        []int
	Observed []float64 // events (weighted by S(t−)^ρ)
	Expected []float64
}

// LogRank tests whether groups leave at the same rate.
//
// rho = 0 is the log-rank test; rho = 1 weighs early events more by the pooled curve just before each event (Peto–Peto
// as in R's survdiff; Harrington & Fleming 1982). χ² with groups − 1 degrees of freedom, hypergeometric variance.
//
// Refuses: fewer than 2 groups (insufficient_teams), no events (no_variation), and what KaplanMeier refuses.
//
// Sources: Mantel (1966); Peto & Peto (1972) doi:10.2307/2344317; Harrington & Fleming (1982)
// doi:10.1093/biomet/69.3.553.
func LogRank(l Lifetimes, group []int, rho float64) (*LogRankResult, error) {
	l, err := l.check()
	if err != nil {
		return nil, err
	}
	n := len(l.Time)
	if len(group) != n {
		return nil, Refuse(LengthMismatch, "%d times, %d group codes", n, len(group))
	}
	if math.IsNaN(rho) || math.IsInf(rho, 0) {
		return nil, Refuse(NotFinite, "rho")
	}
	codes := slices.Clone(group)
	slices.Sort(codes)
	codes = slices.Compact(codes)
	k := len(codes)
	if k < 2 {
		return nil, TooFew(InsufficientTeams, 2, k)
	}
	r := &LogRankResult{DF: k - 1, Group: codes, N: make([]int, k), Observed: make([]float64, k), Expected: make([]float64, k)}
	g := make([]int, n)
	for i, c := range group {
		g[i], _ = slices.BinarySearch(codes, c)
		r.N[g[i]]++
	}
	v := square(k)
	s := 1.0 // pooled survival just before the event
	events := 0.0
	riskWalk(l, func(_ float64, atRisk func(int) float64, dead []int) {
		var tot float64
		nk := make([]float64, k)
		for c := range k {
			nk[c] = atRisk(c)
			tot += nk[c]
		}
		d := float64(len(dead))
		events += d
		w := math.Pow(s, rho)
		for _, i := range dead {
			r.Observed[g[i]] += w
		}
		for a := range k {
			r.Expected[a] += w * d * nk[a] / tot
			if tot > 1 {
				f := w * w * d * (tot - d) / (tot - 1) * nk[a] / tot
				v[a][a] += f
				for b := range k {
					v[a][b] -= f * nk[b] / tot
				}
			}
		}
		s *= (tot - d) / tot
	}, g, k)
	if events == 0 {
		return nil, Refuse(NoVariation, "no events")
	}
	diff := make([]float64, 0, k-1)
	sub := make([][]float64, 0, k-1)
	for a := range k - 1 {
		diff = append(diff, r.Observed[a]-r.Expected[a])
		sub = append(sub, v[a][:k-1])
	}
	x := solveSym(sub, diff)
	if x == nil {
		return nil, Refuse(NotIdentified, "a group is never at risk beside another")
	}
	r.ChiSq = dotp(x, diff)
	r.P = chi2Upper(r.ChiSq, float64(r.DF))
	return r, nil
}

// riskWalk visits the distinct event times in ascending order with the number at risk per group and the units that
// have the event then.
func riskWalk(l Lifetimes, visit func(t float64, atRisk func(group int) float64, dead []int), group []int, groups int) {
	exits, entries := make([][]float64, groups), make([][]float64, groups)
	byTime := map[float64][]int{}
	var times []float64
	for i, t := range l.Time {
		exits[group[i]] = append(exits[group[i]], t)
		if l.Entry != nil {
			entries[group[i]] = append(entries[group[i]], l.Entry[i])
		}
		if l.Event[i] {
			if byTime[t] == nil {
				times = append(times, t)
			}
			byTime[t] = append(byTime[t], i)
		}
	}
	for c := range groups {
		slices.Sort(exits[c])
		slices.Sort(entries[c])
	}
	slices.Sort(times)
	for _, t := range times {
		visit(t, func(c int) float64 {
			out := len(exits[c]) - sort.SearchFloat64s(exits[c], t)
			if len(entries[c]) > 0 {
				out -= len(entries[c]) - sort.SearchFloat64s(entries[c], t)
			}
			return float64(out)
		}, byTime[t])
	}
}
