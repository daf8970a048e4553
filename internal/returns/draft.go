package returns

import (
	"fmt"
	"math"
	"strings"
	"time"

	"rapport/internal/initiative"
	"rapport/internal/series"
)

// lens is how the ledger is looked at: with which settings, chain and revenue base, up to which day, for which team.
type lens struct {
	set    initiative.Settings
	chain  Established
	base   *base
	goals  func(metric string, teams []string, at time.Time) (float64, bool)
	until  time.Time // the day after the last that counts; zero: each window to its end
	team   string    // a leaf; empty: all treated teams
	origin time.Time // month 0 of the case
	reps   int
}

// draft collects a case and what is to be said beside it.
type draft struct {
	Case
	lens
	left        []LeftOut
	assumptions []Assumption
	outcomes    map[string]*pooledOutcome
	order       []string // of the outcomes
	counted     map[string]map[Kind]bool
	chained     map[string]bool // initiatives whose chain is in the case
	links       chainSums
	teams       map[string]bool
	from, to    time.Time
	open        bool
	flow        Flow
	quarter     Quarter
}

// defaultSource is how a price source names the published replacement factor.
const defaultSource = "default: 0.21 of salary (Boushey & Glynn 2012)"

// DefaultHorizon is the tail's length in years where none is declared.
const DefaultHorizon = 3

// part is an initiative as far as the lens shows it.
type part struct {
	initiative.Initiative
	eval     initiative.Evaluation
	prefix   string
	from, to int     // months of the case over which its benefits are paid
	share    float64 // of its window that has passed
	teams    []string
	weight   float64 // of the lens's team among the treated ones; 1 for all
}

func monthsBetween(from, to time.Time) int {
	return int(math.Round(to.Sub(from).Hours() / 24 / daysPerMonth))
}

// add takes an initiative and its evaluation into the case. prefix keeps line names apart where several are pooled.
func (d *draft) add(i initiative.Initiative, e initiative.Evaluation, prefix string) {
	start, end := i.Plan.Start(), i.Plan.EndsOn.AddDate(0, 0, 1)
	p := part{Initiative: i, eval: e, prefix: prefix, share: 1, weight: 1}
	if !d.until.IsZero() && d.until.Before(end) {
		p.share = max(0, d.until.Sub(start).Hours()/end.Sub(start).Hours())
		end, d.open = d.until, true
	}
	if d.origin.IsZero() {
		d.origin = start
	}
	p.from = max(0, monthsBetween(d.origin, start))
	p.to = min(maxWindowMonths, max(p.from+1, monthsBetween(d.origin, end)))
	p.from = min(p.from, p.to-1)
	d.WindowMonths = max(d.WindowMonths, p.to)
	if d.from.IsZero() || start.Before(d.from) {
		d.from = start
	}
	if last := end.AddDate(0, 0, -1); last.After(d.to) {
		d.to = last
	}
	treated := make([]string, 0, len(i.Plan.Treated))
	for _, t := range i.Plan.Treated {
		treated = append(treated, t.TeamID)
	}
	p.teams = d.base.leavesOf(treated)
	if d.team != "" {
		p.weight = 1 / float64(max(1, len(p.teams)))
		p.teams = []string{d.team}
	}
	for _, t := range p.teams {
		d.teams[t] = true
	}
	d.costs(p)
	for _, f := range e.Effects {
		d.open = d.open || f.Open
	}
	d.outcome(p)
	d.benefits(p)
	d.addChain(p)
}

func (d *draft) costs(p part) {
	for _, c := range p.Plan.Costs {
		if !d.until.IsZero() && !c.On.Before(d.until) {
			continue
		}
		amount := minor(c.InLedger() * p.weight)
		month := int(c.On.Sub(d.origin).Hours() / 24 / daysPerMonth)
		d.Costs = append(d.Costs, Cost{Name: p.prefix + c.Name, Amount: amount, Month: min(maxWindowMonths, max(0, month))})
		if d.quarter.No > 0 && !c.On.Before(d.quarter.Start()) && c.On.Before(d.quarter.End()) {
			d.flow.Invested += amount
		}
	}
}

