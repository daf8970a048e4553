package initiative

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"rapport/internal/audit"
	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Order is what an evaluation is asked for.
type Order struct {
	AsOf     time.Time // zero: today
	By       string
	Only     string                  // one initiative; empty: all whose start has come
	Progress func(done, total int64) // initiatives; may be nil
}

// Evaluate looks for the effects of initiatives and stores what it finds, in place of what was stored before. Repeated
// for the same day and figures it stores the same.
func (s *Service) Evaluate(ctx context.Context, o Order) error {
	o = o.dated(s.now())
	if o.Only == "" {
		if _, err := s.SealDue(ctx, o.By, o.AsOf); err != nil {
			return fmt.Errorf("evaluate: %w", err)
		}
	}
	list, err := s.Examine(ctx, o)
	if err != nil {
		return err
	}
	entries := make([]audit.Entry, len(list))
	for k, e := range list {
		entries[k] = audit.Entry{At: s.now(), Actor: o.By, Action: "initiative.evaluate", Object: e.InitiativeID, Detail: map[string]string{"as_of": o.AsOf.Format(time.DateOnly), "hash": e.Hash}}
	}
	if len(list) == 0 {
		return nil
	}
	if err := s.store.SaveEvaluations(ctx, list, entries...); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	return nil
}

func (o Order) dated(now time.Time) Order {
	if o.AsOf.IsZero() {
		o.AsOf = now
	}
	o.AsOf = today(o.AsOf)
	return o
}

// Examine looks for the effects as they could be known at the end of a day, and stores nothing.
func (s *Service) Examine(ctx context.Context, o Order) ([]Evaluation, error) {
	o = o.dated(s.now())
	all, err := s.store.Initiatives(ctx)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	due := slices.DeleteFunc(slices.Clone(all), func(i Initiative) bool {
		return (o.Only != "" && i.ID != o.Only) || i.Plan.Start().After(o.AsOf)
	})
	if len(due) == 0 {
		if o.Only != "" {
			return nil, notStarted(all, o.Only)
		}
		return nil, nil
	}
	tree, teams, err := s.tree(ctx)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	p, err := panel.Build(ctx, teams, s.sources, o.AsOf)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	tangles := entangled(tree, all)
	list := make([]Evaluation, len(due))
	var done atomic.Int64
	report := func(n int64) {
		if o.Progress != nil {
			o.Progress(n, int64(len(due)))
		}
	}
	report(0)
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for k, i := range due {
		g.Go(func() error {
			e, err := s.examine(inner, p, tree, i, tangles[i.ID], busyTeams(p, tree, all, i), o.AsOf)
			if err != nil {
				return fmt.Errorf("evaluate %s: %w", i.ID, err)
			}
			list[k] = e
			report(done.Add(1))
			return nil
		})
	}
	return list, g.Wait()
}

func (s *Service) examine(ctx context.Context, p *panel.Panel, tree *org.Tree, i Initiative, tangle []Overlap, busy []bool, asOf time.Time) (Evaluation, error) {
	began := s.now()
	e := Evaluation{InitiativeID: i.ID, AsOf: asOf, At: began, Version: i.Version, Hash: i.Plan.Hash(), Retrospective: i.Retrospective || i.State == Draft, Entangled: tangle}
	e.Noticed = noticed(p, tree, i.Plan, asOf)
	own := i.Plan.Metrics()
	for _, metric := range own {
		f, err := s.effect(ctx, p, tree, i, metric, e, asOf)
		if err != nil {
			return e, err
		}
		if metric == i.Plan.Metric {
			f.Verdict = f.weigh(e.Noticed, i.Plan.Expected)
		}
		e.Effects = append(e.Effects, f)
	}
	ids := make([]string, len(p.Teams))
	for k, t := range p.Teams {
		ids[k] = t.ID
	}
	for _, m := range p.Metrics {
		if m.Kind == series.Confounder || m.Kind == series.Money || slices.Contains(own, m.ID) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return e, err
		}
		plan := i.Plan
		plan.Grain = "" // the plan's grain is the outcome's
		if t, gap := tableOf(p, tree, plan, m.ID, asOf, false); gap == nil {
			t.busy = busy
			if b := t.beside(ids); b != nil {
				e.Beside = append(e.Beside, *b)
			}
		}
	}
	e.Seconds = math.Round(s.now().Sub(began).Seconds()*1000) / 1000
	return e, nil
}

