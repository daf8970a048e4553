package method

import (
	"context"
	"fmt"
	"math"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "ols",
		Title: Text{"Least squares regression", "רגרסיית ריבועים פחותים", "Regresja najmniejszych kwadratów"},
		Summary: Text{
			"By how much y changes per unit of each x, the others held constant; with -cluster, errors that allow for dependence.",
			"בכמה משתנה y לכל יחידה של כל x כשהאחרים קבועים; עם -cluster, שגיאות שמביאות תלות בחשבון.",
			"O ile zmienia się y na jednostkę każdego x przy pozostałych stałych; z -cluster błędy dopuszczające zależność.",
		},
		Assumes: Text{
			"A straight-line relation; independent rows of like variance, or enough clusters (about 40) for -cluster.",
			"קשר ליניארי; שורות בלתי תלויות בעלות שונות דומה, או די אשכולות (כ-40) עבור ‎-cluster.",
			"Zależność liniowa; niezależne wiersze o podobnej wariancji albo dość klastrów (około 40) dla -cluster.",
		},
		Formula:    "b = (X'X)⁻¹X'y by QR; V = s²(X'X)⁻¹, or CR1 = G/(G−1)·(N−1)/(N−K)·(X'X)⁻¹ Σ X_g'e_g e_g'X_g (X'X)⁻¹",
		Reference:  "NIST StRD; " + petersen + "; CR2: Pustejovsky & Tipton (2018), doi:10.1080/07350015.2016.1247004",
		Convention: "classical errors with t(n−k); with -cluster CR1 with t(G−1); -cluster a,b two-way; -convention hc0 hc1 hc2 hc3 cr0 cr2",
		Example:    "rapport stat ols -data petersen.csv -y y -x x -cluster firm",
		Needs:      []string{"data", "y", "x"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Run:        runOLS,
	})
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

// fit runs OLS on -y and -x, and returns the rows that are complete.
func (in Input) fit() (*stats.Linear, []int, error) {
	y, x, rows, err := in.Columns()
	if err != nil {
		return nil, nil, err
	}
	m, err := stats.OLS(y, x, in.X)
	return m, rows, err
}

// variant is one set of standard errors of a fit.
type variant struct {
	se []float64
	df []float64
}

func (m *Result) addFit(fit *stats.Linear, v variant, level float64) {
	first := true
	m.Columns = []string{"name", "b", "se", "t", "df", "p", "ci_lo", "ci_hi"}
	for j, name := range fit.Name {
		c := fit.Table(v.se, v.df[j], level)[j]
		m.Rows = append(m.Rows, []any{name, c.B, c.SE, c.T, c.DF, c.P, c.CI.Lo, c.CI.Hi})
		if first && name != "Intercept" {
			first = false
			m.Coef(c)
			m.Add("df", c.DF)
			m.Add("n_obs", fit.N)
			m.Add("n", fit.N)
		}
	}
}

// addErrors appends a set of errors as WHAT.NAME, and for one regressor as WHAT alone.
func (m *Result) addErrors(fit *stats.Linear, what string, se []float64) {
	for j, s := range se {
		m.Add(what+"."+fit.Name[j], s)
	}
	if fit.K == 2 {
		m.Add(what, se[1])
	}
}

func same(df float64, k int) []float64 {
	out := make([]float64, k)
	for j := range out {
		out[j] = df
	}
	return out
}

func scaled(se []float64, factor float64) []float64 {
	out := make([]float64, len(se))
	for j, s := range se {
		out[j] = s * math.Sqrt(factor)
	}
	return out
}

