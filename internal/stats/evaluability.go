package stats

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// DesignQuestion describes an initiative that has not started, over the history of the panel it would run in.
type DesignQuestion struct {
	History [][]float64 // unit × period, before any initiative; NaN: missing
	Block   []int       // nil: one block
	Start   []int       // column of start within the window of Pre + Post periods, per treated unit; its length is the number of treated
	Pre     int         // periods observed before the first start
	Window  int         // all periods, before and after
}

// DesignOptions steers the simulation. The zero value: 1,000 placebo roll-outs, α = .05, power .8.
type DesignOptions struct {
	Reps  int
	Seed  uint64
	Alpha float64
	Power float64
}

// Evaluable says whether an initiative could be evaluated and what effect it would see.
type Evaluable struct {
	Units, Treated int
	Assignments    float64
	SmallestP      float64
	Reachable      bool     // SmallestP ≤ α
	Reasons        []Reason // why not: too_few_treated, no_comparison, insufficient_periods
	PlaceboSD      float64  // spread of the estimated effect when there is none
	Critical       float64  // |estimate| that would be significant, from the placebo roll-outs
	MDE            float64  // effect found with the asked power; NaN when not reachable
	MDESD          float64  // MDE in standard deviations of the outcome
	FalseAlarm     float64  // share of placebo roll-outs with |t| above the two-sided t quantile: what naive errors would do
}

// Evaluability places the planned roll-out at random (within blocks) into random windows of the panel's own history, where
// nothing happened, and reads the spread of the estimated effect off it: |estimate| is significant above the 1 − α quantile
// c of its placebo distribution, and the minimum detectable effect is c − q, q the (1 − power) quantile of the estimates.
// So the panel's own autocorrelation, shocks and unequal units are in it.
//
// Refuses a history shorter than the window (insufficient_periods) or fewer than 3 units. A design that cannot be evaluated
// is an answer, not a refusal: see Reasons.
//
// Bertrand, Duflo & Mullainathan (2004), doi:10.1162/003355304772839588; Burlig, Preonas & Woerman (2020), doi:10.1016/j.jdeveco.2020.102458.
func Evaluability(ctx context.Context, q DesignQuestion, opt DesignOptions) (*Evaluable, error) {
	if opt.Reps == 0 {
		opt.Reps = 1000
	}
	if opt.Alpha == 0 {
		opt.Alpha = .05
	}
	if opt.Power == 0 {
		opt.Power = .8
	}
	n := len(q.History)
	if n < 3 {
		return nil, TooFew(InsufficientTeams, 3, n)
	}
	if opt.Reps < 50 || !(opt.Alpha > 0 && opt.Alpha < 1) || !(opt.Power > 0 && opt.Power < 1) {
		return nil, Refuse(OutOfRange, "reps %d (at least 50), alpha %v, power %v", opt.Reps, opt.Alpha, opt.Power)
	}
	if q.Block != nil && len(q.Block) != n {
		return nil, Refuse(LengthMismatch, "block")
	}
	length := len(q.History[0])
	for _, y := range q.History {
		length = min(length, len(y))
	}
	if q.Window < 2 || q.Pre < 1 || q.Pre >= q.Window {
		return nil, Refuse(OutOfRange, "%d periods before, %d in all", q.Pre, q.Window)
	}
	if length < q.Window {
		return nil, TooFew(InsufficientPeriods, q.Window, length)
	}
	out := &Evaluable{Units: n, Treated: len(q.Start), MDE: math.NaN(), MDESD: math.NaN(), Critical: math.NaN(), PlaceboSD: math.NaN(), FalseAlarm: math.NaN()}
	if q.Pre < 3 {
		out.Reasons = append(out.Reasons, InsufficientPeriods)
	}
	switch {
	case len(q.Start) == 0:
		out.SmallestP, out.Reasons = 1, append(out.Reasons, TooFewTreated)
		return out, nil
	case len(q.Start) > n:
		return nil, Refuse(OutOfRange, "%d treated of %d units", len(q.Start), n)
	}
	rng := rand.New(rand.NewPCG(opt.Seed, 0xe7a1))
	start := make([]int, n)
	for i := range start {
		start[i] = -1
	}
	for k, s := range q.Start {
		if s < q.Pre || s >= q.Window {
			return nil, Refuse(OutOfRange, "start %d of a window with %d before and %d in all", s, q.Pre, q.Window)
		}
		start[k] = s
	}
	if q.Block != nil { // spread the treated over the blocks in proportion
		start = spreadOver(start, q.Block, len(q.Start))
	}
	window := make([][]float64, n)
	cut := func(from int) {
		for i, y := range q.History {
			window[i] = y[from : from+q.Window]
		}
	}
	cut(length - q.Window)
	r, err := newRollout(window, start, q.Block, q.Window)
	if err != nil {
		if ref, ok := errors.AsType[*Refusal](err); ok && (ref.Reason == NoComparison || ref.Reason == TooFewTreated) {
			out.SmallestP, out.Reasons = 1, append(out.Reasons, ref.Reason)
			return out, nil
		}
		return nil, err
	}
	blocks := r.blockCounts()
	out.Assignments = Assignments(blocks)
	if out.SmallestP, err = SmallestP(blocks); err != nil {
		return nil, err
	}
	out.Reachable = out.SmallestP <= opt.Alpha
	if !out.Reachable {
		out.Reasons = append(out.Reasons, TooFewTreated)
	}
	est := make([]float64, 0, opt.Reps)
	label, psi, psiE, members, alarms := make([]int, n), make([]float64, n), make([]float64, n), r.members(), 0
	base := r.label
	from := rng.Perm(length - q.Window + 1)
	if len(from) > 24 {
		from = from[:24] // windows overlap: more would add no knowledge, only time
	}
	for w, f := range from {
		if ctx.Err() != nil {
			return nil, Refuse(Canceled, "evaluability")
		}
		cut(f)
		if r, err = newRollout(window, start, q.Block, q.Window); err != nil {
			return nil, err
		}
		r.label = base
		for k := w; k < opt.Reps; k += len(from) {
			r.shuffle(rng, members, label)
			att, se := r.contrast(label, psi, psiE).at(0)
			est = append(est, att)
			alarms += bit(math.Abs(att) > normalTail(1-opt.Alpha)*se)
		}
	}
	out.FalseAlarm = float64(alarms) / float64(len(est))
	out.PlaceboSD = math.Sqrt(ssqOf(est) / float64(len(est)-1))
	abs := make([]float64, len(est))
	for i, e := range est {
		abs[i] = math.Abs(e)
	}
	slices.Sort(abs)
	slices.Sort(est)
	at := func(x []float64, p float64) float64 { return x[min(len(x)-1, int(p*float64(len(x))))] }
	out.Critical = at(abs, 1-opt.Alpha)
	if out.Reachable {
		out.MDE = out.Critical - at(est, 1-opt.Power)
		var all []float64
		for _, y := range q.History {
			for _, v := range y {
				if !math.IsNaN(v) {
					all = append(all, v)
				}
			}
		}
		if sd := math.Sqrt(ssqOf(all) / float64(len(all)-1)); sd > 0 {
			out.MDESD = out.MDE / sd
		}
	}
	return out, nil
}

