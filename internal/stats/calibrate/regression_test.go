//go:build calibrate

package calibrate

import (
	"context"
	"math"
	"math/rand/v2"

	"rapport/internal/stats"
)

// slopePanel is nullPanel with y = .3x on top.
func slopePanel(rng *rand.Rand, teams, periods int, load, shock float64) *stats.Panel {
	var p stats.Panel
	nullPanel(rng, &p, teams, periods, load, shock, .3)
	return &p
}

func regressionTrials() []trial {
	coef := func(c []stats.Coefficient, j int, truth float64) []hit { return []hit{{c[j].CI, truth}} }
	series := func(rng *rand.Rand, n int, rho float64, lag int, level float64) []hit {
		x, e := make([]float64, n), make([]float64, n)
		ar(rng, x, rho)
		ar(rng, e, rho)
		y := make([]float64, n)
		for i := range y {
			y[i] = .5*x[i] + e[i]
		}
		m, err := stats.OLS(y, [][]float64{x}, []string{"x"})
		if err != nil {
			return nil
		}
		v := m.HAC(lag)
		f := float64(n) / float64(n-2)
		return []hit{{m.Table([]float64{1, math.Sqrt(v[1][1] * f)}, float64(n-2), level)[1].CI, .5}}
	}
	return []trial{
		{
			name: "two-way fixed effects, 40 × 12, AR(.8), equal shock", reps: 4000, parts: []string{"slope, CR1 and t(G−1)"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				r, err := stats.TwoWayFE(slopePanel(rng, 40, 12, 0, 1), stats.FEOptions{Level: level})
				if err != nil {
					return nil
				}
				return coef(r.Coef, 0, .3)
			},
		},
		{
			name: "common correlated effects, 20 × 8, AR(.8), loading sd .5", reps: 4000, parts: []string{"slope"}, slow: true,
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				r, err := stats.CCE(slopePanel(rng, 20, 8, .5, 1), level)
				if err != nil {
					return nil
				}
				return coef(r.Coef, 0, .3)
			},
		},
		{
			name: "common correlated effects, 40 × 24, AR(.8), loading sd .5", reps: 4000, parts: []string{"slope"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				r, err := stats.CCE(slopePanel(rng, 40, 24, .5, 1), level)
				if err != nil {
					return nil
				}
				return coef(r.Coef, 0, .3)
			},
		},
		{
			name: "wild cluster bootstrap, 15 × 8, AR(.8), equal shock", reps: 3000, parts: []string{"slope, inverted interval, 999 draws"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit {
				r, err := stats.WildCluster(context.Background(), slopePanel(rng, 15, 8, 0, 1), 0, stats.WildOptions{Effects: stats.TwoWay, Draws: 999, Seed: uint64(rep), Level: level})
				if err != nil {
					return nil
				}
				return []hit{{r.CI, .3}}
			},
		},
		{
			name: "CR2 with Satterthwaite df, 15 teams × 8, AR(.8)", reps: 3000, parts: []string{"slope with team and period effects"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				p := slopePanel(rng, 15, 8, 0, 1)
				r, err := stats.TwoWayFE(p, stats.FEOptions{Level: level})
				if err != nil {
					return nil
				}
				v, df, err := r.Fit.CR2(p.Unit)
				if err != nil {
					return nil
				}
				return coef(r.Fit.Table(stats.StdErr(v), df[0], level), 0, .3)
			},
		},
		{
			name: "ols, n = 10, normal errors", reps: 4000, parts: []string{"slope"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				x, e := bivariate(rng, 10, 0)
				y := make([]float64, 10)
				for i := range y {
					y[i] = 1 + .5*x[i] + e[i]
				}
				m, err := stats.OLS(y, [][]float64{x}, []string{"x"})
				if err != nil {
					return nil
				}
				return coef(m.Table(stats.StdErr(m.Classical()), float64(m.DF()), level), 1, .5)
			},
		},
		{
			name: "Newey–West, 600 periods, AR(.5) errors, 10 lags", reps: 3000, parts: []string{"slope, n/(n−k)"}, slow: true,
			draw: func(rng *rand.Rand, _ int, level float64) []hit { return series(rng, 600, .5, 10, level) },
		},
		{
			name: "Newey–West, 600 periods, AR(.8) errors, 10 lags", reps: 2000, parts: []string{"slope, n/(n−k)"},
			weak: map[int]string{0: "strong autocorrelation: too short"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit { return series(rng, 600, .8, 10, level) },
		},
		{
			name: "Driscoll–Kraay, 20 × 600, shared AR(.5) shock, 10 lags", reps: 2000, parts: []string{"slope, T/(T−1)"}, slow: true,
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				const teams, periods = 20, 600
				unit, time := longPanel(teams, periods)
				shock, common := make([]float64, periods), make([]float64, periods)
				ar(rng, shock, .5)
				ar(rng, common, .5)
				x, y := make([]float64, len(unit)), make([]float64, len(unit))
				for i, t := range time {
					x[i] = common[t] + rng.NormFloat64()
					y[i] = .5*x[i] + shock[t] + rng.NormFloat64()
				}
				m, err := stats.OLS(y, [][]float64{x}, []string{"x"})
				if err != nil {
					return nil
				}
				v, _ := m.DriscollKraay(time, 10)
				f := float64(periods) / (periods - 1)
				return []hit{{m.Table([]float64{1, math.Sqrt(v[1][1] * f)}, periods-1, level)[1].CI, .5}}
			},
		},
		{
			name: "distributed lag, 1,500 periods, AR(.5) errors, 15 lags", reps: 2000, parts: []string{"coefficient at lag 1", "sum of lags 0 … 2"}, slow: true,
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				x, e := make([]float64, 1500), make([]float64, 1500)
				ar(rng, x, .5)
				ar(rng, e, .5)
				y := make([]float64, 1500)
				for i := range y {
					y[i] = e[i] + .5*x[i]
					if i > 0 {
						y[i] += .3 * x[i-1]
					}
				}
				r, err := stats.DistributedLag(x, y, nil, []int{0, 1, 2}, 15)
				if err != nil {
					return nil
				}
				return []hit{{normalCI(r.Fit.Coef[2], r.SE[2], level), .3}, {normalCI(r.Cumulative[2], r.CumulativeSE[2], level), .8}}
			},
		},
		{
			name: "Poisson regression, 30 periods, overdispersed", reps: 4000, parts: []string{"rate ratio of a level change, quasi-Poisson"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				y, one, after := make([]float64, 30), make([]float64, 30), make([]float64, 30)
				for i := range y {
					one[i] = 1
					mu := 40.0
					if i >= 15 {
						after[i] = 1
						mu *= math.Exp(-.2)
					}
					y[i] = poisson(rng, mu*gamma(rng, 20)/20)
				}
				r, err := stats.PoissonRegression(y, nil, [][]float64{one, after}, []string{"1", "after"}, level)
				if err != nil {
					return nil
				}
				return []hit{{normalCI(r.B[1], r.QuasiSE[1], level), -.2}}
			},
		},
	}
}

// poisson draws by counting exponential gaps.
func poisson(rng *rand.Rand, mean float64) float64 {
	n := 0.0
	for at := rng.ExpFloat64(); at < mean; at += rng.ExpFloat64() {
		n++
	}
	return n
}