// effect looks for the effect in one metric.
func (s *Service) effect(ctx context.Context, p *panel.Panel, tree *org.Tree, i Initiative, metric string, e Evaluation, asOf time.Time) (Effect, error) {
	plan := i.Plan
	m, _ := p.Metric(metric)
	out := Effect{MetricID: metric, Metric: m.Name, Kind: m.Kind, Unit: m.Unit, HigherIsBetter: m.HigherIsBetter, Design: NoDesign}
	t, gap := tableOf(p, tree, plan, metric, asOf, false)
	if t != nil {
		out.Grain, out.Left, out.Treated = t.grain, t.left, t.treated()
		out.Comparison, out.Pre = len(t.y)-out.Treated, t.firstStart()
		out.Post = t.periods() - out.Pre
		end := series.PeriodOf(plan.EndsOn, t.grain).Index + 1 + plan.Lag
		out.Open = t.periods() > 0 && t.index(t.periods()-1)+1 < end
	}
	if gap != nil {
		out.Estimate = evidence.Without("", gap)
		out.judge(nil, i, e, t)
		return out, nil
	}
	out.Start = t.period(out.Pre)
	tr, _ := t.means()
	out.Before, out.Now = num(mean(tr[:out.Pre])), num(tr[len(tr)-1])
	seed := seedOf(i.ID, metric)
	var found *measured
	var err error
	out.Design, out.Why = choose(t)
	if t.skip >= 0 {
		out.Why = append(out.Why, said("initiative.why.half", "period", evidence.Text(series.Period{Grain: t.grain, Index: t.first + t.skip}.String())))
	}
	for {
		found, err = measure(ctx, p, t, plan, out.Design, seed)
		r, refused := refusal(err)
		if err != nil && !refused {
			return out, err
		}
		if err == nil {
			break
		}
		next, why := instead(out.Design, t)
		if next == NoDesign {
			out.Estimate = evidence.Without(string(out.Design), gapOf(r, string(t.grain)))
			out.Design = NoDesign
			out.judge(nil, i, e, t)
			return out, nil
		}
		out.Design, out.Why = next, append(out.Why, why)
	}
	out.Estimate = found.estimate(out)
	out.Path, out.Events, out.Placebos = found.path, found.events, found.grey
	if out.Design == DiD || out.Design == Staggered || out.Design == Synthetic {
		ids := make([]string, len(p.Teams))
		for k, t := range p.Teams {
			ids[k] = t.ID
		}
		out.Teams = t.teamEffects(ids, found.value)
	}
	if found.synth != nil {
		for k, u := range found.synth.Donors {
			if found.synth.W[k] > 1e-6 {
				out.Weights = append(out.Weights, Weight{p.Teams[t.teams[u]].ID, found.synth.W[k]})
			}
		}
		slices.SortFunc(out.Weights, func(a, b Weight) int { return int(math.Copysign(1, b.Weight-a.Weight)) })
	}
	if err := s.check(ctx, p, tree, t, found, i, asOf, &out); err != nil {
		return out, err
	}
	out.judge(found, i, e, t)
	return out, nil
}

// instead is the design to fall back on when one has no answer: a synthetic control that cannot follow the path before
// gives way to a comparison with all others where that can reach 5 %, everything else to the interrupted series.
func instead(d Design, t *table) (Design, evidence.Sentence) {
	switch d {
	case Synthetic:
		r := t.smallestP()
		if r <= alpha {
			return DiD, said("initiative.why.no_fit")
		}
		return Interrupted, said("initiative.why.no_fit")
	case DiD, Staggered:
		return Interrupted, said("initiative.why.not_computable")
	}
	return NoDesign, evidence.Sentence{}
}

// estimate is the headline figure.
func (m *measured) estimate(f Effect) evidence.Estimate {
	e := evidence.Estimate{Value: num(m.value), Level: Level, N: (f.Treated + f.Comparison) * (f.Pre + f.Post), Teams: f.Treated + f.Comparison, Periods: f.Pre + f.Post, Method: string(f.Design), Convention: m.convention}
	if !math.IsNaN(m.lo) && !math.IsInf(m.lo, 0) {
		e.Lo = num(m.lo)
	}
	if !math.IsNaN(m.hi) && !math.IsInf(m.hi, 0) {
		e.Hi = num(m.hi)
	}
	if m.se > 0 && !math.IsNaN(m.se) && !math.IsInf(m.se, 0) {
		e.StdErr = num(m.se)
	}
	if !math.IsNaN(m.p) {
		e.P = num(m.p)
	}
	return e
}
