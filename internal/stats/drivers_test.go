package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"

	"pgregory.net/rapid"
)

func TestDriversSumToR2(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.IntRange(1, 6).Draw(rt, "p")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		n := 25
		y, x, shifted, names := make([]float64, n), make([][]float64, p), make([][]float64, p), make([]string, p)
		for j := range x {
			x[j], shifted[j], names[j] = make([]float64, n), make([]float64, n), string(rune('a'+j))
		}
		for i := range y {
			common := rng.NormFloat64()
			for j := range x {
				x[j][i] = common + rng.NormFloat64()
				y[i] += x[j][i] * float64(j)
				shifted[j][i] = 1e6 + 1e-3*x[j][i]
			}
			y[i] += rng.NormFloat64()
		}
		d, err := stats.Drivers(y, x, names)
		if err != nil {
			rt.Fatal(err)
		}
		e, err := stats.Drivers(y, shifted, names)
		if err != nil {
			rt.Fatal(err)
		}
		var lmg, john float64
		for j := range x {
			lmg += d.LMG[j]
			john += d.Johnson[j]
			if math.Abs(d.LMG[j]-e.LMG[j]) > 1e-6 {
				rt.Fatalf("unit and zero of a driver change its share: %v, %v", d.LMG[j], e.LMG[j])
			}
			if d.LMG[j] < -1e-12 || d.Johnson[j] < -1e-12 {
				rt.Fatalf("a negative share: %v, %v", d.LMG[j], d.Johnson[j])
			}
		}
		if math.Abs(lmg-d.R2) > 1e-10 || math.Abs(john-d.R2) > 1e-10 {
			rt.Fatalf("R² %v, LMG adds up to %v, Johnson to %v", d.R2, lmg, john)
		}
	})
}

func TestDriversRefuse(t *testing.T) {
	y := []float64{1, 4, 2, 8, 5, 7, 1}
	x := []float64{1, 2, 3, 4, 5, 6, 7}
	twice := []float64{2, 4, 6, 8, 10, 12, 14}
	_, err := stats.Drivers(y, [][]float64{x, twice}, []string{"x", "twice"})
	refusedWith(t, err, stats.Collinear)
	_, err = stats.Drivers(y, [][]float64{{1, 1, 1, 1, 1, 1, 1}}, []string{"flat"})
	refusedWith(t, err, stats.NoVariation)
	_, err = stats.Drivers(y[:3], [][]float64{x[:3]}, []string{"x"})
	refusedWith(t, err, stats.InsufficientObservations)
	_, err = stats.Drivers(y, make([][]float64, 40), nil)
	refusedWith(t, err, stats.OutOfRange)
}

func TestDriversBootstrapHoldsTheShares(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	n := 200
	y, a, b, team := make([]float64, n), make([]float64, n), make([]float64, n), make([]int, n)
	for i := range y {
		a[i], b[i], team[i] = rng.NormFloat64(), rng.NormFloat64(), i%20
		y[i] = 2*a[i] + .5*b[i] + rng.NormFloat64()
	}
	d, err := stats.DriversBootstrap(context.Background(), y, [][]float64{a, b}, []string{"a", "b"}, team, stats.BootOptions{Reps: 299})
	if err != nil {
		t.Fatal(err)
	}
	for j := range 2 {
		if d.LMGCI[j].Lo > d.LMG[j] || d.LMGCI[j].Hi < d.LMG[j] {
			t.Errorf("driver %d: %v outside %v", j, d.LMG[j], d.LMGCI[j])
		}
	}
	if d.LMGCI[0].Lo < d.LMGCI[1].Hi {
		t.Error("the strong driver's interval lies above the weak one's")
	}
	p, err := stats.ImportancePerformance(d, []float64{50, 80}, math.NaN())
	if err != nil {
		t.Fatal(err)
	}
	if p[0].Quadrant != "improve" || p[1].Quadrant != "enough" {
		t.Errorf("%+v", p)
	}
}
