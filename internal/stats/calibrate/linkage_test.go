//go:build calibrate

package calibrate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// nullPanel draws a balanced panel in which x and y have nothing to do with each other but a shock that hits every team
// with the same loading in both: x_it = α_i + size·λ_i f_t + u_it, y_it = β_i + size·λ_i f_t + v_it, all AR(.8) of sd 1,
// λ_i normal around 1 with sd load. slope adds slope·x to y.
func nullPanel(rng *rand.Rand, p *stats.Panel, teams, periods int, load, size, slope float64) {
	const rho = .8
	n := teams * periods
	if len(p.Y) != n {
		*p = stats.Panel{Unit: make([]int, n), Time: make([]int, n), Y: make([]float64, n), X: [][]float64{make([]float64, n)}}
		for i := range n {
			p.Unit[i], p.Time[i] = i/periods, i%periods
		}
	}
	shock := make([]float64, periods)
	ar(rng, shock, rho)
	for g := range teams {
		x, y := p.X[0][g*periods:(g+1)*periods], p.Y[g*periods:(g+1)*periods]
		ar(rng, x, rho)
		ar(rng, y, rho)
		lambda := size * (1 + load*rng.NormFloat64())
		a, b := rng.NormFloat64(), rng.NormFloat64()
		for t := range periods {
			x[t] += a + lambda*shock[t]
			y[t] += b + lambda*shock[t] + slope*x[t]
		}
	}
}

// decide is the linkage decision: two-way fixed effects p ≤ .05 (by the wild cluster bootstrap below 40 teams) and the
// same sign with p ≤ .05 under common correlated effects. out: decision, two-way alone, common correlated effects alone.
func decide(p *stats.Panel, teams, rep int, out []int8) {
	fe, err := stats.TwoWayFE(p, stats.FEOptions{})
	if err != nil {
		return
	}
	pFE := fe.Coef[0].P
	if teams < 40 {
		w, err := stats.WildCluster(context.Background(), p, 0, stats.WildOptions{Effects: stats.TwoWay, Draws: 9999, Seed: uint64(rep), NoInterval: true})
		if err != nil {
			return
		}
		pFE = w.P
	}
	cce, err := stats.CCE(p, .95)
	if err != nil {
		return
	}
	c := cce.Coef[0]
	out[1], out[2] = yes(pFE <= .05), yes(c.P <= .05)
	out[0] = yes(pFE <= .05 && c.P <= .05 && c.B*fe.Coef[0].B > 0)
}

func TestLinkage(t *testing.T) {
	runSection(t, "linkage", "The linkage decision without a relation",
		"Null panels: x and y of a team share nothing but a common AR(.8) shock, which hits all teams equally or with loadings of sd .3 or .5 "+
			"(the same loading in x and in y), over AR(.8) noise; the shock has 1 or 2 times the standard deviation of the noise. The decision is two-way fixed effects p ≤ .05 (one pair, so q = p; "+
			"wild cluster bootstrap, 9,999 draws, below 40 teams; CR1 and t(G−1) from 40 on) and common correlated effects p ≤ .05 with the same sign.",
		func(s *section) {
			for _, size := range [][2]int{{15, 8}, {40, 24}, {200, 104}} {
				for _, c := range [][2]float64{{0, 2}, {.3, 1}, {.5, 1}, {.3, 2}, {.5, 2}} {
					load, shock := c[0], c[1]
					name := fmt.Sprintf("%d teams × %d periods, loading sd %g, shock %g", size[0], size[1], load, shock)
					s.measure(t, name, 5000, []ask{
						{what: "flagged by the decision", high: .06},
						{what: "by two-way fixed effects alone", high: 1},
						{what: "by common correlated effects alone", high: 1},
					}, func(rng *rand.Rand, rep int, out []int8) {
						var p stats.Panel
						nullPanel(rng, &p, size[0], size[1], load, shock, 0)
						decide(&p, size[0], rep, out)
					})
				}
			}
		})
}
