package method

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

// items reads the -x columns, or every column but -unit where none are named.
func (in Input) items() (names []string, cols [][]float64, err error) {
	names = in.X
	if len(names) == 0 {
		for _, h := range in.Table.Header {
			if h != in.Unit {
				names = append(names, h)
			}
		}
	}
	for _, n := range names {
		c, err := in.Table.Num(n)
		if err != nil {
			return nil, nil, err
		}
		cols = append(cols, c)
	}
	return names, cols, nil
}

func runAlpha(_ context.Context, in Input) (*Result, error) {
	names, cols, err := in.items()
	if err != nil {
		return nil, err
	}
	a, err := stats.Alpha(cols, in.Level)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	r.Add("alpha_raw", a.Raw)
	r.Add("ci_lo", a.Feldt.Lo)
	r.Add("ci_hi", a.Feldt.Hi)
	r.Add("feldt_lo", a.Feldt.Lo)
	r.Add("feldt_hi", a.Feldt.Hi)
	r.Add("alpha_std", a.Std)
	r.Add("alpha_raw_pairwise", a.RawPairwise)
	r.Add("mean_interitem_r", a.MeanR)
	r.Add("guttman_lambda6", a.Lambda6)
	r.Add("n_listwise", a.N)
	r.Add("n_obs", a.N)
	r.Add("n_total", a.NTotal)
	r.Add("k", a.K)
	for _, f := range []struct {
		key string
		v   []float64
	}{{"alpha_if_dropped", a.IfDropped}, {"r_item_rest", a.ItemRest}, {"r_item_total", a.ItemTotal}} {
		for i, n := range names {
			r.Add(f.key+"."+n, f.v[i])
		}
	}
	return r, nil
}

func runOmega(_ context.Context, in Input) (*Result, error) {
	names, cols, err := in.items()
	if err != nil {
		return nil, err
	}
	o, err := stats.Omega(cols)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	r.Add("omega_cfa_ml_raw", o.Raw)
	r.Add("omega_cfa_ml_raw_observed_var", o.RawObserved)
	r.Add("omega_cfa_ml_standardized", o.Standardized)
	r.Add("omega_minres_standardized", o.Minres)
	r.Add("cfa_chisq", o.ChiSq)
	r.Add("cfa_df", o.DF)
	r.Add("cfa_p", o.P)
	r.Add("n_listwise", o.N)
	r.Add("n_obs", o.N)
	r.Add("n_total", o.NTotal)
	r.Add("k", o.K)
	for i, n := range names {
		r.Add("cfa_loading."+n, o.Loadings[i])
	}
	for i, n := range names {
		r.Add("cfa_residual_var."+n, o.Unique[i])
	}
	if o.Heywood {
		r.Notes = append(r.Notes, "An item's residual variance is not positive: one factor does not fit these items; do not use this omega.")
	}
	return r, nil
}

func runICC(_ context.Context, in Input) (*Result, error) {
	if in.Unit == "" {
		return runRaterICC(in)
	}
	names := in.X
	prefix := true
	if in.Y != "" {
		names, prefix = []string{in.Y}, false
	}
	if len(names) == 0 {
		return nil, errs.Invalid("flag_needed").With("flag", "y")
	}
	codes, _, err := in.Table.Codes(in.Unit)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	for _, name := range names {
		y, err := in.Table.Num(name)
		if err != nil {
			return nil, err
		}
		c, err := stats.ICC(y, codes, in.Level)
		if err != nil {
			return nil, err
		}
		p := ""
		if prefix {
			p = name + "."
		}
		for _, v := range []Value{
			{"ICC1_n0", c.ICC1}, {"ci_lo", c.CI1.Lo}, {"ci_hi", c.CI1.Hi}, {"ICC1_meansize", c.ICC1MeanSize}, {"ICC1_reml", c.ICC1REML},
			{"ICC2_ms", c.ICC2}, {"ICC2_ci_lo", c.CI2.Lo}, {"ICC2_ci_hi", c.CI2.Hi}, {"ICC2_reml_meansize", c.ICC2REML},
			{"F", c.F}, {"p_F", c.P}, {"MSB", c.MSB}, {"MSW", c.MSW}, {"J", c.J}, {"N", c.N}, {"n_obs", c.N}, {"n_units", c.J},
			{"mean_group_size", c.MeanSize}, {"n0", c.N0}, {"harmonic_group_size", c.HarmonicSize},
		} {
			r.Add(p+v.Name, v.V)
		}
	}
	return r, nil
}

