package method

import (
	"context"
	"fmt"
	"math"

	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "dlag",
		Title: Text{"Distributed lag", "פיגור מבוזר", "Opóźnienia rozłożone"},
		Summary: Text{
			"How a change of x works out over the following periods, and how much it adds up to; for one series, or within teams.",
			"כיצד שינוי ב-x מתבטא בתקופות הבאות, ולכמה הוא מצטבר; לסדרה אחת או בתוך צוותים.",
			"Jak zmiana x działa w kolejnych okresach i ile wynosi łącznie; dla jednego szeregu albo wewnątrz zespołów.",
		},
		Assumes: Text{
			"The lags were fixed beforehand, x does not answer to y, and the series is long (about 400 periods for one series) or there are about 40 teams.",
			"הפיגורים נקבעו מראש, x אינו מגיב ל-y, והסדרה ארוכה (כ-400 תקופות לסדרה אחת) או שיש כ-40 צוותים.",
			"Opóźnienia ustalono z góry, x nie reaguje na y, a szereg jest długi (około 400 okresów dla jednego) albo zespołów jest około 40.",
		},
		Formula:    "y_t = a + Σ_l b_l x_{t−l} + e_t; cumulative c_l = Σ_{j≤l} b_j with its error from the full covariance",
		Reference:  "Stock & Watson (2020), Introduction to Econometrics, ch. 16; Newey & West (1987), doi:10.2307/1913610",
		Convention: "one series: Newey–West without factor, -lag L of the errors or else the 1994 bandwidth; with -unit: two-way fixed effects, CR1 nested",
		Example:    "rapport stat dlag -data frozenjuice.csv -y ret -x fdd -lags 0-18 -lag 7",
		Needs:      []string{"data", "y", "x"},
		Figures:    []string{"b", "se", "t", "p", "ci_lo", "ci_hi"},
		Run:        runDlag,
	})
	Register(Method{
		Name:  "granger",
		Title: Text{"Granger test", "מבחן גריינג'ר", "Test Grangera"},
		Summary: Text{
			"Does the past of x help to foresee y beyond what y's own past tells, and the other way round?",
			"האם עברו של x עוזר לחזות את y מעבר למה שעברו של y עצמו מלמד, ולהפך?",
			"Czy przeszłość x pomaga przewidzieć y ponad to, co mówi przeszłość samego y – i odwrotnie?",
		},
		Assumes: Text{
			"One series in time order without trend; it tells of foresight, not of cause: a third series may drive both.",
			"סדרה אחת בסדר הזמן ללא מגמה; המבחן מעיד על כושר חיזוי ולא על סיבתיות: סדרה שלישית עשויה להניע את שתיהן.",
			"Jeden szereg w porządku czasu bez trendu; mówi o przewidywaniu, nie o przyczynie: trzeci szereg może napędzać oba.",
		},
		Formula:    "F of y on its lags 1…k with against without the lags 1…k of x; df k and n − 3k − 1",
		Reference:  "Granger (1969), doi:10.2307/1912791; Thurman & Fisher (1988), doi:10.2307/1242018",
		Convention: "-lags names the orders, default 1-4",
		Example:    "rapport stat granger -data chickegg.csv -x chicken -y egg -lags 1-4",
		Needs:      []string{"data", "y", "x"},
		Figures:    []string{"F", "p"},
		Run:        runGranger,
	})
}

