package method

import (
	"context"
	"fmt"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "mediation",
		Title: Text{"Mediation (two-link chain)", "תיווך (שרשרת בת שתי חוליות)", "Mediacja (łańcuch dwóch ogniw)"},
		Summary: Text{
			"How much of the way from employee experience to money runs through customer experience.",
			"כמה מהדרך מחוויית העובד אל הכסף עוברת דרך חוויית הלקוח.",
			"Jaka część drogi od doświadczeń pracowników do pieniędzy wiedzie przez doświadczenia klientów.",
		},
		Assumes: Text{
			"No unmeasured cause of both the middle and the last link (rho_at_zero says how strong it would have to be), straight-line relations. It is association through the chain, not proof.",
			"אין גורם לא נמדד המשפיע גם על החוליה האמצעית וגם על האחרונה (rho_at_zero אומר עד כמה הוא היה צריך להיות חזק), והקשרים ליניאריים. זהו קשר דרך השרשרת, לא הוכחה.",
			"Brak niezmierzonej przyczyny środkowego i ostatniego ogniwa (rho_at_zero mówi, jak silna musiałaby być), zależności liniowe. To współzależność przez łańcuch, nie dowód.",
		},
		Formula:    "M = i₁ + aX; Y = i₂ + cX; Y = i₃ + c'X + bM; indirect = ab = c − c'; Sobel se = √(a²s_b² + b²s_a²)",
		Reference:  "Sobel (1982), doi:10.2307/270723; MacKinnon, Lockwood & Williams (2004), doi:10.1207/s15327906mbr3901_4; Imai, Keele & Tingley (2010), doi:10.1037/a0020761",
		Convention: "b given X on the same rows; with -unit all columns centred within units, errors CR0 at the unit, whole units drawn",
		Example:    "rapport stat mediation -data panel.csv -unit team -time week -x ex,cx -y revenue -lags 2,3",
		Needs:      []string{"data", "x", "y"},
		Figures:    []string{"a", "b", "c_total", "cp_direct", "ab", "indirect.estimate", "sobel_se", "sobel_p", "mc_ci_lo", "mc_ci_hi"},
		Run:        runMediation,
	})
}

// runMediation reads -x X,M[,covariates] and -y Y. With -unit it works within units; -lags p,q then sets X p periods before
// M and Y q periods after it (X@5,M@3 says the same seen from Y).
func runMediation(ctx context.Context, in Input) (*Result, error) {
	if len(in.X) < 2 {
		return nil, errs.Invalid("mediator_needed").Because(fmt.Errorf("-x names the cause and the mediator, in this order: -x ex,cx"))
	}
	lead, lag := 0, 0
	if len(in.Lags) > 0 {
		lag = in.Lags[0]
	}
	if len(in.Lags) > 1 {
		lead = in.Lags[1]
	}
	if len(in.Lags) > 2 {
		return nil, errs.Invalid("lags_off").Because(fmt.Errorf("-lags takes two numbers here: cause before mediator, outcome after it"))
	}
	if in.Unit == "" {
		return in.plainMediation(ctx)
	}
	// Panel reads A@2; the lags of -lags are anchored at the mediator.
	p, err := in.Panel()
	if err != nil {
		return nil, err
	}
	x, m, y := p.X[0], p.X[1], p.Y
	if lag != 0 || lead != 0 {
		if p.Time == nil {
			return nil, timeNeeded()
		}
		if x, err = stats.Lagged(p.Unit, p.Time, x, lag); err != nil {
			return nil, err
		}
		if y, err = stats.Lagged(p.Unit, p.Time, y, -lead); err != nil {
			return nil, err
		}
	}
	if len(p.X) > 2 {
		return nil, errs.Invalid("covariates_off").Because(fmt.Errorf("covariates are not taken within units; leave out -unit or name two columns in -x"))
	}
	r, err := stats.MediationWithin(ctx, p.Unit, x, m, y, in.bootOptions())
	if err != nil {
		return nil, err
	}
	res := mediationResult(r, true)
	if p.Time != nil {
		two, err := stats.MediationPanel(ctx, p.Unit, p.Time, x, m, y, in.bootOptions())
		if err == nil {
			for _, v := range mediationResult(two, true).Values {
				res.Vary("twoway."+v.Name, v.V)
			}
			res.Add("twoway.indirect", two.AB)
			res.Add("twoway.pct_lo", two.Boot.Pct.Lo)
			res.Add("twoway.pct_hi", two.Boot.Pct.Hi)
			res.Notes = append(res.Notes, "twoway: with period effects as well, so that a shock common to all units is gone (all figures: -json).")
		}
	}
	if c, err := stats.Chain(ctx, p.Unit, x, m, y, stats.BootOptions{Reps: 50, ExactUpTo: -1, Level: in.Level}); err == nil {
		_, labels, err := in.Table.Codes(in.Unit)
		if err != nil {
			return nil, err
		}
		res.Add("b1_pooled", c.First.Mean)
		res.Add("b1_tau", c.First.Tau)
		res.Add("b2_pooled", c.Second.Mean)
		res.Add("b2_tau", c.Second.Tau)
		res.Columns = []string{"unit", "b1", "b2", "product", "ci_lo", "ci_hi", "own_weight_b1", "own_weight_b2"}
		for i, t := range c.Teams {
			res.Rows = append(res.Rows, []any{labels[t], c.First.Shrunk[i], c.Second.Shrunk[i], c.Product[i], c.Low[i], c.Hi[i], c.First.Weight[i], c.Second.Weight[i]})
		}
		res.Notes = append(res.Notes, "Rows: each unit's two links, partially pooled towards the mean of all. Do not tie pay to them.")
	}
	return res, nil
}

