package stats

import (
	"context"
	"math"
	"runtime"
	"sort"
	"sync"

	"gonum.org/v1/gonum/mathext"
)

// Buyer is what a non-contractual customer's history comes down to.
type Buyer struct {
	X  float64 // REPEAT purchases (the first one is not counted)
	Tx float64 // time of the last purchase since the first; 0 when X = 0
	T  float64 // time from the first purchase to the end of observation
}

// BGNBD is the model of Fader, Hardie & Lee: while alive a customer buys at a rate that is gamma(r, α) over customers
// and drops out after each purchase with a probability that is beta(a, b).
type BGNBD struct {
	R, Alpha, A, B float64
}

// BGNBDFit is a fitted model.
type BGNBDFit struct {
	BGNBD
	LogLik float64
	N      int
	Groups int         // distinct (x, tx, T)
	SE     []float64   // of log r, log α, log a, log b; nil where the likelihood is flat
	CI     []Interval  // of r, α, a, b, on the log scale
	Cov    [][]float64 // of the logarithms; nil where the likelihood is flat
	Flat   bool        // a and b run off together: the drop-out probability does not differ between customers
}

// FitBGNBD fits the BG/NBD model by maximum likelihood (equation 6 of the paper). Customers with the same (x, tx, T) are
// one row; the sum runs on all cores. Time is in any unit; α carries it.
//
// Assumes purchases at random while alive, independence of rate and drop-out, no seasons. A customer with x = 0 is
// alive by construction. Intervals of r and α cover ≥ 93 % from 500 customers on, those of a and b from 2,000
// (internal/docs/calibration.md).
//
// Refuses: fewer than 10 customers (insufficient_observations), nobody who bought again or nobody who did not
// (not_identified), histories that cannot be (out_of_range: x not whole or negative, tx > T, tx ≠ 0 at x = 0, tx = 0 at
// x > 0 is allowed for same-day repeats, T ≤ 0 with x > 0).
//
// Source: Fader, Hardie & Lee (2005) doi:10.1287/mksc.1040.0098.
func FitBGNBD(ctx context.Context, buyers []Buyer, level float64) (*BGNBDFit, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	rows, err := groupBuyers(buyers)
	if err != nil {
		return nil, err
	}
	if len(buyers) < 10 {
		return nil, TooFew(InsufficientObservations, 10, len(buyers))
	}
	var repeat, exposure float64
	for _, q := range rows.row {
		if q.X > 0 {
			repeat += q.w
		}
		exposure += q.w * q.T
	}
	if repeat == 0 || repeat == float64(len(buyers)) {
		return nil, Refuse(NotIdentified, "%v of %d customers bought again", repeat, len(buyers))
	}
	// Scale time so that the mean observation is 10: the likelihood is then well scaled whatever the unit.
	unit := exposure / float64(len(buyers)) / 10
	if !(unit > 0) {
		return nil, Refuse(NoVariation, "nobody was observed")
	}
	rows.scale(1 / unit)
	var best *BGNBDFit
	var firstErr error
	for _, start := range [][]float64{{math.Log(.5), math.Log(3), 0, math.Log(2.5)}, {0, math.Log(10), math.Log(.2), math.Log(2)}} {
		x, v, hess, err := newtonFit(ctx, start, rows.negLogLik)
		if err != nil {
			firstErr = err
			continue
		}
		if best == nil || -v > best.LogLik+1e-7 {
			best = &BGNBDFit{LogLik: -v, N: len(buyers), Groups: len(rows.row)}
			best.BGNBD = BGNBD{math.Exp(x[0]), math.Exp(x[1]), math.Exp(x[2]), math.Exp(x[3])}
			best.Flat = x[3] > 12 || x[2] < -14
			if cov := inverseSym(hess); cov != nil && !best.Flat {
				z := normQuantile((1 + level) / 2)
				best.Cov = cov
				for j := range x {
					se := math.Sqrt(cov[j][j])
					best.SE = append(best.SE, se)
					best.CI = append(best.CI, Interval{math.Exp(x[j] - z*se), math.Exp(x[j] + z*se), level})
				}
			}
		}
		if best.Cov != nil {
			break // an interior optimum: the likelihood of these data has one
		}
	}
	if best == nil {
		return nil, firstErr
	}
	// Back to the caller's unit: L = c^x-free, each purchase density carries 1/unit.
	best.Alpha *= unit
	best.LogLik -= rows.purchases * math.Log(unit)
	if best.CI != nil {
		best.CI[1].Lo *= unit
		best.CI[1].Hi *= unit
	}
	return best, nil
}

// LogLik is the log-likelihood of the histories at these parameters.
func (m BGNBD) LogLik(buyers []Buyer) (float64, error) {
	rows, err := groupBuyers(buyers)
	if err != nil {
		return 0, err
	}
	if err := m.check(); err != nil {
		return 0, err
	}
	return -rows.negLogLik([]float64{math.Log(m.R), math.Log(m.Alpha), math.Log(m.A), math.Log(m.B)}, make([]float64, 4)), nil
}

func (m BGNBD) check() error {
	for _, v := range []float64{m.R, m.Alpha, m.A, m.B} {
		if !(v > 0) || math.IsInf(v, 0) {
			return Refuse(OutOfRange, "parameters %+v must be positive", m)
		}
	}
	return nil
}

// buyerRow is one distinct history and how many customers have it.
type buyerRow struct {
	Buyer
	w float64
}

type buyerRows struct {
	row       []buyerRow // sorted by X
	count     []float64  // customers per distinct x
	xs        []float64
	purchases float64
	part      [][]float64 // scratch per worker
}

