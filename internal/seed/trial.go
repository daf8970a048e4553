package seed

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"rapport/internal/initiative"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Trial is the company of another seed with its ledger, for asking how often what was planted is found. Its figures are
// those that the files would bring, gaps and respondents with them, without the way through the import.
type Trial struct {
	c       *company
	metrics []series.Metric
	ids     map[string]string // team key → id
}

// NewTrial makes the company of a seed; null is one in which nothing follows from anything.
func NewTrial(now time.Time, seed uint64, null bool) *Trial {
	t := &Trial{c: imagined(series.PeriodOf(now, series.Week).Index-1, seed, null)}
	for _, e := range catalogue {
		m := e.Metric
		m.ID, m.Version, m.Owner = m.Key, 1, owners[m.Kind]
		t.metrics = append(t.metrics, m)
	}
	return t
}

// Truth is what was planted.
func (t *Trial) Truth() Truth { return t.c.truth() }

// Build makes the teams and enters the ledger, as the demo company's is.
func (t *Trial) Build(ctx context.Context, o *org.Service, l Ledger, now time.Time) error {
	var err error
	if t.ids, err = t.c.buildTeams(ctx, o); err != nil {
		return err
	}
	for _, ch := range t.c.changes(t.ids) {
		if err := o.ChangeTeam(ctx, actor.ID, ch.team, ch.change); err != nil {
			return fmt.Errorf("change of a team: %w", err)
		}
	}
	metric := map[string]string{}
	for _, m := range t.metrics {
		metric[m.Key] = m.ID
	}
	return t.c.enter(ctx, l, now, t.ids, metric)
}

var _ panel.Source = (*Trial)(nil)

// Metrics implements panel.Source.
func (t *Trial) Metrics(context.Context) ([]series.Metric, error) { return t.metrics, nil }

// EachValue implements panel.Source.
func (t *Trial) EachValue(_ context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	for _, e := range catalogue {
		rng := rand.New(rand.NewPCG(7, t.c.seed))
		for g, team := range t.c.teams {
			for week := range team.until {
				p := t.c.week(week)
				gap := e.Kind != series.Confounder && rng.Float64() < .012
				v := t.c.value[e.Key][g][burnIn+week]
				if gap || math.IsNaN(v) || (!q.To.IsZero() && p.Start().After(q.To)) {
					continue
				}
				count := map[string]string{exFile: "respondents", cxFile: "customers", resultFile: "headcount"}[e.file]
				if err := fn(series.Value{MetricID: e.Key, TeamID: t.ids[team.key], Period: p, Value: v, N: t.c.count(count, g, week)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Evaluate looks for the effects and states the returns as of now.
func (t *Trial) Evaluate(ctx context.Context, l Ledger) error {
	return l.Returns.Evaluate(ctx, initiative.Order{By: actor.ID})
}
