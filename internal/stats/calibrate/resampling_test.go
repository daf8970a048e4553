//go:build calibrate

package calibrate

import (
	"context"
	"math"
	"math/rand/v2"

	"rapport/internal/stats"
)

func resamplingTrials() []trial {
	bg := context.Background()
	opt := func(rep int, level float64) stats.BootOptions {
		return stats.BootOptions{Reps: 999, Seed: uint64(rep), Level: level, ExactUpTo: -1}
	}
	return []trial{
		{
			name: "bootstrap of a ratio of skewed columns, 50 clusters", reps: 3000, parts: []string{"BCa", "percentile"},
			weak: map[int]string{1: "skewed data: from more clusters on"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit {
				x, y := make([]float64, 50), make([]float64, 50)
				for i := range x {
					x[i] = 1 + rng.ExpFloat64()
					y[i] = .5*x[i] + .5*rng.ExpFloat64()
				}
				k, stat, err := stats.BootRatio(nil, y, x)
				if err != nil {
					return nil
				}
				r, err := stats.Bootstrap(bg, k, 1, stat, opt(rep, level))
				if err != nil {
					return nil
				}
				return []hit{{r.Stats[0].BCa, .75}, {r.Stats[0].Pct, .75}}
			},
		},
		{
			name: "bootstrap of a within-team slope, 100 teams × 8, AR(.8)", reps: 3000, parts: []string{"percentile", "BCa"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit {
				p := slopePanel(rng, 100, 8, 0, 0)
				k, stat, err := stats.BootWithinSlopes(p.Unit, p.Y, p.X)
				if err != nil {
					return nil
				}
				r, err := stats.Bootstrap(bg, k, 1, stat, opt(rep, level))
				if err != nil {
					return nil
				}
				return []hit{{r.Stats[0].Pct, .3}, {r.Stats[0].BCa, .3}}
			},
		},
		{
			name: "block bootstrap of a mean, 800 periods, AR(.5), blocks of 20", reps: 2000, parts: []string{"percentile"}, slow: true,
			draw: func(rng *rand.Rand, rep int, level float64) []hit { return blocks(rng, rep, 800, 20, .5, level) },
		},
		{
			name: "block bootstrap of a mean, 800 periods, AR(.8), blocks of 20", reps: 2000, parts: []string{"percentile"}, weak: map[int]string{0: "strong autocorrelation: too short"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit { return blocks(rng, rep, 800, 20, .8, level) },
		},
		{
			name: "mediation, n = 50, a = b = .5", reps: 2000, parts: []string{"percentile", "BCa", "Monte-Carlo"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit {
				x, m, y := make([]float64, 50), make([]float64, 50), make([]float64, 50)
				for i := range x {
					x[i] = rng.NormFloat64()
					m[i] = .5*x[i] + rng.NormFloat64()
					y[i] = .2*x[i] + .5*m[i] + rng.NormFloat64()
				}
				r, err := stats.Mediation(bg, x, m, y, nil, opt(rep, level))
				if err != nil {
					return nil
				}
				return []hit{{r.Boot.Pct, .25}, {r.Boot.BCa, .25}, {r.MC, .25}}
			},
		},
		{
			name: "mediation within teams, 80 teams × 12, AR(.5)", reps: 2000, parts: []string{"percentile", "BCa"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit {
				const teams, periods = 80, 12
				unit, _ := longPanel(teams, periods)
				x, m, y := make([]float64, len(unit)), make([]float64, len(unit)), make([]float64, len(unit))
				for g := range teams {
					lo, hi := g*periods, (g+1)*periods
					ar(rng, x[lo:hi], .5)
					ar(rng, m[lo:hi], .5)
					ar(rng, y[lo:hi], .5)
					a := rng.NormFloat64()
					for i := lo; i < hi; i++ {
						m[i] += .5*x[i] + a
						y[i] += .2*x[i] + .5*m[i] - 2*a
					}
				}
				r, err := stats.MediationWithin(bg, unit, x, m, y, opt(rep, level))
				if err != nil {
					return nil
				}
				return []hit{{r.Boot.Pct, .25}, {r.Boot.BCa, .25}}
			},
		},
		{
			name: "mediated share (Fieller)", reps: 4000, parts: []string{"share .4"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				num, den := 4+1.5*rng.NormFloat64(), 10+2.5*rng.NormFloat64()
				r, err := stats.MediatedShare(num, 1.5, den, 2.5, 0, level)
				if err != nil {
					return nil
				}
				ci := r.CI
				switch r.Shape {
				case "whole_line":
					ci = stats.Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}
				case "two_rays":
					if .4 <= ci.Lo || .4 >= ci.Hi {
						ci = stats.Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}
					} else {
						ci = stats.Interval{Lo: math.Inf(1), Hi: math.Inf(1)}
					}
				}
				return []hit{{ci, .4}}
			},
		},
		{
			name: "partial pooling of 15 team slopes", reps: 4000, parts: []string{"mean slope ± t(14)·SE"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				s := make([]stats.Slope, 15)
				for i := range s {
					se := .2 + .4*rng.Float64()
					s[i] = stats.Slope{B: .5 + .3*rng.NormFloat64() + se*rng.NormFloat64(), SE: se, N: 20}
				}
				r, err := stats.PoolSlopes(s)
				if err != nil {
					return nil
				}
				q := map[float64]float64{.95: 2.1447866879, .90: 1.7613101358}[level]
				return []hit{{stats.Interval{Lo: r.Mean - q*r.SE, Hi: r.Mean + q*r.SE}, .5}}
			},
		},
	}
}

func blocks(rng *rand.Rand, rep, n, l int, rho, level float64) []hit {
	x := make([]float64, n)
	ar(rng, x, rho)
	r, err := stats.BlockBootstrap(context.Background(), x, l, true, stats.BootOptions{Reps: 999, Seed: uint64(rep), Level: level})
	if err != nil {
		return nil
	}
	return []hit{{r.Pct, 0}}
}
