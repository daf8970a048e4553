package series_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/series"
)

func TestPeriodsReadAndWriteTheSame(t *testing.T) {
	for _, s := range []string{"2025-03-31", "2020-02-29", "2025-W14", "2020-W53", "2026-W01", "2025-03", "2025-Q1", "2025", "1969-W52", "1969-12-31"} {
		p, err := series.ParsePeriod(s)
		require.NoError(t, err, s)
		require.Equal(t, s, p.String())
		require.Equal(t, p, series.PeriodOf(p.Start(), p.Grain), s)
		require.Equal(t, p.End(), series.Period{Grain: p.Grain, Index: p.Index + 1}.Start())
	}
}

func TestImpossiblePeriodsAreRefused(t *testing.T) {
	for s, code := range map[string]string{
		"2025-02-30": "period_impossible", "2025-W54": "period_impossible", "2025-W53": "period_impossible", "2025-13": "period_impossible",
		"0000": "period_impossible", "2025-00": "period_impossible", "2025-W00": "period_impossible", "9999-01-01": "period_impossible",
		"2025-Q5": "period_unreadable", "spring": "period_unreadable", "": "period_unreadable", "03/04/2026": "period_unreadable",
	} {
		_, err := series.ParsePeriod(s)
		require.Equal(t, code, errs.CodeOf(err), s)
	}
}

func TestAWeekBelongsToTheMonthQuarterAndYearOfItsThursday(t *testing.T) {
	p, err := series.ParsePeriod("2026-W01") // Monday 29 December 2025, Thursday 1 January 2026
	require.NoError(t, err)
	require.Equal(t, time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC), p.Start())
	require.Equal(t, "2026-01", p.In(series.Month).String())
	require.Equal(t, "2026-Q1", p.In(series.Quarter).String())
	require.Equal(t, "2026", p.In(series.Year).String())
	p, err = series.ParsePeriod("2025-W14") // Monday 31 March, Thursday 3 April
	require.NoError(t, err)
	require.Equal(t, "2025-Q2", p.In(series.Quarter).String())
}
