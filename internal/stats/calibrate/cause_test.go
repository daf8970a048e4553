//go:build calibrate

package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// causeReps is fewer than elsewhere, because each replication holds a bootstrap or a search of its own.
const causeReps = 2000

// quickBoot is the bootstrap of a replication.
func quickBoot(rep int) stats.BootOptions {
	return stats.BootOptions{Reps: 999, Seed: uint64(rep), ExactUpTo: -1}
}

func TestCause(t *testing.T) {
	runSection(t, "cause", "Bootstraps, mediation, drivers and cause: 95 % intervals",
		"Units have levels of their own and AR errors inside; effects are planted and constant. Bootstraps have 999 draws.",
		func(s *section) {
			bootstrapCoverage(t, s)
			mediationCoverage(t, s)
			driverCoverage(t, s)
			differenceCoverage(t, s)
			seriesCoverage(t, s)
			boundCoverage(t, s)
		})
}

// from is what is promised: at least 93 % where the method's comment names the size, else nothing.
func from(named bool) float64 {
	if named {
		return least
	}
	return 0
}

func series(rng *rand.Rand, n int, rho float64) []float64 {
	v := make([]float64, n)
	ar(rng, v, rho)
	return v
}

func bootstrapCoverage(t *testing.T, s *section) {
	for _, g := range []int{20, 30, 50} {
		s.measure(t, fmt.Sprintf("slope within %d units, 10 periods, AR .6", g), causeReps,
			[]ask{{what: "cluster bootstrap, percentile", low: from(g >= 40), high: 1}, {what: "cluster bootstrap, BCa", low: from(g >= 60), high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				var unit []int
				var x, y []float64
				for i := range g {
					a, b, e := rng.NormFloat64(), series(rng, 10, .6), series(rng, 10, .6)
					for p := range 10 {
						unit, x, y = append(unit, i), append(x, b[p]+a), append(y, .5*b[p]+a+e[p])
					}
				}
				k, stat, err := stats.BootWithinSlopes(unit, y, [][]float64{x})
				if err != nil {
					return
				}
				if r, err := stats.Bootstrap(t.Context(), k, 1, stat, quickBoot(rep)); err == nil {
					out[0], out[1] = holds(r.Stats[0].Pct, .5), holds(r.Stats[0].BCa, .5)
				}
			})
	}
	for _, n := range []int{30, 60, 100} {
		s.measure(t, fmt.Sprintf("mean of %d exponential values", n), causeReps,
			[]ask{{what: "iid bootstrap, percentile", low: from(n >= 100), high: 1}, {what: "iid bootstrap, BCa", low: from(n >= 100), high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				x, one := make([]float64, n), make([]float64, n)
				for i := range x {
					x[i], one[i] = rng.ExpFloat64(), 1
				}
				k, stat, err := stats.BootRatio(nil, x, one)
				if err != nil {
					return
				}
				if r, err := stats.Bootstrap(t.Context(), k, 1, stat, quickBoot(rep)); err == nil {
					out[0], out[1] = holds(r.Stats[0].Pct, 1), holds(r.Stats[0].BCa, 1)
				}
			})
	}
	for _, c := range []struct {
		n, l  int
		rho   float64
		named bool
	}{{200, 10, .5, false}, {1000, 25, .5, false}, {2000, 60, .5, true}, {600, 30, .8, false}, {4000, 120, .8, true}} {
		s.measure(t, fmt.Sprintf("mean of %d periods, AR %g, blocks of %d", c.n, c.rho, c.l), causeReps, []ask{{what: "circular block bootstrap", low: from(c.named), high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				if b, err := stats.BlockBootstrap(t.Context(), series(rng, c.n, c.rho), c.l, true, quickBoot(rep)); err == nil {
					out[0] = holds(b.Pct, 0)
				}
			})
	}
}

func mediationCoverage(t *testing.T, s *section) {
	for _, n := range []int{50, 100, 200} {
		s.measure(t, fmt.Sprintf("mediation, %d rows, a = b = .4", n), causeReps,
			[]ask{
				{what: "percentile", low: from(true), high: 1},
				{what: "BCa", low: from(true), high: 1},
				{what: "Monte-Carlo limit", low: from(true), high: 1},
				{what: "Sobel", low: from(n >= 200), high: 1},
			},
			func(rng *rand.Rand, rep int, out []int8) {
				x, m, y := make([]float64, n), make([]float64, n), make([]float64, n)
				for i := range x {
					x[i] = rng.NormFloat64()
					m[i] = .4*x[i] + rng.NormFloat64()
					y[i] = .4*m[i] + .2*x[i] + rng.NormFloat64()
				}
				r, err := stats.Mediation(t.Context(), x, m, y, nil, quickBoot(rep))
				if err != nil {
					return
				}
				out[0], out[1], out[2] = holds(r.Boot.Pct, .16), holds(r.Boot.BCa, .16), holds(r.MC, .16)
				out[3] = yes(math.Abs(r.AB-.16) <= 1.959964*r.SobelSE)
			})
	}
	for _, g := range []int{20, 40, 60} {
		s.measure(t, fmt.Sprintf("mediation within %d units, 12 periods, AR .5", g), causeReps,
			[]ask{{what: "percentile", low: from(g >= 40), high: 1}, {what: "BCa", low: from(g >= 40), high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				var unit []int
				var x, m, y []float64
				for i := range g {
					a, xs, em, ey := rng.NormFloat64(), series(rng, 12, .5), series(rng, 12, .5), series(rng, 12, .5)
					for p := range 12 {
						mm := .4*xs[p] + em[p]
						unit, x, m, y = append(unit, i), append(x, xs[p]+a), append(m, mm-a), append(y, .4*mm+ey[p]+2*a)
					}
				}
				if r, err := stats.MediationWithin(t.Context(), unit, x, m, y, quickBoot(rep)); err == nil {
					out[0], out[1] = holds(r.Boot.Pct, .16), holds(r.Boot.BCa, .16)
				}
			})
	}
	for _, k := range []int{6, 12, 24} {
		q := map[int]float64{6: 2.570582, 12: 2.200985, 24: 2.068658}[k] // t(k−1)
		s.measure(t, fmt.Sprintf("mean slope of %d teams, tau .3, se .2 to .5", k), causeReps, []ask{{what: "Hartung–Knapp", low: least, high: 1}},
			func(rng *rand.Rand, _ int, out []int8) {
				v := make([]stats.Slope, k)
				for i := range v {
					se := .2 + .3*rng.Float64()
					v[i] = stats.Slope{B: .5 + .3*rng.NormFloat64() + se*rng.NormFloat64(), SE: se}
				}
				if p, err := stats.PoolSlopes(v); err == nil {
					out[0] = yes(math.Abs(p.Mean-.5) <= q*p.SE)
				}
			})
	}
	s.measure(t, "share 2 (.5) of 5 (1)", 20_000, []ask{{what: "Fieller", low: least, high: 1}},
		func(rng *rand.Rand, _ int, out []int8) {
			r, err := stats.MediatedShare(2+.5*rng.NormFloat64(), .5, 5+rng.NormFloat64(), 1, 0, .95)
			if err != nil {
				return
			}
			switch r.Shape {
			case "interval":
				out[0] = holds(r.CI, .4)
			case "two_rays":
				out[0] = yes(.4 <= r.CI.Lo || .4 >= r.CI.Hi)
			default:
				out[0] = 1
			}
		})
}

// driverRows draws three correlated drivers (.5) with slopes .6, .3 and .1.
func driverRows(rng *rand.Rand, n int) (y []float64, x [][]float64) {
	y, x = make([]float64, n), [][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	for i := range y {
		shared := rng.NormFloat64()
		for j, b := range []float64{.6, .3, .1} {
			x[j][i] = (shared + rng.NormFloat64()) / math.Sqrt2
			y[i] += b * x[j][i]
		}
		y[i] += rng.NormFloat64()
	}
	return y, x
}

func driverCoverage(t *testing.T, s *section) {
	names := []string{"a", "b", "c"}
	y, x := driverRows(rand.New(rand.NewPCG(s.Seed, 0)), 4_000_000)
	truth, err := stats.Drivers(y, x, names)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{100, 200} {
		s.measure(t, fmt.Sprintf("LMG, %d rows, R² = %.2f", n, truth.R2), causeReps,
			[]ask{{what: "strong driver", low: from(n >= 200), high: 1}, {what: "middle driver", low: from(n >= 200), high: 1}, {what: "weak driver", low: 0, high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				y, x := driverRows(rng, n)
				if d, err := stats.DriversBootstrap(t.Context(), y, x, names, nil, quickBoot(rep)); err == nil {
					for j := range names {
						out[j] = holds(d.LMGCI[j], truth.LMG[j])
					}
				}
			})
	}
}

func differenceCoverage(t *testing.T, s *section) {
	for _, c := range [][2]int{{20, 10}, {40, 6}, {40, 20}} {
		s.measure(t, fmt.Sprintf("2×2, %d of %d units treated, 4 + 4 periods, AR .5", c[1], c[0]), causeReps, []ask{{what: "CR1 and t(G−1)", low: from(c[1] >= 10), high: 1}},
			func(rng *rand.Rand, _ int, out []int8) {
				var y []float64
				var treat, post []bool
				var unit []int
				for i := range c[0] {
					e, a := series(rng, 8, .5), rng.NormFloat64()
					for p := range 8 {
						v := a + e[p]
						if i < c[1] && p >= 4 {
							v++
						}
						y, treat, post, unit = append(y, v), append(treat, i < c[1]), append(post, p >= 4), append(unit, i)
					}
				}
				if d, err := stats.DiD(y, treat, post, unit, .95); err == nil {
					out[0] = holds(d.CI, 1)
				}
			})
	}
	for _, size := range []int{10, 20, 40} {
		s.measure(t, fmt.Sprintf("staggered, two cohorts of %d, %d never, AR .5", size, 2*size), causeReps,
			[]ask{{what: "simple average", low: from(size >= 20), high: 1}, {what: "by cohort (delta)", low: from(size >= 20), high: 1}, {what: "simultaneous band", low: from(size >= 40), high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				r, err := stats.CallawaySantAnna(t.Context(), staggeredRows(rng, size), stats.StaggeredOptions{Draws: 2000, Seed: uint64(rep)})
				if err != nil {
					return
				}
				out[0], out[1] = yes(math.Abs(r.SimpleATT-1) <= 1.959964*r.SimpleSE), yes(math.Abs(r.Group.Overall-1) <= 1.959964*r.GroupSE)
				out[2] = 1
				for i, e := range r.Dynamic.At {
					if holds(r.Band[i], float64(yes(e >= 0))) == 0 {
						out[2] = 0
					}
				}
			})
	}
	for _, c := range [][2]int{{12, 4}, {20, 2}, {30, 10}} {
		s.measure(t, fmt.Sprintf("randomisation interval, %d of %d treated, 5 + 5 periods, AR .5", c[1], c[0]), causeReps, []ask{{what: "inverted test, 499 draws", low: least, high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				y, start := make([][]float64, c[0]), make([]int, c[0])
				for i := range y {
					y[i], start[i] = series(rng, 10, .5), -1
					if i < c[1] {
						start[i] = 5
						for p := 5; p < 10; p++ {
							y[i][p]++
						}
					}
				}
				if r, err := stats.RandomisationTest(t.Context(), stats.RolloutData{Y: y, Start: start}, stats.RandomisationOptions{Reps: 499, ExactUpTo: 500, Seed: uint64(rep)}); err == nil {
					out[0] = holds(r.CI, 1)
				}
			})
	}
}

// staggeredRows is a panel of 6 periods: a cohort of size from period 3 on, one from 5 on, twice as many never; effect 1.
func staggeredRows(rng *rand.Rand, size int) (d stats.StaggeredData) {
	for i := range 4 * size {
		e, a, start := series(rng, 6, .5), rng.NormFloat64(), 0.
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
	return d
}

func seriesCoverage(t *testing.T, s *section) {
	for _, c := range []struct {
		n   int
		rho float64
	}{{60, .3}, {120, .3}, {120, .5}, {200, .8}, {400, .8}} {
		named := c.rho < .4 && c.n >= 120 || c.rho < .6 && c.n >= 120 || c.n >= 400
		s.measure(t, fmt.Sprintf("interrupted series, %d periods, AR %g: level", c.n, c.rho), causeReps,
			[]ask{{what: "AR(1) REML", low: from(named), high: 1}, {what: "AR(1) ML", low: 0, high: 1}, {what: "Newey–West, lag 4", low: 0, high: 1}},
			func(rng *rand.Rand, _ int, out []int8) {
				y := series(rng, c.n, c.rho)
				for i := range y {
					y[i] += .05 * float64(i)
					if i >= c.n/2 {
						y[i]++
					}
				}
				if r, err := stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: c.n / 2}, 4, .95); err == nil {
					out[0], out[1], out[2] = holds(r.LevelCI[2], 1), holds(r.LevelCI[1], 1), holds(r.LevelCI[0], 1)
				}
			})
	}
	for _, n := range []int{30, 60, 120} {
		s.measure(t, fmt.Sprintf("interrupted counts, %d periods, over-dispersed", n), causeReps,
			[]ask{{what: "quasi-Poisson", low: from(n >= 60), high: 1}, {what: "Poisson", low: 0, high: 1}},
			func(rng *rand.Rand, _ int, out []int8) {
				y, one, time, level := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
				for i := range y {
					one[i], time[i] = 1, float64(i)
					mu := 3.5 + .01*float64(i)
					if i >= n/2 {
						level[i] = 1
						mu -= .2
					}
					y[i] = poissonCount(rng, math.Exp(mu+.2*rng.NormFloat64()-.02))
				}
				if f, err := stats.PoissonRegression(y, nil, [][]float64{one, level, time}, []string{"c", "level", "time"}, .95); err == nil {
					out[0], out[1] = holds(f.QuasiCI[1], math.Exp(-.2)), holds(f.CI[1], math.Exp(-.2))
				}
			})
	}
}

func poissonCount(rng *rand.Rand, mu float64) float64 {
	k, p, limit := 0, rng.Float64(), math.Exp(-mu)
	for p > limit {
		k++
		p *= rng.Float64()
	}
	return float64(k)
}

// boundCoverage breaks parallel trends by .2 a period, before the start and after: M = 1 must hold the truth.
func boundCoverage(t *testing.T, s *section) {
	s.measure(t, "pre-trend bounds, trends broken by .2 a period, se .1", 20_000,
		[]ask{{what: "M = 1", low: least, high: 1}, {what: "M = 0 (no allowance)", low: 0, high: 1}},
		func(rng *rand.Rand, _ int, out []int8) {
			path, cov := []float64{.4, .2, .2, 0, 1.2}, make([][]float64, 5)
			for i := range cov {
				cov[i] = make([]float64, 5)
				if i != 3 {
					path[i] += .1 * rng.NormFloat64()
					cov[i][i] = .01
				}
			}
			b, err := stats.RelativeMagnitudes([]float64{-4, -3, -2, -1, 0}, path, cov, []float64{0, 0, 0, 0, 1}, []float64{1, 0}, .95)
			if err != nil {
				return
			}
			out[0], out[1] = holds(b.CI[0], 1), holds(b.CI[1], 1)
		})
}
