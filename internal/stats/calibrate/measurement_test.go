//go:build calibrate

package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

func holds(ci stats.Interval, truth float64) int8 {
	if math.IsNaN(ci.Lo) || math.IsNaN(ci.Hi) {
		return -1
	}
	return yes(ci.Lo <= truth && truth <= ci.Hi)
}

const least, reps95 = .93, 4000

// fivePoint cuts a standard normal at even steps into 1 … 5.
func fivePoint(z float64) float64 { return math.Max(1, math.Min(5, math.Round(3+z))) }

// tauItems draws k parallel items of n people, factor loading l; cut makes them five-point answers.
func tauItems(rng *rand.Rand, n, k int, l float64, cut bool) [][]float64 {
	items := make([][]float64, k)
	for j := range items {
		items[j] = make([]float64, n)
	}
	for i := range n {
		f := rng.NormFloat64()
		for j := range items {
			z := l*f + math.Sqrt(1-l*l)*rng.NormFloat64()
			if cut {
				z = fivePoint(z)
			}
			items[j][i] = z
		}
	}
	return items
}

func drawGroups(rng *rand.Rand, sizes []int, tau, sigma float64) (y []float64, group []int, effect []float64) {
	for g, n := range sizes {
		u := tau * rng.NormFloat64()
		effect = append(effect, u)
		for range n {
			y, group = append(y, u+sigma*rng.NormFloat64()), append(group, g)
		}
	}
	return y, group, effect
}

// spread gives j sizes from 5 to 40.
func spread(j int) []int {
	out := make([]int, j)
	for i := range out {
		out[i] = 5 + i*35/max(1, j-1)
	}
	return out
}

func TestMeasurement(t *testing.T) {
	runSection(t, "measurement", "Measurement: 95 % intervals",
		"Coverage of the true value. Items are parallel with loading .7; group effects and answers normal unless said; sizes 5 to 40 means evenly "+
			"spread between 5 and 40.",
		func(s *section) {
			for _, cut := range []bool{false, true} {
				truth := 5 * .49 / (1 + 4*.49)
				name := "alpha, 5 normal items, n = 30"
				if cut {
					name = "alpha, 5 five-point items, n = 30"
					a, err := stats.Alpha(tauItems(rand.New(rand.NewPCG(s.Seed, 1)), 400000, 5, .7, true), .95)
					if err != nil {
						t.Fatal(err)
					}
					truth = a.Raw
				}
				s.measure(t, name, reps95, []ask{{what: "Feldt interval", low: least, high: 1}}, func(rng *rand.Rand, _ int, out []int8) {
					if a, err := stats.Alpha(tauItems(rng, 30, 5, .7, cut), .95); err == nil {
						out[0] = holds(a.Feldt, truth)
					}
				})
			}
			for _, c := range []struct {
				j    int
				icc  float64
				size []int
			}{{20, .1, spread(20)}, {20, .3, spread(20)}, {100, .05, spread(100)}} {
				tau := math.Sqrt(c.icc)
				var n, sq float64
				for _, k := range c.size {
					n += float64(k)
					sq += float64(k * k)
				}
				n0 := (n - sq/n) / float64(c.j-1)
				icc2 := n0 * c.icc / (1 + (n0-1)*c.icc)
				s.measure(t, fmt.Sprintf("icc %g, %d groups of 5 to 40", c.icc, c.j), reps95, []ask{{what: "ICC(1), F interval", low: least, high: 1}, {what: "ICC(2), F interval", low: least, high: 1}},
					func(rng *rand.Rand, _ int, out []int8) {
						y, g, _ := drawGroups(rng, c.size, tau, math.Sqrt(1-c.icc))
						if r, err := stats.ICC(y, g, .95); err == nil {
							out[0], out[1] = holds(r.CI1, c.icc), holds(r.CI2, icc2)
						}
					})
			}
			s.measure(t, "6 Shrout–Fleiss coefficients, 10 targets × 4 judges", reps95, []ask{
				{what: "ICC1", low: least, high: 1},
				{what: "ICC2", low: least, high: 1},
				{what: "ICC3", low: least, high: 1},
				{what: "ICC1k", low: least, high: 1},
				{what: "ICC2k", low: least, high: 1},
				{what: "ICC3k", low: least, high: 1},
			}, func(rng *rand.Rand, _ int, out []int8) {
				const vt, vj, ve = 1.0, .3, 1.0
				oneWay, twoWay := make([][]float64, 4), make([][]float64, 4)
				judge := [4]float64{}
				for j := range 4 {
					judge[j] = math.Sqrt(vj) * rng.NormFloat64()
					oneWay[j], twoWay[j] = make([]float64, 10), make([]float64, 10)
				}
				for i := range 10 {
					u := rng.NormFloat64()
					for j := range 4 {
						e := rng.NormFloat64()
						oneWay[j][i], twoWay[j][i] = u+e, u+judge[j]+e
					}
				}
				a, err := stats.RaterICCs(oneWay, .95)
				if err != nil {
					return
				}
				b, err := stats.RaterICCs(twoWay, .95)
				if err != nil {
					return
				}
				r1, r2, r3 := vt/(vt+ve), vt/(vt+vj+ve), vt/(vt+ve)
				out[0], out[3] = holds(a[0].CI, r1), holds(a[3].CI, stats.SpearmanBrown(r1, 4))
				out[1], out[4] = holds(b[1].CI, r2), holds(b[4].CI, stats.SpearmanBrown(r2, 4))
				out[2], out[5] = holds(b[2].CI, r3), holds(b[5].CI, stats.SpearmanBrown(r3, 4))
			})
			npsCoverage(t, s)
			shrinkCoverage(t, s)
			for _, k := range []int{10, 20, 50} {
				s.measure(t, fmt.Sprintf("shrinkage with known errors, %d teams, tau .3, se .2 to .6", k), reps95, []ask{
					{what: "mean, Hartung–Knapp", low: least, high: 1},
					{what: "mean, normal quantile", high: 1},
					{what: "true value of a team drawn at random", low: least, high: 1},
				}, func(rng *rand.Rand, rep int, out []int8) {
					y, se, truth := make([]float64, k), make([]float64, k), make([]float64, k)
					for i := range y {
						se[i] = .2 + .4*rng.Float64()
						truth[i] = 1 + .3*rng.NormFloat64()
						y[i] = truth[i] + se[i]*rng.NormFloat64()
					}
					f, err := stats.ShrinkKnown(y, se, stats.TauREML, .95)
					if err != nil {
						return
					}
					out[0], out[1] = holds(f.MuHK, 1), holds(f.MuCI, 1)
					out[2] = holds(f.Estimates[rep%k].CI, truth[rep%k])
				})
			}
			s.measure(t, "post-stratification, 4 strata of 200, 10 to 60 answers", reps95, []ask{{what: "corrected mean", low: least, high: 1}, {what: "raw mean's own t interval", high: 1}},
				func(rng *rand.Rand, _ int, out []int8) {
					var strata []stats.Stratum
					var all []float64
					truth := 0.0
					for h, n := range []int{10, 20, 40, 60} {
						pop := make([]float64, 200)
						m := 0.0
						for i := range pop {
							pop[i] = float64(h)/2 + rng.NormFloat64()
							m += pop[i] / 200
						}
						truth += m / 4
						ans := pop[:n]
						mean, v := meanVar(ans)
						all = append(all, ans...)
						strata = append(strata, stats.Stratum{Population: 200, N: n, Mean: mean, Var: v})
					}
					r, err := stats.PostStratify(strata, .95)
					if err != nil {
						return
					}
					out[0] = holds(r.CI, truth)
					mean, v := meanVar(all)
					w := 1.98 * math.Sqrt(v/float64(len(all)))
					out[1] = yes(math.Abs(mean-truth) <= w)
				})
		})
}

