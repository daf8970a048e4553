package method

import (
	"context"
	"math"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

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
		{"holdout_actual", b.Actual},
		{"holdout_forecast", b.Forecast},
		{"holdout_error", b.Error},
		{"holdout_mae", b.MAE},
		{"holdout_mae_naive", b.NaiveMAE},
		{"holdout_bias", b.Bias},
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
		{"clv", total/n - in.Param("acquisition")},
		{"clv_total", total - n*in.Param("acquisition")},
		{"n_obs", len(buyers)},
		{"periods", periods},
		{"r", m.R},
		{"alpha", m.Alpha},
		{"a", m.A},
		{"b", m.B},
		{"gg.p", g.P},
		{"gg.q", g.Q},
		{"gg.v", g.V},
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
