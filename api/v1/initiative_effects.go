package v1

import (
	"encoding/json"

	"rapport/internal/evidence"
	"rapport/internal/initiative"
)

func grainBody(g string) *Grain {
	if g == "" {
		return nil
	}
	out := Grain(g)
	return &out
}

func gapBody(g *evidence.Gap, loc string) *NotEnough {
	if g == nil {
		return nil
	}
	return estimateBody(evidence.Without("", g), loc).NotEnough
}

// outlookBody says what could be proved.
func outlookBody(o initiative.Outlook, loc string) InitiativeOutlook {
	out := InitiativeOutlook{
		At: o.At, Grain: grainBody(string(o.Grain)), Design: InitiativeOutlookDesign(o.Design), Why: sentences(o.Why, loc), Words: sentences(o.Words, loc), NotEnough: gapBody(o.Gap, loc),
		Treated: o.Treated, Comparison: o.Comparison, History: o.History, Pre: o.Pre, Post: o.Post, SmallestP: o.SmallestP, Reachable: o.Reachable, Mde: o.MDE, MdeSd: o.MDESD, Power: o.Power,
		FalseAlarm: o.FalseAlarm, PreTrendP: o.PreTrendP, Curve: []InitiativePowerPoint{}, Rollouts: []InitiativeRollout{},
	}
	if o.Version > 0 {
		out.Version = &o.Version
	}
	for _, c := range o.Curve {
		out.Curve = append(out.Curve, InitiativePowerPoint{Effect: c.Effect, Power: c.Power})
	}
	for _, w := range o.Rollouts {
		out.Rollouts = append(out.Rollouts, InitiativeRollout{Sizes: w.Sizes, After: w.After, SmallestP: w.SmallestP, Mde: w.MDE})
	}
	return out
}

// rehearsed reads the outlook that a finished operation carries.
func rehearsed(raw json.RawMessage, loc string) *InitiativeOutlook {
	var o initiative.Outlook
	if json.Unmarshal(raw, &o) != nil {
		return nil
	}
	out := outlookBody(o, loc)
	return &out
}

func evaluationBody(e initiative.Evaluation, loc string) InitiativeEvaluation {
	out := InitiativeEvaluation{AsOf: date(e.AsOf), At: e.At, Version: e.Version, Hash: e.Hash, Retrospective: e.Retrospective, Entangled: overlaps(e.Entangled), Effects: []InitiativeEffect{}}
	for _, f := range e.Effects {
		out.Effects = append(out.Effects, effectBody(f, loc))
	}
	if n := e.Noticed; n != nil {
		out.Noticed = &InitiativeNoticed{Metric: n.MetricID, Question: n.Question, Share: n.Share, Without: n.Without, Teams: []InitiativeNoticedTeam{}}
		for _, t := range n.Teams {
			out.Noticed.Teams = append(out.Noticed.Teams, InitiativeNoticedTeam{Team: t.TeamID, Share: t.Share, N: t.N})
		}
	}
	return out
}

func effectBody(f initiative.Effect, loc string) InitiativeEffect {
	out := InitiativeEffect{
		Metric: f.MetricID, Name: f.Metric, Unit: f.Unit, HigherIsBetter: f.HigherIsBetter, Grain: grainBody(string(f.Grain)), Design: InitiativeEffectDesign(f.Design), Why: sentences(f.Why, loc),
		Estimate: estimateBody(f.Estimate, loc), GradeWhy: sentences(f.GradeWhy, loc), Summary: sentences(f.Summary, loc), Treated: f.Treated, Comparison: f.Comparison, Left: f.Left, Pre: f.Pre, Post: f.Post,
		Before: f.Before, Now: f.Now, Start: text(f.Start), Open: f.Open, Events: []InitiativeEvent{}, Path: []InitiativePathPoint{}, Placebos: [][]float64{}, Checks: []InitiativeCheck{}, Weights: []InitiativeWeight{},
	}
	if f.Grade != "" {
		g := InitiativeEffectGrade(f.Grade)
		out.Grade = &g
	}
	if f.Verdict != nil {
		v := sentences([]evidence.Sentence{*f.Verdict}, loc)[0]
		out.Verdict = &v
	}
	for _, e := range f.Events {
		out.Events = append(out.Events, InitiativeEvent{At: e.At, Estimate: e.Estimate, CiLo: e.Lo, CiHi: e.Hi})
	}
	for _, p := range f.Path {
		out.Path = append(out.Path, InitiativePathPoint{Period: p.Period, Treated: p.Treated, Counterfactual: p.Counterfactual, Gap: p.Gap})
	}
	out.Placebos = append(out.Placebos, f.Placebos...)
	for _, c := range f.Checks {
		out.Checks = append(out.Checks, InitiativeCheck{Key: c.Key, Passed: c.Passed, P: c.P, Value: c.Value, Text: c.Text.In(loc)})
	}
	for _, w := range f.Weights {
		out.Weights = append(out.Weights, InitiativeWeight{Team: w.TeamID, Weight: w.Weight})
	}
	return out
}
