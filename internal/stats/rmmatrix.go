package stats

import (
	"context"
	"math"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
)

// Grid is a panel of many metrics: row i is unit Unit[i] in calendar period Time[i] and holds the M values
// Values[i*M : (i+1)*M], NaN where missing. Units and periods may be any integers, rows may come in any order; one row
// per unit and period.
//
// Instead of Values a grid may hold fixed-point numbers, at half the memory: value j of row i is Packed[i*M+j]/Scale[j],
// PackedMissing where missing. The quotient is rounded once, so the decimal 12.34 as 1234/100 is the float64 12.34.
type Grid struct {
	Unit, Time []int32
	M          int
	Values     []float64
	Packed     []int32
	Scale      []float64
}

// PackedMissing marks a missing cell of a fixed-point grid.
const PackedMissing = math.MinInt32

// row gives the values of a row, in buf where they are packed.
func (g *Grid) row(i int32, buf []float64) []float64 {
	if g.Packed == nil {
		return g.Values[int(i)*g.M : (int(i)+1)*g.M]
	}
	for j, v := range g.Packed[int(i)*g.M : (int(i)+1)*g.M] {
		if v == PackedMissing {
			buf[j] = math.NaN()
			continue
		}
		buf[j] = float64(v) / g.Scale[j]
	}
	return buf
}

// check refuses cells that do not fit the rows.
func (g *Grid) check() error {
	n := len(g.Unit)
	if g.M < 1 || len(g.Time) != n || (g.Packed == nil && len(g.Values) != n*g.M) {
		return Refuse(LengthMismatch, "%d units, %d periods, %d values of %d metrics", n, len(g.Time), len(g.Values), g.M)
	}
	if g.Packed == nil {
		return nil
	}
	if len(g.Packed) != n*g.M || len(g.Scale) != g.M || g.Values != nil {
		return Refuse(LengthMismatch, "%d units, %d packed values and %d scales of %d metrics", n, len(g.Packed), len(g.Scale), g.M)
	}
	for j, s := range g.Scale {
		if !(s > 0) || s > largest {
			return Refuse(OutOfRange, "scale[%d] = %v", j, s)
		}
	}
	return nil
}

// PairLag is the repeated-measures correlation of metric X at period t−Lag with metric Y at period t.
type PairLag struct {
	X, Y, Lag int
	N, K, DF  int // complete pairs, units that have any, N − K − 1
	R, P      float64
	Lo, Hi    float64 // NaN with R where there is no answer: df < 1 or a metric that does not vary within units
}

// RMCorrMatrix computes RMCorr for every ordered pair of metrics and every lag (0 or more calendar periods), each pair
// on its own complete cells, ordered by lag, x, y. It equals RMCorr on each pair to about 1e-14 in r, at a cost per
// unit that hardly grows with the number of lags:
//
//   - Σ x_{t−l} y_t needs no unit of its own, so the cross-spectra of all units are added up and transformed back once
//     per pair (Wiener–Khinchin; zero-padded, hence not circular);
//   - what each unit does need (count, sums and squares over the cells where both are there) starts from a window's
//     total, from which only the few missing cells are taken away; where more is missing than there, what is there is
//     added up instead.
//
// Values are centred per unit beforehand, so offsets cost no digits. The work is split over all cores in parts fixed by
// the data, so the figures do not depend on the machine. See internal/docs/adr/0010-matrix-engine.md.
// Bakdash & Marusich (2017), doi:10.3389/fpsyg.2017.00456.
//
// Refusals: length_mismatch, not_finite (Inf), out_of_range (level, a negative lag, two rows of one unit and period,
// more than 20 million results), insufficient_observations (no rows), canceled.
func RMCorrMatrix(ctx context.Context, g *Grid, lags []int, level float64) ([]PairLag, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	e, err := newMatrixEngine(g, lags)
	if err != nil {
		return nil, err
	}
	parts := min(matrixParts, len(e.units))
	sum := &matrixSum{done: make([]*matrixPart, parts)}
	var next atomic.Int32
	var wg sync.WaitGroup
	var failed atomic.Pointer[Refusal]
	for range min(parts, max(1, runtime.GOMAXPROCS(0))) {
		wg.Go(func() {
			w := newMatrixWorker(e)
			for {
				i := int(next.Add(1)) - 1
				if i >= parts {
					return
				}
				p := sum.blank(e)
				for u := i * len(e.units) / parts; u < (i+1)*len(e.units)/parts; u++ {
					if ctx.Err() != nil {
						failed.CompareAndSwap(nil, Refuse(Canceled, "at unit %d of %d", u, len(e.units)))
						return
					}
					w.unit(e.units[u], p)
				}
				w.flush(p)
				sum.put(i, p)
			}
		})
	}
	wg.Wait()
	if r := failed.Load(); r != nil {
		return nil, r
	}
	return e.finish(sum.total, level), nil
}

