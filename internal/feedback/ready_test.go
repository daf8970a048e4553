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
		"chatwoot":     {"csat.transactional North (north@example.com) 2025-06 100 1", "csat.transactional South (south@example.com) 2025-06 0 1"},
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

// Newer exports name the columns of SurveyMonkey otherwise, and what is fetched from Delighted's API has its names.
func TestOtherNamesOfTheSameExport(t *testing.T) {
	for id, c := range map[string]struct {
		body     string
		customer string
	}{
		"surveymonkey": {"respondent_id,collector_id,date_created,date_modified,ip_address,email_address,first_name,last_name,custom_1,How likely is it that you would recommend us?\n,,,,,,,,,Response\n1,42,2025-03-14 08:59:10,2025-03-14 09:01:20,,a@example.com,,,North,10\n", "email_address"},
		"delighted":    {"id,person,survey_type,score,comment,permalink,created_at,team\n1,p1,nps,9,Good,https://example.com/r/1,2025-03-14 09:00:00,North\n", "person"},
		"qualtrics":    {"RecordedDate,ResponseId,ExternalReference,Q1,Team\nRecorded Date,Response ID,External Data Reference,How likely?,Team\nx,x,x,x,x\n2025-03-14 09:00:00,R_1,C-7,9,North\n", "ExternalReference"},
	} {
		raw := []byte(c.body)
		ready, err := intake.ReadyMapping(id)
		require.NoError(t, err)
		p, err := intake.Look(bytes.NewReader(raw), int64(len(raw)), "x.csv", ready.Mapping.Options())
		require.NoError(t, err)
		known, ok := intake.Known(p.File.Columns)
		require.True(t, ok, id)
		require.Equal(t, id, known.ID)
		m := feedback.Ready(ready, p, true)
		require.Equal(t, c.customer, m.Columns["customer"], id)
		b := newBench(t)
		require.Equal(t, 1, b.put(c.body, m).Imported, id)
	}
}
