package method

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "its",
		Title: Text{"Interrupted time series", "סדרה עיתית קטועה", "Przerwany szereg czasowy"},
		Summary: Text{
			"Did one series jump or turn when something changed, against its own path before?",
			"האם סדרה אחת קפצה או שינתה כיוון כשמשהו השתנה, לעומת מסלולה הקודם?",
			"Czy jeden szereg skoczył lub zmienił kierunek, gdy coś się zmieniło, względem własnej wcześniejszej drogi?",
		},
		Assumes: Text{
			"The path before would have gone on and nothing else happened at the same time: there is no comparison group.",
			"המסלול הקודם היה נמשך ושום דבר אחר לא קרה באותו זמן: אין קבוצת השוואה.",
			"Wcześniejsza droga trwałaby dalej i nic innego nie zdarzyło się w tym samym czasie: nie ma grupy porównawczej.",
		},
		Formula:    "y = β₀ + β₁t + level·1{t ≥ T₀} + after·(t − T₀ + 1)₊ + season; Newey–West errors; GLS with AR(1) errors; Poisson: log E(y) = log(exposure) + Xβ",
		Reference:  "Wagner et al. (2002), doi:10.1046/j.1365-2710.2002.00430.x; Lopez Bernal et al. (2017), doi:10.1093/ije/dyw098; Newey & West (1987), doi:10.2307/1913610",
		Convention: "after counts from 1 in the first period after; -lag is the Newey–West lag; -by is the season (dummies, first value the base); -y log(COL) takes logs; -weights is the exposure of counts (then Poisson and quasi-Poisson models m1, m2, with season harmonics m3)",
		Example:    "rapport stat its -data seatbelts.csv -y log(drivers) -time t -treat law -by month -lag 6",
		Needs:      []string{"data", "y", "time"},
		Uses:       []string{"weights"},
		Figures:    []string{"ols.level", "se_nw6_adj.level", "gls_ar1_ml.level"},
		Params: []Param{
			{Name: "start", Default: math.NaN(), Optional: true, Help: "first period after (default: the first in which -treat is not 0)"},
			{Name: "season", Default: 12, Help: "length of the season for harmonics"},
			{Name: "pairs", Default: 2, Help: "pairs of harmonics in the seasonal count model"},
		},
		Run: runITS,
	})
}

var reLog = regexp.MustCompile(`^log\((.+)\)$`)

// itsSeries is the series in order of time.
type itsSeries struct {
	order  []int
	y      []float64
	start  int
	names  []string
	extra  [][]float64
	season []float64
}

func runITS(_ context.Context, in Input) (*Result, error) {
	s, err := in.itsSeries()
	if err != nil {
		return nil, err
	}
	res := &Result{}
	if in.Weights != "" || in.Convention == "poisson" || in.Convention == "quasipoisson" {
		return res, in.countSeries(res, s)
	}
	d := stats.SeriesDesign{Y: s.y, Start: s.start, Extra: s.extra, Names: s.names}
	if s.season != nil {
		levels := slices.Clone(s.season)
		slices.Sort(levels)
		levels = slices.Compact(levels)
		for _, l := range levels[1:] {
			col := make([]float64, len(s.y))
			for i, v := range s.season {
				if v == l {
					col[i] = 1
				}
			}
			d.Extra, d.Names = append(slices.Clone(d.Extra), col), append(slices.Clone(d.Names), fmt.Sprintf("m%02d", int(l)))
		}
	}
	n := float64(len(s.y))
	lags := []int{in.Lag}
	if !in.LagGiven {
		lags = []int{int(4 * math.Pow(n/100, 2./9)), 6, 12}
	}
	for k, lag := range lags {
		if lag >= len(s.y) {
			continue
		}
		r, err := stats.InterruptedSeries(d, lag, in.Level)
		if err != nil {
			return nil, err
		}
		if k == 0 {
			res.interrupted(r)
		}
		for j, name := range r.Names {
			res.Vary(fmt.Sprintf("se_nw%d_raw.%s", lag, name), r.NWRaw[j])
			res.Vary(fmt.Sprintf("se_nw%d_adj.%s", lag, name), r.NWAdj[j])
		}
	}
	return res, nil
}

