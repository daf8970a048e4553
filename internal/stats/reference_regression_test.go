package stats_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() {
	refAdapters["correlation"] = refCorrelation
	refAdapters["partial-correlation"] = refPartial
	refAdapters["ols"] = refOLS
	refAdapters["cluster-se"] = refClusterSE
	refAdapters["newey-west"] = refNeweyWest
	refAdapters["distributed-lag/open-chickegg-granger"] = refGranger
	refAdapters["distributed-lag/open-frozenjuice"] = refDistributedLag
}

func refCorrelation(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	seen := map[string]bool{}
	for name := range c.Expected {
		pair := name[:strings.LastIndex(name, ".")]
		if seen[pair] {
			continue
		}
		seen[pair] = true
		a, b, _ := strings.Cut(pair, "~")
		x, y := c.num(t, a), c.num(t, b)
		put := func(k string, v float64) { got[pair+"."+k] = v }
		r, err := stats.Pearson(x, y, .95)
		if err != nil {
			put("pearson_r", math.NaN())
			continue
		}
		put("n", float64(r.N))
		put("pearson_r", r.R)
		put("pearson_t", r.T)
		put("pearson_df", float64(r.DF))
		put("pearson_p", r.P)
		put("pearson_ci_lo", r.CI.Lo)
		put("pearson_ci_hi", r.CI.Hi)
		s, err := stats.Spearman(x, y, .95)
		if err != nil {
			t.Fatal(err)
		}
		put("spearman_rho", s.R)
		put("spearman_p_t", s.P)
		put("spearman_p_exact", s.PExact)
		put("spearman_ci_fisher_lo", s.CIFisher.Lo)
		put("spearman_ci_fisher_hi", s.CIFisher.Hi)
		put("spearman_ci_bonettwright_lo", s.CI.Lo)
		put("spearman_ci_bonettwright_hi", s.CI.Hi)
		k, err := stats.Kendall(x, y, .95)
		if err != nil {
			t.Fatal(err)
		}
		put("kendall_tau_b", k.Tau)
		put("kendall_z", k.Z)
		put("kendall_p_normal", k.PNormal)
		put("kendall_p_exact", k.PExact)
		put("kendall_T", k.T)
		put("kendall_ci_fieller_lo", k.CI.Lo)
		put("kendall_ci_fieller_hi", k.CI.Hi)
	}
	return got
}

func refPartial(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	for name := range c.Expected {
		key := name[:strings.LastIndex(name, ".")]
		head, kind := key[:strings.LastIndex(key, ".")], key[strings.LastIndex(key, ".")+1:]
		pair, controls, _ := strings.Cut(head, "|")
		a, b, _ := strings.Cut(pair, ".")
		var cols [][]float64
		for _, name := range strings.Split(controls, "+") {
			cols = append(cols, c.num(t, name))
		}
		r, err := stats.Partial(c.num(t, a), c.num(t, b), cols, kind == "spearman", .95)
		if err != nil {
			t.Fatal(err)
		}
		put := func(k string, v float64) { got[key+"."+k] = v }
		put("partial_r", r.Partial.R)
		put("partial_t", r.Partial.T)
		put("partial_p", r.Partial.P)
		put("df", float64(r.Partial.DF))
		put("partial_ci_lo", r.Partial.CI.Lo)
		put("partial_ci_hi", r.Partial.CI.Hi)
		put("semipartial_r", r.SemiPartial.R)
		put("semipartial_t", r.SemiPartial.T)
		put("semipartial_p", r.SemiPartial.P)
	}
	return got
}

