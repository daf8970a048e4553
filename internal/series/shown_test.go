package series_test

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/disclosure"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

func absence(aggregation string) intake.Mapping {
	return intake.Mapping{
		Kind: intake.Series, Team: "team", Parent: "parent", Period: "period", Respondents: "n", CreateTeams: true,
		Metrics: []intake.MetricMapping{{Column: "absence", Metric: "absence", Kind: "outcome", Aggregation: aggregation, AboutPeople: true}},
	}
}

// A division of 30 with teams of 12, 10, 5 and 3: hiding the three alone would leave them as the rest.
func TestFiguresAboutPeoplePassTheAudit(t *testing.T) {
	b := newBench(t)
	b.put("team,parent,period,absence,n\nNorth,,2025-01,4,30\nA,North,2025-01,1,12\nB,North,2025-01,2,10\nC,North,2025-01,3,5\nD,North,2025-01,99,3\nE,South,2025-01,7,9\nF,South,2025-01,8,\n", absence("mean"))
	all := strings.Join(b.values(), "\n")
	require.NotContains(t, all, "99")
	n := 0
	for _, v := range []string{"1 12", "2 10", "3 5"} {
		if strings.Contains(all, " "+v) {
			n++
		}
	}
	require.Equal(t, 2, n, "one of the others has to stay hidden with it: %s", all)
	require.Contains(t, all, "4 30")
	require.Contains(t, all, "7 9", "a team without a figure above it is its own")
	require.NotContains(t, all, "8 0", "without counts it is held back")
	held, err := b.HeldBack(context.Background(), org.Everything, series.Query{})
	require.NoError(t, err)
	total := 0
	for _, x := range held {
		total += x
	}
	require.Equal(t, 3, total)

	metrics, err := b.Metrics(context.Background())
	require.NoError(t, err)
	list, err := b.Values(context.Background(), org.Everything, metrics[0], series.Query{}, series.Position{}, 100)
	require.NoError(t, err)
	for _, v := range list {
		require.True(t, !v.NotShown || v.Value == 0 && v.N == 0)
	}
	// What stands in the cells decides nothing: the same counts with other figures, the same cells.
	shown := func() (out []string) {
		for _, v := range b.values() {
			f := strings.Fields(v)
			out = append(out, strings.Join(f[:len(f)-2], " "))
		}
		return out
	}
	before := shown()
	b.put("team,parent,period,absence,n\nNorth,,2025-01,0,30\nA,North,2025-01,50,12\nB,North,2025-01,0,10\nC,North,2025-01,0,5\nD,North,2025-01,0,3\n", absence("mean"))
	require.Equal(t, before, shown())
}

// What the trial run says will be kept back is what is kept back, the audit's share and that of figures that stand already
// included, by file and by grid.
func TestTheTrialRunCountsWhatTheAuditKeepsBack(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	held := func() (n int) {
		m, err := b.HeldBack(ctx, org.Everything, series.Query{})
		require.NoError(t, err)
		for _, x := range m {
			n += x
		}
		return n
	}
	first := "team,parent,period,absence,n\nNorth,,2025-01,4,30\nA,North,2025-01,1,12\nB,North,2025-01,2,10\nC,North,2025-01,3,5\nD,North,2025-01,99,3\n"
	in := b.input(first, absence("mean"))
	in.DryRun = true
	dry, err := b.Import(ctx, in)
	require.NoError(t, err)
	require.Equal(t, 2, dry.HeldBack, "the three people, and the smallest team beside them")
	require.Equal(t, 2, b.put(first, absence("mean")).HeldBack)
	require.Equal(t, 2, held())

	items := []series.Item{{Team: "A", Period: "2025-02", Metric: "absence", Value: 1, N: 12}, {Team: "North", Period: "2025-02", Metric: "absence", Value: 2, N: 15}}
	typed, err := b.PutValues(ctx, admin, "grid", items, true)
	require.NoError(t, err)
	require.Equal(t, 1, typed.HeldBack, "twelve of fifteen leave three")
	_, err = b.PutValues(ctx, admin, "grid", items, false)
	require.NoError(t, err)
	require.Equal(t, 3, held())

	// A correction counts with what stands: the three become thirteen, so nothing has to hide in January any more.
	later := "team,parent,period,absence,n\nD,North,2025-01,9,13\nNorth,,2025-01,4,40\n"
	require.Zero(t, b.put(later, absence("mean")).HeldBack)
	require.Equal(t, 1, held())
}

func TestACoarserFigureDoesNotGiveAwayAHiddenMonth(t *testing.T) {
	b := newBench(t)
	b.put("team,parent,period,absence,n\nA,,2025-01,1,6\nA,,2025-02,2,6\nA,,2025-03,77,4\nA,,2025-Q1,80,6\nA,,2025-Q2,5,6\n", absence("sum"))
	all := strings.Join(b.values(), "\n")
	require.NotContains(t, all, " 77 ")
	require.NotContains(t, all, " 80 ", "the quarter less two months is the third")
	require.Contains(t, all, " 5 6", "a quarter without months stands")
}

// Whatever the tree and the counts: nothing about fewer than five people follows from what is shown, and the audit that
// finds nothing finds the threshold rule guilty.
func TestFiguresAboutPeopleLeaveNothingDerivable(t *testing.T) {
	caught := 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := newBench(t)
		var file strings.Builder
		file.WriteString("team,parent,period,absence,n\n")
		sizes := map[string]int{}
		parent := map[string]string{}
		company := 0
		for d := range 4 {
			division, sum := fmt.Sprintf("d%d", d), 0
			for i := range 2 + r.IntN(5) {
				team := fmt.Sprintf("t%d.%d", d, i)
				sizes[team], parent[team] = 1+r.IntN(12), division
				sum += sizes[team]
			}
			sizes[division], parent[division] = sum, "co"
			company += sum
		}
		sizes["co"] = company
		for id, n := range sizes {
			fmt.Fprintf(&file, "%s,%s,2025-01,%d,%d\n", id, parent[id], r.IntN(20), n)
		}
		b.put(file.String(), absence("mean"))
		m := disclosure.Measure{Item: "absence"}
		at := map[string]int{}
		for id, n := range sizes {
			if strings.HasPrefix(id, "t") {
				at[id] = len(m.Labels)
				m.Labels = append(m.Labels, disclosure.LedgerLabel{ID: id, N: n})
			}
		}
		cell := func(id string) disclosure.LedgerCell {
			c := disclosure.LedgerCell{Name: id}
			for team, i := range at {
				if team == id || parent[team] == id || id == "co" {
					c.Labels = append(c.Labels, i)
				}
			}
			return c
		}
		threshold := m
		for _, v := range b.values() {
			m.Cells = append(m.Cells, cell(strings.Fields(v)[1]))
		}
		require.NotEmpty(t, m.Cells)
		found, err := disclosure.AuditMeasure(m, disclosure.FloorK, crand.Reader)
		require.NoError(t, err)
		require.Empty(t, found, "seed %d", seed)
		for id, n := range sizes {
			if n >= disclosure.FloorK {
				threshold.Cells = append(threshold.Cells, cell(id))
			}
		}
		if found, err = disclosure.AuditMeasure(threshold, disclosure.FloorK, crand.Reader); err == nil && len(found) > 0 {
			caught++
		}
	}
	require.Greater(t, caught, 5, "the audit has teeth")
}
