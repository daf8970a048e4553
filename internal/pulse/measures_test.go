package pulse

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/disclosure"
)

// The share who noticed an initiative is a figure of its own, so that the plan can name it; other single items stay in
// the results.
func TestWhoNoticedAnInitiativeIsAFigure(t *testing.T) {
	yes := Question{Key: "noticed.abc", Version: 1, Type: YesNo, Text: map[string]string{"en": "Did you notice the coaching?"}}
	own := Question{Key: "own.1", Version: 1, Type: YesNo, Text: map[string]string{"en": "Do you have a desk?"}}
	wide := Question{Key: "noticed.def", Version: 1, Type: Scale5, Text: map[string]string{"en": "How much?"}}
	r := Release{Nodes: []Node{{ID: "shown"}, {ID: "hidden"}}}
	for _, q := range []Question{yes, own, wide} {
		cells := []disclosure.Figures{{Cell: disclosure.Cell{Node: "shown"}, Score: 62}}
		r.Questions = append(r.Questions, ReleasedQuestion{q, disclosure.Release{Item: q.Key, Cells: cells}})
	}
	got, err := r.Measures()
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.True(t, got[0].Noticed)
	require.Equal(t, "noticed.abc", got[0].Key)
	require.Equal(t, "%", got[0].Unit)
	require.Len(t, got[0].Cells, 1, "a group that is not shown has no figure")
	require.Equal(t, 62, got[0].Cells[0].Value)
}
