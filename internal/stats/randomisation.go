package stats

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// RolloutData is a panel of units with the recorded assignment.
type RolloutData struct {
	Y     [][]float64 // unit × period; NaN: missing
	Start []int       // column of each unit's first treated period; negative or past the end: never
	Block []int       // blocks within which the assignment was drawn; nil: one block
}

// RandomisationOptions steers the test. The zero value: 9,999 draws, exact up to 100,000 assignments, α = .05, level .95.
type RandomisationOptions struct {
	Reps      int
	Seed      uint64
	Level     float64
	Alpha     float64 // the design must be able to reach it, else too_few_treated
	ExactUpTo int
	NoCI      bool // leave out the interval
}

// Randomised is an effect with its randomisation p.
type Randomised struct {
	ATT, SE, T  float64 // mean effect over treated unit-periods; studentised
	P           float64
	CI          Interval // every constant effect that the test does not reject; NaN where it is not bounded
	Units       int
	Treated     int
	Assignments float64 // possible ones
	Exact       bool
	Draws       int
	SmallestP   float64
	Placebo     float64 // the same contrast within the periods before the first start: later half − earlier half
	PlaceboP    float64 // NaN with fewer than 2 periods before
	PrePeriods  int
}

// RandomisationTest tests that no unit was affected, by the t statistic of the effect under every (or Reps drawn)
// assignment that the recorded draw could have given: within blocks, with the same numbers at the same start dates.
//
// Effect: for every start date and segment between start dates, mean change (segment − all periods before) of the units that
// started minus that of units not started by then, averaged over treated unit-periods. t uses the pooled variance when a
// group has fewer than 6 units, else unit-level influence. p = #{|t*| ≥ |t|}/N with the observed assignment among them
// (exact), (1 + #)/(1 + N) when drawn. The interval inverts the test for a constant effect (bisection).
//
// Valid at any number of units when the assignment was drawn at random; without a recorded draw it is a placebo test.
// Refuses: smallest reachable p above α (too_few_treated), no untreated unit at any time (no_comparison), no period before
// the first start (insufficient_periods), no variation.
//
// Fisher (1935); MacKinnon & Webb (2020), doi:10.1016/j.jeconom.2020.04.024; Imbens & Rubin (2015), doi:10.1017/CBO9781139025751.
func RandomisationTest(ctx context.Context, d RolloutData, opt RandomisationOptions) (*Randomised, error) {
	if opt.Reps == 0 {
		opt.Reps = 9999
	}
	if opt.Level == 0 {
		opt.Level = .95
	}
	if opt.Alpha == 0 {
		opt.Alpha = .05
	}
	if opt.ExactUpTo == 0 {
		opt.ExactUpTo = 100_000
	}
	if opt.Reps < 1 || !(opt.Level > 0 && opt.Level < 1) || !(opt.Alpha > 0) {
		return nil, Refuse(OutOfRange, "reps %d, level %v, alpha %v", opt.Reps, opt.Level, opt.Alpha)
	}
	if len(d.Y) == 0 {
		return nil, TooFew(InsufficientTeams, 2, 0)
	}
	r, err := newRollout(d.Y, d.Start, d.Block, len(d.Y[0]))
	if err != nil {
		return nil, err
	}
	out := &Randomised{Units: r.units, PrePeriods: r.order[0]}
	for _, l := range r.label {
		out.Treated += bit(l < len(r.order))
	}
	blocks := r.blockCounts()
	out.Assignments = Assignments(blocks)
	if out.SmallestP, err = SmallestP(blocks); err != nil {
		return nil, err
	}
	if out.SmallestP > opt.Alpha {
		return nil, &Refusal{Reason: TooFewTreated, Detail: "the smallest p this design can reach is " + strconv.FormatFloat(out.SmallestP, 'g', 4, 64), Need: out.Treated + 1, Have: out.Treated}
	}
	out.Exact = out.Assignments <= float64(opt.ExactUpTo)
	sets, err := r.assignments(ctx, out.Exact, opt)
	if err != nil {
		return nil, err
	}
	out.Draws = len(sets)
	seen := r.contrast(r.label, make([]float64, r.units), make([]float64, r.units))
	out.ATT, out.SE = seen.at(0)
	if !(out.SE > 0) {
		return nil, Refuse(NoVariation, "changes of the units")
	}
	out.T = out.ATT / out.SE
	under, err := r.contrasts(ctx, sets, func(l uint8) int { return int(l) })
	if err != nil {
		return nil, err
	}
	out.P = pAt(seen, under, out.Exact, 0)
	if err := out.placebo(ctx, d, r, sets); err != nil {
		return nil, err
	}
	out.CI = Interval{math.NaN(), math.NaN(), opt.Level}
	if !opt.NoCI && out.SmallestP <= 1-opt.Level {
		for side, to := range map[float64]*float64{-1: &out.CI.Lo, 1: &out.CI.Hi} {
			*to = edge(seen, under, out, side, 1-opt.Level)
		}
	}
	return out, nil
}

