package series

import (
	"math"

	"rapport/internal/disclosure"
)

// release decides as family does and works out the figures that are shown, as the cells of a pulse are: the totals of
// answers are moved, as little as possible, until every shown team and every remainder lies two answer steps inside the
// ends of the scale, every figure is computed from the same moved totals, then rounded, with its people in a band.
func (a *auditor) release(head string, members []string, above map[string]string, own map[string]int, figures map[string]Point) ([]string, error) {
	nodes := make([]disclosure.Node, len(members))
	labels := make([]disclosure.Label, len(members))
	counts := make([]int, len(members))
	totals := make([]int, len(members))
	left := map[string]int{} // team → answer steps that no team below it counts
	for _, id := range members {
		total := a.scale.total(figures[id])
		left[id] += total
		if up := above[id]; id != head && up != "" {
			left[up] -= total
		}
	}
	for i, id := range members {
		up := above[id]
		if id == head {
			up = ""
		}
		own[id] = max(0, own[id])
		nodes[i], labels[i], counts[i] = disclosure.Node{ID: id, Parent: up}, disclosure.Label{Node: id}, own[id]
		totals[i] = min(max(left[id], 0), own[id]*a.scale.Steps) // means that do not add up are bent until people could have answered so
	}
	l, err := disclosure.NewLattice(nodes, labels, disclosure.NoAttribute)
	if err != nil {
		return nil, err
	}
	d, err := l.Decide(counts, disclosure.FloorK)
	if err != nil {
		return nil, err
	}
	m, err := d.Move(0, a.scale.Steps, totals)
	if err != nil {
		return nil, err
	}
	pass := []string{}
	cells := l.Cells()
	for _, c := range d.Shown() {
		score, band, ok := d.Score(c, m, 0, a.scale.Steps)
		if !ok {
			continue
		}
		id := cells[c].Node
		a.moved[id] = movedPoint{n: int32(band.Lower()), value: a.scale.at(score)}
		pass = append(pass, id)
	}
	return pass, nil
}

// total is how many answer steps above the lower end a mean of n people stands for; what lies outside counts as the end.
func (s Scale) total(p Point) int {
	share := min(max((p.Value-s.Low)/(s.High-s.Low), 0), 1)
	return int(math.Round(share * float64(s.Steps) * float64(p.N)))
}

// at places a score from 0 to 100 on the scale.
func (s Scale) at(score int) float64 { return s.Low + (s.High-s.Low)*float64(score)/100 }
