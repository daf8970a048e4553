package pulse

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
)

// A scale has labels for its two ends or for each answer, in every language, or none at all.
func TestTheLabelsOfAScaleFitIt(t *testing.T) {
	try := func(kind Type, ends map[string][]string) error {
		q := Question{Key: "x", Type: kind, Text: map[string]string{"en": "x", "pl": "x"}, Ends: ends}
		return q.validate([]string{"en", "pl"})
	}
	two, five := []string{"no", "yes"}, []string{"1", "2", "3", "4", "5"}
	require.NoError(t, try(Scale5, nil))
	require.NoError(t, try(Scale5, map[string][]string{"en": {}}), "an emptied field is none")
	require.NoError(t, try(Scale5, map[string][]string{"en": two, "pl": five}))
	require.NoError(t, try(Comment, map[string][]string{"en": two}), "a comment has no scale to label")
	for _, wrong := range []map[string][]string{{"en": two}, {"en": two, "pl": {"nie"}}, {"en": five[:4], "pl": two}} {
		var e *errs.Error
		require.ErrorAs(t, try(Scale5, wrong), &e)
		require.Equal(t, "question_ends_invalid", e.Fields[0].Code)
	}
	require.Error(t, try(Scale7, map[string][]string{"en": five, "pl": five}))
}
