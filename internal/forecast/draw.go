package forecast

import (
	"errors"
	"hash/fnv"
	"math"
	"slices"

	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/returns"
)

// builder puts a business case together.
type builder struct {
	Forecast
	plan  initiative.Plan
	set   initiative.Settings
	slope map[string]float64 // minor units per unit of the effect on a metric, over all its benefits
	days  []float64          // length of each quarter
}

// build draws the business case of a plan up from what is expected and what the history says.
func build(i initiative.Initiative, set initiative.Settings, prospects []initiative.Prospect) (Forecast, error) {
	b := &builder{plan: i.Plan, set: set, slope: map[string]float64{}}
	b.InitiativeID, b.Plan, b.Currency, b.Settings = i.ID, i.Plan.Hash(), set.Currency, set.Version
	b.Start, b.End = i.Plan.Start(), i.Plan.EndsOn
	b.split()
	for _, x := range prospects {
		b.effect(x)
	}
	if err := b.returns(); err != nil {
		return Forecast{}, err
	}
	if len(prospects) > 0 {
		b.breakEven(prospects[0])
		b.inaction(prospects[0])
	}
	b.path()
	return b.Forecast, nil
}

// effect turns what is expected of a metric into what will be measured of it.
func (b *builder) effect(x initiative.Prospect) {
	want, from, full, ok := b.plan.ExpectedOf(x.Metric.ID)
	if !ok {
		return
	}
	mean, belief, grade := want.Belief()
	if from == 0 {
		from = b.lagged(x)
		full = from
	}
	share := b.reached(from, full)
	e := Effect{
		MetricID: x.Metric.ID, Metric: x.Metric.Name, Kind: x.Metric.Kind, Unit: x.Metric.Unit, HigherIsBetter: x.Metric.HigherIsBetter, Grade: returns.Grade(grade),
		Mean: mean * share, Belief: belief * share, Noise: x.Noise, From: from, Full: full,
	}
	e.SD = e.Belief
	if x.Noise != nil {
		e.SD = math.Hypot(e.Belief, *x.Noise)
	}
	e.Lo, e.Hi = e.Mean-z80*e.SD, e.Mean+z80*e.SD
	b.Effects = append(b.Effects, e)
}

func (b *builder) of(metric string) *Effect {
	for k := range b.Effects {
		if b.Effects[k].MetricID == metric {
			return &b.Effects[k]
		}
	}
	return nil
}

