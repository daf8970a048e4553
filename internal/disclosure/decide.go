package disclosure

import (
	"cmp"
	"fmt"
	"slices"
)

// Decision says which cells of a lattice are shown. It follows from the counts alone.
type Decision struct {
	lattice *Lattice
	counts  []int
	k       int
	shown   []bool // cell → shown
	size    []int  // cell → people
	graph   *classGraph
	crosses []cross // small sums and differences that are neither a cell nor a residual
}

// Decide publishes greedily in priority order: company, divisions, departments, teams, then the attribute. A cell joins
// the release only if afterwards no sum or difference over a set of fewer than k people follows from all shown cells
// together. Within a level either larger or smaller groups go first, whichever shows more cells in the end.
//
// counts are the people behind each label who answered the question. With k above FloorK the attribute is left out.
func (l *Lattice) Decide(counts []int, k int) (*Decision, error) {
	return l.decide(counts, k, nil)
}

// decide with a filter: only cells it accepts are candidates. The company heads every lattice of cells; without it
// nothing is shown.
func (l *Lattice) decide(counts []int, k int, candidate func(cell, n int) bool) (*Decision, error) {
	if k < FloorK {
		return nil, fmt.Errorf("k = %d is below the floor of %d", k, FloorK)
	}
	if len(counts) != len(l.labels) {
		return nil, fmt.Errorf("%d counts for %d labels", len(counts), len(l.labels))
	}
	for j, c := range counts {
		if c < 0 {
			return nil, fmt.Errorf("label %d has %d people", j, c)
		}
	}
	size := make([]int, len(l.cells))
	for c, labels := range l.members {
		for _, j := range labels {
			size[c] += counts[j]
		}
	}
	withAttribute := k == FloorK || candidate != nil
	var candidates []int
	for c := range l.cells {
		if size[c] >= k && (withAttribute || !l.attribute[c]) && (candidate == nil || candidate(c, size[c])) {
			candidates = append(candidates, c)
		}
	}
	var best *Decision
	most := -1
	for _, o := range [...]order{{false, false}, {false, true}, {true, false}, {true, true}} {
		d := &Decision{lattice: l, counts: slices.Clone(counts), k: k, size: size}
		d.publish(candidates, o)
		if n := len(d.Shown()); n > most {
			best, most = d, n
		}
		if most == len(candidates) {
			break
		}
	}
	best.crosses = best.graph.smallCuts(2 * FloorK)
	return best, nil
}

// guard hides, of what a decision shows, the cells from which something about fewer than k asked people would follow if
// those who did not answer had. What is left is a part of what was safe, so it is safe for those who did.
func (d *Decision) guard(asked []int) (*Decision, error) {
	if asked == nil {
		return d, nil
	}
	counts := slices.Clone(d.counts)
	for j, c := range counts {
		if c == 0 {
			counts[j] = asked[j]
		}
	}
	strict, err := d.lattice.decide(counts, d.k, func(c, _ int) bool { return d.shown[c] })
	if err != nil {
		return nil, err
	}
	return d.lattice.decide(d.counts, d.k, func(c, _ int) bool { return strict.shown[c] })
}

// order says whether smaller groups go first within a level of the hierarchy, and of the attribute.
type order struct{ nodes, values bool }

func (d *Decision) publish(candidates []int, o order) {
	d.shown = make([]bool, len(d.size))
	d.graph = newClassGraph(d.counts)
	if len(candidates) == 0 || candidates[0] != 0 {
		return
	}
	d.shown[0] = true
	rest := slices.Clone(candidates[1:])
	slices.SortStableFunc(rest, func(a, b int) int {
		l := d.lattice
		larger := cmp.Compare(d.size[b], d.size[a])
		switch {
		case l.attribute[a] != l.attribute[b]:
			if l.attribute[a] {
				return 1
			}
			return -1
		case l.attribute[a] && o.values, !l.attribute[a] && o.nodes:
			larger = -larger
		}
		return cmp.Or(cmp.Compare(l.depth[a], l.depth[b]), larger)
	})
	for _, c := range rest {
		d.shown[c] = d.admit(c)
	}
}

// admit adds a cell to the graph if it is safe. Upper levels come first, so all its labels still share one class.
func (d *Decision) admit(c int) bool {
	side := hierarchySide
	if d.lattice.attribute[c] {
		side = attributeSide
	}
	labels := make([]int32, 0, len(d.lattice.members[c]))
	for _, j := range d.lattice.members[c] {
		if d.counts[j] > 0 {
			labels = append(labels, j)
		}
	}
	g := d.graph
	class := g.end[side][labels[0]]
	before := g.members[class]
	if len(labels) == len(before) {
		return true // the same people as a class already known: nothing new follows
	}
	part, rest := g.split(side, labels)
	if d.safe(side, part, rest) {
		return true
	}
	g.unsplit(side, part, rest, before)
	return false
}

// safe looks at the cuts a split has made possible, those between its two halves.
func (d *Decision) safe(side int, part, rest int32) bool {
	g := d.graph
	if side == hierarchySide {
		// The attribute is still one class, so every cut is a union of residuals: the residual method.
		return g.weight[part] >= d.k && g.weight[rest] >= d.k
	}
	// The attribute: nothing follows (the halves hang together through no label) or only about k people and more.
	f := g.maxFlow([]int32{part}, []int32{rest}, d.k)
	return f == 0 || f >= d.k
}

// Shown lists the shown cells by position in Lattice.Cells.
func (d *Decision) Shown() []int {
	out := []int{}
	for c, s := range d.shown {
		if s {
			out = append(out, c)
		}
	}
	return out
}

// Eligible counts the cells with at least k people, shown or not: what the threshold alone would have shown.
func (d *Decision) Eligible() int {
	n := 0
	for c, s := range d.size {
		if s >= d.k && (d.k == FloorK || !d.lattice.attribute[c]) {
			n++
		}
	}
	return n
}

// ShownShare is the part of the eligible cells that is shown, 1 where none is eligible.
func (d *Decision) ShownShare() float64 {
	e := d.Eligible()
	if e == 0 {
		return 1
	}
	return float64(len(d.Shown())) / float64(e)
}
