package method

import (
	"context"
	"fmt"
	"sort"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

const petersen = "Cameron & Miller (2015), A practitioner's guide to cluster-robust inference, doi:10.3368/jhr.50.2.317"

func init() {
	Register(Method{
		Name:  "twfe",
		Title: Text{"Two-way fixed effects", "אפקטים קבועים דו-כיווניים", "Dwukierunkowe efekty stałe"},
		Summary: Text{
			"By how much y changes per unit of x within teams, after everything that is constant in a team or common to a period is taken out.",
			"בכמה משתנה y לכל יחידה של x בתוך צוותים, לאחר הוצאת כל מה שקבוע בצוות או משותף לתקופה.",
			"O ile zmienia się y na jednostkę x wewnątrz zespołów, po usunięciu wszystkiego, co stałe w zespole lub wspólne dla okresu.",
		},
		Assumes: Text{
			"Shocks hit all teams equally, teams are independent of each other, and there are about 40 of them or more (below that use wild-bootstrap).",
			"זעזועים פוגעים בכל הצוותים במידה שווה, הצוותים בלתי תלויים זה בזה, ויש כ-40 או יותר (מתחת לכך: wild-bootstrap).",
			"Wstrząsy dotykają wszystkich zespołów jednakowo, zespoły są od siebie niezależne i jest ich około 40 lub więcej (poniżej: wild-bootstrap).",
		},
		Formula:    "y_it = b·x_it + a_i + d_t + e_it; V = G/(G−1)·(N−1)/(N−K)·(X'X)⁻¹ Σ_g X_g'e_g e_g'X_g (X'X)⁻¹; t with G−1 df",
		Reference:  petersen,
		Convention: "nested",
		Example:    "rapport stat twfe -data grunfeld.csv -unit firm -time year -y inv -x value,capital",
		Needs:      []string{"data", "unit", "time", "y", "x"},
		Uses:       []string{"cluster"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Run:        runTWFE,
	})
	Register(Method{
		Name:  "cce",
		Title: Text{"Common correlated effects (pooled)", "אפקטים משותפים מתואמים (מאוחד)", "Wspólne skorelowane efekty (łączne)"},
		Summary: Text{
			"The same slope as two-way fixed effects, but also safe against a shared shock that hits teams unequally.",
			"אותו שיפוע כמו באפקטים קבועים דו-כיווניים, אך עמיד גם בפני זעזוע משותף שפוגע בצוותים במידה שונה.",
			"To samo nachylenie co w dwukierunkowych efektach stałych, lecz odporne też na wspólny wstrząs, który dotyka zespołów niejednakowo.",
		},
		Assumes: Text{
			"The period averages of x and y over many teams show the shocks; at least 8 periods, and 20 teams for a decision.",
			"הממוצעים התקופתיים של x ו-y על פני צוותים רבים משקפים את הזעזועים; לפחות 8 תקופות, ו-20 צוותים לשם הכרעה.",
			"Średnie x i y w okresach po wielu zespołach pokazują wstrząsy; co najmniej 8 okresów, a do decyzji 20 zespołów.",
		},
		Formula:    "each team's x and y off (1, x̄_t, ȳ_t); b = Σx'y/Σx'x; se² = G/(G−1) Σ_g (x_g'e_g)²/(Σx'x)²; t with G−1 df",
		Reference:  "Pesaran (2006), Estimation and inference in large heterogeneous panels, Econometrica 74:967–1012, doi:10.1111/j.1468-0262.2006.00692.x",
		Convention: "pooled; unweighted averages; units with k + 4 complete periods or more (5 for one regressor)",
		Example:    "rapport stat cce -data grunfeld.csv -unit firm -time year -y inv -x value",
		Needs:      []string{"data", "unit", "time", "y", "x"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Run:        runCCE,
	})
	Register(Method{
		Name:  "wild-bootstrap",
		Title: Text{"Wild cluster bootstrap", "בוטסטרפ פראי באשכולות", "Dziki bootstrap klastrowy"},
		Summary: Text{
			"An honest p-value and interval for a slope when there are few teams: whole teams' residuals change sign together.",
			"ערך p ורווח סמך ישרים לשיפוע כשיש מעט צוותים: השאריות של צוות שלם מחליפות סימן יחד.",
			"Uczciwa wartość p i przedział dla nachylenia, gdy zespołów jest mało: reszty całych zespołów zmieniają znak razem.",
		},
		Assumes: Text{
			"Teams are independent of each other and of like size.",
			"הצוותים בלתי תלויים זה בזה ודומים בגודלם.",
			"Zespoły są od siebie niezależne i podobnej wielkości.",
		},
		Formula:    "y* = ŷ₀ + v_g·ũ_g with v = ±1 (all 2^G when that is ≤ reps); p = share of draws with |t*| > |t|",
		Reference:  "Cameron, Gelbach & Miller (2008), doi:10.1162/rest.90.3.414; Roodman et al. (2019), doi:10.1177/1536867X19830877",
		Convention: "null imposed (WCR), Rademacher, strict >, t with the CR0 error; -convention webb or unrestricted",
		Example:    "rapport stat wild-bootstrap -data grunfeld.csv -unit firm -time year -y inv -x value,capital -reps 9999 -seed 1",
		Needs:      []string{"data", "y", "x"},
		Uses:       []string{"cluster"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Params: []Param{
			{Name: "effects", Default: 2, Help: "effects taken out: 2 unit and time, 1 unit, 0 none (without -time 1, without -unit 0)"},
			{Name: "null", Default: 0, Help: "the slope under the null"},
		},
		Run: runWild,
	})
}

func timeNeeded() error {
	return errs.Invalid("time_needed").Because(fmt.Errorf("a lag needs -time, because it joins on calendar periods"))
}

// coefRows lists coefficients where there are several; the first one's figures stand on top.
func (r *Result) coefRows(cs []stats.Coefficient) {
	if len(cs) < 2 {
		return
	}
	r.Columns = []string{"name", "b", "se", "t", "df", "p", "ci_lo", "ci_hi"}
	for _, c := range cs {
		r.Rows = append(r.Rows, []any{c.Name, c.B, c.SE, c.T, c.DF, c.P, c.CI.Lo, c.CI.Hi})
	}
}

// addSorted appends figures by name in a stable order.
func (r *Result) addSorted(figures map[string]float64) {
	names := make([]string, 0, len(figures))
	for n := range figures {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		r.Add(n, figures[n])
	}
}

// clusters reads -cluster, nil where it is not given.
func (in Input) clusters() ([]int, error) {
	if in.Cluster == "" {
		return nil, nil
	}
	return in.Table.Units(in.Cluster)
}

func runTWFE(_ context.Context, in Input) (*Result, error) {
	p, err := in.Panel()
	if err != nil {
		return nil, err
	}
	cluster, err := in.clusters()
	if err != nil {
		return nil, err
	}
	r, err := stats.TwoWayFE(p, stats.FEOptions{Cluster: cluster, Convention: stats.Convention(in.Convention), Level: in.Level})
	if err != nil {
		return nil, err
	}
	res := &Result{Convention: string(r.Convention)}
	res.Coef(r.Coef[0])
	res.Add("n_obs", r.N)
	res.Add("n_units", r.Units)
	res.Add("n_periods", r.Periods)
	res.Add("n_clusters", r.Clusters)
	res.Add("df", r.Clusters-1)
	res.coefRows(r.Coef)
	lags := in.Lags
	if lags == nil {
		lags = []int{1, 2, 3, 4}
	}
	res.addSorted(r.Variants(p, lags))
	return res, nil
}

func runCCE(_ context.Context, in Input) (*Result, error) {
	p, err := in.Panel()
	if err != nil {
		return nil, err
	}
	r, err := stats.CCE(p, in.Level)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	res.Coef(r.Coef[0])
	res.Add("n_obs", r.N)
	res.Add("n_units", r.Units)
	res.Add("n_periods", r.Periods)
	res.Add("df", r.Units-1)
	res.coefRows(r.Coef)
	return res, nil
}

func runWild(ctx context.Context, in Input) (*Result, error) {
	opt := stats.WildOptions{Draws: in.Reps, Level: in.Level, Seed: in.Seed, Null: in.Param("null"), Effects: stats.Effects(in.Param("effects"))}
	switch in.Convention {
	case "", "WCR", "wcr", "rademacher":
	case "webb":
		opt.Webb = true
	case "unrestricted", "WCU", "wcu":
		opt.Unrestricted = true
	default:
		return nil, errs.Invalid("convention_unknown").With("value", in.Convention).With("known", "webb, unrestricted").Because(fmt.Errorf("-convention %q: write webb or unrestricted", in.Convention))
	}
	if opt.Effects < stats.NoEffects || opt.Effects > stats.TwoWay {
		return nil, errs.Invalid("effects_unknown").Because(fmt.Errorf("-effects is 0, 1 or 2"))
	}
	if in.Time == "" {
		opt.Effects = min(opt.Effects, stats.UnitEffects)
	}
	var err error
	if opt.Cluster, err = in.clusters(); err != nil {
		return nil, err
	}
	if in.Unit == "" {
		if opt.Cluster == nil {
			return nil, errs.Invalid("unit_needed").Because(fmt.Errorf("-unit or -cluster is needed"))
		}
		opt.Effects, in.Unit = stats.NoEffects, in.Cluster
	}
	p, err := in.Panel()
	if err != nil {
		return nil, err
	}
	res := &Result{}
	for j, x := range p.Name {
		r, err := stats.WildCluster(ctx, p, j, opt)
		if err != nil {
			return nil, err
		}
		other := opt
		other.Unrestricted, other.NoInterval = !opt.Unrestricted, true
		u, err := stats.WildCluster(ctx, p, j, other)
		if err != nil {
			return nil, err
		}
		wcr, wcu := r, u
		if opt.Unrestricted {
			wcr, wcu = u, r
		}
		if j == 0 {
			res.Add("b", r.B)
			res.Add("se", r.SE)
			res.Add("t", r.T)
			res.Add("p", r.P)
			res.Add("ci_lo", r.CI.Lo)
			res.Add("ci_hi", r.CI.Hi)
			res.Add("n_obs", r.N)
			res.Add("n_units", r.Clusters)
			res.Add("n", r.N)
			res.Add("G", r.Clusters)
			res.Add("n_draws", r.Draws)
			res.Add("exact", r.Exact)
		}
		res.Add(x+".coef", r.B)
		res.Add(x+".se_CR0", r.SE)
		res.Add(x+".t_CR0", r.T)
		res.Add(x+".p_WCR_strict", wcr.P)
		res.Add(x+".p_WCR_ge", wcr.PGe)
		res.Add(x+".p_fwildclusterboot", wcr.P)
		res.Add(x+".p_WCU_strict", wcu.P)
		res.Add(x+".p_WCU_ge", wcu.PGe)
		res.Add(x+".ci_lo_WCR_inverted", wcr.CI.Lo)
		res.Add(x+".ci_hi_WCR_inverted", wcr.CI.Hi)
	}
	return res, nil
}