// returns computes the expected returns by the same joint draw that states the measured ones. A line whose effect will be
// measured is entered as if it had come out as expected, so that it stands where it will stand then; its own grade, D or
// E, is what is shown.
func (b *builder) returns() error {
	c := returns.Case{Currency: b.Currency, Discount: b.set.Discount, Reps: returns.DefaultReps, Seed: b.seed()}
	months := math.Round(b.End.AddDate(0, 0, 1).Sub(b.Start).Hours() / 24 / daysPerMonth)
	c.WindowMonths = int(min(maxMonths, max(1, months)))
	for _, x := range b.plan.Costs {
		month := int(x.On.Sub(b.Start).Hours() / 24 / daysPerMonth)
		amount := int64(math.Round(x.InLedger()))
		b.Investment += amount
		c.Costs = append(c.Costs, returns.Cost{Name: x.Name, Amount: amount, Month: min(maxMonths, max(0, month))})
	}
	for _, x := range b.plan.Benefits {
		b.line(&c, x)
	}
	for _, l := range b.Lines {
		line := returns.Line{Name: l.Name, Kind: l.Kind, Value: l.Value, SE: l.SE, Grade: l.Grade, PriceSource: l.Source, DrawGroup: l.MetricID, Scope: b.InitiativeID}
		if l.Measured {
			line.Grade = returns.GradeB
		}
		c.Lines = append(c.Lines, line)
	}
	r, err := returns.Compute(c)
	if x, ok := errors.AsType[*errs.Error](err); ok && x.Code == returns.CodeInvalid {
		for _, f := range x.Fields {
			if !slices.Contains(b.Refused, f.Code) {
				b.Refused = append(b.Refused, f.Code)
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	if r.ROI.NotEnough == nil {
		b.ROI, b.Payback, b.NPV = &r.ROI, r.Cash.PaybackMonth, r.Cash.NPV
	}
	if r.ROV.NotEnough == nil {
		b.ROV = &r.ROV
	}
	b.Bridge = r.Bridge
	return nil
}

// line prices what is expected of a metric, or takes an amount that a model or an expert named.
func (b *builder) line(c *returns.Case, x initiative.Benefit) {
	kind := returns.Kind(x.Kind)
	l := Line{Name: x.Name, Kind: kind, Source: x.PriceSource}
	if f := x.Forecast; f != nil {
		at := 1.0
		if l.Grade = returns.Grade(f.Grade); l.Grade == returns.GradeE {
			at = f.Confidence
		}
		l.Value, l.SE = int64(math.Round(float64(f.Amount)*at)), f.SE*at
		b.add(l)
		return
	}
	metric := x.Metric
	if metric == "" {
		metric = b.plan.Metric
	}
	e := b.of(metric)
	if e == nil {
		b.Left = append(b.Left, LeftOut{x.Name, LeftNoExpectation})
		return
	}
	perUnit := returns.PerEffect(kind, x, e.HigherIsBetter, e.Unit)
	b.slope[metric] += perUnit.Money
	l.MetricID, l.Grade, l.Measured, l.Source = metric, e.Grade, true, perUnit.Source
	l.Value, l.SE = int64(math.Round(e.Mean*perUnit.Money)), e.SD*math.Abs(perUnit.Money)
	b.add(l)
	if x.Tail == nil {
		return
	}
	if b.set.Discount == nil {
		b.Left = append(b.Left, LeftOut{"tail: " + x.Name, LeftNoDiscount})
		return
	}
	horizon := x.Tail.Horizon
	if horizon == 0 {
		horizon = returns.DefaultHorizon
	}
	c.Tails = append(c.Tails, returns.Tail{Line: x.Name, Margin: float64(x.Tail.Margin), Retention: x.Tail.Retention, Discount: *b.set.Discount, Horizon: horizon, Units: e.Mean * perUnit.Units})
}

func (b *builder) add(l Line) {
	l.Lo, l.Hi = int64(math.Round(float64(l.Value)-z80*l.SE)), int64(math.Round(float64(l.Value)+z80*l.SE))
	b.Lines = append(b.Lines, l)
}

// breakEven solves Σ benefits = cost for the effect on the outcome, the other measured lines at what is expected of them.
func (b *builder) breakEven(x initiative.Prospect) {
	out := &b.BreakEven
	out.MetricID, out.Metric, out.MDE = x.Metric.ID, x.Metric.Name, x.MDE
	e := b.of(x.Metric.ID)
	if e != nil {
		out.Expected, out.Lo, out.Hi = e.Mean, e.Lo, e.Hi
	}
	others := 0.0
	for _, l := range b.Lines {
		if l.Measured && l.MetricID != x.Metric.ID {
			others += float64(l.Value)
		}
	}
	slope := b.slope[x.Metric.ID]
	if slope == 0 {
		// Without an expectation no line was priced; the price itself does not depend on it.
		for _, y := range b.plan.Benefits {
			if y.Forecast == nil && (y.Metric == "" || y.Metric == x.Metric.ID) {
				slope += returns.PerEffect(returns.Kind(y.Kind), y, x.Metric.HigherIsBetter, x.Metric.Unit).Money
			}
		}
		b.slope[x.Metric.ID] = slope
	}
	if slope == 0 || b.Investment == 0 {
		out.Verdict = "no_price"
		return
	}
	at := (float64(b.Investment) - others) / slope
	out.Effect = &at
	switch {
	case others >= float64(b.Investment):
		out.Verdict = "paid_by_others"
	case x.MDE == nil:
		out.Verdict = "not_provable"
	case math.Abs(at) < *x.MDE:
		out.Verdict = "pays_unseen"
	default:
		out.Verdict = "provable"
	}
}

// inaction lists what doing nothing would cost: as declared, and as the trend of the teams says if it goes on.
func (b *builder) inaction(x initiative.Prospect) {
	if d := b.plan.Inaction; d != nil {
		loss := d.Loss
		lo, hi := int64(math.Round(float64(loss)-z80*d.SE)), int64(math.Round(float64(loss)+z80*d.SE))
		b.Inaction = append(b.Inaction, Inaction{Kind: Declared, Loss: &loss, LossLo: &lo, LossHi: &hi, Source: d.Source})
	}
	t := Inaction{Kind: Trend, Now: x.Now, From: x.From, To: x.To, Gap: x.Gap}
	if x.Drift != nil {
		lo, hi := *x.Drift-z80**x.SE, *x.Drift+z80**x.SE
		t.Change, t.ChangeLo, t.ChangeHi = x.Drift, &lo, &hi
		if s := b.slope[x.Metric.ID]; s != 0 {
			money := func(v float64) *int64 { m := int64(math.Round(-s * v)); return &m }
			t.Loss, t.LossLo, t.LossHi = money(*x.Drift), money(lo), money(hi)
			if *t.LossLo > *t.LossHi {
				t.LossLo, t.LossHi = t.LossHi, t.LossLo
			}
		}
	}
	b.Inaction = append(b.Inaction, t)
}

// seed makes the joint draw of a business case the same every time.
func (b *builder) seed() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(b.InitiativeID + "\x00" + b.Plan))
	return h.Sum64()
}
