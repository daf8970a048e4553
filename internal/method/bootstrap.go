package method

import (
	"context"
	"fmt"
	"math"
	"slices"

	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "bootstrap",
		Title: Text{"Bootstrap", "בוטסטרפ", "Bootstrap"},
		Summary: Text{
			"How far a figure would move if other rows, other teams or another stretch of time had been drawn.",
			"עד כמה נתון היה משתנה אילו נדגמו שורות אחרות, צוותים אחרים או פרק זמן אחר.",
			"O ile zmieniłaby się liczba, gdyby wylosowano inne wiersze, inne zespoły lub inny odcinek czasu.",
		},
		Assumes: Text{
			"What is drawn – rows, teams or blocks of time – is independent of the rest; below about 20 teams the intervals are too short.",
			"מה שנדגם – שורות, צוותים או מקטעי זמן – בלתי תלוי בשאר; מתחת לכ-20 צוותים הרווחים קצרים מדי.",
			"To, co się losuje – wiersze, zespoły lub bloki czasu – jest niezależne od reszty; poniżej około 20 zespołów przedziały są za krótkie.",
		},
		Formula:    "percentile: F⁻¹(α/2), F⁻¹(1−α/2); basic: 2θ̂ − percentile; BCa: F⁻¹(Φ(z₀ + (z₀+z_α)/(1−a(z₀+z_α)))), a = ΣL³/(6(ΣL²)^1.5)",
		Reference:  "Efron (1987), Better bootstrap confidence intervals, JASA 82:171–185, doi:10.1080/01621459.1987.10478410; Künsch (1989), doi:10.1214/aos/1176347265",
		Convention: "quantile type 1 (inverse distribution function); every resample enumerated when there are at most 100,000",
		Example:    "rapport stat bootstrap -data grunfeld.csv -unit firm -y inv -x value,capital",
		Needs:      []string{"data", "y"},
		Uses:       []string{"cluster"},
		Figures:    []string{"estimate", "boot_mean", "boot_se", "pct_lo", "pct_hi", "bca_lo", "bca_hi"},
		Run:        runBootstrap,
	})
}

func (in Input) bootOptions() stats.BootOptions {
	return stats.BootOptions{Reps: in.Reps, Seed: in.Seed, Level: in.Level}
}

// bootValues lists a bootstrap under a prefix.
func bootValues(prefix string, b stats.Boot) []Value {
	return []Value{
		{prefix + "estimate", b.Estimate},
		{prefix + "boot_mean", b.Mean},
		{prefix + "boot_se", b.SE},
		{prefix + "pct_lo", b.Pct.Lo},
		{prefix + "pct_hi", b.Pct.Hi},
		{prefix + "basic_lo", b.Basic.Lo},
		{prefix + "basic_hi", b.Basic.Hi},
		{prefix + "bca_z0", b.Z0},
		{prefix + "bca_a", b.Accel},
		{prefix + "bca_lo", b.BCa.Lo},
		{prefix + "bca_hi", b.BCa.Hi},
	}
}

