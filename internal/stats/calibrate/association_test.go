//go:build calibrate

package calibrate

import (
	"math"
	"math/rand/v2"

	"rapport/internal/stats"
)

func associationTrials() []trial {
	return []trial{
		{
			name: "pearson, n = 8, r = .5", reps: 4000, parts: []string{"r"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				x, y := bivariate(rng, 8, .5)
				r, err := stats.Pearson(x, y, level)
				if err != nil {
					return nil
				}
				return []hit{{r.CI, .5}}
			},
		},
		{
			name: "spearman, n = 12, r = .5", reps: 4000, parts: []string{"rho, Bonett–Wright"}, wide: map[int]string{0: "somewhat wide in small samples"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				x, y := bivariate(rng, 12, .5)
				r, err := stats.Spearman(x, y, level)
				if err != nil {
					return nil
				}
				return []hit{{r.CI, 6 / math.Pi * math.Asin(.25)}}
			},
		},
		{
			name: "kendall, n = 15, r = .5", reps: 4000, parts: []string{"tau-b"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				x, y := bivariate(rng, 15, .5)
				r, err := stats.Kendall(x, y, level)
				if err != nil {
					return nil
				}
				return []hit{{r.CI, 2 / math.Pi * math.Asin(.5)}}
			},
		},
		{
			name: "partial, n = 12, 2 controls", reps: 4000, parts: []string{"partial r"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				x, y := bivariate(rng, 12, .4)
				c, d := bivariate(rng, 12, .3)
				for i := range x {
					x[i] += .8*c[i] - .5*d[i]
					y[i] += .5*c[i] + .7*d[i]
				}
				r, err := stats.Partial(x, y, [][]float64{c, d}, false, level)
				if err != nil {
					return nil
				}
				return []hit{{r.Partial.CI, .4}}
			},
		},
		{
			name: "rmcorr, 6 teams × 3, df = 11", reps: 4000, parts: []string{"r"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				unit, _ := longPanel(6, 3)
				x, y := bivariate(rng, len(unit), .4)
				for i, u := range unit {
					x[i] += float64(u)
					y[i] -= 2 * float64(u)
				}
				r, err := stats.RMCorr(unit, x, y, level)
				if err != nil {
					return nil
				}
				return []hit{{r.CI, .4}}
			},
		},
		{
			name: "effective sample size, one pair of AR(.5) series, 50 periods", reps: 4000, parts: []string{"r"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit { return effective(rng, 1, 50, .5, level) },
		},
		{
			name: "effective sample size, 10 teams of AR(.8), 100 periods", reps: 4000, parts: []string{"r"}, slow: true,
			draw: func(rng *rand.Rand, _ int, level float64) []hit { return effective(rng, 10, 100, .8, level) },
		},
		{
			name: "selected list (FCR), 20 estimates, 6 real", reps: 4000, parts: []string{"one of the shown intervals, drawn at random"},
			wide: map[int]string{0: "FCR bounds the average miss"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				b, se, truth := make([]float64, 20), make([]float64, 20), make([]float64, 20)
				for i := range b {
					if i < 6 {
						truth[i] = 1 + .5*float64(i)
					}
					se[i] = 1
					b[i] = truth[i] + rng.NormFloat64()
				}
				sel, ci, err := stats.FCRNormal(b, se, nil, level)
				if err != nil || len(sel) == 0 {
					return nil
				}
				k := sel[rng.IntN(len(sel))]
				return []hit{{ci[k], truth[k]}}
			},
		},
	}
}

// effective draws teams of x and y that follow AR(rho) and share correlation .3 in their innovations.
func effective(rng *rand.Rand, teams, periods int, rho, level float64) []hit {
	unit, time := longPanel(teams, periods)
	x, y := make([]float64, len(unit)), make([]float64, len(unit))
	for g := range teams {
		a, b := x[g*periods:(g+1)*periods], y[g*periods:(g+1)*periods]
		ar(rng, a, rho)
		ar(rng, b, rho)
		for t := range a {
			b[t] = .3*a[t] + math.Sqrt(1-.09)*b[t]
		}
	}
	r, err := stats.EffectiveN(unit, time, x, y, level)
	if err != nil {
		return nil
	}
	return []hit{{r.CI, .3}}
}
