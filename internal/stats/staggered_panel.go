package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// wide is the balanced panel: one row per unit.
type wide struct {
	n, never, dropped int
	times             []float64 // ascending
	cohorts           []float64 // treated cohorts, ascending
	size              map[float64]int
	cohort            []float64     // per unit; +Inf: never
	y                 [][]float64   // unit × period
	x                 [][][]float64 // covariate × unit × period
}

func widePanel(d StaggeredData, notYet bool) (*wide, error) {
	rows := len(d.Y)
	if len(d.Unit) != rows || len(d.Time) != rows || len(d.Cohort) != rows {
		return nil, Refuse(LengthMismatch, "unit, time, cohort, y")
	}
	if err := finite("time", d.Time); err != nil {
		return nil, err
	}
	if err := sameLength(rows, d.X...); err != nil {
		return nil, err
	}
	for _, c := range append([][]float64{d.Y}, d.X...) {
		for i, v := range c {
			if math.IsInf(v, 0) {
				return nil, Refuse(NotFinite, "row %d", i)
			}
		}
	}
	p := &wide{times: slices.Clone(d.Time), size: map[float64]int{}}
	slices.Sort(p.times)
	p.times = slices.Compact(p.times)
	if len(p.times) < 2 {
		return nil, TooFew(InsufficientPeriods, 2, len(p.times))
	}
	last := p.times[len(p.times)-1]
	norm := func(g float64) float64 {
		if math.IsNaN(g) || g == 0 || g > last {
			return math.Inf(1)
		}
		return g
	}
	code, units := recode(d.Unit)
	cohort := make([]float64, units)
	seen := make([]bool, units)
	treatedMax, anyNever := math.Inf(-1), false
	for i, c := range code {
		g := norm(d.Cohort[i])
		if seen[c] && cohort[c] != g {
			return nil, Refuse(OutOfRange, "unit %d has two start dates", d.Unit[i])
		}
		seen[c], cohort[c] = true, g
		if math.IsInf(g, 1) {
			anyNever = true
		} else {
			treatedMax = math.Max(treatedMax, g)
		}
	}
	if math.IsInf(treatedMax, -1) {
		return nil, TooFew(TooFewTreated, 1, 0)
	}
	if !anyNever {
		if !notYet {
			return nil, Refuse(NoComparison, "no unit is never treated")
		}
		// The last cohort serves as comparison until it starts; periods from then on have none.
		p.times = slices.DeleteFunc(p.times, func(t float64) bool { return t >= treatedMax })
		if len(p.times) < 2 {
			return nil, Refuse(NoComparison, "no unit is untreated after the first start")
		}
		for c := range cohort {
			if cohort[c] == treatedMax {
				cohort[c] = math.Inf(1)
			}
		}
	}
	col := map[float64]int{}
	for t, v := range p.times {
		col[v] = t
	}
	blank := func() [][]float64 {
		m := make([][]float64, units)
		for i := range m {
			m[i] = make([]float64, len(p.times))
			for t := range m[i] {
				m[i][t] = math.NaN()
			}
		}
		return m
	}
	y := blank()
	x := make([][][]float64, len(d.X))
	for k := range x {
		x[k] = blank()
	}
	filled := map[[2]int]bool{}
	for i, c := range code {
		t, ok := col[d.Time[i]]
		if !ok {
			continue
		}
		if filled[[2]int{c, t}] {
			return nil, Refuse(OutOfRange, "unit %d has two rows in period %v", d.Unit[i], d.Time[i])
		}
		filled[[2]int{c, t}] = true
		y[c][t] = d.Y[i]
		for k := range x {
			x[k][c][t] = d.X[k][i]
		}
	}
	p.x = make([][][]float64, len(x))
	for c := range units {
		complete := cohort[c] > p.times[0]
		for t := range p.times {
			complete = complete && !math.IsNaN(y[c][t])
			for k := range x {
				complete = complete && !math.IsNaN(x[k][c][t])
			}
		}
		if !complete {
			p.dropped++
			continue
		}
		p.y, p.cohort = append(p.y, y[c]), append(p.cohort, cohort[c])
		for k := range x {
			p.x[k] = append(p.x[k], x[k][c])
		}
		if math.IsInf(cohort[c], 1) {
			p.never++
		} else {
			p.size[cohort[c]]++
		}
	}
	p.n = len(p.y)
	for g := range p.size {
		p.cohorts = append(p.cohorts, g)
	}
	slices.Sort(p.cohorts)
	if len(p.cohorts) == 0 {
		return nil, TooFew(TooFewTreated, 1, 0)
	}
	if p.never == 0 && !notYet {
		return nil, TooFew(NoComparison, 1, 0)
	}
	return p, nil
}

