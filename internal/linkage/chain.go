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
	Mean         float64  // of Y over the rows, to speak of b₂ in per cent
	Onward       []Onward // where Y is behaviour: from there to money, the surest first
	Lead, Middle Signal   // what the EX and the CX metric are worth as measurements
}

// Supported reports whether both links are.
func (c Chain) Supported() bool {
	return c.FirstVerdict == evidence.Supported && c.Verdict == evidence.Supported
}

// joinThree sets a result beside customer experience lagY periods and employee experience lagY + lagCX periods before.
func joinThree(ex, cx, y *panel.Column, lagCX, lagY int) *given {
	q := panel.Join(cx, y, lagY)
	return complete(q, [][]float64{laggedTo(q, ex, lagY+lagCX)}, "cx", "ex")
}

// link is what came of one chain before the control for multiplicity.
type link struct {
	chain Chain
	first *result // the pair of the first link
	x, y  series.Metric
	rows  *given
	est   *estimated
}

// chains estimates the second link of every chain whose first link the run supports. The others have no chain to speak
// of, and leaving them out keeps a run over hundreds of teams short.
func chains(ctx context.Context, p *panel.Panel, results []*result, findings []Finding, columns map[columnAt]*panel.Column, declared map[string][]string, seed int64) ([]Chain, error) {
	judged := map[string]Finding{} // with q and verdict, which a result has not
	for _, f := range findings {
		judged[f.ID] = f
	}
	var links []*link
	for _, r := range results {
		if r.pair.block != EXCX || judged[r.pair.id()].Verdict != evidence.Supported {
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
				x: r.pair.y, y: y, first: r,
				chain: Chain{
					EX: r.pair.x.ID, CX: r.pair.y.ID, Y: y.ID, Grain: g, LagCX: panel.LagAt(r.pair.lag, r.pair.grain, g), LagY: panel.LagAt(y.DefaultLag, own, g),
					First: judged[r.pair.id()].TWFE, FirstVerdict: evidence.Supported,
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
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, l := range links {
		g.Go(func() error {
			at := func(m string) *panel.Column { return columns[columnAt{m, string(l.chain.Grain)}] }
			l.rows = joinThree(at(l.chain.EX), at(l.chain.CX), at(l.chain.Y), l.chain.LagCX, l.chain.LagY)
			return l.estimate(inner, uint64(seed))
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("chains: %w", err)
	}
	if err := judgeChains(links); err != nil {
		return nil, err
	}
	if err := onwards(ctx, p, links, columns, seed); err != nil {
		return nil, err
	}
	if err := spreadLinks(ctx, p, links, columns, declared, seed); err != nil {
		return nil, err
	}
	out := make([]Chain, 0, len(links))
	for _, l := range links {
		out = append(out, l.chain)
	}
	slices.SortStableFunc(out, func(a, b Chain) int { return a.Verdict.Rank() - b.Verdict.Rank() })
	return out, nil
}

func (l *link) estimate(ctx context.Context, seed uint64) (err error) {
	if l.est, err = l.rows.estimate(ctx, seed); err != nil {
		return err
	}
	c := &l.chain
	c.Second, c.Direct, c.SecondCCE, c.Mean = l.est.first, l.est.second, l.est.cce, l.est.mean
	return nil
}

// judgeChains controls the second links for multiplicity among themselves and gives each its verdict.
func judgeChains(links []*link) error {
	ps, gated := make([]float64, len(links)), 0
	for i, l := range links {
		if ps[i] = l.est.tested(); !math.IsNaN(ps[i]) {
			gated++
		}
	}
	qs, err := stats.BH(ps)
	if err != nil {
		return err
	}
	for i, l := range links {
		c := &l.chain
		c.Second.Q = finite(qs[i])
		j := evidence.Judge(evidence.Link{X: l.x.Name, Y: l.y.Name, Grain: string(c.Grain), Teams: l.rows.Repeated, Periods: l.rows.Periods, TWFE: c.Second, CCE: c.SecondCCE, Pairs: gated})
		c.Verdict, c.Text, c.Reasons = j.Verdict, j.Text, j.Reasons
	}
	return nil
}

// spreadLinks gives both links of every supported chain their bootstrap interval: they are the ones that money is told
// from. A first link that several chains share is drawn once.
func spreadLinks(ctx context.Context, p *panel.Panel, links []*link, columns map[columnAt]*panel.Column, declared map[string][]string, seed int64) error {
	firsts := map[*result]*evidence.Estimate{} // each begins as the finding has it, with its q
	var work []*link
	for _, l := range links {
		if !l.chain.Supported() {
			continue
		}
		work = append(work, l)
		first := l.chain.First
		firsts[l.first] = &first
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for r, into := range firsts {
		g.Go(func() error {
			pr := r.pair
			q := panel.Join(columns[columnAt{pr.x.ID, string(pr.grain)}], columns[columnAt{pr.y.ID, string(pr.grain)}], pr.lag)
			c, err := allowFor(q, covariatesOf(p, pr, declared))
			if err != nil {
				return err
			}
			*into, err = spread(ctx, c.with(), *into, seedOf(seed, pr))
			return err
		})
	}
	for _, l := range work {
		g.Go(func() (err error) {
			l.chain.Second, err = spread(ctx, l.rows.panel(), l.chain.Second, uint64(seed))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("intervals of chains: %w", err)
	}
	for _, l := range work {
		l.chain.First = *firsts[l.first]
	}
	return nil
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
