package disclosure

import (
	"crypto/rand"
	mrand "math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeptGroupsHaveKPeople(t *testing.T) {
	for seed := range uint64(100) {
		r := mrand.New(mrand.NewPCG(seed, 11))
		o := NewOrganisation(seed, 1+r.IntN(40))
		l, err := o.Lattice()
		require.NoError(t, err)
		counts := (Item{Options: o.Wave()}).Counts()
		group, err := l.KeepGroups(counts, FloorK)
		require.NoError(t, err)
		people, total := map[int]int{}, 0
		for j, g := range group {
			total += counts[j]
			if g != NotKept {
				people[g] += counts[j]
			} else if counts[j] > 0 {
				people[NotKept] += counts[j]
			}
		}
		for g, n := range people {
			if g == NotKept {
				require.Less(t, total, FloorK)
			} else {
				require.GreaterOrEqual(t, n, FloorK)
			}
		}
	}
	l, err := NewLattice([]Node{{ID: "c"}, {"a", "c"}, {"b", "c"}, {"a1", "a"}, {"a2", "a"}, {"b1", "b"}},
		[]Label{{"a1", ""}, {"a2", ""}, {"b1", ""}}, NoAttribute)
	require.NoError(t, err)
	group, err := l.KeepGroups([]int{3, 9, 8}, FloorK)
	require.NoError(t, err)
	require.Equal(t, group[0], group[1], "a sibling under the nearest parent")
	require.NotEqual(t, group[0], group[2])
	group, err = l.KeepGroups([]int{1, 1, 2}, FloorK)
	require.NoError(t, err)
	require.Equal(t, []int{NotKept, NotKept, NotKept}, group)
}

// A breakdown added to a closed wave is refused unless nothing follows from it beside what is already out.
func TestLaterBreakdownIsRefusedOrSafe(t *testing.T) {
	refused, allowed := 0, 0
	for seed := uint64(1); seed <= 10; seed++ {
		o := NewOrganisation(seed, 30)
		l, err := o.Lattice()
		require.NoError(t, err)
		it := Item{Low: 1, Options: o.Wave()}
		m := l.Measure("1", it.Counts(), release(t, l, it))
		d, err := l.Decide(it.Counts(), FloorK)
		require.NoError(t, err)
		for c, cell := range l.cells {
			if d.shown[c] || d.size[c] == 0 {
				continue
			}
			further := LedgerCell{Name: cell.Node, Value: cell.Value}
			for j, lab := range m.Labels {
				if slices.ContainsFunc(l.Members(c), func(x int) bool { return l.labels[x].String() == lab.ID }) {
					further.Labels = append(further.Labels, j)
				}
			}
			ok, found, err := MayAdd(m, []LedgerCell{further}, rand.Reader)
			require.NoError(t, err)
			require.Equal(t, ok, len(found) == 0)
			if ok {
				allowed++
			} else {
				refused++
			}
		}
		ok, _, err := MayAdd(m, m.Cells[:1], rand.Reader)
		require.NoError(t, err)
		require.True(t, ok, "what is out already may be shown again")
	}
	require.NotZero(t, refused)
	require.Zero(t, allowed, "the publisher would have shown it")
}