// before is the index of the last period before g.
func (p *wide) before(g float64) int {
	b := 0
	for t, v := range p.times {
		if v < g {
			b = t
		}
	}
	return b
}

// groupTime estimates one ATT(g,t) against the base period and fills the influence function over all units.
func (p *wide) groupTime(g float64, t, base int, opt StaggeredOptions, inf []float64) (float64, error) {
	until := math.Max(p.times[t], p.times[base])
	early := min(t, base)
	var at []int
	var d []bool
	var dy []float64
	x := make([][]float64, 1+len(p.x))
	n1 := 0
	for i, c := range p.cohort {
		treated := c == g
		control := math.IsInf(c, 1) || (opt.NotYet && !treated && c > until)
		if !treated && !control {
			continue
		}
		at, d, dy = append(at, i), append(d, treated), append(dy, p.y[i][t]-p.y[i][base])
		x[0] = append(x[0], 1)
		for k := range p.x {
			x[k+1] = append(x[k+1], p.x[k][i][early])
		}
		n1 += bit(treated)
	}
	n := len(at)
	if n1 == 0 || n1 == n || n-n1 < len(x) {
		return 0, Refuse(NoComparison, "cohort %v, period %v", g, p.times[t])
	}
	att, f, err := didPanel(d, dy, x, opt.Method)
	if err != nil {
		return 0, err
	}
	for k, i := range at {
		inf[i] = f[k] * float64(p.n) / float64(n)
	}
	return att, nil
}

// didPanel is the two-period doubly robust, weighting or regression estimator of Sant'Anna & Zhao with its influence
// function (mean 0 over the n units).
func didPanel(d []bool, dy []float64, x [][]float64, method string) (float64, []float64, error) {
	n, k := len(d), len(x)
	if k == 1 { // the constant alone: every method is the difference of two means
		att, inf := meanDifference(d, dy)
		return att, inf, nil
	}
	fit, lin := make([]float64, n), [][]float64(nil) // outcome model and its linear representation
	if method != "ipw" {
		var yc []float64
		xc := make([][]float64, k)
		for i := range d {
			if !d[i] {
				yc = append(yc, dy[i])
				for j := range x {
					xc[j] = append(xc[j], x[j][i])
				}
			}
		}
		f, err := lsqFit(yc, xc, nil)
		if err != nil {
			return 0, nil, err
		}
		lin = make([][]float64, n)
		for i := range d {
			row := make([]float64, k)
			for j := range x {
				fit[i] += x[j][i] * f.beta[j]
			}
			if !d[i] {
				for a := range k {
					for b := range k {
						row[a] += f.inv[a][b] * x[b][i] * (dy[i] - fit[i]) * float64(n)
					}
				}
			}
			lin[i] = row
		}
	}
	w := make([]float64, n) // weight of a control
	var score [][]float64
	if method != "reg" {
		ps, v, err := logit(d, x)
		if err != nil {
			return 0, nil, err
		}
		score = make([][]float64, n)
		for i := range d {
			score[i] = make([]float64, k)
			for a := range k {
				for b := range k {
					score[i][a] += v[a][b] * x[b][i] * (float64(bit(d[i])) - ps[i]) * float64(n)
				}
			}
			if !d[i] {
				w[i] = ps[i] / (1 - ps[i])
			}
		}
	} else {
		for i := range d {
			w[i] = float64(bit(d[i]))
		}
	}
	var mT, mC, eT, eC float64
	for i := range d {
		ti := float64(bit(d[i]))
		mT += ti / float64(n)
		mC += w[i] / float64(n)
		r := dy[i] - fit[i]
		if method == "reg" {
			eT += ti * dy[i] / float64(n)
			eC += w[i] * fit[i] / float64(n)
		} else {
			eT += ti * r / float64(n)
			eC += w[i] * r / float64(n)
		}
	}
	eT, eC = eT/mT, eC/mC
	m1, m2, m3 := make([]float64, k), make([]float64, k), make([]float64, k)
	for i := range d {
		for j := range x {
			m1[j] += float64(bit(d[i])) * x[j][i] / float64(n)
			m2[j] += w[i] * (dy[i] - fit[i] - eC) * x[j][i] / float64(n)
			m3[j] += w[i] * x[j][i] / float64(n)
		}
	}
	inf := make([]float64, n)
	for i := range d {
		ti := float64(bit(d[i]))
		switch method {
		case "reg":
			inf[i] = ti*(dy[i]-eT)/mT - (w[i]*(fit[i]-eC)+dotp(lin[i], m1))/mC
		case "ipw":
			inf[i] = ti*(dy[i]-eT)/mT - (w[i]*(dy[i]-eC)+dotp(score[i], m2))/mC
		default:
			r := dy[i] - fit[i]
			inf[i] = (ti*(r-eT)-dotp(lin[i], m1))/mT - (w[i]*(r-eC)+dotp(score[i], m2)-dotp(lin[i], m3))/mC
		}
	}
	return eT - eC, inf, nil
}

