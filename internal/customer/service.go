package customer

import (
	"context"
	"slices"
	"strings"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Service brings orders in and answers for what follows from them.
type Service struct {
	facts    *fact.Service
	store    Store
	opinions Opinions
	finance  Finance // may be nil
	now      func() time.Time
	settled  settled
	ask      Asker // may be nil
}

// NewService makes a service.
func NewService(facts *fact.Service, store Store, opinions Opinions, now func() time.Time) *Service {
	return &Service{facts: facts, store: store, opinions: opinions, now: now}
}

// Terms says whom to ask for margin and discount rate; without one there is no constant-margin value.
func (s *Service) Terms(f Finance) { s.finance = f }

// Import reads a file of orders by its mapping; see fact.Service. Values of another currency than the orders already
// stored are refused: their sums would mean nothing.
func (s *Service) Import(ctx context.Context, in fact.Input) (intake.Result, error) {
	return s.ImportBy(ctx, fact.ByFile, in)
}

// currency is that of the orders stored; empty while there are none.
func (s *Service) currency(ctx context.Context) (string, error) {
	out := ""
	measures, err := s.facts.Measures(ctx, intake.Orders)
	for _, m := range measures {
		if c, ok := strings.CutPrefix(m, measureRevenue+"."); ok {
			out = c
		}
	}
	return out, err
}

// Suggest proposes a mapping for a file: the one remembered for these columns, else one made from headings and cells.
func (s *Service) Suggest(ctx context.Context, p *intake.Preview) (m intake.Mapping, remembered bool, err error) {
	empty, err := s.facts.EmptyOrganisation(ctx)
	if err != nil {
		return m, false, err
	}
	m, err = s.facts.Remembered(ctx, intake.Orders, p.File.Columns)
	switch {
	case err == nil:
		m.CreateTeams = empty // what was right for an empty organisation is not right for ever
		return m, true, nil
	case errs.KindOf(err) != errs.KindNotFound:
		return m, false, err
	}
	return Suggest(p, empty), false, nil
}

// Each gives the orders of teams in scope, in the order they came in.
func (s *Service) Each(ctx context.Context, scope org.Scope, f fact.Filter, fn func(Order) error) error {
	f.Kind = intake.Orders
	return s.facts.EachFact(ctx, scope, f, func(x fact.Fact) error { return fn(Of(x)) })
}

// Erase takes one customer out of everything known about them, orders and answers alike; see fact.Service.Erase.
func (s *Service) Erase(ctx context.Context, by auth.Principal, customer, reason string) (records int, err error) {
	return s.facts.Erase(ctx, by, customer, reason, fact.Strips{intake.Orders: strip, intake.Feedback: s.opinions.Strip})
}

// idPrefix begins the id and key of every metric that orders give.
const idPrefix = "orders."

// figure is one metric that a measure gives.
type figure struct {
	measure string // begins the measure
	metric  series.Metric
	value   func(f fact.Figure) (v float64, n int64)
}

var figures = []figure{
	{
		measureRevenue,
		series.Metric{
			Key: "revenue", Name: "Revenue", Kind: series.Money, HigherIsBetter: true, Aggregation: series.Sum,
			Definition: "Value of the orders of the period, by the day of purchase, without those that were cancelled or refunded.", Formula: "sum of the values",
		},
		func(f fact.Figure) (float64, int64) {
			return f.Sum() / MinorUnits(strings.TrimPrefix(f.Measure, measureRevenue+".")), f.N()
		},
	},
	{
		measureRevenue,
		series.Metric{
			Key: "count", Name: "Orders", Kind: series.Behaviour, Unit: "orders", HigherIsBetter: true, Aggregation: series.Sum,
			Definition: "Orders of the period, by the day of purchase, without those that were cancelled or refunded.", Formula: "number of orders",
		},
		func(f fact.Figure) (float64, int64) { return float64(f.N()), f.N() },
	},
	{
		measureRevenue,
		series.Metric{
			Key: "basket", Name: "Average order", Kind: series.Behaviour, HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "What an order of the period was worth on average.", Formula: "revenue / orders",
		},
		func(f fact.Figure) (float64, int64) {
			return f.Sum() / float64(f.N()) / MinorUnits(strings.TrimPrefix(f.Measure, measureRevenue+".")), f.N()
		},
	},
	{
		measureVoid,
		series.Metric{
			Key: "void_share", Name: "Orders cancelled or refunded", Kind: series.Behaviour, Unit: "%", Aggregation: series.Mean,
			Definition: "Orders of the period that were cancelled, refunded or could not be filled.", Formula: "100 · such orders / all orders",
		},
		func(f fact.Figure) (float64, int64) { return 100 * f.Share(1, 1), f.N() },
	},
	{
		measureWaiting,
		series.Metric{
			Key: "waiting", Name: "Waiting for delivery", Kind: series.Outcome, Unit: "d", Aggregation: series.Mean,
			Definition: "Time from purchase to delivery of the orders delivered in the period; orders that never arrived are not in it.", Formula: "median of the days",
		},
		func(f fact.Figure) (float64, int64) { return fact.StepMinutes(f.Quantile(0.5)) / 1440, f.N() },
	},
	{
		measureLate,
		series.Metric{
			Key: "late_share", Name: "Deliveries over the promise", Kind: series.Outcome, Unit: "%", Aggregation: series.Mean,
			Definition: "Orders delivered in the period that came after the day promised; orders that never arrived are not in it.", Formula: "100 · late deliveries / deliveries with a promise",
		},
		func(f fact.Figure) (float64, int64) { return 100 * f.Share(1, 1), f.N() },
	},
}

// of reports whether a figure is made of a measure.
func (x figure) of(measure string) bool {
	return measure == x.measure || strings.HasPrefix(measure, x.measure+".")
}

// Metrics implements panel.Source.
func (s *Service) Metrics(ctx context.Context) ([]series.Metric, error) {
	measures, err := s.facts.Measures(ctx, intake.Orders)
	if err != nil {
		return nil, err
	}
	out := []series.Metric{}
	for _, x := range figures {
		for _, measure := range measures {
			if !x.of(measure) {
				continue
			}
			m := x.metric
			m.ID, m.Key, m.Version, m.Owner = idPrefix+m.Key, idPrefix+m.Key, 1, "CX"
			if _, currency, ok := strings.Cut(measure, "."); ok && m.Unit == "" {
				m.Unit = currency
			}
			out = append(out, m)
		}
	}
	t, err := s.behaviourTable(ctx)
	return append(out, t.metrics()...), err
}

// EachValue implements panel.Source: figures per team and month, and per week where a team has enough of them in one. Sums
// are given only for periods that are over.
func (s *Service) EachValue(ctx context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	weekly, err := s.facts.Weekly(ctx, intake.Orders)
	if err != nil {
		return err
	}
	t, err := s.behaviourTable(ctx)
	if err != nil {
		return err
	}
	if err := t.each(scope, q, fn); err != nil {
		return err
	}
	return s.facts.EachFigure(ctx, scope, intake.Orders, func(f fact.Figure) error {
		start := f.Period.Start()
		if f.Period.Grain == series.Week && !weekly[f.Measure] || f.N() <= 0 || !q.From.IsZero() && start.Before(q.From) || !q.To.IsZero() && start.After(q.To) {
			return nil
		}
		running := !q.To.IsZero() && f.Period.End().After(q.To.AddDate(0, 0, 1))
		for _, x := range figures {
			id := idPrefix + x.metric.Key
			if !x.of(f.Measure) || len(q.Metrics) > 0 && !slices.Contains(q.Metrics, id) || x.metric.Aggregation == series.Sum && running {
				continue
			}
			v, n := x.value(f)
			if err := fn(series.Value{MetricID: id, TeamID: f.Team, Period: f.Period, Value: v, N: int(n)}); err != nil {
				return err
			}
		}
		return nil
	})
}