func meanVar(x []float64) (m, v float64) {
	for _, a := range x {
		m += a / float64(len(x))
	}
	for _, a := range x {
		v += (a - m) * (a - m) / float64(len(x)-1)
	}
	return m, v
}

func npsCoverage(t *testing.T, s *section) {
	for _, mix := range [][2]float64{{.5, .2}, {.7, .1}, {.3, .4}} {
		for _, n := range []int{10, 20, 50, 100} {
			truth := 100 * (mix[0] - mix[1])
			low := 0.0
			if n >= 50 {
				low = least
			}
			plain := ask{what: "plain Wald", low: low, high: 1}
			if low > 0 {
				plain.low = .92
				plain.note = "close to nominal from 50 on"
			}
			s.measure(t, fmt.Sprintf("NPS, %.0f/%.0f/%.0f mix, n = %d", 100*mix[0], 100*(1-mix[0]-mix[1]), 100*mix[1], n), 2*reps95,
				[]ask{{what: "adjusted Wald", low: least, high: 1}, plain, {what: "difference of two such groups, adjusted", low: least, high: 1}},
				func(rng *rand.Rand, _ int, out []int8) {
					draw := func() *stats.NPSResult {
						var p, d int
						for range n {
							switch u := rng.Float64(); {
							case u < mix[0]:
								p++
							case u < mix[0]+mix[1]:
								d++
							}
						}
						r, err := stats.NPSFromCounts(p, n-p-d, d, 0, .95)
						if err != nil {
							t.Error(err)
						}
						return r
					}
					a, b := draw(), draw()
					out[0], out[1] = holds(a.AdjustedWald, truth), holds(a.Wald, truth)
					if d, err := stats.CompareNPS(a, b, .95); err == nil {
						out[2] = holds(d.Adjusted, 0)
					}
				})
		}
	}
}

func shrinkCoverage(t *testing.T, s *section) {
	for _, c := range []struct {
		j   int
		icc float64
	}{{20, .05}, {20, .1}, {20, .3}, {60, .1}} {
		s.measure(t, fmt.Sprintf("shrinkage, icc %g, %d groups of 5 to 40", c.icc, c.j), reps95, []ask{{what: "true mean of a group drawn at random", low: least, high: 1}, {what: "true mean of the smallest group", low: least, high: 1}},
			func(rng *rand.Rand, rep int, out []int8) {
				y, g, eff := drawGroups(rng, spread(c.j), math.Sqrt(c.icc), math.Sqrt(1-c.icc))
				f, err := stats.Shrink(y, g, true, .95)
				if err != nil {
					return
				}
				k := rep % c.j
				out[0], out[1] = holds(f.Groups[k].CI, eff[k]), holds(f.Groups[0].CI, eff[0])
			})
	}
}
