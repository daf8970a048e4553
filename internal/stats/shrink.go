package stats

import "math"

// OneWayFit is the fitted model y_ij = μ + u_j + e_ij with Var u = τ² and Var e = σ².
type OneWayFit struct {
	Mu, SEMu     float64 // precision-weighted (GLS) mean, not the mean of all answers
	Tau2, Sigma2 float64
	LogLik       float64 // restricted when REML
	REML         bool
	AnovaTau2    float64 // max(0, (MSB−MSW)/n₀)
	AnovaSigma2  float64 // MSW
	N0           float64
	Groups       []ShrunkGroup // in the order groups first appear
}

// ShrunkGroup is the empirical-Bayes estimate of one group.
type ShrunkGroup struct {
	Group  int // the caller's code
	N      int
	Raw    float64  // its own mean
	Weight float64  // B = τ²/(τ²+σ²/n): how much of its own mean it keeps
	EB     float64  // μ + B(raw − μ)
	PostSD float64  // √(τ²(1−B)): given μ and the variances (lme4's conditional sd)
	PredSD float64  // with the error of μ as well: √(τ²(1−B) + (1−B)²·SE(μ)²)
	CI     Interval // EB ± t(J−1) · an sd that also allows for B being estimated (weightError)
}

// Shrink pulls the means of small groups towards the common mean (one-way random effects, REML or ML).
//
// y is one value per person (NaN: missing, left out), group the group codes. Assumes normal group effects, one variance
// within all groups, group sizes unrelated to the effects. Intervals are for the group's true mean; over the groups they
// cover ≥ 93 % of the true means from 20 groups of 5 to 40 on (internal/docs/calibration.md). τ² = 0 is a legal answer:
// then nothing tells the groups apart and every estimate is μ.
//
// Refuses: fewer than 3 groups (insufficient_teams), no group of two (insufficient_observations), y without variation
// (no_variation).
//
// Sources: Laird & Ware (1982) doi:10.2307/2529876; Morris (1983) doi:10.1080/01621459.1983.10477920; Patterson &
// Thompson (1971) doi:10.1093/biomet/58.3.545.
func Shrink(y []float64, group []int, reml bool, level float64) (*OneWayFit, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	g, err := groupMoments(y, group)
	if err != nil {
		return nil, err
	}
	if len(g.n) < 3 {
		return nil, TooFew(InsufficientTeams, 3, len(g.n))
	}
	if g.total <= len(g.n) {
		return nil, TooFew(InsufficientObservations, len(g.n)+1, g.total)
	}
	fit, err := fitOneWay(g, reml)
	if err != nil {
		return nil, err
	}
	j := float64(len(g.n))
	t := tQuantile((1+level)/2, j-1)
	for i := range g.n {
		s := ShrunkGroup{Group: g.code[i], N: int(g.n[i]), Raw: g.mean[i]}
		v := fit.Sigma2 / g.n[i]
		s.Weight = fit.Tau2 / (fit.Tau2 + v)
		if fit.Tau2 == 0 {
			s.Weight = 0
		}
		s.EB = fit.Mu + s.Weight*(s.Raw-fit.Mu)
		post := fit.Tau2 * (1 - s.Weight)
		s.PostSD = math.Sqrt(post)
		s.PredSD = math.Sqrt(post + sq(1-s.Weight)*sq(fit.SEMu))
		w := t * math.Sqrt(sq(s.PredSD)+weightError(s.Weight, fit.Tau2+v, s.Raw-fit.Mu, j))
		s.CI = Interval{s.EB - w, s.EB + w, level}
		fit.Groups = append(fit.Groups, s)
	}
	return fit, nil
}

// fitOneWay maximises the (restricted) likelihood over θ = τ²/σ² ≥ 0; μ and σ² are profiled out.
func fitOneWay(g *grouped, reml bool) (*OneWayFit, error) {
	n, j := float64(g.total), float64(len(g.n))
	// Work relative to a centre near the data so that offsets of 1e9 do no harm.
	var centre, sumSq float64
	for i := range g.n {
		centre += g.n[i] * g.mean[i] / n
		sumSq += g.n[i] * g.n[i]
	}
	dev := make([]float64, len(g.n))
	var ssb float64
	for i := range dev {
		dev[i] = g.mean[i] - centre
		ssb += g.n[i] * dev[i] * dev[i]
	}
	if ssb <= n*sq(centre*4e-16) {
		ssb = 0
	}
	fit := &OneWayFit{REML: reml}
	fit.N0 = (n - sumSq/n) / (j - 1)
	fit.AnovaSigma2 = g.ssw / (n - j)
	fit.AnovaTau2 = math.Max(0, (ssb/(j-1)-fit.AnovaSigma2)/fit.N0)
	if g.ssw == 0 {
		return nil, Refuse(NoVariation, "within groups")
	}
	dof := n
	if reml {
		dof = n - 1
	}
	prof := func(theta float64) (dev2, slope, mu, q, s0 float64) {
		var s1, logd float64
		for i := range dev {
			w := g.n[i] / (1 + g.n[i]*theta)
			s0 += w
			s1 += w * dev[i]
			logd += math.Log1p(g.n[i] * theta)
		}
		mu = s1 / s0
		q = g.ssw
		var wr, ww float64
		for i := range dev {
			w := g.n[i] / (1 + g.n[i]*theta)
			r := dev[i] - mu
			q += w * r * r
			wr += w * w * r * r
			ww += w * w
		}
		dev2 = dof*math.Log(q) + logd
		slope = s0 - dof*wr/q
		if reml {
			dev2 += math.Log(s0)
			slope -= ww / s0
		}
		return dev2, slope, mu, q, s0
	}
	theta := minimiseRatio(func(x float64) (float64, float64) { d, s, _, _, _ := prof(x); return d, s }, n/j)
	dev2, _, mu, q, s0 := prof(theta)
	fit.Sigma2 = q / dof
	fit.Tau2 = theta * fit.Sigma2
	fit.Mu = centre + mu
	fit.SEMu = math.Sqrt(fit.Sigma2 / s0)
	fit.LogLik = -.5 * (dev2 + dof*(1+math.Log(2*math.Pi)-math.Log(dof)))
	return fit, nil
}

// minimiseRatio finds the smallest value of a deviance over θ ≥ 0 from its slope: every change of sign on a grid is
// refined by bisection, the end θ = 0 is compared. size is a typical group size, which sets the scale of θ.
func minimiseRatio(f func(theta float64) (value, slope float64), size float64) float64 {
	best := 0.0
	bestV, _ := f(0)
	last := 0.0
	_, lastSlope := f(0)
	for e := -8.0; e <= 10; e += .25 {
		theta := math.Pow(10, e) / math.Max(1, size) * 10
		_, slope := f(theta)
		if lastSlope < 0 && slope >= 0 {
			lo, hi := last, theta
			for range 200 {
				mid := lo + (hi-lo)/2
				if mid == lo || mid == hi {
					break
				}
				if _, s := f(mid); s < 0 {
					lo = mid
				} else {
					hi = mid
				}
			}
			if v, _ := f(hi); v < bestV {
				best, bestV = hi, v
			}
		}
		last, lastSlope = theta, slope
	}
	return best
}
