package disclosure

import (
	"fmt"
	"slices"
)

// inside is how many answer steps every shown cell and every residual keeps from the ends of its scale.
const inside = 2

// Moved are totals that keep clear of unanimity, per label, in units of 1/Grain answer steps. Grain is 1 unless whole
// steps cannot do it.
type Moved struct {
	Totals []int
	Grain  int
}

// Move takes answer totals (label → sum of answers, each answer a whole number from lo to hi) and returns totals in
// which every shown cell and every residual lies at least two answer steps inside the ends of its scale, and so does
// every other sum or difference over fewer than 2k people that follows from the shown cells. As few answer steps as
// possible are moved (a minimum-cost flow), and no label leaves what its people could have answered. Every published
// figure of the question is computed from the moved totals, so that no subtraction undoes the move.
func (d *Decision) Move(lo, hi int, totals []int) (Moved, error) {
	margin := func(int32) int { return inside }
	return d.move(lo, hi, totals, margin)
}

// move with a margin of its own at the upper end of each class.
func (d *Decision) move(lo, hi int, totals []int, above func(class int32) int) (Moved, error) {
	if lo >= hi {
		return Moved{}, fmt.Errorf("scale from %d to %d", lo, hi)
	}
	if len(totals) != len(d.counts) {
		return Moved{}, fmt.Errorf("%d totals for %d labels", len(totals), len(d.counts))
	}
	b := bounds{lower: make([]int, len(totals)), upper: make([]int, len(totals)), above: above}
	b.below = func(int32) int { return inside }
	for j, n := range d.counts {
		b.lower[j], b.upper[j] = lo*n, hi*n
	}
	if !d.needsCompany() {
		return Moved{Totals: slices.Clone(totals), Grain: 1}, nil
	}
	now, err := d.graph.move(totals, b)
	if err != nil || len(d.crosses) == 0 {
		return Moved{Totals: now, Grain: 1}, err
	}
	box := bounds{lower: slices.Clone(b.lower), upper: slices.Clone(b.upper), below: b.below, above: b.above}
	for _, x := range d.crosses {
		if !x.keeps(now, b, 1) {
			x.narrow(box, b, totals)
		}
	}
	// Narrowing one label of a cross by two steps keeps the whole of it two steps inside. Its classes must not come to
	// rely on the steps that are gone, so their bounds stay those of the full scale.
	if again, err := d.graph.moveWithin(totals, box, b); err == nil && d.keeps(again, b, 1) {
		return Moved{Totals: again, Grain: 1}, nil
	}
	return d.blend(now, b), nil
}

// needsCompany is false where nothing is shown: then there is nothing to protect and perhaps nobody to move.
func (d *Decision) needsCompany() bool { return len(d.shown) > 0 && d.shown[0] }

// blend moves all totals a little towards the middle of the scale, in fractions of a step, just far enough.
func (d *Decision) blend(totals []int, b bounds) Moved {
	const grain, parts = 120, 60
	out := make([]int, len(totals))
	for part := 1; part <= parts; part++ {
		for j, t := range totals {
			middle := (b.lower[j] + b.upper[j]) * grain / 2
			out[j] = t*grain + (middle-t*grain)*part/parts
		}
		if d.keeps(out, b, grain) {
			break
		}
	}
	return Moved{Totals: out, Grain: grain}
}

// keeps checks all classes and crosses.
func (d *Decision) keeps(totals []int, b bounds, grain int) bool {
	for v, labels := range d.graph.members {
		if len(labels) == 0 {
			continue
		}
		sum, low, top := 0, 0, 0
		for _, j := range labels {
			sum, low, top = sum+totals[j], low+b.lower[j], top+b.upper[j]
		}
		if sum < (low+b.below(int32(v)))*grain || sum > (top-b.above(int32(v)))*grain {
			return false
		}
	}
	for _, x := range d.crosses {
		if !x.keeps(totals, b, grain) {
			return false
		}
	}
	return true
}

// keeps says whether the cross lies two steps inside what its people could have answered.
func (x cross) keeps(totals []int, b bounds, grain int) bool {
	sum, low, top := 0, 0, 0
	for _, j := range x.plus {
		sum, low, top = sum+totals[j], low+b.lower[j], top+b.upper[j]
	}
	for _, j := range x.minus {
		sum, low, top = sum-totals[j], low-b.upper[j], top-b.lower[j]
	}
	return sum >= (low+inside)*grain && sum <= (top-inside)*grain
}

// narrow takes two steps off the box of the labels of a cross, at the end their answers lie at.
func (x cross) narrow(box, b bounds, totals []int) {
	sum, low, top := 0, 0, 0
	for _, j := range x.plus {
		sum, low, top = sum+totals[j], low+b.lower[j], top+b.upper[j]
	}
	for _, j := range x.minus {
		sum, low, top = sum-totals[j], low-b.upper[j], top-b.lower[j]
	}
	atTop := top-sum < sum-low
	left := inside
	take := func(labels []int32, upperEnd bool) {
		for _, j := range labels {
			step := min(left, box.upper[j]-box.lower[j])
			if upperEnd {
				box.upper[j] -= step
			} else {
				box.lower[j] += step
			}
			left -= step
		}
	}
	take(x.plus, atTop)
	take(x.minus, !atTop)
}
