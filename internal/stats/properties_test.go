package stats_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rapport/internal/stats"
)

// sample is a small panel drawn by rapid: units, periods, x, y and a third column, rows in any order.
type sample struct {
	unit, time []int
	x, y, z    []float64
}

func (s sample) panel() *stats.Panel {
	return &stats.Panel{Unit: s.unit, Time: s.time, Y: s.y, X: [][]float64{s.x}}
}

func drawSample(t *rapid.T) sample {
	units, periods := rapid.IntRange(4, 9).Draw(t, "units"), rapid.IntRange(6, 12).Draw(t, "periods")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	missing := rapid.Float64Range(0, .15).Draw(t, "missing")
	slope := rapid.Float64Range(-2, 2).Draw(t, "slope")
	var s sample
	for u := range units {
		level := 5 * rng.NormFloat64()
		for p := range periods {
			if rng.Float64() < missing {
				continue
			}
			x := level + rng.NormFloat64()
			s.unit, s.time = append(s.unit, u), append(s.time, p)
			s.x, s.y = append(s.x, x), append(s.y, slope*x-level+rng.NormFloat64())
			s.z = append(s.z, math.Round(3*rng.NormFloat64()))
		}
	}
	return s
}

// answers are the figures of every estimator on a sample that neither the order of rows nor the names of units may
// change; free are those that do not change with the unit of x and y either, sign is what turning x round does to them.
type answer struct {
	v    float64
	free bool
	sign float64 // −1: turns with x; 1: stays; 0: neither
}

func answers(t *rapid.T, s sample) map[string]answer {
	out := map[string]answer{}
	put := func(name string, err error, v func() float64, free bool, sign float64) {
		if err == nil {
			out[name] = answer{v(), free, sign}
			return
		}
		var r *stats.Refusal
		if !errors.As(err, &r) {
			t.Fatalf("%s: %v is no refusal", name, err)
		}
		out[name+" refused "+string(r.Reason)] = answer{0, false, 1}
	}
	pe, err := stats.Pearson(s.x, s.y, .95)
	put("pearson r", err, func() float64 { return pe.R }, true, -1)
	put("pearson p", err, func() float64 { return pe.P }, true, 1)
	sp, err := stats.Spearman(s.x, s.y, .95)
	put("spearman", err, func() float64 { return sp.R }, true, -1)
	ke, err := stats.Kendall(s.x, s.y, .95)
	put("kendall", err, func() float64 { return ke.Tau }, true, -1)
	pa, err := stats.Partial(s.x, s.y, [][]float64{s.z}, false, .95)
	put("partial", err, func() float64 { return pa.Partial.R }, true, -1)
	rm, err := stats.RMCorr(s.unit, s.x, s.y, .95)
	put("rmcorr", err, func() float64 { return rm.R }, true, -1)
	ne, err := stats.EffectiveN(s.unit, s.time, s.x, s.y, .95)
	put("effective n", err, func() float64 { return ne.NEff }, true, 1)
	fe, err := stats.TwoWayFE(s.panel(), stats.FEOptions{})
	put("twfe t", err, func() float64 { return fe.Coef[0].T }, true, -1)
	put("twfe b", err, func() float64 { return fe.Coef[0].B }, false, -1)
	ce, err := stats.CCE(s.panel(), .95)
	if err == nil && math.Abs(ce.Coef[0].T) < 1e6 { // two units left over fit exactly: t is rounding
		put("cce t", err, func() float64 { return ce.Coef[0].T }, true, -1)
	}
	ol, err := stats.OLS(s.y, [][]float64{s.x, s.z}, []string{"x", "z"})
	put("ols t", err, func() float64 { return ol.Coef[1] / stats.StdErr(ol.Classical())[1] }, true, -1)
	put("ols hc3", err, func() float64 { return ol.Coef[1] / stats.StdErr(ol.HC(3))[1] }, true, -1)
	al, err := stats.Alpha([][]float64{s.x, s.y, s.z}, .95)
	put("alpha std", err, func() float64 { return math.Abs(al.Std) }, true, 0)
	om, err := stats.Omega([][]float64{s.x, s.y, s.z})
	if err != nil || !om.Heywood { // an improper solution is flagged, not compared
		put("omega", err, func() float64 { return om.Standardized }, false, 0)
	}
	ic, err := stats.ICC(s.y, s.unit, .95)
	put("icc1", err, func() float64 { return ic.ICC1 }, true, 1)
	put("icc reml", err, func() float64 { return ic.ICC1REML }, true, 1)
	sh, err := stats.Shrink(s.y, s.unit, true, .95)
	put("shrink tau/sigma", err, func() float64 { return sh.Tau2 / sh.Sigma2 }, true, 1)
	re, err := stats.WithinReliability(s.y, ones(len(s.y), .1), s.unit, s.time, true)
	put("reliability", err, func() float64 { return re.Reliability }, false, 1)
	dr, err := stats.Drivers(s.y, [][]float64{s.x, s.z}, []string{"x", "z"})
	put("lmg", err, func() float64 { return dr.LMG[0] }, true, 1)
	return out
}

