package panel

import (
	"context"
	"slices"

	"rapport/internal/org"
	"rapport/internal/series"
)

// Only narrows sources to some metrics, for questions about few of them.
func Only(sources []Source, metrics []string) []Source {
	metrics = slices.Clone(metrics)
	slices.Sort(metrics)
	metrics = slices.Compact(metrics)
	out := make([]Source, 0, len(sources))
	for _, s := range sources {
		out = append(out, only{s, metrics})
	}
	return out
}

type only struct {
	Source
	metrics []string
}

// Metrics implements Source.
func (o only) Metrics(ctx context.Context) ([]series.Metric, error) {
	ms, err := o.Source.Metrics(ctx)
	return slices.DeleteFunc(slices.Clone(ms), func(m series.Metric) bool {
		_, in := slices.BinarySearch(o.metrics, m.ID)
		return !in
	}), err
}

// EachValue implements Source.
func (o only) EachValue(ctx context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	mine, err := o.Metrics(ctx)
	if err != nil || len(mine) == 0 {
		return err
	}
	q.Metrics = make([]string, 0, len(mine))
	for _, m := range mine {
		q.Metrics = append(q.Metrics, m.ID)
	}
	return o.Source.EachValue(ctx, scope, q, fn)
}
