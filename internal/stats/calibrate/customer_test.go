//go:build calibrate

package calibrate

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// gamma draws from a gamma distribution of rate 1 (Marsaglia & Tsang 2000).
func gamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rng, shape+1) * math.Pow(rng.Float64(), 1/shape)
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

func buyers(rng *rand.Rand, m stats.BGNBD, n int) []stats.Buyer {
	out := make([]stats.Buyer, n)
	for i := range out {
		b := stats.Buyer{T: 27 + 12*rng.Float64()}
		rate := gamma(rng, m.R) / m.Alpha
		ga, gb := gamma(rng, m.A), gamma(rng, m.B)
		for at := 0.0; ; {
			at += rng.ExpFloat64() / rate
			if !(at <= b.T) {
				break
			}
			b.X++
			b.Tx = at
			if rng.Float64() < ga/(ga+gb) {
				break
			}
		}
		out[i] = b
	}
	return out
}

func TestCustomer(t *testing.T) {
	runSection(t, "customer", "Customer value: 95 % intervals",
		"Lifetimes are exponential with uniform censoring (about 35 % censored); Cox covariates are one normal and one 0/1, with n chosen to give the stated number of events on average; "+
			"buying histories and amounts are drawn from the models themselves with the parameters of CDNOW.",
		func(s *section) {
			kmCoverage(t, s)
			for _, events := range []int{20, 40, 100} {
				s.measure(t, fmt.Sprintf("Cox, 2 covariates, about %d events", events), reps95, []ask{{what: "coefficient of the normal covariate", low: least, high: 1}, {what: "coefficient of the 0/1 covariate", low: least, high: 1}},
					func(rng *rand.Rand, _ int, out []int8) {
						n := int(float64(events) / .65)
						l, x := stats.Lifetimes{}, [][]float64{make([]float64, n), make([]float64, n)}
						for i := range n {
							x[0][i], x[1][i] = rng.NormFloat64(), float64(rng.IntN(2))
							time := rng.ExpFloat64() / math.Exp(.5*x[0][i]-.4*x[1][i])
							cens := 3.2 * rng.Float64()
							l.Time, l.Event = append(l.Time, math.Min(time, cens)), append(l.Event, time <= cens)
						}
						if r, err := stats.Cox(l, x, stats.Efron, .95); err == nil {
							out[0] = holds(stats.Interval{Lo: math.Log(r.HRCI[0].Lo), Hi: math.Log(r.HRCI[0].Hi)}, .5)
							out[1] = holds(stats.Interval{Lo: math.Log(r.HRCI[1].Lo), Hi: math.Log(r.HRCI[1].Hi)}, -.4)
						}
					})
			}
			truth := stats.BGNBD{R: .243, Alpha: 4.414, A: .793, B: 2.426}
			for _, n := range []int{500, 2000} {
				low := 0.0
				if n >= 2000 {
					low = least
				}
				s.measure(t, fmt.Sprintf("BG/NBD, %d customers", n), 2000, []ask{{what: "r", low: least, high: 1}, {what: "alpha", low: least, high: 1}, {what: "a", low: low, high: 1}, {what: "b", low: low, high: 1}},
					func(rng *rand.Rand, _ int, out []int8) {
						f, err := stats.FitBGNBD(context.Background(), buyers(rng, truth, n), .95)
						if err != nil || f.CI == nil {
							return
						}
						out[0], out[1] = holds(f.CI[0], truth.R), holds(f.CI[1], truth.Alpha)
						out[2], out[3] = holds(f.CI[2], truth.A), holds(f.CI[3], truth.B)
					})
			}
			gg := stats.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}
			s.measure(t, "Gamma-Gamma, 500 repeat customers", 2000, []ask{{what: "population mean", low: least, high: 1}, {what: "p", low: least, high: 1}, {what: "q", low: least, high: 1}, {what: "v", low: least, high: 1}},
				func(rng *rand.Rand, _ int, out []int8) {
					sp := make([]stats.Spender, 500)
					for i := range sp {
						x := 1 + math.Floor(2*rng.ExpFloat64())
						nu := gamma(rng, gg.Q) / gg.V
						sp[i] = stats.Spender{X: x, M: gamma(rng, gg.P*x) / nu / x}
					}
					f, err := stats.FitGammaGamma(context.Background(), sp, .95)
					if err != nil || f.CI == nil {
						return
					}
					out[0], out[1], out[2], out[3] = holds(f.MeanCI, gg.PopulationMean()), holds(f.CI[0], gg.P), holds(f.CI[1], gg.Q), holds(f.CI[2], gg.V)
				})
		})
}

func kmCoverage(t *testing.T, s *section) {
	for _, n := range []int{30, 50, 100} {
		for _, at := range []float64{.9, .8, .5, .3} {
			if at*float64(n) < 15 {
				continue // hardly ever 10 at risk
			}
			when := -math.Log(at)
			shown := ask{what: "log–log interval", low: least, high: 1}
			if n < 50 && at > .8 {
				shown.low, shown.note = 0, "few events: from 50 units on"
			}
			s.measure(t, fmt.Sprintf("Kaplan–Meier, n = %d, true S = %g", n, at), reps95,
				[]ask{shown, {what: "log interval", high: 1}, {what: "plain interval", high: 1}},
				func(rng *rand.Rand, _ int, out []int8) {
					c := lifetimes(rng, n)
					if c == nil {
						return
					}
					p := c.At(when)
					if p.AtRisk < 10 {
						return // the doc comment promises nothing here
					}
					out[0], out[1], out[2] = holds(p.LogLog, at), holds(p.Log, at), holds(p.Plain, at)
				})
		}
		rmst := ask{what: "restricted mean to 1, ± 1.96 SE", low: least, high: 1}
		if n < 50 {
			rmst.low = 0
		}
		s.measure(t, fmt.Sprintf("Kaplan–Meier, n = %d", n), reps95, []ask{{what: "median, log–log limits", low: least, high: 1}, rmst},
			func(rng *rand.Rand, _ int, out []int8) {
				c := lifetimes(rng, n)
				q := c.Quantile(.5)
				if !math.IsNaN(q.LogLog.Lo) {
					hi := q.LogLog.Hi
					if math.IsNaN(hi) {
						hi = math.Inf(1) // no upper limit
					}
					out[0] = yes(q.LogLog.Lo <= math.Ln2 && math.Ln2 <= hi)
				}
				if m, se := c.RMST(1); se > 0 {
					out[1] = yes(math.Abs(m-(1-math.Exp(-1))) <= 1.959964*se)
				}
			})
	}
}

func lifetimes(rng *rand.Rand, n int) *stats.KMCurve {
	var l stats.Lifetimes
	for range n {
		time, cens := rng.ExpFloat64(), 3*rng.Float64()
		l.Time, l.Event = append(l.Time, math.Min(time, cens)), append(l.Event, time <= cens)
	}
	c, err := stats.KaplanMeier(l, .95)
	if err != nil {
		return nil
	}
	return c
}
