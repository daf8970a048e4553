package method

import (
	"context"
	"fmt"
	"math"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "newey-west",
		Title: Text{"Regression with Newey–West errors", "רגרסיה עם שגיאות Newey–West", "Regresja z błędami Neweya–Westa"},
		Summary: Text{
			"A regression of one time series, with errors that allow for autocorrelation.",
			"רגרסיה של סדרת זמן אחת, עם שגיאות שמביאות בחשבון מתאם עצמי.",
			"Regresja jednego szeregu czasowego z błędami dopuszczającymi autokorelację.",
		},
		Assumes: Text{
			"Rows in time order, a series without trend, and a long one: under strong autocorrelation the errors are too small below about 400 periods.",
			"שורות בסדר הזמן, סדרה ללא מגמה, וארוכה: במתאם עצמי חזק השגיאות קטנות מדי מתחת לכ-400 תקופות.",
			"Wiersze w porządku czasu, szereg bez trendu i długi: przy silnej autokorelacji błędy są za małe poniżej około 400 okresów.",
		},
		Formula:    "V = (X'X)⁻¹ [Γ₀ + Σ_l (1 − l/(L+1))(Γ_l + Γ_l')] (X'X)⁻¹, Γ_l = Σ x_t e_t e_{t−l} x_{t−l}'",
		Reference:  "Newey & West (1987), doi:10.2307/1913610; bandwidth Newey & West (1994), doi:10.2307/2297912",
		Convention: "no prewhitening; factor n/(n−k) (Stata; R's adjust = TRUE), -convention raw leaves it out; -lag L or else the 1994 bandwidth",
		Example:    "rapport stat newey-west -data investment.csv -y RealInv -x RealGNP,RealInt -lag 3",
		Needs:      []string{"data", "y", "x"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Run:        runNeweyWest,
	})
	Register(Method{
		Name:  "driscoll-kraay",
		Title: Text{"Panel regression with Driscoll–Kraay errors", "רגרסיית פאנל עם שגיאות Driscoll–Kraay", "Regresja panelowa z błędami Driscolla–Kraaya"},
		Summary: Text{
			"Two-way fixed effects with errors that allow for teams moving together and for autocorrelation.",
			"אפקטים קבועים דו-כיווניים עם שגיאות שמביאות בחשבון תנועה משותפת של צוותים ומתאם עצמי.",
			"Dwukierunkowe efekty stałe z błędami dopuszczającymi wspólne ruchy zespołów i autokorelację.",
		},
		Assumes: Text{
			"Many periods (about 40 or more): the errors average over periods, and under strong autocorrelation they are too small in short panels.",
			"תקופות רבות (כ-40 או יותר): השגיאות ממוצעות על פני תקופות, ובמתאם עצמי חזק הן קטנות מדי בפאנלים קצרים.",
			"Wiele okresów (około 40 lub więcej): błędy są uśredniane po okresach, a przy silnej autokorelacji w krótkich panelach są za małe.",
		},
		Formula:    "h_t = Σ_i x_it e_it; V = (X'X)⁻¹ [Bartlett sum of h_t h_{t−l}'] (X'X)⁻¹ · T/(T−1)·(N−1)/(N−K)",
		Reference:  "Driscoll & Kraay (1998), doi:10.1162/003465398557825",
		Convention: "factor of fixest, K = all dummies; -convention raw leaves it out (plm HC0); -lag L or else floor(T^¼); t with T−1 df",
		Example:    "rapport stat driscoll-kraay -data grunfeld.csv -unit firm -time year -y inv -x value,capital -lag 2",
		Needs:      []string{"data", "time", "y", "x"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Params:     []Param{{Name: "effects", Default: 2, Help: "effects taken out: 2 unit and time, 0 none"}},
		Run:        runDriscollKraay,
	})
}

