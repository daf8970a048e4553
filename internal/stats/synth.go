package stats

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
)

// SynthData is a balanced panel with one treated unit.
type SynthData struct {
	Y          [][]float64 // unit × period, the outcome; a donor with a missing value is left out
	Treated    int         // row of the treated unit
	Start      int         // column of its first treated period
	Predictors [][]float64 // predictor × unit; nil: the pre-period outcomes themselves, V = identity
	FitFrom    int         // first column of the window whose fit V is chosen for (to Start−1)
}

// Synth is a synthetic control. Units as the outcome.
type Synth struct {
	Donors   []int     // rows of Y
	W        []float64 // weight of each donor, ≥ 0, sum 1
	V        []float64 // importance of each predictor, sum 1; nil for outcome-only
	Loss     float64   // mean squared pre-period gap over the fit window
	Gap      []float64 // treated − synthetic, per period
	RMSPEPre float64   // over all periods before Start
	MSPEPost float64
	ATT      float64 // mean gap from Start on
	Ratio    float64 // post-MSPE / pre-MSPE
	Unique   bool    // no other weights fit equally well (given V)
	Fit      float64 // RMSPEPre / standard deviation of all pre-period outcomes
	Balance  [][3]float64
}

// SyntheticControl finds the convex combination of untreated units that follows the treated unit's path before the start
// and takes the gap afterwards as the effect.
//
// Without predictors: w minimises Σ_pre (y₁ₜ − Σ w_j y_jₜ)² over the simplex, solved exactly (active set). With predictors:
// w(V) minimises Σ_k v_k (x₁ₖ − Σ w_j x_jₖ)², each predictor divided by its standard deviation over treated and donors; V
// is given (v), or nil: it is searched so that w(V) has the least mean squared gap over the fit window (nested search,
// deterministic; V is not unique, see Loss).
//
// Assumes no spill-over to donors, donors like the treated unit, and a fit good enough to believe: refused as
// no_pretrend_fit when the pre-period RMSPE exceeds half the standard deviation of the pre-period outcomes. Inference is by
// placebos (SynthPlacebos): with J donors the smallest p is 1/(J+1). Also refuses fewer than 2 donors (no_comparison),
// fewer than 2 periods before the start (insufficient_periods).
//
// Abadie, Diamond & Hainmueller (2010), doi:10.1198/jasa.2009.ap08746.
func SyntheticControl(ctx context.Context, d SynthData, v []float64) (*Synth, error) {
	donors, err := synthDonors(d)
	if err != nil {
		return nil, err
	}
	r, err := synthOne(ctx, d, d.Treated, donors, v)
	if err != nil {
		return nil, err
	}
	if r.Fit > .5 {
		return nil, Refuse(NoPretrendFit, "pre-period gap is %.2f standard deviations", r.Fit)
	}
	return r, nil
}

// synthDonors checks the panel and lists the rows that can be donors.
func synthDonors(d SynthData) ([]int, error) {
	if d.Treated < 0 || d.Treated >= len(d.Y) {
		return nil, Refuse(OutOfRange, "treated unit %d of %d", d.Treated, len(d.Y))
	}
	periods := len(d.Y[d.Treated])
	if d.Start < 2 || d.FitFrom < 0 || d.FitFrom > d.Start-2 {
		return nil, TooFew(InsufficientPeriods, 2, d.Start-d.FitFrom)
	}
	if d.Start >= periods {
		return nil, Refuse(InsufficientPeriods, "no period after the start")
	}
	if err := finite("treated", d.Y[d.Treated]); err != nil {
		return nil, err
	}
	for _, p := range d.Predictors {
		if len(p) != len(d.Y) {
			return nil, Refuse(LengthMismatch, "predictors")
		}
		if math.IsNaN(p[d.Treated]) {
			return nil, Refuse(NotFinite, "a predictor of the treated unit")
		}
	}
	var donors []int
	for j, y := range d.Y {
		if len(y) != periods {
			return nil, Refuse(LengthMismatch, "unit %d", j)
		}
		ok := j != d.Treated
		for _, x := range y {
			if math.IsInf(x, 0) {
				return nil, Refuse(NotFinite, "unit %d", j)
			}
			ok = ok && !math.IsNaN(x)
		}
		for _, p := range d.Predictors {
			if math.IsInf(p[j], 0) {
				return nil, Refuse(NotFinite, "unit %d", j)
			}
			ok = ok && !math.IsNaN(p[j])
		}
		if ok {
			donors = append(donors, j)
		}
	}
	if len(donors) < 2 {
		return nil, TooFew(NoComparison, 2, len(donors))
	}
	return donors, nil
}

