package disclosure

import (
	mrand "math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The range audit's network finds the same least and greatest totals as trying every combination of label totals.
func TestRangesAgreeWithTryingAll(t *testing.T) {
	compared := 0
	for seed := range uint64(80) {
		r := mrand.New(mrand.NewPCG(seed, 21))
		l, err := NewLattice([]Node{{ID: "c"}, {"t", "c"}, {"u", "c"}}, []Label{{"t", "a"}, {"t", "b"}, {"u", "a"}, {"u", "b"}}, CompanyOnly)
		require.NoError(t, err)
		const steps = 2
		it := Item{Low: 1, Options: make([][]int, 4)}
		for j := range it.Options {
			it.Options[j] = make([]int, steps+1)
			for range 1 + r.IntN(6) {
				it.Options[j][min(r.IntN(5)/2, steps)*int(seed%2)]++
			}
		}
		counts := it.Counts()
		rel := release(t, l, it)
		m := l.Measure("1", counts, rel)
		if len(m.Cells) == 0 {
			continue
		}
		a := &rangeAudit{m: m, s: Scale{steps}, inner: forest(m), lawful: true}
		if !a.solve(1) {
			continue // fractions of a step: the enumeration knows whole ones only
		}
		for _, g := range a.groups() {
			cost := make(map[int]int)
			for _, j := range g.plus {
				cost[a.arcOf[j]] = 1
			}
			for _, j := range g.minus {
				cost[a.arcOf[j]] = -1
			}
			low := a.net.minimise(cost)
			for arc := range cost {
				cost[arc] = -cost[arc]
			}
			top := -a.net.minimise(cost)
			wantLow, wantTop := tryAll(m, steps, g)
			require.Equalf(t, [2]int{wantLow, wantTop}, [2]int{low, top}, "seed %d, %s", seed, g.name)
			compared++
		}
	}
	require.Greater(t, compared, 100)
}

// tryAll enumerates label totals (each from nought) that fit every published score and keep every class inside.
func tryAll(m Measure, steps int, g group) (low, top int) {
	low, top = 1<<30, -1<<30
	fits := func(at []int) bool {
		classes := map[int]map[string][]int{0: {}, 1: {}} // side → innermost cell → labels
		inner := [2][]string{make([]string, len(at)), make([]string, len(at))}
		size := [2][]int{make([]int, len(at)), make([]int, len(at))}
		for _, c := range m.Cells {
			n, sum, side := 0, 0, 0
			if c.Value != "" {
				side = 1
			}
			for _, j := range c.Labels {
				n += m.Labels[j].N
				sum += at[j]
				if size[side][j] == 0 || len(c.Labels) <= size[side][j] {
					size[side][j], inner[side][j] = len(c.Labels), c.Name+"/"+c.Value
				}
			}
			if rounded(min(max(sum, 2), n*steps-2), n, 0, steps, 1, 0, 100, scoreStep(n)) != c.Score {
				return false
			}
		}
		for side := range 2 {
			for j, name := range inner[side] {
				if name != "" {
					classes[side][name] = append(classes[side][name], j)
				}
			}
			for _, labels := range classes[side] {
				n, sum := 0, 0
				for _, j := range labels {
					n += m.Labels[j].N
					sum += at[j]
				}
				if sum < 2 || sum > n*steps-2 {
					return false
				}
			}
		}
		return true
	}
	at := make([]int, len(m.Labels))
	var try func(j int)
	try = func(j int) {
		if j == len(at) {
			if fits(at) {
				sum := 0
				for i, v := range at {
					if slices.Contains(g.plus, i) {
						sum += v
					}
					if slices.Contains(g.minus, i) {
						sum -= v
					}
				}
				low, top = min(low, sum), max(top, sum)
			}
			return
		}
		for v := 0; v <= m.Labels[j].N*steps; v++ {
			at[j] = v
			try(j + 1)
		}
	}
	try(0)
	return low, top
}

func TestRangeAuditReadsFiguresOutsideTheRules(t *testing.T) {
	m := Measure{Labels: []LedgerLabel{{"a", 5}, {"b", 20}}, Cells: []LedgerCell{
		{Name: "c", Labels: []int{0, 1}, NBand: Band20to49, Score: 60},
		{Name: "t", Labels: []int{1}, NBand: Band20to49, Score: 50},
	}}
	found := AuditRanges(m, Scale{4}) // 60 of 100 for 25 people is 60 steps, 40 of them in b: a has all 20
	require.NotEmpty(t, found)
	require.Equal(t, "c minus the cells inside it", found[0].Group)
	require.Equal(t, 5, found[0].People)
	require.Equal(t, 1, found[0].Possible)
	m.Cells[0].Score = 20 // a would have fewer than none
	found = AuditRanges(m, Scale{4})
	require.Equal(t, ReasonUnlawful, found[len(found)-1].Reason)
}

func TestScoreOfTotals(t *testing.T) {
	l, err := NewLattice([]Node{{ID: "c"}, {"t", "c"}}, []Label{{"t", ""}, {"c", ""}}, NoAttribute)
	require.NoError(t, err)
	d, err := l.Decide([]int{8, 3}, FloorK)
	require.NoError(t, err)
	m, err := d.Move(1, 5, []int{40, 15})
	require.NoError(t, err)
	score, band, ok := d.Score(0, m, 1, 5)
	require.True(t, ok)
	require.Equal(t, 95, score) // 53 of 55 is 95.5, inwards to a step of 5
	require.Equal(t, Band10to19, band)
	_, _, ok = d.Score(1, m, 1, 5)
	require.False(t, ok, "the team would leave three people")
}
