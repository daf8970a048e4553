package disclosure

// network is a circulation with bounds on its arcs; the range audit's solver. Ahuja, Magnanti & Orlin 1993, Network
// Flows, ch. 6 (feasible flow) and 9.6 (cycle cancelling).
type network struct {
	from, to  []int
	low, high []int
	flow      []int
	vertices  int
	touching  [][]int // vertex → arcs
}

func newNetwork(vertices int) *network {
	return &network{vertices: vertices, touching: make([][]int, vertices)}
}

// link adds an arc (turned round if reversed) and returns its number.
func (n *network) link(reversed bool, from, to, low, high int) int {
	if reversed {
		from, to = to, from
	}
	n.from, n.to = append(n.from, from), append(n.to, to)
	n.low, n.high = append(n.low, low), append(n.high, high)
	n.flow = append(n.flow, 0)
	arc := len(n.flow) - 1
	n.touching[from] = append(n.touching[from], arc)
	if to != from {
		n.touching[to] = append(n.touching[to], arc)
	}
	return arc
}

// feasible finds a flow within all bounds that is conserved at every vertex.
func (n *network) feasible() bool {
	excess := make([]int, n.vertices)
	for a := range n.flow {
		n.flow[a] = n.low[a]
		excess[n.to[a]] += n.low[a]
		excess[n.from[a]] -= n.low[a]
	}
	for v := range excess {
		for excess[v] > 0 {
			if !n.relieve(v, excess) {
				return false
			}
		}
	}
	return true
}

// relieve sends what v has too much along a shortest path to a vertex that lacks it.
func (n *network) relieve(v int, excess []int) bool {
	via := make([]int, n.vertices)
	for u := range via {
		via[u] = -1
	}
	queue := []int{v}
	seen := make([]bool, n.vertices)
	seen[v] = true
	for at := 0; at < len(queue); at++ {
		u := queue[at]
		if excess[u] < 0 {
			push := min(excess[v], -excess[u])
			for w := u; w != v; w = n.tail(via[w], w) {
				push = min(push, n.room(via[w], w))
			}
			for w := u; w != v; {
				before := n.tail(via[w], w)
				n.push(via[w], w, push)
				w = before
			}
			excess[v] -= push
			excess[u] += push
			return true
		}
		for _, a := range n.touching[u] {
			w := n.from[a] + n.to[a] - u
			if !seen[w] && n.room(a, w) > 0 {
				seen[w], via[w] = true, a
				queue = append(queue, w)
			}
		}
	}
	return false
}

func (n *network) tail(arc, head int) int { return n.from[arc] + n.to[arc] - head }

// room is how much more may flow along an arc towards v.
func (n *network) room(arc, v int) int {
	if n.to[arc] == v {
		return n.high[arc] - n.flow[arc]
	}
	return n.flow[arc] - n.low[arc]
}

func (n *network) push(arc, v, amount int) {
	if n.to[arc] == v {
		n.flow[arc] += amount
	} else {
		n.flow[arc] -= amount
	}
}

// minimise gives the least cost of a feasible flow; arcs not named are free. The flow stays for the next question.
func (n *network) minimise(cost map[int]int) int {
	for n.cancel(cost) {
	}
	total := 0
	for a, c := range cost {
		total += c * n.flow[a]
	}
	return total
}

// cancel finds one circle along which the cost falls (Bellman & Ford) and pushes as much as fits.
func (n *network) cancel(cost map[int]int) bool {
	dist := make([]int, n.vertices)
	via := make([]int, n.vertices)
	for v := range via {
		via[v] = -1
	}
	last := -1
	for range n.vertices {
		last = -1
		for a := range n.flow {
			if n.from[a] == n.to[a] { // a loop changes nothing but itself
				if c := cost[a]; c < 0 && n.flow[a] < n.high[a] || c > 0 && n.flow[a] > n.low[a] {
					n.flow[a] = n.high[a]
					if c > 0 {
						n.flow[a] = n.low[a]
					}
				}
				continue
			}
			if c := cost[a]; n.flow[a] < n.high[a] && dist[n.from[a]]+c < dist[n.to[a]] {
				dist[n.to[a]], via[n.to[a]], last = dist[n.from[a]]+c, a, n.to[a]
			}
			if c := cost[a]; n.flow[a] > n.low[a] && dist[n.to[a]]-c < dist[n.from[a]] {
				dist[n.from[a]], via[n.from[a]], last = dist[n.to[a]]-c, a, n.from[a]
			}
		}
		if last < 0 {
			return false
		}
	}
	for range n.vertices { // walk back into the circle
		last = n.tail(via[last], last)
	}
	push := int(^uint(0) >> 1)
	for v, first := last, true; first || v != last; first = false {
		push = min(push, n.room(via[v], v))
		v = n.tail(via[v], v)
	}
	for v, first := last, true; first || v != last; first = false {
		before := n.tail(via[v], v)
		n.push(via[v], v, push)
		v = before
	}
	return true
}
