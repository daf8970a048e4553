package feedback_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/feedback"
	"rapport/internal/intake"
)

// Each ready mapping takes in an export written by hand in that product's form, and recognises it by itself.
func TestReadyMappings(t *testing.T) {
	want := map[string][]string{
		"qualtrics":    {"nps.relational North 2025-03 100 1", "nps.relational South 2025-03 -100 1"},
		"surveymonkey": {"nps.relational North 2025-03 100 1", "nps.relational South 2025-03 -100 1"},
		"delighted":    {"nps.relational North 2025-04 100 1", "nps.relational South 2025-04 -100 1"},
		"zendesk":      {"free.zendesk_good.transactional North 2025-05 0.5 2"},
		"google_forms": {"csat.transactional North 2025-05 100 1", "csat.transactional South 2025-05 0 1"},
		"chatwoot":     {"csat.transactional North 2025-06 100 1", "csat.transactional South 2025-06 0 1"},
	}
	list, err := intake.ReadyMappings()
	require.NoError(t, err)
	require.Len(t, list, len(want))
	for _, r := range list {
		t.Run(r.ID, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", "ready", r.ID+".csv"))
			require.NoError(t, err)
			p, err := intake.Look(bytes.NewReader(raw), int64(len(raw)), r.ID+".csv", r.Mapping.Options())
			require.NoError(t, err)
			known, ok := intake.Known(p.File.Columns)
			require.True(t, ok)
			require.Equal(t, r.ID, known.ID)
			b := newBench(t)
			m := feedback.Ready(r, p, true)
			res := b.put(string(raw), m)
			scores := slices.DeleteFunc(b.figures(), func(f string) bool { return strings.HasPrefix(f, "sentiment.") || strings.HasPrefix(f, "feeling.") })
			require.Equal(t, want[r.ID], scores)
			require.Equal(t, res.Rows, b.put(string(raw), m).Unchanged, "again changes nothing")
		})
	}
}
