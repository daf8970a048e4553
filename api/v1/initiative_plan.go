package v1

import (
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/initiative"
	"rapport/internal/series"
)

func date(t time.Time) openapi_types.Date { return openapi_types.Date{Time: t} }

func dayOf(d *openapi_types.Date) time.Time {
	if d == nil {
		return time.Time{}
	}
	return d.Time
}

func maybeDate(t time.Time) *openapi_types.Date {
	if t.IsZero() {
		return nil
	}
	d := date(t)
	return &d
}

// some is a list, or nothing where there is none, as the contract leaves empty lists out of a plan.
func some[T any](list []T) *[]T {
	if len(list) == 0 {
		return nil
	}
	return &list
}

// planOf reads a plan from the contract's shape.
func planOf(b InitiativePlan) initiative.Plan {
	p := initiative.Plan{
		Name: b.Name, Purpose: initiative.Purpose(b.Purpose), Side: initiative.Side(b.Side), Why: value(b.Why), Others: value(b.Others), Metric: b.Metric, Lag: value(b.Lag),
		Grain: series.Grain(value(b.Grain)), EndsOn: b.EndsOn.Time, Control: value(b.Control),
	}
	for _, c := range value(b.Costs) {
		p.Costs = append(p.Costs, initiative.Cost{Name: c.Name, Kind: initiative.CostKind(c.Kind), On: c.On.Time, Amount: c.Amount, Hours: value(c.Hours), Currency: value(c.Currency), Rate: value(c.Rate)})
	}
	for _, t := range b.Treated {
		p.Treated = append(p.Treated, initiative.Treated{TeamID: t.Team, On: t.On.Time, Block: value(t.Block)})
	}
	for _, c := range value(b.Comparison) {
		p.Comparison = append(p.Comparison, initiative.Comparison{TeamID: c.Team, Block: value(c.Block)})
	}
	if a := b.Assignment; a != nil {
		p.Assignment = initiative.Assignment{Drawn: value(a.Drawn), By: value(a.By), How: value(a.How)}
	}
	for _, x := range value(b.Predictors) {
		p.Predictors = append(p.Predictors, initiative.Predictor{Metric: x.Metric, From: dayOf(x.From), To: dayOf(x.To)})
	}
	if e := b.Expected; e != nil {
		p.Expected = expectationOf(*e)
	}
	for _, x := range value(b.Follow) {
		p.Follow = append(p.Follow, initiative.Follow{Metric: x.Metric, Expected: expectationOf(x.Expected), From: x.From, Full: x.Full})
	}
	if x := b.Perception; x != nil {
		p.Perception = &initiative.Perception{Question: x.Question, Metric: value(x.Metric)}
	}
	if x := b.Inaction; x != nil {
		p.Inaction = &initiative.Inaction{Loss: x.Loss, SE: value(x.Se), Source: x.Source}
	}
	for _, x := range value(b.Benefits) {
		n := initiative.Benefit{Name: x.Name, Kind: x.Kind, Metric: value(x.Metric), Units: value(x.Units), Price: value(x.Price), Share: value(x.Share), PriceSource: x.PriceSource}
		if f := x.Forecast; f != nil {
			n.Forecast = &initiative.Forecast{Grade: f.Grade, Amount: f.Amount, SE: value(f.Se), Confidence: value(f.Confidence)}
		}
		if t := x.Tail; t != nil {
			n.Tail = &initiative.Tail{Margin: t.Margin, Retention: t.Retention, Horizon: value(t.Horizon)}
		}
		p.Benefits = append(p.Benefits, n)
	}
	return p
}

// planBody is a plan in the contract's shape.
func planBody(p initiative.Plan) InitiativePlan {
	b := InitiativePlan{Name: p.Name, Purpose: InitiativePlanPurpose(p.Purpose), Side: InitiativePlanSide(p.Side), Why: text(p.Why), Others: &p.Others, Metric: p.Metric, Lag: &p.Lag, EndsOn: date(p.EndsOn), Control: text(p.Control), Treated: []InitiativeTreated{}}
	if p.Grain != "" {
		g := Grain(p.Grain)
		b.Grain = &g
	}
	var costs []InitiativeCost
	for _, c := range p.Costs {
		x := InitiativeCost{Name: c.Name, Kind: InitiativeCostKind(c.Kind), On: date(c.On), Amount: c.Amount, Currency: text(c.Currency)}
		if c.Hours != 0 {
			x.Hours = &c.Hours
		}
		if c.Rate != 0 {
			x.Rate = &c.Rate
		}
		costs = append(costs, x)
	}
	for _, t := range p.Treated {
		b.Treated = append(b.Treated, InitiativeTreated{Team: t.TeamID, On: date(t.On), Block: text(t.Block)})
	}
	var comparison []InitiativeComparison
	for _, c := range p.Comparison {
		comparison = append(comparison, InitiativeComparison{Team: c.TeamID, Block: text(c.Block)})
	}
	b.Assignment = &InitiativeAssignment{Drawn: &p.Assignment.Drawn, By: text(p.Assignment.By), How: text(p.Assignment.How)}
	var predictors []InitiativePredictor
	for _, x := range p.Predictors {
		predictors = append(predictors, InitiativePredictor{Metric: x.Metric, From: maybeDate(x.From), To: maybeDate(x.To)})
	}
	expected := expectationBody(p.Expected)
	b.Expected = &expected
	var follow []InitiativeFollow
	for _, x := range p.Follow {
		follow = append(follow, InitiativeFollow{Metric: x.Metric, Expected: expectationBody(x.Expected), From: x.From, Full: x.Full})
	}
	b.Follow = some(follow)
	if x := p.Perception; x != nil {
		b.Perception = &InitiativePerception{Question: x.Question, Metric: text(x.Metric)}
	}
	if x := p.Inaction; x != nil {
		b.Inaction = &InitiativeInaction{Loss: x.Loss, Se: &x.SE, Source: x.Source}
	}
	var benefits []InitiativeBenefit
	for _, x := range p.Benefits {
		n := InitiativeBenefit{Name: x.Name, Kind: x.Kind, Metric: text(x.Metric), Units: &x.Units, Price: &x.Price, PriceSource: x.PriceSource}
		if x.Share != 0 {
			n.Share = &x.Share
		}
		if f := x.Forecast; f != nil {
			n.Forecast = &InitiativeForecast{Grade: f.Grade, Amount: f.Amount, Se: &f.SE, Confidence: &f.Confidence}
		}
		if t := x.Tail; t != nil {
			n.Tail = &InitiativeTail{Margin: t.Margin, Retention: t.Retention, Horizon: &t.Horizon}
		}
		benefits = append(benefits, n)
	}
	b.Costs, b.Comparison, b.Predictors, b.Benefits = some(costs), some(comparison), some(predictors), some(benefits)
	return b
}

func expectationOf(e InitiativeExpectation) initiative.Expectation {
	return initiative.Expectation{Effect: value(e.Effect), Confidence: value(e.Confidence), Model: value(e.Model), SE: value(e.Se)}
}

func expectationBody(e initiative.Expectation) InitiativeExpectation {
	out := InitiativeExpectation{Effect: &e.Effect, Confidence: &e.Confidence, Model: text(e.Model)}
	if e.SE > 0 {
		out.Se = &e.SE
	}
	return out
}
