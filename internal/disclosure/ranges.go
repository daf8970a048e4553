package disclosure

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Scale says what answers of a measure could be: whole numbers from 0 to Steps, each one answer step above the last.
type Scale struct{ Steps int }

// Exposure is a group of fewer than 2k people about whose answers too much follows from the rounded figures: at one end
// of what they could have answered together, fewer than three totals are still possible.
type Exposure struct {
	Wave, Item string
	Group      string
	People     int
	Possible   int // totals still possible
	Reason     string
}

// The reasons of an Exposure.
const (
	ReasonFewTotals  = "fewer than three totals are possible"
	ReasonUnlawful   = "the figures fit no totals that keep two answer steps from the ends"
	ReasonOwnSpread  = "intervals of one band differ: they were not made from the pooled spread"
	wantedTotals     = 3
	rangeAuditPeople = 2 * FloorK
)

// AuditRanges is the second audit: given the rounded scores, the scale, the rules of publication and (the attacker's
// best case) the exact sizes, it computes by minimum-cost flow the least and the greatest total each small group may
// have, answers relaxed to real numbers; the constraints form a network, so the relaxation is exact. Groups are the
// released cells, their residuals, and the differences between the attribute and unions of residuals.
func AuditRanges(m Measure, s Scale) []Exposure {
	a := &rangeAudit{m: m, s: s, inner: forest(m)}
	var out, unlawful []Exposure
	a.lawful = true
	if !a.solve(1) && !a.solve(fineGrain) {
		unlawful = []Exposure{{Wave: m.Wave, Item: m.Item, Group: "all cells", Reason: ReasonUnlawful}}
		if a.lawful = false; !a.solve(1) && !a.solve(fineGrain) {
			return unlawful
		}
	}
	for _, g := range a.groups() {
		if e, exposed := a.look(g); exposed {
			out = append(out, e)
		}
	}
	return append(out, unlawful...)
}

// fineGrain lets totals be fractions of a step.
const fineGrain = 120

type rangeAudit struct {
	m     Measure
	s     Scale
	inner [][]int
	// lawful: the figures fit totals that keep two answer steps from the ends. If they do not, somebody left the rules,
	// and the figures are read as they stand.
	lawful bool
	grain  int
	net    *network
	arcOf  []int // label → arc
}

// group is a signed set of labels that follows from the cells.
type group struct {
	name        string
	plus, minus []int
}

// window is the span of totals (in grains) that would have been published as this score.
func (a *rangeAudit) window(c LedgerCell, people int) (low, top int, ok bool) {
	all := people * a.s.Steps * a.grain
	step := 1
	switch {
	case people < 10:
		step = 10
	case people < 20:
		step = 5
	}
	ceil := func(x, y int) int { return int(math.Ceil(float64(x)/float64(y) - 1e-9)) }
	low = ceil((2*c.Score-step)*all, 200)
	top = ceil((2*c.Score+step)*all, 200) - 1
	margin := 2 * a.grain
	if c.Score-step < ceil(100*margin, all) { // nothing lower is ever published
		low = min(low, margin)
	}
	if c.Score+step > 100-ceil(100*margin, all) {
		top = max(top, all-margin)
	}
	low, top = max(low, 0), min(top, all)
	return low, top, low <= top
}