// plainMediation takes the rows as independent; covariates are the further columns of -x and those of -by.
func (in Input) plainMediation(ctx context.Context) (*Result, error) {
	if len(in.Lags) > 0 {
		return nil, errs.Invalid("unit_needed").Because(fmt.Errorf("-lags needs -unit and -time here"))
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	var cols [][]float64
	for _, name := range append(append([]string(nil), in.X...), in.By...) {
		v, err := in.Table.Num(name)
		if err != nil {
			return nil, err
		}
		cols = append(cols, v)
	}
	r, err := stats.Mediation(ctx, cols[0], cols[1], y, cols[2:], in.bootOptions())
	if err != nil {
		return nil, err
	}
	return mediationResult(r, false), nil
}

func mediationResult(r *stats.Mediated, clustered bool) *Result {
	res := &Result{}
	path := func(name, key string, p stats.Path) {
		res.Add(name, p.B)
		if clustered {
			res.Add("se_"+key+"_CR0", p.SE)
		} else {
			res.Add("se_"+key, p.SE)
		}
		res.Add("p_"+key, p.P)
	}
	path("a", "a", r.A)
	path("b", "b", r.B)
	path("c_total", "c", r.Total)
	path("cp_direct", "cp", r.Direct)
	res.Add("ab", r.AB)
	mark := ""
	if clustered {
		mark = "_CR0"
	}
	res.Add("sobel_se"+mark, r.SobelSE)
	res.Add("sobel_z", r.SobelZ)
	res.Add("sobel_p", r.SobelP)
	res.Add("aroian_se", r.AroianSE)
	res.Add("goodman_se", r.GoodmanSE)
	res.Add("prop_mediated", r.Share)
	res.Add("mc_ci_lo", r.MC.Lo)
	res.Add("mc_ci_hi", r.MC.Hi)
	res.Values = append(res.Values, bootValues("indirect.", r.Boot)...)
	res.Vary("indirect.boot_pct_lo", r.Boot.Pct.Lo)
	res.Vary("indirect.boot_pct_hi", r.Boot.Pct.Hi)
	res.Add("prop_mediated_ci_lo", r.BootShare.Pct.Lo)
	res.Add("prop_mediated_ci_hi", r.BootShare.Pct.Hi)
	if r.Sensitivity != nil {
		res.Add("rho_at_zero", r.Sensitivity.RhoZero)
		res.Add("r2_star_product", r.Sensitivity.R2Star)
		res.Add("r2_tilde_product", r.Sensitivity.R2Total)
	}
	res.Add("n", r.N)
	res.Add("n_obs", r.N)
	if clustered {
		res.Add("G", r.Clusters)
		res.Add("n_units", r.Clusters)
		res.Vary("se_a", r.A.SE)
		res.Vary("se_b", r.B.SE)
		res.Vary("sobel_se", r.SobelSE)
	}
	return res
}
