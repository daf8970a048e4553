package disclosure

import "slices"

// mutant is a publisher for the teeth test; each but the honest ones breaks one rule on purpose.
type mutant struct {
	name    string
	by      string // the audit that has to catch it; empty for the honest ones, which none may catch
	publish func(seed uint64) ([]Measure, error)
}

// teethSteps: all teeth fixtures ask one question on a 1–5 scale.
const teethSteps = 4

var mutants = []mutant{
	{"the real publisher", "", realPublisher},
	{"the real publisher on unanimous groups", "", func(uint64) ([]Measure, error) { return unanimous(false) }},
	{"threshold only", bySpan, choosing(thresholdOnly)},
	{"hide next smallest", bySpan, choosing(hideNextSmallest)},
	{"pairwise remainder", bySpan, choosing(pairwiseRemainder)},
	{"nested pairs", bySpan, choosing(nestedPairs)},
	{"live results", bySpan, liveResults},
	{"re-cut", bySpan, recut},
	{"differences ignored", bySpan, differencesIgnored},
	{"moved totals undone by subtraction", byRanges, func(uint64) ([]Measure, error) { return unanimous(true) }},
	{"composites over different n", bySpan, composites},
	{"interval from the cell's own spread", byIntervals, ownSpread},
}

// fixture is one wave of a small company.
func fixture(seed uint64, teams int) (*Lattice, Item, error) {
	o := NewOrganisation(seed, teams)
	l, err := o.Lattice()
	return l, Item{ID: "q1", Low: 1, Options: o.Wave()}, err
}

func realPublisher(seed uint64) ([]Measure, error) {
	l, it, err := fixture(seed, 30)
	if err != nil {
		return nil, err
	}
	return honestly(l, it)
}

func honestly(l *Lattice, it Item) ([]Measure, error) {
	r, err := NewPublisher(l, FloorK).Publish(it)
	if err != nil {
		return nil, err
	}
	return []Measure{l.Measure("1", it.Counts(), r)}, nil
}

// choosing publishes the cells a rule chooses; figures are plain rounded means.
func choosing(rule func(l *Lattice, size []int) []bool) func(seed uint64) ([]Measure, error) {
	return func(seed uint64) ([]Measure, error) {
		l, it, err := fixture(seed, 30)
		if err != nil {
			return nil, err
		}
		size := sizes(l, it.Counts())
		return []Measure{publishChosen(l, it, rule(l, size))}, nil
	}
}

func sizes(l *Lattice, counts []int) []int {
	out := make([]int, len(l.cells))
	for c, labels := range l.members {
		for _, j := range labels {
			out[c] += counts[j]
		}
	}
	return out
}

func publishChosen(l *Lattice, it Item, shown []bool) Measure {
	counts := it.Counts()
	size := sizes(l, counts)
	r := Release{Item: it.ID}
	for c, s := range shown {
		if s {
			r.Cells = append(r.Cells, Figures{Cell: l.cells[c], NBand: BandOf(size[c]), Score: plainMean(l, it, c, size[c])})
		}
	}
	return l.Measure("1", counts, r)
}

// plainMean rounds a cell's mean as the rules say, but each cell on its own.
func plainMean(l *Lattice, it Item, c, n int) int {
	sum := 0
	for _, j := range l.members[c] {
		for v, people := range it.Options[j] {
			sum += people * (it.Low + v)
		}
	}
	return rounded(sum, n, it.Low, it.Low+teethSteps, 1, 0, 100, scoreStep(n))
}

func thresholdOnly(_ *Lattice, size []int) []bool {
	shown := make([]bool, len(size))
	for c, n := range size {
		shown[c] = n >= FloorK
	}
	return shown
}

// hideNextSmallest hides the smallest shown sibling wherever exactly one child is hidden.
func hideNextSmallest(l *Lattice, size []int) []bool {
	shown := thresholdOnly(l, size)
	for p := range l.cells {
		hidden, next := 0, -1
		for c := range l.cells {
			if l.attribute[c] || l.parent[c] != p || size[c] == 0 {
				continue
			}
			if !shown[c] {
				hidden++
			} else if next < 0 || size[c] < size[next] {
				next = c
			}
		}
		if hidden == 1 && next >= 0 {
			shown[next] = false
		}
	}
	return shown
}

// pairwiseRemainder looks at each parent and child alone.
func pairwiseRemainder(l *Lattice, size []int) []bool {
	shown := thresholdOnly(l, size)
	for c := range l.cells {
		if l.attribute[c] || c == 0 {
			continue
		}
		if rest := size[l.parent[c]] - size[c]; rest > 0 && rest < FloorK {
			shown[c] = false
		}
	}
	return shown
}

// nestedPairs looks at every two cells of which one holds the other, and never at three.
func nestedPairs(l *Lattice, size []int) []bool {
	shown := make([]bool, len(size))
	for c, n := range size {
		if shown[c] = n >= FloorK; !shown[c] {
			continue
		}
		for up := range c {
			if !shown[up] {
				continue
			}
			common := 0
			for _, j := range l.members[c] {
				if slices.Contains(l.members[up], j) {
					common++
				}
			}
			if rest := size[up] - n; common == len(l.members[c]) && rest > 0 && rest < FloorK {
				shown[c] = false
			}
		}
	}
	return shown
}