// matrixSum adds finished parts up in their order, so that few of them are alive at a time.
type matrixSum struct {
	mu    sync.Mutex
	done  []*matrixPart
	next  int
	total *matrixPart
	spare []*matrixPart
}

// blank gives a part with all sums zero, one that has been added up already where there is one.
func (s *matrixSum) blank(e *matrixEngine) *matrixPart {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.spare); n > 0 {
		p := s.spare[n-1]
		s.spare = s.spare[:n-1]
		p.clear()
		return p
	}
	return newMatrixPart(e)
}

func (s *matrixSum) put(i int, p *matrixPart) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[i] = p
	for s.next < len(s.done) && s.done[s.next] != nil {
		if s.total == nil {
			s.total = s.done[s.next]
		} else {
			s.total.add(s.done[s.next])
			s.spare = append(s.spare, s.done[s.next])
		}
		s.done[s.next] = nil
		s.next++
	}
}

// matrixParts is the number of parts the units are split into, whatever the number of cores: sums then round alike
// everywhere.
const matrixParts = 8

// matrixEngine is what all workers share.
type matrixEngine struct {
	g      *Grid
	lags   []int
	maxLag int
	units  [][]int32 // rows of each unit in the order of time
	most   []float64 // largest magnitude of each metric
	size   int       // of the transform, 0: products are added up directly
	plan   *fftPlan
}

func newMatrixEngine(g *Grid, lags []int) (*matrixEngine, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	if len(g.Unit) == 0 {
		return nil, TooFew(InsufficientObservations, 3, 0)
	}
	if len(lags) == 0 {
		return nil, Refuse(OutOfRange, "no lag")
	}
	if g.M*g.M > 20_000_000/len(lags) {
		return nil, Refuse(OutOfRange, "%d metrics and %d lags make too many pairs", g.M, len(lags))
	}
	e := &matrixEngine{g: g, lags: lags, most: make([]float64, g.M)}
	for _, l := range lags {
		if l < 0 {
			return nil, Refuse(OutOfRange, "lag %d is negative", l)
		}
		e.maxLag = max(e.maxLag, l)
	}
	buf := make([]float64, g.M)
	for i := range g.Unit {
		for m, v := range g.row(int32(i), buf) {
			if a := math.Abs(v); a > e.most[m] {
				e.most[m] = a
			}
		}
	}
	for m, v := range e.most {
		if v > largest {
			return nil, Refuse(NotFinite, "metric %d", m)
		}
	}
	if err := e.sortUnits(); err != nil {
		return nil, err
	}
	longest := 0
	for _, rows := range e.units {
		longest = max(longest, e.span(rows))
	}
	// The transform pays from a few lags on; a very long series would need more memory for its spectra than it has.
	if size := nextPow2(longest + e.maxLag); len(lags) > 2 && size <= 4096 && g.M > 1 {
		e.size, e.plan = size, newFFTPlan(size)
	}
	return e, nil
}

// sortUnits groups the rows by unit, in the order of time, and refuses duplicates.
func (e *matrixEngine) sortUnits() error {
	g := e.g
	codes, k := encode(g.Unit)
	by := groupRows(codes, k)
	e.units = make([][]int32, k)
	for u := range k {
		rows := by.of(u)
		sorted := true
		for i := 1; i < len(rows) && sorted; i++ {
			sorted = g.Time[rows[i-1]] < g.Time[rows[i]]
		}
		if !sorted {
			sort.Slice(rows, func(a, b int) bool { return g.Time[rows[a]] < g.Time[rows[b]] })
			for i := 1; i < len(rows); i++ {
				if g.Time[rows[i-1]] == g.Time[rows[i]] {
					return Refuse(OutOfRange, "unit %d has two rows in period %d", g.Unit[rows[i]], g.Time[rows[i]])
				}
			}
		}
		e.units[u] = rows
	}
	return nil
}

