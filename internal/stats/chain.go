package stats

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// Slope is one team's estimate of a link before pooling.
type Slope struct {
	B, SE float64
	N     int
}

// PooledSlope is a link partially pooled over teams.
type PooledSlope struct {
	Mean   float64   // precision-weighted mean over teams
	SE     float64   // of the mean, Hartung–Knapp
	Tau    float64   // standard deviation of the true slopes between teams
	Shrunk []float64 // per team: w·own + (1−w)·mean, w = τ²/(τ²+se²)
	PostSD []float64 // posterior standard deviation of each, ignoring the error of the mean
	Weight []float64 // w: how much of the figure is the team's own
}

// PoolSlopes pools the slopes of several teams partially: own experience counts as far as it is precise against the spread
// between teams. b_i ~ N(β_i, se_i²), β_i ~ N(μ, τ²); τ² by Paule–Mandel (Σ w_i(b_i − μ)² = k−1), standard error of μ by
// Hartung & Knapp (with t(k−1): covers ≥ 94 % from 6 teams on). Refuses fewer than 3 teams (insufficient_teams) and standard errors that are not positive.
//
// Paule & Mandel (1982), doi:10.6028/jres.087.022; Hartung & Knapp (2001), doi:10.1002/sim.791.
func PoolSlopes(s []Slope) (*PooledSlope, error) {
	k := len(s)
	if k < 3 {
		return nil, TooFew(InsufficientTeams, 3, k)
	}
	for i, v := range s {
		if !(v.SE > 0) || math.IsInf(v.SE, 0) || math.IsNaN(v.B) || math.IsInf(v.B, 0) {
			return nil, Refuse(NotFinite, "team %d: slope %v, standard error %v", i, v.B, v.SE)
		}
	}
	mean := func(t2 float64) (mu, q, sw float64) {
		for _, v := range s {
			w := 1 / (t2 + v.SE*v.SE)
			mu += w * v.B
			sw += w
		}
		mu /= sw
		for _, v := range s {
			q += (v.B - mu) * (v.B - mu) / (t2 + v.SE*v.SE)
		}
		return mu, q, sw
	}
	t2 := 0.0
	if _, q, _ := mean(0); q > float64(k-1) {
		hi := 1e-300
		for _, v := range s {
			hi = math.Max(hi, v.B*v.B+v.SE*v.SE)
		}
		for {
			if _, q, _ := mean(hi); q <= float64(k-1) || math.IsInf(hi, 0) {
				break
			}
			hi *= 2
		}
		lo := 0.0
		for range 200 {
			t2 = lo + (hi-lo)/2
			if _, q, _ := mean(t2); q > float64(k-1) {
				lo = t2
			} else {
				hi = t2
			}
		}
	}
	mu, q, sw := mean(t2)
	out := &PooledSlope{Mean: mu, SE: math.Sqrt(math.Max(1, q/float64(k-1)) / sw), Tau: math.Sqrt(t2)}
	for _, v := range s {
		w := t2 / (t2 + v.SE*v.SE)
		out.Weight = append(out.Weight, w)
		out.Shrunk = append(out.Shrunk, w*v.B+(1-w)*mu)
		out.PostSD = append(out.PostSD, math.Sqrt(w)*v.SE)
	}
	return out, nil
}

// Chained is the two-link chain EX → CX → money over a panel, for the organisation and, partially pooled, for each team.
type Chained struct {
	Overall *Mediated    // within teams, pooled over all: a = b₁, b = b₂ given EX
	First   *PooledSlope // b₁ per team; order of Teams
	Second  *PooledSlope // b₂ per team, given EX on the same rows
	Teams   []int        // codes of the teams with enough rows of their own, ascending order of appearance
	Product []float64    // shrunk b₁ · shrunk b₂
	Low, Hi []float64    // interval of each product from both posteriors (product of normals)
}

// Chain estimates EX → CX → money: the link within teams over the whole panel (MediationWithin) and, for each team with at
// least 8 complete rows, its own two slopes partially pooled towards the mean of the teams. A team's product is shown with
// the interval of the product of its two posteriors. Columns must already stand at their lags.
//
// Assumptions as MediationWithin; the two posteriors are taken as independent, which OLS on the same rows warrants. A team
// figure is association through the chain and must not be tied to pay.
func Chain(ctx context.Context, team []int, ex, cx, money []float64, opt BootOptions) (*Chained, error) {
	opt, err := opt.filled()
	if err != nil {
		return nil, err
	}
	all, err := MediationWithin(ctx, team, ex, cx, money, opt)
	if err != nil {
		return nil, err
	}
	rows, err := completeRows(ex, cx, money)
	if err != nil {
		return nil, err
	}
	byTeam := map[int][]int{}
	var order []int
	for _, i := range rows {
		if byTeam[team[i]] == nil {
			order = append(order, team[i])
		}
		byTeam[team[i]] = append(byTeam[team[i]], i)
	}
	out := &Chained{Overall: all}
	var first, second []Slope
	for _, c := range order {
		r := byTeam[c]
		if len(r) < 8 {
			continue
		}
		one, x, m, y := onesCol(len(r)), pick(ex, r), pick(cx, r), pick(money, r)
		fa, errA := lsqFit(m, [][]float64{one, x}, nil)
		fb, errB := lsqFit(y, [][]float64{one, x, m}, nil)
		if errA != nil || errB != nil || !(fa.se(1) > 0) || !(fb.se(2) > 0) {
			continue // a team whose scores do not move has no slope of its own; it still counts in Overall
		}
		out.Teams = append(out.Teams, c)
		first = append(first, Slope{fa.beta[1], fa.se(1), len(r)})
		second = append(second, Slope{fb.beta[2], fb.se(2), len(r)})
	}
	if out.First, err = PoolSlopes(first); err != nil {
		return nil, err
	}
	if out.Second, err = PoolSlopes(second); err != nil {
		return nil, err
	}
	for i := range out.Teams {
		out.Product = append(out.Product, out.First.Shrunk[i]*out.Second.Shrunk[i])
		iv := ProductInterval(out.First.Shrunk[i], math.Hypot(out.First.PostSD[i], out.First.SE*(1-out.First.Weight[i])),
			out.Second.Shrunk[i], math.Hypot(out.Second.PostSD[i], out.Second.SE*(1-out.Second.Weight[i])), opt.Level)
		out.Low, out.Hi = append(out.Low, iv.Lo), append(out.Hi, iv.Hi)
	}
	return out, nil
}

