package invest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// draws is how often everything uncertain is drawn jointly.
const draws = returns.MinReps

// chainSeed is the same for every proposal: what is uncertain about the chain is uncertain for all of them alike.
const chainSeed = 20240611

// ground is what every proposal of one ranking rests on, read once.
type ground struct {
	tree     *org.Tree
	metrics  map[string]series.Metric
	settings initiative.Settings
	run      linkage.Run
	findings []linkage.Finding
	chains   []linkage.Chain
}

func (s *Service) ground(ctx context.Context) (*ground, error) {
	g := &ground{metrics: map[string]series.Metric{}}
	var err error
	if g.tree, err = s.tree(ctx); err != nil {
		return nil, err
	}
	metrics, err := s.from.Goals.Metrics(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range metrics {
		g.metrics[m.ID] = m
	}
	if g.settings, err = s.from.Ledger.Settings(ctx); err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	g.run, g.findings, g.chains, err = s.from.Links.Chains(ctx, "latest")
	if err != nil && errs.KindOf(err) != errs.KindNotFound {
		return nil, fmt.Errorf("read links: %w", err)
	}
	return g, nil
}

// discounted is the share of an undiscounted amount, spread evenly over years, that is left as ROV counts it: the first
// year is the window and counts in full, the tail's years are discounted by one year, two years, and so on.
func discounted(months float64, rate *float64) float64 {
	if rate == nil || *rate == 0 {
		return 1
	}
	sum, years := 0.0, months/12
	for t := 0.0; t < years; t++ {
		sum += math.Min(1, years-t) / math.Pow(1+*rate, t)
	}
	return sum / years
}

// horizon is how long a closed gap pays, in months.
func horizon(m series.Metric) float64 {
	if m.Kind == series.EX {
		return EmployeeHorizonMonths
	}
	return HorizonMonths
}

// worth says what one unit of a metric is worth in teams, and gives the joint draws of it, minor units; nil where there
// is no value.
func (s *Service) worth(ctx context.Context, g *ground, metric string, team string, price *Price) (Worth, []float64, error) {
	m := g.metrics[metric]
	teams := teamsOf(g.tree, team)
	w := Worth{Months: horizon(m), Currency: g.settings.Currency}
	factor := discounted(w.Months, g.settings.Discount)
	if price != nil {
		w.By, w.Source = ByPrice, price.Source
		per := float64(price.PerYear) * w.Months / 12 * factor
		d := make([]float64, draws)
		for i := range d {
			d[i] = per
		}
		w.PerPoint = money(per, d)
		return w, d, nil
	}
	pv, err := s.from.Prices.PointValue(ctx, teams, w.Months)
	if err != nil {
		return w, nil, err
	}
	w.Teams, w.Source = pv.Teams, pv.Source
	if !pv.Chain.OK() {
		w.Steps = g.first(m)
		w.NotEnough = &Reason{Code: pv.Chain.NotEnough.Reason, Why: pv.Chain.Why}
		return w, nil, nil
	}
	slope := 1.0 // of the chain's customer experience per unit of the metric
	var finding *linkage.Finding
	switch {
	case metric == pv.Chain.EX.ID, metric == pv.Chain.CX.ID:
		w.By = ByChain
	case m.Kind == series.EX:
		w.By = ByDriver
		finding = g.finding(metric, pv.Chain.CX.ID)
		if finding == nil || finding.Verdict != evidence.Supported {
			w.Steps = g.first(m)
			w.NotEnough = unlinked(finding)
			return w, nil, nil
		}
		slope = *finding.TWFE.Value
	default:
		w.Steps = g.first(m)
		w.NotEnough = &Reason{Code: "outside_chain"}
		return w, nil, nil
	}
	w.Steps = g.steps(m, pv.Chain, finding)
	if pv.NotEnough != nil {
		w.NotEnough = &Reason{Code: pv.NotEnough.Reason}
		return w, nil, nil
	}
	ex, cx := pv.Draws(draws, chainSeed)
	d := cx
	point := pv.PerCX.Value
	switch {
	case metric == pv.Chain.EX.ID:
		d, point = ex, pv.PerEX.Value
	case finding != nil:
		rng := rand.New(rand.NewPCG(chainSeed, seedOf(metric)))
		d = make([]float64, len(cx))
		for i := range d {
			d[i] = (slope + *finding.TWFE.StdErr*rng.NormFloat64()) * cx[i]
		}
	}
	for i := range d {
		d[i] *= factor
	}
	w.PerPoint = money(float64(point)*slope*factor, d)
	switch {
	case metric == pv.Chain.EX.ID:
		w.Caveats, w.LowerBound = pv.Chain.Caveats(), pv.Chain.LowerBound()
	case finding != nil:
		w.Caveats, w.LowerBound = finding.Signal.Say(true), finding.Signal.LowerBound()
	default:
		w.Caveats, w.LowerBound = pv.Chain.Middle.Say(true), pv.Chain.Middle.LowerBound()
	}
	return w, d, nil
}

// unlinked says why a driver has no way into the chain.
func unlinked(f *linkage.Finding) *Reason {
	if f == nil {
		return &Reason{Code: "link_unknown"}
	}
	return &Reason{Code: "link_" + string(f.Verdict), NoLink: f.Verdict == evidence.NoLinkSeen, Why: append([]evidence.Sentence{f.Text}, f.Reasons...)}
}

func (g *ground) finding(x, y string) *linkage.Finding {
	i := slices.IndexFunc(g.findings, func(f linkage.Finding) bool { return f.X == x && f.Y == y })
	if i < 0 {
		return nil
	}
	return &g.findings[i]
}

// steps are the links of the chain that lie between a metric and money.
func (g *ground) steps(m series.Metric, c returns.Established, driver *linkage.Finding) []Step {
	var out []Step
	of := func(k returns.Coefficient) evidence.Estimate {
		v, lo, hi, se := k.Value, k.Low, k.High, k.SE
		return evidence.Estimate{Value: &v, Lo: &lo, Hi: &hi, StdErr: &se, Level: evidence.IntervalLevel, N: k.N, Teams: k.Teams, Periods: k.Periods, Method: "twfe"}
	}
	switch {
	case driver != nil:
		out = append(out, g.step(*driver))
	case m.ID == c.EX.ID:
		first := Step{From: c.EX.Name, To: c.CX.Name, Unit: c.CX.Unit, Effect: of(c.B1), Verdict: c.B1.Verdict, Lag: c.LagCX, Grain: c.Grain}
		if f := g.finding(c.EX.ID, c.CX.ID); f != nil {
			first.Text = append([]evidence.Sentence{f.Text}, f.Reasons...)
		}
		out = append(out, first)
	}
	second := Step{From: c.CX.Name, To: c.Loyalty.Name, Unit: "%", Effect: of(c.B2), Verdict: c.B2.Verdict, Lag: c.LagY, Grain: c.Grain}
	if i := slices.IndexFunc(g.chains, func(x linkage.Chain) bool { return x.EX == c.EX.ID && x.CX == c.CX.ID && x.Y == c.Loyalty.ID }); i >= 0 {
		second.Text = append([]evidence.Sentence{g.chains[i].Text}, g.chains[i].Reasons...)
	}
	return append(out, second)
}

// mostSteps is how many first links are told of a metric that does not lead to money.
const mostSteps = 4

// first are the links that lead out of a metric by the newest run, the surest first: what is known where the way does
// not reach money.
func (g *ground) first(m series.Metric) []Step {
	out := []Step{}
	for _, f := range g.findings { // sorted by evidence
		if f.X == m.ID && f.Verdict.Rank() <= evidence.Indicative.Rank() && len(out) < mostSteps {
			out = append(out, g.step(f))
		}
	}
	return out
}

func (g *ground) step(f linkage.Finding) Step {
	x, y := g.metrics[f.X], g.metrics[f.Y]
	return Step{From: x.Name, To: y.Name, Unit: y.Unit, Effect: f.TWFE, Verdict: f.Verdict, Text: append([]evidence.Sentence{f.Text}, f.Reasons...), Lag: f.Lag, Grain: f.Grain}
}

// money sums draws up: percentiles by linear interpolation (Hyndman & Fan 1996, type 7, doi:10.2307/2684934).
func money(value float64, d []float64) *Money {
	q := percentiles(d, .05, .5, .95)
	return &Money{Value: whole(value), P5: whole(q[0]), P50: whole(q[1]), P95: whole(q[2])}
}

func whole(v float64) int64 { return int64(math.Round(v)) }

func percentiles(d []float64, at ...float64) []float64 {
	x := slices.Clone(d)
	slices.Sort(x)
	out := make([]float64, len(at))
	for i, q := range at {
		h := q * float64(len(x)-1)
		lo := int(h)
		hi := min(lo+1, len(x)-1)
		out[i] = x[lo] + (h-float64(lo))*(x[hi]-x[lo])
	}
	return out
}
