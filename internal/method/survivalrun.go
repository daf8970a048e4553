package method

import (
	"context"
	"math"

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
		{"n_obs", c.N},
		{"n_events", c.NEv},
		{"median_log", med.Time},
		{"median_lo_log", med.Log.Lo},
		{"median_hi_log", med.Log.Hi},
		{"median_loglog", med.Time},
		{"median_lo_loglog", med.LogLog.Lo},
		{"median_hi_loglog", med.LogLog.Hi},
	} {
		r.Add(prefix+v.Name, v.V)
	}
	for _, q := range []float64{.25, .75} {
		v := c.Quantile(q)
		key := "q" + percent(q)
		r.Add(prefix+key, v.Time)
		r.Add(prefix+key+"_lo_log", v.Log.Lo)
		r.Add(prefix+key+"_hi_log", v.Log.Hi)
	}
	for _, t := range times {
		p := c.At(t)
		for _, v := range []Value{
			{"S", p.S},
			{"se", p.SE},
			{"lo_log", p.Log.Lo},
			{"hi_log", p.Log.Hi},
			{"lo_loglog", p.LogLog.Lo},
			{"hi_loglog", p.LogLog.Hi},
			{"lo_plain", p.Plain.Lo},
			{"hi_plain", p.Plain.Hi},
			{"nrisk", p.AtRisk},
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
		{"loglik_null", f.LogLikNull},
		{"loglik", f.LogLik},
		{"LR", f.LR},
		{"LR_p", f.LRP},
		{"score", f.Score},
		{"score_p", f.ScoreP},
		{"wald", math.Round(f.Wald*100) / 100},
		{"wald_chisq", f.Wald},
		{"wald_p", f.WaldP},
	} {
		r.Add(prefix+v.Name, v.V)
	}
}
