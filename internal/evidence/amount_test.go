package evidence_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/evidence"
)

func TestAmounts(t *testing.T) {
	require.Equal(t, "144,000\u00a0EUR", evidence.Money{Minor: 14_400_000, Currency: "EUR"}.In("en"))
	require.Equal(t, "144\u00a0000\u00a0EUR", evidence.Money{Minor: 14_400_000, Currency: "EUR"}.In("pl"))
	require.Equal(t, "−12.50\u00a0EUR", evidence.Money{Minor: -1250, Currency: "EUR"}.In("he"))
	require.Equal(t, "1500\u00a0JPY", evidence.Money{Minor: 1500, Currency: "JPY"}.In("pl"))
	require.Equal(t, "1,234,568", evidence.Number("en", 1234567.8, 0))
	require.Equal(t, "+20.8%", evidence.Percent("en", .208))
	require.Equal(t, "−6,4%", evidence.Percent("pl", -.064))
	require.Equal(t, "0.0%", evidence.Percent("en", -.0001))
	require.Equal(t, "+0.30", evidence.Signed("en", .3, 2))
	require.Equal(t, 2, evidence.Digits(.23))
	require.Equal(t, 0, evidence.Digits(140))
	require.Equal(t, 1, evidence.Digits(2.3))
	s := evidence.Sentence{Key: "reason.survives_shocks", Params: map[string]evidence.Param{"t": evidence.Share(-.1)}}
	require.Contains(t, s.In("he"), "\u2066−10.0%\u2069")
}
