package stats_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rapport/internal/stats"
)

// Scale-free figures of the measurement and survival methods must not move when the data sit at 1e9 with unit variance,
// shrink to 1e−12, or hardly vary around a large mean.
func TestMeasurementHardNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 13))
	const people = 240
	items := make([][]float64, 4)
	for j := range items {
		items[j] = make([]float64, people)
	}
	group, period := make([]int, people), make([]int, people)
	l := stats.Lifetimes{}
	for i := range people {
		group[i], period[i] = i/12, i%12
		f := rng.NormFloat64() + .3*float64(group[i]%5)
		for j := range items {
			items[j][i] = .8*f + .6*rng.NormFloat64()
		}
		l.Time = append(l.Time, math.Ceil(20*rng.ExpFloat64()*math.Exp(-.3*f)))
		l.Event = append(l.Event, i%4 != 0)
	}
	figures := func(scale, shift float64) map[string]float64 {
		cols := make([][]float64, len(items))
		for j, c := range items {
			for _, v := range c {
				cols[j] = append(cols[j], scale*v+shift)
			}
		}
		got := map[string]float64{}
		fail := func(err error) {
			if err != nil {
				t.Fatalf("scale %v, shift %v: %v", scale, shift, err)
			}
		}
		a, err := stats.Alpha(cols, .95)
		fail(err)
		got["alpha"], got["alpha std"], got["lambda6"] = a.Raw, a.Std, a.Lambda6
		o, err := stats.Omega(cols)
		fail(err)
		got["omega"], got["omega minres"], got["chisq"] = o.Raw, o.Minres, o.ChiSq
		c, err := stats.ICC(cols[0], group, .95)
		fail(err)
		got["icc1"], got["icc2"], got["icc reml"], got["icc lo"] = c.ICC1, c.ICC2, c.ICC1REML, c.CI1.Lo
		r, err := stats.RaterICCs(cols, .95)
		fail(err)
		for _, v := range r {
			got[v.Name] = v.ICC
		}
		s, err := stats.Shrink(cols[0], group, true, .95)
		fail(err)
		got["weight"], got["eb"] = s.Groups[3].Weight, (s.Groups[3].EB-shift)/scale
		got["tau"] = math.Sqrt(s.Tau2) / scale
		noise := make([]float64, people)
		for i := range noise {
			noise[i] = .1 * scale * scale
		}
		p, err := stats.WithinReliability(cols[0], noise, group, period, true)
		fail(err)
		got["reliability"] = p.Reliability
		h, err := stats.SplitHalfReliability(cols[0], cols[1], group, period, true)
		fail(err)
		got["split half"] = h.Reliability
		x, err := stats.Cox(l, cols[:2], stats.Efron, .95)
		fail(err)
		got["cox z"], got["cox C"] = x.Z[0], x.Concordance
		return got
	}
	want := figures(1, 0)
	for name, c := range map[string]struct{ scale, shift, tol float64 }{
		"offset 1e9, unit variance":     {1, 1e9, 5e-6},
		"scale 1e-12":                   {1e-12, 0, 1e-8},
		"scale 1e12":                    {1e12, 0, 1e-8},
		"near constant around 1000":     {1e-6, 1000, 5e-6},
		"offset −1e9, variance of 1e−2": {.1, -1e9, 5e-5},
	} {
		for k, v := range figures(c.scale, c.shift) {
			if !(math.Abs(v-want[k]) <= c.tol*math.Max(1, math.Abs(want[k]))) {
				t.Errorf("%s: %s = %.12g, want %.12g", name, k, v, want[k])
			}
		}
	}
}

// The within-team reliability of a panel with holes is what dummies give: residuals and leverages of the full dummy
// regression, computed here the slow way.
func TestWithinReliabilityAgainstDummies(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var y, noise []float64
	var unit, time []int
	for u := range 7 {
		for p := range 6 {
			if rng.Float64() < .2 {
				continue
			}
			unit, time = append(unit, u), append(time, p)
			y, noise = append(y, rng.NormFloat64()+float64(u)), append(noise, .1+.2*rng.Float64())
		}
	}
	r, err := stats.WithinReliability(y, noise, unit, time, true)
	if err != nil {
		t.Fatal(err)
	}
	var x [][]float64
	for u := 1; u < 7; u++ {
		x = append(x, dummy(unit, u))
	}
	for p := 1; p < 6; p++ {
		x = append(x, dummy(time, p))
	}
	m, err := stats.OLS(y, x, strings.Split("abcdefghijk", ""))
	if err != nil {
		t.Fatal(err)
	}
	var ss, nz float64
	for i, e := range m.Resid {
		ss += e * e
		h := 0.0 // leverage: x_i'(X'X)⁻¹x_i
		for a := range x {
			h += m.Psi[a+1][i] * x[a][i]
		}
		nz += (1 - h - m.Psi[0][i]) * noise[i]
	}
	near(t, "reliability", r.Reliability, 1-nz/ss, 1e-10)
	near(t, "observed", r.Observed, ss/float64(m.DF()), 1e-10)
}

