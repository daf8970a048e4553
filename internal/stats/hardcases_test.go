package stats_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"rapport/internal/stats"
)

// TestHardNumbers moves and scales a panel to where naive sums lose every digit: figures must not move.
func TestHardNumbers(t *testing.T) {
	base := benchPanel(12, 30, .05)
	want := figures(t, base)
	for name, c := range map[string]struct{ ax, bx, ay, by, tol float64 }{
		"offset 1e9, unit variance": {1, 1e9, 1, -1e9, 2e-6},
		"scale 1e-12":               {1e-12, 0, 1e-12, 0, 1e-9},
		"scale 1e12":                {1e12, 0, 1e-12, 0, 1e-9},
		"near constant":             {1e-6, 1000, 1, 0, 1e-7},
	} {
		t.Run(name, func(t *testing.T) {
			p := &stats.Panel{Unit: base.Unit, Time: base.Time, Name: base.Name}
			x := make([]float64, len(base.Y))
			for i := range x {
				x[i] = c.ax*base.X[0][i] + c.bx
				p.Y = append(p.Y, c.ay*base.Y[i]+c.by)
			}
			p.X = [][]float64{x}
			for k, v := range figures(t, p) {
				if math.Abs(v-want[k]) > c.tol*math.Max(1, math.Abs(want[k])) {
					t.Errorf("%s = %v, want %v", k, v, want[k])
				}
			}
		})
	}
}

// figures are the scale-free results of every panel method.
func figures(t *testing.T, p *stats.Panel) map[string]float64 {
	t.Helper()
	fail := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]float64{}
	rm, err := stats.RMCorr(p.Unit, p.X[0], p.Y, .95)
	fail(err)
	got["rmcorr"], got["rmcorr p"] = rm.R, rm.P
	fe, err := stats.TwoWayFE(p, stats.FEOptions{})
	fail(err)
	got["twfe t"] = fe.Coef[0].T
	cce, err := stats.CCE(p, .95)
	fail(err)
	got["cce t"] = cce.Coef[0].T
	w, err := stats.WildCluster(context.Background(), p, 0, stats.WildOptions{Effects: stats.TwoWay})
	fail(err)
	got["wild t"], got["wild p"] = w.T, w.P
	r, err := stats.Pearson(p.X[0], p.Y, .95)
	fail(err)
	got["pearson"] = r.R
	c, _ := p.Complete()
	m, err := stats.OLS(c.Y, c.X, []string{"x"})
	fail(err)
	got["ols t"] = m.Coef[1] / stats.StdErr(m.Classical())[1]
	_, df, err := fe.Fit.CR2(pickUnits(p.Unit, fe.Rows))
	fail(err)
	got["cr2 df"] = df[0]
	return got
}

func pickUnits(xs, rows []int) []int {
	var out []int
	for _, r := range rows {
		out = append(out, xs[r])
	}
	return out
}

