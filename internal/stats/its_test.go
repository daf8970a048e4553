package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// ar is an AR(1) series with unit innovations, begun in its stationary distribution.
func ar(rng *rand.Rand, n int, phi float64) []float64 {
	x := make([]float64, n)
	e := rng.NormFloat64() / math.Sqrt(1-phi*phi)
	for t := range x {
		x[t] = e
		e = phi*e + rng.NormFloat64()
	}
	return x
}

func TestInterruptedSeriesFindsThePlantedJump(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	y := ar(rng, 200, .5)
	for i := range y {
		y[i] += 10 + .02*float64(i)
		if i >= 120 {
			y[i] += 6 + .1*float64(i-119)
		}
	}
	r, err := stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: 120}, 4, .95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "level", r.REML.B[2], 6, 1.5)
	near(t, "after", r.REML.B[3], .1, .05)
	near(t, "phi", r.REML.Phi, .5, .15)
	near(t, "effect at the end", r.EffectAtEnd, 6+.1*80, 3)
}

func TestInterruptedSeriesRefuses(t *testing.T) {
	y := []float64{1, 3, 2, 4, 3, 5, 4, 6, 8, 7}
	_, err := stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: 2}, 1, .95)
	refusedWith(t, err, stats.InsufficientPeriods)
	_, err = stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: 9}, 1, .95)
	refusedWith(t, err, stats.InsufficientPeriods)
	_, err = stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: 5, Extra: [][]float64{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, Names: []string{"again"}}, 1, .95)
	refusedWith(t, err, stats.Collinear)
	y[3] = math.NaN()
	_, err = stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: 5}, 1, .95)
	refusedWith(t, err, stats.NotFinite)
}

func TestPoissonRegressionRefuses(t *testing.T) {
	one := []float64{1, 1, 1, 1}
	_, err := stats.PoissonRegression([]float64{0, 0, 0, 0}, nil, [][]float64{one}, []string{"c"}, .95)
	refusedWith(t, err, stats.NoVariation)
	_, err = stats.PoissonRegression([]float64{1, -1, 0, 0}, nil, [][]float64{one}, []string{"c"}, .95)
	refusedWith(t, err, stats.OutOfRange)
	_, err = stats.PoissonRegression([]float64{1, 2, 3, 4}, []float64{1, 0, 1, 1}, [][]float64{one}, []string{"c"}, .95)
	refusedWith(t, err, stats.OutOfRange)
	f, err := stats.PoissonRegression([]float64{2, 4, 6, 8}, []float64{1, 2, 3, 4}, [][]float64{one}, []string{"c"}, .95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "rate", f.Rate[0], 2, 1e-9)
}