// spreadOver hands the treated places out over blocks, largest first, in proportion to their size.
func spreadOver(start, block []int, treated int) []int {
	code, nb := recode(block)
	n := len(code)
	members := make([][]int, nb)
	for i, b := range code {
		members[b] = append(members[b], i)
	}
	dates := slices.Clone(start[:treated])
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	given := make([]int, nb)
	for _, s := range dates {
		best, worst := -1, math.Inf(-1)
		for b := range members {
			if given[b] < len(members[b]) {
				if lack := float64(len(members[b]))*float64(treated)/float64(n) - float64(given[b]); lack > worst {
					best, worst = b, lack
				}
			}
		}
		out[members[best][given[best]]] = s
		given[best]++
	}
	return out
}

// Rollout is one way to stage an initiative.
type Rollout struct {
	Waves     []int // start column of each wave
	Sizes     []int // units in each wave; the rest are never treated within the window
	Evaluable *Evaluable
}

// BestRollout compares staged roll-outs of an initiative that reaches treated units in the end (all of them may be treated:
// the last wave then serves as comparison until it starts) in one to maxWaves waves, evenly spaced after pre periods, and
// sorts those that can be evaluated by their minimum detectable effect, the others after them.
func BestRollout(ctx context.Context, history [][]float64, block []int, treated, pre, window, maxWaves int, opt DesignOptions) ([]Rollout, error) {
	if maxWaves < 1 || maxWaves > 12 || treated < 1 || treated > len(history) {
		return nil, Refuse(OutOfRange, "%d waves, %d treated of %d", maxWaves, treated, len(history))
	}
	var out []Rollout
	for waves := 1; waves <= min(maxWaves, treated, window-pre); waves++ {
		r := Rollout{}
		var starts []int
		for w := range waves {
			at := pre + w*(window-pre)/waves
			size := treated*(w+1)/waves - treated*w/waves
			r.Waves, r.Sizes = append(r.Waves, at), append(r.Sizes, size)
			for range size {
				starts = append(starts, at)
			}
		}
		e, err := Evaluability(ctx, DesignQuestion{History: history, Block: block, Start: starts, Pre: pre, Window: window}, opt)
		if err != nil {
			return nil, err
		}
		r.Evaluable = e
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Rollout) int {
		x, y := a.Evaluable.MDE, b.Evaluable.MDE
		switch {
		case math.IsNaN(x) && math.IsNaN(y):
			return 0
		case math.IsNaN(y) || x < y:
			return -1
		case math.IsNaN(x) || y < x:
			return 1
		}
		return 0
	})
	return out, nil
}
