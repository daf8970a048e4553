package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// noisePanel is units × periods of AR(.5) noise with unit levels and a common shock.
func noisePanel(units, periods int, seed uint64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 1))
	shock := make([]float64, periods)
	for t := range shock {
		shock[t] = rng.NormFloat64()
	}
	y := make([][]float64, units)
	for i := range y {
		level, e := 3*rng.NormFloat64(), rng.NormFloat64()
		for t := range periods {
			e = .5*e + rng.NormFloat64()
			y[i] = append(y[i], level+shock[t]+e)
		}
	}
	return y
}

func startsOf(units, treated, at int) []int {
	s := make([]int, units)
	for i := range s {
		s[i] = -1
		if i < treated {
			s[i] = at
		}
	}
	return s
}

func TestSmallestReachableP(t *testing.T) {
	for _, c := range []struct {
		blocks [][]int
		want   float64
	}{
		{[][]int{{2, 18}}, 1. / 190},
		{[][]int{{1, 9}}, .1},
		{[][]int{{3, 3}}, 2. / 20},
		{[][]int{{4, 4}}, 2. / 70},
		{[][]int{{2, 2}, {2, 2}}, 2. / 36},
		{[][]int{{2, 3}, {1, 1}}, 1. / 20},
		{[][]int{{2, 2, 4}}, 1. / 420},
	} {
		got, err := stats.SmallestP(c.blocks)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "smallest p", got, c.want, 1e-15)
	}
}

func TestRandomisationRefusesWhatCannotReachTheLevel(t *testing.T) {
	_, err := stats.RandomisationTest(context.Background(), stats.RolloutData{Y: noisePanel(10, 12, 1), Start: startsOf(10, 1, 6)}, stats.RandomisationOptions{})
	refusedWith(t, err, stats.TooFewTreated)
	_, err = stats.RandomisationTest(context.Background(), stats.RolloutData{Y: noisePanel(10, 12, 1), Start: startsOf(10, 10, 6)}, stats.RandomisationOptions{})
	refusedWith(t, err, stats.NoComparison)
	_, err = stats.RandomisationTest(context.Background(), stats.RolloutData{Y: noisePanel(10, 12, 1), Start: startsOf(10, 0, 6)}, stats.RandomisationOptions{})
	refusedWith(t, err, stats.TooFewTreated)
	_, err = stats.RandomisationTest(context.Background(), stats.RolloutData{Y: noisePanel(10, 12, 1), Start: startsOf(10, 4, 0)}, stats.RandomisationOptions{})
	refusedWith(t, err, stats.InsufficientPeriods)
}

// The exact p is the share of all C(8,3) assignments with at least as large a |t|: counted here by hand.
func TestRandomisationCountsEveryAssignment(t *testing.T) {
	y := noisePanel(8, 6, 5)
	r, err := stats.RandomisationTest(context.Background(), stats.RolloutData{Y: y, Start: startsOf(8, 3, 3)}, stats.RandomisationOptions{NoCI: true})
	if err != nil {
		t.Fatal(err)
	}
	d := make([]float64, 8)
	for i := range d {
		d[i] = (y[i][3]+y[i][4]+y[i][5])/3 - (y[i][0]+y[i][1]+y[i][2])/3
	}
	tstat := func(in func(i int) bool) float64 {
		var m, n, ss [2]float64
		for i, v := range d {
			k := 0
			if in(i) {
				k = 1
			}
			m[k] += v
			n[k]++
		}
		m[0], m[1] = m[0]/n[0], m[1]/n[1]
		for i, v := range d {
			k := 0
			if in(i) {
				k = 1
			}
			ss[k] += (v - m[k]) * (v - m[k])
		}
		return (m[1] - m[0]) / math.Sqrt((ss[0]+ss[1])/6*(1/n[0]+1/n[1]))
	}
	obs := tstat(func(i int) bool { return i < 3 })
	near(t, "t", r.T, obs, 1e-9)
	hits, all := 0, 0
	for mask := range 256 {
		bits := 0
		for i := range 8 {
			bits += mask >> i & 1
		}
		if bits != 3 {
			continue
		}
		all++
		if math.Abs(tstat(func(i int) bool { return mask>>i&1 == 1 })) >= math.Abs(obs)*(1-1e-9) {
			hits++
		}
	}
	near(t, "assignments", r.Assignments, float64(all), 0)
	near(t, "p", r.P, float64(hits)/float64(all), 1e-12)
	if !r.Exact {
		t.Error("56 assignments are enumerated")
	}
}