func runDlag(_ context.Context, in Input) (*Result, error) {
	lags := in.Lags
	if lags == nil {
		lags = []int{0, 1, 2, 3, 4}
	}
	if in.Unit != "" {
		return runPanelDlag(in, lags)
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	x, err := in.Table.Num(in.X[0])
	if err != nil {
		return nil, err
	}
	var time []int
	if in.Time != "" {
		if time, err = in.Table.Periods(in.Time); err != nil {
			return nil, err
		}
	}
	hac := -1
	if in.LagGiven {
		hac = in.Lag
	}
	r, err := stats.DistributedLag(x, y, time, lags, hac)
	if err != nil {
		return nil, err
	}
	res := &Result{Convention: fmt.Sprintf("Newey–West, lag %d, no factor, no prewhitening", r.HACLag)}
	res.addFit(r.Fit, variant{r.SE, same(float64(r.Fit.DF()), r.Fit.K)}, in.Level)
	res.Add("hac_lag", r.HACLag)
	what := fmt.Sprintf("nw%d_raw", r.HACLag)
	for j, name := range r.Fit.Name {
		res.Add("coef."+name, r.Fit.Coef[j])
		res.Add("se_"+what+"."+name, r.SE[j])
	}
	for i := range r.Lags {
		name := r.Fit.Name[i+1]
		res.Add("cumulative."+name, r.Cumulative[i])
		res.Add("se_cumulative_"+what+"."+name, r.CumulativeSE[i])
	}
	return res, nil
}

// runPanelDlag puts every lag of every x into one two-way fixed-effects regression.
func runPanelDlag(in Input, lags []int) (*Result, error) {
	var names []string
	for _, x := range in.X {
		for _, l := range lags {
			if l == 0 {
				names = append(names, x)
			} else {
				names = append(names, fmt.Sprintf("%s@%d", x, l))
			}
		}
	}
	firstX := in.X[0]
	in.X, in.Lag = names, 0
	if in.Time == "" {
		return nil, timeNeeded()
	}
	p, err := in.Panel()
	if err != nil {
		return nil, err
	}
	r, err := stats.TwoWayFE(p, stats.FEOptions{Convention: stats.Convention(in.Convention), Level: in.Level})
	if err != nil {
		return nil, err
	}
	res := &Result{Convention: "two-way fixed effects, CR1 " + string(r.Convention)}
	res.Coef(r.Coef[0])
	res.Add("df", r.Clusters-1)
	res.Add("n_obs", r.N)
	res.Add("n_units", r.Units)
	res.coefRows(r.Coef)
	v, _ := r.Fit.Cluster(pickInts(p.Unit, r.Rows))
	var upTo []int
	for i, l := range lags {
		upTo = append(upTo, i)
		b, se := r.Fit.Sum(upTo, v)
		at := fmt.Sprintf("%s.lag%02d", firstX, l)
		res.Add("cumulative."+at, b)
		res.Add("se_cumulative."+at, se*math.Sqrt(r.Factor))
	}
	res.addSorted(r.Variants(p, []int{1, 2, 3, 4}))
	return res, nil
}

func pickInts(xs, rows []int) []int {
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = xs[r]
	}
	return out
}

func runGranger(_ context.Context, in Input) (*Result, error) {
	if in.Time != "" {
		sorted, err := in.Table.sortedBy(in.Time)
		if err != nil {
			return nil, err
		}
		in.Table = sorted
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	x, err := in.Table.Num(in.X[0])
	if err != nil {
		return nil, err
	}
	orders := in.Lags
	if orders == nil {
		orders = []int{1, 2, 3, 4}
		if in.Lag > 0 {
			orders = []int{in.Lag}
		}
	}
	res := &Result{Columns: []string{"from", "to", "order", "F", "df1", "df2", "p"}}
	for i, k := range orders {
		for d, pair := range [][2]string{{in.X[0], in.Y}, {in.Y, in.X[0]}} {
			from, to := x, y
			if d == 1 {
				from, to = y, x
			}
			f, p, df1, df2, err := stats.Granger(from, to, k)
			if err != nil {
				return nil, err
			}
			if i == 0 && d == 0 {
				res.Add("F", f)
				res.Add("p", p)
				res.Add("df1", df1)
				res.Add("df2", df2)
				res.Add("n_obs", len(y)-k)
			}
			at := pair[0] + "_to_" + pair[1]
			res.Add(fmt.Sprintf("%s_F_order%d", at, k), f)
			res.Add(fmt.Sprintf("%s_p_order%d", at, k), p)
			res.Rows = append(res.Rows, []any{pair[0], pair[1], k, f, df1, df2, p})
		}
	}
	return res, nil
}
