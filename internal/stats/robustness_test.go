package stats_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/stats"
)

// The figures of the paper's running example (Darfur, exposure to violence: t = 4.18445 on 783 degrees of freedom).
func TestRobustnessValueOfThePaper(t *testing.T) {
	rv, sig, err := stats.RobustnessValue(4.18445, 783, .05)
	require.NoError(t, err)
	require.InDelta(t, .139, rv, .0005)
	require.InDelta(t, .076, sig, .0005)
	rv, sig, err = stats.RobustnessValue(-1, 50, .05)
	require.NoError(t, err)
	require.Positive(t, rv)
	require.Zero(t, sig)
	_, _, err = stats.RobustnessValue(2, 1, .05)
	require.Error(t, err)
}
