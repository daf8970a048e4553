package stats_test

import (
	"context"
	"math"
	"testing"

	"rapport/internal/stats"
)

// Three clusters have ten resamples; their probabilities are counted by hand.
func TestBootstrapEnumeratesEveryResample(t *testing.T) {
	x := []float64{0, 3, 9}
	c, s, err := stats.BootRatio(nil, x, []float64{1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	r, err := stats.Bootstrap(context.Background(), c, 1, s, stats.BootOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Exact || r.Resamples != 10 {
		t.Fatalf("%+v", r)
	}
	near(t, "mean", r.Stats[0].Mean, 4, 1e-12)
	near(t, "standard error", r.Stats[0].SE, math.Sqrt((16.+1+25)/9), 1e-12) // σ²/n with σ² over n
	near(t, "lowest", r.Stats[0].Pct.Lo, 0, 0)                               // P(0,0,0) = 1/27 > .025
	near(t, "highest", r.Stats[0].Pct.Hi, 9, 0)
}

func TestBootstrapRefuses(t *testing.T) {
	ctx := context.Background()
	ok := func([]int, []float64) bool { return true }
	_, err := stats.Bootstrap(ctx, 2, 1, ok, stats.BootOptions{})
	refusedWith(t, err, stats.InsufficientTeams)
	_, err = stats.Bootstrap(ctx, 9, 1, func([]int, []float64) bool { return false }, stats.BootOptions{})
	refusedWith(t, err, stats.NotIdentified)
	_, err = stats.Bootstrap(ctx, 9, 1, ok, stats.BootOptions{Level: 2})
	refusedWith(t, err, stats.OutOfRange)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = stats.Bootstrap(gone, 9, 1, ok, stats.BootOptions{})
	refusedWith(t, err, stats.Canceled)
	_, err = stats.Bootstrap(gone, 50, 1, ok, stats.BootOptions{})
	refusedWith(t, err, stats.Canceled)
	_, err = stats.BlockBootstrap(ctx, []float64{1, 2, 3}, 1, true, stats.BootOptions{})
	refusedWith(t, err, stats.InsufficientPeriods)
	_, err = stats.BlockBootstrap(ctx, make([]float64, 20), 4, true, stats.BootOptions{})
	refusedWith(t, err, stats.NoVariation)
	_, err = stats.BlockBootstrap(ctx, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 6, true, stats.BootOptions{})
	refusedWith(t, err, stats.OutOfRange)
}

// The same seed gives the same draws; another seed others.
func TestBootstrapIsSeeded(t *testing.T) {
	x := make([]float64, 40)
	one := make([]float64, 40)
	for i := range x {
		x[i], one[i] = float64(i*i%17), 1
	}
	run := func(seed uint64) stats.Boot {
		c, s, err := stats.BootRatio(nil, x, one)
		if err != nil {
			t.Fatal(err)
		}
		r, err := stats.Bootstrap(context.Background(), c, 1, s, stats.BootOptions{Seed: seed, Reps: 200})
		if err != nil {
			t.Fatal(err)
		}
		return r.Stats[0]
	}
	if run(1) != run(1) || run(1) == run(2) {
		t.Error("draws do not follow the seed")
	}
}
