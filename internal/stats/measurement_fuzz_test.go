package stats_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"rapport/internal/stats"
)

// onlyRefusals fails when an error is no typed refusal.
func onlyRefusals(t *testing.T, what string, err error) {
	t.Helper()
	var r *stats.Refusal
	if err != nil && !errors.As(err, &r) {
		t.Errorf("%s: %v is no refusal", what, err)
	}
}

func fuzzSeeds(f *testing.F) {
	f.Add([]byte{40, 80, 120, 200, 33, 90, 77, 140, 201, 99, 61, 250}, uint8(24), uint8(3))
	f.Add([]byte{}, uint8(0), uint8(0))
	f.Add([]byte{128, 128, 128}, uint8(30), uint8(5))
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 100}, uint8(18), uint8(2))
	f.Add([]byte{3, 90, 4, 91, 3, 95, 100}, uint8(39), uint8(4))
	f.Add([]byte{130, 131, 129, 140, 150, 128}, uint8(36), uint8(1))
}

// FuzzMeasurement feeds every exported function of the measurement files: none may panic or give a figure that the
// definition forbids.
func FuzzMeasurement(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte, size, groups uint8) {
		n, g := int(size%40), int(groups%6)+1
		x, y, z := wildNumbers(data, n), wildNumbers(append(data, 77), n), wildNumbers(append(data, 13, 99), n)
		unit, time := make([]int, n), make([]int, n)
		for i := range unit {
			unit[i], time[i] = i%g, i/g
		}
		cols := [][]float64{x, y, z, x}[:1+g%4]
		a, err := stats.Alpha(cols, .95)
		onlyRefusals(t, "alpha", err)
		if err == nil && (math.IsNaN(a.Raw) || a.Raw > 1+1e-9) {
			t.Errorf("alpha %v", a.Raw)
		}
		o, err := stats.Omega(cols)
		onlyRefusals(t, "omega", err)
		if err == nil && math.IsNaN(o.Raw) {
			t.Errorf("omega %+v", o)
		}
		c, err := stats.ICC(y, unit, .95)
		onlyRefusals(t, "icc", err)
		if err == nil && (math.IsNaN(c.ICC1) || c.ICC1 > 1+1e-9 || c.CI1.Lo > c.CI1.Hi) {
			t.Errorf("icc %+v", c)
		}
		_, err = stats.RaterICCs(cols, .95)
		onlyRefusals(t, "raters", err)
		ws, err := stats.RWGJ(cols, unit, stats.UniformNullVariance(5))
		onlyRefusals(t, "rwg", err)
		for _, w := range ws {
			if w.RWG < 0 || w.RWG > 1 {
				t.Errorf("rwg %+v", w)
			}
		}
		_, _, _, _ = stats.SummariseRWG(ws, .7)
		_, err = stats.RWG(y, unit, x0(x))
		onlyRefusals(t, "rwg one", err)
		p, err := stats.NPS(x, int(groups), .95)
		onlyRefusals(t, "nps", err)
		if err == nil && (p.AdjustedWald.Lo < -100 || p.AdjustedWald.Hi > 100 || math.IsNaN(p.AdjustedWald.Lo)) {
			t.Errorf("nps %+v", p)
		}
		r, err := stats.NPSFromCounts(int(size), int(groups), n, 0, .9)
		onlyRefusals(t, "nps counts", err)
		_, err = stats.CompareNPS(p, r, .95)
		onlyRefusals(t, "nps difference", err)
		_ = stats.FinitePopulation(n, g)
		s, err := stats.Shrink(y, unit, g%2 == 0, .95)
		onlyRefusals(t, "shrink", err)
		if err == nil {
			for _, q := range s.Groups {
				if q.Weight < 0 || q.Weight > 1 || math.IsNaN(q.EB) {
					t.Errorf("shrunk %+v", q)
				}
			}
		}
		for _, m := range []stats.TauMethod{stats.TauREML, stats.TauML, stats.TauDL, stats.TauPM} {
			k, err := stats.ShrinkKnown(y, x, m, .95)
			onlyRefusals(t, "shrink known", err)
			if err == nil && (math.IsNaN(k.Mu) || k.Tau2 < 0 || math.IsNaN(k.Tau2)) {
				t.Errorf("known %+v", k)
			}
		}
		_, err = stats.JamesStein(y, math.Abs(x0(x)))
		onlyRefusals(t, "james-stein", err)
		_, _, err = stats.JamesSteinShares(x, int(size))
		onlyRefusals(t, "james-stein shares", err)
		strata := make([]stats.Stratum, n)
		for i := range strata {
			strata[i] = stats.Stratum{Population: 10 * i, N: 2 * (i % 5), Mean: x[i], Var: y[i]}
		}
		_, err = stats.PostStratify(strata, .95)
		onlyRefusals(t, "post-stratification", err)
		for _, periods := range []bool{true, false} {
			_, err = stats.WithinReliability(x, y, unit, time, periods)
			onlyRefusals(t, "reliability", err)
			_, err = stats.SplitHalfReliability(x, y, unit, time, periods)
			onlyRefusals(t, "split half", err)
		}
		_, err = stats.Disattenuate(x0(x), stats.Interval{Lo: x0(y), Hi: x0(z)}, x0(z))
		onlyRefusals(t, "disattenuate", err)
		_ = stats.SpearmanBrown(x0(x), x0(y))
	})
}

