package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
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

// TestCoverageCause plants a truth and counts how often the 95 % intervals hold it. The seeds are fixed: replication k of
// every setting uses seed k. RAPPORT_COVERAGE=2000 runs as many replications a setting (a few minutes); without it the
// settings run 25 times each; below 80 % is an error.
func TestCoverageCause(t *testing.T) {
	reps := 25
	if v, err := strconv.Atoi(os.Getenv("RAPPORT_COVERAGE")); err == nil && v > 0 {
		reps = v
	}
	ctx := context.Background()
	boot := func(seed int) stats.BootOptions {
		return stats.BootOptions{Reps: 999, Seed: uint64(seed), ExactUpTo: -1}
	}
	type got struct{ in, all int }
	tally := map[string]*got{}
	var order []string
	count := func(name string, iv stats.Interval, truth float64) {
		if tally[name] == nil {
			tally[name] = &got{}
			order = append(order, name)
		}
		tally[name].all++
		if iv.Lo <= truth && truth <= iv.Hi {
			tally[name].in++
		}
	}
	big, bigX := driverRows(rand.New(rand.NewPCG(1, 1)), 1_000_000)
	truth, err := stats.Drivers(big, bigX, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	lmgTruth := truth.LMG
	for k := range reps {
		rng := rand.New(rand.NewPCG(uint64(k), 95))
		for _, g := range []int{20, 30, 50} { // cluster bootstrap of a slope within units
			unit, x, y := []int{}, []float64{}, []float64{}
			for i := range g {
				a, b := rng.NormFloat64(), ar(rng, 10, .6)
				e := ar(rng, 10, .6)
				for p := range 10 {
					unit, x, y = append(unit, i), append(x, b[p]+a), append(y, .5*b[p]+a+e[p])
				}
			}
			n, s, err := stats.BootWithinSlopes(unit, y, [][]float64{x})
			if err != nil {
				t.Fatal(err)
			}
			r, err := stats.Bootstrap(ctx, n, 1, s, boot(k))
			if err != nil {
				t.Fatal(err)
			}
			name := "cluster bootstrap of a slope, " + strconv.Itoa(g) + " units"
			count(name+", percentile", r.Stats[0].Pct, .5)
			count(name+", BCa", r.Stats[0].BCa, .5)
		}
		for _, n := range []int{30, 60, 100} { // skewed: mean of an exponential
			x := make([]float64, n)
			one := make([]float64, n)
			for i := range x {
				x[i], one[i] = rng.ExpFloat64(), 1
			}
			c, s, err := stats.BootRatio(nil, x, one)
			if err != nil {
				t.Fatal(err)
			}
			r, err := stats.Bootstrap(ctx, c, 1, s, boot(k))
			if err != nil {
				t.Fatal(err)
			}
			count("iid bootstrap of a skewed mean, n = "+strconv.Itoa(n)+", percentile", r.Stats[0].Pct, 1)
			count("iid bootstrap of a skewed mean, n = "+strconv.Itoa(n)+", BCa", r.Stats[0].BCa, 1)
		}
		for _, c := range []struct {
			n, l int
			phi  float64
		}{{200, 10, .5}, {400, 16, .5}, {1000, 25, .5}, {600, 30, .8}, {2000, 60, .8}} {
			x := ar(rng, c.n, c.phi)
			b, err := stats.BlockBootstrap(ctx, x, c.l, true, boot(k))
			if err != nil {
				t.Fatal(err)
			}
			count("circular blocks of "+strconv.Itoa(c.l)+", n = "+strconv.Itoa(c.n)+", AR "+strconv.FormatFloat(c.phi, 'f', 1, 64), b.Pct, 0)
		}
		for _, n := range []int{50, 100, 200} {
			x, m, y := make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range x {
				x[i] = rng.NormFloat64()
				m[i] = .4*x[i] + rng.NormFloat64()
				y[i] = .4*m[i] + .2*x[i] + rng.NormFloat64()
			}
			r, err := stats.Mediation(ctx, x, m, y, nil, boot(k))
			if err != nil {
				t.Fatal(err)
			}
			name := "mediation, n = " + strconv.Itoa(n)
			count(name+", percentile", r.Boot.Pct, .16)
			count(name+", BCa", r.Boot.BCa, .16)
			count(name+", Monte-Carlo limit", r.MC, .16)
			count(name+", Sobel", stats.Interval{Lo: r.AB - 1.96*r.SobelSE, Hi: r.AB + 1.96*r.SobelSE}, .16)
		}
		for _, g := range []int{20, 40} {
			unit, x, m, y := []int{}, []float64{}, []float64{}, []float64{}
			for i := range g {
				a, xs, em, ey := rng.NormFloat64(), ar(rng, 12, .5), ar(rng, 12, .5), ar(rng, 12, .5)
				for p := range 12 {
					mm := .4*xs[p] + em[p]
					unit, x, m, y = append(unit, i), append(x, xs[p]+a), append(m, mm-a), append(y, .4*mm+ey[p]+2*a)
				}
			}
			r, err := stats.MediationWithin(ctx, unit, x, m, y, boot(k))
			if err != nil {
				t.Fatal(err)
			}
			count("mediation within "+strconv.Itoa(g)+" units, percentile", r.Boot.Pct, .16)
			count("mediation within "+strconv.Itoa(g)+" units, BCa", r.Boot.BCa, .16)
		}
		for _, c := range [][2]int{{20, 10}, {40, 6}, {40, 20}} { // 2×2 with units, CR1
			units, treated := c[0], c[1]
			var y []float64
			var tr, po []bool
			var unit []int
			for i := range units {
				e, a := ar(rng, 8, .5), rng.NormFloat64()
				for p := range 8 {
					v := a + e[p]
					if i < treated && p >= 4 {
						v++
					}
					y, tr, po, unit = append(y, v), append(tr, i < treated), append(po, p >= 4), append(unit, i)
				}
			}
			d, err := stats.DiD(y, tr, po, unit, .95)
			if err != nil {
				t.Fatal(err)
			}
			count("2×2, CR1, "+strconv.Itoa(treated)+" of "+strconv.Itoa(units)+" treated", d.CI, 1)
		}
		for _, size := range []int{10, 20, 40} { // staggered: two cohorts of size, twice as many never treated
			var d stats.StaggeredData
			for i := range 4 * size {
				e, a := ar(rng, 6, .5), rng.NormFloat64()
				start := 0.
				if i < size {
					start = 3
				} else if i < 2*size {
					start = 5
				}
				for p := range 6 {
					v := a + e[p]
					if start > 0 && float64(p+1) >= start {
						v++
					}
					d.Unit, d.Time, d.Cohort, d.Y = append(d.Unit, i), append(d.Time, float64(p+1)), append(d.Cohort, start), append(d.Y, v)
				}
			}
			r, err := stats.CallawaySantAnna(ctx, d, stats.StaggeredOptions{Draws: 2000, Seed: uint64(k)})
			if err != nil {
				t.Fatal(err)
			}
			name := "staggered, cohorts of " + strconv.Itoa(size)
			count(name+", simple", stats.Interval{Lo: r.SimpleATT - 1.96*r.SimpleSE, Hi: r.SimpleATT + 1.96*r.SimpleSE}, 1)
			count(name+", by cohort (delta)", stats.Interval{Lo: r.Group.Overall - 1.96*r.GroupSE, Hi: r.Group.Overall + 1.96*r.GroupSE}, 1)
			all := stats.Interval{Lo: -1, Hi: 1}
			for i, e := range r.Dynamic.At {
				truth := 0.
				if e >= 0 {
					truth = 1
				}
				if b := r.Band[i]; b.Lo > truth || b.Hi < truth {
					all = stats.Interval{Lo: 1, Hi: 2}
				}
			}
			count(name+", simultaneous band", all, 0)
		}
		for _, c := range [][2]int{{12, 4}, {20, 2}, {30, 10}} {
			y := noisePanel(c[0], 10, uint64(k*7+c[0]))
			for i := range c[1] {
				for p := 5; p < 10; p++ {
					y[i][p]++
				}
			}
			r, err := stats.RandomisationTest(ctx, stats.RolloutData{Y: y, Start: startsOf(c[0], c[1], 5)}, stats.RandomisationOptions{Reps: 499, ExactUpTo: 500, Seed: uint64(k)})
			if err != nil {
				t.Fatal(err)
			}
			count("randomisation interval, "+strconv.Itoa(c[1])+" of "+strconv.Itoa(c[0]), r.CI, 1)
		}
		for _, c := range []struct {
			n   int
			phi float64
		}{{40, .3}, {60, .3}, {60, .5}, {120, .5}, {200, .8}} {
			y := ar(rng, c.n, c.phi)
			for i := range y {
				y[i] += .05 * float64(i)
				if i >= c.n/2 {
					y[i]++
				}
			}
			r, err := stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: c.n / 2}, 4, .95)
			if err != nil {
				t.Fatal(err)
			}
			name := "interrupted series, n = " + strconv.Itoa(c.n) + ", AR " + strconv.FormatFloat(c.phi, 'f', 1, 64)
			count(name+", Newey–West 4", r.LevelCI[0], 1)
			count(name+", AR(1) ML", r.LevelCI[1], 1)
			count(name+", AR(1) REML", r.LevelCI[2], 1)
		}
		for _, n := range []int{30, 60, 120} {
			y, one, time, level := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range y {
				one[i], time[i] = 1, float64(i)
				mu := 3.5
				if i >= n/2 {
					level[i] = 1
					mu -= .2
				}
				y[i] = poissonDraw(rng, math.Exp(mu+.01*float64(i)+.2*rng.NormFloat64()-.02))
			}
			f, err := stats.PoissonRegression(y, nil, [][]float64{one, level, time}, []string{"c", "level", "time"}, .95)
			if err != nil {
				t.Fatal(err)
			}
			count("quasi-Poisson, n = "+strconv.Itoa(n), f.QuasiCI[1], math.Exp(-.2))
			count("Poisson (over-dispersed data), n = "+strconv.Itoa(n), f.CI[1], math.Exp(-.2))
		}
		for _, n := range []int{6, 12, 24} {
			var s []stats.Slope
			for range n {
				se := .2 + .3*rng.Float64()
				s = append(s, stats.Slope{B: .5 + .3*rng.NormFloat64() + se*rng.NormFloat64(), SE: se})
			}
			p, err := stats.PoolSlopes(s)
			if err != nil {
				t.Fatal(err)
			}
			q := map[int]float64{6: 2.570582, 12: 2.200985, 24: 2.068658}[n]
			count("pooled slope of "+strconv.Itoa(n)+" teams (Hartung–Knapp, t)", stats.Interval{Lo: p.Mean - q*p.SE, Hi: p.Mean + q*p.SE}, .5)
		}
		for _, n := range []int{100, 200, 400} {
			y, x := driverRows(rng, n)
			d, err := stats.DriversBootstrap(ctx, y, x, []string{"a", "b", "c"}, nil, boot(k))
			if err != nil {
				t.Fatal(err)
			}
			for j, name := range []string{"strong", "middle", "weak"} {
				count("LMG, n = "+strconv.Itoa(n)+", "+name+" driver", d.LMGCI[j], lmgTruth[j])
			}
		}
		{ // parallel trends broken by .2 a period before and after: M = 1 must hold the truth
			path := []float64{.4, .2, .2, 0, 1.2}
			cov := make([][]float64, 5)
			for i := range cov {
				cov[i] = make([]float64, 5)
				if i != 3 {
					path[i] += .1 * rng.NormFloat64()
					cov[i][i] = .01
				}
			}
			b, err := stats.RelativeMagnitudes([]float64{-4, -3, -2, -1, 0}, path, cov, []float64{0, 0, 0, 0, 1}, []float64{0, 1}, .95)
			if err != nil {
				t.Fatal(err)
			}
			count("pre-trend bounds, M = 0 (trends broken)", b.CI[0], 1)
			count("pre-trend bounds, M = 1 (trends broken by as much)", b.CI[1], 1)
		}
		num, den := 2+.5*rng.NormFloat64(), 5+rng.NormFloat64()
		fi, err := stats.MediatedShare(num, .5, den, 1, 0, .95)
		if err != nil {
			t.Fatal(err)
		}
		if fi.Shape == "two_rays" {
			fi.CI = stats.Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}
		}
		count("mediated share, Fieller", fi.CI, .4)
	}
	for _, name := range order {
		g := tally[name]
		share := float64(g.in) / float64(g.all)
		t.Logf("%-62s %.3f of %d", name, share, g.all)
		weak := strings.Contains(name, "Newey–West") || strings.Contains(name, "over-dispersed") || strings.Contains(name, "M = 0") // known to fall short, see their comments
		if share < .8 && !weak {
			t.Errorf("%s: covers %.3f", name, share)
		}
	}
}

// driverRows draws three correlated drivers (.5) with slopes .6, .3 and .1.
func driverRows(rng *rand.Rand, n int) (y []float64, x [][]float64) {
	y, x = make([]float64, n), [][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	for i := range y {
		common := rng.NormFloat64()
		for j, b := range []float64{.6, .3, .1} {
			x[j][i] = (common + rng.NormFloat64()) / math.Sqrt2
			y[i] += b * x[j][i]
		}
		y[i] += rng.NormFloat64()
	}
	return y, x
}

func poissonDraw(rng *rand.Rand, mu float64) float64 {
	k, p, limit := 0, rng.Float64(), math.Exp(-mu)
	for p > limit {
		k++
		p *= rng.Float64()
	}
	return float64(k)
}