func runOLS(_ context.Context, in Input) (*Result, error) {
	m, rows, err := in.fit()
	if err != nil {
		return nil, err
	}
	dfOf := same(float64(m.DF()), m.K)
	sets := map[string]variant{"classical": {stats.StdErr(m.Classical()), dfOf}}
	more := &Result{}
	more.addErrors(m, "se_ols", sets["classical"].se)
	for k := range 4 {
		se := stats.StdErr(m.HC(k))
		sets[fmt.Sprintf("hc%d", k)] = variant{se, dfOf}
		more.addErrors(m, fmt.Sprintf("se_hc%d", k), se)
	}
	chosen := "classical"
	clusters := commaNames(in.Cluster)
	if len(clusters) > 0 {
		chosen = "cr1"
		if err := in.clusterErrors(m, rows, clusters, sets, more); err != nil {
			return nil, err
		}
	}
	if in.Convention != "" {
		chosen = strings.ToLower(in.Convention)
	}
	v, ok := sets[chosen]
	if !ok {
		return nil, errs.Invalid("convention_unknown").Because(fmt.Errorf("-convention %q: write classical, hc0, hc1, hc2, hc3, and with -cluster cr0, cr1 or cr2", in.Convention))
	}
	res := &Result{Convention: chosen}
	res.addFit(m, v, in.Level)
	classical := sets["classical"].se
	vif := m.VIF()
	for j, b := range m.Coef {
		res.Add(fmt.Sprintf("b%d", j), b)
		res.Add(fmt.Sprintf("se_b%d", j), classical[j])
	}
	f, p, r2, sigma := m.FTest()
	res.Add("resid_sd", sigma)
	res.Add("r_squared", r2)
	res.Add("F", f)
	res.Add("p_F", p)
	res.Add("df_resid", m.DF())
	for j, name := range m.Name {
		res.Add("coef."+name, m.Coef[j])
		if j > 0 {
			res.Add("vif_"+name, vif[j])
			if at := fmt.Sprintf("x%d", j); at != name {
				res.Add("vif_"+at, vif[j])
			}
		}
	}
	if m.K == 2 {
		res.Add("intercept", m.Coef[0])
		res.Add(m.Name[1], m.Coef[1])
	}
	res.Values = append(res.Values, more.Values...)
	return res, nil
}

func commaNames(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// clusterErrors adds CR0, CR1 and CR2 per cluster column, and the two-way errors of two of them. The sets cr0, cr1 and
// cr2 are those of the only column; cr1 of two columns is the two-way one.
func (in Input) clusterErrors(m *stats.Linear, rows []int, clusters []string, sets map[string]variant, more *Result) error {
	var codes [][]int
	for _, name := range clusters {
		all, err := in.Table.Units(name)
		if err != nil {
			return err
		}
		kept := make([]int, len(rows))
		for i, r := range rows {
			kept[i] = all[r]
		}
		codes = append(codes, kept)
		v, g := m.Cluster(kept)
		if g < 2 {
			return stats.TooFew(stats.InsufficientTeams, 2, g)
		}
		se := stats.StdErr(v)
		df := same(float64(g-1), m.K)
		sets["cr0"] = variant{se, df}
		sets["cr1"] = variant{scaled(se, stats.CR1Factor(g, m.N, m.K)), df}
		more.Add("n_clusters_"+name, g)
		more.addErrors(m, "se_"+name+"_CR0", se)
		more.addErrors(m, "se_"+name+"_CR1", sets["cr1"].se)
		if c, sdf, err := m.CR2(kept); err == nil {
			sets["cr2"] = variant{stats.StdErr(c), sdf}
			more.addErrors(m, "se_"+name+"_CR2", sets["cr2"].se)
			more.addErrors(m, "df_"+name+"_CR2_satterthwaite", sdf)
		}
	}
	if len(codes) == 2 {
		few := math.MaxInt
		v := m.TwoWayCluster(codes[0], codes[1], func(g int) float64 {
			few = min(few, g)
			return stats.CR1Factor(g, m.N, m.K)
		})
		se := stats.StdErr(v)
		sets["cr1"] = variant{se, same(float64(few-1), m.K)}
		more.addErrors(m, "se_"+clusters[0]+"_"+clusters[1]+"_CGM", se)
	}
	return nil
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
	if lag == 0 {
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
	return errs.Invalid("convention_unknown").Because(fmt.Errorf("-convention %q: write raw for errors without a small-sample factor", in.Convention))
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
	} else if in.Lag > 0 {
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