// step is the distance between two rows of a unit on its own time line: a hole longer than the longest lag is cut to
// one more than that, which changes no join and keeps sparse calendars short.
func (e *matrixEngine) step(from, to int32) int {
	return int(min(int64(to)-int64(from), int64(e.maxLag)+1))
}

func (e *matrixEngine) span(rows []int32) int {
	t := 1
	for i := 1; i < len(rows); i++ {
		t += e.step(e.g.Time[rows[i-1]], e.g.Time[rows[i]])
	}
	return t
}

// finish turns the sums into correlations, p-values and intervals.
func (e *matrixEngine) finish(p *matrixPart, level float64) []PairLag {
	m := e.g.M
	cross := p.cross
	if e.size > 0 {
		cross = e.backTransform(p)
	}
	out := make([]PairLag, 0, len(e.lags)*m*(m-1))
	for li, lag := range e.lags {
		for x := range m {
			for y := range m {
				if x == y {
					continue
				}
				at := (li*m+y)*m + x
				q := PairLag{X: x, Y: y, Lag: lag, N: int(p.n[at]), K: int(p.k[at]), P: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
				q.DF = q.N - q.K - 1
				q.R = math.NaN()
				if q.DF >= 1 && !flat(p.sxx[at], q.N, e.most[x]) && !flat(p.syy[at], q.N, e.most[y]) {
					q.R = (cross[at] - p.sxy[at]) / math.Sqrt(p.sxx[at]) / math.Sqrt(p.syy[at])
					if math.Abs(q.R) > 1-1e-14 { // the rounding of the transform
						q.R = math.Copysign(1, q.R)
					}
				}
				out = append(out, q)
			}
		}
	}
	z := normQuantile(0.5 + level/2)
	var wg sync.WaitGroup
	workers := max(1, runtime.GOMAXPROCS(0))
	for w := range workers {
		part := out[w*len(out)/workers : (w+1)*len(out)/workers]
		wg.Go(func() {
			for i := range part {
				part[i].infer(z)
			}
		})
	}
	wg.Wait()
	return out
}

// infer fills p and the interval.
func (q *PairLag) infer(z float64) {
	if math.IsNaN(q.R) {
		return
	}
	df := float64(q.DF)
	q.P = tTwoSided(tOfR(q.R, df), df)
	switch {
	case q.R == 1 || q.R == -1:
		q.Lo, q.Hi = q.R, q.R
	case q.DF > 1:
		c, h := math.Atanh(q.R), z/math.Sqrt(df-1)
		q.Lo, q.Hi = math.Tanh(c-h), math.Tanh(c+h)
	}
}

// backTransform gives Σ x_{t−l} y_t for every pair and lag from the summed cross-spectra.
func (e *matrixEngine) backTransform(p *matrixPart) []float64 {
	m, size := e.g.M, e.size
	cross := make([]float64, len(e.lags)*m*m)
	re, im := make([]float64, size), make([]float64, size)
	half := size / 2
	pair := 0
	pairs := m * (m - 1) / 2
	for x := range m {
		for y := x + 1; y < m; y++ {
			for k := 0; k <= half; k++ {
				c := 2 * (k*pairs + pair)
				re[k], im[k] = p.spectra[c], p.spectra[c+1]
				if k > 0 && k < half {
					re[size-k], im[size-k] = re[k], -im[k]
				}
			}
			e.plan.inverse(re, im)
			for li, l := range e.lags {
				cross[(li*m+y)*m+x] = re[l]
				cross[(li*m+x)*m+y] = re[(size-l)%size]
			}
			pair++
		}
	}
	return cross
}

func nextPow2(n int) int {
	p := 2
	for p < n {
		p *= 2
	}
	return p
}
