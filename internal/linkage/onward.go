package linkage

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Onward is the last step of a chain that ends in loyalty behaviour: how a money metric moves with it, given customer
// and employee experience on the same rows, so that what reaches money past loyalty is not counted as loyalty's.
type Onward struct {
	Y        string // metric id
	Grain    series.Grain
	Lag      int               // periods that loyalty leads money
	Estimate evidence.Estimate // units of money per unit of loyalty; q over all last steps of the run
	CCE      evidence.Estimate
	Verdict  evidence.Verdict
	Text     evidence.Sentence
	Reasons  []evidence.Sentence
}

// laggedTo reads a column k periods before each row; NaN where there is no figure.
func laggedTo(q *panel.Pair, c *panel.Column, lag int) []float64 {
	out := make([]float64, len(q.Y))
	for i := range out {
		k := q.Time[i] - lag - c.First
		if k < 0 || k >= c.Periods {
			out[i] = math.NaN()
			continue
		}
		out[i] = c.Value[q.Team[i]*c.Periods+k]
	}
	return out
}

// joinFour sets money beside loyalty, customer experience and employee experience, each at its lag.
func joinFour(ex, cx, loyalty, y *panel.Column, lagCX, lagL, lag int) *given {
	q := panel.Join(loyalty, y, lag)
	z := [][]float64{laggedTo(q, cx, lag+lagL), laggedTo(q, ex, lag+lagL+lagCX)}
	return complete(q, z, "loyalty", "cx", "ex")
}

// onwards estimates the last step of every chain that ends in behaviour and whose both links are supported, to every
// money metric, controls them for multiplicity among themselves, and judges each like any other link.
func onwards(ctx context.Context, p *panel.Panel, links []*link, columns map[columnAt]*panel.Column, seed int64) error {
	type step struct {
		of, at int // chain, and its place among the chain's steps
		l, y   series.Metric
		est    *estimated
	}
	var steps []*step
	for i, l := range links {
		if l.y.Kind != series.Behaviour || !l.chain.Supported() {
			continue
		}
		for _, y := range p.Metrics {
			if y.Kind != series.Money {
				continue
			}
			g, ok := p.PairGrain(l.y.ID, y.ID)
			if !ok {
				continue
			}
			if l.chain.Grain.Coarser(g) {
				g = l.chain.Grain
			}
			own, _ := p.Grain(y.ID)
			steps = append(steps, &step{of: i, at: len(l.chain.Onward), l: l.y, y: y})
			l.chain.Onward = append(l.chain.Onward, Onward{Y: y.ID, Grain: g, Lag: panel.LagAt(y.DefaultLag, own, g)})
		}
	}
	at := func(m string, g series.Grain) *panel.Column {
		k := columnAt{m, string(g)}
		if columns[k] == nil {
			columns[k] = p.Column(m, g)
		}
		return columns[k]
	}
	for _, s := range steps { // serially: a column is made once and shared
		c := links[s.of].chain
		for _, m := range []string{c.EX, c.CX, c.Y, s.y.ID} {
			at(m, c.Onward[s.at].Grain)
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, s := range steps {
		g.Go(func() error {
			c := links[s.of].chain
			o := c.Onward[s.at]
			q := joinFour(at(c.EX, o.Grain), at(c.CX, o.Grain), at(c.Y, o.Grain), at(s.y.ID, o.Grain), panel.LagAt(c.LagCX, c.Grain, o.Grain), panel.LagAt(c.LagY, c.Grain, o.Grain), o.Lag)
			var err error
			s.est, err = q.estimate(ctx, uint64(seed))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("last steps of chains: %w", err)
	}
	ps, gated := make([]float64, len(steps)), 0
	for i, s := range steps {
		if ps[i] = s.est.tested(); !math.IsNaN(ps[i]) {
			gated++
		}
	}
	qs, err := stats.BH(ps)
	if err != nil {
		return err
	}
	for i, s := range steps {
		o := &links[s.of].chain.Onward[s.at]
		o.Estimate, o.CCE = s.est.first, s.est.cce
		o.Estimate.Q = finite(qs[i])
		j := evidence.Judge(evidence.Link{X: s.l.Name, Y: s.y.Name, Grain: string(o.Grain), Teams: s.est.teams, Periods: s.est.periods, TWFE: o.Estimate, CCE: o.CCE, Pairs: gated})
		o.Verdict, o.Text, o.Reasons = j.Verdict, j.Text, j.Reasons
	}
	for _, l := range links {
		slices.SortStableFunc(l.chain.Onward, func(a, b Onward) int {
			if d := a.Verdict.Rank() - b.Verdict.Rank(); d != 0 {
				return d
			}
			return strings.Compare(a.Y, b.Y)
		})
	}
	return nil
}