func ones(n int, v float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func same(t *rapid.T, what string, want, got map[string]answer, only func(string, answer) bool, f func(answer) float64) {
	for name, w := range want {
		if !only(name, w) {
			continue
		}
		g, ok := got[name]
		if !ok && (name == "cce t" || contains(name, "omega")) {
			continue // at the edge of an exact fit, or of an improper one
		}
		if !ok {
			t.Fatalf("%s: %s is gone: %v", what, name, got)
		}
		if d := math.Abs(f(w) - g.v); !(d <= 1e-6*math.Max(1, math.Abs(w.v))) && !(math.IsNaN(w.v) && math.IsNaN(g.v)) {
			t.Fatalf("%s: %s = %.12g, want %.12g", what, name, g.v, f(w))
		}
	}
}

func every(string, answer) bool        { return true }
func unitFree(_ string, a answer) bool { return a.free }
func asIs(a answer) float64            { return a.v }

// The order of the rows and the names of units and periods mean nothing.
func TestPropertyOrderAndNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		want := answers(t, s)
		perm := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 2)).Perm(len(s.x))
		var r sample
		for _, i := range perm {
			r.unit, r.time = append(r.unit, 1000-7*s.unit[i]), append(r.time, s.time[i]+2000)
			r.x, r.y, r.z = append(r.x, s.x[i]), append(r.y, s.y[i]), append(r.z, s.z[i])
		}
		same(t, "order", want, answers(t, r), every, asIs)
	})
}

// Moving and stretching x and y changes no correlation, t, p or share of variance; turning x round changes the sign.
func TestPropertyShiftScaleAndSign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		want := answers(t, s)
		ax := math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "scale x"))
		ay := math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "scale y"))
		bx, by := ax*rapid.Float64Range(-100, 100).Draw(t, "shift x"), ay*rapid.Float64Range(-100, 100).Draw(t, "shift y")
		r := sample{unit: s.unit, time: s.time, z: s.z}
		n := sample{unit: s.unit, time: s.time, y: s.y, z: s.z}
		for i := range s.x {
			r.x, r.y = append(r.x, ax*s.x[i]+bx), append(r.y, ay*s.y[i]+by)
			n.x = append(n.x, -s.x[i])
		}
		same(t, "shift and scale", want, answers(t, r), unitFree, asIs)
		same(t, "x turned round", want, answers(t, n), func(_ string, a answer) bool { return a.sign != 0 }, func(a answer) float64 { return a.sign * a.v })
	})
}

// Correlation has no direction; rows with a missing cell are as if they were not there.
func TestPropertySymmetryAndMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		sw := s
		sw.x, sw.y = s.y, s.x
		symmetric := map[string]bool{"pearson r": true, "pearson p": true, "spearman": true, "kendall": true, "partial": true, "rmcorr": true}
		want := answers(t, s)
		same(t, "symmetry", want, answers(t, sw), func(n string, _ answer) bool { return symmetric[n] }, asIs)
		gap := sample{unit: append([]int{3}, s.unit...), time: append([]int{900}, s.time...)}
		gap.x, gap.y, gap.z = append([]float64{math.NaN()}, s.x...), append([]float64{math.NaN()}, s.y...), append([]float64{math.NaN()}, s.z...)
		missing := map[string]bool{}
		for name := range want {
			missing[name] = name != "ols t" && name != "ols hc3" // OLS wants complete rows
		}
		same(t, "a missing row", want, answers(t, gap), func(n string, _ answer) bool { return missing[n] }, asIs)
	})
}

