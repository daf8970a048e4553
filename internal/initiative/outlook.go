package initiative

import (
	"context"
	"fmt"
	"math"
	"time"

	"rapport/internal/audit"
	"rapport/internal/evidence"
	"rapport/internal/ident"
	"rapport/internal/operation"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Outlook is what could be proved of a plan, before it starts.
type Outlook struct {
	InitiativeID string
	Version      int // of the initiative it speaks of
	At           time.Time
	Grain        series.Grain
	Design       Design
	Why          []evidence.Sentence
	Gap          *evidence.Gap // why nothing could be said
	Treated      int
	Comparison   int
	History      int // periods with figures before the start
	Pre, Post    int // periods before and after that the answer is for
	SmallestP    *float64
	Reachable    bool
	MDE          *float64 // smallest effect found with 80 % power, in units of the outcome
	MDESD        *float64
	Power        *float64 // to find the expected effect
	Curve        []PowerPoint
	PlaceboSD    *float64 // spread of the estimate when there is no effect, in units of the outcome
	FalseAlarm   *float64 // share of pretended starts that naive errors would have called an effect
	PreTrendP    *float64 // of the planned split in the history
	Rollouts     []Wave   // ways to stage it, the one that sees most first
	Words        []evidence.Sentence
}

// PowerPoint is the chance to find an effect of a size.
type PowerPoint struct {
	Effect float64
	Power  float64
}

// Wave is one way to stage a roll-out.
type Wave struct {
	Sizes     []int // teams per wave
	After     []int // periods after the first wave that each starts
	SmallestP *float64
	MDE       *float64
}

// StartOutlook asks in the background what could be proved; the result is the initiative's id.
func (s *Service) StartOutlook(ctx context.Context, by, id string) (operation.Operation, error) {
	if _, err := s.store.Initiative(ctx, id); err != nil {
		return operation.Operation{}, err
	}
	return s.ops.Start(ctx, "outlook", by, func(ctx context.Context, _ func(done, total int64)) (string, any, error) {
		_, err := s.LookAhead(ctx, by, id)
		return id, nil, err
	})
}

// StartRehearsal asks the same of a plan that nobody has entered; the operation's result is the outlook itself.
func (s *Service) StartRehearsal(ctx context.Context, by string, plan Plan) (operation.Operation, error) {
	if err := s.checked(ctx, plan); err != nil {
		return operation.Operation{}, err
	}
	return s.ops.Start(ctx, "rehearsal", by, func(ctx context.Context, _ func(done, total int64)) (string, any, error) {
		o, err := s.ahead(ctx, Initiative{ID: ident.New(), Plan: plan})
		return "", o, err
	})
}

// LookAhead says what could be proved of an initiative and stores it.
func (s *Service) LookAhead(ctx context.Context, by, id string) (Outlook, error) {
	i, err := s.store.Initiative(ctx, id)
	if err != nil {
		return Outlook{}, err
	}
	o, err := s.ahead(ctx, i)
	if err != nil {
		return o, fmt.Errorf("look ahead: %w", err)
	}
	return o, s.store.SaveOutlook(ctx, o, audit.Entry{At: o.At, Actor: by, Action: "initiative.outlook", Object: id})
}

func (s *Service) ahead(ctx context.Context, i Initiative) (Outlook, error) {
	plan := i.Plan
	o := Outlook{InitiativeID: i.ID, Version: i.Version, At: s.now(), Design: NoDesign}
	tree, teams, err := s.tree(ctx)
	if err != nil {
		return o, err
	}
	p, err := panel.Build(ctx, teams, s.sources, o.At)
	if err != nil {
		return o, err
	}
	t, gap := tableOf(p, tree, plan, plan.Metric, o.At, true)
	if t != nil {
		o.Grain, o.Treated, o.History = t.grain, t.treated(), t.periods()
		o.Comparison = len(t.y) - o.Treated
	}
	if gap == nil && o.History < minPre+1 {
		gap = evidence.Short(0, minPre+1-o.History, string(t.grain))
	}
	if gap != nil {
		if o.Gap = gap; o.History == 0 && plan.Start().Before(o.At) {
			o.Gap = &evidence.Gap{Reason: treatedBeforePanel}
		}
		return o, nil
	}
	asked := o.windows(t, plan)
	if o.Post < asked {
		o.Words = append(o.Words, said("initiative.outlook.short_history", "post", evidence.Many(o.Post, string(t.grain)), "asked", evidence.Many(asked, string(t.grain))))
	}
	starts := o.planned(t, plan)
	if err := o.simulate(ctx, t, plan, starts, seedOf(i.ID, plan.Metric)); err != nil {
		return o, err
	}
	o.say(t, plan)
	return o, nil
}

// planned lays the staged dates of the plan into the window, in periods after the first start.
func (o *Outlook) planned(t *table, plan Plan) (starts []int) {
	first := series.PeriodOf(plan.Start(), t.grain).Index
	var at []int
	for _, x := range plan.Treated {
		at = append(at, series.PeriodOf(x.On, t.grain).Index-first)
	}
	// Teams named are subtrees; what counts is how many leaf teams with figures start when, in proportion.
	n := t.treated()
	for k := range n {
		starts = append(starts, o.Pre+min(at[k*len(at)/n], o.Post-1))
	}
	return starts
}

func (o *Outlook) simulate(ctx context.Context, t *table, plan Plan, starts []int, seed uint64) error {
	q := stats.DesignQuestion{History: t.y, Block: t.block, Start: starts, Pre: o.Pre, Window: o.Pre + o.Post}
	opt := stats.DesignOptions{Seed: seed}
	e, err := stats.Evaluability(ctx, q, opt)
	if r, ok := refusal(err); ok {
		o.Gap = gapOf(r, string(t.grain))
		return nil
	}
	if err != nil {
		return err
	}
	o.SmallestP, o.Reachable = num(e.SmallestP), e.Reachable && o.Comparison > 0
	if distinct(starts) > 1 && o.Comparison == 0 {
		o.Reachable = e.Reachable
	}
	ahead := *t
	ahead.start = make([]int, len(t.start))
	k := 0
	for u, s := range t.start {
		if ahead.start[u] = -1; s >= 0 {
			ahead.start[u] = starts[k]
			k++
		}
	}
	o.Design, o.Why = choose(&ahead)
	if finite(e.MDE) && o.Reachable {
		o.MDE = num(e.MDE)
		if finite(e.MDESD) {
			o.MDESD = num(e.MDESD)
		}
		o.Power = num(powerAt(math.Abs(plan.Expected.Effect), e.Critical, e.PlaceboSD))
		for step := range 21 {
			x := float64(step) / 10 * e.MDE
			o.Curve = append(o.Curve, PowerPoint{x, powerAt(x, e.Critical, e.PlaceboSD)})
		}
	}
	if finite(e.PlaceboSD) && e.PlaceboSD > 0 {
		o.PlaceboSD = num(e.PlaceboSD)
	}
	if finite(e.FalseAlarm) {
		o.FalseAlarm = num(e.FalseAlarm)
	}
	if fake := o.History * 2 / 3; fake >= 1 && o.Comparison > 0 {
		d := stats.RolloutData{Y: t.y, Block: t.block, Start: make([]int, len(t.start))}
		for u, s := range t.start {
			if d.Start[u] = -1; s >= 0 {
				d.Start[u] = fake
			}
		}
		r, err := stats.RandomisationTest(ctx, d, stats.RandomisationOptions{Seed: seed, NoCI: true, Reps: 1999, ExactUpTo: 20_000})
		if _, refused := refusal(err); err != nil && !refused {
			return err
		}
		if err == nil {
			o.PreTrendP = num(r.P)
		}
	}
	waves := min(4, o.Treated, o.Post)
	list, err := stats.BestRollout(ctx, t.y, t.block, o.Treated, o.Pre, o.Pre+o.Post, waves, stats.DesignOptions{Seed: seed, Reps: 400})
	if _, refused := refusal(err); err != nil && !refused {
		return err
	}
	for _, r := range list {
		w := Wave{Sizes: r.Sizes, SmallestP: num(r.Evaluable.SmallestP)}
		for _, at := range r.Waves {
			w.After = append(w.After, at-o.Pre)
		}
		if finite(r.Evaluable.MDE) {
			w.MDE = num(r.Evaluable.MDE)
		}
		o.Rollouts = append(o.Rollouts, w)
	}
	return nil
}

// powerAt is the chance that an estimate spread like the placebo ones passes the critical size.
func powerAt(effect, critical, sd float64) float64 {
	if !(sd > 0) {
		return 0
	}
	tail := func(z float64) float64 { return .5 * math.Erfc(z/math.Sqrt2) }
	return tail((critical-effect)/sd) + tail((critical+effect)/sd)
}

func distinct(v []int) int {
	seen := map[int]bool{}
	for _, x := range v {
		seen[x] = true
	}
	return len(seen)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// say puts it in plain words.
func (o *Outlook) say(t *table, plan Plan) {
	add := func(key string, kv ...any) { o.Words = append(o.Words, said(key, kv...)) }
	switch {
	case o.Gap != nil:
	case o.Comparison == 0 && !o.Reachable:
		add("initiative.outlook.no_comparison")
	case !o.Reachable:
		add("initiative.outlook.unreachable", "p", evidence.Num(*o.SmallestP, 3), "treated", evidence.Many(o.Treated, "teams"), "teams", evidence.Many(o.Comparison, "teams"))
	case o.MDE != nil:
		add("initiative.outlook.mde", "mde", figure(*o.MDE), "metric", evidence.Text(t.metric.Name), "treated", evidence.Many(o.Treated, "teams"), "teams", evidence.Many(o.Comparison, "teams"))
		if x := math.Abs(plan.Expected.Effect); x > 0 {
			key := "initiative.outlook.too_small"
			if x >= *o.MDE {
				key = "initiative.outlook.large_enough"
			}
			add(key, "effect", figure(x), "power", percent(min(.99, *o.Power)))
		}
	}
	if o.PreTrendP != nil && *o.PreTrendP <= alpha {
		add("initiative.outlook.trend", "p", evidence.P(*o.PreTrendP))
	}
	if len(o.Rollouts) > 0 && o.Rollouts[0].MDE != nil && len(o.Rollouts[0].Sizes) != distinctDays(plan) && (o.MDE == nil || *o.Rollouts[0].MDE < .95**o.MDE) {
		add("initiative.outlook.better", "count", evidence.Int(len(o.Rollouts[0].Sizes)), "mde", figure(*o.Rollouts[0].MDE))
	}
}

func distinctDays(p Plan) int {
	seen := map[time.Time]bool{}
	for _, t := range p.Treated {
		seen[t.On] = true
	}
	return len(seen)
}