// solve sets up the network of totals and finds one solution.
func (a *rangeAudit) solve(grain int) bool {
	a.grain = grain
	// Vertices: hub, then for each cell its total and its residual.
	const hub = 0
	total := func(c int) int { return 1 + 2*c }
	residual := func(c int) int { return 2 + 2*c }
	a.net = newNetwork(1 + 2*len(a.m.Cells))
	parent := make([]int, len(a.m.Cells))
	for c := range parent {
		parent[c] = -1
	}
	for c, children := range a.inner {
		for _, child := range children {
			parent[child] = c
		}
	}
	place := [2][]int{make([]int, len(a.m.Labels)), make([]int, len(a.m.Labels))}
	inside := [2][]int{make([]int, len(a.m.Labels)), make([]int, len(a.m.Labels))}
	for side := range 2 {
		for j := range inside[side] {
			inside[side][j] = math.MaxInt
		}
	}
	for c, cell := range a.m.Cells {
		people, side := 0, a.side(c)
		for _, j := range cell.Labels {
			people += a.m.Labels[j].N
			if len(cell.Labels) <= inside[side][j] {
				inside[side][j], place[side][j] = len(cell.Labels), residual(c)
			}
		}
		low, top, ok := a.window(cell, people)
		if !ok {
			return false
		}
		up := hub
		if parent[c] >= 0 {
			up = total(parent[c])
		}
		a.net.link(side == 1, up, total(c), low, top)
	}
	rest := make([]int, len(a.m.Cells)) // people of each residual
	for side := range 2 {
		for j, v := range place[side] {
			if v != hub {
				rest[(v-2)/2] += a.m.Labels[j].N
			}
		}
	}
	for c, n := range rest {
		if n == 0 {
			continue
		}
		all := n * a.s.Steps * grain
		margin := 2 * grain
		if !a.lawful {
			margin = 0
		}
		if all < 2*margin {
			return false
		}
		a.net.link(a.side(c) == 1, total(c), residual(c), margin, all-margin)
	}
	a.arcOf = make([]int, len(a.m.Labels))
	for j, l := range a.m.Labels {
		a.arcOf[j] = a.net.link(false, place[0][j], place[1][j], 0, l.N*a.s.Steps*grain)
	}
	return a.net.feasible()
}

func (a *rangeAudit) side(cell int) int {
	if a.m.Cells[cell].Value != "" {
		return 1
	}
	return 0
}

// look computes the span of a group's moved total and counts the totals that may lie behind it. A moved total two steps
// inside an end may come from any of the three totals at that end.
func (a *rangeAudit) look(g group) (Exposure, bool) {
	cost := make(map[int]int)
	floor, ceiling := 0, 0
	for _, j := range g.plus {
		cost[a.arcOf[j]] = 1
		ceiling += a.m.Labels[j].N * a.s.Steps
	}
	for _, j := range g.minus {
		cost[a.arcOf[j]] = -1
		floor -= a.m.Labels[j].N * a.s.Steps
	}
	low := float64(a.net.minimise(cost)) / float64(a.grain)
	for arc := range cost {
		cost[arc] = -cost[arc]
	}
	top := -float64(a.net.minimise(cost)) / float64(a.grain)
	const slack = 1e-9
	from, to := int(math.Ceil(low-slack)), int(math.Floor(top+slack))
	possible := to - from + 1
	atFloor, atCeiling := from <= floor+2, to >= ceiling-2
	if atFloor && a.lawful {
		possible += min(from-floor, 2)
	}
	if atCeiling && a.lawful {
		possible += min(ceiling-to, 2)
	}
	e := Exposure{Wave: a.m.Wave, Item: a.m.Item, Group: g.name, People: a.people(g), Possible: possible, Reason: ReasonFewTotals}
	return e, possible < min(wantedTotals, ceiling-floor+1) && (atFloor || atCeiling)
}

// AuditIntervals checks that within a band all intervals are equally wide: they come from the pooled spread and the
// band alone. One that comes from a cell's own spread tells how far its people agree.
func AuditIntervals(m Measure) []Exposure {
	type seen struct {
		half int
		cell string
	}
	widths := make(map[Band]seen)
	var out []Exposure
	order := slices.Clone(m.Cells)
	slices.SortStableFunc(order, func(a, b LedgerCell) int { return cmp.Compare(a.NBand, b.NBand) })
	for _, c := range order {
		half := c.High - c.Score
		if c.High >= 100 {
			half = c.Score - c.Low
		}
		if c.High >= 100 && c.Low <= 0 {
			continue
		}
		if w, ok := widths[c.NBand]; ok && w.half != half {
			out = append(out, Exposure{
				Wave: m.Wave, Item: m.Item, Group: fmt.Sprintf("%s and %s", w.cell, c.Name),
				Reason: ReasonOwnSpread,
			})
		} else if !ok {
			widths[c.NBand] = seen{half, c.Name}
		}
	}
	return out
}
