package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
)

func TestFiguresAreSortedInAndOutsideMemory(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, limit := range []int{1, 7, 1000, 100_000} {
		s := &sorter{max: limit}
		var want []figure
		for i := range 500 {
			f := figure{metric: uint16(r.IntN(3)), team: uint32(r.IntN(5)), grain: uint8(r.IntN(5)), period: int32(r.IntN(40) - 20), at: int32(r.IntN(3) - 1), line: uint32(i), n: int32(i % 9), value: r.NormFloat64()}
			require.NoError(t, s.add(f))
			want = append(want, f)
		}
		slices.SortFunc(want, compareFigures)
		for range 2 { // an import that starts again runs through them again
			var got []figure
			require.NoError(t, s.each(func(f figure) error { got = append(got, f); return nil }))
			require.Equal(t, want, got, "%d in memory", limit)
		}
		s.close()
	}
}

func TestATemporaryFolderThatCannotBeWrittenIsExplained(t *testing.T) {
	t.Setenv("TMPDIR", "/nowhere/at/all")
	s := &sorter{max: 1}
	require.NoError(t, s.add(figure{}))
	err := s.add(figure{})
	require.Equal(t, "temp_folder_unwritable", errs.CodeOf(err))
	require.Equal(t, errs.KindUnavailable, errs.KindOf(err))
}

func TestPointsAreKeptExactly(t *testing.T) {
	p := Points{{Index: -5, Value: math.Copysign(0, -1), N: 0}, {Index: 0, Value: math.MaxFloat64, N: math.MaxInt32}, {Index: 24300, Value: 0.1, N: 7}}
	got, err := DecodePoints(p.Encode())
	require.NoError(t, err)
	require.Equal(t, p, got)
	require.True(t, math.Signbit(got[0].Value))
	for _, bad := range [][]byte{nil, {200}, {1}, {1, 2}, append(p.Encode(), 0)} {
		_, err := DecodePoints(bad)
		require.Error(t, err)
	}
	older := Points{{Index: 1, Value: 1}, {Index: 3, Value: 3}, {Index: 5, Value: 5}}
	require.Equal(t, Points{{Index: 0, Value: 10}, {Index: 1, Value: 1}, {Index: 3, Value: 30}, {Index: 5, Value: 5}, {Index: 9, Value: 90}},
		older.Over(Points{{Index: 0, Value: 10}, {Index: 3, Value: 30}, {Index: 9, Value: 90}}))
	require.Equal(t, Points{{Index: 1, Value: 1}, {Index: 3, Value: 3}, {Index: 5, Value: 5}}, older, "what stood is not touched")
	require.Equal(t, older, older.Over(nil))
	require.Equal(t, older, Points(nil).Over(older))
}

func FuzzPoints(f *testing.F) {
	f.Add(Points{{Index: 3, Value: 1.5, N: 2}}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := DecodePoints(b); err == nil {
			if q, err := DecodePoints(p.Encode()); err != nil || len(q) != len(p) {
				t.Fatalf("%v %v", p, err)
			}
		}
	})
}

func FuzzPeriodCell(f *testing.F) {
	for _, s := range []string{"2025", "2025-03", "03/2025", "Q1 2025", "2025.0", "03/04/2026", "2025-W53", "2018-08-15 04:10:37"} {
		f.Add(s, "DD/MM/YYYY", "month")
	}
	f.Fuzz(func(t *testing.T, cell, format, grain string) {
		g := Grain(grain)
		if !g.Valid() {
			g = ""
		}
		if p, code := readPeriod(cell, format, g); code == "" && (p.Start().Year() < firstYear-1 || p.Start().Year() > lastYear) {
			t.Fatalf("%q gave %v", cell, p)
		}
	})
}
