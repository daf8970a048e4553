package returns

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/series"
)

// Links is where the coefficients of the chain come from.
type Links interface {
	// Chains gives a run ("latest" is the newest), its findings, and the chains whose first link it supports.
	Chains(ctx context.Context, id string) (linkage.Run, []linkage.Finding, []linkage.Chain, error)
}

// Coefficient is a link of the chain: its estimate with a 95 % interval. Employee experience to customer experience in
// CX points per EX point, customer experience to loyalty in per cent of revenue per CX point.
type Coefficient struct {
	Estimate
	Low, High float64
	N         int
	Teams     int
	Periods   int
	Verdict   evidence.Verdict
}

// Established is what the newest run says about the chain from employee experience to money. Where NotEnough stands
// there are no coefficients: the measured return is ROI.
type Established struct {
	RunID    string
	AsOf     time.Time
	Declared bool // by finance; else chosen by rule among what the run supports
	EX, CX   series.Metric
	Loyalty  series.Metric
	Grain    series.Grain
	LagCX    int
	LagY     int
	B1, B2   Coefficient
	// Lead and Middle say what the EX and the CX metric are worth as measurements.
	Lead, Middle linkage.Signal
	// NotEnough says why there is no chain; Why and Missing are the same in sentences.
	NotEnough *NotEnough
	Why       []evidence.Sentence
}

// OK reports whether both links are supported.
func (e Established) OK() bool { return e.NotEnough == nil }

// Caveats say how a point of the chain may be spoken of as money: the reliability of employee experience within teams,
// "lower bound" where it is low, and whether a metric stands for itself or for a bundle.
func (e Established) Caveats() []evidence.Sentence {
	if !e.OK() {
		return nil
	}
	return linkage.Caveats(e.Lead, e.Middle)
}

// LowerBound reports whether the money told of a point of employee experience is a lower bound.
func (e Established) LowerBound() bool { return e.OK() && e.Lead.LowerBound() }

// Reasons why there is no chain, beside ReasonNoChain itself.
const (
	ReasonNoRun        = "chain_no_run"
	ReasonFirstLink    = "chain_first_link"
	ReasonSecondLink   = "chain_second_link"
	ReasonNoneFound    = "chain_none_found"
	ReasonNotRevenue   = "chain_not_revenue"
	ReasonNoBase       = "chain_no_revenue_base"
	ReasonNoMargin     = "chain_no_margin"
	ReasonMetricGone   = "chain_metric_gone"
	ReasonEXUnmeasured = "chain_ex_not_measured"
)

func unestablished(e Established, reason, missing string, why ...evidence.Sentence) Established {
	e.NotEnough, e.Why = &NotEnough{Reason: reason, Missing: missing}, why
	return e
}

// Chain gives the coefficients of the chain from the newest run, or the reason why there are none.
func (s *Service) Chain(ctx context.Context) (Established, error) { return s.chainOf(ctx, newestRun) }

func (s *Service) chainOf(ctx context.Context, run string) (Established, error) {
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return Established{}, fmt.Errorf("read the chain: %w", err)
	}
	found, findings, chains, err := s.links.Chains(ctx, run)
	if errs.KindOf(err) == errs.KindNotFound && err != nil {
		return unestablished(Established{}, ReasonNoRun, "a first correlation run"), nil
	}
	if err != nil {
		return Established{}, fmt.Errorf("read the chain: %w", err)
	}
	return establish(set.Chain, found, findings, chains), nil
}

