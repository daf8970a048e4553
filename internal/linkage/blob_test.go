package linkage

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/panel"
	"rapport/internal/series"
)

func TestColumnsComeBackToTheLastBit(t *testing.T) {
	c := &panel.Column{Grain: series.Week, First: -7, Periods: 3, Value: []float64{1, math.NaN(), math.Pi, math.Copysign(0, -1), 1e-300, 7}, N: []int32{5, 0, 17, 1, 2, 1 << 30}}
	got, err := unpackColumn(packColumn(c), series.Week)
	require.NoError(t, err)
	for i := range c.Value {
		require.Equal(t, math.Float64bits(c.Value[i]), math.Float64bits(got.Value[i]))
	}
	got.Value, c.Value = nil, nil
	require.Equal(t, c, got)
}

// pieces is a store that only knows blobs.
type pieces struct {
	Store
	blobs map[string][]byte
}

func (p pieces) RunBlob(_ context.Context, _, name string) ([]byte, error) { return p.blobs[name], nil }

func TestALargeBlobIsCutAndPutTogether(t *testing.T) {
	big := make([]byte, 2*pieceSize+5)
	for i := range big {
		big[i] = byte(i * i >> 7)
	}
	for _, b := range [][]byte{big, {}, big[:pieceSize], big[:pieceSize+1]} {
		p := pieces{blobs: map[string][]byte{}}
		for _, x := range parts("x", b) {
			require.LessOrEqual(t, len(x.Bytes), pieceSize+1)
			p.blobs[x.Name] = x.Bytes
		}
		got, err := (&Service{store: p}).blob(context.Background(), "run", "x")
		require.NoError(t, err)
		require.Equal(t, len(b), len(got))
		require.Equal(t, string(b), string(got))
	}
}

func FuzzUnpackColumn(f *testing.F) {
	f.Add(packColumn(&panel.Column{First: 1, Periods: 2, Value: []float64{1, 2}, N: []int32{3, 4}}))
	f.Add([]byte{})
	f.Add(deflate([]byte{1, 2, 255, 255, 255, 255, 255, 255, 255, 255, 127}))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := unpackColumn(b, series.Week)
		if err == nil && (len(c.Value) != len(c.N) || c.Teams()*c.Periods != len(c.Value)) {
			t.Fatal("values, counts and periods do not fit together")
		}
	})
}
