package subscription

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNext(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, c := range []struct {
		rhythm Rhythm
		now    string
		fiscal int
		want   string
	}{
		{Weekly, "2025-07-02T12:00:00Z", 1, "2025-07-07T05:00:00Z"},
		{Weekly, "2025-07-07T04:59:00Z", 1, "2025-07-07T05:00:00Z"},
		{Weekly, "2025-07-07T05:00:00Z", 1, "2025-07-14T05:00:00Z"},
		{Weekly, "2025-10-20T05:00:00Z", 1, "2025-10-27T06:00:00Z"}, // the clocks went back
		{Monthly, "2025-12-05T00:00:00Z", 1, "2026-01-01T06:00:00Z"},
		{Quarterly, "2025-07-02T00:00:00Z", 1, "2025-07-11T05:00:00Z"},
		{Quarterly, "2025-07-12T00:00:00Z", 1, "2025-10-11T05:00:00Z"},
		{Quarterly, "2025-12-12T00:00:00Z", 2, "2026-02-11T06:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		require.NoError(t, err)
		require.Equal(t, c.want, next(c.rhythm, now, berlin, c.fiscal).Format(time.RFC3339), "%v", c)
	}
	require.Zero(t, next(AtClose, time.Now(), berlin, 1))
}

// FuzzAddress: whatever is taken stays on this instance and stands on one line.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"/goals?team=x", "//evil/goals", "/goals\\..", "/waves/1?group=a#b", "/goals%0a", "javascript:goals", "/actions;x=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, _, err := address(s); err != nil {
			return
		}
		u, err := url.Parse("https://rapport.test" + s)
		require.NoError(t, err)
		require.Equal(t, "rapport.test", u.Host)
		require.False(t, strings.ContainsAny(s, "\r\n\\"))
	})
}
