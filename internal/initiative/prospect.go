package initiative

import (
	"context"
	"fmt"
	"math"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Prospect is what the panel's own history says of a metric before an initiative starts: how finely its effect could be
// measured, and where the teams to be reached are heading if nothing is done.
type Prospect struct {
	Metric series.Metric
	Grain  series.Grain
	Noise  *float64      // spread of the estimated effect when there is none; nil where it cannot be told
	MDE    *float64      // smallest effect seen four times out of five; nil where no comparison could show any
	Now    *float64      // level of the teams to be reached in the last period before the start
	Drift  *float64      // mean over the window minus Now, if the trend goes on
	SE     *float64      // of Drift
	From   string        // first period of the history the trend is drawn from
	To     string        // and the last
	Gap    *evidence.Gap // why there is no trend
}

// Prospects gives a prospect of every metric the plan names an effect in, the outcome first. It reads the whole panel:
// call it from an operation.
func (s *Service) Prospects(ctx context.Context, i Initiative) ([]Prospect, error) {
	tree, teams, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	asOf := today(s.now())
	p, err := panel.Build(ctx, teams, s.sources, asOf)
	if err != nil {
		return nil, fmt.Errorf("prospects: %w", err)
	}
	var out []Prospect
	for _, metric := range i.Plan.Metrics() {
		m, _ := p.Metric(metric)
		x := Prospect{Metric: m}
		plan := i.Plan
		plan.Metric = metric
		t, gap := tableOf(p, tree, plan, metric, asOf, true)
		if gap == nil && t.periods() < minPre+1 {
			gap = evidence.Short(0, minPre+1-t.periods(), string(t.grain))
		}
		if gap != nil {
			x.Gap = gap
			out = append(out, x)
			continue
		}
		x.Grain = t.grain
		if err := x.drift(t, plan, i.Plan.Lag); err != nil {
			return nil, err
		}
		if err := x.noise(ctx, t, plan, i.ID); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// drift carries the mean of the teams to be reached on through the window.
func (x *Prospect) drift(t *table, plan Plan, lag int) error {
	tr, _ := t.means()
	x.From, x.To = t.period(0), t.period(t.periods()-1)
	x.Now = num(tr[len(tr)-1])
	d, err := stats.FitDrift(tr, Level)
	if r, ok := refusal(err); ok {
		x.Gap = gapOf(r, string(t.grain))
		return nil
	}
	if err != nil {
		return err
	}
	last := t.index(t.periods() - 1)
	from := series.PeriodOf(plan.Start(), t.grain).Index + lag - last
	to := series.PeriodOf(plan.EndsOn, t.grain).Index + lag - last
	ahead := math.Max(0, float64(from+to)/2)
	x.Now, x.Drift, x.SE = num(d.Level), num(ahead*d.Slope), num(ahead*d.SE)
	return nil
}

// noise places the planned roll-out into the history, where nothing happened. With nothing to compare with there is none.
func (x *Prospect) noise(ctx context.Context, t *table, plan Plan, id string) error {
	treated := t.treated()
	if treated == 0 || treated == len(t.y) {
		return nil
	}
	o := Outlook{}
	o.windows(t, plan)
	if o.Post < 1 || o.Pre < minPre {
		return nil
	}
	q := stats.DesignQuestion{History: t.y, Block: t.block, Start: o.planned(t, plan), Pre: o.Pre, Window: o.Pre + o.Post}
	e, err := stats.Evaluability(ctx, q, stats.DesignOptions{Seed: seedOf(id, plan.Metric), Reps: 400})
	if _, refused := refusal(err); refused {
		return nil
	}
	if err != nil {
		return err
	}
	if finite(e.PlaceboSD) && e.PlaceboSD > 0 {
		x.Noise = num(e.PlaceboSD)
	}
	if e.Reachable && finite(e.MDE) {
		x.MDE = num(e.MDE)
	}
	return nil
}

// windows is how many periods before and after the start an answer is for, as far as the history reaches.
func (o *Outlook) windows(t *table, plan Plan) (asked int) {
	o.History = t.periods()
	o.Post = max(1, series.PeriodOf(plan.EndsOn, t.grain).Index-series.PeriodOf(plan.Start(), t.grain).Index+1)
	asked = o.Post
	o.Post = min(o.Post, o.History-minPre)
	o.Pre = min(o.History-o.Post, max(minPre, 2*o.Post))
	return asked
}

// PathOf gives the measured differences of an effect between two days, period by period.
func (f Effect) PathOf(from, to time.Time) []float64 {
	var out []float64
	for _, x := range f.Path {
		p, err := series.ParsePeriod(x.Period)
		if err == nil && !p.Start().Before(from) && p.Start().Before(to) {
			out = append(out, x.Gap)
		}
	}
	return out
}
