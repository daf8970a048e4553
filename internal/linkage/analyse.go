package linkage

import (
	"cmp"
	"context"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// result is what came of one pair before the control for multiplicity.
type result struct {
	pair    pair
	teams   int // that the verdict counts
	periods int
	reach   evidence.Reach
	finding Finding
	detail  Detail
}

const (
	maxPoints = 5000
)

// analyse runs every method on one pair.
func analyse(ctx context.Context, p *panel.Panel, pr pair, x, y *panel.Column, covariates []allowed, seed uint64) (*result, error) {
	q := panel.Join(x, y, pr.lag)
	teams := q.Repeated
	if q.Periods < 2 {
		teams = q.Teams
	}
	reach, gap := evidence.Gate(teams, q.Periods, string(pr.grain))
	r := &result{pair: pr, teams: teams, periods: q.Periods, reach: reach, finding: Finding{ID: pr.id(), X: pr.x.ID, Y: pr.y.ID, Block: pr.block, Grain: pr.grain, Lag: pr.lag}}
	f := &r.finding
	r.detail = Detail{Excluded: exclusions(q), Methods: []string{methodNaive, methodWithin, methodTWFE}, Breaks: breaksIn(p, q)}
	if reach == evidence.Nothing {
		f.Naive, f.Within = evidence.Without(methodNaive, gap), evidence.Without(methodWithin, gap)
		f.TWFE, f.CCE = evidence.Without(methodTWFE, gap), evidence.Without(methodCCE, gap)
		return r, nil
	}
	f.Naive = naive(q)
	if q.Periods < 2 { // one cross-section: nothing is known of change within teams
		f.Naive = f.Naive.IntervalOnly()
		f.Within, f.TWFE, f.CCE = evidence.Without(methodWithin, gap), evidence.Without(methodTWFE, gap), evidence.Without(methodCCE, gap)
		return r, nil
	}
	f.Within = within(q)
	c, err := allowFor(q, covariates)
	if err != nil {
		return nil, err
	}
	f.Covariates = c.uses
	f.TWFE, _ = slope(c.with(), q)
	if len(c.z) > 0 {
		plain, _ := twoWay(q)
		plain = plain.IntervalOnly()
		f.Plain = &plain
	}
	q = c.rests
	_, fit := twoWay(q) // of the rests: the same slope, for the pictures
	if f.TWFE.Has() && f.TWFE.Teams < evidence.TeamsAnalytic {
		if f.TWFE, err = bootstrapped(ctx, c.with(), f.TWFE, seed); err != nil {
			return nil, err
		}
		r.detail.Methods = append(r.detail.Methods, methodBootstrap)
	}
	f.CCE = evidence.Without(methodCCE, evidence.ShockGate(teams, q.Periods, string(pr.grain)))
	if reach == evidence.Model {
		f.CCE = commonEffects(q)
		r.detail.Methods = append(r.detail.Methods, methodCCE, methodFDR)
	} else {
		f.Naive, f.Within, f.TWFE = f.Naive.IntervalOnly(), f.Within.IntervalOnly(), f.TWFE.IntervalOnly()
	}
	if f.TWFE.Has() {
		good := (*f.TWFE.Value > 0) == (pr.x.HigherIsBetter == pr.y.HigherIsBetter)
		f.GoodDirection = &good
	}
	r.detail.points(q, fit, pr.grain)
	r.detail.LeaveOneOut = leaveOneOut(q, fit)
	for _, l := range explored(pr.grain, pr.lag) {
		e := f.TWFE
		if l != pr.lag {
			other, err := allowFor(panel.Join(x, y, l), covariates)
			if err != nil {
				return nil, err
			}
			e = explore(other.rests)
		}
		r.detail.Lags = append(r.detail.Lags, LagEstimate{Lag: l, Declared: l == pr.lag, Estimate: e.IntervalOnly()})
	}
	for half := range 2 {
		r.detail.Stability = append(r.detail.Stability, explore(q.Half(half)))
	}
	return r, ctx.Err()
}

// explore is a slope that is looked at, not tested: interval only, and nothing below the gate.
func explore(q *panel.Pair) evidence.Estimate {
	if reach, gap := evidence.Gate(q.Repeated, q.Periods, string(q.Grain)); reach == evidence.Nothing {
		return evidence.Without(methodTWFE, gap)
	}
	e, _ := twoWay(q)
	return e.IntervalOnly()
}

// points keeps at most maxPoints rows, evenly spread, as they are and with team and period means taken out.
func (d *Detail) points(q *panel.Pair, fit *stats.FEResult, g series.Grain) {
	if fit == nil {
		return // no change within teams to draw
	}
	first, last := slices.Min(q.Time), slices.Max(q.Time)
	for t := first; t <= last; t++ {
		d.Periods = append(d.Periods, series.Period{Grain: g, Index: t}.String())
	}
	d.PointsTotal = len(q.Y)
	n := min(len(q.Y), maxPoints)
	for k := range n {
		i := k * len(q.Y) / n
		d.Points.Team = append(d.Points.Team, q.Team[i])
		d.Points.Period = append(d.Points.Period, q.Time[i]-first)
		d.Points.X = append(d.Points.X, round6(q.X[i]))
		d.Points.Y = append(d.Points.Y, round6(q.Y[i]))
		d.Points.N = append(d.Points.N, q.N[i])
		xw := fit.Fit.Psi[0][i] / fit.Fit.Bread[0][0] // every row of a pair is complete, so the regression's rows are the pair's
		d.Points.XW = append(d.Points.XW, round6(xw))
		d.Points.YW = append(d.Points.YW, round6(fit.Fit.Resid[i]+fit.Fit.Coef[0]*xw))
	}
}

// round6 keeps six significant digits: enough for a picture; the download has them all.
func round6(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	if math.IsInf(scale, 0) || scale == 0 {
		return v
	}
	return math.Round(v*scale) / scale
}

// leaveOneOut is the slope with team and period effects without each team in turn. Taking a team out takes its share out
// of the sums of squares, and moves the period means of the others: with n teams in a period its part there counts
// n/(n−1) times. That is exact on a panel without holes; with holes the other teams' own means would move a little, too,
// by far less than the standard error (see the test).
func leaveOneOut(q *panel.Pair, fit *stats.FEResult) []LeaveOneOut {
	if fit == nil {
		return nil
	}
	inPeriod := map[int]float64{}
	for _, t := range q.Time {
		inPeriod[t]++
	}
	d := 1 / fit.Fit.Bread[0][0] // x̃'x̃
	var xx, xy float64
	type share struct {
		team   int
		rows   int
		xx, xy float64
	}
	var per []share
	for i, team := range q.Team {
		if i == 0 || q.Team[i-1] != team {
			per = append(per, share{team: team})
		}
		s := &per[len(per)-1]
		x := fit.Fit.Psi[0][i] * d
		y := fit.Fit.Resid[i] + fit.Fit.Coef[0]*x
		xx, xy = xx+x*x, xy+x*y
		s.rows++
		if n := inPeriod[q.Time[i]]; n > 1 {
			s.xx += x * x * n / (n - 1)
			s.xy += x * y * n / (n - 1)
		}
	}
	out := make([]LeaveOneOut, 0, len(per))
	for _, s := range per {
		if s.rows < 2 || xx-s.xx <= 1e-9*xx {
			continue // says nothing about change, or nothing varies without it
		}
		out = append(out, LeaveOneOut{s.team, round6((xy - s.xy) / (xx - s.xx))})
	}
	slices.SortStableFunc(out, func(a, b LeaveOneOut) int { return cmp.Compare(a.Estimate, b.Estimate) })
	return out
}

func exclusions(q *panel.Pair) []Exclusion {
	out := make([]Exclusion, 0, len(q.Excluded))
	for r, n := range q.Excluded {
		if n > 0 {
			out = append(out, Exclusion{r, n})
		}
	}
	slices.SortFunc(out, func(a, b Exclusion) int { return strings.Compare(string(a.Reason), string(b.Reason)) })
	return out
}

// breaksIn counts the moves and merges that lie within the pair's teams and periods.
func breaksIn(p *panel.Panel, q *panel.Pair) int {
	if len(q.Time) == 0 {
		return 0
	}
	in := map[string]bool{}
	for _, t := range q.Team {
		in[p.Teams[t].ID] = true
	}
	from := series.Period{Grain: q.Grain, Index: slices.Min(q.Time)}.Start()
	to := series.Period{Grain: q.Grain, Index: slices.Max(q.Time)}.End()
	n := 0
	for _, b := range p.Breaks {
		if in[b.TeamID] && b.On.After(from) && b.On.Before(to) {
			n++
		}
	}
	return n
}

// seedOf gives each pair its own stream, the same in every run with the same seed.
func seedOf(seed int64, pr pair) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(pr.x.Key + "\x00" + pr.y.Key))
	return h.Sum64() ^ uint64(seed)
}
