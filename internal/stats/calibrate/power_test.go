//go:build calibrate

package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

func TestPower(t *testing.T) {
	runSection(t, "power", "Power: is the effect named as detectable found in 80 %?",
		"Panels and difference-in-differences of the stated design with an effect of exactly the minimum detectable size (80 % power at 5 %): how often the test finds it.",
		func(s *section) {
			for _, d := range []stats.PanelDesign{{Teams: 40, Periods: 24, RhoX: .8, RhoE: .8}, {Teams: 60, Periods: 12, RhoX: .5, RhoE: .5}, {Teams: 100, Periods: 8}} {
				beta, err := d.MDE(.8, .05)
				if err != nil {
					t.Fatal(err)
				}
				s.measure(t, fmt.Sprintf("panel, %d × %d, AR %g", d.Teams, d.Periods, d.RhoE), reps95, []ask{{what: "two-way fixed effects, p ≤ .05", low: .76, high: .84}},
					func(rng *rand.Rand, _ int, out []int8) {
						p := stats.Panel{X: [][]float64{nil}}
						x, e := make([]float64, d.Periods), make([]float64, d.Periods)
						for g := range d.Teams {
							ar(rng, x, d.RhoX)
							ar(rng, e, d.RhoE)
							for k := range d.Periods {
								p.Unit, p.Time = append(p.Unit, g), append(p.Time, k)
								p.X[0], p.Y = append(p.X[0], x[k]), append(p.Y, beta*x[k]+e[k])
							}
						}
						if r, err := stats.TwoWayFE(&p, stats.FEOptions{}); err == nil {
							out[0] = yes(r.Coef[0].P <= .05)
						}
					})
			}
			for _, d := range []stats.DiDDesign{{Treated: 12, Control: 12, Pre: 4, Post: 4, Rho: .5}, {Treated: 6, Control: 18, Pre: 6, Post: 3, Rho: .8}} {
				mde, err := d.MDE(.8, .05)
				if err != nil {
					t.Fatal(err)
				}
				n := d.Treated + d.Control
				periods := d.Pre + d.Post
				s.measure(t, fmt.Sprintf("did, %d of %d treated, %d + %d periods, AR %g", d.Treated, n, d.Pre, d.Post, d.Rho), reps95, []ask{{what: "t test of the changes", low: .77, high: .83}, {what: "randomisation test, 999 draws", low: .70, high: .84}},
					func(rng *rand.Rand, rep int, out []int8) {
						y, start := make([][]float64, n), make([]int, n)
						change := make([]float64, n)
						for g := range n {
							y[g] = make([]float64, periods)
							ar(rng, y[g], d.Rho)
							start[g] = -1
							if g < d.Treated {
								start[g] = d.Pre
								for k := d.Pre; k < periods; k++ {
									y[g][k] += mde
								}
							}
							a, _ := meanVar(y[g][:d.Pre])
							b, _ := meanVar(y[g][d.Pre:])
							change[g] = b - a
						}
						mt, vt := meanVar(change[:d.Treated])
						mc, vc := meanVar(change[d.Treated:])
						df := float64(n - 2)
						pooled := (float64(d.Treated-1)*vt + float64(d.Control-1)*vc) / df
						tt := (mt - mc) / math.Sqrt(pooled*(1/float64(d.Treated)+1/float64(d.Control)))
						out[0] = yes(math.Abs(tt) > 2.0738730679) // t(22)
						if r, err := stats.RandomisationTest(t.Context(), stats.RolloutData{Y: y, Start: start}, stats.RandomisationOptions{Reps: 999, Seed: uint64(rep), ExactUpTo: 1, NoCI: true}); err == nil {
							out[1] = yes(r.P <= .05)
						}
					})
			}
		})
}
