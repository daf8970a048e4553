package panel

import (
	"context"
	"math"
	"slices"
	"time"

	"rapport/internal/org"
	"rapport/internal/series"
)

// Leaving gives how many people left, by team and month.
type Leaving interface {
	Attrition(ctx context.Context, scope org.Scope, from, to time.Time) ([]org.AttritionMonth, error)
}

// AttritionID is the id and key of the metric that follows from leaving dates.
const AttritionID = "attrition"

// Attrition is the source of the attrition figures that follow from the leaving dates of employees.
type Attrition struct{ org Leaving }

// NewAttrition makes the source.
func NewAttrition(o Leaving) Attrition { return Attrition{o} }

// Metrics implements Source.
func (Attrition) Metrics(context.Context) ([]series.Metric, error) {
	return []series.Metric{{
		ID: AttritionID, Key: AttritionID, Name: "Attrition", Kind: series.Outcome, Unit: "%", Aggregation: series.Mean, AboutPeople: true, Version: 1,
		Definition: "People who left the organisation in a month, per hundred who were in the team on an average day. Moving to another team is not leaving.",
		Formula:    "100 · leavers / average headcount; longer periods: the mean of their months, weighted by headcount", Owner: "HR",
	}}, nil
}

// EachValue implements Source. Only months that are over count; months of teams with fewer than five people are given
// without a headcount, so that they are held back.
func (a Attrition) EachValue(ctx context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	if len(q.Metrics) > 0 && !slices.Contains(q.Metrics, AttritionID) {
		return nil
	}
	from := q.From
	if from.IsZero() {
		from = time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	months, err := a.org.Attrition(ctx, scope, from, q.To.AddDate(0, 0, 1))
	if err != nil {
		return err
	}
	for _, m := range months {
		v := series.Value{MetricID: AttritionID, TeamID: m.TeamID, Period: series.PeriodOf(m.Month, series.Month)}
		if !m.HeldBack {
			v.Value, v.N = 100*float64(m.Leavers)/m.Headcount, int(math.Round(m.Headcount))
		}
		if err := fn(v); err != nil {
			return err
		}
	}
	return nil
}
