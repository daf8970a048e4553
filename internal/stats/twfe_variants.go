package stats

import (
	"fmt"
	"math"
)

// Variants lists every error the packages report for this regression, by the names they are compared under: R and
// Python users find their own figure among them. p is the panel the regression ran on; lags are those of the
// Driscoll–Kraay errors. CR2 with Satterthwaite degrees of freedom is added where it is small enough to compute.
func (r *FEResult) Variants(p *Panel, lags []int) map[string]float64 {
	m := r.Fit
	unit, time := pick(p.Unit, r.Rows), pick(p.Time, r.Rows)
	out := map[string]float64{
		"N": float64(m.N), "G": float64(r.Units), "T": float64(r.Periods), "rank_FE": float64(r.RankFE), "r2_within": r.R2Within,
	}
	put := func(what string, v [][]float64, factor float64) {
		for j, s := range StdErr(v) {
			out[m.Name[j]+"."+what] = s * math.Sqrt(factor)
		}
	}
	put("se_classical", m.Classical(), 1)
	cr, g := m.Cluster(unit)
	nested := CR1Factor(g, m.N, m.CountedNested(unit))
	put("se_CR0_unit", cr, 1)
	put("se_CR1_nested", cr, nested)
	put("se_CR1_lsdv", cr, CR1Factor(g, m.N, m.CountedAll()))
	put("se_CR1_plm_sss", cr, CR1Factor(g, m.N, m.K))
	out["cr1_nested_factor"] = nested
	se := StdErr(cr)
	for j := range se {
		se[j] *= math.Sqrt(nested)
	}
	for _, c := range m.Table(se, float64(g-1), .95) {
		out[c.Name+".coef"], out[c.Name+".t_CR1_nested"], out[c.Name+".p_CR1_nested_tG1"] = c.B, c.T, c.P
		out[c.Name+".ci_lo_CR1_nested"], out[c.Name+".ci_hi_CR1_nested"] = c.CI.Lo, c.CI.Hi
	}
	few := float64(min(r.Units, r.Periods))
	put("se_twoway_raw", m.TwoWayCluster(unit, time, func(int) float64 { return 1 }), 1)
	put("se_twoway_fixest", m.TwoWayCluster(unit, time, func(int) float64 { return 1 }), few/(few-1)*r.twowayRest())
	for _, l := range lags {
		v, t := m.DriscollKraay(time, l)
		put(fmt.Sprintf("se_DK_raw_L%d", l), v, 1)
		factor := CR1Factor(t, m.N, m.CountedAll())
		put(fmt.Sprintf("se_DK_fixest_L%d", l), v, factor)
		out[fmt.Sprintf("DK_fixest_factor_L%d", l)] = factor
	}
	if cr2, df, err := m.CR2(unit); err == nil {
		for j, s := range StdErr(cr2) {
			name := m.Name[j]
			out[name+".se_CR2"], out[name+".df_CR2_satterthwaite"] = s, df[j]
			out[name+".p_CR2_satterthwaite"] = tTwoSided(m.Coef[j]/s, df[j])
		}
	}
	return out
}

// twowayRest is the (N−1)/(N−K) of fixest's two-way errors: both effects are nested in a cluster, the constant stays.
func (r *FEResult) twowayRest() float64 {
	return float64(r.N-1) / float64(r.N-r.Fit.K-1)
}