// effectOf is the effect in a metric as the lens shows it: of all treated teams, or the pooled one of a team.
func (d *draft) effectOf(f initiative.Effect) (Estimate, string) {
	switch {
	case !f.Estimate.Has() || f.Estimate.StdErr == nil:
		return Estimate{}, LeftNotMeasured
	case f.Grade == "":
		return Estimate{}, LeftUngraded
	case d.team == "":
		return Estimate{*f.Estimate.Value, *f.Estimate.StdErr}, ""
	}
	if x, ok := ofTeam(f.Teams, d.team); ok {
		return x, ""
	}
	return Estimate{}, LeftNoTeam
}

func ofTeam(list []initiative.TeamEffect, team string) (Estimate, bool) {
	for _, t := range list {
		if t.TeamID == team {
			return Estimate{t.Pooled, t.PooledSE}, true
		}
	}
	return Estimate{}, false
}

func (d *draft) benefits(p part) {
	effects := map[string]initiative.Effect{}
	for _, f := range p.eval.Effects {
		effects[f.MetricID] = f
	}
	mine := map[Kind]bool{}
	for _, b := range p.Plan.Benefits {
		kind := Kind(b.Kind)
		name := p.prefix + b.Name
		if kinds[kind].once && d.twice(p.eval, kind) {
			d.left = append(d.left, LeftOut{name, LeftTwice})
			continue
		}
		if b.Forecast != nil {
			d.forecast(name, kind, b, p)
			mine[kind] = true
			continue
		}
		metric := b.Metric
		if metric == "" {
			metric = p.Plan.Metric
		}
		f, ok := effects[metric]
		if !ok {
			d.left = append(d.left, LeftOut{name, LeftNotMeasured})
			continue
		}
		x, why := d.effectOf(f)
		if why != "" {
			d.left = append(d.left, LeftOut{name, why})
			continue
		}
		if d.measured(name, kind, b, f, x, p) {
			mine[kind] = true
		}
	}
	d.counted[p.ID] = mine
}

// twice reports whether an initiative entangled with this one counts the kind already.
func (d *draft) twice(e initiative.Evaluation, k Kind) bool {
	for _, o := range e.Entangled {
		if d.counted[o.ID][k] {
			return true
		}
	}
	return false
}

// price is what one unit of a benefit is counted with: the plan's own, else finance's default, which is flagged.
func (d *draft) price(b initiative.Benefit) (amount int64, source string, ok bool) {
	if b.Price > 0 {
		return b.Price, b.PriceSource, true
	}
	for _, p := range d.set.Prices {
		if p.Kind == b.Kind {
			return p.Amount, "default: " + p.Source, true
		}
	}
	return 0, b.PriceSource, false
}