func runRaterICC(in Input) (*Result, error) {
	_, cols, err := in.items()
	if err != nil {
		return nil, err
	}
	all, err := stats.RaterICCs(cols, in.Level)
	if err != nil {
		return nil, err
	}
	r := &Result{Convention: "Shrout & Fleiss: ICC1 one-way random, ICC2 two-way random (absolute agreement), ICC3 two-way mixed (consistency); …k: mean of the k judges"}
	for _, c := range all {
		r.Add(c.Name, c.ICC)
		r.Add(c.Name+".F", c.F)
		r.Add(c.Name+".df1", c.DF1)
		r.Add(c.Name+".df2", c.DF2)
		r.Add(c.Name+".p", c.P)
		r.Add(c.Name+".ci_lo", c.CI.Lo)
		r.Add(c.Name+".ci_hi", c.CI.Hi)
	}
	return r, nil
}

func runRWG(_ context.Context, in Input) (*Result, error) {
	_, cols, err := in.items()
	if err != nil {
		return nil, err
	}
	codes, labels, err := in.Table.Codes(in.Unit)
	if err != nil {
		return nil, err
	}
	null := in.Param("null")
	if math.IsNaN(null) {
		null = stats.UniformNullVariance(int(in.Param("options")))
	}
	gs, err := stats.RWGJ(cols, codes, null)
	if err != nil {
		return nil, err
	}
	mean, median, share, n := stats.SummariseRWG(gs, in.Param("line"))
	r := &Result{Columns: []string{"group", "n", "rwg", "rwg_star"}}
	r.Add("mean", mean)
	r.Add("median", median)
	r.Add("share_ge_"+strings.TrimPrefix(trimFloat(in.Param("line")), "0"), share)
	r.Add("n_units", n)
	r.Add("ranvar_uniform", null)
	for _, g := range gs {
		r.Rows = append(r.Rows, []any{labels[g.Group], g.N, g.RWG, g.Star})
	}
	for _, g := range gs {
		r.Add("group_"+labels[g.Group], g.RWG)
	}
	return r, nil
}