func synthOne(ctx context.Context, d SynthData, treated int, donors []int, v []float64) (*Synth, error) {
	r := &Synth{Donors: donors}
	var s *simplexLS
	if d.Predictors == nil {
		n := d.Start - d.FitFrom
		s = newSimplexLS(n, len(donors))
		copy(s.b, d.Y[treated][d.FitFrom:d.Start])
		for c, j := range donors {
			copy(s.col(c), d.Y[j][d.FitFrom:d.Start])
		}
		centreRows(s)
		s.solve()
	} else {
		sv := newSynthSearch(d, treated, donors)
		if v == nil {
			var err error
			if v, err = sv.search(ctx); err != nil {
				return nil, err
			}
		}
		if len(v) != len(d.Predictors) {
			return nil, Refuse(LengthMismatch, "%d weights for %d predictors", len(v), len(d.Predictors))
		}
		total := 0.0
		for _, x := range v {
			if !(x >= 0) || math.IsInf(x, 0) {
				return nil, Refuse(OutOfRange, "predictor weight %v", x)
			}
			total += x
		}
		if !(total > 0) {
			return nil, Refuse(OutOfRange, "predictor weights are all 0")
		}
		for _, x := range v {
			r.V = append(r.V, x/total)
		}
		sv.qp.on = sv.qp.on[:0]
		sv.loss(r.V)
		s = sv.qp
		for _, p := range d.Predictors {
			b := [3]float64{p[treated], 0, 0}
			for c, j := range donors {
				b[1] += s.w[c] * p[j]
				b[2] += p[j] / float64(len(donors))
			}
			r.Balance = append(r.Balance, b)
		}
	}
	r.W = slices.Clone(s.w)
	r.Unique = s.unique()
	r.fill(d, treated)
	return r, nil
}

// centreRows subtracts from every row its mean over the donors; the weights sum to 1, so nothing else changes, and the
// precision that a large common level would cost is kept.
func centreRows(s *simplexLS) {
	for i := range s.m {
		m := 0.0
		for j := range s.n {
			m += s.a[j*s.m+i] / float64(s.n)
		}
		for j := range s.n {
			s.a[j*s.m+i] -= m
		}
		s.b[i] -= m
	}
}

func (r *Synth) fill(d SynthData, treated int) {
	var all []float64
	r.Gap = make([]float64, len(d.Y[treated]))
	for t := range r.Gap {
		g := 0.0
		for c, j := range r.Donors {
			g += r.W[c] * (d.Y[treated][t] - d.Y[j][t])
			if t < d.Start {
				all = append(all, d.Y[j][t])
			}
		}
		r.Gap[t] = g
		if t < d.Start {
			all = append(all, d.Y[treated][t])
		}
	}
	pre, post := 0.0, 0.0
	for t, g := range r.Gap {
		if t < d.Start {
			pre += g * g
			if t >= d.FitFrom {
				r.Loss += g * g
			}
		} else {
			post += g * g
			r.ATT += g
		}
	}
	n1 := float64(len(r.Gap) - d.Start)
	pre /= float64(d.Start)
	r.Loss /= float64(d.Start - d.FitFrom)
	r.RMSPEPre, r.MSPEPost, r.ATT = math.Sqrt(pre), post/n1, r.ATT/n1
	r.Ratio = math.NaN()
	if pre > 0 {
		r.Ratio = r.MSPEPost / pre
	}
	r.Fit = math.NaN()
	if sd := math.Sqrt(ssqOf(all) / float64(len(all)-1)); sd > 0 {
		r.Fit = r.RMSPEPre / sd
	}
}