// measured is effect × what one unit of it counts for × price × share; an effect in the good direction is a benefit.
func (d *draft) measured(name string, kind Kind, b initiative.Benefit, f initiative.Effect, x Estimate, p part) bool {
	price, source, ok := d.price(b)
	if !ok {
		d.left = append(d.left, LeftOut{name, LeftNoPrice})
		return false
	}
	own := b
	own.Price, own.PriceSource, own.Units = price, source, b.Units*p.share*p.weight
	r := PerEffect(kind, own, f.HigherIsBetter, f.Unit)
	priced, share, units := source, r.Share, own.Units
	source = r.Source
	value, se := x.scaled(r.Money)
	line := Line{
		Name: name, Kind: kind, Value: value, SE: se, Grade: Grade(f.Grade), PriceSource: source, DrawGroup: p.ID + "/" + f.MetricID, Scope: p.ID, From: p.from, To: p.to,
	}
	d.Lines = append(d.Lines, line)
	d.flowOf(line, p)
	d.assumptions = append(d.assumptions,
		Assumption{Line: name, What: "price", Value: float64(price), Source: priced, Default: strings.HasPrefix(priced, "default")},
		Assumption{Line: name, What: "units", Value: units, Source: b.PriceSource},
		Assumption{Line: name, What: "share", Value: share, Source: source, Default: strings.HasPrefix(source, "default")})
	if b.Tail == nil || value == 0 {
		return true
	}
	if d.set.Discount == nil {
		d.left = append(d.left, LeftOut{"tail: " + name, LeftNoDiscount})
		return true
	}
	horizon := b.Tail.Horizon
	if horizon == 0 {
		horizon = DefaultHorizon
	}
	if line.place() != InROI {
		return true // an indicative line has no tail: nobody was measurably kept
	}
	d.Tails = append(d.Tails, Tail{Line: name, Margin: float64(b.Tail.Margin), Retention: b.Tail.Retention, Discount: *d.set.Discount, Horizon: horizon, Units: x.Value * r.Units})
	d.assumptions = append(d.assumptions, Assumption{Line: name, What: "tail_retention", Value: b.Tail.Retention, Source: b.PriceSource}, Assumption{Line: name, What: "tail_years", Value: float64(horizon), Source: b.PriceSource})
	return true
}

// flowOf notes how much of a measured line falls into the quarter itself.
func (d *draft) flowOf(l Line, p part) {
	if d.quarter.No == 0 || l.place() != InROI {
		return
	}
	start, end := p.Plan.Start(), p.Plan.EndsOn.AddDate(0, 0, 1)
	if d.until.Before(end) {
		end = d.until
	}
	from := start
	if d.quarter.Start().After(from) {
		from = d.quarter.Start()
	}
	if span := end.Sub(start); span > 0 && end.After(from) {
		d.flow.Benefits += minor(float64(l.Value) * end.Sub(from).Hours() / span.Hours())
	}
}

// forecast is a line that rests on a model (D) or on an expert (E, at the stated confidence). It speaks of what is still
// to come, so that no part of it is taken for what has passed.
func (d *draft) forecast(name string, kind Kind, b initiative.Benefit, p part) {
	at := p.weight
	if b.Forecast.Grade == string(GradeE) {
		at *= b.Forecast.Confidence
	}
	d.Lines = append(d.Lines, Line{
		Name: name, Kind: kind, Value: minor(float64(b.Forecast.Amount) * at), SE: b.Forecast.SE * at, Grade: Grade(b.Forecast.Grade), PriceSource: b.PriceSource, Scope: p.ID,
	})
	d.assumptions = append(d.assumptions, Assumption{Line: name, What: "forecast", Value: float64(b.Forecast.Amount), Source: b.PriceSource}, Assumption{Line: name, What: "confidence", Value: at / p.weight, Source: b.PriceSource})
}

func receiver(k series.Kind) Receiver {
	switch k {
	case series.EX:
		return ForPeople
	case series.CX, series.Behaviour:
		return ForCustomer
	}
	return ForOrganisation
}

// state computes the returns of what was collected. A case that cannot be computed says why, field by field.
func (d *draft) state(subject Subject, name string) (Statement, error) {
	d.closeChain()
	out := Statement{
		Subject: subject, Name: name, Settings: d.set.Version, From: d.from, To: d.to, Open: d.open, Teams: len(d.teams), Chain: &d.chain, Left: d.left, Assumptions: d.assumptions,
		Scorecard: Scorecard(d.scores()),
	}
	if d.quarter.No > 0 {
		out.Quarter, out.Flow = d.quarter.String(), &d.flow
	}
	d.ledger = true
	d.Currency, d.Discount, d.Reps, d.Seed = d.set.Currency, d.set.Discount, d.reps, seedOf(subject)
	r, err := Compute(d.Case)
	if x, ok := errsAs(err); ok {
		out.Refused = x.Fields
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("compute returns of %s: %w", subject, err)
	}
	out.Result = &r
	return out, nil
}
