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

// An answer to a question that was not to be shown counts for nothing, nor what it would have opened.
func TestAnswersNobodyWasAskedForAreLeftOut(t *testing.T) {
	questions := []Question{
		{Key: "a", Type: YesNo},
		{Key: "b", Type: Scale5, If: &Condition{Question: "a", AtLeast: 1, AtMost: 1}},
		{Key: "c", Type: Comment, If: &Condition{Question: "b", AtLeast: 1, AtMost: 2}},
	}
	sent := func(a int) Answers { return Answers{}.Number("a", a).Number("b", 2).Comment("c", "why") }
	require.Equal(t, sent(1), sent(1).visible(questions))
	require.Equal(t, Answers{}.Number("a", 0), sent(0).visible(questions))
}
