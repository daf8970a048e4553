package disclosure

// classGraph is what all shown cells together say, as a graph. The shown cells of the hierarchy cut the labels into
// residual classes (a cell minus the shown cells below it), those of the attribute cut them a second time. Each class
// is a vertex, each label an edge between its class in the hierarchy and its class in the attribute, as heavy as the
// people behind it. What follows from the shown cells by adding and subtracting is exactly the cut space of this
// graph, so the smallest group anybody can derive is its lightest cut. See ADR 0025.
type classGraph struct {
	n       []int32    // label → people
	end     [2][]int32 // side → label → vertex (sides: hierarchy, attribute)
	members [][]int32  // vertex → labels with people
	weight  []int      // vertex → people

	flow    []int32 // scratch of maxFlow: label → flow from the hierarchy's end to the attribute's
	via     []int32 // vertex → label by which it was reached
	mark    []int32 // vertex → round in which it was reached
	round   int32
	queue   []int32
	touched []int32
}

const (
	hierarchySide = 0
	attributeSide = 1
)

func newClassGraph(counts []int) *classGraph {
	g := &classGraph{n: make([]int32, len(counts)), flow: make([]int32, len(counts))}
	all := make([]int32, 0, len(counts))
	total := 0
	for j, c := range counts {
		g.n[j] = int32(c)
		total += c
		if c > 0 {
			all = append(all, int32(j))
		}
	}
	g.end[hierarchySide] = make([]int32, len(counts))
	g.end[attributeSide] = make([]int32, len(counts))
	for j := range counts {
		g.end[attributeSide][j] = 1
	}
	// The company as a whole: one class on either side.
	g.members = [][]int32{all, all}
	g.weight = []int{total, total}
	g.via = make([]int32, 2)
	g.mark = make([]int32, 2)
	return g
}

// split takes the given labels out of the class they share into a class of their own, and returns both vertices.
// unsplit takes it back.
func (g *classGraph) split(side int, labels []int32) (part, rest int32) {
	rest = g.end[side][labels[0]]
	part = int32(len(g.members))
	w := 0
	for _, j := range labels {
		g.end[side][j] = part
		w += int(g.n[j])
	}
	remaining := make([]int32, 0, len(g.members[rest])-len(labels))
	for _, j := range g.members[rest] {
		if g.end[side][j] == rest {
			remaining = append(remaining, j)
		}
	}
	g.members = append(g.members, labels)
	g.weight = append(g.weight, w)
	g.via = append(g.via, 0)
	g.mark = append(g.mark, 0)
	g.members[rest] = remaining
	g.weight[rest] -= w
	return part, rest
}

func (g *classGraph) unsplit(side int, part, rest int32, before []int32) {
	for _, j := range g.members[part] {
		g.end[side][j] = rest
	}
	g.weight[rest] += g.weight[part]
	g.members[rest] = before
	last := len(g.members) - 1
	g.members, g.weight, g.via, g.mark = g.members[:last], g.weight[:last], g.via[:last], g.mark[:last]
}

func (g *classGraph) other(label, v int32) int32 {
	if g.end[hierarchySide][label] == v {
		return g.end[attributeSide][label]
	}
	return g.end[hierarchySide][label]
}

// maxFlow gives the weight of the lightest cut between the sources and the sinks, or enough if it is at least that
// (Ford & Fulkerson 1956, doi:10.4153/CJM-1956-045-5, with shortest paths; enough is small, so few rounds suffice).
func (g *classGraph) maxFlow(sources, sinks []int32, enough int) int {
	defer func() {
		for _, j := range g.touched {
			g.flow[j] = 0
		}
		g.touched = g.touched[:0]
	}()
	total := 0
	for total < enough {
		v := g.search(sources, sinks)
		if v < 0 {
			return total
		}
		push := int32(enough - total)
		for u := v; g.via[u] >= 0; u = g.other(g.via[u], u) {
			push = min(push, g.room(g.via[u], u))
		}
		for u := v; g.via[u] >= 0; u = g.other(g.via[u], u) {
			j := g.via[u]
			g.touched = append(g.touched, j)
			if g.end[attributeSide][j] == u {
				g.flow[j] += push
			} else {
				g.flow[j] -= push
			}
		}
		total += int(push)
	}
	return enough
}

// room is how much more may flow along a label towards v.
func (g *classGraph) room(label, v int32) int32 {
	if g.end[attributeSide][label] == v {
		return g.n[label] - g.flow[label]
	}
	return g.n[label] + g.flow[label]
}

// search finds a shortest augmenting path and returns the sink it ends in, or -1.
func (g *classGraph) search(sources, sinks []int32) int32 {
	g.round++
	g.queue = g.queue[:0]
	for _, s := range sources {
		g.mark[s], g.via[s] = g.round, -1
		g.queue = append(g.queue, s)
	}
	for at := 0; at < len(g.queue); at++ {
		u := g.queue[at]
		for _, t := range sinks {
			if u == t {
				return u
			}
		}
		for _, j := range g.members[u] {
			v := g.other(j, u)
			if g.mark[v] != g.round && g.room(j, v) > 0 {
				g.mark[v], g.via[v] = g.round, j
				g.queue = append(g.queue, v)
			}
		}
	}
	return -1
}
