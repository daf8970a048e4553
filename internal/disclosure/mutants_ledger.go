package disclosure

import (
	"crypto/rand"
	"fmt"
	"slices"
)

// liveResults publishes, by the real rules, after most answers are in and again when two more have come.
func liveResults(seed uint64) ([]Measure, error) {
	l, it, err := fixture(seed, 30)
	if err != nil {
		return nil, err
	}
	early := it
	early.Options = make([][]int, len(it.Options))
	late := 2
	m := Measure{Wave: "1", Item: it.ID}
	first, second := make([]int, len(it.Options)), make([]int, len(it.Options))
	for j, o := range it.Options {
		early.Options[j] = slices.Clone(o)
		for v := range o {
			for early.Options[j][v] > 0 && late > 0 {
				early.Options[j][v]--
				late--
				second[j]++
			}
			first[j] += early.Options[j][v]
		}
	}
	position := make([][]int, len(l.labels)) // label → its parts in the ledger
	for j := range l.labels {
		for part, n := range [2]int{first[j], second[j]} {
			if n > 0 {
				position[j] = append(position[j], len(m.Labels))
				m.Labels = append(m.Labels, LedgerLabel{fmt.Sprintf("%s, batch %d", l.labels[j], part+1), n})
			}
		}
	}
	for when, item := range []Item{early, it} {
		r, err := NewPublisher(l, FloorK).Publish(item)
		if err != nil {
			return nil, err
		}
		for _, f := range r.Cells {
			c := LedgerCell{Name: f.Cell.Node, Value: f.Cell.Value, NBand: f.NBand, Score: f.Score}
			for _, j := range l.Members(slices.Index(l.cells, f.Cell)) {
				for _, p := range position[j] {
					if when == 1 || m.Labels[p].ID == fmt.Sprintf("%s, batch 1", l.labels[j]) {
						c.Labels = append(c.Labels, p)
					}
				}
			}
			m.Cells = append(m.Cells, c)
		}
	}
	return []Measure{m}, nil
}

// recut publishes a closed wave a second time after one person has moved to the next team.
func recut(seed uint64) ([]Measure, error) {
	l, it, err := fixture(seed, 30)
	if err != nil {
		return nil, err
	}
	values := 3
	from, to, answer := -1, -1, -1
	for j, o := range it.Options {
		for v, n := range o {
			if n > 0 && j+values < len(it.Options) {
				from, to, answer = j, j+values, v
			}
		}
	}
	if from < 0 {
		return nil, fmt.Errorf("seed %d: nobody to move", seed)
	}
	again := it
	again.Options = slices.Clone(it.Options)
	again.Options[from], again.Options[to] = slices.Clone(it.Options[from]), slices.Clone(it.Options[to])
	again.Options[from][answer]--
	again.Options[to][answer]++
	m := Measure{Wave: "1", Item: it.ID}
	for j, n := range it.Counts() {
		if j == from {
			n--
		}
		m.Labels = append(m.Labels, LedgerLabel{l.labels[j].String(), n})
	}
	mover := len(m.Labels)
	m.Labels = append(m.Labels, LedgerLabel{"the one who moved", 1})
	for chart, item := range []Item{it, again} {
		at := [2]int{from, to}[chart]
		r, err := NewPublisher(l, FloorK).Publish(item)
		if err != nil {
			return nil, err
		}
		for _, f := range r.Cells {
			c := LedgerCell{
				Name: f.Cell.Node, Value: f.Cell.Value, NBand: f.NBand, Score: f.Score,
				Labels: l.Members(slices.Index(l.cells, f.Cell)),
			}
			if slices.Contains(c.Labels, at) {
				c.Labels = append(c.Labels, mover)
			}
			m.Cells = append(m.Cells, c)
		}
	}
	return []Measure{m}, nil
}

// differencesIgnored publishes greedily under an audit that looks for sums only.
func differencesIgnored(seed uint64) ([]Measure, error) {
	l, it, err := fixture(seed, 12)
	if err != nil {
		return nil, err
	}
	size := sizes(l, it.Counts())
	shown := make([]bool, len(size))
	for c, n := range size {
		if n < FloorK {
			continue
		}
		shown[c] = true
		found, err := auditMeasure(publishChosen(l, it, shown), FloorK, rand.Reader, false)
		if err != nil {
			return nil, err
		}
		shown[c] = len(found) == 0
	}
	return []Measure{publishChosen(l, it, shown)}, nil
}

