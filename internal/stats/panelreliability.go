package stats

import "math"

// PanelReliability says how much of what moves inside teams, from period to period, is signal.
type PanelReliability struct {
	Reliability float64 // λ = 1 − expected noise / observed, of the series left after team (and period) effects
	Observed    float64 // variance of that series per degree of freedom
	Noise       float64 // the part of it that sampling of respondents explains
	NObs        int
	NUnits      int
	NPeriods    int
	Simple      bool // team effects only
}

// WithinReliability is the reliability of the cell means of a team × period panel after team and period effects.
//
//	λ = 1 − Σ m_ii v_i / Σ ỹ²_i
//
// y holds the cell means, noise the sampling variance v_i of each (s²/n of the respondents, with finite-population
// correction where it applies), unit and time the codes of the cell; NaN cells are left out. ỹ is y after the effects,
// m_ii the share of cell i's own noise that is left in it. periodEffects false removes team means only. λ ≤ 0 is
// returned as it is: the series then holds no more than noise. Assumes that noise is independent between cells.
//
// Refuses: fewer than 2 units (insufficient_teams) or periods (insufficient_periods), no degrees of freedom left
// (insufficient_observations), no movement within teams (no_variation), negative noise (out_of_range).
//
// Sources: Raudenbush & Bryk (2002) Hierarchical Linear Models, ch. 3; Fuller (1987)
// doi:10.1002/9780470316665, §1.1.
func WithinReliability(y, noise []float64, unit, time []int, periodEffects bool) (*PanelReliability, error) {
	p, err := panelCells(y, noise, unit, time)
	if err != nil {
		return nil, err
	}
	res := &PanelReliability{NObs: len(p.y), NUnits: p.units, NPeriods: p.periods, Simple: !periodEffects}
	lev, resid, df, err := p.afterEffects(periodEffects)
	if err != nil {
		return nil, err
	}
	var ss, nz, scale float64
	for i := range resid {
		ss += sq(resid[i])
		nz += (1 - lev[i]) * p.noise[i]
		scale = math.Max(scale, math.Abs(p.y[i]))
	}
	if ss <= float64(len(resid))*sq(scale*1e-14) {
		return nil, Refuse(NoVariation, "y within teams")
	}
	res.Observed, res.Noise = ss/df, nz/df
	res.Reliability = 1 - nz/ss
	return res, nil
}

// SplitHalfReliability is the within-team reliability from two random halves of the respondents of each cell: the
// correlation of the two halves after team (and period) effects, stepped up to the full cell by Spearman–Brown.
//
// a and b hold the half means; NaN cells (either half) are left out. Refusals as in WithinReliability.
func SplitHalfReliability(a, b []float64, unit, time []int, periodEffects bool) (*PanelReliability, error) {
	if len(a) != len(b) {
		return nil, Refuse(LengthMismatch, "%d and %d rows", len(a), len(b))
	}
	aa, bb := make([]float64, len(a)), make([]float64, len(b))
	for i := range a {
		if math.IsInf(a[i], 0) || math.IsInf(b[i], 0) {
			return nil, Refuse(NotFinite, "row %d", i)
		}
		aa[i], bb[i] = a[i], b[i]
		if math.IsNaN(a[i]) || math.IsNaN(b[i]) {
			aa[i], bb[i] = math.NaN(), math.NaN()
		}
	}
	zero := make([]float64, len(a))
	pa, err := panelCells(aa, zero, unit, time)
	if err != nil {
		return nil, err
	}
	pb, err := panelCells(bb, zero, unit, time)
	if err != nil {
		return nil, err
	}
	_, ra, df, err := pa.afterEffects(periodEffects)
	if err != nil {
		return nil, err
	}
	_, rb, _, err := pb.afterEffects(periodEffects)
	if err != nil {
		return nil, err
	}
	var sab, saa, sbb float64
	for i := range ra {
		sab += ra[i] * rb[i]
		saa += sq(ra[i])
		sbb += sq(rb[i])
	}
	if saa == 0 || sbb == 0 {
		return nil, Refuse(NoVariation, "a half within teams")
	}
	r := sab / math.Sqrt(saa) / math.Sqrt(sbb)
	res := &PanelReliability{NObs: len(ra), NUnits: pa.units, NPeriods: pa.periods, Simple: !periodEffects}
	res.Reliability = SpearmanBrown(r, 2)
	res.Observed = (saa + sbb + 2*sab) / 4 / df
	res.Noise = res.Observed * (1 - res.Reliability)
	return res, nil
}

// Disattenuated is a slope corrected for noise in its regressor.
type Disattenuated struct {
	Slope      float64
	CI         Interval
	LowerBound bool // λ < .5: too noisy to correct; the observed slope is a lower bound in size and is what is returned
}

// Disattenuate divides a slope and its interval by the within-team reliability λ of the regressor (classical errors in
// variables: plim b = λβ). Below λ = .5 nothing is corrected and LowerBound is set. λ is taken as known.
//
// Refuses λ outside (0, 1] and anything not finite (out_of_range, not_finite). Source: Fuller (1987)
// doi:10.1002/9780470316665.
func Disattenuate(slope float64, ci Interval, reliability float64) (*Disattenuated, error) {
	if err := finite("slope", []float64{slope, ci.Lo, ci.Hi}); err != nil {
		return nil, err
	}
	if !(reliability > 0 && reliability <= 1) {
		return nil, Refuse(OutOfRange, "reliability = %v", reliability)
	}
	if reliability < .5 {
		return &Disattenuated{Slope: slope, CI: ci, LowerBound: true}, nil
	}
	return &Disattenuated{Slope: slope / reliability, CI: Interval{ci.Lo / reliability, ci.Hi / reliability, ci.Level}}, nil
}

