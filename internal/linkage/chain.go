package linkage

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// chainsBlob holds the chains of a run. Statements of returns keep the coefficients they used, so that nothing is lost
// when the details of an old run go.
const chainsBlob = "chains"

// Chain is one path from employee experience through customer experience to loyalty behaviour or money. Both links are
// slopes of a team × period panel with team and period effects at lags declared beforehand; the second is estimated
// given employee experience on the same rows, so that what reaches the result by another way is not counted as the
// chain's. The product of the two is association through the chain, never proof of a cause.
type Chain struct {
	EX, CX, Y    string // metric ids
	Grain        series.Grain
	LagCX, LagY  int               // periods that EX leads CX, and CX leads Y
	First        evidence.Estimate // b₁: CX points per EX point, of the pair's finding
	FirstVerdict evidence.Verdict
	Second       evidence.Estimate // b₂: units of Y per CX point, given EX; q over all chains of the run
	SecondCCE    evidence.Estimate // the same under common correlated effects
	Direct       evidence.Estimate // Y per EX point beside the chain, given CX
	Verdict      evidence.Verdict  // of the second link
	Text         evidence.Sentence
	Reasons      []evidence.Sentence
	Mean         float64 // of Y over the rows, to speak of b₂ in per cent
	Lead, Middle Signal  // what the EX and the CX metric are worth as measurements
}

// Supported reports whether both links are.
func (c Chain) Supported() bool {
	return c.FirstVerdict == evidence.Supported && c.Verdict == evidence.Supported
}

// triple is three columns beside each other: rows lie team by team, period by period.
type triple struct {
	panel.Pair // X is customer experience, Y the result
	ex         []float64
}

// joinThree sets a result beside customer experience lagY periods and employee experience lagY + lagCX periods before.
func joinThree(ex, cx, y *panel.Column, lagCX, lagY int) *triple {
	q := panel.Join(cx, y, lagY)
	out := &triple{Pair: panel.Pair{Grain: q.Grain, Lag: lagY}}
	teams, periods := map[int]int{}, map[int]bool{}
	for i, team := range q.Team {
		k := q.Time[i] - lagY - lagCX - ex.First
		if k < 0 || k >= ex.Periods || math.IsNaN(ex.Value[team*ex.Periods+k]) {
			continue
		}
		out.Team, out.Time = append(out.Team, team), append(out.Time, q.Time[i])
		out.X, out.Y = append(out.X, q.X[i]), append(out.Y, q.Y[i])
		out.ex = append(out.ex, ex.Value[team*ex.Periods+k])
		teams[team]++
		periods[q.Time[i]] = true
	}
	out.Teams, out.Periods = len(teams), len(periods)
	for _, n := range teams {
		if n > 1 {
			out.Repeated++
		}
	}
	return out
}

func (t *triple) panel() *stats.Panel {
	return &stats.Panel{Unit: t.Team, Time: t.Time, Y: t.Y, X: [][]float64{t.X, t.ex}, Name: []string{"cx", "ex"}}
}

// link is what came of one chain before the control for multiplicity.
type link struct {
	chain Chain
	x, y  series.Metric
	rows  *triple
	reach evidence.Reach
}