// establish picks the declared chain, or, where none is declared, by rule: among the chains whose both links the run
// supports and whose result can be told as a share of revenue, money before behaviour, then the one with the least
// doubt. The rule never looks at size or sign.
func establish(want initiative.Chain, run linkage.Run, findings []linkage.Finding, chains []linkage.Chain) Established {
	e := Established{RunID: run.ID, AsOf: run.AsOf, Declared: want.EX != ""}
	metric := map[string]series.Metric{}
	for _, m := range run.Catalogue {
		metric[m.ID] = m
	}
	if !e.Declared {
		best := -1
		for i, c := range chains {
			if _, ok := perCent(metric[c.Y], c); !ok || !c.Supported() {
				continue
			}
			if best < 0 || before(c, chains[best], metric) {
				best = i
			}
		}
		if best < 0 {
			return unestablished(e, ReasonNoneFound, "a chain of two supported links, from employee experience to customer experience and, given it, from there to loyalty or money")
		}
		return e.with(chains[best], metric)
	}
	for _, id := range []string{want.EX, want.CX, want.Loyalty} {
		if _, ok := metric[id]; !ok {
			return unestablished(e, ReasonMetricGone, "figures of every metric that the settings declare")
		}
	}
	e.EX, e.CX, e.Loyalty = metric[want.EX], metric[want.CX], metric[want.Loyalty]
	i := slices.IndexFunc(chains, func(c linkage.Chain) bool { return c.EX == want.EX && c.CX == want.CX && c.Y == want.Loyalty })
	if i < 0 {
		k := slices.IndexFunc(findings, func(f linkage.Finding) bool { return f.X == want.EX && f.Y == want.CX })
		if k < 0 {
			return unestablished(e, ReasonFirstLink, "figures of employee and customer experience for the same teams")
		}
		return unestablished(e, ReasonFirstLink, "evidence for the link from employee to customer experience", append([]evidence.Sentence{findings[k].Text}, findings[k].Reasons...)...)
	}
	c := chains[i]
	if c.Verdict != evidence.Supported {
		return unestablished(e, ReasonSecondLink, "evidence for the link from customer experience to the result, given employee experience", append([]evidence.Sentence{c.Text}, c.Reasons...)...)
	}
	if _, ok := perCent(metric[c.Y], c); !ok {
		return unestablished(e, ReasonNotRevenue, "a result that can be told as a share of revenue")
	}
	return e.with(c, metric)
}

// before is the order of the rule.
func before(a, b linkage.Chain, metric map[string]series.Metric) bool {
	if am, bm := metric[a.Y].Kind == series.Money, metric[b.Y].Kind == series.Money; am != bm {
		return am
	}
	doubt := func(c linkage.Chain) float64 {
		q := 0.0
		for _, e := range []evidence.Estimate{c.First, c.Second} {
			if e.Q != nil {
				q = max(q, *e.Q)
			}
		}
		return q
	}
	if da, db := doubt(a), doubt(b); da != db {
		return da < db
	}
	return metric[a.EX].Key+"/"+metric[a.CX].Key+"/"+metric[a.Y].Key < metric[b.EX].Key+"/"+metric[b.CX].Key+"/"+metric[b.Y].Key
}

// perCent is what turns a slope of the result into per cent of revenue. Revenue and what grows with it count against
// their own mean. A share of customers lost counts against those who stay, since each takes his revenue along. Cost and
// anything else that is better when lower is no share of revenue.
func perCent(m series.Metric, c linkage.Chain) (float64, bool) {
	switch {
	case m.HigherIsBetter && c.Mean > 0:
		return 100 / c.Mean, true
	case m.Kind == series.Behaviour && m.Unit == "%" && c.Mean < 100:
		return -100 / (100 - c.Mean), true
	}
	return 0, false
}

func (e Established) with(c linkage.Chain, metric map[string]series.Metric) Established {
	e.EX, e.CX, e.Loyalty = metric[c.EX], metric[c.CX], metric[c.Y]
	e.Lead, e.Middle = c.Lead, c.Middle
	e.Grain, e.LagCX, e.LagY = c.Grain, c.LagCX, c.LagY
	f, _ := perCent(e.Loyalty, c)
	e.B1, e.B2 = coefficient(c.First, 1, c.FirstVerdict), coefficient(c.Second, f, c.Verdict)
	return e
}

// coefficient scales a slope. The interval of the wild bootstrap may be wider than the standard error says with few
// teams; the joint draw then takes the wider of the two.
func coefficient(x evidence.Estimate, by float64, v evidence.Verdict) Coefficient {
	out := Coefficient{N: x.N, Teams: x.Teams, Periods: x.Periods, Verdict: v}
	if x.Value == nil || x.StdErr == nil {
		return out
	}
	out.Value, out.SE = *x.Value*by, *x.StdErr*math.Abs(by)
	out.Low, out.High = out.Value-z95*out.SE, out.Value+z95*out.SE
	if x.Lo != nil && x.Hi != nil {
		out.Low, out.High = min(*x.Lo*by, *x.Hi*by), max(*x.Lo*by, *x.Hi*by)
		out.SE = max(out.SE, (out.High-out.Low)/(2*z95))
	}
	return out
}

// z95 is the half-width of a 95 % interval in standard errors.
const z95 = 1.959963984540054