func TestRandomisationFindsPlantedEffect(t *testing.T) {
	y := noisePanel(24, 16, 7)
	start := make([]int, 24)
	for i := range start {
		switch {
		case i < 5:
			start[i] = 6
		case i < 12:
			start[i] = 10
		default:
			start[i] = -1
		}
		for p := range y[i] {
			if start[i] >= 0 && p >= start[i] {
				y[i][p] += 2
			}
		}
	}
	r, err := stats.RandomisationTest(context.Background(), stats.RolloutData{Y: y, Start: start}, stats.RandomisationOptions{Reps: 999, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "effect", r.ATT, 2, .8)
	if r.P > .01 || r.CI.Lo > 2 || r.CI.Hi < 2 || r.PlaceboP < .01 {
		t.Errorf("p %v, interval %v, placebo p %v", r.P, r.CI, r.PlaceboP)
	}
	again, err := stats.RandomisationTest(context.Background(), stats.RolloutData{Y: y, Start: start}, stats.RandomisationOptions{Reps: 999, Seed: 3})
	if err != nil || again.P != r.P || again.CI != r.CI {
		t.Error("the same seed gives another answer")
	}
}

// Two of 20 treated, nothing happened: at most 6 % of 600 panels are flagged at 5 %.
func TestRandomisationFalseAlarms(t *testing.T) {
	flagged := 0
	for k := range 600 {
		r, err := stats.RandomisationTest(context.Background(), stats.RolloutData{Y: noisePanel(20, 10, uint64(1000+k)), Start: startsOf(20, 2, 5)}, stats.RandomisationOptions{NoCI: true})
		if err != nil {
			t.Fatal(err)
		}
		if r.P <= .05 {
			flagged++
		}
	}
	if share := float64(flagged) / 600; share > .075 {
		t.Errorf("%.3f of null panels flagged", share)
	}
}

func TestRelativeMagnitudes(t *testing.T) {
	event, effect := []float64{-4, -3, -2, -1, 0, 1}, []float64{.3, .1, .2, 0, 2, 2.5}
	cov := make([][]float64, 6)
	for i := range cov {
		cov[i] = make([]float64, 6)
		if i != 3 {
			cov[i][i] = .01
		}
	}
	b, err := stats.RelativeMagnitudes(event, effect, cov, []float64{0, 0, 0, 0, 1, 0}, []float64{0, 1}, .95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "estimate", b.Estimate, 2, 1e-12)
	near(t, "largest change before", b.MaxPre, .2, 1e-12)
	near(t, "bound", b.Bounds[1].Lo, 1.8, 1e-12)
	near(t, "at M = 0 the plain interval", b.CI[0].Hi, 2+1.959964*.1, 1e-6)
	if b.CI[1].Lo >= b.Bounds[1].Lo || b.Breakdown < 1 || b.Breakdown > 10 {
		t.Errorf("interval %v, breakdown %v", b.CI[1], b.Breakdown)
	}
	// Average of both effects: a drift of M reaches once for e = 0 and twice for e = 1, so 1.5 on average.
	b, err = stats.RelativeMagnitudes(event, effect, cov, []float64{0, 0, 0, 0, .5, .5}, []float64{1}, .95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "reach of an average", b.Bounds[0].Hi-b.Estimate, .3, 1e-12)
	_, err = stats.RelativeMagnitudes([]float64{-1, 0}, []float64{0, 1}, [][]float64{{0, 0}, {0, 1}}, []float64{0, 1}, []float64{1}, .95)
	refusedWith(t, err, stats.InsufficientPeriods)
}

func TestEvaluability(t *testing.T) {
	ctx := context.Background()
	history := noisePanel(20, 30, 9)
	e, err := stats.Evaluability(ctx, stats.DesignQuestion{History: history, Start: []int{8, 8}, Pre: 8, Window: 12}, stats.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "smallest p", e.SmallestP, 1./190, 1e-12)
	if !e.Reachable || !(e.MDE > e.Critical) || len(e.Reasons) != 0 {
		t.Errorf("%+v", e)
	}
	more, err := stats.Evaluability(ctx, stats.DesignQuestion{History: history, Start: []int{8, 8, 8, 8, 8, 8, 8, 8, 8, 8}, Pre: 8, Window: 12}, stats.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if more.MDE >= e.MDE {
		t.Errorf("ten treated units see %v, two see %v", more.MDE, e.MDE)
	}
	one, err := stats.Evaluability(ctx, stats.DesignQuestion{History: history[:10], Start: []int{2}, Pre: 2, Window: 12}, stats.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if one.Reachable || !math.IsNaN(one.MDE) || len(one.Reasons) != 2 {
		t.Errorf("one of ten, two periods before: %+v", one)
	}
	_, err = stats.Evaluability(ctx, stats.DesignQuestion{History: history, Start: []int{20}, Pre: 20, Window: 40}, stats.DesignOptions{})
	refusedWith(t, err, stats.InsufficientPeriods)
}

// The minimum detectable effect holds what it says: planted, it is found with about the asked power.
func TestMinimumDetectableEffectHolds(t *testing.T) {
	ctx := context.Background()
	e, err := stats.Evaluability(ctx, stats.DesignQuestion{History: noisePanel(20, 200, 11), Start: []int{6, 6, 6, 6, 6, 6}, Pre: 6, Window: 12}, stats.DesignOptions{Reps: 2000})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	const runs = 200
	for k := range runs {
		y := noisePanel(20, 12, uint64(500+k))
		for i := range 6 {
			for p := 6; p < 12; p++ {
				y[i][p] += e.MDE
			}
		}
		r, err := stats.RandomisationTest(ctx, stats.RolloutData{Y: y, Start: startsOf(20, 6, 6)}, stats.RandomisationOptions{NoCI: true, Reps: 499, ExactUpTo: 1})
		if err != nil {
			t.Fatal(err)
		}
		if r.P <= .05 {
			found++
		}
	}
	near(t, "power at the minimum detectable effect", float64(found)/runs, .8, .1)
}

func TestBestRollout(t *testing.T) {
	list, err := stats.BestRollout(context.Background(), noisePanel(24, 40, 13), nil, 24, 6, 16, 4, stats.DesignOptions{Reps: 200})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 4 {
		t.Fatalf("%d roll-outs", len(list))
	}
	last := list[len(list)-1]
	if len(last.Waves) != 1 || last.Evaluable.Reachable {
		t.Errorf("treating all at once leaves nobody to compare with: %+v", last)
	}
	if !list[0].Evaluable.Reachable || math.IsNaN(list[0].Evaluable.MDE) {
		t.Errorf("best: %+v", list[0])
	}
}
