package method

import (
	"context"
	"math"
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
			{"ICC1_n0", c.ICC1},
			{"ci_lo", c.CI1.Lo},
			{"ci_hi", c.CI1.Hi},
			{"ICC1_meansize", c.ICC1MeanSize},
			{"ICC1_reml", c.ICC1REML},
			{"ICC2_ms", c.ICC2},
			{"ICC2_ci_lo", c.CI2.Lo},
			{"ICC2_ci_hi", c.CI2.Hi},
			{"ICC2_reml_meansize", c.ICC2REML},
			{"F", c.F},
			{"p_F", c.P},
			{"MSB", c.MSB},
			{"MSW", c.MSW},
			{"J", c.J},
			{"N", c.N},
			{"n_obs", c.N},
			{"n_units", c.J},
			{"mean_group_size", c.MeanSize},
			{"n0", c.N0},
			{"harmonic_group_size", c.HarmonicSize},
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
