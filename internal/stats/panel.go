package stats

import (
	"math"
)

// Panel is a long panel: row i is unit Unit[i] in calendar period Time[i] (an index that counts periods, so that lag K
// joins on calendar periods, never on row positions). Units and periods may be any integers; NaN in Y or X is missing.
type Panel struct {
	Unit []int
	Time []int // nil where a method needs no time
	Y    []float64
	X    [][]float64 // one column per regressor, each as long as Y
	Name []string    // of the regressors, for refusals and results; may be nil
}

// check refuses columns that are not parallel and infinite values.
func (p *Panel) check(needTime bool) error {
	n := len(p.Y)
	if len(p.Unit) != n {
		return Refuse(LengthMismatch, "%d rows and %d units", n, len(p.Unit))
	}
	if (needTime || p.Time != nil) && len(p.Time) != n {
		return Refuse(LengthMismatch, "%d rows and %d periods", n, len(p.Time))
	}
	if p.Name != nil && len(p.Name) != len(p.X) {
		return Refuse(LengthMismatch, "%d regressors and %d names", len(p.X), len(p.Name))
	}
	if err := sameLength(n, p.X...); err != nil {
		return err
	}
	if err := noInf("y", p.Y); err != nil {
		return err
	}
	for j, x := range p.X {
		if err := noInf(p.name(j), x); err != nil {
			return err
		}
	}
	return nil
}

func (p *Panel) name(j int) string {
	if j < len(p.Name) {
		return p.Name[j]
	}
	return "x" + string(rune('1'+j%9))
}

func (p *Panel) names() []string {
	out := make([]string, len(p.X))
	for j := range out {
		out[j] = p.name(j)
	}
	return out
}

// Complete returns the rows in which nothing is missing, and their positions.
func (p *Panel) Complete() (*Panel, []int) {
	keep := make([]int, 0, len(p.Y))
rows:
	for i, y := range p.Y {
		if math.IsNaN(y) {
			continue
		}
		for _, x := range p.X {
			if math.IsNaN(x[i]) {
				continue rows
			}
		}
		keep = append(keep, i)
	}
	return p.rows(keep), keep
}

// rows picks rows by position; all of them in order shares memory with p.
func (p *Panel) rows(keep []int) *Panel {
	if len(keep) == len(p.Y) {
		return p
	}
	q := &Panel{Unit: pick(p.Unit, keep), Y: pick(p.Y, keep), Name: p.Name, X: make([][]float64, len(p.X))}
	if p.Time != nil {
		q.Time = pick(p.Time, keep)
	}
	for j, x := range p.X {
		q.X[j] = pick(x, keep)
	}
	return q
}

// Lagged returns, per row, the value of x of the same unit lag calendar periods earlier, NaN where there is none. Two
// rows of one unit and period are refused, because then "the value earlier" is not defined. A negative lag leads.
func Lagged(unit, time []int, x []float64, lag int) ([]float64, error) {
	if len(unit) != len(x) || len(time) != len(x) {
		return nil, Refuse(LengthMismatch, "%d values, %d units, %d periods", len(x), len(unit), len(time))
	}
	if lag == 0 {
		return x, nil
	}
	type cell struct{ u, t int }
	at := make(map[cell]float64, len(x))
	for i, v := range x {
		c := cell{unit[i], time[i]}
		if _, twice := at[c]; twice {
			return nil, Refuse(OutOfRange, "unit %d has two rows in period %d", c.u, c.t)
		}
		at[c] = v
	}
	out := make([]float64, len(x))
	for i := range x {
		v, ok := at[cell{unit[i], time[i] - lag}]
		if !ok {
			v = math.NaN()
		}
		out[i] = v
	}
	return out, nil
}

// noInf refuses Inf and magnitudes beyond largest; NaN (missing) passes.
func noInf(name string, xs []float64) error {
	for i, x := range xs {
		if math.Abs(x) > largest {
			return Refuse(NotFinite, "%s[%d] = %v", name, i, x)
		}
	}
	return nil
}

// encode turns arbitrary integers into codes 0…k−1 in order of first appearance.
func encode[T int | int32](vals []T) (codes []int32, k int) {
	codes = make([]int32, len(vals))
	if len(vals) == 0 {
		return codes, 0
	}
	lo, hi := vals[0], vals[0]
	for _, v := range vals {
		lo, hi = min(lo, v), max(hi, v)
	}
	if span := uint64(hi) - uint64(lo); span < uint64(8*len(vals)+1024) {
		table := make([]int32, span+1)
		for i, v := range vals {
			c := table[v-lo]
			if c == 0 {
				k++
				c = int32(k)
				table[v-lo] = c
			}
			codes[i] = c - 1
		}
		return codes, k
	}
	seen := make(map[T]int32, 64)
	for i, v := range vals {
		c, ok := seen[v]
		if !ok {
			c = int32(k)
			seen[v] = c
			k++
		}
		codes[i] = c
	}
	return codes, k
}

// grouping lists row positions group by group.
type grouping struct {
	start []int32 // group g owns rows[start[g]:start[g+1]]
	rows  []int32
}

func groupRows(codes []int32, k int) grouping {
	g := grouping{start: make([]int32, k+1), rows: make([]int32, len(codes))}
	for _, c := range codes {
		g.start[c+1]++
	}
	for i := range k {
		g.start[i+1] += g.start[i]
	}
	next := make([]int32, k)
	copy(next, g.start[:k])
	for i, c := range codes {
		g.rows[next[c]] = int32(i)
		next[c]++
	}
	return g
}

func (g grouping) len() int { return len(g.start) - 1 }

func (g grouping) of(k int) []int32 { return g.rows[g.start[k]:g.start[k+1]] }

// flat says that a sum of squares ss of n centred values of magnitude up to most is nothing but rounding.
func flat(ss float64, n int, most float64) bool {
	unit := most * 0x1p-52
	return !(ss > 4*float64(n)*unit*unit)
}

func maxAbs(xs []float64) float64 {
	m := 0.0
	for _, x := range xs {
		if a := math.Abs(x); a > m {
			m = a
		}
	}
	return m
}
