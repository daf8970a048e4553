package stats

import (
	"context"
	"math/bits"
)

// GroupShares splits R² of y between groups of drivers. Shares are fractions of R² and sum to 1; the rest is in units of R².
type GroupShares struct {
	N        int
	R2       float64
	R2CI     Interval
	Share    []float64
	ShareCI  []Interval
	Alone    []float64 // R² of the group's drivers by themselves
	Last     []float64 // what the group adds to all the others
	Clusters int       // that were resampled
}

// DriverGroups splits the R² of y on the drivers x between groups of them: the Shapley value with whole groups as players, so that a
// group gains nothing by having more members. groups[j] is the group of driver j, from 0 without gaps; with two groups the share of
// the first is ½(R²(A) + R²(AB) − R²(B)) / R²(AB). Intervals are percentiles of bootstrap draws of rows, or with cluster of whole
// clusters; more than 500 rows without clusters are drawn in 500 bunches, which costs nothing in precision and much less time.
//
// Say what they are: shares of explained variance among what was measured, not effects. R² of small samples is too large; from 100
// rows and with six drivers by less than .06.
// Refuses what Drivers refuses, fewer than two groups and a gap in their numbers (out_of_range).
//
// Shapley (1953), doi:10.1515/9781400881970-018; Grömping (2006), doi:10.18637/jss.v017.i01 (groups of regressors in lmg).
func DriverGroups(ctx context.Context, y []float64, x [][]float64, names []string, groups, cluster []int, opt BootOptions) (*GroupShares, error) {
	if len(groups) != len(x) {
		return nil, Refuse(LengthMismatch, "a group for each driver")
	}
	k := 0
	for _, g := range groups {
		k = max(k, g+1)
	}
	sets := make([]int, k) // the drivers of each group, as a mask
	for j, g := range groups {
		if g < 0 || k > len(x) {
			return nil, Refuse(OutOfRange, "groups are numbered from 0")
		}
		sets[g] |= 1 << j
	}
	for _, s := range sets {
		if s == 0 || k < 2 {
			return nil, Refuse(OutOfRange, "two groups or more, each with a driver")
		}
	}
	cols, n, err := driverColumns(y, x, names)
	if err != nil {
		return nil, err
	}
	codes, g, err := drawn(y, x, cluster, n)
	if err != nil {
		return nil, err
	}
	if opt.ExactUpTo == 0 {
		opt.ExactUpTo = -1
	}
	q := len(cols) + 1
	mo := newMoments(append([][]float64{onesCol(n)}, cols...), codes)
	raw, s := make([]float64, q*q), make([]float64, (q-1)*(q-1))
	run, err := Bootstrap(ctx, g, 1+3*k, func(counts []int, out []float64) bool {
		mo.sum(counts, raw)
		for a := 1; a < q; a++ { // sums of squares about the mean of the resample
			for b := 1; b < q; b++ {
				s[(a-1)*(q-1)+b-1] = raw[a*q+b] - raw[a]*raw[b]/raw[0]
			}
		}
		return groupsOf(s, q-1, sets, out)
	}, opt)
	if err != nil {
		return nil, err
	}
	out := &GroupShares{N: n, R2: run.Stats[0].Estimate, R2CI: run.Stats[0].Pct, Clusters: g}
	for i := range k {
		out.Share, out.ShareCI = append(out.Share, run.Stats[1+i].Estimate), append(out.ShareCI, run.Stats[1+i].Pct)
		out.Alone, out.Last = append(out.Alone, run.Stats[1+k+i].Estimate), append(out.Last, run.Stats[1+2*k+i].Estimate)
	}
	return out, nil
}

// bunches is how many parts rows are drawn in where there are more.
const bunches = 500

// drawn says what the bootstrap draws: clusters, rows, or bunches of rows that have nothing to do with each other.
func drawn(y []float64, x [][]float64, cluster []int, n int) (codes []int, g int, err error) {
	if cluster != nil {
		if len(cluster) != len(y) {
			return nil, 0, Refuse(LengthMismatch, "cluster")
		}
		rows, err := completeRows(append([][]float64{y}, x...)...)
		if err != nil {
			return nil, 0, err
		}
		codes, g = recode(pick(cluster, rows))
		return codes, g, nil
	}
	if n <= bunches {
		return nil, n, nil
	}
	codes = make([]int, n)
	for i := range codes {
		codes[i] = i % bunches
	}
	return codes, bunches, nil
}

// groupsOf writes R², then the share, the R² alone and the R² added last of each group.
func groupsOf(s []float64, q int, sets []int, out []float64) bool {
	big, r, ok := correlations(s, q)
	if !ok {
		return false
	}
	sub, ok := subsetR2(big, r)
	if !ok {
		return false
	}
	k := len(sets)
	worth := make([]float64, 1<<k) // R² of each set of groups
	for m := range worth {
		drivers := 0
		for g, set := range sets {
			if m>>g&1 == 1 {
				drivers |= set
			}
		}
		worth[m] = sub[drivers]
	}
	full := len(worth) - 1
	if !(worth[full] > 0) {
		return false
	}
	out[0] = worth[full]
	for g := range sets {
		bit, share := 1<<g, 0.0
		for m := range worth {
			if m&bit == 0 {
				share += shapley(k, bits.OnesCount(uint(m))) * (worth[m|bit] - worth[m])
			}
		}
		out[1+g], out[1+k+g], out[1+2*k+g] = share/worth[full], worth[bit], worth[full]-worth[full&^bit]
	}
	return true
}

// shapley is the weight of a set of size others among p players: size! (p − size − 1)! / p!.
func shapley(p, size int) float64 {
	w := 1 / float64(p)
	for i := 1; i <= size; i++ {
		w *= float64(i) / float64(p-i)
	}
	return w
}