func meanDifference(d []bool, dy []float64) (float64, []float64) {
	var m, n [2]float64
	for i, v := range dy {
		m[bit(d[i])] += v
		n[bit(d[i])]++
	}
	m[0], m[1] = m[0]/n[0], m[1]/n[1]
	inf := make([]float64, len(d))
	for i, v := range dy {
		k := bit(d[i])
		inf[i] = (v - m[k]) * float64(len(d)) / n[k] * float64(2*k-1)
	}
	return m[1] - m[0], inf
}

// logit fits P(d) = 1/(1+e^{−xβ}) by Newton's method; it returns the probabilities (capped at 1 − 1e−6) and the inverse
// information. Separation ends as no_convergence.
func logit(d []bool, x [][]float64) ([]float64, [][]float64, error) {
	n, k := len(d), len(x)
	beta, ps, wt, z := make([]float64, k), make([]float64, n), make([]float64, n), make([]float64, n)
	cols := make([][]float64, k)
	for j := range cols {
		cols[j] = make([]float64, n)
	}
	for range 50 {
		for i := range d {
			e := 0.0
			for j := range x {
				e += x[j][i] * beta[j]
			}
			ps[i] = 1 / (1 + math.Exp(-e))
			wt[i] = ps[i] * (1 - ps[i])
			if wt[i] < 1e-14 {
				return nil, nil, Refuse(NoConvergence, "treated and untreated units do not overlap")
			}
			s := math.Sqrt(wt[i])
			z[i] = s * (e + (float64(bit(d[i]))-ps[i])/wt[i])
			for j := range x {
				cols[j][i] = s * x[j][i]
			}
		}
		f, err := lsqFit(z, cols, nil)
		if err != nil {
			return nil, nil, err
		}
		move := 0.0
		for j := range beta {
			move = math.Max(move, math.Abs(f.beta[j]-beta[j])/math.Max(1, math.Abs(f.beta[j])))
		}
		beta = f.beta
		if move < 1e-12 {
			for i := range ps {
				if ps[i] >= .999 && !d[i] {
					return nil, nil, Refuse(NoComparison, "a comparison unit is all but certain to be treated")
				}
				ps[i] = math.Min(ps[i], 1-1e-6)
			}
			return ps, f.inv, nil
		}
	}
	return nil, nil, Refuse(NoConvergence, "propensity score")
}

// normalTail is the two-sided normal quantile of a level.
func normalTail(level float64) float64 { return distuv.UnitNormal.Quantile((1 + level) / 2) }
