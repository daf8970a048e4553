package returns

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
)

func TestQuartersFollowTheFiscalYear(t *testing.T) {
	for _, c := range []struct {
		day         string
		start       int
		name, first string
	}{
		{"2025-01-01", 1, "2025-Q1", "2025-01-01"},
		{"2025-12-31", 1, "2025-Q4", "2025-10-01"},
		{"2026-03-31", 4, "2025-Q4", "2026-01-01"},
		{"2025-04-01", 4, "2025-Q1", "2025-04-01"},
		{"2026-01-31", 2, "2025-Q4", "2025-11-01"},
		{"2025-11-30", 12, "2024-Q4", "2025-09-01"},
	} {
		q := QuarterOf(on(c.day), c.start)
		require.Equal(t, c.name, q.String(), c.day)
		require.Equal(t, on(c.first), q.Start(), c.day)
		back, err := ParseQuarter(c.name, c.start)
		require.NoError(t, err)
		require.Equal(t, q, back)
	}
	for d, n := on("2023-01-01"), 0; n < 1500; d, n = d.AddDate(0, 0, 1), n+1 {
		for start := 1; start <= 12; start++ {
			q := QuarterOf(d, start)
			require.False(t, d.Before(q.Start()) || !d.Before(q.End()), "%s %d", d.Format(time.DateOnly), start)
			require.Equal(t, q.End(), q.Next().Start())
		}
	}
	for _, bad := range []string{"", "2025", "2025-Q5", "2025-q1", "25-Q1", "2025-Q1 "} {
		_, err := ParseQuarter(bad, 1)
		require.Equal(t, "quarter_unreadable", errs.CodeOf(err))
	}
}