// Ratio is a quotient of two estimates with its interval.
type Ratio struct {
	Estimate  float64
	CI        Interval
	Bounded   bool   // false: the denominator is not distinguishable from 0 and the interval is a ray, two rays or the whole line
	Shape     string // "interval", "two_rays" (outside Lo…Hi), "whole_line"
	Determine bool   // false: the interval covers both 0 and 1, or is not bounded: "not determined"
}

// MediatedShare gives num/den (for instance M_EX over the customer margin that the design measured) with Fieller's
// interval: the set of θ with (num − θ den)² ≤ z²(v₁₁ − 2θ v₁₂ + θ² v₂₂).
//
// Assumes both estimates normal with known variances. Fieller (1954), doi:10.1111/j.2517-6161.1954.tb00159.x.
// Refuses den = 0 (not_identified) and negative or non-finite variances (out_of_range).
func MediatedShare(num, seNum, den, seDen, cov, level float64) (*Ratio, error) {
	if math.IsNaN(num+seNum+den+seDen+cov) || math.IsInf(num+seNum+den+seDen+cov, 0) {
		return nil, Refuse(NotFinite, "numerator or denominator")
	}
	if seNum < 0 || seDen < 0 || !(level > 0 && level < 1) || math.Abs(cov) > seNum*seDen*(1+1e-9) {
		return nil, Refuse(OutOfRange, "standard errors %v, %v, covariance %v, level %v", seNum, seDen, cov, level)
	}
	if den == 0 {
		return nil, Refuse(NotIdentified, "the denominator is 0")
	}
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	r := &Ratio{Estimate: num / den}
	// aθ² − 2bθ + c ≤ 0
	a, b, c := den*den-z*z*seDen*seDen, num*den-z*z*cov, num*num-z*z*seNum*seNum
	disc := b*b - a*c
	switch {
	case a > 0 && disc >= 0:
		d := math.Sqrt(disc)
		r.CI, r.Bounded, r.Shape = Interval{(b - d) / a, (b + d) / a, level}, true, "interval"
	case a < 0 && disc > 0:
		d := math.Sqrt(disc)
		r.CI, r.Shape = Interval{(b + d) / a, (b - d) / a, level}, "two_rays"
	default:
		r.CI, r.Shape = Interval{math.Inf(-1), math.Inf(1), level}, "whole_line"
	}
	r.Determine = r.Bounded && (r.CI.Lo > 0 || r.CI.Hi < 1)
	return r, nil
}

// MediatedShareDraws gives the quotient of two sets of joint draws (bootstrap or Monte-Carlo): percentile interval, and
// "not determined" when it covers both 0 and 1. The estimate is the plug-in quotient num/den.
func MediatedShareDraws(num, den float64, numDraws, denDraws []float64, level float64) (*Ratio, error) {
	if err := sameLength(len(numDraws), denDraws); err != nil {
		return nil, err
	}
	if len(numDraws) < 100 {
		return nil, TooFew(InsufficientObservations, 100, len(numDraws))
	}
	if den == 0 || !(level > 0 && level < 1) {
		return nil, Refuse(NotIdentified, "denominator %v, level %v", den, level)
	}
	var q []float64
	for i, d := range denDraws {
		v := numDraws[i] / d
		if math.IsNaN(v) {
			return nil, Refuse(NotFinite, "draw %d", i)
		}
		q = append(q, v)
	}
	d := newDrawDist(q, nil)
	r := &Ratio{Estimate: num / den, Bounded: true, Shape: "interval", CI: Interval{d.quantile((1 - level) / 2), d.quantile((1 + level) / 2), level}}
	r.Determine = r.CI.Lo > 0 || r.CI.Hi < 1
	return r, nil
}

// ProductDraws draws the product of independent normals (mean, se) n times: the Monte-Carlo side of a chain such as
// ΔEX · b₁ · b₂ · base. The same seed gives the same draws.
func ProductDraws(mean, se []float64, scale float64, n int, seed uint64) ([]float64, error) {
	if len(mean) != len(se) || len(mean) == 0 || n < 1 {
		return nil, Refuse(LengthMismatch, "%d means, %d standard errors, %d draws", len(mean), len(se), n)
	}
	if err := finite("mean", mean); err != nil {
		return nil, err
	}
	if err := finite("se", se); err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 0xc4a1))
	out := make([]float64, n)
	for i := range out {
		out[i] = scale
		for j := range mean {
			out[i] *= mean[j] + se[j]*rng.NormFloat64()
		}
	}
	return out, nil
}
