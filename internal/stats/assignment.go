package stats

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// rollout turns a panel and a set of start dates into contrasts: a unit's mean over a segment after its start minus its
// mean before, against units that have not started by the end of the segment. Segments lie between start dates.
type rollout struct {
	units  int
	order  []int // distinct start columns, ascending
	label  []int // per unit: index into order, len(order) = never
	block  []int // per unit
	pairs  []rolloutPair
	smooth bool // some group is too small for a variance of its own: pool the variances
}

// rolloutPair is one (start, segment): d is the contrast of each unit, e its exposure to the observed treatment.
type rolloutPair struct {
	start, seg int
	length     float64
	d, e       []float64
}

// newRollout prepares the contrasts; columns from until on are ignored.
func newRollout(y [][]float64, start, block []int, until int) (*rollout, error) {
	n := len(y)
	if len(start) != n || (block != nil && len(block) != n) {
		return nil, Refuse(LengthMismatch, "%d units, %d start dates", n, len(start))
	}
	if n < 2 {
		return nil, TooFew(InsufficientTeams, 2, n)
	}
	r := &rollout{units: n, label: make([]int, n), block: make([]int, n)}
	if block != nil {
		r.block, _ = recode(block)
	}
	for i, s := range start {
		if len(y[i]) < until {
			return nil, Refuse(LengthMismatch, "unit %d", i)
		}
		for _, v := range y[i][:until] {
			if math.IsInf(v, 0) {
				return nil, Refuse(NotFinite, "unit %d", i)
			}
		}
		if s >= 0 && s < until {
			r.order = append(r.order, s)
		}
	}
	slices.Sort(r.order)
	r.order = slices.Compact(r.order)
	if len(r.order) == 0 {
		return nil, TooFew(TooFewTreated, 1, 0)
	}
	if r.order[0] < 1 {
		return nil, TooFew(InsufficientPeriods, 1, 0)
	}
	size := make([]int, len(r.order)+1)
	for i, s := range start {
		r.label[i] = len(r.order)
		if s >= 0 && s < until {
			r.label[i], _ = slices.BinarySearch(r.order, s)
		}
		size[r.label[i]]++
	}
	for g := range r.order {
		for k := g; k < len(r.order); k++ {
			from, to := r.order[k], until
			if k+1 < len(r.order) {
				to = r.order[k+1]
			}
			later := 0
			for h := k + 1; h <= len(r.order); h++ {
				later += size[h]
			}
			if later == 0 {
				continue
			}
			r.smooth = r.smooth || size[g] < 6 || later < 6
			p := rolloutPair{start: g, seg: k, length: float64(to - from), d: make([]float64, n), e: make([]float64, n)}
			for i := range n {
				pre, preExp, ok1 := spanMean(y[i], 0, r.order[g], start[i])
				post, postExp, ok2 := spanMean(y[i], from, to, start[i])
				if !ok1 || !ok2 {
					return nil, Refuse(InsufficientPeriods, "unit %d has no value before or after column %d", i, r.order[g])
				}
				p.d[i], p.e[i] = post-pre, postExp-preExp
			}
			r.pairs = append(r.pairs, p)
		}
	}
	if len(r.pairs) == 0 {
		return nil, TooFew(NoComparison, 1, 0)
	}
	return r, nil
}

// spanMean is the mean of the values there are in columns from…to−1, and the share of them at or after the unit's start.
func spanMean(y []float64, from, to, start int) (mean, exposed float64, ok bool) {
	n := 0.0
	for t := from; t < to; t++ {
		if math.IsNaN(y[t]) {
			continue
		}
		n++
		mean += y[t]
		if start >= 0 && t >= start {
			exposed++
		}
	}
	if n == 0 {
		return 0, 0, false
	}
	return mean / n, exposed / n, true
}

// contrast is what one assignment says for every constant effect tau of the observed treatment that is taken off: the
// effect that is left is a − tau·b, its variance aa − 2·tau·ab + tau²·bb.
type contrast struct{ a, b, aa, ab, bb float64 }

func (c contrast) at(tau float64) (att, se float64) {
	return c.a - tau*c.b, math.Sqrt(max(0, c.aa-tau*(2*c.ab-tau*c.bb)))
}

