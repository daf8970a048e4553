package stats_test

import (
	"context"
	"math"
	"strconv"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() {
	refAdapters["survival"] = refSurvival
	refAdapters["clv"] = refCLV
}

func refSurvival(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	timeCol, eventCol, yes := "time", "status", 2.0
	if _, ok := c.Cols["week"]; ok {
		timeCol, eventCol, yes = "week", "arrest", 1
	}
	tm, ev := c.num(t, timeCol), c.num(t, eventCol)
	lives := func(rows []int) stats.Lifetimes {
		var l stats.Lifetimes
		for _, i := range rows {
			l.Time, l.Event = append(l.Time, tm[i]), append(l.Event, ev[i] == yes)
		}
		return l
	}
	var all, male, female []int
	for i := range tm {
		all = append(all, i)
		if s, ok := c.Cols["sex"]; ok {
			if s[i] == "1" {
				male = append(male, i)
			} else {
				female = append(female, i)
			}
		}
	}
	curve := func(prefixes []string, rows []int) {
		km, err := stats.KaplanMeier(lives(rows), .95)
		if err != nil {
			t.Fatal(err)
		}
		med := km.Quantile(.5)
		for _, p := range prefixes {
			got[p+".median_log"], got[p+".median_lo_log"], got[p+".median_hi_log"] = med.Time, med.Log.Lo, med.Log.Hi
			got[p+".median_loglog"], got[p+".median_lo_loglog"], got[p+".median_hi_loglog"] = med.Time, med.LogLog.Lo, med.LogLog.Hi
			for name := range c.Expected {
				at, ok := strings.CutPrefix(name, p+".S_")
				if !ok {
					continue
				}
				v, _ := strconv.ParseFloat(at, 64)
				q := km.At(v)
				got[p+".S_"+at], got[p+".se_"+at], got[p+".nrisk_"+at] = q.S, q.SE, q.AtRisk
				got[p+".lo_log_"+at], got[p+".hi_log_"+at] = q.Log.Lo, q.Log.Hi
				got[p+".lo_loglog_"+at], got[p+".hi_loglog_"+at] = q.LogLog.Lo, q.LogLog.Hi
			}
		}
		if len(rows) == len(tm) {
			got["rmst365"], got["rmst365_se"] = km.RMST(365)
		}
	}
	curve([]string{"all", "all_ll"}, all)
	cox := func(prefix string, names ...string) {
		var rows []int
	rows:
		for _, i := range all {
			for _, n := range names {
				if c.Cols[n][i] == "" {
					continue rows
				}
			}
			rows = append(rows, i)
		}
		x := make([][]float64, len(names))
		for j, n := range names {
			v := c.num(t, n)
			for _, i := range rows {
				x[j] = append(x[j], v[i])
			}
		}
		for _, ties := range []stats.Ties{stats.Efron, stats.Breslow} {
			r, err := stats.Cox(lives(rows), x, ties, .95)
			if err != nil {
				t.Fatal(err)
			}
			q := prefix + "." + string(ties) + "."
			for j, n := range names {
				got[q+"coef."+n], got[q+"se."+n], got[q+"p."+n] = r.Coef[j], r.SE[j], r.P[j]
				got[q+"hr_lo."+n], got[q+"hr_hi."+n] = r.HRCI[j].Lo, r.HRCI[j].Hi
			}
			got[q+"loglik_null"], got[q+"loglik"], got[q+"LR"], got[q+"score"] = r.LogLikNull, r.LogLik, r.LR, r.Score
			got[q+"wald"] = math.Round(r.Wald*100) / 100 // R's summary rounds it
			if ties == stats.Breslow {
				continue
			}
			got[prefix+".concordance"] = r.Concordance
			z, err := r.Proportionality()
			if err != nil {
				t.Fatal(err)
			}
			for j, n := range names {
				got[prefix+".zph_km_chisq."+n], got[prefix+".zph_km_p."+n] = z.ChiSq[j], z.P[j]
			}
			got[prefix+".zph_km_chisq.GLOBAL"], got[prefix+".zph_km_p.GLOBAL"] = z.Global, z.GlobalP
			if len(names) == 2 {
				h := r.CumulativeHazard([]float64{180, 365})
				got["cumbasehaz_as_180"], got["cumbasehaz_as_365"] = h[0], h[1]
			}
		}
	}
	if male == nil {
		cox("cox", "fin", "age", "race", "wexp", "mar", "paro", "prio")
		return got
	}
	curve([]string{"male"}, male)
	curve([]string{"female"}, female)
	cox("cox_sex", "sex")
	cox("cox_ase", "age", "sex", "ph.ecog")
	cox("cox_as", "age", "sex")
	sex := c.codes("sex") // 0 = male, the first row's
	for i, key := range []string{"logrank", "petopeto"} {
		r, err := stats.LogRank(lives(all), sex, float64(i))
		if err != nil {
			t.Fatal(err)
		}
		got[key+"_chisq_sex"], got[key+"_p_sex"] = r.ChiSq, r.P
		got[key+"_obs_male"], got[key+"_exp_male"] = r.Observed[0], r.Expected[0]
	}
	return got
}

func refCLV(t *testing.T, c *refCase) map[string]float64 {
	x, tx, tt, m := c.num(t, "x"), c.num(t, "t_x"), c.num(t, "T"), c.num(t, "m")
	buyers, spend := make([]stats.Buyer, len(x)), make([]stats.Spender, len(x))
	for i := range x {
		buyers[i] = stats.Buyer{X: x[i], Tx: tx[i], T: tt[i]}
		spend[i] = stats.Spender{X: x[i], M: m[i]}
	}
	fit, err := stats.FitBGNBD(context.Background(), buyers, .95)
	if err != nil {
		t.Fatal(err)
	}
	gg, err := stats.FitGammaGamma(context.Background(), spend, .95)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{
		"n": float64(fit.N), "ll_max": fit.LogLik, "r": fit.R, "alpha": fit.Alpha, "a": fit.A, "b": fit.B,
		"gg.n": float64(gg.N), "gg.ll_max": gg.LogLik, "gg.p": gg.P, "gg.q": gg.Q, "gg.v": gg.V, "gg.corr_x_m": gg.CorrXM,
	}
	at := stats.BGNBD{R: c.given("given.r"), Alpha: c.given("given.alpha"), A: c.given("given.a"), B: c.given("given.b")}
	ggAt := stats.GammaGamma{P: c.given("given.gg_p"), Q: c.given("given.gg_q"), V: c.given("given.gg_v")}
	if got["atparams.ll"], err = at.LogLik(buyers); err != nil {
		t.Fatal(err)
	}
	if got["atparams.gg_ll"], err = ggAt.LogLik(spend); err != nil {
		t.Fatal(err)
	}
	got["atparams.expected_new_customer_t10"], got["atparams.expected_new_customer_t52"] = at.ExpectedNew(10), at.ExpectedNew(52)
	got["atparams.gg_population_mean"] = ggAt.PopulationMean()
	for i, id := range c.Cols["id"] {
		got["atparams.p_alive."+id] = at.PAlive(buyers[i])
		got["atparams.cond_exp_t10."+id], got["atparams.cond_exp_t52."+id] = at.Expected(buyers[i], 10), at.Expected(buyers[i], 52)
		got["atparams.gg_cond_mean."+id] = ggAt.Expected(spend[i])
		v, err := stats.ModelCLV(at, ggAt, buyers[i], m[i], 365.25/84, .01, 1, 12)
		if err != nil {
			t.Fatal(err)
		}
		got["atparams.clv_12m_1pct."+id] = v
	}
	return got
}
