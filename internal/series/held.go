package series

import (
	"context"

	"rapport/internal/org"
)

// counted is how many people stand behind a figure that is about to come in.
type counted struct {
	team string
	at   Period
	n    int
}

// mark remembers the count behind a cell of a metric about people, so that what will not be shown can be told before
// anything is stored.
func (c *commit) mark(f figure, n int) {
	c.marked = append(c.marked, markedCell{metric: f.metric, team: f.team, grain: f.grain, index: f.period, n: int32(n)})
}

// markedCell is 20 bytes, because an import may hold millions.
type markedCell struct {
	metric   uint16
	grain    uint8
	team     uint32
	index, n int32
}

// heldBack counts the figures of the import that will be stored but not shown: the same audit decides that will decide
// once they are in, with the figures that stand already and the teams the import makes.
func (c *commit) heldBack(ctx context.Context, tree *org.Tree, made []org.Team) (int, error) {
	if len(c.marked) == 0 {
		return 0, nil
	}
	if len(made) > 0 {
		tree = org.NewTree(append(tree.All(), made...))
	}
	held := 0
	for from := 0; from < len(c.marked); { // sorted by metric
		to := from
		for to < len(c.marked) && c.marked[to].metric == c.marked[from].metric {
			to++
		}
		m := c.metrics[c.marked[from].metric].Metric
		coming := make([]counted, to-from)
		for i, x := range c.marked[from:to] {
			coming[i] = counted{c.teams.teams[x.team].id, Period{Grain: grainOrder[x.grain], Index: int(x.index)}, int(x.n)}
		}
		pass, err := c.s.decide(ctx, m, tree, coming)
		if err != nil {
			return 0, err
		}
		for _, x := range coming {
			if !pass.has(x.team, x.at.Grain, Point{Index: x.at.Index, N: x.n}) {
				held++
			}
		}
		from = to
	}
	return held, nil
}