// unanimous publishes a department of 27 in which two small hidden teams all answer 5 beside a team of 20. The mutant
// keeps every published cell from unanimity, each on its own; the hidden seven follow by subtraction.
func unanimous(eachOnItsOwn bool) ([]Measure, error) {
	nodes := []Node{{ID: "company"}, {"d1", "company"}, {"d1.1", "d1"}, {"d1.2", "d1"}, {"d1.3", "d1"}, {"d2", "company"}}
	labels := []Label{{"d1.1", "a"}, {"d1.2", "a"}, {"d1.3", "b"}, {"d2", "a"}, {"d2", "b"}}
	l, err := NewLattice(nodes, labels, CompanyOnly)
	if err != nil {
		return nil, err
	}
	it := Item{ID: "q1", Low: 1, Options: [][]int{{2, 3, 5, 6, 4}, {0, 0, 0, 0, 4}, {0, 0, 0, 0, 3}, {1, 2, 9, 9, 7}, {3, 3, 4, 8, 2}}}
	if !eachOnItsOwn {
		return honestly(l, it)
	}
	d, err := l.Decide(it.Counts(), FloorK)
	if err != nil {
		return nil, err
	}
	return []Measure{publishChosen(l, it, d.shown)}, nil
}

// composites publishes a question for everyone who answered it and an index that rests on the same question for those
// only who answered the whole questionnaire.
func composites(seed uint64) ([]Measure, error) {
	l, it, err := fixture(seed, 30)
	if err != nil {
		return nil, err
	}
	m := Measure{Wave: "1", Item: it.ID}
	complete := it
	complete.Options = make([][]int, len(it.Options))
	position := make([][]int, len(l.labels))
	for j, o := range it.Options {
		complete.Options[j] = slices.Clone(o)
		n := it.Counts()[j]
		for v := range o {
			if o[v] > 0 && j%20 == 0 { // now and then somebody leaves the last page out
				complete.Options[j][v]--
				break
			}
		}
		whole := complete.Counts()[j]
		for part, people := range [2]int{whole, n - whole} {
			if people > 0 {
				position[j] = append(position[j], len(m.Labels))
				m.Labels = append(m.Labels, LedgerLabel{l.labels[j].String() + [2]string{"", ", incomplete"}[part], people})
			}
		}
	}
	for which, item := range []Item{it, complete} {
		r, err := NewPublisher(l, FloorK).Publish(item)
		if err != nil {
			return nil, err
		}
		for _, f := range r.Cells {
			c := LedgerCell{Name: f.Cell.Node, Value: f.Cell.Value, NBand: f.NBand, Score: f.Score}
			for _, j := range l.Members(slices.Index(l.cells, f.Cell)) {
				for part, p := range position[j] {
					if which == 0 || part == 0 && complete.Counts()[j] > 0 {
						c.Labels = append(c.Labels, p)
					}
				}
			}
			m.Cells = append(m.Cells, c)
		}
	}
	return []Measure{m}, nil
}

// ownSpread publishes by the real rules, but each interval comes from the spread of the cell itself.
func ownSpread(seed uint64) ([]Measure, error) {
	l, it, err := fixture(seed, 30)
	if err != nil {
		return nil, err
	}
	r, err := NewPublisher(l, FloorK).Publish(it)
	if err != nil {
		return nil, err
	}
	for i, f := range r.Cells {
		pooled := make([]int, teethSteps+1)
		for _, j := range l.Members(slices.Index(l.cells, f.Cell)) {
			for v, n := range it.Options[j] {
				pooled[v] += n
			}
		}
		half := HalfWidth(PooledSpread(pooled, FloorK), f.NBand)
		r.Cells[i].Low, r.Cells[i].High = max(0, f.Score-half), min(100, f.Score+half)
	}
	return []Measure{l.Measure("1", it.Counts(), r)}, nil
}
