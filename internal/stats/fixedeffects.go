package stats

import "math"

// fixedEffects removes unit and period means from columns: exactly for one way, by conjugate-gradient accelerated
// alternating projections for two ways (Gaure 2013, doi:10.1016/j.csda.2013.03.024; Guimarães & Portugal 2010). On an
// unbalanced panel "subtract the unit mean, subtract the period mean, add the grand mean" is wrong; this is not.
type fixedEffects struct {
	unit, time []int32 // codes per row; time nil for one way; unit nil for the intercept alone
	units      grouping
	kUnit      int
	kTime      int
	comps      int // connected components of the unit–period graph
	nTime      []float64
	// scratch of the solver, one value per period (or unit)
	um, r, z, p, ap, x []float64
}

// newFixedEffects prepares for n rows; unit nil means the intercept alone, time nil means units only.
func newFixedEffects(n int, unit, time []int) *fixedEffects {
	fe := &fixedEffects{kUnit: 1, comps: 1}
	if unit == nil {
		fe.unit = make([]int32, n)
	} else {
		fe.unit, fe.kUnit = encode(unit)
	}
	fe.units = groupRows(fe.unit, fe.kUnit)
	if time == nil {
		return fe
	}
	fe.time, fe.kTime = encode(time)
	fe.nTime = make([]float64, fe.kTime)
	for _, t := range fe.time {
		fe.nTime[t]++
	}
	fe.comps = fe.components()
	fe.um = make([]float64, fe.kUnit)
	fe.r, fe.z, fe.p = make([]float64, fe.kTime), make([]float64, fe.kTime), make([]float64, fe.kTime)
	fe.ap, fe.x = make([]float64, fe.kTime), make([]float64, fe.kTime)
	return fe
}

// rank is the number of independent dummies, the constant included.
func (fe *fixedEffects) rank() int {
	if fe.time == nil {
		return fe.kUnit
	}
	return fe.kUnit + fe.kTime - fe.comps
}

// components counts the connected parts of the graph that joins a unit and a period when a row has both.
func (fe *fixedEffects) components() int {
	parent := make([]int32, fe.kUnit+fe.kTime)
	for i := range parent {
		parent[i] = int32(i)
	}
	find := func(a int32) int32 {
		for parent[a] != a {
			parent[a] = parent[parent[a]]
			a = parent[a]
		}
		return a
	}
	left := fe.kUnit + fe.kTime
	for i, u := range fe.unit {
		if a, b := find(u), find(int32(fe.kUnit)+fe.time[i]); a != b {
			parent[a] = b
			left--
		}
	}
	return left
}

// demean removes the effects from col in place.
func (fe *fixedEffects) demean(col []float64) error {
	fe.removeUnits(col)
	if fe.time == nil {
		return nil
	}
	// A second round on what the first left over takes away the rounding of large offsets.
	scale := 0.0
	for _, v := range col {
		scale += v * v
	}
	for range 2 {
		if err := fe.removeTimes(col, scale); err != nil {
			return err
		}
	}
	return nil
}

// removeUnits subtracts each unit's mean, in two passes.
func (fe *fixedEffects) removeUnits(col []float64) {
	for u := range fe.kUnit {
		rows := fe.units.of(u)
		if len(rows) == 0 {
			continue
		}
		inv := 1 / float64(len(rows))
		base, s := col[rows[0]], 0.0
		for _, i := range rows {
			s += col[i] - base
		}
		m := s * inv
		s = 0
		for _, i := range rows {
			v := (col[i] - base) - m
			col[i] = v
			s += v
		}
		m = s * inv
		for _, i := range rows {
			col[i] -= m
		}
	}
}

// removeTimes takes the period effects off a unit-centred column: it solves (T'M T) b = T'col, M the unit-centring, by
// preconditioned conjugate gradients, one sweep over the rows per step, and subtracts M T b.
func (fe *fixedEffects) removeTimes(col []float64, scale float64) error {
	clear(fe.r)
	for i, t := range fe.time {
		fe.r[t] += col[i]
	}
	clear(fe.x)
	rz := fe.precondition()
	copy(fe.p, fe.z)
	stop := 1e-30*scale + math.SmallestNonzeroFloat64
	const most = 5000
	for it := 0; rz > stop; it++ {
		if it == most {
			return Refuse(NoConvergence, "two-way centring after %d sweeps", most)
		}
		fe.apply(fe.p, fe.ap)
		pap := 0.0
		for t, v := range fe.p {
			pap += v * fe.ap[t]
		}
		if pap <= 0 {
			break
		}
		a := rz / pap
		for t := range fe.x {
			fe.x[t] += a * fe.p[t]
			fe.r[t] -= a * fe.ap[t]
		}
		next := fe.precondition()
		b := next / rz
		rz = next
		for t := range fe.p {
			fe.p[t] = fe.z[t] + b*fe.p[t]
		}
	}
	for i, t := range fe.time {
		col[i] -= fe.x[t]
	}
	fe.removeUnits(col)
	return nil
}

// precondition sets z = r / n_t and returns r'z.
func (fe *fixedEffects) precondition() float64 {
	rz := 0.0
	for t, v := range fe.r {
		fe.z[t] = v / fe.nTime[t]
		rz += v * fe.z[t]
	}
	return rz
}

// apply computes out = T'M T v.
func (fe *fixedEffects) apply(v, out []float64) {
	for t := range out {
		out[t] = fe.nTime[t] * v[t]
	}
	for u := range fe.kUnit {
		rows := fe.units.of(u)
		s := 0.0
		for _, i := range rows {
			s += v[fe.time[i]]
		}
		s /= float64(len(rows))
		for _, i := range rows {
			out[fe.time[i]] -= s
		}
	}
}
