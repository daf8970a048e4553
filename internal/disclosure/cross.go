package disclosure

import "slices"

// cross is a sum or difference over few people that follows from cells of both sides together and is neither a shown
// cell nor a residual of one side: for instance an attribute cell minus the teams that lie wholly inside it.
type cross struct {
	plus, minus []int32 // labels
}

// smallCuts lists the cuts lighter than limit that are not a single class, by branching on where each vertex lies and
// keeping only branches in which a light cut exists. Such a cut divides the classes of the attribute.
func (g *classGraph) smallCuts(limit int) []cross {
	e := &cutSearch{g: g, limit: limit, side: make([]int8, len(g.members))}
	var classes []int32
	for v := range g.members {
		if len(g.members[v]) > 0 && int(g.end[attributeSide][g.members[v][0]]) == v {
			classes = append(classes, int32(v))
		}
	}
	if len(classes) < 2 {
		return nil
	}
	// The heaviest class of each component stays on the far side; the others take turns as the first on the near side.
	slices.SortStableFunc(classes, func(a, b int32) int { return g.weight[b] - g.weight[a] })
	component := g.components()
	done := make(map[int32][]int32) // component → classes that have had their turn
	for _, v := range classes {
		c := component[v]
		if len(done[c]) == 0 {
			done[c] = []int32{v}
			continue
		}
		e.near, e.far = []int32{v}, slices.Clone(done[c])
		e.run()
		done[c] = append(done[c], v)
	}
	return e.found
}

// components numbers the vertices by the component they belong to.
func (g *classGraph) components() []int32 {
	out := make([]int32, len(g.members))
	for v := range out {
		out[v] = -1
	}
	for v := range out {
		if out[v] >= 0 {
			continue
		}
		out[v] = int32(v)
		queue := []int32{int32(v)}
		for at := 0; at < len(queue); at++ {
			for _, j := range g.members[queue[at]] {
				if w := g.other(j, queue[at]); out[w] < 0 {
					out[w] = int32(v)
					queue = append(queue, w)
				}
			}
		}
	}
	return out
}

type cutSearch struct {
	g         *classGraph
	limit     int
	near, far []int32
	side      []int8 // scratch
	found     []cross
}

func (e *cutSearch) run() {
	if e.g.maxFlow(e.near, e.far, e.limit) >= e.limit {
		return
	}
	next := e.undecided()
	if next < 0 {
		e.keep()
		return
	}
	e.near = append(e.near, next)
	e.run()
	e.near = e.near[:len(e.near)-1]
	e.far = append(e.far, next)
	e.run()
	e.far = e.far[:len(e.far)-1]
}

// undecided finds a vertex that shares a label with the near side and lies on neither side yet.
func (e *cutSearch) undecided() int32 {
	e.mark()
	for _, v := range e.near {
		for _, j := range e.g.members[v] {
			if w := e.g.other(j, v); e.side[w] == 0 {
				return w
			}
		}
	}
	return -1
}

func (e *cutSearch) mark() {
	clear(e.side)
	for _, v := range e.near {
		e.side[v] = 1
	}
	for _, v := range e.far {
		e.side[v] = 2
	}
}

// keep records the cut around the near side unless it is one class, near or far. Labels that cross with their
// attribute class on the near side are added, those with their hierarchy class there subtracted.
func (e *cutSearch) keep() {
	if len(e.near) == 1 {
		return
	}
	var c cross
	outside := int32(-1)
	several := false
	for _, v := range e.near {
		for _, j := range e.g.members[v] {
			w := e.g.other(j, v)
			if e.side[w] == 1 {
				continue
			}
			if outside >= 0 && outside != w {
				several = true
			}
			outside = w
			if e.g.end[attributeSide][j] == v {
				c.plus = append(c.plus, j)
			} else {
				c.minus = append(c.minus, j)
			}
		}
	}
	if !several && (outside < 0 || e.allCross(outside)) {
		return
	}
	e.found = append(e.found, c)
}

// allCross says whether every label of a far class crosses the cut: then the cut is that class.
func (e *cutSearch) allCross(v int32) bool {
	for _, j := range e.g.members[v] {
		if e.side[e.g.other(j, v)] != 1 {
			return false
		}
	}
	return true
}
