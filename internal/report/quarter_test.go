package report_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/report"
)

func on(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestQuartersFollowTheFiscalYear(t *testing.T) {
	for _, c := range []struct {
		day      string
		start    int
		quarter  string
		from, to string
		ended    string
	}{
		{"2025-03-31", 1, "2025-Q1", "2025-01-01", "2025-03-31", "2025-Q1"},
		{"2025-04-01", 1, "2025-Q2", "2025-04-01", "2025-06-30", "2025-Q1"},
		{"2025-03-31", 4, "2024-Q4", "2025-01-01", "2025-03-31", "2024-Q4"},
		{"2025-04-01", 4, "2025-Q1", "2025-04-01", "2025-06-30", "2024-Q4"},
		{"2025-01-15", 10, "2024-Q2", "2025-01-01", "2025-03-31", "2024-Q1"},
		{"2025-01-31", 2, "2024-Q4", "2024-11-01", "2025-01-31", "2024-Q4"},
		{"2024-02-29", 12, "2023-Q1", "2023-12-01", "2024-02-29", "2023-Q1"},
	} {
		q := report.QuarterOf(on(c.day), c.start)
		require.Equal(t, c.quarter, q.String(), c)
		require.Equal(t, on(c.from), q.From(), c)
		require.Equal(t, on(c.to), q.To(), c)
		require.Equal(t, c.ended, report.Ended(on(c.day), c.start).String(), c)
		again, err := report.ParseQuarter(q.String(), c.start)
		require.NoError(t, err)
		require.Equal(t, q, again)
		require.Equal(t, q.From().AddDate(0, 0, -1), q.Before().To())
		b, err := json.Marshal(q)
		require.NoError(t, err)
		var back report.Quarter
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, q, back)
	}
	moved, err := report.ParseQuarter("2025-Q1.04", 1)
	require.NoError(t, err)
	require.Equal(t, "2025-Q1.04", moved.String())
	require.Equal(t, on("2025-04-01"), moved.From(), "its name says in which month its year begins")
	for _, bad := range []string{"", "2025", "2025-Q5", "2025-Q0", "25-Q1", "2025-Q1x", "2025-Q1.", "2025-Q1.4", "2025-Q1.13", "2025-Q1.044", " 2025-Q1", "0001-Q1"} {
		_, err := report.ParseQuarter(bad, 1)
		require.Equal(t, "quarter_unreadable", errs.CodeOf(err), bad)
	}
}
