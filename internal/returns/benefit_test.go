package returns

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The lines of the worked example from the effects they stand for.
func TestBenefitsOfTheWorkedExample(t *testing.T) {
	c := example(t)
	check := func(line int, value int64, se float64) {
		t.Helper()
		require.Equal(t, c.Lines[line].Value, value)
		require.InDelta(t, c.Lines[line].SE, se, 1e-6)
	}
	value, se, kept := Retained(Estimate{-0.012, 0.004}, 8000, 42_000, DefaultStay)
	check(0, value, se)
	require.InDelta(t, c.Tails[0].Units, kept, 1e-9)
	value, se = MarginServed(Estimate{500, 300}, 8000)
	check(1, value, se)
	value, se = Contacts(Estimate{-0.6 * 8000, 0.2 * 8000}, 650)
	check(2, value, se)
	value, se = Leavers(Estimate{-0.06, 0.03}, 120, 3_800_000, DefaultReplacementFactor)
	check(3, value, se)
	value, se = AbsenceDays(Estimate{-1.1, 0.5}, 120, 19_000)
	check(4, value, se)
	value, se = Process(Estimate{100, 10}, 4_500, 0.5)
	require.EqualValues(t, 225_000, value)
	require.InDelta(t, 22_500, se, 1e-9)
}

func TestScorecard(t *testing.T) {
	four, three, same := 4.0, 3.0, 2.0
	rows := Scorecard([]Outcome{
		{Name: "loops closed in time", Receiver: ForOrganisation, Before: 2, Now: 2, Desired: &same},
		{Name: "care", Receiver: ForPeople, Change: Estimate{0.5, 0.1}, Before: 3, Now: 3.5, Desired: &four},
		{Name: "waiting minutes", Receiver: ForCustomer, Change: Estimate{-3, 1}, Before: 9, Now: 6, Desired: &three},
		{Name: "trust", Receiver: ForCustomer, Before: 1, Now: 2},
	})
	names := []string{}
	for _, r := range rows {
		names = append(names, r.Name)
	}
	require.Equal(t, []string{"waiting minutes", "trust", "care", "loops closed in time"}, names)
	require.InDelta(t, 0.5, *rows[0].GapClosure, 1e-12, "less may be what is desired")
	require.InDelta(t, 0.5, *rows[2].GapClosure, 1e-12)
	require.Nil(t, rows[1].GapClosure)
	require.Nil(t, rows[3].GapClosure)
	require.InDelta(t, -3-1.6448536, rows[0].Low, 1e-6)
}