// groupBuyers checks the histories and merges equal ones; sorting makes the sum independent of the order of rows.
func groupBuyers(buyers []Buyer) (*buyerRows, error) {
	if len(buyers) == 0 {
		return nil, TooFew(InsufficientObservations, 1, 0)
	}
	for i, q := range buyers {
		if math.IsNaN(q.X+q.Tx+q.T) || math.IsInf(q.X+q.Tx+q.T, 0) {
			return nil, Refuse(NotFinite, "customer %d", i)
		}
		bad := q.X < 0 || q.X != math.Trunc(q.X) || q.Tx < 0 || q.T < 0 || q.Tx > q.T*(1+1e-12) ||
			(q.X == 0 && q.Tx != 0) || (q.X > 0 && q.T == 0)
		if bad {
			return nil, Refuse(OutOfRange, "customer %d: x = %v, tx = %v, T = %v", i, q.X, q.Tx, q.T)
		}
	}
	s := make([]buyerRow, len(buyers))
	for i, q := range buyers {
		s[i] = buyerRow{q, 1}
	}
	sort.Slice(s, func(i, j int) bool {
		a, b := s[i], s[j]
		if a.X != b.X {
			return a.X < b.X
		}
		if a.Tx != b.Tx {
			return a.Tx < b.Tx
		}
		return a.T < b.T
	})
	r := &buyerRows{row: s[:1]}
	for _, q := range s[1:] {
		if last := &r.row[len(r.row)-1]; last.Buyer == q.Buyer {
			last.w++
		} else {
			r.row = append(r.row, q)
		}
	}
	for _, q := range r.row {
		if k := len(r.xs); k == 0 || r.xs[k-1] != q.X {
			r.xs, r.count = append(r.xs, q.X), append(r.count, 0)
		}
		r.count[len(r.count)-1] += q.w
		r.purchases += q.w * q.X
	}
	return r, nil
}

func (rs *buyerRows) scale(c float64) {
	for i := range rs.row {
		rs.row[i].Tx *= c
		rs.row[i].T *= c
	}
}

// negLogLik is −log L and its gradient in the logarithms of (r, α, a, b).
//
//	L = Γ(r+x)αʳ/Γ(r) · B(a, b+x)/B(a, b) · [(α+T)^−(r+x) + 1{x>0} a/(b+x−1) (α+tx)^−(r+x)]
func (rs *buyerRows) negLogLik(lp, grad []float64) float64 {
	r, alpha, a, b := math.Exp(lp[0]), math.Exp(lp[1]), math.Exp(lp[2]), math.Exp(lp[3])
	workers := min(runtime.GOMAXPROCS(0), 1+len(rs.row)/4096)
	if len(rs.part) != workers {
		rs.part = make([][]float64, workers)
		for i := range rs.part {
			rs.part[i] = make([]float64, 5)
		}
	}
	var wg sync.WaitGroup
	for k := range workers {
		lo, hi := k*len(rs.row)/workers, (k+1)*len(rs.row)/workers
		if k == workers-1 {
			rs.sumRows(lo, hi, r, alpha, a, b, rs.part[k])
			break
		}
		wg.Go(func() { rs.sumRows(lo, hi, r, alpha, a, b, rs.part[k]) })
	}
	wg.Wait()
	var v, gr, gal, ga, gb float64
	for _, p := range rs.part {
		v, gr, gal, ga, gb = v+p[0], gr+p[1], gal+p[2], ga+p[3], gb+p[4]
	}
	// The terms that depend on x alone, once per distinct x.
	lr, la, lab, lb := lgam(r), math.Log(alpha), lgam(a+b), lgam(b)
	dr, dab, db := mathext.Digamma(r), mathext.Digamma(a+b), mathext.Digamma(b)
	for k, x := range rs.xs {
		w := rs.count[k]
		v += w * (lgam(r+x) - lr + r*la + lgam(b+x) - lb + lab - lgam(a+b+x))
		dabx := mathext.Digamma(a + b + x)
		gr += w * (mathext.Digamma(r+x) - dr + la)
		gal += w * r / alpha
		ga += w * (dab - dabx)
		gb += w * (mathext.Digamma(b+x) - db + dab - dabx)
	}
	grad[0], grad[1], grad[2], grad[3] = -gr*r, -gal*alpha, -ga*a, -gb*b
	if math.IsNaN(v) {
		return math.Inf(1)
	}
	return -v
}

// sumRows adds the bracket of rows lo…hi: value and derivatives by r, α, a, b.
func (rs *buyerRows) sumRows(lo, hi int, r, alpha, a, b float64, out []float64) {
	var v, gr, gal, ga, gb float64
	lt, lastT := 0.0, math.NaN()
	for i := lo; i < hi; i++ {
		q := &rs.row[i]
		if q.T != lastT {
			lt, lastT = math.Log(alpha+q.T), q.T
		}
		k := r + q.X
		if q.X == 0 {
			v -= q.w * k * lt
			gr -= q.w * lt
			gal -= q.w * k / (alpha + q.T)
			continue
		}
		lx := math.Log(alpha + q.Tx)
		c := a / (b + q.X - 1)
		// bracket = (α+tx)^−k · (e + c), e = ((α+tx)/(α+T))^k ≤ 1
		e := math.Exp(k * (lx - lt))
		s := e + c
		v += q.w * (math.Log(s) - k*lx)
		pe, pc := e/s, c/s
		gr -= q.w * (pe*lt + pc*lx)
		gal -= q.w * k * (pe/(alpha+q.T) + pc/(alpha+q.Tx))
		ga += q.w * pc / a
		gb -= q.w * pc / (b + q.X - 1)
	}
	out[0], out[1], out[2], out[3], out[4] = v, gr, gal, ga, gb
}