func dummy(codes []int, k int) []float64 {
	out := make([]float64, len(codes))
	for i, c := range codes {
		if c == k {
			out[i] = 1
		}
	}
	return out
}

// A noisy regressor halves the slope; dividing by the reliability restores it, below one half it is called a lower bound.
func TestDisattenuate(t *testing.T) {
	d, err := stats.Disattenuate(.3, stats.Interval{Lo: .1, Hi: .5, Level: .95}, .6)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "slope", d.Slope, .5, 1e-12)
	near(t, "hi", d.CI.Hi, .5/.6, 1e-12)
	if d, err = stats.Disattenuate(.3, stats.Interval{Lo: .1, Hi: .5}, .49); err != nil || !d.LowerBound || d.Slope != .3 {
		t.Errorf("below .5: %+v %v", d, err)
	}
	if _, err = stats.Disattenuate(.3, stats.Interval{}, -.1); err == nil {
		t.Error("negative reliability: not refused")
	}
}

// Cochran (1977), §5A.9 by hand: two strata of 100 and 300 people, 10 and 20 answers.
func TestPostStratify(t *testing.T) {
	r, err := stats.PostStratify([]stats.Stratum{{Population: 100, N: 10, Mean: 60, Var: 90}, {Population: 300, N: 20, Mean: 80, Var: 40}}, .95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", r.Mean, 75, 1e-12)
	near(t, "raw", r.Raw, 2200.0/30, 1e-12)
	v := .0625*.9*9*(1+.75/(.25*30)) + .5625*(1-20.0/300)*2*(1+.25/(.75*30))
	near(t, "se", r.SE, math.Sqrt(v), 1e-12)
	near(t, "spread of rates", r.RateSpread, .1-20.0/300, 1e-12)
	if _, err := stats.PostStratify([]stats.Stratum{{Population: 100, N: 1}}, .95); err == nil {
		t.Error("one answer in a stratum: not refused")
	}
}

// The margins of error that the product promises to say aloud: ±42 points at n = 10 and ±15 at 100 for 50/30/20.
func TestNPSMarginOfSmallTeams(t *testing.T) {
	for n, want := range map[int]float64{10: 42, 100: 15} {
		r, err := stats.NPSFromCounts(n/2, 3*n/10, n/5, 0, .95)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "margin", math.Round(r.AdjustedMOE), want, 0)
	}
}

// returns.md: CLV tail of the worked example.
func TestFiniteCLVOfTheWorkedExample(t *testing.T) {
	v, err := stats.FiniteCLV(420, .82, .10, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "tail", v, 720.47, .005)
	s, err := stats.SimpleCLV(420, .82, .10, 50)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "for ever", s, 420*.82/.28-50, 1e-9)
}

// The back-test counts a day's basket once and only customers known at the split.
func TestHistoriesAndBacktest(t *testing.T) {
	p := []stats.Purchase{{1, 0, 10}, {1, 2, 20}, {1, 2, 5}, {1, 5, 30}, {2, 1, 7}, {3, 6, 1}, {1, 9, 40}}
	codes, b, s, err := stats.Histories(p, 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(codes) != 2 || b[0] != (stats.Buyer{X: 2, Tx: 5, T: 5}) || b[1] != (stats.Buyer{X: 0, Tx: 0, T: 4}) {
		t.Fatalf("%v %v", codes, b)
	}
	near(t, "mean repeat amount", s[0].M, (25+30)/2.0, 1e-12)
	rng := rand.New(rand.NewPCG(17, 1))
	var all []stats.Purchase
	truth := stats.BGNBD{R: .8, Alpha: 6, A: .7, B: 3}
	for c := range 3000 {
		rate := gammaDraw(rng, truth.R) / truth.Alpha
		ga, gb := gammaDraw(rng, truth.A), gammaDraw(rng, truth.B)
		for at := 5 * rng.Float64(); at < 60; at += rng.ExpFloat64() / rate {
			all = append(all, stats.Purchase{Customer: c, Time: at, Amount: 10})
			if rng.Float64() < ga/(ga+gb) && len(all) > 1 && all[len(all)-2].Customer == c {
				break
			}
		}
	}
	r, err := stats.BacktestBGNBD(t.Context(), all, 35, 60)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.Error) > .08 || r.MAE >= r.NaiveMAE {
		t.Errorf("forecast %v of %v, mean error %v against %v", r.Forecast, r.Actual, r.MAE, r.NaiveMAE)
	}
}
