package disclosure

import (
	"errors"
	"fmt"
	"slices"
)

// bounds of a move: what each label may hold, and how far each class stays from the sum of what its labels may hold.
type bounds struct {
	lower, upper []int
	below, above func(class int32) int
}

// errInfeasible means that no totals lie inside the bounds; with classes of five or more people it cannot happen.
var errInfeasible = errors.New("no totals lie inside the bounds")

// mover is a minimum-cost flow from the residual classes of the hierarchy through the labels to those of the
// attribute and back through a hub (successive shortest paths; Ahuja, Magnanti & Orlin 1993, Network Flows, ch. 9).
// The totals as answered cost nothing; each step away from them costs one.
type mover struct {
	g        *classGraph
	b        bounds
	original []int
	now      []int
	low, top []int // class → bounds of its sum
	sum      []int // class → what passes the hub on its behalf, within low and top
	excess   []int // class, then hub → what arrives and does not leave

	dist  []int
	from  []int // vertex → vertex before it on the path
	label []int32
	inQ   []bool
}

const viaHub = int32(-1)

func (g *classGraph) move(totals []int, b bounds) ([]int, error) { return g.moveWithin(totals, b, b) }

// moveWithin keeps each label inside box and each class inside b. Totals outside their box start at its edge.
func (g *classGraph) moveWithin(answered []int, box, b bounds) ([]int, error) {
	totals := slices.Clone(answered)
	for j := range totals {
		if totals[j] < b.lower[j] || totals[j] > b.upper[j] {
			return nil, fmt.Errorf("label %d: total %d is outside %d…%d", j, totals[j], b.lower[j], b.upper[j])
		}
		totals[j] = min(max(totals[j], box.lower[j]), box.upper[j])
	}
	hub := len(g.members)
	m := &mover{
		g: g, b: box, original: answered, now: totals,
		low: make([]int, hub), top: make([]int, hub), sum: make([]int, hub), excess: make([]int, hub+1),
		dist: make([]int, hub+1), from: make([]int, hub+1), label: make([]int32, hub+1), inQ: make([]bool, hub+1),
	}
	needed := false
	for v := range g.members {
		total := 0
		for _, j := range g.members[v] {
			m.low[v] += b.lower[j]
			m.top[v] += b.upper[j]
			total += totals[j]
		}
		m.low[v] += b.below(int32(v))
		m.top[v] -= b.above(int32(v))
		if len(g.members[v]) == 0 {
			m.low[v], m.top[v] = 0, 0
		}
		if m.low[v] > m.top[v] {
			return nil, errInfeasible
		}
		m.sum[v] = min(max(total, m.low[v]), m.top[v])
		gap := m.sum[v] - total
		if gap != 0 {
			needed = true
		}
		if !m.onHierarchySide(v) {
			gap = -gap
		}
		m.excess[v] += gap
		m.excess[hub] -= gap
	}
	if !needed {
		return m.now, nil
	}
	for v := 0; v <= hub; v++ {
		for m.excess[v] > 0 {
			if !m.push(v) {
				return nil, errInfeasible
			}
		}
	}
	return m.now, nil
}

// onHierarchySide tells the two kinds of classes apart. The first two are the company on either side; a later one is
// recognised by a label it holds, which always has people in it.
func (m *mover) onHierarchySide(v int) bool {
	if v < 2 {
		return v == hierarchySide
	}
	return int(m.g.end[hierarchySide][m.g.members[v][0]]) == v
}

// push sends one unit of v's excess along a cheapest path to where one is missing.
func (m *mover) push(v int) bool {
	const far = int(^uint(0) >> 2)
	for i := range m.dist {
		m.dist[i] = far
	}
	m.dist[v] = 0
	queue := []int{v}
	for at := 0; at < len(queue); at++ {
		u := queue[at]
		m.inQ[u] = false
		m.steps(u, func(w, cost int, label int32) {
			if m.dist[u]+cost < m.dist[w] {
				m.dist[w], m.from[w], m.label[w] = m.dist[u]+cost, u, label
				if !m.inQ[w] {
					m.inQ[w] = true
					queue = append(queue, w)
				}
			}
		})
	}
	best := -1
	for w, e := range m.excess {
		if e < 0 && m.dist[w] < far && (best < 0 || m.dist[w] < m.dist[best]) {
			best = w
		}
	}
	if best < 0 {
		return false
	}
	m.excess[v]--
	m.excess[best]++
	for w := best; w != v; w = m.from[w] {
		m.apply(m.from[w], w, m.label[w])
	}
	return true
}

// steps visits every vertex one unit can go to from u, with its cost.
func (m *mover) steps(u int, visit func(w, cost int, label int32)) {
	hub := len(m.g.members)
	if u == hub {
		for v := range hub {
			if len(m.g.members[v]) == 0 {
				continue
			}
			if m.onHierarchySide(v) && m.sum[v] < m.top[v] || !m.onHierarchySide(v) && m.sum[v] > m.low[v] {
				visit(v, 0, viaHub)
			}
		}
		return
	}
	if len(m.g.members[u]) == 0 {
		return
	}
	forward := m.onHierarchySide(u)
	if forward && m.sum[u] > m.low[u] || !forward && m.sum[u] < m.top[u] {
		visit(hub, 0, viaHub)
	}
	for _, j := range m.g.members[u] {
		w := int(m.g.other(j, int32(u)))
		switch {
		case forward && m.now[j] < m.b.upper[j]:
			visit(w, away(m.now[j] >= m.original[j]), j)
		case !forward && m.now[j] > m.b.lower[j]:
			visit(w, away(m.now[j] <= m.original[j]), j)
		}
	}
}

func away(leaves bool) int {
	if leaves {
		return 1
	}
	return -1
}

func (m *mover) apply(u, w int, label int32) {
	hub := len(m.g.members)
	switch {
	case label >= 0 && m.onHierarchySide(u):
		m.now[label]++
	case label >= 0:
		m.now[label]--
	case u == hub && m.onHierarchySide(w):
		m.sum[w]++
	case u == hub:
		m.sum[w]--
	case m.onHierarchySide(u):
		m.sum[u]--
	default:
		m.sum[u]++
	}
}
