package stats

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Path is one coefficient of a mediation model.
type Path struct {
	B  float64 `json:"b"`
	SE float64 `json:"se"`
	P  float64 `json:"p"`
}

// Mediated is a product-of-coefficients mediation X → M → Y. B is the slope of Y on M given X on the same rows, so that
// the indirect effect a·b equals total − direct exactly.
type Mediated struct {
	N, Clusters   int
	A, B          Path // M on X; Y on M given X
	Total, Direct Path // Y on X; Y on X given M
	AB            float64
	SobelSE       float64 // first order: √(a²s_b² + b²s_a²)
	SobelZ        float64
	SobelP        float64
	AroianSE      float64  // + s_a²s_b²
	GoodmanSE     float64  // − s_a²s_b²; NaN when negative under the root
	Share         float64  // indirect / total; NaN when the total is 0
	MC            Interval // limit of the Monte-Carlo interval: quantiles of the product of two independent normals
	Boot          Boot     // of the indirect effect: rows, or whole units
	BootShare     Boot     // of Share, over the same resamples; wide where the total is near 0
	BootRun       *BootRun
	Sensitivity   *MediationSensitivity // nil for the clustered model
}

// Mediation estimates X → M → Y by ordinary least squares on complete rows, with covariates in both equations.
//
// a: M = i₁ + aX + …; c: Y = i₂ + cX + …; c', b: Y = i₃ + c'X + bM + …; indirect = ab = c − c'. Standard errors are OLS
// (s² = RSS/(n−p)), p from t(n−p); Sobel, Aroian and Goodman standard errors; the Monte-Carlo interval is given in its
// limit (distribution of the product of two independent normals, integrated numerically); the bootstrap resamples rows.
//
// Assumes linear equations, errors independent over rows, and no unmeasured cause of M and Y (see Sensitivity): the
// product is association through the chain, not proof of it. Intervals cover ≥ 93 % from n = 50 on (percentile,
// BCa, Monte-Carlo), Sobel's from n = 100.
// Refuses n < p + 3 (insufficient_observations), constant columns (no_variation), collinear ones (collinear).
//
// Baron & Kenny (1986), doi:10.1037/0022-3514.51.6.1173; Sobel (1982), doi:10.2307/270723; MacKinnon, Lockwood & Williams
// (2004), doi:10.1207/s15327906mbr3901_4.
func Mediation(ctx context.Context, x, m, y []float64, covariates [][]float64, opt BootOptions) (*Mediated, error) {
	opt, err := opt.filled()
	if err != nil {
		return nil, err
	}
	cols := append([][]float64{x, m, y}, covariates...)
	rows, err := completeRows(cols...)
	if err != nil {
		return nil, err
	}
	n, p := len(rows), 3+len(covariates)
	if n < p+3 {
		return nil, TooFew(InsufficientObservations, p+3, n)
	}
	kept := make([][]float64, len(cols))
	for j, c := range cols {
		kept[j] = pick(c, rows)
		if !varies(kept[j]) {
			return nil, Refuse(NoVariation, "column %d", j)
		}
		centre(kept[j])
	}
	one := onesCol(n)
	x, m, y, covariates = kept[0], kept[1], kept[2], kept[3:]
	fa, err := lsqFit(m, append([][]float64{one, x}, covariates...), []string{"constant", "x"})
	if err != nil {
		return nil, err
	}
	fc, err := lsqFit(y, append([][]float64{one, x}, covariates...), []string{"constant", "x"})
	if err != nil {
		return nil, err
	}
	fb, err := lsqFit(y, append([][]float64{one, x, m}, covariates...), []string{"constant", "x", "m"})
	if err != nil {
		return nil, err
	}
	out := &Mediated{N: n, A: pathOf(fa, 1), B: pathOf(fb, 2), Total: pathOf(fc, 1), Direct: pathOf(fb, 1)}
	out.fillProduct(opt.Level)
	if out.Sensitivity, err = sensitivityRho(fa, fc, out); err != nil {
		return nil, err
	}
	z := append([][]float64{one, x, m, y}, covariates...)
	mo := newMoments(z, nil)
	s := make([]float64, mo.q*mo.q)
	ax, bx := []int{0, 1}, []int{0, 1, 2}
	for j := range covariates {
		ax, bx = append(ax, 4+j), append(bx, 4+j)
	}
	ba, bb := make([]float64, len(ax)), make([]float64, len(bx))
	out.BootRun, err = Bootstrap(ctx, n, 2, func(counts []int, o []float64) bool {
		mo.sum(counts, s)
		if !mo.slopes(s, 2, ax, ba) || !mo.slopes(s, 3, bx, bb) {
			return false
		}
		o[0] = ba[1] * bb[2]
		o[1] = o[0] / (o[0] + bb[1])
		return o[0]+bb[1] != 0
	}, opt)
	if err != nil {
		return nil, err
	}
	out.Boot, out.BootShare = out.BootRun.Stats[0], out.BootRun.Stats[1]
	return out, nil
}