// contrast is the mean effect over treated unit-periods and its variance when units start as label says. psi and psiE are
// scratch of length units: each unit's influence on the effect, and on the exposure.
func (r *rollout) contrast(label []int, psi, psiE []float64) (c contrast) {
	clear(psi)
	clear(psiE)
	total := 0.0
	size := make([]int, len(r.order)+1)
	for _, l := range label {
		size[l]++
	}
	for _, p := range r.pairs {
		total += float64(size[p.start]) * p.length
	}
	for _, p := range r.pairs {
		var m, mE, n [2]float64
		for i, l := range label {
			side := -1
			if l == p.start {
				side = 1
			} else if l > p.seg {
				side = 0
			}
			if side >= 0 {
				m[side] += p.d[i]
				mE[side] += p.e[i]
				n[side]++
			}
		}
		for side := range n {
			m[side], mE[side] = m[side]/n[side], mE[side]/n[side]
		}
		w := n[1] * p.length / total
		c.a += w * (m[1] - m[0])
		c.b += w * (mE[1] - mE[0])
		if len(r.pairs) == 1 && r.smooth {
			c.aa, c.ab, c.bb = 0, 0, 0
			for i, l := range label {
				side := bit(l == p.start)
				if side == 0 && l <= p.seg {
					continue
				}
				x, e := p.d[i]-m[side], p.e[i]-mE[side]
				c.aa, c.ab, c.bb = c.aa+x*x, c.ab+x*e, c.bb+e*e
			}
			scale := (1/n[0] + 1/n[1]) / (n[0] + n[1] - 2)
			c.aa, c.ab, c.bb = c.aa*scale, c.ab*scale, c.bb*scale
			return c
		}
		for i, l := range label {
			switch {
			case l == p.start:
				psi[i] += w * (p.d[i] - m[1]) / n[1]
				psiE[i] += w * (p.e[i] - mE[1]) / n[1]
			case l > p.seg:
				psi[i] -= w * (p.d[i] - m[0]) / n[0]
				psiE[i] -= w * (p.e[i] - mE[0]) / n[0]
			}
		}
	}
	g := float64(r.units) / float64(r.units-1)
	c.aa, c.ab, c.bb = dotp(psi, psi)*g, dotp(psi, psiE)*g, dotp(psiE, psiE)*g
	return c
}

// contrasts gives the contrast of every assignment. Each takes one pass, whatever number of effects it is then asked about.
func (r *rollout) contrasts(ctx context.Context, sets [][]uint8, relabel func(uint8) int) ([]contrast, error) {
	out := make([]contrast, len(sets))
	label, psi, psiE := make([]int, r.units), make([]float64, r.units), make([]float64, r.units)
	for k, s := range sets {
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, Refuse(Canceled, "after %d assignments", k)
		}
		for i, l := range s {
			label[i] = relabel(l)
		}
		out[k] = r.contrast(label, psi, psiE)
	}
	return out, nil
}

// blockCounts gives, per block, how many units have each label.
func (r *rollout) blockCounts() [][]int {
	nb := slices.Max(r.block) + 1
	out := make([][]int, nb)
	for b := range out {
		out[b] = make([]int, len(r.order)+1)
	}
	for i, b := range r.block {
		out[b][r.label[i]]++
	}
	return out
}

// Assignments counts the ways to hand out start dates within blocks: Π n!/Π n_s!. Infinite above 1e15.
func Assignments(blocks [][]int) float64 {
	total := 1.0
	for _, sizes := range blocks {
		left := 0
		for _, s := range sizes {
			left += s
		}
		for _, s := range sizes {
			for i := 1; i <= s; i++ {
				total = total * float64(left-s+i) / float64(i)
			}
			left -= s
			if total > 1e15 {
				return math.Inf(1)
			}
		}
	}
	return math.Round(total)
}

// SmallestP is the smallest two-sided p that randomisation inference can reach: one over the number of assignments, and
// twice that when every block has exactly half of its units treated at one date (the mirror image has the same |t|).
// blocks holds, per block, the number of units at each start date, the last entry being the untreated.
func SmallestP(blocks [][]int) (float64, error) {
	if len(blocks) == 0 {
		return 0, TooFew(InsufficientTeams, 2, 0)
	}
	half, treated := true, 0
	for _, b := range blocks {
		if len(b) < 2 {
			return 0, Refuse(LengthMismatch, "a block needs the number of treated and of untreated units")
		}
		for k, s := range b {
			if s < 0 {
				return 0, Refuse(OutOfRange, "a negative number of units")
			}
			if k < len(b)-1 {
				treated += s
			}
		}
		nonzero := 0
		for _, s := range b[:len(b)-1] {
			if s > 0 {
				nonzero++
				half = half && s == b[len(b)-1]
			}
		}
		half = half && nonzero <= 1 && (nonzero == 1 || b[len(b)-1] == 0)
	}
	if treated == 0 {
		return 0, TooFew(TooFewTreated, 1, 0)
	}
	p := 1 / Assignments(blocks)
	if half {
		p *= 2
	}
	return math.Min(1, p), nil
}

// enumerate visits every assignment of labels within blocks (the label slice is re-used).
func (r *rollout) enumerate(ctx context.Context, visit func(label []int)) error {
	left := r.blockCounts()
	label := make([]int, r.units)
	seen := 0
	var walk func(i int) error
	walk = func(i int) error {
		if i == r.units {
			if seen++; seen%512 == 0 && ctx.Err() != nil {
				return Refuse(Canceled, "after %d assignments", seen)
			}
			visit(label)
			return nil
		}
		c := left[r.block[i]]
		for l := range c {
			if c[l] == 0 {
				continue
			}
			c[l]--
			label[i] = l
			if err := walk(i + 1); err != nil {
				return err
			}
			c[l]++
		}
		return nil
	}
	return walk(0)
}

// shuffle draws one assignment: the labels of each block in random order.
func (r *rollout) shuffle(rng *rand.Rand, members [][]int, label []int) {
	copy(label, r.label)
	for _, m := range members {
		for k := len(m) - 1; k > 0; k-- {
			j := rng.IntN(k + 1)
			label[m[k]], label[m[j]] = label[m[j]], label[m[k]]
		}
	}
}

func (r *rollout) members() [][]int {
	out := make([][]int, slices.Max(r.block)+1)
	for i, b := range r.block {
		out[b] = append(out[b], i)
	}
	return out
}