func x0(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return x[0]
}

// FuzzCustomer feeds every exported function of the customer-value files.
func FuzzCustomer(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte, size, groups uint8) {
		n, g := int(size%40), int(groups%6)+1
		x, y, z := wildNumbers(data, n), wildNumbers(append(data, 77), n), wildNumbers(append(data, 13, 99), n)
		unit, event := make([]int, n), make([]bool, n)
		tame := make([]float64, n) // counts and times as the methods want them, so that the fits are reached
		for i := range unit {
			unit[i], event[i] = i%g, i%3 != 0
			if !math.IsNaN(x[i]) {
				tame[i] = math.Floor(math.Abs(math.Mod(x[i], 9)))
			}
		}
		ctx := context.Background()
		for _, l := range []stats.Lifetimes{{Time: x, Event: event}, {Time: tame, Event: event}, {Time: tame, Event: event, Entry: y}} {
			k, err := stats.KaplanMeier(l, .95)
			onlyRefusals(t, "km", err)
			if err == nil {
				for _, at := range []float64{0, 2.5, x0(z), math.Inf(1)} {
					if p := k.At(at); p.S < 0 || p.S > 1 || math.IsNaN(p.S) {
						t.Errorf("S(%v) = %v", at, p.S)
					}
				}
				_ = k.Quantile(.5)
				_, _ = k.RMST(4)
			}
			_, err = stats.LogRank(l, unit, float64(g%2))
			onlyRefusals(t, "log-rank", err)
			c, err := stats.Cox(l, [][]float64{y, z}[:1+g%2], stats.Efron, .95)
			onlyRefusals(t, "cox", err)
			if err == nil {
				if math.IsNaN(c.Coef[0]) || math.IsNaN(c.SE[0]) {
					t.Errorf("cox %+v", c)
				}
				_, err = c.Proportionality()
				onlyRefusals(t, "zph", err)
				_ = c.CumulativeHazard(x)
			}
			_, err = stats.Cox(l, [][]float64{y}, stats.Breslow, .95)
			onlyRefusals(t, "cox breslow", err)
		}
		wild, buyers := make([]stats.Buyer, n), make([]stats.Buyer, n)
		spend, buys := make([]stats.Spender, n), make([]stats.Purchase, n)
		for i := range buyers {
			wild[i] = stats.Buyer{X: x[i], Tx: y[i], T: z[i]}
			buyers[i] = stats.Buyer{X: tame[i], T: 20 + float64(i%g)}
			if tame[i] > 0 {
				buyers[i].Tx = 1 + 2*tame[i]
			}
			spend[i] = stats.Spender{X: tame[i], M: math.Abs(y[i])}
			buys[i] = stats.Purchase{Customer: unit[i], Time: tame[i], Amount: y[i]}
		}
		for _, b := range [][]stats.Buyer{wild, buyers} {
			m, err := stats.FitBGNBD(ctx, b, .95)
			onlyRefusals(t, "bg/nbd", err)
			if err == nil {
				for _, q := range b {
					if p := m.PAlive(q); p < 0 || p > 1 || math.IsNaN(p) {
						t.Errorf("P(alive) = %v of %+v under %+v", p, q, m.BGNBD)
					}
					if e := m.Expected(q, 10); e < 0 || math.IsNaN(e) {
						t.Errorf("E = %v of %+v under %+v", e, q, m.BGNBD)
					}
				}
			}
			_, err = stats.ScoreForecast(ctx, b, x, 5)
			onlyRefusals(t, "score", err)
		}
		_, err := stats.FitGammaGamma(ctx, spend, .95)
		onlyRefusals(t, "gamma-gamma", err)
		m := stats.BGNBD{R: x0(x), Alpha: x0(y), A: x0(z), B: 2}
		_, err = m.LogLik(buyers)
		onlyRefusals(t, "ll", err)
		gg := stats.GammaGamma{P: x0(x), Q: x0(y), V: x0(z)}
		_, err = gg.LogLik(spend)
		onlyRefusals(t, "gg ll", err)
		if n > 0 {
			_, err = stats.ModelCLV(m, gg, buyers[0], x0(z), 4, .01, 1, 12)
			onlyRefusals(t, "clv", err)
			_, err = stats.ModelCLV(stats.BGNBD{R: .2, Alpha: 4, A: .8, B: 2}, gg, wild[0], x0(z), x0(x), x0(y), 1, 3)
			onlyRefusals(t, "clv", err)
			_ = m.ExpectedNew(x0(z))
		}
		_, _, _, err = stats.Histories(buys, x0(z))
		onlyRefusals(t, "histories", err)
		_, err = stats.BacktestBGNBD(ctx, buys, 4, 8)
		onlyRefusals(t, "backtest", err)
		_, err = stats.SimpleCLV(x0(x), x0(y), x0(z), 1)
		onlyRefusals(t, "simple clv", err)
		_, err = stats.FiniteCLV(x0(x), x0(y), x0(z), 1, n)
		onlyRefusals(t, "finite clv", err)
	})
}

