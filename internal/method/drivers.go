package method

import (
	"context"
	"math"

	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "drivers",
		Title: Text{"Key drivers", "גורמים מניעים עיקריים", "Kluczowe czynniki"},
		Summary: Text{
			"Which of several scores goes furthest in explaining an outcome, when they overlap.",
			"איזה מבין כמה ציונים מסביר תוצאה במידה הרבה ביותר, כשהם חופפים זה לזה.",
			"Który z kilku wyników najlepiej objaśnia efekt, gdy się one nakładają.",
		},
		Assumes: Text{
			"The drivers that matter are in the list and relations are straight lines. Shares of explained variance are not effects and are never tested against 0.",
			"הגורמים החשובים נמצאים ברשימה והקשרים ליניאריים. חלקים בשונות המוסברת אינם השפעות ולעולם אינם נבחנים מול 0.",
			"Ważne czynniki są na liście, a zależności liniowe. Udziały w objaśnionej zmienności nie są wpływami i nigdy nie testuje się ich względem 0.",
		},
		Formula:    "LMG_j = Σ_S |S|!(p−|S|−1)!/p! · (R²(S∪j) − R²(S)); Johnson = (R^½)² (R^−½ r)²; both sum to R²",
		Reference:  "Grömping (2006), doi:10.18637/jss.v017.i01; Johnson (2000), doi:10.1207/S15327906MBR3501_1; Genizi (1993), Statistica Sinica 3:407–420",
		Convention: "plain R² (not adjusted), complete rows; percentile intervals of 999 bootstrap draws of rows, or of whole -cluster or -unit; -lag K explains y at t by the drivers at t−K",
		Example:    "rapport stat drivers -data attitude.csv -y rating -x complaints,privileges,learning,raises,critical,advance",
		Needs:      []string{"data", "y", "x"},
		Uses:       []string{"cluster"},
		Figures:    []string{"R2"},
		Params:     []Param{{Name: "line", Default: math.NaN(), Optional: true, Help: "performance line of the importance × performance plane (default: mean of the drivers' means)"}},
		Run:        runDrivers,
	})
}

func runDrivers(ctx context.Context, in Input) (*Result, error) {
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	var x [][]float64
	for _, name := range in.X {
		v, err := in.laggedX(name, in.Lag)
		if err != nil {
			return nil, err
		}
		x = append(x, v)
	}
	cluster, err := in.clusters()
	if err != nil {
		return nil, err
	}
	if cluster == nil && in.Unit != "" {
		if cluster, err = in.Table.Units(in.Unit); err != nil {
			return nil, err
		}
	}
	opt := in.bootOptions()
	if opt.Reps == 0 {
		opt.Reps = 999
	}
	d, err := stats.DriversBootstrap(ctx, y, x, in.X, cluster, opt)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	res.Add("R2", d.R2)
	res.Add("n_obs", d.N)
	perf := make([]float64, len(x))
	for j, c := range x {
		n := 0.0
		for i, v := range c {
			if !math.IsNaN(v) && !math.IsNaN(y[i]) {
				perf[j] += v
				n++
			}
		}
		perf[j] /= n
	}
	plane, err := stats.ImportancePerformance(d, perf, in.Param("line"))
	if err != nil {
		return nil, err
	}
	res.Columns = []string{"driver", "lmg", "lmg_share", "lmg_ci_lo", "lmg_ci_hi", "johnson_pct", "std_beta", "performance", "quadrant"}
	for j, name := range in.X {
		res.Rows = append(res.Rows, []any{name, d.LMG[j], d.Share(j), d.LMGCI[j].Lo, d.LMGCI[j].Hi, d.JohnsonPct(j), d.StdBeta[j], perf[j], plane[j].Quadrant})
	}
	for _, f := range []struct {
		key string
		of  func(j int) float64
	}{
		{"lmg", func(j int) float64 { return d.LMG[j] }},
		{"lmg_share", d.Share},
		{"johnson", func(j int) float64 { return d.Johnson[j] }},
		{"johnson_pct", d.JohnsonPct},
		{"last_usefulness", func(j int) float64 { return d.Last[j] }},
		{"first_r2", func(j int) float64 { return d.First[j] }},
		{"pratt", func(j int) float64 { return d.Pratt[j] }},
		{"betasq", func(j int) float64 { return d.BetaSq[j] }},
		{"car", func(j int) float64 { return d.CAR[j] }},
		{"std_beta", func(j int) float64 { return d.StdBeta[j] }},
		{"lmg_se", func(j int) float64 { return d.LMGSE[j] }},
		{"lmg_ci_lo", func(j int) float64 { return d.LMGCI[j].Lo }},
		{"lmg_ci_hi", func(j int) float64 { return d.LMGCI[j].Hi }},
		{"johnson_ci_lo", func(j int) float64 { return d.JohnsonCI[j].Lo }},
		{"johnson_ci_hi", func(j int) float64 { return d.JohnsonCI[j].Hi }},
	} {
		for j, name := range in.X {
			res.Vary(f.key+"."+name, f.of(j))
		}
	}
	res.Notes = append(res.Notes, "Shares of explained variance, not effects. Read the order and its intervals; the lower ends near 0 say nothing.")
	return res, nil
}