// MediationWithin estimates X → M → Y within units (teams): X, M and Y are centred on their unit means over the complete
// rows, then a, b, c, c' by least squares without a constant. Standard errors are cluster-robust without small-sample
// factor (CR0) at the unit; the bootstrap resamples whole units. Shift the columns to their lags before the call.
//
// Assumes effects alike over units, units independent of one another, linearity; differences between units are removed,
// shared shocks are not: see MediationPanel for that. From 40 units on the
// bootstrap intervals cover ≥ 93 % (20 units: 92 %). Refuses fewer than 5 units (insufficient_teams).
//
// Zhang, Zyphur & Preacher (2009), doi:10.1177/1094428108327450.
func MediationWithin(ctx context.Context, unit []int, x, m, y []float64, opt BootOptions) (*Mediated, error) {
	return MediationPanel(ctx, unit, nil, x, m, y, opt)
}

// MediationPanel is MediationWithin with period effects as well (time nil: without): columns are centred on units and periods,
// exactly so on an unbalanced panel, and a shock that hits all units equally is gone. The effects are not estimated anew in
// each resample, which costs a factor (G−1)/G in the variance.
func MediationPanel(ctx context.Context, unit, time []int, x, m, y []float64, opt BootOptions) (*Mediated, error) {
	opt, err := opt.filled()
	if err != nil {
		return nil, err
	}
	cols, code, units, err := withinColumns(unit, [][]float64{x, m, y})
	if err != nil {
		return nil, err
	}
	if time != nil {
		if len(time) != len(unit) {
			return nil, Refuse(LengthMismatch, "time")
		}
		rows, err := completeRows(x, m, y)
		if err != nil {
			return nil, err
		}
		fe := newFixedEffects(len(rows), code, pick(time, rows))
		if len(rows) < fe.rank()+5 {
			return nil, TooFew(InsufficientObservations, fe.rank()+5, len(rows))
		}
		for _, c := range cols {
			if err := fe.demean(c); err != nil {
				return nil, err
			}
		}
	}
	if units < 5 {
		return nil, TooFew(InsufficientTeams, 5, units)
	}
	x, m, y = cols[0], cols[1], cols[2]
	for j, name := range []string{"x", "m", "y"} {
		if !varies(cols[j]) {
			return nil, Refuse(NoVariation, "%s within units", name)
		}
	}
	out := &Mediated{N: len(x), Clusters: units}
	path := func(y []float64, c [][]float64, at int, into *Path) error {
		f, err := lsqFit(y, c, []string{"x", "m"})
		if err != nil {
			return err
		}
		v := f.sandwich(c, f.resid, code)
		*into = Path{f.beta[at], math.Sqrt(v[at][at]), 0}
		into.P = tTwoSided(into.B/into.SE, float64(units-1))
		return nil
	}
	for _, step := range []struct {
		y    []float64
		c    [][]float64
		at   int
		into *Path
	}{{m, [][]float64{x}, 0, &out.A}, {y, [][]float64{x, m}, 1, &out.B}, {y, [][]float64{x}, 0, &out.Total}, {y, [][]float64{x, m}, 0, &out.Direct}} {
		if err := path(step.y, step.c, step.at, step.into); err != nil {
			return nil, err
		}
	}
	out.fillProduct(opt.Level)
	mo := newMoments([][]float64{x, m, y}, code)
	s := make([]float64, 9)
	ba, bb := make([]float64, 1), make([]float64, 2)
	out.BootRun, err = Bootstrap(ctx, units, 2, func(counts []int, o []float64) bool {
		mo.sum(counts, s)
		if !mo.slopes(s, 1, []int{0}, ba) || !mo.slopes(s, 2, []int{0, 1}, bb) {
			return false
		}
		o[0] = ba[0] * bb[1]
		o[1] = o[0] / (o[0] + bb[0])
		return o[0]+bb[0] != 0
	}, opt)
	if err != nil {
		return nil, err
	}
	out.Boot, out.BootShare = out.BootRun.Stats[0], out.BootRun.Stats[1]
	return out, nil
}