// Placebos holds the placebo-in-space test: every donor in turn treated at the same start.
type Placebos struct {
	Units   []int     // treated first, then donors
	Ratio   []float64 // post-MSPE / pre-MSPE
	PreMSPE []float64
	ATT     []float64
	Gaps    [][]float64
	Rank    int     // of the treated unit's ratio, 1 = largest
	P       float64 // rank / number of units
	// P among units whose pre-period fit is at most so many times worse than the treated unit's.
	P20, P5, P2 float64
	NUnder20    int
	NUnder5     int
	NUnder2     int
}

// SynthPlacebos runs the synthetic control for every donor as if it had been treated, on all cores. withTreated says
// whether the really treated unit may be a donor of the placebos (ranks differ). The nested search of V is repeated for each.
func SynthPlacebos(ctx context.Context, d SynthData, v []float64, withTreated bool) (*Placebos, error) {
	donors, err := synthDonors(d)
	if err != nil {
		return nil, err
	}
	if len(donors) < 3 {
		return nil, TooFew(NoComparison, 3, len(donors))
	}
	units := append([]int{d.Treated}, donors...)
	res, errList := make([]*Synth, len(units)), make([]error, len(units))
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(units)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range next {
				pool := make([]int, 0, len(donors))
				for _, j := range donors {
					if j != units[k] {
						pool = append(pool, j)
					}
				}
				if withTreated && units[k] != d.Treated {
					pool = append(pool, d.Treated)
					slices.Sort(pool)
				}
				res[k], errList[k] = synthOne(ctx, d, units[k], pool, v)
			}
		}()
	}
	for k := range units {
		next <- k
	}
	close(next)
	wg.Wait()
	out := &Placebos{Units: units}
	for k, r := range res {
		if errList[k] != nil {
			return nil, errList[k]
		}
		out.Ratio, out.ATT = append(out.Ratio, r.Ratio), append(out.ATT, r.ATT)
		out.PreMSPE, out.Gaps = append(out.PreMSPE, r.RMSPEPre*r.RMSPEPre), append(out.Gaps, r.Gap)
	}
	rank := func(limit float64) (int, int) {
		n, at := 0, 0
		for k := range out.Ratio {
			if k > 0 && out.PreMSPE[k] > limit*out.PreMSPE[0] {
				continue
			}
			n++
			if !(out.Ratio[k] < out.Ratio[0]) { // an undefined ratio (perfect fit) counts against the treated unit
				at++
			}
		}
		return at, n
	}
	var n int
	out.Rank, n = rank(math.Inf(1))
	out.P = float64(out.Rank) / float64(n)
	under := func(l float64) (float64, int) { at, n := rank(l); return float64(at) / float64(n), n }
	out.P20, out.NUnder20 = under(20)
	out.P5, out.NUnder5 = under(5)
	out.P2, out.NUnder2 = under(2)
	return out, nil
}

// SynthInTime pretends that the start was at an earlier column and looks for an effect where none can be: the gap over the
// columns from fake to the real start.
func SynthInTime(ctx context.Context, d SynthData, fake int, v []float64) (*Synth, error) {
	if fake >= d.Start || fake < 2 {
		return nil, Refuse(OutOfRange, "placebo start %d, real start %d", fake, d.Start)
	}
	e := d
	e.Start = fake
	e.FitFrom = min(d.FitFrom, max(0, fake-2))
	e.Y = make([][]float64, len(d.Y))
	for j, y := range d.Y {
		if len(y) < d.Start {
			return nil, Refuse(LengthMismatch, "unit %d", j)
		}
		e.Y[j] = y[:d.Start]
	}
	donors, err := synthDonors(e)
	if err != nil {
		return nil, err
	}
	return synthOne(ctx, e, e.Treated, donors, v)
}
