package disclosure

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// prime is 2^61−1: sums over it are exact enough that a chance hit has a probability below 1e-8 per audit, and each
// hit is confirmed with a second, independent vector.
const prime = 1<<61 - 1

// maxFindings bounds the list of derivable groups per measure; one is already a breach.
const maxFindings = 1000

// Audit finds, in every measure of a ledger, each set of fewer than k people over which a sum or a difference follows
// from the released cells (span audit). random must be a cryptographic source (crypto/rand.Reader): a lagged-Fibonacci
// generator gives false alarms. k is at most 5, where sets hold at most four labels; stricter waves carry no
// attribute, are audited at 5 and have their residuals checked by AuditHierarchy.
func Audit(l Ledger, k int, random io.Reader) ([]Derivable, error) {
	var out []Derivable
	for i := range l.Measures {
		found, err := AuditMeasure(l.Measures[i], k, random)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// AuditMeasure is Audit for one measure.
func AuditMeasure(m Measure, k int, random io.Reader) ([]Derivable, error) {
	return auditMeasure(m, k, random, true)
}

// auditMeasure with differences false looks for plain sums only: one of the teeth test's mutants relies on that.
func auditMeasure(m Measure, k int, random io.Reader, differences bool) ([]Derivable, error) {
	if k < 1 || k > FloorK {
		return nil, fmt.Errorf("span audit: k = %d; sets of up to four labels settle k up to %d", k, FloorK)
	}
	rows, err := echelon(m)
	if err != nil {
		return nil, err
	}
	first, err := nullVector(rows, len(m.Labels), random)
	if err != nil {
		return nil, err
	}
	second, err := nullVector(rows, len(m.Labels), random)
	if err != nil {
		return nil, err
	}
	s := &sums{m: m, k: k, v: first, check: second, differences: differences}
	s.singles()
	s.pairs()
	s.triplesAndQuads()
	return s.found, nil
}

// pivotRow is a sparse row in echelon form; its pivot column has the coefficient 1.
type pivotRow struct {
	pivot int
	cols  []int
	coef  []uint64
}

// echelon reduces the 0/1 rows of the cells modulo the prime. Short rows first: the rows of the hierarchy then turn
// into disjoint residuals and stay sparse.
func echelon(m Measure) ([]pivotRow, error) {
	order := make([]int, len(m.Cells))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(m.Cells[a].Labels) - len(m.Cells[b].Labels) })
	var rows []pivotRow
	work := make([]uint64, len(m.Labels))
	for _, i := range order {
		clear(work)
		for _, j := range m.Cells[i].Labels {
			if j < 0 || j >= len(work) {
				return nil, fmt.Errorf("cell %q names label %d of %d", m.Cells[i].Name, j, len(work))
			}
			if m.Labels[j].N > 0 { // nobody there: nothing to tell
				work[j] = 1
			}
		}
		for _, r := range rows {
			if f := work[r.pivot]; f != 0 {
				for x, c := range r.cols {
					work[c] = subtract(work[c], multiply(f, r.coef[x]))
				}
			}
		}
		row := pivotRow{pivot: -1}
		var inverse uint64
		for c, w := range work {
			if w == 0 {
				continue
			}
			if row.pivot < 0 {
				row.pivot, inverse = c, power(w, prime-2)
			}
			row.cols = append(row.cols, c)
			row.coef = append(row.coef, multiply(w, inverse))
		}
		if row.pivot >= 0 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// nullVector draws a random vector on which every released cell vanishes. A signed set follows from the cells exactly
// when it vanishes on all such vectors, and one random vector settles it but for a chance of 2^-61.
func nullVector(rows []pivotRow, labels int, random io.Reader) ([]uint64, error) {
	v := make([]uint64, labels)
	raw := make([]byte, 8*labels)
	if _, err := io.ReadFull(random, raw); err != nil {
		return nil, fmt.Errorf("span audit: draw: %w", err)
	}
	for j := range v {
		v[j] = binary.LittleEndian.Uint64(raw[8*j:]) % prime
	}
	// Later rows hold no pivot of earlier ones, so pivots are filled in from the last row to the first.
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		var sum uint64
		for x, c := range r.cols {
			if c != r.pivot {
				sum = add(sum, multiply(r.coef[x], v[c]))
			}
		}
		v[r.pivot] = subtract(0, sum)
	}
	return v, nil
}

// sums looks for small signed sets that vanish on v.
type sums struct {
	m           Measure
	k           int
	v, check    []uint64
	differences bool
	found       []Derivable
	hit         map[string]bool
}

// report confirms a hit with the second vector and lists it once.
func (s *sums) report(terms ...int) {
	if len(s.found) >= maxFindings {
		return
	}
	signs, ok := s.vanishing(terms)
	if !ok {
		return
	}
	d := Derivable{Wave: s.m.Wave, Item: s.m.Item}
	slices.Sort(terms)
	for i, j := range terms {
		d.Terms = append(d.Terms, Signed{Label: s.m.Labels[j].ID, Sign: signs[i]})
		d.People += s.m.Labels[j].N
	}
	key := fmt.Sprint(terms)
	if s.hit[key] || d.People >= s.k {
		return
	}
	if s.hit == nil {
		s.hit = make(map[string]bool)
	}
	s.hit[key] = true
	s.found = append(s.found, d)
}

// vanishing finds the signs under which the terms vanish on both vectors.
func (s *sums) vanishing(terms []int) ([]int, bool) {
	slices.Sort(terms)
	patterns := 1
	if s.differences {
		patterns = 1 << (len(terms) - 1)
	}
	for p := range patterns {
		var a, b uint64
		signs := make([]int, len(terms))
		for i, j := range terms {
			if i > 0 && p>>(i-1)&1 == 1 {
				signs[i] = -1
				a, b = subtract(a, s.v[j]), subtract(b, s.check[j])
			} else {
				signs[i] = 1
				a, b = add(a, s.v[j]), add(b, s.check[j])
			}
		}
		if a == 0 && b == 0 {
			return signs, true
		}
	}
	return nil, false
}

func (s *sums) small(j, others int) bool {
	return s.m.Labels[j].N > 0 && s.m.Labels[j].N+others < s.k
}

func (s *sums) singles() {
	for j := range s.v {
		if s.v[j] == 0 && s.small(j, 0) {
			s.report(j)
		}
	}
}

// either maps a value and its negative to one key, so that a sum and a difference meet.
func either(x uint64) uint64 { return min(x, subtract(0, x)) }

func (s *sums) pairs() {
	at := make(map[uint64][]int)
	for j := range s.v {
		if !s.small(j, 1) {
			continue
		}
		for _, i := range at[either(s.v[j])] {
			if s.small(i, s.m.Labels[j].N) {
				s.report(i, j)
			}
		}
		at[either(s.v[j])] = append(at[either(s.v[j])], j)
	}
}

type pairSum struct {
	key  uint64
	a, b int32
}

// triplesAndQuads: with k ≤ 5 three labels hold two of one person, four hold four, so pairs of lone people are the only
// ones whose sums have to be kept.
func (s *sums) triplesAndQuads() {
	var lone []int
	third := make(map[uint64][]int)
	for j, l := range s.m.Labels {
		if l.N == 1 && s.k > 3 {
			lone = append(lone, j)
		}
		if s.small(j, 2) {
			third[either(s.v[j])] = append(third[either(s.v[j])], j)
		}
	}
	pairs := make([]pairSum, 0, len(lone)*max(len(lone)-1, 0))
	for x, a := range lone {
		for _, b := range lone[:x] {
			for _, key := range [2]uint64{either(add(s.v[a], s.v[b])), either(subtract(s.v[a], s.v[b]))} {
				for _, c := range third[key] {
					if c != a && c != b {
						s.report(a, b, c)
					}
				}
				pairs = append(pairs, pairSum{key, int32(a), int32(b)})
			}
		}
	}
	if s.k < 5 {
		return
	}
	slices.SortFunc(pairs, func(p, q pairSum) int {
		switch {
		case p.key < q.key:
			return -1
		case p.key > q.key:
			return 1
		}
		return 0
	})
	for lo := 0; lo < len(pairs); {
		hi := lo + 1
		for ; hi < len(pairs) && pairs[hi].key == pairs[lo].key; hi++ {
			for i := lo; i < hi && len(s.found) < maxFindings; i++ {
				p, q := pairs[i], pairs[hi]
				if p.a != q.a && p.a != q.b && p.b != q.a && p.b != q.b {
					s.report(int(p.a), int(p.b), int(q.a), int(q.b))
				}
			}
		}
		lo = hi
	}
}
