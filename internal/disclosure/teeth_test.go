package disclosure

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTeeth(t *testing.T) {
	bites, err := Teeth(1, rand.Reader)
	require.NoError(t, err)
	for _, b := range bites {
		t.Logf("%+v", b)
	}
	for _, b := range bites {
		require.NotEqualf(t, b.Honest, b.Caught, "%+v", b)
	}
	require.True(t, Caught(bites))
	require.Len(t, bites, 12)
}
