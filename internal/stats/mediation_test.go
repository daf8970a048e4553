package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"

	"pgregory.net/rapid"
)

// chainPanel plants ex → cx (a) → money (b) within teams, with team levels that would fool a pooled regression.
func chainPanel(teams, periods int, a, b float64, seed uint64) (team []int, ex, cx, money []float64) {
	rng := rand.New(rand.NewPCG(seed, 4))
	for i := range teams {
		level := 3 * rng.NormFloat64()
		for range periods {
			x := rng.NormFloat64()
			m := a*x + .5*rng.NormFloat64()
			team, ex, cx, money = append(team, i), append(ex, x+level), append(cx, m-level), append(money, b*m+.5*rng.NormFloat64()+2*level)
		}
	}
	return team, ex, cx, money
}

func TestMediationWithinFindsThePlantedChain(t *testing.T) {
	team, ex, cx, money := chainPanel(30, 20, .5, 2, 1)
	r, err := stats.MediationWithin(context.Background(), team, ex, cx, money, stats.BootOptions{Reps: 499})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "first link", r.A.B, .5, .06)
	near(t, "second link", r.B.B, 2, .15)
	near(t, "direct", r.Direct.B, 0, .15)
	near(t, "indirect = total − direct", r.AB, r.Total.B-r.Direct.B, 1e-10)
	if r.Boot.Pct.Lo > 1 || r.Boot.Pct.Hi < 1 {
		t.Errorf("interval %v", r.Boot.Pct)
	}
}

// A shock common to all teams makes a link where there is none; period effects take it away.
func TestMediationPanelRemovesACommonShock(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	var team, week []int
	var ex, cx, money []float64
	shock := ar(rng, 20, .8)
	for i := range 30 {
		for p := range 20 {
			if (i+p)%11 == 0 {
				continue // unbalanced
			}
			team, week = append(team, i), append(week, p)
			ex, cx, money = append(ex, 2*shock[p]+rng.NormFloat64()), append(cx, 2*shock[p]+rng.NormFloat64()), append(money, 2*shock[p]+rng.NormFloat64())
		}
	}
	one, err := stats.MediationWithin(context.Background(), team, ex, cx, money, stats.BootOptions{Reps: 99})
	if err != nil {
		t.Fatal(err)
	}
	two, err := stats.MediationPanel(context.Background(), team, week, ex, cx, money, stats.BootOptions{Reps: 99})
	if err != nil {
		t.Fatal(err)
	}
	if one.AB < .2 {
		t.Errorf("the shock was meant to fool the one-way model: %v", one.AB)
	}
	near(t, "indirect with period effects", two.AB, 0, .02)
}

func TestChainPoolsTeamsPartially(t *testing.T) {
	team, ex, cx, money := chainPanel(12, 20, .5, 2, 2)
	c, err := stats.Chain(context.Background(), team, ex, cx, money, stats.BootOptions{Reps: 99})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Teams) != 12 {
		t.Fatalf("%d teams", len(c.Teams))
	}
	for i := range c.Teams {
		if !(c.Low[i] < c.Product[i] && c.Product[i] < c.Hi[i]) {
			t.Errorf("team %d: %v not in %v…%v", i, c.Product[i], c.Low[i], c.Hi[i])
		}
		near(t, "product of a team", c.Product[i], 1, .6)
	}
}

func TestMediationRefuses(t *testing.T) {
	ctx := context.Background()
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	m := []float64{2, 1, 4, 3, 6, 5, 8, 7}
	flat := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	_, err := stats.Mediation(ctx, x[:5], m[:5], x[:5], nil, stats.BootOptions{})
	refusedWith(t, err, stats.InsufficientObservations)
	_, err = stats.Mediation(ctx, x, m, flat, nil, stats.BootOptions{})
	refusedWith(t, err, stats.NoVariation)
	_, err = stats.Mediation(ctx, x, x, m, nil, stats.BootOptions{})
	refusedWith(t, err, stats.Collinear)
	_, err = stats.MediationWithin(ctx, []int{1, 1, 1, 1, 2, 2, 2, 2}, x, m, x, stats.BootOptions{})
	refusedWith(t, err, stats.InsufficientTeams)
	_, err = stats.Mediation(ctx, []float64{math.Inf(1), 2, 3, 4, 5, 6, 7, 8}, m, x, nil, stats.BootOptions{})
	refusedWith(t, err, stats.NotFinite)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = stats.Mediation(gone, x, m, []float64{3, 1, 4, 1, 5, 9, 2, 6}, nil, stats.BootOptions{})
	refusedWith(t, err, stats.Canceled)
}