// FuzzAssociation feeds the correlations, regressions, dynamics and multiplicity.
func FuzzAssociation(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte, size, groups uint8) {
		n, g := int(size%40), int(groups%6)+1
		x, y, z := wildNumbers(data, n), wildNumbers(append(data, 77), n), wildNumbers(append(data, 13, 99), n)
		unit, time := make([]int, n), make([]int, n)
		for i := range unit {
			unit[i], time[i] = i%g, i/g
		}
		bounded := func(what string, err error, r float64) {
			onlyRefusals(t, what, err)
			if err == nil && !(r >= -1-1e-12 && r <= 1+1e-12) {
				t.Errorf("%s = %v", what, r)
			}
		}
		pe, err := stats.Pearson(x, y, .95)
		if err == nil {
			bounded("pearson", err, pe.R)
		}
		onlyRefusals(t, "pearson", err)
		if sp, err := stats.Spearman(x, y, .95); err == nil {
			bounded("spearman", err, sp.R)
		}
		if ke, err := stats.Kendall(x, y, .95); err == nil {
			bounded("kendall", err, ke.Tau)
		}
		_, err = stats.Partial(x, y, [][]float64{z}, g%2 == 0, .95)
		onlyRefusals(t, "partial", err)
		if rm, err := stats.RMCorr(unit, x, y, .95); err == nil {
			bounded("rmcorr", err, rm.R)
		}
		_, err = stats.RMCorrLag(unit, time, x, y, g-1, .95)
		onlyRefusals(t, "rmcorr lag", err)
		_, err = stats.EffectiveN(unit, time, x, y, .95)
		onlyRefusals(t, "effective n", err)
		_, err = stats.Stability(unit, time, x, y, .95)
		onlyRefusals(t, "stability", err)
		_, err = stats.Lagged(unit, time, x, g-3)
		onlyRefusals(t, "lagged", err)
		p := &stats.Panel{Unit: unit, Time: time, Y: y, X: [][]float64{x, z}[:1+g%2]}
		fe, err := stats.TwoWayFE(p, stats.FEOptions{OneWay: g == 2})
		onlyRefusals(t, "twfe", err)
		if err == nil {
			if math.IsNaN(fe.Coef[0].B) {
				t.Errorf("twfe %+v", fe.Coef)
			}
			units := make([]int, len(fe.Rows))
			for i, r := range fe.Rows {
				units[i] = unit[r]
			}
			_, _, err = fe.Fit.CR2(units)
			onlyRefusals(t, "cr2", err)
		}
		_, err = stats.CCE(p, .95)
		onlyRefusals(t, "cce", err)
		_, err = stats.WildCluster(context.Background(), p, 0, stats.WildOptions{Effects: stats.TwoWay, Draws: 63})
		onlyRefusals(t, "wild", err)
		m, err := stats.OLS(y, p.X, []string{"x", "z"}[:len(p.X)])
		onlyRefusals(t, "ols", err)
		if err == nil {
			_, _ = m.HAC(g), m.HC(3)
			_, _ = m.DriscollKraay(time, g)
			_, _ = m.HACPrewhitened(g)
			_ = m.AutoLag(0)
			_, _, _ = m.BreuschGodfrey(g)
		}
		_, err = stats.DistributedLag(x, y, nil, []int{0, 1}, g-2)
		onlyRefusals(t, "dlag", err)
		_, _, _, _, err = stats.Granger(x, y, g)
		onlyRefusals(t, "granger", err)
		_, _, err = stats.LjungBox(x, g)
		onlyRefusals(t, "ljung-box", err)
		for _, f := range []func([]float64) ([]float64, error){stats.BH, stats.BY, stats.Holm, stats.Hochberg, stats.Bonferroni} {
			_, err = f(x)
			onlyRefusals(t, "adjust", err)
		}
		_, _, err = stats.FCRNormal(x, y, nil, .95)
		onlyRefusals(t, "fcr", err)
		_, err = stats.RankIntervals(context.Background(), x, y, .95, 50, 1)
		onlyRefusals(t, "ranks", err)
		grid := &stats.Grid{M: 2}
		for i := range unit {
			grid.Unit, grid.Time = append(grid.Unit, int32(unit[i])), append(grid.Time, int32(time[i]))
			grid.Values = append(grid.Values, x[i], y[i])
		}
		_, err = stats.RMCorrMatrix(context.Background(), grid, []int{0, 1}, .95)
		onlyRefusals(t, "matrix", err)
	})
}

