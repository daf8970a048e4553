package initiative

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
)

func TestWhenACustomerIsLostIsSaidInDaysThatCanBeMeant(t *testing.T) {
	for name, c := range map[string]CustomerTerms{
		"nothing chosen": {}, "chosen": {ShortDays: 30, LongDays: 200}, "with a cost": {WinCost: 500, WinCostSource: "marketing 2025"},
	} {
		var f faults
		c.check(&f)
		require.NoError(t, f.err("settings_invalid"), name)
	}
	for name, c := range map[string]CustomerTerms{
		"one only": {LongDays: 200}, "the other only": {ShortDays: 30}, "the wrong way round": {ShortDays: 200, LongDays: 30}, "the same": {ShortDays: 90, LongDays: 90},
		"a day": {ShortDays: 1, LongDays: 30}, "ten years": {ShortDays: 30, LongDays: 3650}, "a cost from nowhere": {WinCost: 500}, "a negative cost": {WinCost: -1, WinCostSource: "x"},
	} {
		var f faults
		c.check(&f)
		require.Equal(t, "settings_invalid", errs.CodeOf(f.err("settings_invalid")), name)
	}
}
