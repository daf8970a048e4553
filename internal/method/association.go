package method

import (
	"context"
	"fmt"

	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "pearson",
		Title: Text{"Pearson correlation (pooled)", "מתאם פירסון (מאוחד)", "Korelacja Pearsona (łączna)"},
		Summary: Text{
			"How closely two columns move together over all rows, whoever the rows belong to: the naive figure.",
			"עד כמה שתי עמודות נעות יחד על פני כל השורות, בלי קשר לשיוכן: הנתון הנאיבי.",
			"Jak blisko dwie kolumny zmieniają się razem we wszystkich wierszach, bez względu na to, czyje są: liczba naiwna.",
		},
		Assumes: Text{
			"Rows are independent of each other. Rows of the same teams over time are not, and differences between teams are mixed with changes within them.",
			"השורות אינן תלויות זו בזו. שורות של אותם צוותים לאורך זמן כן תלויות, והבדלים בין צוותים מתערבבים עם שינויים בתוכם.",
			"Wiersze są od siebie niezależne. Wiersze tych samych zespołów w czasie nie są, a różnice między zespołami mieszają się ze zmianami w nich.",
		},
		Formula:    "r = Σ(x−x̄)(y−ȳ) / √(Σ(x−x̄)² Σ(y−ȳ)²); t = r√((n−2)/(1−r²)); interval tanh(atanh r ± z/√(n−3))",
		Reference:  "Fisher (1921), On the probable error of a coefficient of correlation, Metron 1:3–32; Pearson (1895), doi:10.1098/rspl.1895.0041",
		Convention: "p from t with n−2 degrees of freedom; interval with a normal quantile and n−3",
		Example:    "rapport stat pearson -data attitude.csv -x complaints -y rating",
		Needs:      []string{"data", "x", "y"},
		Figures:    []string{"r", "t", "df", "p", "ci_lo", "ci_hi"},
		Run:        runPearson,
	})
	Register(Method{
		Name:  "rmcorr",
		Title: Text{"Repeated-measures correlation", "מתאם במדידות חוזרות", "Korelacja pomiarów powtarzanych"},
		Summary: Text{
			"When a team's x rises above its own usual level, does its y rise too? One common slope for all teams.",
			"כאשר ה-x של צוות עולה מעל הרמה הרגילה שלו, האם גם ה-y שלו עולה? שיפוע משותף אחד לכל הצוותים.",
			"Gdy x zespołu rośnie powyżej jego zwykłego poziomu, czy rośnie też jego y? Jedno wspólne nachylenie dla wszystkich zespołów.",
		},
		Assumes: Text{
			"The same slope in every team and independent errors within teams; a common season or shock makes false correlations, so it stands beside a panel regression.",
			"אותו שיפוע בכל צוות ושגיאות בלתי תלויות בתוך הצוות; עונה או זעזוע משותפים יוצרים מתאם שווא, ולכן הוא מוצג לצד רגרסיית פאנל.",
			"To samo nachylenie w każdym zespole i niezależne błędy wewnątrz zespołu; wspólny sezon lub wstrząs tworzy fałszywą korelację, dlatego stoi obok regresji panelowej.",
		},
		Formula:    "r = Pearson of unit-centred x and y; df = N − k − 1; interval tanh(atanh r ± z/√(df−1))",
		Reference:  "Bakdash & Marusich (2017), Repeated measures correlation, Frontiers in Psychology 8:456, doi:10.3389/fpsyg.2017.00456",
		Convention: "interval as rmcorr 0.5.4 and later: effective n = df + 2",
		Example:    "rapport stat rmcorr -data panel.csv -unit team -time week -x ex -y cx -lag 2",
		Needs:      []string{"data", "unit", "x", "y"},
		Figures:    []string{"r", "df", "p", "ci_lo", "ci_hi", "t", "slope"},
		Run:        runRMCorr,
	})
}

func runPearson(_ context.Context, in Input) (*Result, error) {
	return eachX(in, func(x, y []float64) ([]Value, error) {
		r, err := stats.Pearson(x, y, in.Level)
		if err != nil {
			return nil, err
		}
		return corrValues(r, "pearson"), nil
	})
}

// corrValues are the common keys of a correlation and the same figures as the reference cases name them.
func corrValues(r *stats.CorrResult, kind string) []Value {
	return []Value{
		{"r", r.R},
		{"t", r.T},
		{"df", r.DF},
		{"p", r.P},
		{"ci_lo", r.CI.Lo},
		{"ci_hi", r.CI.Hi},
		{"n_obs", r.N},
		{"n", r.N},
		{kind + "_r", r.R},
		{kind + "_t", r.T},
		{kind + "_df", r.DF},
		{kind + "_p", r.P},
		{kind + "_ci_lo", r.CI.Lo},
		{kind + "_ci_hi", r.CI.Hi},
	}
}

