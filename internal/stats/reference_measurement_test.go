package stats_test

import (
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() {
	refAdapters["reliability-alpha-omega"] = refAlphaOmega
	refAdapters["reliability-icc"] = refICC
	refAdapters["reliability-rwg"] = refRWG
	refAdapters["nps"] = refNPS
	refAdapters["eb-shrinkage"] = refShrink
}

// prefixes lists the first dotted part of the expected names, e.g. "all7" of "all7.alpha_raw".
func prefixes(c *refCase) []string {
	seen := map[string]bool{}
	var out []string
	for name := range c.Expected {
		if p, _, ok := strings.Cut(name, "."); ok && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

func refAlphaOmega(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	for _, p := range prefixes(c) {
		// A prefix names the items that start with it, or stands for all.
		var names []string
		for _, h := range c.Header {
			if _, asked := c.Expected[p+".alpha_if_dropped."+h]; asked {
				names = append(names, h)
			}
		}
		if names == nil {
			names = c.Header
		}
		items := make([][]float64, len(names))
		for i, n := range names {
			items[i] = c.num(t, n)
		}
		a, err := stats.Alpha(items, .95)
		if err != nil {
			t.Fatal(err)
		}
		set := func(k string, v float64) { got[p+"."+k] = v }
		set("n_listwise", float64(a.N))
		set("n_total", float64(a.NTotal))
		set("k", float64(a.K))
		set("alpha_raw", a.Raw)
		set("alpha_std", a.Std)
		set("alpha_raw_pairwise", a.RawPairwise)
		set("mean_interitem_r", a.MeanR)
		set("feldt_lo", a.Feldt.Lo)
		set("feldt_hi", a.Feldt.Hi)
		set("guttman_lambda6", a.Lambda6)
		o, err := stats.Omega(items)
		if err != nil {
			t.Fatal(err)
		}
		set("omega_cfa_ml_raw", o.Raw)
		set("omega_cfa_ml_raw_observed_var", o.RawObserved)
		set("omega_cfa_ml_standardized", o.Standardized)
		set("omega_minres_standardized", o.Minres)
		set("cfa_chisq", o.ChiSq)
		set("cfa_df", float64(o.DF))
		for i, n := range names {
			set("alpha_if_dropped."+n, a.IfDropped[i])
			set("r_item_rest."+n, a.ItemRest[i])
			set("r_item_total."+n, a.ItemTotal[i])
			set("cfa_loading."+n, o.Loadings[i])
		}
	}
	return got
}

func refICC(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	if _, wide := c.Expected["ICC1"]; wide {
		cols := make([][]float64, len(c.Header))
		for i, h := range c.Header {
			cols[i] = c.num(t, h)
		}
		all, err := stats.RaterICCs(cols, .95)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			got[r.Name], got[r.Name+".F"], got[r.Name+".p"] = r.ICC, r.F, r.P
			got[r.Name+".ci_lo"], got[r.Name+".ci_hi"] = r.CI.Lo, r.CI.Hi
		}
		return got
	}
	for _, p := range prefixes(c) {
		r, err := stats.ICC(c.num(t, p), c.codes(c.Header[0]), .95)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range map[string]float64{
			"J": float64(r.J), "N": float64(r.N), "MSB": r.MSB, "MSW": r.MSW, "F": r.F, "p_F": r.P,
			"mean_group_size": r.MeanSize, "n0": r.N0, "harmonic_group_size": r.HarmonicSize,
			"ICC1_meansize": r.ICC1MeanSize, "ICC1_n0": r.ICC1, "ICC2_ms": r.ICC2,
			"ICC1_reml": r.ICC1REML, "ICC2_reml_meansize": r.ICC2REML,
		} {
			got[p+"."+k] = v
		}
	}
	return got
}

func refRWG(t *testing.T, c *refCase) map[string]float64 {
	null := stats.UniformNullVariance(5)
	got := map[string]float64{"ranvar_uniform": null}
	labels := c.Cols[c.Header[0]]
	codes := c.codes(c.Header[0])
	var lead [][]float64
	for _, h := range c.Header {
		if strings.HasPrefix(h, "LEAD") {
			lead = append(lead, c.num(t, h))
		}
	}
	put := func(prefix string, gs []stats.GroupAgreement, err error) {
		if err != nil {
			t.Fatal(err)
		}
		mean, median, share, _ := stats.SummariseRWG(gs, .7)
		got[prefix+".mean"], got[prefix+".median"], got[prefix+".share_ge_.7"] = mean, median, share
		name := map[int]string{}
		for i, k := range codes {
			name[k] = labels[i]
		}
		for _, g := range gs {
			got[prefix+".group_"+name[g.Group]] = g.RWG
		}
	}
	gs, err := stats.RWG(lead[0], codes, null)
	put("rwg.LEAD01", gs, err)
	gs, err = stats.RWGJ(lead, codes, null)
	put("rwgj.LEAD", gs, err)
	return got
}

func refNPS(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	score := c.num(t, "score")
	sets := map[string][]float64{"all": score}
	for _, h := range c.Header {
		if h == "score" {
			continue
		}
		for i, label := range c.Cols[h] {
			for _, key := range []string{label, h + "." + label} {
				sets[key] = append(sets[key], score[i])
			}
		}
	}
	results := map[string]*stats.NPSResult{}
	for key, s := range sets {
		r, err := stats.NPS(s, 0, .95)
		if err != nil {
			t.Fatal(err)
		}
		r90, err := stats.NPS(s, 0, .90)
		if err != nil {
			t.Fatal(err)
		}
		results[key] = r
		for k, v := range map[string]float64{
			"n": float64(r.N), "promoters": r.Promoters, "passives": r.Passives, "detractors": r.Detractors, "nps": r.NPS,
			"var": r.Var, "se": r.SE, "moe95": r.MOE, "moe90": r90.MOE, "ci_lo": r.Wald.Lo, "ci_hi": r.Wald.Hi,
			"se_unbiased_n1": r.SEUnbiased, "moe95_t_n1": r.MOET,
		} {
			got[key+"."+k] = v
		}
	}
	for name := range c.Expected {
		key, _, _ := strings.Cut(name, ".")
		if a, b, ok := strings.Cut(key, "_minus_"); ok {
			d, err := stats.CompareNPS(results[a], results[b], .95)
			if err != nil {
				t.Fatal(err)
			}
			got[key+".delta"], got[key+".se"], got[key+".z"], got[key+".p"] = d.Delta, d.SE, d.Z, d.P
		}
	}
	return got
}

func refShrink(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	if _, ok := c.Expected["shrink_c"]; ok {
		hits, rest := c.num(t, "hits45"), c.num(t, "rest")
		p := make([]float64, len(hits))
		for i, h := range hits {
			p[i] = h / 45
		}
		js, arc, err := stats.JamesSteinShares(p, 45)
		if err != nil {
			t.Fatal(err)
		}
		got["grand_mean"], got["shrink_c"], got["arcsine_c"] = js.Mean, js.C, arc.C
		got["sigma2"] = js.Mean * (1 - js.Mean) / 45
		for i, name := range c.Cols["player"] {
			got["js."+name], got["js_arcsine."+name] = js.Estimate[i], arc.Estimate[i]
			a, b := p[i]-rest[i], js.Estimate[i]-rest[i]
			got["sse_raw"] += a * a
			got["sse_js"] += b * b
		}
		return got
	}
	labels := c.Cols[c.Header[0]]
	codes := c.codes(c.Header[0])
	name := map[int]string{}
	for i, k := range codes {
		name[k] = labels[i]
	}
	for _, method := range []string{"reml", "ml"} {
		f, err := stats.Shrink(c.num(t, c.Header[1]), codes, method == "reml", .95)
		if err != nil {
			t.Fatal(err)
		}
		got[method+".mu"], got[method+".tau2"], got[method+".sigma2"] = f.Mu, f.Tau2, f.Sigma2
		got[method+".se_mu"], got[method+".loglik"] = f.SEMu, f.LogLik
		got["anova.tau2"], got["anova.sigma2"], got["anova.n0"] = f.AnovaTau2, f.AnovaSigma2, f.N0
		for _, g := range f.Groups {
			l := name[g.Group]
			got[method+".eb."+l], got[method+".shrink_weight."+l], got[method+".post_sd."+l] = g.EB, g.Weight, g.PostSD
			got["raw_mean."+l] = g.Raw
		}
	}
	return got
}
