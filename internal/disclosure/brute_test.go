package disclosure

import (
	"crypto/rand"
	"fmt"
	"math/big"
	mrand "math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The auditor of this file shares nothing with the publisher or the shipped audit: exact rational elimination, every
// subset tried, any coefficients allowed.

func rank(rows [][]*big.Rat) int {
	if len(rows) == 0 {
		return 0
	}
	m := make([][]*big.Rat, len(rows))
	for i, r := range rows {
		m[i] = make([]*big.Rat, len(r))
		for j, x := range r {
			m[i][j] = new(big.Rat).Set(x)
		}
	}
	r := 0
	for c := 0; c < len(m[0]) && r < len(m); c++ {
		p := -1
		for i := r; i < len(m); i++ {
			if m[i][c].Sign() != 0 {
				p = i
				break
			}
		}
		if p < 0 {
			continue
		}
		m[r], m[p] = m[p], m[r]
		for i := r + 1; i < len(m); i++ {
			if m[i][c].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(m[i][c], m[r][c])
			for j := c; j < len(m[i]); j++ {
				m[i][j].Sub(m[i][j], new(big.Rat).Mul(f, m[r][j]))
			}
		}
		r++
	}
	return r
}

func matrix(labels int, cells [][]int) [][]*big.Rat {
	rows := make([][]*big.Rat, len(cells))
	for i, c := range cells {
		rows[i] = make([]*big.Rat, labels)
		for j := range rows[i] {
			rows[i][j] = new(big.Rat)
		}
		for _, j := range c {
			rows[i][j].SetInt64(1)
		}
	}
	return rows
}

// smallestDerivable tries every set of labels with fewer than limit people and returns the lightest about which any
// linear combination follows, or 0. known labels count for nothing: an insider owns them.
func smallestDerivable(n []int, cells [][]int, limit int, known map[int]bool) int {
	rows := matrix(len(n), cells)
	keep := func(in func(j int) bool) [][]*big.Rat {
		out := make([][]*big.Rat, len(rows))
		for i, r := range rows {
			for j, x := range r {
				if in(j) {
					out[i] = append(out[i], x)
				}
			}
		}
		return out
	}
	whole := rank(keep(func(j int) bool { return !known[j] }))
	best := 0
	var try func(from, people int, set map[int]bool)
	try = func(from, people int, set map[int]bool) {
		if len(set) > 0 && rank(keep(func(j int) bool { return !known[j] && !set[j] })) < whole {
			if best == 0 || people < best {
				best = people
			}
			return
		}
		for j := from; j < len(n); j++ {
			if n[j] == 0 || known[j] || people+n[j] >= limit {
				continue
			}
			set[j] = true
			try(j+1, people+n[j], set)
			delete(set, j)
		}
	}
	try(0, 0, map[int]bool{})
	return best
}

// tinyCompany draws a lattice small enough for brute force.
func tinyCompany(t *testing.T, r *mrand.Rand) (*Lattice, []int) {
	t.Helper()
	nodes := []Node{{ID: "c"}}
	var labels []Label
	for d := range 1 + r.IntN(3) {
		div := fmt.Sprintf("d%d", d)
		nodes = append(nodes, Node{div, "c"})
		for x := range 1 + r.IntN(3) {
			team := fmt.Sprintf("%s.%d", div, x)
			nodes = append(nodes, Node{team, div})
			for _, v := range []string{"a", "b", ""}[:2+r.IntN(2)] {
				labels = append(labels, Label{team, v})
			}
		}
		if r.IntN(4) == 0 { // people who sit in the division itself
			labels = append(labels, Label{div, "a"})
		}
	}
	l, err := NewLattice(nodes, labels, CompanyAndDivisions)
	require.NoError(t, err)
	counts := make([]int, len(labels))
	for j := range counts {
		counts[j] = r.IntN(5)
	}
	return l, counts
}

func shownLabels(d *Decision) [][]int {
	var cells [][]int
	for _, c := range d.Shown() {
		cells = append(cells, d.lattice.Members(c))
	}
	return cells
}

func zeroFree(cells [][]int, counts []int) [][]int {
	out := make([][]int, len(cells))
	for i, c := range cells {
		for _, j := range c {
			if counts[j] > 0 {
				out[i] = append(out[i], j)
			}
		}
	}
	return out
}

func TestBruteForceFindsNothingUnderK(t *testing.T) {
	shown := 0
	for seed := range uint64(150) {
		l, counts := tinyCompany(t, mrand.New(mrand.NewPCG(seed, 1)))
		d, err := l.Decide(counts, FloorK)
		require.NoError(t, err)
		shown += len(d.Shown())
		cells := zeroFree(shownLabels(d), counts)
		require.Zerof(t, smallestDerivable(counts, cells, FloorK, nil), "seed %d", seed)
	}
	require.Greater(t, shown, 600, "the publisher shows next to nothing")
}

func TestBruteForceWithInsiders(t *testing.T) {
	for seed := range uint64(12) {
		l, counts := tinyCompany(t, mrand.New(mrand.NewPCG(seed, 2)))
		d, err := l.Decide(counts, FloorK)
		require.NoError(t, err)
		cells := zeroFree(shownLabels(d), counts)
		for a := range counts {
			for b := a; b <= len(counts); b++ { // b = len: one insider only
				left, known, c := append([]int(nil), counts...), map[int]bool{}, 0
				for _, j := range []int{a, b} {
					if j < len(left) && left[j] > 0 {
						left[j]--
						c++
						known[j] = left[j] == 0
					}
				}
				require.Zerof(t, smallestDerivable(left, cells, FloorK-c, known), "seed %d, insiders in %d and %d", seed, a, b)
			}
		}
	}
}

// Every cell refused would have been unsafe beside what is shown: nothing is hidden without need at its turn.
func TestHiddenCellsWouldBeUnsafe(t *testing.T) {
	hidden := 0
	for seed := range uint64(60) {
		l, counts := tinyCompany(t, mrand.New(mrand.NewPCG(seed, 3)))
		d, err := l.Decide(counts, FloorK)
		require.NoError(t, err)
		cells := shownLabels(d)
		for c := range l.cells {
			if d.shown[c] || d.size[c] < FloorK {
				continue
			}
			hidden++
			with := zeroFree(append(append([][]int(nil), cells...), l.Members(c)), counts)
			require.NotZerof(t, smallestDerivable(counts, with, FloorK, nil), "seed %d hides %v without need", seed, l.cells[c])
		}
	}
	require.NotZero(t, hidden)
}

// The shipped span audit agrees with brute force on arbitrary cells, lattice or not.
func TestSpanAuditAgreesWithBruteForce(t *testing.T) {
	unsafe := 0
	for seed := range uint64(300) {
		r := mrand.New(mrand.NewPCG(seed, 4))
		n := make([]int, 3+r.IntN(6))
		m := Measure{}
		for j := range n {
			n[j] = 1 + r.IntN(3)
			m.Labels = append(m.Labels, LedgerLabel{fmt.Sprint(j), n[j]})
		}
		var cells [][]int
		for range 1 + r.IntN(5) {
			var c []int
			for j := range n {
				if r.IntN(2) == 0 {
					c = append(c, j)
				}
			}
			cells = append(cells, c)
			m.Cells = append(m.Cells, LedgerCell{Labels: c})
		}
		found, err := AuditMeasure(m, FloorK, rand.Reader)
		require.NoError(t, err)
		want := signedDerivable(n, cells, FloorK)
		require.Equalf(t, want, len(found) > 0, "seed %d: %v %v %v", seed, n, cells, found)
		if want {
			unsafe++
		}
	}
	require.Greater(t, unsafe, 30)
	require.Less(t, unsafe, 290)
}

// signedDerivable tries every set and every pattern of signs.
func signedDerivable(n []int, cells [][]int, k int) bool {
	rows := matrix(len(n), cells)
	whole := rank(rows)
	for code := 1; ; code++ {
		people, x := 0, code
		vector := make([]*big.Rat, len(n))
		for j := range n {
			vector[j] = big.NewRat(int64([]int{0, 1, -1}[x%3]), 1)
			if x%3 != 0 {
				people += n[j]
			}
			x /= 3
		}
		if x > 0 {
			return false
		}
		if people < k && rank(append(rows[:len(rows):len(rows)], vector)) == whole {
			return true
		}
	}
}
