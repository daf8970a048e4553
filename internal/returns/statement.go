package returns

import (
	"fmt"
	"math"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/series"
)

// Subject is what a statement speaks of.
type Subject string

// The subjects. An initiative's is OfInitiative(id), a purpose's OfPurpose(p).
const Organisation Subject = "organisation"

// OfInitiative is one initiative.
func OfInitiative(id string) Subject { return Subject("initiative:" + id) }

// OfPurpose is all initiatives of a purpose.
func OfPurpose(p initiative.Purpose) Subject { return Subject("purpose:" + string(p)) }

// Statement is the three returns of a subject as they were computed, with everything they rest on.
type Statement struct {
	Subject     Subject
	Name        string
	AsOf        time.Time
	At          time.Time
	Settings    int // version of finance's settings
	Initiatives []string
	Result      *Result // nil where there is no case; Refused says why
	Refused     []errs.Field
	Scorecard   []ScoreRow
	Left        []LeftOut
	Assumptions []Assumption
}

// LeftOut is a benefit that was declared and not counted.
type LeftOut struct {
	Line   string
	Reason string // translation key returns.left.<reason>
}

// Reasons for leaving a line out.
const (
	LeftNotMeasured = "not_measured"  // its effect has no figure or no error
	LeftUngraded    = "ungraded"      // exploratory
	LeftTwice       = "counted_twice" // an entangled initiative counts the same money
	LeftNoDiscount  = "no_discount"   // a tail without finance's discount rate
)

// Assumption is one input that is not measured, and where it comes from.
type Assumption struct {
	Line    string
	What    string // price, share, tail, forecast
	Value   float64
	Source  string
	Default bool
}

// draft collects a case and what is to be said beside it.
type draft struct {
	Case
	left        []LeftOut
	assumptions []Assumption
	outcomes    []Outcome
	counted     map[string]map[Kind]bool // initiative → kinds that may be counted once
}

// defaultSource is how a price source names the published replacement factor.
const defaultSource = "default: 0.21 of salary (Boushey & Glynn 2012)"

// DefaultHorizon is the tail's length in years where none is declared.
const DefaultHorizon = 3

// add takes an initiative and its evaluation into the case. prefix keeps line names apart where several are pooled.
func (d *draft) add(i initiative.Initiative, e initiative.Evaluation, set initiative.Settings, prefix string) {
	start := i.Plan.Start()
	months := max(1, int(math.Round(i.Plan.EndsOn.Sub(start).Hours()/24/30.4375)))
	d.WindowMonths = min(maxWindowMonths, max(d.WindowMonths, months))
	for _, c := range i.Plan.Costs {
		month := int(c.On.Sub(start).Hours() / 24 / 30.4375)
		d.Costs = append(d.Costs, Cost{Name: prefix + c.Name, Amount: int64(math.Round(c.InLedger())), Month: min(maxWindowMonths, max(0, month))})
	}
	effects := map[string]initiative.Effect{}
	for _, f := range e.Effects {
		effects[f.MetricID] = f
		if f.Estimate.Has() && f.Estimate.StdErr != nil && f.Before != nil && f.Now != nil {
			d.outcomes = append(d.outcomes, Outcome{Name: prefix + f.Metric, Receiver: receiver(f.Kind), Change: Estimate{*f.Estimate.Value, *f.Estimate.StdErr}, Before: *f.Before, Now: *f.Now})
		}
	}
	mine := map[Kind]bool{}
	for _, b := range i.Plan.Benefits {
		kind := Kind(b.Kind)
		name := prefix + b.Name
		if kinds[kind].once && d.twice(e, kind) {
			d.left = append(d.left, LeftOut{name, LeftTwice})
			continue
		}
		if x := b.Forecast; x != nil {
			d.forecast(name, kind, b, i.ID)
			mine[kind] = true
			continue
		}
		metric := b.Metric
		if metric == "" {
			metric = i.Plan.Metric
		}
		f, ok := effects[metric]
		switch {
		case !ok || !f.Estimate.Has() || f.Estimate.StdErr == nil:
			d.left = append(d.left, LeftOut{name, LeftNotMeasured})
		case f.Grade == "":
			d.left = append(d.left, LeftOut{name, LeftUngraded})
		default:
			d.measured(name, kind, b, f, i.ID, set)
			mine[kind] = true
		}
	}
	d.counted[i.ID] = mine
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

// measured is effect × what one unit of it counts for × price × share; an effect in the good direction is a benefit.
func (d *draft) measured(name string, kind Kind, b initiative.Benefit, f initiative.Effect, scope string, set initiative.Settings) {
	r := PerEffect(kind, b, f.HigherIsBetter, f.Unit)
	share, source := r.Share, r.Source
	value, se := Estimate{*f.Estimate.Value, *f.Estimate.StdErr}.scaled(r.Money)
	d.Lines = append(d.Lines, Line{Name: name, Kind: kind, Value: value, SE: se, Grade: Grade(f.Grade), PriceSource: source, DrawGroup: scope + "/" + f.MetricID, Scope: scope})
	d.assumptions = append(d.assumptions,
		Assumption{Line: name, What: "price", Value: float64(b.Price), Source: b.PriceSource},
		Assumption{Line: name, What: "units", Value: b.Units, Source: b.PriceSource},
		Assumption{Line: name, What: "share", Value: share, Source: source, Default: strings.HasPrefix(source, "default")})
	if b.Tail == nil {
		return
	}
	if set.Discount == nil {
		d.left = append(d.left, LeftOut{"tail: " + name, LeftNoDiscount})
		return
	}
	horizon := b.Tail.Horizon
	if horizon == 0 {
		horizon = DefaultHorizon
	}
	d.Tails = append(d.Tails, Tail{Line: name, Margin: float64(b.Tail.Margin), Retention: b.Tail.Retention, Discount: *set.Discount, Horizon: horizon, Units: *f.Estimate.Value * r.Units})
	d.assumptions = append(d.assumptions, Assumption{Line: name, What: "tail_retention", Value: b.Tail.Retention, Source: b.PriceSource}, Assumption{Line: name, What: "tail_years", Value: float64(horizon), Source: b.PriceSource})
}

// forecast is a line that rests on a model (D) or on an expert (E, at the stated confidence).
func (d *draft) forecast(name string, kind Kind, b initiative.Benefit, scope string) {
	at := 1.0
	if b.Forecast.Grade == string(GradeE) {
		at = b.Forecast.Confidence
	}
	d.Lines = append(d.Lines, Line{
		Name: name, Kind: kind, Value: int64(math.Round(float64(b.Forecast.Amount) * at)), SE: b.Forecast.SE * at, Grade: Grade(b.Forecast.Grade),
		PriceSource: b.PriceSource, Scope: scope,
	})
	d.assumptions = append(d.assumptions, Assumption{Line: name, What: "forecast", Value: float64(b.Forecast.Amount), Source: b.PriceSource}, Assumption{Line: name, What: "confidence", Value: at, Source: b.PriceSource})
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
func (d *draft) state(subject Subject, name string, set initiative.Settings) (Statement, error) {
	out := Statement{Subject: subject, Name: name, Settings: set.Version, Left: d.left, Assumptions: d.assumptions, Scorecard: Scorecard(d.outcomes)}
	d.Currency, d.Discount, d.Reps, d.Seed = set.Currency, set.Discount, DefaultReps, seedOf(subject)
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
