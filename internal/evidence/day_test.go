package evidence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/evidence"
)

// A day is written as people write it, and is given to programs as 2025-03-31.
func TestADayIsWrittenAsPeopleWriteIt(t *testing.T) {
	d := evidence.Date(time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC))
	require.Equal(t, "2025-03-31", d.Value())
	s := evidence.Sentence{Key: "alert.action_overdue", Params: map[string]evidence.Param{"title": evidence.Text("x"), "due": d}}
	for loc, want := range map[string]string{"en": "March 31, 2025", "he": "31 במרץ 2025", "pl": "31 marca 2025"} {
		require.Contains(t, s.In(loc), want)
	}
}
