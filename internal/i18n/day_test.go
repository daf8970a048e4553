package i18n

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDaysAreWrittenAsPeopleWriteThem(t *testing.T) {
	d := time.Date(2026, time.November, 2, 23, 0, 0, 0, time.UTC)
	for locale, want := range map[string]string{"en": "November 2, 2026", "he": "2 בנובמבר 2026", "pl": "2 listopada 2026", "uk": "2026-11-02"} {
		require.Equal(t, want, Day(locale, d))
	}
}
