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
		Convention: "classical errors with t(n−k); with -cluster CR1 with t(G−1); -cluster a,b two-way; -convention hc0 hc1 hc2 hc3 cr0 cr2, origin: no intercept; -x x,x^2 for powers",
		Example:    "rapport stat ols -data petersen.csv -y y -x x -cluster firm",
		Needs:      []string{"data", "y", "x"},
		Uses:       []string{"cluster"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Run:        runOLS,
	})
}

// fit runs OLS on -y and -x, and returns the rows that are complete.
func (in Input) fit() (*stats.Linear, []int, error) {
	y, x, rows, err := in.Columns()
	if err != nil {
		return nil, nil, err
	}
	if strings.EqualFold(in.Convention, "origin") {
		m, err := stats.OLSOrigin(y, x, in.X)
		return m, rows, err
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
	origin := strings.EqualFold(in.Convention, "origin")
	if in.Convention != "" && !origin {
		chosen = strings.ToLower(in.Convention)
	}
	v, ok := sets[chosen]
	if !ok {
		return nil, errs.Invalid("convention_unknown").With("value", in.Convention).With("known", "classical, hc0, hc1, hc2, hc3, origin; -cluster: cr0, cr1, cr2").Because(fmt.Errorf("-convention %q: write classical, hc0, hc1, hc2, hc3, origin (no intercept), and with -cluster cr0, cr1 or cr2", in.Convention))
	}
	res := &Result{Convention: chosen}
	first := 0 // b0 is the intercept, so the slopes are numbered from 1 without it, too
	if origin {
		first = 1
		res.Convention += "; no intercept, R² and F about zero"
	}
	res.addFit(m, v, in.Level)
	classical := sets["classical"].se
	vif := m.VIF()
	for j, b := range m.Coef {
		res.Add(fmt.Sprintf("b%d", j+first), b)
		res.Add(fmt.Sprintf("se_b%d", j+first), classical[j])
	}
	f, p, r2, sigma := m.FTest()
	res.Add("resid_sd", sigma)
	res.Add("r_squared", r2)
	res.Add("F", f)
	res.Add("p_F", p)
	res.Add("df_resid", m.DF())
	for j, name := range m.Name {
		res.Add("coef."+name, m.Coef[j])
		if j > 0 && !origin {
			res.Add("vif_"+name, vif[j])
			if at := fmt.Sprintf("x%d", j); at != name {
				res.Add("vif_"+at, vif[j])
			}
		}
	}
	if m.K == 2 && !origin {
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