// assignments lists the label vectors to compare with, packed one byte a unit.
func (r *rollout) assignments(ctx context.Context, exact bool, opt RandomisationOptions) ([][]uint8, error) {
	var sets [][]uint8
	add := func(label []int) {
		s := make([]uint8, len(label))
		for i, l := range label {
			s[i] = uint8(l)
		}
		sets = append(sets, s)
	}
	if len(r.order) > 250 {
		return nil, Refuse(OutOfRange, "%d start dates", len(r.order))
	}
	if exact {
		return sets, orNil(r.enumerate(ctx, add), &sets)
	}
	rng := rand.New(rand.NewPCG(opt.Seed, 0xa551))
	label, members := make([]int, r.units), r.members()
	for range opt.Reps {
		r.shuffle(rng, members, label)
		add(label)
	}
	return sets, nil
}

func orNil(err error, sets *[][]uint8) error {
	if err != nil {
		*sets = nil
	}
	return err
}

// pAt is the randomisation p of the hypothesis that the effect is tau for every treated unit-period.
func pAt(seen contrast, under []contrast, exact bool, tau float64) float64 {
	att, se := seen.at(tau)
	t := math.Abs(att) / se
	if se == 0 {
		t = math.Inf(1)
		if att == 0 {
			return 1
		}
	}
	hits := 0
	for _, c := range under {
		if a, e := c.at(tau); math.Abs(a) >= t*e*(1-1e-9) {
			hits++
		}
	}
	if exact {
		return float64(hits) / float64(len(under))
	}
	return float64(hits+1) / float64(len(under)+1)
}

// edge finds the end of the interval on one side by doubling out and bisection; NaN where there is none.
func edge(seen contrast, under []contrast, out *Randomised, side, alpha float64) float64 {
	// Variances under other assignments are differences: what is left of them below a ten-millionth of the effect is rounding.
	inside, step := out.ATT, max(2*out.SE, 1e-7*math.Abs(out.ATT))
	outside := inside
	for k := 0; ; k++ {
		outside += side * step
		if pAt(seen, under, out.Exact, outside) <= alpha {
			break
		}
		inside, step = outside, step*2
		if k == 12 {
			return math.NaN()
		}
	}
	for range 16 {
		mid := (inside + outside) / 2
		if pAt(seen, under, out.Exact, mid) <= alpha {
			outside = mid
		} else {
			inside = mid
		}
	}
	return (inside + outside) / 2
}

// placebo repeats the test where nothing can have happened: the periods before the first start, cut in half.
func (out *Randomised) placebo(ctx context.Context, d RolloutData, r *rollout, sets [][]uint8) error {
	out.Placebo, out.PlaceboP = math.NaN(), math.NaN()
	first := r.order[0]
	if first < 2 {
		return nil
	}
	fake := make([]int, len(d.Start))
	for i, l := range r.label {
		fake[i] = -1
		if l < len(r.order) {
			fake[i] = first / 2
		}
	}
	p, err := newRollout(d.Y, fake, d.Block, first)
	if errors.As(err, new(*Refusal)) {
		return nil // a unit without values in one of the halves: no placebo, and it is shown as undefined
	}
	seen := p.contrast(p.label, make([]float64, p.units), make([]float64, p.units))
	if !(seen.aa > 0) {
		return nil
	}
	under, err := p.contrasts(ctx, sets, func(l uint8) int { return bit(int(l) == len(r.order)) })
	if err != nil {
		return err
	}
	out.Placebo, out.PlaceboP = seen.a, pAt(seen, under, out.Exact, 0)
	return nil
}

// EventStudyGap gives the mean difference between treated and untreated units per period relative to the treated units'
// mean start, for the picture beside the test: period, gap against the mean of the periods before.
func EventStudyGap(d RolloutData) (period []int, gap []float64, err error) {
	if len(d.Y) == 0 || len(d.Start) != len(d.Y) {
		return nil, nil, Refuse(LengthMismatch, "units and start dates")
	}
	first := len(d.Y[0])
	for i, s := range d.Start {
		if len(d.Y[i]) != len(d.Y[0]) {
			return nil, nil, Refuse(LengthMismatch, "unit %d", i)
		}
		if s >= 0 {
			first = min(first, s)
		}
	}
	if first < 1 || first >= len(d.Y[0]) {
		return nil, nil, TooFew(TooFewTreated, 1, 0)
	}
	for t := range d.Y[0] {
		var m, n [2]float64
		for i, y := range d.Y {
			if math.IsNaN(y[t]) {
				continue
			}
			side := bit(d.Start[i] >= 0 && d.Start[i] < len(d.Y[0]))
			m[side] += y[t]
			n[side]++
		}
		period, gap = append(period, t-first), append(gap, m[1]/n[1]-m[0]/n[0])
	}
	base := meanOf(slices.Clone(gap[:first]))
	for t := range gap {
		gap[t] -= base
	}
	return period, gap, nil
}
