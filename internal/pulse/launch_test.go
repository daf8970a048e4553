package pulse

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/disclosure"
)

func plan(sizes map[string]int, parents ...string) Plan {
	p := Plan{Nodes: []Node{{ID: "co"}}}
	for i := 0; i < len(parents); i += 2 {
		p.Nodes = append(p.Nodes, Node{ID: parents[i], Parent: parents[i+1]})
	}
	for _, n := range p.Nodes {
		for i := range sizes[n.ID] {
			p.People = append(p.People, Person{ID: fmt.Sprint(n.ID, i), Team: n.ID})
		}
	}
	return p
}

func invitedAt(p Plan) map[string]int {
	out := map[string]int{}
	labels, of := groups(p)
	for _, l := range labels {
		out[l.Node] += l.Invited
	}
	if len(of) != len(p.People) {
		panic("a person without a group")
	}
	return out
}

func TestSmallTeamsJoinTheGroupAbove(t *testing.T) {
	tree := []string{"n", "co", "s", "co", "n1", "n", "n2", "n", "s1", "s", "s2", "s"}
	require.Equal(t, map[string]int{"n1": 5, "n2": 6, "s1": 7, "s2": 8}, invitedAt(plan(map[string]int{"n1": 5, "n2": 6, "s1": 7, "s2": 8}, tree...)))
	require.Equal(t, map[string]int{"co": 7, "n2": 6, "s2": 8}, invitedAt(plan(map[string]int{"n1": 4, "n2": 6, "s1": 3, "s2": 8}, tree...)), "up the tree, until they are enough")
	require.Equal(t, map[string]int{"co": 2, "n2": 6, "s2": 8}, invitedAt(plan(map[string]int{"co": 1, "n1": 1, "n2": 6, "s2": 8}, tree...)), "with those who stand at the top")
	require.Equal(t, map[string]int{"co": 4}, invitedAt(plan(map[string]int{"n1": 2, "s2": 2}, "n", "co", "s", "co", "n1", "n", "s2", "s")), "two divisions of two have nobody beside them")
}

// Three of one division and one of the other would be left over at the top: whoever knows the company and one division
// would know the other, so a whole division was hidden for four people. They stay where hiding one team is enough.
func TestFewLeftOverHideNoDivision(t *testing.T) {
	p := plan(map[string]int{"n1": 3, "n2": 5, "n3": 8, "n4": 25, "s1": 1, "s2": 6, "s3": 20}, "n", "co", "s", "co", "n1", "n", "n2", "n", "n3", "n", "n4", "n", "s1", "s", "s2", "s", "s3", "s")
	require.Equal(t, map[string]int{"n": 3, "n2": 5, "n3": 8, "n4": 25, "s": 1, "s2": 6, "s3": 20}, invitedAt(p))
	labels, _ := groups(p)
	w := Wave{Nodes: p.Nodes, Labels: labels}
	l, invited, err := w.Lattice()
	require.NoError(t, err)
	d, err := l.Decide(invited, disclosure.FloorK)
	require.NoError(t, err)
	shown := map[string]bool{}
	for _, c := range d.Shown() {
		shown[l.Cells()[c].Node] = true
	}
	require.Equal(t, map[string]bool{"co": true, "n": true, "s": true, "n3": true, "n4": true, "s3": true}, shown)
}