// eachX runs a two-column method on -y with every -x (lagged where -lag asks for it): figures of the first on top, and
// one row per x where there are more.
func eachX(in Input, f func(x, y []float64) ([]Value, error)) (*Result, error) {
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	for i, name := range in.X {
		x, err := in.laggedX(name, in.Lag)
		if err != nil {
			return nil, err
		}
		vals, err := f(x, y)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			res.Values = vals
		}
		if len(in.X) > 1 {
			if i == 0 {
				res.Columns = []string{"x"}
				for _, v := range vals {
					res.Columns = append(res.Columns, v.Name)
				}
			}
			row := []any{name}
			for _, v := range vals {
				row = append(row, v.V)
			}
			res.Rows = append(res.Rows, row)
		}
	}
	return res, nil
}

// laggedX reads a column at t−lag: within -unit where given, else down the rows of one series in the order of -time.
func (in Input) laggedX(name string, lag int) ([]float64, error) {
	x, err := in.Table.Num(name)
	if err != nil || lag == 0 {
		return x, err
	}
	unit := make([]int, len(x))
	if in.Unit != "" {
		if unit, err = in.Table.Units(in.Unit); err != nil {
			return nil, err
		}
	}
	time, err := in.times()
	if err != nil {
		return nil, err
	}
	return stats.Lagged(unit, time, x, lag)
}

// times reads -time, or counts the rows where there is no -unit either (one series in the order of the file).
func (in Input) times() ([]int, error) {
	if in.Time != "" {
		return in.Table.Periods(in.Time)
	}
	if in.Unit != "" {
		return nil, timeNeeded()
	}
	out := make([]int, in.Table.Rows())
	for i := range out {
		out[i] = i
	}
	return out, nil
}

func runRMCorr(_ context.Context, in Input) (*Result, error) {
	y := in.Y
	res := &Result{}
	many := len(in.X) > 1 || len(in.Lags) > 1
	for _, name := range in.X {
		for _, lag := range in.LagList() {
			one := in
			one.X, one.Lag = []string{name}, lag
			p, err := one.Panel()
			if err != nil {
				return nil, err
			}
			r, err := stats.RMCorr(p.Unit, p.X[0], p.Y, in.Level)
			if err != nil {
				return nil, err
			}
			vals := []Value{
				{"r", r.R},
				{"df", r.DF},
				{"p", r.P},
				{"ci_lo", r.CI.Lo},
				{"ci_hi", r.CI.Hi},
				{"n_obs", r.N},
				{"n_units", r.Units},
				{"n_subjects", r.Units},
				{"t", r.T},
				{"slope", r.Slope},
				{"ci_lo_old_prefix054", r.CIOld.Lo},
				{"ci_hi_old_prefix054", r.CIOld.Hi},
			}
			if res.Values == nil {
				res.Values = vals
				if p.Time != nil {
					res.addOverTime(p, in.Level)
				}
			}
			if !many {
				continue
			}
			if res.Columns == nil {
				res.Columns = []string{"x", "lag"}
				for _, v := range vals {
					res.Columns = append(res.Columns, v.Name)
				}
			}
			row := []any{name, lag}
			for _, v := range vals {
				row = append(row, v.V)
				res.Add(fmt.Sprintf("%s->%s.lag%02d.%s", name, y, lag, v.Name), v.V)
			}
			res.Rows = append(res.Rows, row)
		}
	}
	return res, nil
}

// addOverTime says what the link is worth as a time series: on its effective sample size, and in each half.
func (r *Result) addOverTime(p *stats.Panel, level float64) {
	if e, err := stats.EffectiveN(p.Unit, p.Time, p.X[0], p.Y, level); err == nil {
		r.Add("effective.n", e.NEff)
		r.Add("effective.df", e.DF)
		r.Add("effective.p", e.P)
		r.Add("effective.ci_lo", e.CI.Lo)
		r.Add("effective.ci_hi", e.CI.Hi)
	}
	if s, err := stats.Stability(p.Unit, p.Time, p.X[0], p.Y, level); err == nil {
		r.Add("stability.r_early", s.Early.R)
		r.Add("stability.r_late", s.Late.R)
		r.Add("stability.difference", s.Difference)
		r.Add("stability.p", s.P)
	}
}