// What cannot be answered is refused with a reason: constants, one team, one period, nothing at all, NaN and Inf.
func TestPropertyDegenerateDataAreRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		c := rapid.Float64Range(-1e9, 1e9).Draw(t, "constant")
		constant, oneTeam, onePeriod, empty, inf, gone := s, s, s, sample{}, s, s
		constant.x, constant.y = ones(len(s.x), c), ones(len(s.x), c)
		oneTeam.unit = make([]int, len(s.unit))
		onePeriod.time = make([]int, len(s.time))
		inf.x, inf.y = append([]float64{math.Inf(1)}, s.x[1:]...), append([]float64{math.Inf(-1)}, s.y[1:]...)
		gone.x, gone.y, gone.z = ones(len(s.x), math.NaN()), ones(len(s.x), math.NaN()), ones(len(s.x), math.NaN())
		none := func(what string, s sample, except ...string) {
			for name, a := range answers(t, s) {
				if a.sign == 1 && !a.free && a.v == 0 && contains(name, " refused ") {
					continue
				}
				if !containsAny(name, except) {
					t.Fatalf("%s: %s answered %v", what, name, a.v)
				}
			}
		}
		none("constant", constant)
		none("empty", empty)
		none("infinite", inf)
		none("all missing", gone)
		for name := range answers(t, oneTeam) {
			if containsAny(name, []string{"twfe t", "cce t", "icc1", "shrink tau/sigma", "reliability"}) && !contains(name, " refused ") {
				t.Fatalf("one team: %s answered", name)
			}
		}
		for name := range answers(t, onePeriod) {
			if containsAny(name, []string{"twfe t"}) && !contains(name, " refused ") {
				t.Fatalf("one period: %s answered", name)
			}
		}
	})
}

func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if contains(s, p) {
			return true
		}
	}
	return false
}

// Everybody twice: correlations, means and shares stay; the score of promoters stays; nothing gets wider.
func TestPropertyDuplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "n")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		x, y, s := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i], s[i] = rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(11))
		}
		twice := func(v []float64) []float64 { return append(append([]float64(nil), v...), v...) }
		a, err := stats.Pearson(x, y, .95)
		b, err2 := stats.Pearson(twice(x), twice(y), .95)
		if err != nil || err2 != nil || math.Abs(a.R-b.R) > 1e-12 || b.CI.Hi-b.CI.Lo > a.CI.Hi-a.CI.Lo {
			t.Fatalf("pearson: %v %v %v %v", a, b, err, err2)
		}
		p, err := stats.NPS(s, 0, .95)
		q, err2 := stats.NPS(twice(s), 0, .95)
		if err != nil || err2 != nil || math.Abs(p.NPS-q.NPS) > 1e-10 || q.AdjustedMOE >= p.AdjustedMOE {
			t.Fatalf("nps: %+v %+v", p, q)
		}
		if all, err := stats.NPS(s, n, .95); err != nil || math.Abs(all.AdjustedWald.Lo-all.NPS) > 1e-9 || math.Abs(all.AdjustedWald.Hi-all.NPS) > 1e-9 {
			t.Fatalf("everybody asked, and still an interval: %+v %v", all, err)
		}
		l := stats.Lifetimes{Time: make([]float64, n), Event: make([]bool, n)}
		for i := range x {
			l.Time[i], l.Event[i] = math.Abs(x[i]), y[i] > 0
		}
		k1, err := stats.KaplanMeier(l, .95)
		k2, err2 := stats.KaplanMeier(stats.Lifetimes{Time: twice(l.Time), Event: append(append([]bool(nil), l.Event...), l.Event...)}, .95)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		for _, at := range []float64{.2, .7, 1.5} {
			if d := math.Abs(k1.At(at).S - k2.At(at).S); d > 1e-12 {
				t.Fatalf("survival of everybody twice differs by %v", d)
			}
		}
	})
}