func pathOf(f *lsq, j int) Path {
	se := f.se(j)
	return Path{f.beta[j], se, tTwoSided(f.beta[j]/se, float64(f.n-f.k))}
}

func (r *Mediated) fillProduct(level float64) {
	a, b, sa, sb := r.A.B, r.B.B, r.A.SE, r.B.SE
	r.AB = a * b
	first := a*a*sb*sb + b*b*sa*sa
	r.SobelSE = math.Sqrt(first)
	r.AroianSE = math.Sqrt(first + sa*sa*sb*sb)
	r.GoodmanSE = math.Sqrt(first - sa*sa*sb*sb)
	r.SobelZ = r.AB / r.SobelSE
	r.SobelP = normTwoSided(r.SobelZ)
	r.Share = math.NaN()
	if r.Total.B != 0 {
		r.Share = r.AB / r.Total.B
	}
	r.MC = ProductInterval(a, sa, b, sb, level)
}

// ProductInterval gives the quantiles (1 ∓ level)/2 of the product of two independent normals N(a, sa²) and N(b, sb²) by
// numerical integration: what a Monte-Carlo interval tends to. sa and sb must be positive, else the limits are NaN.
//
// Meeker, Cornwell & Aroian (1981); MacKinnon, Lockwood & Williams (2004), doi:10.1207/s15327906mbr3901_4.
func ProductInterval(a, sa, b, sb, level float64) Interval {
	out := Interval{math.NaN(), math.NaN(), level}
	if !(sa > 0) || !(sb > 0) || math.IsInf(sa+sb+math.Abs(a)+math.Abs(b), 0) || math.IsNaN(a+b) || !(level > 0 && level < 1) {
		return out
	}
	// P(AB ≤ q) = ∫ φ(z) P(B·(a+sa z) ≤ q) dz: composite Simpson on either side of the A = 0 jump.
	cdf := func(q float64) float64 {
		f := func(z float64) float64 {
			A := a + sa*z
			if A == 0 {
				if q >= 0 {
					return distuv.UnitNormal.Prob(z)
				}
				return 0
			}
			u := (q/A - b) / sb
			if A < 0 {
				u = -u
			}
			return distuv.UnitNormal.Prob(z) * distuv.UnitNormal.CDF(u)
		}
		const edge = 8.5
		cut := -a / sa
		if cut <= -edge || cut >= edge {
			return simpson(f, -edge, edge, 2000)
		}
		// z = cut ± s²: points crowd where the integrand turns fast, next to A = 0.
		side := func(sign, width float64) float64 {
			return simpson(func(s float64) float64 { return 2 * s * f(cut+sign*s*s) }, 0, math.Sqrt(width), 1500)
		}
		return side(-1, cut+edge) + side(1, edge-cut)
	}
	centre := a * b
	width := 12*math.Sqrt(a*a*sb*sb+b*b*sa*sa+sa*sa*sb*sb) + 1e-300
	find := func(p float64) float64 {
		lo, hi := centre-width, centre+width
		flo, fhi := cdf(lo)-p, cdf(hi)-p
		side := 0
		for range 100 { // regula falsi, Illinois
			mid := hi - fhi*(hi-lo)/(fhi-flo)
			if !(mid > lo && mid < hi) {
				mid = lo + (hi-lo)/2
			}
			f := cdf(mid) - p
			switch {
			case f < 0:
				lo, flo = mid, f
				if side == -1 {
					fhi /= 2
				}
				side = -1
			case f > 0:
				hi, fhi = mid, f
				if side == 1 {
					flo /= 2
				}
				side = 1
			default:
				return mid
			}
			if hi-lo <= 1e-13*width || math.Abs(f) < 1e-14 {
				return mid
			}
		}
		return lo + (hi-lo)/2
	}
	out.Lo, out.Hi = find((1-level)/2), find((1+level)/2)
	return out
}

func simpson(f func(float64) float64, lo, hi float64, n int) float64 {
	h := (hi - lo) / float64(n)
	s := f(lo) + f(hi)
	for i := 1; i < n; i++ {
		w := 2.0
		if i%2 == 1 {
			w = 4
		}
		s += w * f(lo+float64(i)*h)
	}
	return s * h / 3
}

func varies(x []float64) bool {
	top := 0.0
	for _, v := range x {
		top = math.Max(top, math.Abs(v))
	}
	return math.Sqrt(ssqOf(x)/float64(len(x))) > 1e-13*top && top > 0
}

func centre(x []float64) {
	for range 2 {
		m := meanOf(x)
		for i := range x {
			x[i] -= m
		}
	}
}