func (r *Result) interrupted(s *stats.Interrupted) {
	r.Add("b", s.REML.B[2])
	r.Add("se", s.REML.SE[2])
	r.Add("ci_lo", s.LevelCI[2].Lo)
	r.Add("ci_hi", s.LevelCI[2].Hi)
	r.Add("ols_nw_ci_lo", s.LevelCI[0].Lo)
	r.Add("ols_nw_ci_hi", s.LevelCI[0].Hi)
	r.Add("ml_ci_lo", s.LevelCI[1].Lo)
	r.Add("ml_ci_hi", s.LevelCI[1].Hi)
	r.Add("n", s.N)
	r.Add("n_pre", s.Pre)
	r.Add("n_post", s.Post)
	r.Add("nw_lag", s.Lag)
	r.Add("durbin_watson", s.DW)
	r.Add("gls_ar1_ml.phi", s.ML.Phi)
	r.Add("gls_ar1_ml.loglik", s.ML.LogLik)
	r.Add("gls_ar1_reml.phi", s.REML.Phi)
	r.Add("effect_at_end_ols", s.EffectAtEnd)
	r.Add("effect_at_end_se", s.EndSE)
	r.Columns = []string{"name", "ols", "se_ols", "se_nw", "ml", "se_ml", "reml"}
	for j, name := range s.Names {
		r.Rows = append(r.Rows, []any{name, s.OLS.B[j], s.OLS.SE[j], s.NWAdj[j], s.ML.B[j], s.ML.SE[j], s.REML.B[j]})
		r.Vary("ols."+name, s.OLS.B[j])
		r.Vary("se_ols."+name, s.OLS.SE[j])
		r.Vary("gls_ar1_ml."+name, s.ML.B[j])
		r.Vary("se_gls_ar1_ml."+name, s.ML.SE[j])
		r.Vary("gls_ar1_reml."+name, s.REML.B[j])
		r.Vary("se_gls_ar1_reml."+name, s.REML.SE[j])
	}
	r.Notes = append(r.Notes, "b is the level change by AR(1) REML, which keeps its interval honest; the others stand beside it. There is no comparison group: indicative at best.")
}

// countSeries fits counts: m1 Poisson, m2 quasi-Poisson, m3 quasi-Poisson with season harmonics (-by), m4 with a change of slope.
func (in Input) countSeries(res *Result, s *itsSeries) error {
	var exposure []float64
	if in.Weights != "" {
		v, err := in.Table.Num(in.Weights)
		if err != nil {
			return err
		}
		exposure = reorder(v, s.order)
	}
	n := len(s.y)
	one, level, after, time := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	t, err := in.Table.Num(in.Time)
	if err != nil {
		for i := range time {
			time[i] = float64(i + 1)
		}
	} else {
		time = reorder(t, s.order)
	}
	for i := range n {
		one[i] = 1
		if i >= s.start {
			level[i], after[i] = 1, float64(i-s.start+1)
		}
	}
	name := in.Treat
	if name == "" {
		name = "level"
	}
	cols, names := append([][]float64{one, level, time}, s.extra...), append([]string{"Intercept", name, in.Time}, s.names...)
	pairs := int(in.Param("pairs"))
	for _, m := range []string{"m1", "m2", "m3", "m4"} {
		x, xn := slices.Clone(cols), slices.Clone(names)
		if m == "m3" || m == "m4" {
			if s.season != nil {
				x = append(x, stats.Harmonics(s.season, in.Param("season"), pairs)...)
				for _, k := range []string{"s", "c"} {
					for i := 1; i <= pairs; i++ {
						xn = append(xn, k+strconv.Itoa(i))
					}
				}
			} else if m == "m3" {
				continue
			}
		}
		if m == "m4" {
			x, xn = append(x, after), append(xn, "after")
		}
		f, err := stats.PoissonRegression(s.y, exposure, x, xn, in.Level)
		if err != nil {
			return err
		}
		se, ci, disp := f.QuasiSE, f.QuasiCI, f.Dispersion
		if m == "m1" {
			se, ci, disp = f.SE, f.CI, 1
		}
		put := res.Add
		if m == "m4" {
			put = res.Vary
		}
		put(m+".rr_"+name, f.Rate[1])
		put(m+".rr_lo", ci[1].Lo)
		put(m+".rr_hi", ci[1].Hi)
		put(m+".dispersion", disp)
		put(m+".deviance", f.Deviance)
		for j, c := range xn {
			put(m+".coef."+c, f.B[j])
			put(m+".se."+c, se[j])
		}
	}
	res.Add("n", n)
	res.Notes = append(res.Notes, "m1 Poisson, m2 quasi-Poisson, m3 quasi-Poisson with season harmonics, m4 with a change of slope as well (-json).")
	return nil
}