func runNPS(_ context.Context, in Input) (*Result, error) {
	score, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	pop := int(in.Param("population"))
	all, err := stats.NPS(score, pop, in.Level)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	adjusted := in.Convention == "adjusted"
	if in.Convention != "" && !adjusted && in.Convention != "wald" {
		return nil, unknownConvention(in.Convention, "wald", "adjusted")
	}
	npsFigures(r, "", all, adjusted, in.Level)
	if len(in.By) == 0 {
		return r, nil
	}
	r.Columns = []string{"by", "group", "n", "nps", "se", "adjusted_lo", "adjusted_hi"}
	for _, by := range in.By {
		if err := npsBy(r, in, by, score, adjusted); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func npsBy(r *Result, in Input, by string, score []float64, adjusted bool) error {
	codes, labels, err := in.Table.Codes(by)
	if err != nil {
		return err
	}
	prefix := by + "."
	if by == "group" {
		prefix = ""
	}
	groups := make([]*stats.NPSResult, len(labels))
	for k, label := range labels {
		var s []float64
		for i, c := range codes {
			if c == k {
				s = append(s, score[i])
			}
		}
		g, err := stats.NPS(s, 0, in.Level)
		if err != nil {
			if len(s) > 0 && onlyMissing(s) {
				continue // a group without answers has no score
			}
			return err
		}
		groups[k] = g
		npsFigures(r, prefix+label+".", g, adjusted, in.Level)
		r.Rows = append(r.Rows, []any{by, label, g.N, g.NPS, g.SE, g.AdjustedWald.Lo, g.AdjustedWald.Hi})
	}
	for i := range groups {
		for j := i + 1; j < len(groups) && len(groups) <= 12; j++ {
			if groups[i] == nil || groups[j] == nil {
				continue
			}
			d, err := stats.CompareNPS(groups[i], groups[j], in.Level)
			if err != nil {
				return err
			}
			p := labels[i] + "_minus_" + labels[j] + "."
			for _, v := range []Value{{"delta", d.Delta}, {"se", d.SE}, {"z", d.Z}, {"p", d.P}, {"ci_lo", d.Wald.Lo}, {"ci_hi", d.Wald.Hi}, {"adjusted_lo", d.Adjusted.Lo}, {"adjusted_hi", d.Adjusted.Hi}} {
				r.Add(p+v.Name, v.V)
			}
		}
	}
	return nil
}

// unknownConvention refuses a -convention and names those there are.
func unknownConvention(got string, known ...string) error {
	return errs.Invalid("convention_unknown").Because(fmt.Errorf("-convention %q: write %s", got, strings.Join(known, ", ")))
}

// trimFloat writes a number with no more digits than it needs.
func trimFloat(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func onlyMissing(s []float64) bool {
	for _, v := range s {
		if !math.IsNaN(v) {
			return false
		}
	}
	return true
}

func npsFigures(r *Result, prefix string, g *stats.NPSResult, adjusted bool, level float64) {
	ci := g.Wald
	if adjusted {
		ci = g.AdjustedWald
	}
	n90, _ := stats.NPSFromCounts(int(math.Round(g.Promoters*float64(g.N))), int(math.Round(g.Passives*float64(g.N))), int(math.Round(g.Detractors*float64(g.N))), 0, .9)
	for _, v := range []Value{
		{"nps", g.NPS}, {"se", g.SE}, {"ci_lo", ci.Lo}, {"ci_hi", ci.Hi}, {"adjusted_lo", g.AdjustedWald.Lo}, {"adjusted_hi", g.AdjustedWald.Hi},
		{"n", g.N}, {"promoters", g.Promoters}, {"passives", g.Passives}, {"detractors", g.Detractors}, {"var", g.Var},
		{"moe" + percent(level), g.MOE}, {"moe90", n90.MOE}, {"se_unbiased_n1", g.SEUnbiased}, {"moe" + percent(level) + "_t_n1", g.MOET},
	} {
		if v.Name == "moe90" && percent(level) == "90" {
			continue
		}
		r.Add(prefix+v.Name, v.V)
	}
	if prefix == "" {
		r.Add("n_obs", g.N)
	}
}

// percent writes a level as the keys do: 95, 90, 99.5.
func percent(level float64) string { return trimFloat(math.Round(level*1e6) / 1e4) }

func runShrink(_ context.Context, in Input) (*Result, error) {
	codes, labels, err := in.Table.Codes(in.Unit)
	if err != nil {
		return nil, err
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	switch in.Convention {
	case "james-stein":
		return runJamesStein(in, y)
	case "", "reml", "ml":
	default:
		return nil, unknownConvention(in.Convention, "reml", "ml", "james-stein")
	}
	fits := map[string]*stats.OneWayFit{}
	for _, kind := range []string{"reml", "ml"} {
		if fits[kind], err = stats.Shrink(y, codes, kind == "reml", in.Level); err != nil {
			return nil, err
		}
	}
	use := fits["reml"]
	if in.Convention == "ml" {
		use = fits["ml"]
	}
	r := &Result{Columns: []string{"group", "n", "raw_mean", "shrink_weight", "eb", "post_sd", "pred_sd", "ci_lo", "ci_hi"}}
	for _, v := range []Value{{"mu", use.Mu}, {"se_mu", use.SEMu}, {"tau2", use.Tau2}, {"sigma2", use.Sigma2}, {"loglik", use.LogLik}, {"n_units", len(use.Groups)}} {
		r.Add(v.Name, v.V)
	}
	r.Add("anova.tau2", use.AnovaTau2)
	r.Add("anova.sigma2", use.AnovaSigma2)
	r.Add("anova.n0", use.N0)
	for _, kind := range []string{"reml", "ml"} {
		f := fits[kind]
		for _, v := range []Value{{"mu", f.Mu}, {"tau2", f.Tau2}, {"sigma2", f.Sigma2}, {"se_mu", f.SEMu}, {"loglik", f.LogLik}} {
			r.Add(kind+"."+v.Name, v.V)
		}
		for _, g := range f.Groups {
			l := labels[g.Group]
			r.Add(kind+".eb."+l, g.EB)
			r.Add(kind+".shrink_weight."+l, g.Weight)
			r.Add(kind+".post_sd."+l, g.PostSD)
		}
	}
	for _, g := range use.Groups {
		r.Add("raw_mean."+labels[g.Group], g.Raw)
		r.Rows = append(r.Rows, []any{labels[g.Group], g.N, g.Raw, g.Weight, g.EB, g.PostSD, g.PredSD, g.CI.Lo, g.CI.Hi})
	}
	return r, nil
}

func runJamesStein(in Input, y []float64) (*Result, error) {
	names, err := in.Table.Text(in.Unit)
	if err != nil {
		return nil, err
	}
	r := &Result{Convention: "James–Stein towards the mean, k − 3, positive part"}
	n := in.Param("trials")
	var js, arc *stats.JamesSteinResult
	if math.IsNaN(n) {
		if js, err = stats.JamesStein(y, in.Param("sigma2")); err != nil {
			return nil, err
		}
	} else {
		p := make([]float64, len(y))
		for i := range y {
			p[i] = y[i] / n
		}
		if js, arc, err = stats.JamesSteinShares(p, int(n)); err != nil {
			return nil, err
		}
		y = p
		r.Add("sigma2", js.Mean*(1-js.Mean)/n)
	}
	r.Add("grand_mean", js.Mean)
	r.Add("shrink_c", js.C)
	for i, name := range names {
		r.Add("js."+name, js.Estimate[i])
	}
	if arc != nil {
		r.Add("arcsine_c", arc.C)
		for i, name := range names {
			r.Add("js_arcsine."+name, arc.Estimate[i])
		}
	}
	if len(in.X) == 1 { // what happened afterwards
		later, err := in.Table.Num(in.X[0])
		if err != nil {
			return nil, err
		}
		var raw, kept float64
		for i := range later {
			raw += (y[i] - later[i]) * (y[i] - later[i])
			kept += (js.Estimate[i] - later[i]) * (js.Estimate[i] - later[i])
		}
		r.Add("sse_raw", raw)
		r.Add("sse_js", kept)
	}
	return r, nil
}
