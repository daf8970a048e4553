package stats_test

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"rapport/internal/stats"
)

// wildNumbers turns bytes into numbers, NaN, Inf, huge and tiny ones among them.
func wildNumbers(data []byte, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		if len(data) == 0 {
			out[i] = float64(i % 3)
			continue
		}
		b := data[i%len(data)]
		switch {
		case b < 6:
			out[i] = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, 1e-300, 0}[b]
		case len(data) >= 8 && b < 30:
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[(i*3)%(len(data)-7):]))
		default:
			out[i] = float64(int(b)-128) / 7 * float64(1+i%4)
		}
	}
	return out
}

func start0(n, g int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i / g
	}
	return out
}

// FuzzCause feeds every exported function of the causal, mediation, driver and bootstrap files: none may panic, and what
// they return without an error has no NaN where a number is promised.
func FuzzCause(f *testing.F) {
	f.Add([]byte{40, 80, 120, 200, 33, 90, 77, 140, 201, 99, 61, 250}, uint8(24), uint8(3))
	f.Add([]byte{}, uint8(0), uint8(0))
	f.Add([]byte{128, 128, 128}, uint8(30), uint8(5))
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 100}, uint8(18), uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, size, groups uint8) {
		n, g := int(size%40), int(groups%6)+1
		x, y, z := wildNumbers(data, n), wildNumbers(append(data, 77), n), wildNumbers(append(data, 13, 99), n)
		unit, flag, half, fl := make([]int, n), make([]bool, n), make([]bool, n), make([]float64, n)
		for i := range unit {
			unit[i], flag[i], half[i], fl[i] = i%g, i%g == 0, i >= n/2, float64(i/g)
		}
		cohort := make([]float64, n)
		for i := range cohort {
			cohort[i] = z[i]
			if !math.IsNaN(z[i]) && math.Abs(z[i]) < 1e6 {
				cohort[i] = float64(int(z[i]) % 6) // few cohorts, or every input would be thousands of cells
			}
		}
		ctx := context.Background()
		small := stats.BootOptions{Reps: 19, ExactUpTo: -1}
		number := func(what string, err error, v ...float64) {
			if err != nil {
				return
			}
			for _, a := range v {
				if math.IsNaN(a) {
					t.Errorf("%s: NaN without a refusal", what)
				}
			}
		}
		if k, s, err := stats.BootRatio(unit, y, x); err == nil {
			_, _ = stats.Bootstrap(ctx, k, 1, s, small)
		}
		if k, s, err := stats.BootRegression(nil, y, [][]float64{x}); err == nil {
			_, _ = stats.Bootstrap(ctx, k, 2, s, small)
		}
		if k, s, err := stats.BootWithinSlopes(unit, y, [][]float64{x, z}); err == nil {
			_, _ = stats.Bootstrap(ctx, k, 2, s, small)
		}
		if k, s, err := stats.BootRepeatedCorrelation(unit, x, y); err == nil {
			_, _ = stats.Bootstrap(ctx, k, 1, s, small)
		}
		_, _ = stats.BlockBootstrap(ctx, x, g, n%2 == 0, small)
		if m, err := stats.Mediation(ctx, x, y, z, nil, small); err == nil {
			number("mediation", err, m.AB, m.A.SE)
		}
		_, _ = stats.MediationWithin(ctx, unit, x, y, z, small)
		_, _ = stats.MediationPanel(ctx, unit, start0(n, g), x, y, z, small)
		_, _ = stats.Chain(ctx, unit, x, y, z, small)
		_, _ = stats.Drivers(y, [][]float64{x, z}, []string{"x", "z"})
		_, _ = stats.DriversBootstrap(ctx, y, [][]float64{x, z}, []string{"x", "z"}, unit, small)
		if d, err := stats.DiD(y, flag, half, unit, .95); err == nil {
			number("did", err, d.DiD)
		}
		_, _ = stats.DiD(y, flag, half, nil, .95)
		_, _ = stats.CallawaySantAnna(ctx, stats.StaggeredData{Unit: unit, Time: fl, Cohort: cohort, Y: y, X: [][]float64{x}}, stats.StaggeredOptions{Draws: 50})
		_, _ = stats.CallawaySantAnna(ctx, stats.StaggeredData{Unit: unit, Time: fl, Cohort: cohort, Y: y}, stats.StaggeredOptions{Draws: 50, NotYet: true, Universal: true})
		panel := make([][]float64, g)
		for i := range panel {
			for k := i; k < n; k += g {
				panel[i] = append(panel[i], y[k])
			}
			if len(panel[i]) > n/g {
				panel[i] = panel[i][:n/g]
			}
		}
		pred := wildNumbers(data, g)
		sd := stats.SynthData{Y: panel, Treated: 0, Start: n / g / 2}
		_, _ = stats.SyntheticControl(ctx, sd, nil)
		_, _ = stats.SynthPlacebos(ctx, sd, nil, true)
		_, _ = stats.SynthInTime(ctx, sd, n/g/3, nil)
		sd.Predictors = [][]float64{pred, wildNumbers(append(data, 5), g)}
		_, _ = stats.SyntheticControl(ctx, sd, nil)
		_, _ = stats.SyntheticControl(ctx, sd, []float64{1, 0})
		start := make([]int, g)
		for i := range start {
			start[i] = int(pred[i]) % 7
		}
		_, _ = stats.RandomisationTest(ctx, stats.RolloutData{Y: panel, Start: start}, stats.RandomisationOptions{Reps: 19, Alpha: 1, ExactUpTo: 50})
		_, _, _ = stats.EventStudyGap(stats.RolloutData{Y: panel, Start: start})
		_, _ = stats.Evaluability(ctx, stats.DesignQuestion{History: panel, Start: []int{1}, Pre: 1, Window: 2 + g}, stats.DesignOptions{Reps: 50})
		_, _ = stats.BestRollout(ctx, panel, nil, 1, 1, 3, 2, stats.DesignOptions{Reps: 50})
		_, _ = stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: n / 2, Extra: [][]float64{x}, Names: []string{"x"}}, g-1, .95)
		_, _ = stats.PoissonRegression(y, x, [][]float64{z, x}, []string{"z", "x"}, .95)
		_ = stats.Harmonics(x, 12, 2)
		cov := make([][]float64, n)
		for i := range cov {
			cov[i] = wildNumbers(append(data, byte(i)), n)
		}
		_, _ = stats.RelativeMagnitudes(fl, y, cov, x, []float64{0, 1}, .95)
		_, _, _, _ = stats.PretrendTest(x, y, cov)
		slopes := make([]stats.Slope, n)
		for i := range slopes {
			slopes[i] = stats.Slope{B: x[i], SE: y[i]}
		}
		_, _ = stats.PoolSlopes(slopes)
		_, _ = stats.MediatedShareDraws(1, 2, x, y, .9)
		_, _ = stats.ProductDraws(x, y, 1, 5, 1)
		_, _ = stats.ImportancePerformance(&stats.Importance{LMG: x, R2: 1}, y, math.NaN())
		if n > 4 {
			_ = stats.ProductInterval(x[0], x[1], x[2], x[3], .95)
			_, _ = stats.MediatedShare(x[0], x[1], x[2], x[3], 0, .95)
		}
		blocks := [][]int{start}
		_, _ = stats.SmallestP(blocks)
	})
}