func refFit(t *testing.T, c *refCase, y string, xs ...string) *stats.Linear {
	t.Helper()
	var cols [][]float64
	for _, x := range xs {
		cols = append(cols, c.num(t, x))
	}
	m, err := stats.OLS(c.num(t, y), cols, xs)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func refOLS(t *testing.T, c *refCase) map[string]float64 {
	m := refFit(t, c, "y", "x1", "x2", "x3", "x4", "x5", "x6")
	got := map[string]float64{"df_resid": float64(m.DF())}
	se, vif := stats.StdErr(m.Classical()), m.VIF()
	for j, b := range m.Coef {
		got[fmt.Sprintf("b%d", j)], got[fmt.Sprintf("se_b%d", j)], got[fmt.Sprintf("vif_x%d", j)] = b, se[j], vif[j]
	}
	got["F"], _, got["r_squared"], got["resid_sd"] = m.FTest()
	return got
}

func refClusterSE(t *testing.T, c *refCase) map[string]float64 {
	m := refFit(t, c, "y", "x")
	firm, year := c.codes("firm"), refInts(t, c, "year")
	at := func(v [][]float64) float64 { return stats.StdErr(v)[1] }
	got := map[string]float64{"intercept": m.Coef[0], "x": m.Coef[1], "se_ols": at(m.Classical())}
	for k := range 4 {
		got[fmt.Sprintf("se_hc%d", k)] = at(m.HC(k))
	}
	cr, g := m.Cluster(firm)
	cy, gy := m.Cluster(year)
	got["se_firm_CR0"] = at(cr)
	got["se_firm_CR1"] = at(cr) * math.Sqrt(stats.CR1Factor(g, m.N, m.K))
	got["se_year_CR1"] = at(cy) * math.Sqrt(stats.CR1Factor(gy, m.N, m.K))
	got["se_firm_year_CGM"] = at(m.TwoWayCluster(firm, year, func(g int) float64 { return stats.CR1Factor(g, m.N, m.K) }))
	cr2, _, err := m.CR2(firm)
	if err != nil {
		t.Fatal(err)
	}
	got["se_firm_CR2"] = at(cr2)
	l0, _ := m.DriscollKraay(year, 0)
	l3, _ := m.DriscollKraay(year, 3)
	got["se_DK_L0_HC0"], got["se_DK_L3_raw"], got["DK_L0_HC0"], got["DK_L3_raw"] = at(l0), at(l3), at(l0), at(l3)
	return got
}

func refNeweyWest(t *testing.T, c *refCase) map[string]float64 {
	m := refFit(t, c, "RealInv", "RealGNP", "RealInt")
	got := map[string]float64{"durbin_watson": m.DurbinWatson()}
	put := func(what string, v [][]float64, factor float64) {
		for j, s := range stats.StdErr(v) {
			got[what+"."+m.Name[j]] = s * math.Sqrt(factor)
		}
	}
	for j, b := range m.Coef {
		got["coef."+m.Name[j]] = b
	}
	put("se_ols", m.Classical(), 1)
	adj := float64(m.N) / float64(m.N-m.K)
	for _, l := range []int{1, 3, 4} {
		put(fmt.Sprintf("se_nw_raw_L%d", l), m.HAC(l), 1)
		put(fmt.Sprintf("se_nw_adj_L%d", l), m.HAC(l), adj)
	}
	bw := m.AutoLag(0)
	got["bw_newey_west_1994_noprewhite"] = bw
	put("se_nw_autobw_raw", m.HAC(int(bw)), 1)
	pre, err := m.HACPrewhitened(int(m.AutoLag(1)))
	if err != nil {
		t.Fatal(err)
	}
	put("se_prewhite_auto_R", pre, 1)
	got["breusch_godfrey_LM_order2"], got["breusch_godfrey_p_order2"], err = m.BreuschGodfrey(2)
	if err != nil {
		t.Fatal(err)
	}
	got["ljung_box_Q_lag4"], got["ljung_box_p_lag4"], err = stats.LjungBox(m.Resid, 4)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func refGranger(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	for name := range c.Expected {
		// chicken_to_egg_F_order1
		parts := strings.Split(name, "_")
		order, _ := strconv.Atoi(strings.TrimPrefix(parts[4], "order"))
		f, p, _, _, err := stats.Granger(c.num(t, parts[0]), c.num(t, parts[2]), order)
		if err != nil {
			t.Fatal(err)
		}
		at := parts[0] + "_to_" + parts[2]
		got[fmt.Sprintf("%s_F_order%d", at, order)], got[fmt.Sprintf("%s_p_order%d", at, order)] = f, p
	}
	return got
}

func refDistributedLag(t *testing.T, c *refCase) map[string]float64 {
	r, err := stats.DistributedLag(c.num(t, "fdd"), c.num(t, "ret"), nil, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}, 7)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{"n": float64(r.Fit.N), "coef.Intercept": r.Fit.Coef[0], "se_nw7_raw.Intercept": r.SE[0]}
	for i, l := range r.Lags {
		at := fmt.Sprintf("lag%02d", l)
		got["coef."+at], got["se_nw7_raw."+at] = r.Fit.Coef[i+1], r.SE[i+1]
		got["cumulative."+at], got["se_cumulative_nw7_raw."+at] = r.Cumulative[i], r.CumulativeSE[i]
	}
	return got
}
