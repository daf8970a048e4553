package v1

import (
	"encoding/json"

	"rapport/internal/evidence"
	"rapport/internal/invest"
)

// worthBody is the way from a metric to money, or what is missing on it.
func worthBody(w invest.Worth, loc string) PointWorth {
	out := PointWorth{Months: w.Months, Currency: w.Currency, PerPoint: moneyRange(w.PerPoint), Source: text(w.Source), Steps: make([]PointStep, 0, len(w.Steps))}
	if w.By != "" {
		by := PointWorthBy(w.By)
		out.By = &by
	}
	if w.Teams > 0 {
		out.Teams = &w.Teams
	}
	if len(w.Caveats) > 0 {
		caveats := sentences(w.Caveats, loc)
		out.Caveats, out.LowerBound = &caveats, &w.LowerBound
	}
	if n := w.NotEnough; n != nil {
		out.NotEnough = &WorthMissing{Reason: n.Code, Text: evidence.Sentence{Key: "invest.why." + n.Code}.In(loc), Why: sentences(n.Why, loc)}
	}
	for _, x := range w.Steps {
		b := PointStep{From: x.From, To: x.To, Unit: x.Unit, Effect: estimateBody(x.Effect, loc), Verdict: Verdict(x.Verdict), Text: sentences(x.Text, loc), Lag: x.Lag, Grain: Grain(x.Grain)}
		if x.Change != nil {
			e := estimateBody(*x.Change, loc)
			b.Change = &e
		}
		out.Steps = append(out.Steps, b)
	}
	return out
}

// whatIf reads the answer that a finished operation carries; nil when it is not one.
func whatIf(result json.RawMessage, loc string) *WhatIf {
	var w invest.WhatIf
	if json.Unmarshal(result, &w) != nil {
		return nil
	}
	out := &WhatIf{
		Metric: w.Metric, MetricName: w.MetricName, Unit: text(w.Unit), TeamId: text(w.Team), TeamName: text(w.TeamName), Delta: w.Delta, Worth: worthBody(w.Worth, loc),
		Total: moneyRange(w.Total), Run: text(w.RunID),
	}
	if w.Total != nil {
		out.Positive = &w.Positive
	}
	return out
}
