// Package paneltest gives tests figures and teams that stand in memory, where a source of figures and an organisation are
// asked for. It is used by tests only.
package paneltest

import (
	"context"
	"time"

	"rapport/internal/org"
	"rapport/internal/series"
)

// Figures is a source over rows made in a test. It keeps to the scope's rule and to the query's days; teams and metrics
// it does not choose from.
type Figures struct {
	List []series.Metric
	Rows []series.Value
}

// Metrics lists the metrics.
func (f *Figures) Metrics(context.Context) ([]series.Metric, error) { return f.List, nil }

// EachValue gives the rows of the query's days.
func (f *Figures) EachValue(_ context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	for _, v := range f.Rows {
		if !q.From.IsZero() && v.Period.End().Before(q.From) || !q.To.IsZero() && v.Period.Start().After(q.To) {
			continue
		}
		if err := fn(v); err != nil {
			return err
		}
	}
	return nil
}

// Put adds a figure; n is of how many people or answers it is, 0 where nobody counted. The period is as in "2025-04".
func (f *Figures) Put(metric, team, period string, value float64, n int) {
	p, err := series.ParsePeriod(period)
	if err != nil {
		panic(err)
	}
	f.Rows = append(f.Rows, series.Value{MetricID: metric, TeamID: team, Period: p, Value: value, N: n})
}

// Tree is an organisation whose teams are what they are.
type Tree []org.Team

// Teams lists them all, whatever the scope.
func (t Tree) Teams(context.Context, org.Scope) ([]org.Team, error) { return t, nil }

// Day is midnight UTC of a date as in "2025-04-01".
func Day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}