func reorder(v []float64, order []int) []float64 {
	out := make([]float64, len(order))
	for k, i := range order {
		out[k] = v[i]
	}
	return out
}

func (in Input) itsSeries() (*itsSeries, error) {
	s := &itsSeries{start: -1}
	period, err := in.Table.Periods(in.Time)
	if err != nil {
		return nil, err
	}
	s.order = make([]int, len(period))
	for i := range s.order {
		s.order[i] = i
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return period[a] - period[b] })
	for k := 1; k < len(s.order); k++ {
		if period[s.order[k]] == period[s.order[k-1]] {
			return nil, errs.Invalid("two_rows").Because(fmt.Errorf("two rows in one period: its takes one series"))
		}
		if k > 1 && period[s.order[k]]-period[s.order[k-1]] != period[s.order[1]]-period[s.order[0]] {
			return nil, errs.Invalid("gap_in_series").With("line", in.Table.Line(s.order[k])).Because(fmt.Errorf("line %d: periods are missing before this row, and a gap would pass for one step", in.Table.Line(s.order[k])))
		}
	}
	col, log := in.Y, false
	if m := reLog.FindStringSubmatch(in.Y); m != nil && !in.Table.Has(in.Y) {
		col, log = m[1], true
	}
	y, err := in.Table.Num(col)
	if err != nil {
		return nil, err
	}
	s.y = reorder(y, s.order)
	if log {
		for i, v := range s.y {
			if !(v > 0) {
				return nil, stats.Refuse(stats.OutOfRange, "log of %v", v)
			}
			s.y[i] = math.Log(v)
		}
	}
	if in.Treat != "" {
		t, err := in.Table.Num(in.Treat)
		if err != nil {
			return nil, err
		}
		s.start = slices.IndexFunc(reorder(t, s.order), func(v float64) bool { return v != 0 })
	}
	if v := in.Param("start"); !math.IsNaN(v) {
		s.start = slices.IndexFunc(s.order, func(i int) bool { return float64(period[i]) >= v })
	}
	if s.start < 0 {
		return nil, errs.Invalid("start_needed").Because(fmt.Errorf("say with -treat (a 0/1 column) or -start when the change came"))
	}
	for _, name := range in.X {
		if name == in.Treat || name == in.Time {
			continue // they are in the model already
		}
		v, err := in.Table.Num(name)
		if err != nil {
			return nil, err
		}
		s.extra, s.names = append(s.extra, reorder(v, s.order)), append(s.names, name)
	}
	if len(in.By) > 0 {
		v, err := in.Table.Num(in.By[0])
		if err != nil {
			return nil, err
		}
		s.season = reorder(v, s.order)
	}
	return s, nil
}