// FuzzPower asks the power questions with anything at all.
func FuzzPower(f *testing.F) {
	f.Add(.3, .8, .05, 40.0, 3.0)
	f.Add(math.NaN(), math.Inf(1), -1.0, 0.0, 1e300)
	f.Add(1e-12, .999999, 1e-9, 4.0, 2.0)
	f.Fuzz(func(t *testing.T, a, power, alpha, n, k float64) {
		_, err := stats.CorrelationPower(a, n, alpha)
		onlyRefusals(t, "r power", err)
		for _, root := range []stats.Root{stats.ExactRoot, stats.RRoot} {
			_, err = stats.CorrelationN(a, power, alpha, root)
			onlyRefusals(t, "r n", err)
			_, err = stats.CorrelationMDE(n, power, alpha, root)
			onlyRefusals(t, "r mde", err)
			_, err = stats.RepeatedMDE(k, n, power, alpha, root)
			onlyRefusals(t, "rm mde", err)
			for _, q := range []stats.TwoSampleT{{Alpha: alpha, Root: root}, {Alpha: alpha, Strict: true, Root: root}, {Alpha: alpha, Strict: true, Paired: true, Root: root}} {
				_, err = q.N(a, power)
				onlyRefusals(t, "t n", err)
				_, err = q.MDE(n, power)
				onlyRefusals(t, "t mde", err)
				_, err = q.Power(a, n)
				onlyRefusals(t, "t power", err)
				_, err = q.PowerUnequal(a, n, k)
				onlyRefusals(t, "t power unequal", err)
			}
			_, err = stats.ProportionsN(a, power, power, alpha, root)
			onlyRefusals(t, "prop n", err)
			_, err = stats.ArcsineN(a, power, alpha, root)
			onlyRefusals(t, "h n", err)
			if math.Abs(a) > .05 && k < 50 {
				_, err = stats.AnovaN(k, a, power, alpha, root)
				onlyRefusals(t, "anova n", err)
				_, err = stats.RegressionV(a, k, power, alpha, root)
				onlyRefusals(t, "f2 v", err)
			}
		}
		_, err = stats.CorrelationFisherN(a, power, alpha)
		onlyRefusals(t, "fisher n", err)
		_, err = stats.RepeatedPower(a, k, n, alpha)
		onlyRefusals(t, "rm power", err)
		_, err = stats.ProportionsPower(a, power, n, alpha)
		onlyRefusals(t, "prop power", err)
		_, err = stats.ArcsinePower(a, n, alpha)
		onlyRefusals(t, "h power", err)
		if k < 1e6 && n < 1e6 {
			_, err = stats.RegressionPower(a, k, n, alpha)
			onlyRefusals(t, "f2", err)
			_, err = stats.AnovaPower(k, n, a, alpha)
			onlyRefusals(t, "anova", err)
		}
		_, err = stats.ClusterMDE(n, k, a, power, alpha, false)
		onlyRefusals(t, "cluster", err)
		_, err = stats.SurvivalEvents(a, k, power, alpha)
		onlyRefusals(t, "events", err)
		whole := func(v float64) int { return int(math.Mod(math.Abs(v), 40)) }
		if !math.IsNaN(n + k) {
			d := stats.PanelDesign{Teams: whole(n), Periods: whole(k), RhoX: a, RhoE: power}
			_, err = d.Power(a, alpha)
			onlyRefusals(t, "panel", err)
			_, err = d.MDE(power, alpha)
			onlyRefusals(t, "panel mde", err)
			v := stats.DiDDesign{Treated: whole(n), Control: whole(k), Pre: whole(k), Post: whole(n), Rho: a}
			_, err = v.Power(a, alpha)
			onlyRefusals(t, "did", err)
			_, err = v.MDE(power, alpha)
			onlyRefusals(t, "did mde", err)
		}
	})
}