// TestTwoWayFEAgainstDummies compares the absorbed regression with one on every dummy, on a panel full of holes and in
// two disconnected parts.
func TestTwoWayFEAgainstDummies(t *testing.T) {
	p := benchPanel(8, 12, .3)
	for i, u := range p.Unit { // two units that share no period with the others
		if u > 98 {
			p.Time[i] += 500
		}
	}
	fe, err := stats.TwoWayFE(p, stats.FEOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := p.Complete()
	cols, names := [][]float64{c.X[0]}, []string{"x"}
	add := func(level []int) {
		seen := map[int]bool{}
		for _, l := range level {
			if seen[l] {
				continue
			}
			seen[l] = true
			d := make([]float64, len(level))
			for i, v := range level {
				if v == l {
					d[i] = 1
				}
			}
			try := append(append([][]float64(nil), cols...), d)
			if _, err := stats.OLS(c.Y, try, append(append([]string(nil), names...), "d")); err == nil {
				cols, names = try, append(names, "d")
			}
		}
	}
	add(c.Unit)
	add(c.Time)
	m, err := stats.OLS(c.Y, cols, names)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(m.Coef[1]-fe.Coef[0].B) > 1e-9*math.Abs(m.Coef[1]) {
		t.Errorf("slope %v, with dummies %v", fe.Coef[0].B, m.Coef[1])
	}
	if m.K-1 != fe.RankFE {
		t.Errorf("rank %d, with dummies %d", fe.RankFE, m.K-1)
	}
}

func TestRefusals(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	four := []float64{1, 2, 4, 9}
	unit, time := []int{1, 1, 2, 2}, []int{1, 2, 1, 2}
	panel := func(x ...[]float64) *stats.Panel { return &stats.Panel{Unit: unit, Time: time, Y: four, X: x} }
	long := benchPanel(12, 30, 0)
	for name, c := range map[string]struct {
		want stats.Reason
		err  error
	}{
		"pearson constant": {stats.NoVariation, second(stats.Pearson([]float64{7.3, 7.3, 7.3, 7.3}, four, .95))},
		"pearson inf":      {stats.NotFinite, second(stats.Pearson([]float64{1, inf, 3, 4}, four, .95))},
		"pearson missing":  {stats.InsufficientObservations, second(stats.Pearson([]float64{nan, nan, 3, 4}, four, .95))},
		"pearson ragged":   {stats.LengthMismatch, second(stats.Pearson(four[:3], four, .95))},
		"pearson level":    {stats.OutOfRange, second(stats.Pearson(four, four, 1.5))},
		"kendall constant": {stats.NoVariation, second(stats.Kendall([]float64{2, 2, 2, 2}, four, .95))},
		"rmcorr within":    {stats.NoVariation, second(stats.RMCorr(unit, []float64{5, 5, 8, 8}, four, .95))},
		"rmcorr few":       {stats.InsufficientObservations, second(stats.RMCorr([]int{1, 2, 3, 4}, four, four, .95))},
		"ols by name":      {stats.Collinear, second(stats.OLS([]float64{1, 3, 2, 5, 4, 9}, [][]float64{{1, 2, 3, 4, 5, 7}, {3, 5, 7, 9, 11, 15}}, []string{"a", "b"}))},
		"ols constant":     {stats.NoVariation, second(stats.OLS([]float64{1, 3, 2, 5}, [][]float64{{.1, .1, .1, .1}}, []string{"a"}))},
		"twfe one unit":    {stats.InsufficientTeams, second(stats.TwoWayFE(&stats.Panel{Unit: []int{1, 1, 1, 1}, Time: []int{1, 2, 3, 4}, Y: four, X: [][]float64{{1, 3, 2, 5}}}, stats.FEOptions{}))},
		"twfe one period":  {stats.InsufficientPeriods, second(stats.TwoWayFE(&stats.Panel{Unit: []int{1, 2, 3, 4}, Time: []int{1, 1, 1, 1}, Y: four, X: [][]float64{{1, 3, 2, 5}}}, stats.FEOptions{}))},
		"twfe too few":     {stats.InsufficientObservations, second(stats.TwoWayFE(panel([]float64{1, 3, 2, 7}), stats.FEOptions{}))},
		"twfe nothing":     {stats.InsufficientTeams, second(stats.TwoWayFE(&stats.Panel{X: [][]float64{{}}}, stats.FEOptions{}))},
		"twfe convention":  {stats.OutOfRange, second(stats.TwoWayFE(long, stats.FEOptions{Convention: "other"}))},
		"cce short":        {stats.InsufficientTeams, second(stats.CCE(panel(four), .95))},
		"lag twice":        {stats.OutOfRange, second(stats.Lagged([]int{1, 1}, []int{3, 3}, []float64{1, 2}, 1))},
		"bh":               {stats.OutOfRange, second(stats.BH([]float64{.1, 1.2}))},
		"granger short":    {stats.InsufficientObservations, second5(stats.Granger(four, four, 2))},
	} {
		var r *stats.Refusal
		if !errors.As(c.err, &r) || r.Reason != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func second5(_, _ float64, _, _ int, err error) error { return err }

// TestLaggedJoinsOnTheCalendar: a week left out is a hole, not the row before.
func TestLaggedJoinsOnTheCalendar(t *testing.T) {
	got, err := stats.Lagged([]int{7, 7, 7, 8}, []int{10, 12, 13, 13}, []float64{1, 2, 3, 4}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(got[0]) || !math.IsNaN(got[1]) || got[2] != 2 || !math.IsNaN(got[3]) {
		t.Errorf("lag 1: %v", got)
	}
	lead, _ := stats.Lagged([]int{7, 7, 7, 8}, []int{10, 12, 13, 13}, []float64{1, 2, 3, 4}, -1)
	if lead[1] != 3 || !math.IsNaN(lead[2]) {
		t.Errorf("lead 1: %v", lead)
	}
}

func TestWildClusterSeeded(t *testing.T) {
	p := benchPanel(30, 10, .05)
	opt := stats.WildOptions{Effects: stats.TwoWay, Draws: 999, Seed: 4}
	a, err := stats.WildCluster(context.Background(), p, 0, opt)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := stats.WildCluster(context.Background(), p, 0, opt)
	if a.P != b.P || a.CI != b.CI || a.Exact {
		t.Errorf("the same seed gave %+v and %+v", a, b)
	}
	opt.Webb = true
	w, err := stats.WildCluster(context.Background(), p, 0, opt)
	if err != nil || math.Abs(w.P-a.P) > .1 {
		t.Errorf("Webb weights: %+v, %v; Rademacher p %v", w, err, a.P)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := stats.WildCluster(stopped, p, 0, opt); err == nil {
		t.Error("a canceled context was not noticed")
	}
}

func TestSelection(t *testing.T) {
	b, se := []float64{5, 1, -4, math.NaN(), .2}, []float64{1, 1, 1, 1, 1}
	selected, ci, err := stats.FCRNormal(b, se, nil, .95)
	if err != nil || len(selected) != 2 || selected[0] != 0 || selected[1] != 2 {
		t.Fatal(selected, err)
	}
	if half := 2.241402727604947; math.Abs(ci[0].Hi-5-half) > 1e-12 || !math.IsNaN(ci[1].Lo) { // level 1 − .05·2/4
		t.Error(ci)
	}
	ranks, err := stats.RankIntervals(context.Background(), []float64{10, 0, .1}, []float64{1, 1, 1}, .95, 2000, 1)
	if err != nil || ranks[0] != (stats.RankInterval{Lo: 1, Hi: 1}) || ranks[1] != (stats.RankInterval{Lo: 2, Hi: 3}) {
		t.Error(ranks, err)
	}
}

// TestEffectsSwallowRegressor: a regressor that is a unit effect plus a period effect, or one that differs from another
// by such, is refused by name, whatever its size.
func TestEffectsSwallowRegressor(t *testing.T) {
	for seed := range uint64(20) {
		g := grid(30, 20, 2, .2, seed)
		unit, time, x := column(g, 0)
		_, _, y := column(g, 1)
		effect := make([]float64, len(x))
		shifted := make([]float64, len(x))
		for i := range x {
			effect[i] = 1e3*math.Sin(float64(unit[i])) + math.Cos(float64(time[i]*7))/3
			shifted[i] = 3*x[i] + effect[i]
		}
		var r *stats.Refusal
		_, err := stats.TwoWayFE(&stats.Panel{Unit: unit, Time: time, Y: y, X: [][]float64{effect}, Name: []string{"effect"}}, stats.FEOptions{})
		if !errors.As(err, &r) || r.Reason != stats.NoVariation || r.Detail != "effect does not vary" {
			t.Errorf("seed %d: %v", seed, err)
		}
		_, err = stats.TwoWayFE(&stats.Panel{Unit: unit, Time: time, Y: y, X: [][]float64{x, shifted}, Name: []string{"x", "shifted"}}, stats.FEOptions{})
		if !errors.As(err, &r) || r.Reason != stats.Collinear {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// TestOLSExactPolynomial is NIST's Wampler1 (y = 1 + x + … + x⁵ on 0…20): every coefficient is 1 to the last digit.
func TestOLSExactPolynomial(t *testing.T) {
	x := make([][]float64, 5)
	var y []float64
	for i := range 21 {
		v, sum := 1.0, 1.0
		for k := range x {
			v *= float64(i)
			sum += v
			x[k] = append(x[k], v)
		}
		y = append(y, sum)
	}
	m, err := stats.OLS(y, x, []string{"x1", "x2", "x3", "x4", "x5"})
	if err != nil {
		t.Fatal(err)
	}
	for j, b := range m.Coef {
		if b != 1 {
			t.Errorf("b%d = %.17g", j, b)
		}
	}
}
