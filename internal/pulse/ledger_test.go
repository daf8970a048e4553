package pulse_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/pulse"
)

func TestAChangedReleaseIsReadAnew(t *testing.T) {
	var reader pulse.ReleaseReader
	for range 2 {
		r, err := reader.Read(`{"WaveID":"w","Invited":12}`)
		require.NoError(t, err)
		require.Equal(t, pulse.Release{WaveID: "w", Invited: 12}, r)
		r, err = reader.Read(`{"WaveID":"w","Invited":13}`)
		require.NoError(t, err)
		require.Equal(t, 13, r.Invited)
	}
	_, err := reader.Read(`{`)
	require.Error(t, err)
}