// The sensitivity curve passes through the estimate at 0 and through 0 at RhoZero.
func TestMediationSensitivity(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	x, m, y := make([]float64, 80), make([]float64, 80), make([]float64, 80)
	for i := range x {
		x[i] = rng.NormFloat64()
		m[i] = .6*x[i] + rng.NormFloat64()
		y[i] = .5*m[i] + rng.NormFloat64()
	}
	r, err := stats.Mediation(context.Background(), x, m, y, nil, stats.BootOptions{Reps: 99})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "at 0", r.Sensitivity.At(0), r.AB, 1e-10)
	near(t, "at RhoZero", r.Sensitivity.At(r.Sensitivity.RhoZero), 0, 1e-12)
	if !math.IsNaN(r.Sensitivity.At(1)) {
		t.Error("a correlation of 1 has no answer")
	}
}

// The worked example of the returns: 21,000 of 60,160 is 35 %, from 5 to 125 %.
func TestMediatedShareOfTheWorkedExample(t *testing.T) {
	mEX, err := stats.ProductDraws([]float64{5, .26, 5. / 13 / 100}, []float64{1.5, .10, .0015}, 12e6*.35, 200_000, 7)
	if err != nil {
		t.Fatal(err)
	}
	margin, err := stats.ProductDraws([]float64{60160}, []float64{math.Hypot(6720, 24000)}, 1, 200_000, 8)
	if err != nil {
		t.Fatal(err)
	}
	r, err := stats.MediatedShareDraws(21000, 60160, mEX, margin, .9)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "share", r.Estimate, .349, .001)
	near(t, "lower end", r.CI.Lo, .05, .01)
	near(t, "upper end", r.CI.Hi, 1.25, .03)
	if !r.Determine {
		t.Error("an interval that holds 1 but not 0 is determined")
	}
}

func TestFieller(t *testing.T) {
	r, err := stats.MediatedShare(2, .2, 4, .2, 0, .95)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Bounded || !(r.CI.Lo < .5 && .5 < r.CI.Hi) || !r.Determine {
		t.Errorf("%+v", r)
	}
	r, err = stats.MediatedShare(2, .2, .1, 1, 0, .95)
	if err != nil {
		t.Fatal(err)
	}
	if r.Bounded || r.Determine {
		t.Errorf("a denominator that may be 0 gives no bounded interval: %+v", r)
	}
	_, err = stats.MediatedShare(1, 1, 0, 1, 0, .95)
	refusedWith(t, err, stats.NotIdentified)
}

func TestPoolSlopes(t *testing.T) {
	p, err := stats.PoolSlopes([]stats.Slope{{1, .1, 20}, {1, .1, 20}, {1, .5, 20}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "no spread", p.Tau, 0, 0)
	near(t, "all alike", p.Shrunk[2], 1, 1e-12)
	p, err = stats.PoolSlopes([]stats.Slope{{0, .1, 20}, {1, .1, 20}, {2, .1, 20}, {1, 2, 20}})
	if err != nil {
		t.Fatal(err)
	}
	if !(p.Weight[0] > .9 && p.Weight[3] < .3) {
		t.Errorf("weights %v: the precise teams keep their own figure, the vague one goes to the mean", p.Weight)
	}
	_, err = stats.PoolSlopes([]stats.Slope{{1, .1, 20}, {1, .1, 20}})
	refusedWith(t, err, stats.InsufficientTeams)
	_, err = stats.PoolSlopes([]stats.Slope{{1, .1, 20}, {1, 0, 20}, {1, 1, 20}})
	refusedWith(t, err, stats.NotFinite)
}

func TestMediationScalesWithItsUnits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(12, 30).Draw(rt, "n")
		seed := rapid.Uint64().Draw(rt, "seed")
		shift, scale := rapid.Float64Range(-1e6, 1e6).Draw(rt, "shift"), rapid.Float64Range(.001, 1000).Draw(rt, "scale")
		rng := rand.New(rand.NewPCG(seed, 1))
		x, m, y, y2 := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], m[i] = rng.NormFloat64(), rng.NormFloat64()
			m[i] += x[i]
			y[i] = m[i] + rng.NormFloat64()
			y2[i] = shift + scale*y[i]
		}
		opt := stats.BootOptions{Reps: 19}
		a, err := stats.Mediation(context.Background(), x, m, y, nil, opt)
		if err != nil {
			rt.Fatal(err)
		}
		b, err := stats.Mediation(context.Background(), x, m, y2, nil, opt)
		if err != nil {
			rt.Fatal(err)
		}
		if math.Abs(b.AB-scale*a.AB) > 1e-7*math.Max(1, math.Abs(b.AB)) {
			rt.Fatalf("indirect %v, scaled %v", a.AB, b.AB)
		}
	})
}