// chains estimates the second link of every chain whose first link the run supports. The others have no chain to speak
// of, and leaving them out keeps a run over hundreds of teams short.
func chains(ctx context.Context, p *panel.Panel, results []*result, findings []Finding, columns map[columnAt]*panel.Column, seed int64) ([]Chain, error) {
	verdict := map[string]evidence.Verdict{}
	for _, f := range findings {
		verdict[f.ID] = f.Verdict
	}
	var links []*link
	for _, r := range results {
		if r.pair.block != EXCX || verdict[r.pair.id()] != evidence.Supported {
			continue
		}
		for _, y := range p.Metrics {
			if !is(series.Behaviour, series.Money)(y.Kind) {
				continue
			}
			g, ok := p.PairGrain(r.pair.y.ID, y.ID)
			if !ok {
				continue
			}
			if r.pair.grain.Coarser(g) {
				g = r.pair.grain
			}
			own, _ := p.Grain(y.ID)
			links = append(links, &link{
				x: r.pair.y, y: y,
				chain: Chain{
					EX: r.pair.x.ID, CX: r.pair.y.ID, Y: y.ID, Grain: g, LagCX: panel.LagAt(r.pair.lag, r.pair.grain, g), LagY: panel.LagAt(y.DefaultLag, own, g),
					First: r.finding.TWFE, FirstVerdict: evidence.Supported,
				},
			})
		}
	}
	for _, l := range links { // serially: a column is made once and shared
		for _, m := range []string{l.chain.EX, l.chain.CX, l.chain.Y} {
			if k := (columnAt{m, string(l.chain.Grain)}); columns[k] == nil {
				columns[k] = p.Column(m, l.chain.Grain)
			}
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, l := range links {
		g.Go(func() error {
			at := func(m string) *panel.Column { return columns[columnAt{m, string(l.chain.Grain)}] }
			l.rows = joinThree(at(l.chain.EX), at(l.chain.CX), at(l.chain.Y), l.chain.LagCX, l.chain.LagY)
			return l.estimate(ctx, uint64(seed))
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("chains: %w", err)
	}
	return judgeChains(links)
}

func (l *link) estimate(ctx context.Context, seed uint64) error {
	c, t := &l.chain, l.rows
	var gap *evidence.Gap
	l.reach, gap = evidence.Gate(t.Repeated, t.Periods, string(c.Grain))
	c.Second, c.SecondCCE, c.Direct = evidence.Without(methodTWFE, gap), evidence.Without(methodCCE, gap), evidence.Without(methodTWFE, gap)
	if l.reach == evidence.Nothing {
		return nil
	}
	r, err := stats.TwoWayFE(t.panel(), stats.FEOptions{Level: evidence.IntervalLevel})
	if err != nil {
		c.Second = refused(methodTWFE, err, &t.Pair)
		c.Direct = c.Second
		return nil
	}
	of := func(k stats.Coefficient, units, periods, n int, method, convention string) evidence.Estimate {
		b := k.B
		return evidence.Estimate{
			Value: &b, Lo: finite(k.CI.Lo), Hi: finite(k.CI.Hi), Level: evidence.IntervalLevel, StdErr: finite(k.SE), T: finite(k.T), DF: finite(k.DF), P: finite(k.P),
			N: n, Teams: units, Periods: periods, Method: method, Convention: convention,
		}
	}
	c.Second, c.Direct = of(r.Coef[0], r.Units, r.Periods, r.N, methodTWFE, conventionCR1), of(r.Coef[1], r.Units, r.Periods, r.N, methodTWFE, conventionCR1).IntervalOnly()
	for _, v := range t.Y {
		c.Mean += v / float64(len(t.Y))
	}
	if l.reach != evidence.Model {
		c.Second = c.Second.IntervalOnly()
		return nil
	}
	if r.Units < evidence.TeamsAnalytic {
		w, err := stats.WildCluster(ctx, t.panel(), 0, stats.WildOptions{Effects: stats.TwoWay, Level: evidence.IntervalLevel, Seed: seed})
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			c.Second = c.Second.IntervalOnly() // the interval stands, a test does not
			return nil
		}
		c.Second = withWild(c.Second, w)
	}
	if gap := evidence.ShockGate(t.Repeated, t.Periods, string(c.Grain)); gap != nil {
		c.SecondCCE = evidence.Without(methodCCE, gap)
		return nil
	}
	s, err := stats.CCE(t.panel(), evidence.IntervalLevel)
	if err != nil {
		c.SecondCCE = refused(methodCCE, err, &t.Pair)
		return nil
	}
	c.SecondCCE = of(s.Coef[0], s.Units, s.Periods, s.N, methodCCE, "")
	if gap := evidence.ShockGate(s.Units, s.Periods, string(c.Grain)); gap != nil {
		c.SecondCCE = evidence.Without(methodCCE, gap)
	}
	return nil
}

// judgeChains controls the second links for multiplicity among themselves and gives each its verdict.
func judgeChains(links []*link) ([]Chain, error) {
	ps, gated := make([]float64, len(links)), 0
	for i, l := range links {
		ps[i] = math.NaN()
		if l.reach == evidence.Model && l.chain.Second.P != nil {
			ps[i] = *l.chain.Second.P
			gated++
		}
	}
	qs, err := stats.BH(ps)
	if err != nil {
		return nil, err
	}
	out := make([]Chain, 0, len(links))
	for i, l := range links {
		c := l.chain
		c.Second.Q = finite(qs[i])
		j := evidence.Judge(evidence.Link{X: l.x.Name, Y: l.y.Name, Grain: string(c.Grain), Teams: l.rows.Repeated, Periods: l.rows.Periods, TWFE: c.Second, CCE: c.SecondCCE, Pairs: gated})
		c.Verdict, c.Text, c.Reasons = j.Verdict, j.Text, j.Reasons
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Chain) int { return a.Verdict.Rank() - b.Verdict.Rank() })
	return out, nil
}

// Chains gives the chains of a run ("latest" is the newest) whose first link it supports, sorted by evidence, with the
// run and its findings. A run made before chains were kept has none.
func (s *Service) Chains(ctx context.Context, id string) (Run, []Finding, []Chain, error) {
	run, findings, err := s.Report(ctx, id)
	if err != nil {
		return run, nil, nil, err
	}
	out := []Chain{}
	b, err := s.blob(ctx, run.ID, chainsBlob)
	if err != nil {
		if errs.KindOf(err) == errs.KindNotFound {
			return run, findings, out, nil
		}
		return run, nil, nil, err
	}
	return run, findings, out, unpack(b, &out)
}
