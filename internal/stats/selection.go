package stats

import (
	"context"
	"math"
	"math/rand/v2"
	"sort"
)

// FCR adjusts the intervals of a selected list for the selection (Benjamini & Yekutieli 2005,
// doi:10.1198/016214504000001907): with r of m estimates selected (by BH at 1 − level, say), each selected one's
// interval is taken at level 1 − (1 − level)·r/m, so that on average no more than 1 − level of the intervals shown miss.
// interval gives estimate i's marginal interval at a level. The result holds the selected ones, in the order of selected.
//
// Refusals: out_of_range (level, an index outside 0…m−1).
func FCR(m int, selected []int, level float64, interval func(i int, level float64) Interval) ([]Interval, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	out := make([]Interval, len(selected))
	at := 1 - (1-level)*float64(len(selected))/float64(m)
	for k, i := range selected {
		if i < 0 || i >= m {
			return nil, Refuse(OutOfRange, "selected %d of %d", i, m)
		}
		out[k] = interval(i, at)
	}
	return out, nil
}

// FCRNormal is FCR of estimates with standard errors: it selects those whose BH-adjusted p is at most 1 − level and
// returns their intervals, NaN for the others. df nil means normal quantiles, else t with df[i].
func FCRNormal(b, se, df []float64, level float64) (selected []int, ci []Interval, err error) {
	level, err = checkLevel(level)
	if err != nil {
		return nil, nil, err
	}
	if err := sameLength(len(b), se); err != nil {
		return nil, nil, err
	}
	if df != nil && len(df) != len(b) {
		return nil, nil, Refuse(LengthMismatch, "%d estimates and %d df", len(b), len(df))
	}
	p := nans(len(b))
	m := 0
	for i := range b {
		if isMissing(b[i], se[i]) {
			continue
		}
		if math.IsInf(b[i], 0) || !(se[i] > 0) {
			return nil, nil, Refuse(OutOfRange, "estimate %v with error %v", b[i], se[i])
		}
		m++
		p[i] = normTwoSided(b[i] / se[i])
		if df != nil {
			p[i] = tTwoSided(b[i]/se[i], df[i])
		}
	}
	q, err := BH(p)
	if err != nil {
		return nil, nil, err
	}
	ci = make([]Interval, len(b))
	for i := range ci {
		ci[i] = Interval{math.NaN(), math.NaN(), level}
		if q[i] <= 1-level {
			selected = append(selected, i)
		}
	}
	at := 1 - (1-level)*float64(len(selected))/float64(max(m, 1))
	for _, i := range selected {
		k := normQuantile(0.5 + at/2)
		if df != nil {
			k = tQuantile(0.5+at/2, df[i])
		}
		ci[i] = Interval{b[i] - k*se[i], b[i] + k*se[i], at}
	}
	return selected, ci, nil
}

func isMissing(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) {
			return true
		}
	}
	return false
}

// RankInterval is where a unit's rank may lie, 1 = highest.
type RankInterval struct{ Lo, Hi int }

// RankIntervals are simultaneous intervals for all ranks at once (Mogstad, Romano, Shaikh & Wilhelm 2024,
// doi:10.1093/restud/rdad006): all pairwise differences get simultaneous intervals by the maximum of the normalised
// differences under independent normal errors, simulated from the seed; a unit can be no higher than below those that
// are surely above it. With probability level every true rank lies in its interval. Estimates are independent with
// standard errors se (normal, so for groups of about 30 or more). With intervals that all span everything, no ranking
// may be shown.
//
// Refusals: length_mismatch, not_finite, out_of_range, insufficient_teams (fewer than 2), canceled.
func RankIntervals(ctx context.Context, b, se []float64, level float64, draws int, seed uint64) ([]RankInterval, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	if err := sameLength(len(b), se); err != nil {
		return nil, err
	}
	if err := finite("b", b); err != nil {
		return nil, err
	}
	if err := finite("se", se); err != nil {
		return nil, err
	}
	for i, s := range se {
		if !(s > 0) {
			return nil, Refuse(OutOfRange, "se[%d] = %v", i, s)
		}
	}
	n := len(b)
	if n < 2 {
		return nil, TooFew(InsufficientTeams, 2, n)
	}
	if draws == 0 {
		draws = 9999
	}
	if draws < 100 || draws > 1_000_000 || n > 5000 {
		return nil, Refuse(OutOfRange, "%d draws of %d units", draws, n)
	}
	crit, err := maxPairQuantile(ctx, se, level, draws, seed)
	if err != nil {
		return nil, err
	}
	out := make([]RankInterval, n)
	for i := range b {
		above, below := 0, 0
		for j := range b {
			if i == j {
				continue
			}
			d, h := b[j]-b[i], crit*math.Hypot(se[i], se[j])
			if d > h {
				above++
			} else if d < -h {
				below++
			}
		}
		out[i] = RankInterval{1 + above, n - below}
	}
	return out, nil
}

// maxPairQuantile is the quantile of max over pairs of |z_i s_i − z_j s_j| / √(s_i² + s_j²).
func maxPairQuantile(ctx context.Context, se []float64, level float64, draws int, seed uint64) (float64, error) {
	rng := rand.New(rand.NewPCG(seed, 0x52616e6b))
	n := len(se)
	e := make([]float64, n)
	most := make([]float64, draws)
	for d := range most {
		if d&63 == 0 && ctx.Err() != nil {
			return 0, Refuse(Canceled, "after %d of %d draws", d, draws)
		}
		for i := range e {
			e[i] = se[i] * rng.NormFloat64()
		}
		top := 0.0
		for i := range e {
			for j := range i {
				x := e[i] - e[j]
				if q := x * x / (se[i]*se[i] + se[j]*se[j]); q > top {
					top = q
				}
			}
		}
		most[d] = math.Sqrt(top)
	}
	sort.Float64s(most)
	return most[min(draws-1, int(math.Ceil(level*float64(draws+1)))-1)], nil
}
