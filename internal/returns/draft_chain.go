package returns

import (
	"math"

	"rapport/internal/initiative"
	"rapport/internal/series"
)

// chainSums pools what the initiatives changed in the two metrics of the chain. Changes are weighed by the revenue they
// act on, so that the pooled change times the whole revenue is the sum of what each one moved.
type chainSums struct {
	revenue, ex, exVar float64
	cx, cxVar          float64
	cxRevenue          float64
	teams, teamQuarter float64
	why                string // why the last one left out has no chain
}

// changeIn finds what an initiative changed in a metric: an effect of the plan where it is one, else the plain contrast.
func (d *draft) changeIn(e initiative.Evaluation, metric string) (Estimate, bool) {
	for _, f := range e.Effects {
		if f.MetricID == metric {
			x, why := d.effectOf(f)
			return x, why == "" && f.Grade != string(GradeC)
		}
	}
	for _, b := range e.Beside {
		if b.MetricID != metric {
			continue
		}
		if d.team != "" {
			return ofTeam(b.Teams, d.team)
		}
		return Estimate{b.Value, b.SE}, true
	}
	return Estimate{}, false
}

// addChain takes what an initiative changed along the chain into the case. Teams of entangled initiatives are moved by
// both, so that the change is taken once.
func (d *draft) addChain(p part) {
	if !d.chain.OK() || d.base.reason != "" {
		return
	}
	for _, o := range p.eval.Entangled {
		if d.chained[o.ID] {
			d.left = append(d.left, LeftOut{p.prefix + d.chain.EX.Name, LeftChainTwice})
			return
		}
	}
	dex, ok := d.changeIn(p.eval, d.chain.EX.ID)
	if !ok {
		d.left = append(d.left, LeftOut{p.prefix + d.chain.EX.Name, LeftNoEX})
		d.links.why = ReasonEXUnmeasured
		return
	}
	months := float64(p.to - p.from)
	revenue := d.base.revenue(p.teams, months)
	if revenue <= 0 {
		d.links.why = ReasonNoBase
		return
	}
	d.chained[p.ID] = true
	s := &d.links
	s.revenue += revenue
	s.ex += revenue * dex.Value
	s.exVar += revenue * revenue * dex.SE * dex.SE
	if dcx, ok := d.changeIn(p.eval, d.chain.CX.ID); ok {
		s.cxRevenue += revenue
		s.cx += revenue * dcx.Value
		s.cxVar += revenue * revenue * dcx.SE * dcx.SE
	}
	n := float64(len(p.teams))
	s.teams += n
	s.teamQuarter += n * months / monthsPerQuarter
}

// closeChain makes the case's chain of what was pooled, or says why there is none.
func (d *draft) closeChain() {
	s := d.links
	missing := "an established chain from employee experience to margin; the measured return is ROI"
	switch {
	case !d.chain.OK():
		d.NoChain = d.chain.NotEnough
	case d.base.reason != "":
		d.NoChain = &NotEnough{d.base.reason, missingOf[d.base.reason]}
	case s.revenue <= 0 && s.why == ReasonNoBase:
		d.NoChain = &NotEnough{ReasonNoBase, missingOf[ReasonNoBase]}
	case s.revenue <= 0 && s.why != "":
		d.NoChain = &NotEnough{s.why, "a change in employee experience measured against comparison teams"}
	case s.revenue <= 0:
		d.NoChain = &NotEnough{ReasonNoChain, missing}
	default:
		c := &Chain{
			DEX: s.ex / s.revenue, DEXSE: math.Sqrt(s.exVar) / s.revenue, B1: d.chain.B1.Value, B1SE: d.chain.B1.SE, B2: d.chain.B2.Value, B2SE: d.chain.B2.SE,
			Revenue: s.revenue, MarginPct: d.base.rate, Teams: int(math.Round(s.teams)), Quarters: s.teamQuarter / s.teams, NetOfService: d.set.Chain.NetOfService,
		}
		if s.cxRevenue == s.revenue { // measured for all of it, else it is not measured
			dcx := s.cx / s.revenue
			c.DCX, c.DCXSE = &dcx, math.Sqrt(s.cxVar)/s.revenue
		}
		d.Chain = c
		d.assumptions = append(d.assumptions,
			Assumption{Line: d.chain.EX.Name, What: "revenue", Value: s.revenue, Source: d.base.source},
			Assumption{Line: d.chain.EX.Name, What: "margin", Value: d.base.rate, Source: d.base.source})
	}
}

// pooledOutcome is a metric over the initiatives that moved it, weighed by treated teams.
type pooledOutcome struct {
	name           string
	kind           series.Kind
	unit           string
	metric         string
	n              float64
	change, v      float64
	before, now    float64
	higherIsBetter bool
	teams          []string
}

// outcome takes every metric that was compared into the scorecard.
func (d *draft) outcome(p part) {
	put := func(metric, name, unit string, kind series.Kind, good bool, x Estimate, before, now, n float64) {
		o := d.outcomes[metric]
		if o == nil {
			o = &pooledOutcome{name: name, kind: kind, unit: unit, metric: metric, higherIsBetter: good}
			d.outcomes[metric] = o
			d.order = append(d.order, metric)
		}
		o.n += n
		o.change += n * x.Value
		o.v += n * n * x.SE * x.SE
		o.before += n * before
		o.now += n * now
		o.teams = append(o.teams, p.teams...)
	}
	for _, f := range p.eval.Effects {
		if f.Before == nil || f.Now == nil || !f.Estimate.Has() || f.Estimate.StdErr == nil {
			continue
		}
		x, n := Estimate{*f.Estimate.Value, *f.Estimate.StdErr}, float64(f.Treated)
		if d.team != "" {
			own, ok := ofTeam(f.Teams, d.team)
			if !ok {
				continue
			}
			x, n = own, 1
		}
		put(f.MetricID, f.Metric, f.Unit, f.Kind, f.HigherIsBetter, x, *f.Before, *f.Now, n)
	}
	for _, b := range p.eval.Beside {
		x, n := Estimate{b.Value, b.SE}, float64(b.Treated)
		if d.team != "" {
			own, ok := ofTeam(b.Teams, d.team)
			if !ok {
				continue
			}
			x, n = own, 1
		}
		put(b.MetricID, b.Metric, b.Unit, b.Kind, b.HigherIsBetter, x, b.Before, b.Now, n)
	}
}

// scores are the rows of the scorecard. A team's own levels would tell more of it than its change does, so that gap
// closure is told of groups of teams only.
func (d *draft) scores() []Outcome {
	out := make([]Outcome, 0, len(d.order))
	for _, id := range d.order {
		o := d.outcomes[id]
		x := Outcome{
			Metric: id, Name: o.name, Unit: o.unit, HigherIsBetter: o.higherIsBetter, Receiver: receiver(o.kind), Change: Estimate{o.change / o.n, math.Sqrt(o.v) / o.n},
			Before: o.before / o.n, Now: o.now / o.n,
		}
		if d.goals != nil && d.team == "" {
			if want, ok := d.goals(id, o.teams, d.to); ok {
				x.Desired = &want
			}
		}
		out = append(out, x)
	}
	return out
}
