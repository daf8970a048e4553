package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// simBuyers draws customers from the BG/NBD model itself; times are whole days out of weeks/7 when days is set.
func simBuyers(rng *rand.Rand, m stats.BGNBD, n int, days bool) []stats.Buyer {
	out := make([]stats.Buyer, n)
	for i := range out {
		t := 27 + 12*rng.Float64()
		if days {
			t = math.Floor(t*7) / 7
		}
		rate := gammaDraw(rng, m.R) / m.Alpha
		ga, gb := gammaDraw(rng, m.A), gammaDraw(rng, m.B)
		drop := ga / (ga + gb)
		b := stats.Buyer{T: t}
		for at := 0.0; ; {
			at += rng.ExpFloat64() / rate
			if !(at <= t) {
				break
			}
			b.X++
			b.Tx = at
			if days {
				b.Tx = math.Ceil(at*7) / 7
				b.Tx = math.Min(b.Tx, t)
			}
			if rng.Float64() < drop {
				break
			}
		}
		out[i] = b
	}
	return out
}

// gammaDraw is Marsaglia & Tsang (2000) with the boost for shapes below 1.
func gammaDraw(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gammaDraw(rng, shape+1) * math.Pow(rng.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// The fit finds the parameters it was drawn from, in any unit of time and any order of rows.
func TestFitBGNBDRecoversAndIgnoresUnitAndOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	truth := stats.BGNBD{R: .6, Alpha: 5, A: .9, B: 2.5}
	buyers := simBuyers(rng, truth, 20000, true)
	fit, err := stats.FitBGNBD(context.Background(), buyers, .95)
	if err != nil {
		t.Fatal(err)
	}
	nearRel(t, "r", fit.R, truth.R, .08)
	nearRel(t, "alpha", fit.Alpha, truth.Alpha, .08)
	nearRel(t, "a/(a+b)", fit.A/(fit.A+fit.B), truth.A/(truth.A+truth.B), .08)
	turned := make([]stats.Buyer, len(buyers))
	for i, b := range buyers {
		turned[len(buyers)-1-i] = stats.Buyer{X: b.X, Tx: b.Tx * 7, T: b.T * 7}
	}
	again, err := stats.FitBGNBD(context.Background(), turned, .95)
	if err != nil {
		t.Fatal(err)
	}
	nearRel(t, "r in days", again.R, fit.R, 1e-6)
	nearRel(t, "alpha in days", again.Alpha, 7*fit.Alpha, 1e-6)
}

// Customers whose drop-out probability is the same for all leave a and b without bound: said, not hidden.
func TestFitBGNBDSaysWhenDropOutIsFlat(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	buyers := simBuyers(rng, stats.BGNBD{R: 2, Alpha: 10, A: 200, B: 800}, 400, false)
	fit, err := stats.FitBGNBD(context.Background(), buyers, .95)
	if err != nil {
		t.Fatal(err)
	}
	nearRel(t, "a/(a+b)", fit.A/(fit.A+fit.B), .2, .4)
	if e := fit.Expected(buyers[0], 10); math.IsNaN(e) || e < 0 {
		t.Errorf("expected purchases %v", e)
	}
}

func TestFitBGNBDRefusesImpossibleHistories(t *testing.T) {
	for name, bad := range map[string]stats.Buyer{
		"tx after T":         {X: 1, Tx: 5, T: 4},
		"half a purchase":    {X: .5, Tx: 1, T: 4},
		"tx without repeats": {X: 0, Tx: 1, T: 4},
		"NaN":                {X: 1, Tx: math.NaN(), T: 4},
		"infinite":           {X: 1, Tx: 1, T: math.Inf(1)},
	} {
		if _, err := stats.FitBGNBD(context.Background(), append(simBuyers(rand.New(rand.NewPCG(1, 1)), stats.BGNBD{R: .5, Alpha: 5, A: 1, B: 2}, 50, true), bad), .95); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	same := make([]stats.Buyer, 50)
	for i := range same {
		same[i] = stats.Buyer{T: 30}
	}
	if _, err := stats.FitBGNBD(context.Background(), same, .95); err == nil {
		t.Error("nobody bought again: not refused")
	}
}

func BenchmarkFitBGNBD100k(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 11))
	buyers := simBuyers(rng, stats.BGNBD{R: .243, Alpha: 4.414, A: .793, B: 2.426}, 100000, false)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.FitBGNBD(context.Background(), buyers, .95); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFitGammaGamma100k(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 12))
	s := make([]stats.Spender, 100000)
	for i := range s {
		x := 1 + math.Floor(3*rng.ExpFloat64())
		nu := gammaDraw(rng, 3.74) / 15.44
		s[i] = stats.Spender{X: x, M: gammaDraw(rng, 6.25*x) / nu / x}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.FitGammaGamma(context.Background(), s, .95); err != nil {
			b.Fatal(err)
		}
	}
}
