package stats_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// grid makes a panel of AR metrics with offsets, holes in the calendar, missing cells and rows out of order.
func grid(units, periods, metrics int, missing float64, seed uint64) *stats.Grid {
	rng := rand.New(rand.NewPCG(seed, 7))
	g := &stats.Grid{M: metrics}
	for u := range units {
		state := make([]float64, metrics)
		late := 0
		if u%7 == 3 {
			late = periods / 3
		}
		for t := late; t < periods; t++ {
			if missing > 0 && rng.Float64() < .05 {
				continue
			}
			g.Unit, g.Time = append(g.Unit, int32(100-u)), append(g.Time, int32(t+u%3*5-40))
			whole := missing > 0 && rng.Float64() < .03
			for m := range metrics {
				state[m] = .6*state[m] + rng.NormFloat64() + .3*state[0]
				v := state[m] + float64(u*m) + 1e6*float64(m%2)
				if whole || rng.Float64() < missing {
					v = math.NaN()
				}
				g.Values = append(g.Values, v)
			}
		}
	}
	return g
}

func column(g *stats.Grid, m int) (unit, time []int, x []float64) {
	for i := range g.Unit {
		unit, time, x = append(unit, int(g.Unit[i])), append(time, int(g.Time[i])), append(x, g.Values[i*g.M+m])
	}
	return
}

// TestRMCorrMatrix compares every cell of the matrix with the one-pair method.
func TestRMCorrMatrix(t *testing.T) {
	for _, c := range []struct {
		units, periods, metrics int
		missing                 float64
		lags                    []int
	}{
		{17, 30, 5, .1, []int{0, 1, 2, 3, 4}},
		{9, 30, 5, 0, []int{0, 1, 2, 7}},
		{40, 20, 4, .6, []int{0, 3, 5, 2}},
		{6, 12, 3, .05, []int{0}},
		{5, 40, 2, .9, []int{0, 1, 2}},
		{3, 9, 4, .2, []int{0, 5, 12, 30}},
		{20, 11, 1, .1, []int{0, 1, 2}},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			g := grid(c.units, c.periods, c.metrics, c.missing, 5)
			g.Time[len(g.Time)-1] += 1_000_000 // a calendar with a very long hole
			got, err := stats.RMCorrMatrix(context.Background(), g, c.lags, .95)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.lags)*c.metrics*(c.metrics-1) {
				t.Fatalf("%d results", len(got))
			}
			for _, q := range got {
				unit, time, x := column(g, q.X)
				_, _, y := column(g, q.Y)
				want, err := stats.RMCorrLag(unit, time, x, y, q.Lag, .95)
				if err != nil {
					if !math.IsNaN(q.R) {
						t.Errorf("%+v, want %v", q, err)
					}
					continue
				}
				near := func(what string, a, b float64) {
					if math.IsNaN(a) != math.IsNaN(b) || math.Abs(a-b) > 1e-11 {
						t.Errorf("%d→%d lag %d: %s %v, want %v", q.X, q.Y, q.Lag, what, a, b)
					}
				}
				if q.N != want.N || q.K != want.Units || q.DF != want.DF {
					t.Errorf("%d→%d lag %d: n %d k %d df %d, want %d %d %d", q.X, q.Y, q.Lag, q.N, q.K, q.DF, want.N, want.Units, want.DF)
				}
				near("r", q.R, want.R)
				near("p", q.P, want.P)
				near("lo", q.Lo, want.CI.Lo)
				near("hi", q.Hi, want.CI.Hi)
			}
		})
	}
}

func TestRMCorrMatrixEdges(t *testing.T) {
	ctx := context.Background()
	same := &stats.Grid{M: 3}
	for u := range 4 {
		for p := range 6 {
			v := float64(p*p + u)
			same.Unit, same.Time = append(same.Unit, int32(u)), append(same.Time, int32(p))
			same.Values = append(same.Values, v, -2*v, 7.3+float64(u))
		}
	}
	got, err := stats.RMCorrMatrix(ctx, same, []int{0, 1, 2}, .95)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range got {
		switch {
		case q.X == 2 || q.Y == 2:
			if !math.IsNaN(q.R) || !math.IsNaN(q.P) {
				t.Errorf("a constant metric gave %+v", q)
			}
		case q.Lag == 0:
			if q.R != -1 || q.P != 0 || q.Lo != -1 || q.Hi != -1 {
				t.Errorf("an exact mirror gave %+v", q)
			}
		}
	}
	twice := &stats.Grid{M: 1, Unit: []int32{1, 1}, Time: []int32{2, 2}, Values: []float64{1, 2}}
	inf := &stats.Grid{M: 1, Unit: []int32{1}, Time: []int32{2}, Values: []float64{math.Inf(1)}}
	for name, c := range map[string]struct {
		g    *stats.Grid
		lags []int
	}{"two rows": {twice, []int{0}}, "inf": {inf, []int{0}}, "no lag": {same, nil}, "negative": {same, []int{-1}}, "empty": {&stats.Grid{M: 2}, []int{0}}, "ragged": {&stats.Grid{M: 2, Values: []float64{1}}, []int{0}}} {
		if _, err := stats.RMCorrMatrix(ctx, c.g, c.lags, .95); err == nil {
			t.Errorf("%s: no refusal", name)
		}
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := stats.RMCorrMatrix(stopped, same, []int{0}, .95); err == nil {
		t.Error("a canceled context was not noticed")
	}
}

func BenchmarkStatsRMCorrMatrix(b *testing.B) {
	for _, c := range []struct {
		name    string
		missing float64
	}{{"complete", 0}, {"missing2pc", .02}, {"missing30pc", .3}} {
		b.Run(c.name, func(b *testing.B) {
			g := grid(1000, 104, 24, c.missing, 1)
			lags := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stats.RMCorrMatrix(context.Background(), g, lags, .95); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