// runBootstrap chooses the statistic by what is given: -unit and -x: slopes within units (and, with one x, the
// repeated-measures correlation), whole units drawn; -x without -unit: ratio of means, slope and correlation, rows (or
// -cluster) drawn; neither: the mean, rows drawn, and the mean of the series in blocks (-lags are the block lengths).
func runBootstrap(ctx context.Context, in Input) (*Result, error) {
	res := &Result{}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	if len(in.X) == 0 {
		return res, in.bootSeries(ctx, res, y)
	}
	var x [][]float64
	var names []string
	for _, name := range in.X {
		v, err := in.laggedX(name, in.Lag)
		if err != nil {
			return nil, err
		}
		x, names = append(x, v), append(names, name)
	}
	first := true
	add := func(clusters int, stat stats.CountStat, err error, names ...string) error {
		if err != nil {
			return err
		}
		run, err := stats.Bootstrap(ctx, clusters, len(names), stat, in.bootOptions())
		if err != nil {
			return err
		}
		if first {
			res.Values = bootValues("", run.Stats[0])
			res.Add("n_clusters", run.Clusters)
			res.Add("n_distinct_resamples", run.Resamples)
			res.Add("prob_degenerate", run.Degenerate)
			res.Add("exact", run.Exact)
			first = false
		}
		for j, name := range names {
			res.Values = append(res.Values, bootValues(name+".", run.Stats[j])...)
		}
		return nil
	}
	if in.Unit != "" {
		unit, err := in.Table.Units(in.Unit)
		if err != nil {
			return nil, err
		}
		if in.Convention == "rmcorr" {
			k, s, err := stats.BootRepeatedCorrelation(unit, x[0], y)
			return res, add(k, s, err, "r")
		}
		k, s, err := stats.BootWithinSlopes(unit, y, x)
		if err := add(k, s, err, names...); err != nil {
			return nil, err
		}
		if len(x) == 1 {
			k, s, err := stats.BootRepeatedCorrelation(unit, x[0], y)
			return res, add(k, s, err, "r")
		}
		return res, nil
	}
	cluster, err := in.clusters()
	if err != nil {
		return nil, err
	}
	k, s, err := stats.BootRatio(cluster, y, x[0])
	if err := add(k, s, err, "ratio"); err != nil {
		return nil, err
	}
	k, s, err = stats.BootRegression(cluster, y, x)
	slopes := slices.Clone(names)
	if len(x) == 1 {
		slopes = append(slopes, "pearson")
	}
	return res, add(k, s, err, slopes...)
}

// bootSeries bootstraps the mean of one column: rows, and blocks of neighbouring rows in the order of -time.
func (in Input) bootSeries(ctx context.Context, res *Result, y []float64) error {
	if in.Time != "" {
		t, err := in.Table.Periods(in.Time)
		if err != nil {
			return err
		}
		order := make([]int, len(y))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return t[a] - t[b] })
		sorted := make([]float64, len(y))
		for k, i := range order {
			sorted[k] = y[i]
		}
		y = sorted
	}
	y = slices.DeleteFunc(slices.Clone(y), math.IsNaN)
	cluster, err := in.clusters()
	if err != nil {
		return err
	}
	one := make([]float64, len(y))
	for i := range one {
		one[i] = 1
	}
	if len(y) < in.Table.Rows() && cluster != nil {
		return stats.Refuse(stats.NotFinite, "a missing value in -y with -cluster")
	}
	k, s, err := stats.BootRatio(cluster, y, one)
	if err != nil {
		return err
	}
	run, err := stats.Bootstrap(ctx, k, 1, s, in.bootOptions())
	if err != nil {
		return err
	}
	res.Values = bootValues("", run.Stats[0])
	for _, v := range bootValues("mean.", run.Stats[0]) {
		res.Vary(v.Name, v.V)
	}
	res.Add("n", len(y))
	res.Add("mean", run.Stats[0].Estimate)
	res.Add("n_clusters", run.Clusters)
	res.Add("n_distinct_resamples", run.Resamples)
	res.Add("prob_degenerate", run.Degenerate)
	res.Add("exact", run.Exact)
	lengths := in.Lags
	if len(lengths) == 0 {
		lengths = []int{int(math.Round(math.Cbrt(float64(len(y))))), 5, 10}
		slices.Sort(lengths)
		lengths = slices.Compact(lengths)
	}
	for _, l := range lengths {
		for _, kind := range []string{"cbb", "mbb"} {
			b, err := stats.BlockBootstrap(ctx, y, l, kind == "cbb", in.bootOptions())
			if err != nil {
				if len(in.Lags) > 0 {
					return err
				}
				continue // a default length that does not suit so short a series
			}
			if !res.has("naive_se") {
				res.Add("naive_se", b.NaiveSE)
			}
			p := fmt.Sprintf("l%02d.%s_", l, kind)
			res.Add(p+"se", b.SE)
			res.Add(p+"mean", b.Mean)
			res.Add(p+"pct_lo", b.Pct.Lo)
			res.Add(p+"pct_hi", b.Pct.Hi)
		}
	}
	res.Notes = append(res.Notes, "The block figures (lNN.…, NN periods a block) are for one series in order of time; the others take rows as independent.")
	return nil
}

func (r *Result) has(name string) bool {
	return slices.ContainsFunc(r.Values, func(v Value) bool { return v.Name == name })
}