// cells is a panel without its missing cells, units and periods coded 0…k−1.
type cells struct {
	y, noise       []float64
	unit, time     []int
	units, periods int
}

func panelCells(y, noise []float64, unit, time []int) (*cells, error) {
	if err := sameLength(len(y), noise); err != nil {
		return nil, err
	}
	if len(unit) != len(y) || len(time) != len(y) {
		return nil, Refuse(LengthMismatch, "%d values, %d unit and %d time codes", len(y), len(unit), len(time))
	}
	p := &cells{}
	us, ts := map[int]int{}, map[int]int{}
	seen := map[[2]int]bool{}
	for i := range y {
		if math.IsInf(y[i], 0) || math.IsInf(noise[i], 0) {
			return nil, Refuse(NotFinite, "row %d", i)
		}
		if math.IsNaN(y[i]) || math.IsNaN(noise[i]) {
			continue
		}
		if noise[i] < 0 {
			return nil, Refuse(OutOfRange, "noise[%d] = %v", i, noise[i])
		}
		key := [2]int{unit[i], time[i]}
		if seen[key] {
			return nil, Refuse(OutOfRange, "two cells for unit %d in period %d", unit[i], time[i])
		}
		seen[key] = true
		u, ok := us[unit[i]]
		if !ok {
			u = len(us)
			us[unit[i]] = u
		}
		t, ok := ts[time[i]]
		if !ok {
			t = len(ts)
			ts[time[i]] = t
		}
		p.y, p.noise = append(p.y, y[i]), append(p.noise, noise[i])
		p.unit, p.time = append(p.unit, u), append(p.time, t)
	}
	p.units, p.periods = len(us), len(ts)
	if p.units < 2 {
		return nil, TooFew(InsufficientTeams, 2, p.units)
	}
	if p.periods < 2 {
		return nil, TooFew(InsufficientPeriods, 2, p.periods)
	}
	return p, nil
}

// afterEffects gives the leverage of each cell in the dummies, the residual series and its degrees of freedom. The
// period dummies are demeaned within units, which leaves a small T × T system (the last period is the reference; a
// panel that falls apart into unconnected parts is not identified).
func (p *cells) afterEffects(periodEffects bool) (lev, resid []float64, df float64, err error) {
	n := len(p.y)
	lev, resid = make([]float64, n), make([]float64, n)
	cnt, mean := make([]float64, p.units), make([]float64, p.units)
	for i, u := range p.unit {
		cnt[u]++
		mean[u] += (p.y[i] - mean[u]) / cnt[u]
	}
	for i, u := range p.unit {
		resid[i] = p.y[i] - mean[u]
		lev[i] = 1 / cnt[u]
	}
	df = float64(n - p.units)
	if periodEffects {
		k := p.periods - 1
		df -= float64(k)
		if df >= 1 {
			if err := p.sweepPeriods(k, cnt, lev, resid); err != nil {
				return nil, nil, 0, err
			}
		}
	}
	if df < 1 {
		return nil, nil, 0, TooFew(InsufficientObservations, n+1-int(df), n)
	}
	return lev, resid, df, nil
}

func (p *cells) sweepPeriods(k int, cnt, lev, resid []float64) error {
	zz := make([][]float64, k)
	for a := range zz {
		zz[a] = make([]float64, k)
	}
	zy := make([]float64, k)
	rows := make([][]int, p.units)
	for i, u := range p.unit {
		rows[u] = append(rows[u], i)
	}
	for u, rs := range rows {
		for _, i := range rs {
			a := p.time[i]
			if a == k {
				continue
			}
			zz[a][a]++
			zy[a] += resid[i] // the residual has mean zero within the unit, so demeaning the dummy changes nothing
			for _, j := range rs {
				if b := p.time[j]; b != k {
					zz[a][b] -= 1 / cnt[u]
				}
			}
		}
	}
	inv := inverseSym(zz)
	if inv == nil {
		return Refuse(NotIdentified, "period effects: the panel falls into unconnected parts")
	}
	gamma := make([]float64, k)
	for a := range k {
		for b := range k {
			gamma[a] += inv[a][b] * zy[b]
		}
	}
	row := make([]float64, k)
	for u, rs := range rows {
		clear(row) // inv · (mean dummy row of the unit)
		var gm, quad float64
		for _, i := range rs {
			if b := p.time[i]; b != k {
				gm += gamma[b] / cnt[u]
				for a := range k {
					row[a] += inv[a][b] / cnt[u]
				}
			}
		}
		for _, i := range rs {
			if b := p.time[i]; b != k {
				quad += row[b] / cnt[u]
			}
		}
		for _, i := range rs {
			h := quad
			g := -gm
			if a := p.time[i]; a != k {
				h += inv[a][a] - 2*row[a]
				g += gamma[a]
			}
			lev[i] += h
			resid[i] -= g
		}
	}
	return nil
}
