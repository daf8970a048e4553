package returns

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/initiative"
)

// TestEntangledInitiativesAreStatedTogether: a reaches teams of b, and b of c, so that the three are one bundle; d stands
// alone.
func TestEntangledInitiativesAreStatedTogether(t *testing.T) {
	line := initiative.Benefit{Name: "calls", Kind: "cost_to_serve", Units: 10, Price: 650, PriceSource: "finance"}
	views := []initiative.View{}
	for _, id := range []string{"aaaa", "bbbb", "cccc", "dddd"} {
		views = append(views, evaluated(id, "", "B", -1, .1, line))
	}
	tie := func(a, b int) {
		views[a].Evaluation.Entangled = append(views[a].Evaluation.Entangled, initiative.Overlap{ID: views[b].ID, Name: views[b].Plan.Name, Teams: 1})
		views[b].Evaluation.Entangled = append(views[b].Evaluation.Entangled, initiative.Overlap{ID: views[a].ID, Name: views[a].Plan.Name, Teams: 1})
	}
	tie(1, 2)
	tie(0, 1)
	found := bundles(views)
	require.Len(t, found, 1)
	require.Equal(t, OfBundle("aaaa"), found[0].subject)
	require.Equal(t, []string{"aaaa", "bbbb", "cccc"}, found[0].members)
	require.Equal(t, "aaaa + bbbb + cccc", found[0].name)
	require.False(t, found[0].has("dddd"))

	s := &Service{}
	list, err := s.stateAll(t.Context(), views, looking(initiative.Settings{Currency: "EUR", FiscalStart: 1}), Quarter{})
	require.NoError(t, err)
	st, ok := BundleOf(list, "bbbb")
	require.True(t, ok)
	require.Equal(t, int64(3_000_000), st.Result.Investment, "all three were paid for")
	require.Len(t, st.Result.Lines, 2, "a and c do not meet, so that each may count its calls; b counts none of theirs again")
	require.Len(t, st.Left, 1)
	require.Equal(t, LeftTwice, st.Left[0].Reason)
	_, ok = BundleOf(list, "dddd")
	require.False(t, ok)

	for k := range list {
		if list[k].Subject == Organisation {
			list[k].At = on("2025-02-02").Add(time.Hour)
		}
	}
	_, ok = BundleOf(list, "bbbb")
	require.False(t, ok, "stated before the organisation was: no longer a bundle")
}