// Survival does not depend on the unit of time, hazard ratios not on the unit or the origin of a covariate; groups keep
// their log-rank whatever they are called.
func TestPropertySurvival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(15, 60).Draw(t, "n")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		scale := math.Pow(10, rapid.Float64Range(-5, 5).Draw(t, "scale"))
		l, x := stats.Lifetimes{}, make([]float64, n)
		group, names := make([]int, n), make([]int, n)
		for i := range x {
			x[i] = rng.NormFloat64()
			l.Time = append(l.Time, math.Ceil(10*rng.ExpFloat64()*math.Exp(-.4*x[i])))
			l.Event = append(l.Event, rng.Float64() < .7)
			group[i] = i % 3
			names[i] = 50 - 9*group[i]
		}
		scaled := stats.Lifetimes{Event: l.Event}
		moved := make([]float64, n)
		for i := range x {
			scaled.Time = append(scaled.Time, scale*l.Time[i])
			moved[i] = 1e3*x[i] + 5e4
		}
		a, err := stats.Cox(l, [][]float64{x}, stats.Efron, .95)
		b, err2 := stats.Cox(scaled, [][]float64{moved}, stats.Efron, .95)
		if (err == nil) != (err2 == nil) {
			t.Fatal(err, err2)
		}
		if err == nil && (math.Abs(a.Z[0]-b.Z[0]) > 1e-6 || math.Abs(a.Coef[0]-1e3*b.Coef[0]) > 1e-6 || math.Abs(a.LogLik-b.LogLik) > 1e-7 || math.Abs(a.Concordance-b.Concordance) > 1e-12) {
			t.Fatalf("cox: %+v against %+v", a, b)
		}
		p, err := stats.LogRank(l, group, 0)
		q, err2 := stats.LogRank(scaled, names, 0)
		if (err == nil) != (err2 == nil) || err == nil && math.Abs(p.ChiSq-q.ChiSq) > 1e-8*(1+p.ChiSq) {
			t.Fatalf("log-rank: %v %v %v %v", p, q, err, err2)
		}
	})
}

// Power rises with the sample, the answer to "how many" gives the power asked for, and so does the smallest effect.
func TestPropertyPower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.Float64Range(.05, .9).Draw(t, "r")
		power := rapid.Float64Range(.3, .99).Draw(t, "power")
		alpha := rapid.Float64Range(.001, .2).Draw(t, "alpha")
		check := func(what string, got float64, err error) {
			var ref *stats.Refusal
			if errors.As(err, &ref) && ref.Reason == stats.NotIdentified {
				return // the smallest sample already has more
			}
			if err != nil || math.Abs(got-power) > 1e-6 {
				t.Fatalf("%s: power %v, want %v (%v)", what, got, power, err)
			}
		}
		n, err := stats.CorrelationN(r, power, alpha, stats.ExactRoot)
		if err == nil {
			p, err := stats.CorrelationPower(r, n, alpha)
			check("correlation n", p, err)
		}
		q := stats.TwoSampleT{Alpha: alpha, Strict: true}
		if n, err := q.N(2*r, power); err == nil {
			p, err := q.Power(2*r, n)
			check("t n", p, err)
		}
		d := stats.PanelDesign{Teams: 5 + int(100*r), Periods: 4 + int(20*power), RhoX: r, RhoE: power - .1}
		if mde, err := d.MDE(power, alpha); err == nil {
			p, err := d.Power(mde, alpha)
			check("panel mde", p, err)
			more, _ := stats.PanelDesign{Teams: d.Teams * 2, Periods: d.Periods, RhoX: d.RhoX, RhoE: d.RhoE}.Power(mde, alpha)
			if more < p {
				t.Fatal(fmt.Sprint("twice the teams and less power: ", more, " ", p))
			}
		}
		v := stats.DiDDesign{Treated: 3, Control: 9, Pre: 4, Post: 3, Rho: r}
		if mde, err := v.MDE(power, alpha); err == nil {
			p, err := v.Power(mde, alpha)
			check("did mde", p, err)
		}
	})
}
