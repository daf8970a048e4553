package disclosure

import (
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A question that only some are shown: nothing follows about fewer than five of those who answered it, nor about fewer
// than five of those who stood behind the groups that did not, so that what is shown does not tell who was never asked.
func TestSilenceIsHiddenLikeFewAnswers(t *testing.T) {
	guarded := 0
	for seed := range uint64(60) {
		r := mrand.New(mrand.NewPCG(seed, 4))
		nodes := []Node{{ID: "co"}}
		var labels []Label
		var asked, counts []int
		var options [][]int
		for d := range 3 {
			division := fmt.Sprint("d", d)
			nodes = append(nodes, Node{ID: division, Parent: "co"})
			for i := range 4 {
				team := fmt.Sprint(division, ".", i)
				nodes = append(nodes, Node{ID: team, Parent: division})
				for _, value := range []string{"a", "b"} {
					labels = append(labels, Label{Node: team, Value: value})
					people := 4 + r.IntN(6)
					said := people - r.IntN(2)
					if i == 0 { // a small team in which nobody was asked
						people, said = 1+r.IntN(2), 0
					}
					asked, counts, options = append(asked, people), append(counts, said), append(options, []int{said / 2, said - said/2})
				}
			}
		}
		l, err := NewLattice(nodes, labels, CompanyAndDivisions)
		require.NoError(t, err)
		release := func(asked []int) Release {
			x, err := NewPublisher(l, FloorK).Publish(Item{ID: "why", Options: options, Asked: asked})
			require.NoError(t, err)
			return x
		}
		open, guard := release(nil), release(asked)
		if len(guard.Cells) < len(open.Cells) {
			guarded++
		}
		behind := make([]int, len(asked))
		for j, n := range counts {
			behind[j] = n
			if n == 0 {
				behind[j] = asked[j]
			}
		}
		for _, sizes := range [][]int{counts, behind} {
			found, err := AuditMeasure(l.Measure("w", sizes, guard), FloorK, rand.Reader)
			require.NoError(t, err)
			require.Empty(t, found, "seed %d", seed)
		}
		shown := map[Cell]bool{}
		for _, c := range open.Cells {
			shown[c.Cell] = true
		}
		for _, c := range guard.Cells {
			require.True(t, shown[c.Cell], "seed %d: never more than without", seed)
		}
	}
	require.Positive(t, guarded, "there was something to hide")
}
