package disclosure

import (
	mrand "math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func abs(x int) int { return max(x, -x) }

// Moved totals obey every bound, and no totals closer to the answers do (every alternative tried).
func TestMoveIsTheSmallestThatWorks(t *testing.T) {
	moved := 0
	for seed := range uint64(120) {
		r := mrand.New(mrand.NewPCG(seed, 5))
		l, err := NewLattice([]Node{{ID: "c"}, {"t", "c"}, {"u", "c"}}, []Label{{"t", "a"}, {"t", "b"}, {"u", "a"}, {"u", "b"}}, CompanyOnly)
		require.NoError(t, err)
		counts, totals := make([]int, 4), make([]int, 4)
		ends := r.IntN(3)
		for j := range counts {
			counts[j] = 2 + r.IntN(5)
			switch ends {
			case 0:
				totals[j] = counts[j]
			case 1:
				totals[j] = counts[j] * (1 + 2*r.IntN(2))
			default:
				totals[j] = counts[j] + r.IntN(2*counts[j]+1)
			}
		}
		d, err := l.Decide(counts, FloorK)
		require.NoError(t, err)
		got, err := d.Move(1, 3, totals)
		require.NoError(t, err)
		b := bounds{below: func(int32) int { return inside }, above: func(int32) int { return inside }}
		for _, n := range counts {
			b.lower, b.upper = append(b.lower, n), append(b.upper, 3*n)
		}
		require.Truef(t, d.keeps(got.Totals, b, got.Grain), "seed %d: %v → %v", seed, totals, got)
		if len(d.crosses) > 0 || got.Grain != 1 {
			continue
		}
		steps := 0
		for j := range totals {
			steps += abs(got.Totals[j] - totals[j])
		}
		if steps > 0 {
			moved++
		}
		best := steps
		var try func(j, used int, at []int)
		try = func(j, used int, at []int) {
			if used >= best {
				return
			}
			if j == len(totals) {
				if d.keeps(at, b, 1) {
					best = used
				}
				return
			}
			for v := b.lower[j]; v <= b.upper[j]; v++ {
				at[j] = v
				try(j+1, used+abs(v-totals[j]), at)
			}
		}
		try(0, 0, make([]int, 4))
		require.Equalf(t, best, steps, "seed %d: %v → %v", seed, totals, got)
	}
	require.Greater(t, moved, 10)
}

// Where whole steps cannot keep a cross inside, fractions do, for any answers.
func TestBlendAlwaysEndsInside(t *testing.T) {
	for seed := range uint64(40) {
		l, counts := tinyCompany(t, mrand.New(mrand.NewPCG(seed, 6)))
		d, err := l.Decide(counts, FloorK)
		require.NoError(t, err)
		if !d.needsCompany() {
			continue
		}
		b := bounds{below: func(int32) int { return inside }, above: func(int32) int { return inside }}
		for _, n := range counts {
			b.lower, b.upper = append(b.lower, 0), append(b.upper, n)
		}
		got := d.blend(b.upper, b)
		require.True(t, d.keeps(got.Totals, b, got.Grain))
	}
}

func TestMoveRefusesImpossibleTotals(t *testing.T) {
	l, err := NewLattice([]Node{{ID: "c"}}, []Label{{"c", ""}}, NoAttribute)
	require.NoError(t, err)
	d, err := l.Decide([]int{6}, FloorK)
	require.NoError(t, err)
	for _, total := range []int{5, 31} {
		_, err = d.Move(1, 5, []int{total})
		require.Error(t, err)
	}
	_, err = d.Move(5, 5, []int{6})
	require.Error(t, err)
	_, err = d.Move(1, 5, nil)
	require.Error(t, err)
}

func TestRounding(t *testing.T) {
	for _, c := range []struct{ total, n, lo, hi, first, last, step, want int }{
		{7, 5, 1, 5, 0, 100, 10, 10},          // two steps above the floor
		{5, 5, 1, 5, 0, 100, 10, 10},          // even an unmoved floor is not shown as 0
		{25, 5, 1, 5, 0, 100, 10, 90},         // nor a ceiling as 100
		{14, 5, 1, 5, 0, 100, 10, 50},         // 45 rounds half up
		{30, 10, 1, 5, 0, 100, 5, 50},         //
		{48, 12, 1, 5, 0, 100, 5, 75},         //
		{60, 12, 1, 5, 0, 100, 5, 95},         // 95.8 rounded inwards
		{100, 25, 1, 5, 0, 100, 1, 75},        //
		{-5, 5, -1, 1, -100, 100, 10, -60},    // eNPS stays within (n−2)/n
		{9, 10, -1, 1, -100, 100, 10, 80},     //
		{2, 7, 0, 1, 0, 100, 10, 30},          // 28.6 rounded inwards
		{0, 20, 0, 1, 0, 100, 5, 10},          //
		{-7, 25, -1, 1, -100, 100, 5, -30},    // −28 to the nearest 5
		{1000, 1000, 0, 1, 0, 100, 5, 95},     //
		{399800, 100000, 1, 5, 0, 100, 1, 75}, //
	} {
		require.Equal(t, c.want, rounded(c.total, c.n, c.lo, c.hi, 1, c.first, c.last, c.step), "%+v", c)
		require.Equal(t, c.want, rounded(60*c.total, c.n, c.lo, c.hi, 60, c.first, c.last, c.step), "%+v in sixtieths", c)
	}
}

func TestPooledSpreadHidesAgreement(t *testing.T) {
	for _, n := range []int{5, 9, 10, 19, 20, 49, 50, 200} {
		all := PooledSpread([]int{0, 0, 0, 0, n}, FloorK)
		require.Positive(t, all)
		require.Equal(t, all, PooledSpread([]int{0, 0, 0, 1, n - 1}, FloorK), "n = %d", n)
	}
	require.Zero(t, PooledSpread([]int{2, 2}, FloorK))
	require.Equal(t, 30, PooledSpread([]int{10, 20, 40, 20, 10}, FloorK)) // 27.5
	require.Equal(t, 27, HalfWidth(30, Band5to9))                         // 1.96·30/√5 = 26.3
	require.Equal(t, 9, HalfWidth(30, Band50up))                          // 8.3
	require.Zero(t, HalfWidth(30, ""))
}

func TestParticipation(t *testing.T) {
	_, ok := Participation(3, 9)
	require.False(t, ok)
	for _, c := range [][3]int{{0, 10, 0}, {9, 10, 90}, {10, 10, 100}, {7, 19, 30}} {
		p, ok := Participation(c[0], c[1])
		require.True(t, ok)
		require.Equal(t, c[2], p)
	}
}
