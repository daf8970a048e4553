package stats_test

import (
	"context"
	"math"
	"testing"

	"rapport/internal/stats"
)

// FuzzPanel feeds every exported function of the association, regression, dynamics and multiplicity files: none may
// panic, and a result without an error holds no NaN where a number is promised.
func FuzzPanel(f *testing.F) {
	f.Add([]byte{40, 80, 120, 200, 33, 90, 77, 140, 201, 99, 61, 250}, uint8(39), uint8(3))
	f.Add([]byte{}, uint8(0), uint8(0))
	f.Add([]byte{128, 128, 128}, uint8(30), uint8(5))
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 100}, uint8(18), uint8(2))
	f.Add([]byte{3, 200, 100, 60, 4, 90, 220, 45, 3, 180}, uint8(33), uint8(4))
	f.Fuzz(func(t *testing.T, data []byte, size, groups uint8) {
		n, g := int(size%48), int(groups%6)+1
		x, y, z := wildNumbers(data, n), wildNumbers(append(data, 77), n), wildNumbers(append(data, 13, 99), n)
		unit, time := make([]int, n), make([]int, n)
		for i := range unit {
			unit[i], time[i] = i%g, i/g+i%g/3
		}
		ctx := context.Background()
		number := func(what string, err error, v ...float64) {
			if err != nil {
				return
			}
			for _, a := range v {
				if math.IsNaN(a) {
					t.Fatalf("%s returned NaN without a reason: %v", what, v)
				}
			}
		}
		r, err := stats.Pearson(x, y, .95)
		if err == nil {
			number("pearson", err, r.R, r.T, r.P)
		}
		if s, err := stats.Spearman(x, y, .9); err == nil {
			number("spearman", err, s.R, s.P)
		}
		if k, err := stats.Kendall(x, y, .9); err == nil {
			number("kendall", err, k.Tau, k.Z, k.P)
		}
		for _, ranks := range []bool{false, true} {
			if p, err := stats.Partial(x, y, [][]float64{z}, ranks, .95); err == nil {
				number("partial", err, p.Partial.R, p.SemiPartial.R, p.Partial.P)
			}
		}
		if c, err := stats.RMCorr(unit, x, y, .95); err == nil {
			number("rmcorr", err, c.R, c.P, c.Slope)
		}
		if l, err := stats.LagProfile(unit, time, x, y, []int{0, 1, 40, -2}, .95); err == nil {
			for _, p := range l {
				if p.R != nil {
					number("lag profile", nil, p.R.R, p.R.P)
				}
			}
		}
		if e, err := stats.EffectiveN(unit, time, x, y, .95); err == nil {
			number("effective", err, e.NEff, e.P)
		}
		if s, err := stats.Stability(unit, time, x, y, .95); err == nil {
			number("stability", err, s.Difference, s.Early.R)
		}
		grid := &stats.Grid{M: 3}
		for i := range x {
			grid.Unit, grid.Time = append(grid.Unit, int32(unit[i])), append(grid.Time, int32(time[i]))
			grid.Values = append(grid.Values, x[i], y[i], z[i])
		}
		for _, lags := range [][]int{{0}, {0, 1, 5}} {
			if _, err := stats.RMCorrMatrix(ctx, grid, lags, .95); err == nil && n == 0 {
				t.Fatal("a matrix of nothing")
			}
		}
		p := &stats.Panel{Unit: unit, Time: time, Y: y, X: [][]float64{x, z}, Name: []string{"x", "z"}}
		for _, o := range []stats.FEOptions{{}, {OneWay: true}, {Convention: stats.LSDV}, {Cluster: time}} {
			fe, err := stats.TwoWayFE(p, o)
			if err != nil {
				continue
			}
			number("twfe", nil, fe.Coef[0].B, fe.Coef[0].SE, fe.R2Within)
			if !o.OneWay {
				fe.Variants(p, []int{0, 1, 50})
			}
		}
		if c, err := stats.CCE(p, .95); err == nil {
			number("cce", nil, c.Coef[0].B, c.Coef[1].SE)
		}
		for _, o := range []stats.WildOptions{{Draws: 50}, {Draws: 50, Effects: stats.TwoWay, Webb: true}, {Draws: 70, Effects: stats.UnitEffects, Unrestricted: true}, {Draws: 50, Cluster: time}} {
			if w, err := stats.WildCluster(ctx, p, 1, o); err == nil {
				number("wild", nil, w.B, w.P, w.PGe)
			}
		}
		complete, _ := p.Complete()
		if m, err := stats.OLS(complete.Y, complete.X, complete.Name); err == nil {
			number("ols", nil, m.Coef...)
			for k := range 4 {
				m.HC(k)
			}
			m.HAC(2)
			m.AutoLag(0)
			m.AutoLag(1)
			_, _ = m.HACPrewhitened(1)
			_, _, _ = m.CR2(complete.Unit)
			m.DriscollKraay(complete.Time, 1)
			m.TwoWayCluster(complete.Unit, complete.Time, func(int) float64 { return 1 })
			m.DurbinWatson()
			_, _, _ = m.BreuschGodfrey(2)
			m.FTest()
			m.VIF()
		}
		_, _, _ = stats.LjungBox(x, 3)
		_, _, _, _, _ = stats.Granger(x, y, 1+g)
		if d, err := stats.DistributedLag(x, y, nil, []int{0, 1}, -1); err == nil {
			number("distributed lag", nil, d.Fit.Coef...)
		}
		for _, adjust := range []func([]float64) ([]float64, error){stats.BH, stats.BY, stats.Holm, stats.Hochberg, stats.Bonferroni} {
			if q, err := adjust(z); err == nil && len(q) != n {
				t.Fatal("adjusted another number of p-values")
			}
		}
		_, _, _ = stats.FCRNormal(x, y, nil, .9)
		_, _ = stats.RankIntervals(ctx, x, y, .9, 100, 1)
		_, _ = stats.FCR(n, unit, .9, func(int, float64) stats.Interval { return stats.Interval{} })
	})
}
