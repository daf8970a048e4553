package method

import (
	"context"
	"math"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

// lifetimes reads -time, -y (event where it equals -event) and -cohort (late entry); rows with a missing cell in these
// or in the columns more are left out, and keep lists those that stay.
func (in Input) lifetimes(more ...string) (l stats.Lifetimes, keep []int, err error) {
	names := append([]string{in.Time, in.Y}, more...)
	if in.Cohort != "" {
		names = append(names, in.Cohort)
	}
	cols := make([][]float64, len(names))
	for i, n := range names {
		if cols[i], err = in.Table.Num(n); err != nil {
			return l, nil, err
		}
	}
rows:
	for i := range in.Table.Rows() {
		for _, c := range cols {
			if math.IsNaN(c[i]) {
				continue rows
			}
		}
		keep = append(keep, i)
		l.Time = append(l.Time, cols[0][i])
		l.Event = append(l.Event, cols[1][i] == in.Param("event"))
		if in.Cohort != "" {
			l.Entry = append(l.Entry, cols[len(cols)-1][i])
		}
	}
	return l, keep, nil
}

func runKM(_ context.Context, in Input) (*Result, error) {
	l, keep, err := in.lifetimes()
	if err != nil {
		return nil, err
	}
	r := &Result{}
	times := []float64{}
	for _, k := range in.Lags {
		times = append(times, float64(k))
	}
	if at := in.Param("at"); !math.IsNaN(at) {
		times = append(times, at)
	}
	if err := kmFigures(r, "", l, times, in); err != nil {
		return nil, err
	}
	if len(in.By) == 0 {
		return r, nil
	}
	for _, by := range in.By {
		codes, labels, err := in.Table.Codes(by)
		if err != nil {
			return nil, err
		}
		group := make([]int, len(keep))
		for i, k := range keep {
			group[i] = codes[k]
		}
		for g, label := range labels {
			var part stats.Lifetimes
			for i := range group {
				if group[i] == g {
					part.Time, part.Event = append(part.Time, l.Time[i]), append(part.Event, l.Event[i])
					if l.Entry != nil {
						part.Entry = append(part.Entry, l.Entry[i])
					}
				}
			}
			if len(part.Time) == 0 {
				continue
			}
			if err := kmFigures(r, by+"."+label+".", part, times, in); err != nil {
				return nil, err
			}
		}
		for rho, key := range []string{"logrank", "petopeto"} {
			t, err := stats.LogRank(l, group, float64(rho))
			if err != nil {
				return nil, err
			}
			r.Add(key+"_chisq_"+by, t.ChiSq)
			r.Add(key+"_df_"+by, t.DF)
			r.Add(key+"_p_"+by, t.P)
			for i, g := range t.Group {
				r.Add(key+"_obs_"+labels[g], t.Observed[i])
				r.Add(key+"_exp_"+labels[g], t.Expected[i])
			}
		}
	}
	return r, nil
}

func kmFigures(r *Result, prefix string, l stats.Lifetimes, times []float64, in Input) error {
	c, err := stats.KaplanMeier(l, in.Level)
	if err != nil {
		return err
	}
	med := c.Quantile(.5)
	for _, v := range []Value{
		{"n_obs", c.N}, {"n_events", c.NEv}, {"median_log", med.Time}, {"median_lo_log", med.Log.Lo}, {"median_hi_log", med.Log.Hi},
		{"median_loglog", med.Time}, {"median_lo_loglog", med.LogLog.Lo}, {"median_hi_loglog", med.LogLog.Hi},
	} {
		r.Add(prefix+v.Name, v.V)
	}
	for _, t := range times {
		p := c.At(t)
		for _, v := range []Value{
			{"S", p.S}, {"se", p.SE}, {"lo_log", p.Log.Lo}, {"hi_log", p.Log.Hi}, {"lo_loglog", p.LogLog.Lo}, {"hi_loglog", p.LogLog.Hi},
			{"lo_plain", p.Plain.Lo}, {"hi_plain", p.Plain.Hi}, {"nrisk", p.AtRisk},
		} {
			r.Add(prefix+v.Name+"_"+trimFloat(t), v.V)
		}
	}
	if tau := in.Param("tau"); !math.IsNaN(tau) {
		mean, se := c.RMST(tau)
		r.Add(prefix+"rmst"+trimFloat(tau), mean)
		r.Add(prefix+"rmst"+trimFloat(tau)+"_se", se)
	}
	if prefix != "" {
		return nil
	}
	r.Columns = []string{"time", "n_risk", "n_event", "n_censored", "S", "se", "lo_log", "hi_log", "lo_loglog", "hi_loglog"}
	for i, t := range c.Time {
		p := c.At(t)
		r.Rows = append(r.Rows, []any{t, c.AtRisk[i], c.Events[i], c.Censored[i], p.S, p.SE, p.Log.Lo, p.Log.Hi, p.LogLog.Lo, p.LogLog.Hi})
	}
	return nil
}

func runCox(_ context.Context, in Input) (*Result, error) {
	l, keep, err := in.lifetimes(in.X...)
	if err != nil {
		return nil, err
	}
	x := make([][]float64, len(in.X))
	for j, name := range in.X {
		c, err := in.Table.Num(name)
		if err != nil {
			return nil, err
		}
		for _, i := range keep {
			x[j] = append(x[j], c[i])
		}
	}
	use := stats.Efron
	switch in.Convention {
	case "", string(stats.Efron):
	case string(stats.Breslow):
		use = stats.Breslow
	default:
		return nil, unknownConvention(in.Convention, string(stats.Efron), string(stats.Breslow))
	}
	r := &Result{Columns: []string{"x", "b", "se", "z", "p", "hr", "hr_lo", "hr_hi"}}
	f, err := stats.Cox(l, x, use, in.Level)
	if err != nil {
		return nil, err
	}
	coxFigures(r, "", in.X, f)
	r.Add("concordance", f.Concordance)
	r.Add("n_obs", f.N)
	r.Add("n_events", f.Events)
	for j, n := range in.X {
		r.Rows = append(r.Rows, []any{n, f.Coef[j], f.SE[j], f.Z[j], f.P[j], f.HR[j], f.HRCI[j].Lo, f.HRCI[j].Hi})
	}
	if z, err := f.Proportionality(); err == nil {
		for j, n := range in.X {
			r.Add("zph_km_chisq."+n, z.ChiSq[j])
			r.Add("zph_km_p."+n, z.P[j])
		}
		r.Add("zph_km_chisq.GLOBAL", z.Global)
		r.Add("zph_km_p.GLOBAL", z.GlobalP)
	} else {
		r.Notes = append(r.Notes, "Proportional hazards could not be tested: "+err.Error())
	}
	for _, ties := range []stats.Ties{stats.Efron, stats.Breslow} {
		g := f
		if ties != use {
			if g, err = stats.Cox(l, x, ties, in.Level); err != nil {
				return nil, err
			}
		}
		coxFigures(r, string(ties)+".", in.X, g)
	}
	return r, nil
}

func coxFigures(r *Result, prefix string, names []string, f *stats.CoxResult) {
	if prefix == "" && len(names) == 1 {
		for _, v := range []Value{{"b", f.Coef[0]}, {"se", f.SE[0]}, {"z", f.Z[0]}, {"p", f.P[0]}, {"hr", f.HR[0]}, {"hr_lo", f.HRCI[0].Lo}, {"hr_hi", f.HRCI[0].Hi}} {
			r.Add(v.Name, v.V)
		}
	}
	for j, n := range names {
		for _, v := range []Value{{"coef", f.Coef[j]}, {"se", f.SE[j]}, {"p", f.P[j]}, {"hr", f.HR[j]}, {"hr_lo", f.HRCI[j].Lo}, {"hr_hi", f.HRCI[j].Hi}} {
			r.Add(prefix+v.Name+"."+n, v.V)
		}
	}
	for _, v := range []Value{
		{"loglik_null", f.LogLikNull}, {"loglik", f.LogLik}, {"LR", f.LR}, {"LR_p", f.LRP}, {"score", f.Score}, {"score_p", f.ScoreP},
		{"wald", math.Round(f.Wald*100) / 100}, {"wald_chisq", f.Wald}, {"wald_p", f.WaldP},
	} {
		r.Add(prefix+v.Name, v.V)
	}
}

// named takes the -x columns in order, or the names the method expects.
func (in Input) named(want ...string) ([][]float64, error) {
	names := in.X
	if len(names) == 0 {
		names = want
	}
	if len(names) < len(want) {
		return nil, errs.Invalid("flag_needed").With("flag", "x")
	}
	out := make([][]float64, len(want))
	for i := range want {
		c, err := in.Table.Num(names[i])
		if err != nil {
			return nil, err
		}
		out[i] = c
	}
	return out, nil
}

func buyersOf(cols [][]float64) []stats.Buyer {
	out := make([]stats.Buyer, len(cols[0]))
	for i := range out {
		out[i] = stats.Buyer{X: cols[0][i], Tx: cols[1][i], T: cols[2][i]}
	}
	return out
}

// givenBGNBD reads the parameters when they are given.
func (in Input) givenBGNBD() (stats.BGNBD, bool) {
	m := stats.BGNBD{R: in.Param("r"), Alpha: in.Param("alpha"), A: in.Param("a"), B: in.Param("b")}
	return m, !math.IsNaN(m.R + m.Alpha + m.A + m.B)
}

func runBGNBD(ctx context.Context, in Input) (*Result, error) {
	cols, err := in.named("x", "t_x", "T")
	if err != nil {
		return nil, err
	}
	buyers := buyersOf(cols)
	r := &Result{}
	m, given := in.givenBGNBD()
	if given {
		ll, err := m.LogLik(buyers)
		if err != nil {
			return nil, err
		}
		r.Add("ll", ll)
		r.Add("n", len(buyers))
	} else {
		fit, err := stats.FitBGNBD(ctx, buyers, in.Level)
		if err != nil {
			return nil, err
		}
		m = fit.BGNBD
		for _, v := range []Value{{"r", m.R}, {"alpha", m.Alpha}, {"a", m.A}, {"b", m.B}, {"ll_max", fit.LogLik}, {"n", fit.N}, {"n_obs", fit.N}, {"n_histories", fit.Groups}} {
			r.Add(v.Name, v.V)
		}
		for j, n := range []string{"r", "alpha", "a", "b"} {
			if fit.CI != nil {
				r.Add(n+"_lo", fit.CI[j].Lo)
				r.Add(n+"_hi", fit.CI[j].Hi)
			}
		}
		if fit.Flat {
			r.Notes = append(r.Notes, "The drop-out probability does not differ between customers: a and b have no finite best value, only their ratio means something.")
		}
	}
	horizons := []float64{10, 52}
	if t := in.Param("t"); !math.IsNaN(t) {
		horizons = []float64{t}
	}
	for _, t := range horizons {
		r.Add("expected_new_customer_t"+trimFloat(t), m.ExpectedNew(t))
	}
	if in.Y != "" {
		return backtest(ctx, in, r, buyers, horizons[0])
	}
	if in.Unit != "" {
		ids, err := in.Table.Text(in.Unit)
		if err != nil {
			return nil, err
		}
		r.Columns = []string{"customer", "p_alive"}
		for _, t := range horizons {
			r.Columns = append(r.Columns, "cond_exp_t"+trimFloat(t))
		}
		for i, b := range buyers {
			row := []any{ids[i], m.PAlive(b)}
			for _, t := range horizons {
				row = append(row, m.Expected(b, t))
			}
			r.Rows = append(r.Rows, row)
		}
	}
	return r, nil
}

func backtest(ctx context.Context, in Input, r *Result, buyers []stats.Buyer, t float64) (*Result, error) {
	actual, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	b, err := stats.ScoreForecast(ctx, buyers, actual, t)
	if err != nil {
		return nil, err
	}
	for _, v := range []Value{
		{"holdout_actual", b.Actual}, {"holdout_forecast", b.Forecast}, {"holdout_error", b.Error}, {"holdout_mae", b.MAE},
		{"holdout_mae_naive", b.NaiveMAE}, {"holdout_bias", b.Bias},
	} {
		r.Add(v.Name, v.V)
	}
	r.Columns = []string{"x", "customers", "actual_mean", "forecast_mean"}
	for _, g := range b.Groups {
		r.Rows = append(r.Rows, []any{g.X, g.Customers, g.Actual, g.Forecast})
	}
	r.Notes = append(r.Notes, "Scored on the purchases after the model's data; the last row holds customers with 7 and more purchases.")
	return r, nil
}

func spendersOf(x, m []float64) []stats.Spender {
	out := make([]stats.Spender, len(x))
	for i := range out {
		out[i] = stats.Spender{X: x[i], M: m[i]}
	}
	return out
}

func (in Input) givenGammaGamma() (stats.GammaGamma, bool) {
	g := stats.GammaGamma{P: in.Param("p"), Q: in.Param("q"), V: in.Param("v")}
	return g, !math.IsNaN(g.P + g.Q + g.V)
}

func runGammaGamma(ctx context.Context, in Input) (*Result, error) {
	cols, err := in.named("x", "m")
	if err != nil {
		return nil, err
	}
	s := spendersOf(cols[0], cols[1])
	r := &Result{}
	mean := stats.Interval{Lo: math.NaN()}
	g, given := in.givenGammaGamma()
	if given {
		ll, err := g.LogLik(s)
		if err != nil {
			return nil, err
		}
		r.Add("ll", ll)
	} else {
		fit, err := stats.FitGammaGamma(ctx, s, in.Level)
		if err != nil {
			return nil, err
		}
		g, mean = fit.GammaGamma, fit.MeanCI
		for _, v := range []Value{{"p", g.P}, {"q", g.Q}, {"v", g.V}, {"ll_max", fit.LogLik}, {"n", fit.N}, {"n_obs", fit.N}, {"corr_x_m", fit.CorrXM}} {
			r.Add(v.Name, v.V)
		}
		for j, n := range []string{"p", "q", "v"} {
			if fit.CI != nil {
				r.Add(n+"_lo", fit.CI[j].Lo)
				r.Add(n+"_hi", fit.CI[j].Hi)
			}
		}
	}
	r.Add("population_mean", g.PopulationMean())
	if !math.IsNaN(mean.Lo) {
		r.Add("population_mean_lo", mean.Lo)
		r.Add("population_mean_hi", mean.Hi)
	}
	if in.Unit != "" {
		ids, err := in.Table.Text(in.Unit)
		if err != nil {
			return nil, err
		}
		r.Columns = []string{"customer", "cond_mean"}
		for i := range s {
			r.Rows = append(r.Rows, []any{ids[i], g.Expected(s[i])})
		}
	}
	return r, nil
}

func runCLV(ctx context.Context, in Input) (*Result, error) {
	if in.Table == nil {
		return simpleCLV(in)
	}
	cols, err := in.named("x", "t_x", "T", "m")
	if err != nil {
		return nil, err
	}
	buyers, spend := buyersOf(cols), spendersOf(cols[0], cols[3])
	m, given := in.givenBGNBD()
	if !given {
		fit, err := stats.FitBGNBD(ctx, buyers, in.Level)
		if err != nil {
			return nil, err
		}
		m = fit.BGNBD
	}
	g, given := in.givenGammaGamma()
	if !given {
		fit, err := stats.FitGammaGamma(ctx, spend, in.Level)
		if err != nil {
			return nil, err
		}
		g = fit.GammaGamma
	}
	periods := 12
	if p := in.Param("periods"); !math.IsNaN(p) {
		periods = int(p)
	}
	r := &Result{}
	var ids []string
	if in.Unit != "" {
		if ids, err = in.Table.Text(in.Unit); err != nil {
			return nil, err
		}
		r.Columns = []string{"customer", "p_alive", "gg_cond_mean", "clv"}
	}
	var total float64
	for i, b := range buyers {
		v, err := stats.ModelCLV(m, g, b, cols[3][i], in.Param("width"), in.Param("discount"), in.Param("share"), periods)
		if err != nil {
			return nil, err
		}
		total += v
		if ids != nil {
			r.Rows = append(r.Rows, []any{ids[i], m.PAlive(b), g.Expected(spend[i]), v})
		}
	}
	n := float64(len(buyers))
	for _, v := range []Value{
		{"clv", total/n - in.Param("acquisition")}, {"clv_total", total - n*in.Param("acquisition")}, {"n_obs", len(buyers)}, {"periods", periods},
		{"r", m.R}, {"alpha", m.Alpha}, {"a", m.A}, {"b", m.B}, {"gg.p", g.P}, {"gg.q", g.Q}, {"gg.v", g.V},
	} {
		r.Add(v.Name, v.V)
	}
	return r, nil
}

func simpleCLV(in Input) (*Result, error) {
	margin, keep := in.Param("margin"), in.Param("retention")
	if math.IsNaN(margin) || math.IsNaN(keep) {
		return nil, errs.Invalid("flag_needed").With("flag", "margin, retention (or data)")
	}
	r := &Result{}
	p := in.Param("periods")
	if !math.IsNaN(p) {
		v, err := stats.FiniteCLV(margin, keep, in.Param("discount"), in.Param("acquisition"), int(p))
		if err != nil {
			return nil, err
		}
		r.Add("clv", v)
		r.Add("periods", int(p))
		return r, nil
	}
	v, err := stats.SimpleCLV(margin, keep, in.Param("discount"), in.Param("acquisition"))
	if err != nil {
		return nil, err
	}
	r.Add("clv", v)
	return r, nil
}
