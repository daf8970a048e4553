package method

import (
	"context"
	"math"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

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
	case "known", "known-reml", "known-ml", "known-dl", "known-pm":
		return runShrinkKnown(in, y)
	case "", "reml", "ml":
	default:
		return nil, unknownConvention(in.Convention, "reml", "ml", "james-stein", "known-reml", "known-ml", "known-dl", "known-pm")
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

// runShrinkKnown reads one estimate per row in -y, its standard error in -x and its name in -unit.
func runShrinkKnown(in Input, y []float64) (*Result, error) {
	names, err := in.Table.Text(in.Unit)
	if err != nil {
		return nil, err
	}
	if len(in.X) != 1 {
		return nil, errs.Invalid("flag_needed").With("flag", "x").Because(missingFlag("x"))
	}
	se, err := in.Table.Num(in.X[0])
	if err != nil {
		return nil, err
	}
	kind := stats.TauREML
	if _, m, ok := strings.Cut(in.Convention, "-"); ok {
		kind = stats.TauMethod(m)
	}
	f, err := stats.ShrinkKnown(y, se, kind, in.Level)
	if err != nil {
		return nil, err
	}
	r := &Result{
		Convention: "errors known (-x), tau2 by " + string(kind) + "; pred_sd includes the error of mu, as metafor's blup",
		Columns:    []string{"group", "raw", "se", "shrink_weight", "eb", "post_sd", "pred_sd", "ci_lo", "ci_hi"},
	}
	for _, v := range []Value{
		{"mu", f.Mu},
		{"se_mu", f.SEMu},
		{"ci_lo", f.MuCI.Lo},
		{"ci_hi", f.MuCI.Hi},
		{"se_mu_hk", f.SEMuHK},
		{"hk_ci_lo", f.MuHK.Lo},
		{"hk_ci_hi", f.MuHK.Hi},
		{"tau2", f.Tau2},
		{"Q", f.Q},
		{"p_Q", f.QP},
		{"I2", f.I2},
		{"n_units", len(y)},
	} {
		r.Add(v.Name, v.V)
	}
	for i, g := range f.Estimates {
		r.Add("eb."+names[i], g.EB)
		r.Add("shrink_weight."+names[i], g.Weight)
		r.Add("post_sd."+names[i], g.PostSD)
		r.Add("pred_sd."+names[i], g.PredSD)
		r.Rows = append(r.Rows, []any{names[i], g.Raw, se[i], g.Weight, g.EB, g.PostSD, g.PredSD, g.CI.Lo, g.CI.Hi})
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