func runNeweyWest(_ context.Context, in Input) (*Result, error) {
	if err := in.checkFactor(); err != nil {
		return nil, err
	}
	if in.Time != "" {
		sorted, err := in.Table.sortedBy(in.Time)
		if err != nil {
			return nil, err
		}
		in.Table = sorted
	}
	m, _, err := in.fit()
	if err != nil {
		return nil, err
	}
	bw := m.AutoLag(0)
	lag := in.Lag
	if !in.LagGiven {
		lag = int(math.Max(0, bw))
	}
	if len(in.Lags) > 0 {
		lag = in.Lags[0]
	}
	factor := float64(m.N) / float64(m.N-m.K)
	use := factor
	if in.Convention == "raw" {
		use = 1
	}
	res := &Result{Convention: fmt.Sprintf("lag %d, no prewhitening, factor %s", lag, map[bool]string{true: "none", false: "n/(n-k)"}[use == 1])}
	res.addFit(m, variant{scaled(stats.StdErr(m.HAC(lag)), use), same(float64(m.N-m.K), m.K)}, in.Level)
	res.Add("lag", lag)
	for j, b := range m.Coef {
		res.Add("coef."+m.Name[j], b)
	}
	res.addErrors(m, "se_ols", stats.StdErr(m.Classical()))
	lags := in.Lags
	if lags == nil {
		lags = []int{1, 2, 3, 4}
		if lag > 4 {
			lags = append(lags, lag)
		}
	}
	for _, l := range lags {
		se := stats.StdErr(m.HAC(l))
		res.addErrors(m, fmt.Sprintf("se_nw_raw_L%d", l), se)
		res.addErrors(m, fmt.Sprintf("se_nw_adj_L%d", l), scaled(se, factor))
	}
	res.Add("bw_newey_west_1994_noprewhite", bw)
	res.addErrors(m, "se_nw_autobw_raw", stats.StdErr(m.HAC(int(bw))))
	if pre, err := m.HACPrewhitened(int(m.AutoLag(1))); err == nil {
		res.addErrors(m, "se_prewhite_auto_R", stats.StdErr(pre))
	}
	res.Add("durbin_watson", m.DurbinWatson())
	for _, k := range []int{1, 2, 3, 4} {
		if lm, p, err := m.BreuschGodfrey(k); err == nil {
			res.Add(fmt.Sprintf("breusch_godfrey_LM_order%d", k), lm)
			res.Add(fmt.Sprintf("breusch_godfrey_p_order%d", k), p)
		}
	}
	for _, k := range []int{1, 2, 4, 8, 12} {
		if q, p, err := stats.LjungBox(m.Resid, k); err == nil {
			res.Add(fmt.Sprintf("ljung_box_Q_lag%d", k), q)
			res.Add(fmt.Sprintf("ljung_box_p_lag%d", k), p)
		}
	}
	return res, nil
}

func (in Input) checkFactor() error {
	if in.Convention == "" || in.Convention == "raw" || in.Convention == "adj" || in.Convention == "fixest" {
		return nil
	}
	return errs.Invalid("convention_unknown").With("value", in.Convention).With("known", "raw").Because(fmt.Errorf("-convention %q: write raw for errors without a small-sample factor", in.Convention))
}

func runDriscollKraay(_ context.Context, in Input) (*Result, error) {
	if err := in.checkFactor(); err != nil {
		return nil, err
	}
	var m *stats.Linear
	var time []int
	if in.Unit != "" && in.Param("effects") != 0 {
		p, err := in.Panel()
		if err != nil {
			return nil, err
		}
		r, err := stats.TwoWayFE(p, stats.FEOptions{Level: in.Level})
		if err != nil {
			return nil, err
		}
		m = r.Fit
		for _, row := range r.Rows {
			time = append(time, p.Time[row])
		}
	} else {
		all, err := in.Table.Periods(in.Time)
		if err != nil {
			return nil, err
		}
		fit, rows, err := in.fit()
		if err != nil {
			return nil, err
		}
		m = fit
		for _, row := range rows {
			time = append(time, all[row])
		}
	}
	lag := -1
	if len(in.Lags) > 0 {
		lag = in.Lags[0]
	} else if in.LagGiven {
		lag = in.Lag
	}
	_, periods := m.DriscollKraay(time, 0)
	if lag < 0 {
		lag = int(math.Floor(math.Pow(float64(periods), .25)))
	}
	if periods < 2 {
		return nil, stats.TooFew(stats.InsufficientPeriods, 2, periods)
	}
	factor := stats.CR1Factor(periods, m.N, m.CountedAll())
	use := factor
	if in.Convention == "raw" {
		use = 1
	}
	v, _ := m.DriscollKraay(time, lag)
	res := &Result{Convention: fmt.Sprintf("lag %d, factor %.10g", lag, use)}
	res.addFit(m, variant{scaled(stats.StdErr(v), use), same(float64(periods-1), m.K)}, in.Level)
	res.Add("lag", lag)
	res.Add("n_periods", periods)
	lags := in.Lags
	if lags == nil {
		lags = []int{0, 1, 2, 3, 4}
		if lag > 4 {
			lags = append(lags, lag)
		}
	}
	for _, l := range lags {
		v, _ := m.DriscollKraay(time, l)
		se := stats.StdErr(v)
		for j, name := range m.Name {
			res.Add(fmt.Sprintf("%s.se_DK_raw_L%d", name, l), se[j])
			res.Add(fmt.Sprintf("%s.se_DK_fixest_L%d", name, l), se[j]*math.Sqrt(factor))
		}
		res.Add(fmt.Sprintf("DK_fixest_factor_L%d", l), factor)
		if m.K == 2 && m.Name[0] == "Intercept" {
			res.Add(fmt.Sprintf("se_DK_L%d_HC0", l), se[1])
			res.Add(fmt.Sprintf("se_DK_L%d_raw", l), se[1])
		}
	}
	return res, nil
}
