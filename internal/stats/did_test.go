package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

func TestDiDRefuses(t *testing.T) {
	y := []float64{1, 2, 3, 4, 5, 6, 7, 9}
	post := []bool{false, true, false, true, false, true, false, true}
	all := []bool{true, true, true, true, true, true, true, true}
	none := make([]bool, 8)
	one := []bool{true, true, false, false, false, false, false, false}
	unit := []int{0, 0, 1, 1, 2, 2, 3, 3}
	_, err := stats.DiD(y, all, post, unit, .95)
	refusedWith(t, err, stats.NoComparison)
	_, err = stats.DiD(y, none, post, unit, .95)
	refusedWith(t, err, stats.TooFewTreated)
	_, err = stats.DiD(y, one, post, unit, .95)
	refusedWith(t, err, stats.TooFewTreated)
	_, err = stats.DiD(y, one, none, unit, .95)
	if err == nil {
		t.Error("no period after")
	}
	_, err = stats.DiD([]float64{math.Inf(1), 2, 3, 4, 5, 6, 7, 9}, one, post, unit, .95)
	refusedWith(t, err, stats.NotFinite)
	_, err = stats.DiD(nil, nil, nil, nil, .95)
	refusedWith(t, err, stats.InsufficientObservations)
}

func staggeredPanel(seed uint64) stats.StaggeredData {
	rng := rand.New(rand.NewPCG(seed, 8))
	var d stats.StaggeredData
	for i := range 60 {
		level, start := rng.NormFloat64(), []float64{0, 4, 6}[i%3]
		for p := 1; p <= 8; p++ {
			y := level + .3*float64(p) + .3*rng.NormFloat64()
			if start > 0 && float64(p) >= start {
				y += 1 + .5*(float64(p)-start)
			}
			d.Unit, d.Time, d.Cohort, d.Y = append(d.Unit, i), append(d.Time, float64(p)), append(d.Cohort, start), append(d.Y, y)
		}
	}
	return d
}

func TestStaggeredFindsThePlantedPath(t *testing.T) {
	d := staggeredPanel(1)
	r, err := stats.CallawaySantAnna(context.Background(), d, stats.StaggeredOptions{Draws: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range r.Dynamic.At {
		want := 0.
		if e >= 0 {
			want = 1 + .5*e
		}
		near(t, "event study", r.Dynamic.ATT[i], want, .45)
		if r.Band[i].Hi-r.Band[i].Lo <= r.Point[i].Hi-r.Point[i].Lo {
			t.Error("the simultaneous band is wider than the pointwise interval")
		}
	}
	// Rows in another order, and a unit code that starts elsewhere, change nothing.
	n := len(d.Y)
	var back stats.StaggeredData
	for i := n - 1; i >= 0; i-- {
		back.Unit, back.Time, back.Cohort, back.Y = append(back.Unit, d.Unit[i]+500), append(back.Time, d.Time[i]), append(back.Cohort, d.Cohort[i]), append(back.Y, d.Y[i])
	}
	q, err := stats.CallawaySantAnna(context.Background(), back, stats.StaggeredOptions{Draws: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "row order", q.SimpleATT, r.SimpleATT, 1e-12)
	near(t, "row order, error", q.SimpleSE, r.SimpleSE, 1e-12)
}

func TestStaggeredRefuses(t *testing.T) {
	ctx := context.Background()
	d := staggeredPanel(2)
	never := d
	never.Cohort = make([]float64, len(d.Y))
	_, err := stats.CallawaySantAnna(ctx, never, stats.StaggeredOptions{})
	refusedWith(t, err, stats.TooFewTreated)
	all := d
	all.Cohort = append([]float64(nil), d.Cohort...)
	for i, g := range all.Cohort {
		if g == 0 {
			all.Cohort[i] = 7
		}
	}
	_, err = stats.CallawaySantAnna(ctx, all, stats.StaggeredOptions{})
	refusedWith(t, err, stats.NoComparison)
	r, err := stats.CallawaySantAnna(ctx, all, stats.StaggeredOptions{NotYet: true, Draws: 100})
	if err != nil {
		t.Fatal("the last cohort serves until it starts:", err)
	}
	for _, c := range r.Cells {
		if c.Time >= 7 || c.Cohort == 7 {
			t.Errorf("cell %v/%v has nobody to compare with", c.Cohort, c.Time)
		}
	}
	_, err = stats.CallawaySantAnna(ctx, d, stats.StaggeredOptions{Method: "ols"})
	refusedWith(t, err, stats.OutOfRange)
	twice := d
	twice.Time = append([]float64(nil), d.Time...)
	twice.Time[1] = twice.Time[0]
	_, err = stats.CallawaySantAnna(ctx, twice, stats.StaggeredOptions{})
	refusedWith(t, err, stats.OutOfRange)
	few, err := stats.CallawaySantAnna(ctx, stats.StaggeredData{Unit: d.Unit[:96], Time: d.Time[:96], Cohort: d.Cohort[:96], Y: d.Y[:96]}, stats.StaggeredOptions{Draws: 100})
	if err != nil {
		t.Fatal(err)
	}
	if len(few.SmallCohorts) != 2 {
		t.Errorf("cohorts of four units are pointed out: %v", few.SmallCohorts)
	}
}

func BenchmarkStatsStaggered(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	var d stats.StaggeredData
	for i := range 1000 {
		start := float64([]int{0, 0, 10, 20, 30, 40}[i%6])
		for p := 1; p <= 52; p++ {
			d.Unit, d.Time, d.Cohort, d.Y = append(d.Unit, i), append(d.Time, float64(p)), append(d.Cohort, start), append(d.Y, rng.NormFloat64())
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.CallawaySantAnna(context.Background(), d, stats.StaggeredOptions{NotYet: true, Draws: 10_000}); err != nil {
			b.Fatal(err)
		}
	}
}
