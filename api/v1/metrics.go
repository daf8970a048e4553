package v1

import (
	"context"
	"slices"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/series"
)

// metricBody is a metric with where it has figures within the caller's scope.
func metricBody(m series.Metric, spans []series.Span) Metric {
	out := catalogueMetric(m)
	teams, grains := 0, []Grain{}
	var first, last series.Period
	for _, x := range spans {
		if x.MetricID != m.ID {
			continue
		}
		teams = max(teams, x.Teams)
		grains = append(grains, Grain(x.Grain))
		if p := (series.Period{Grain: x.Grain, Index: x.First}); first.Grain == "" || p.Start().Before(first.Start()) {
			first = p
		}
		if p := (series.Period{Grain: x.Grain, Index: x.Last}); last.Grain == "" || p.End().After(last.End()) {
			last = p
		}
	}
	out.Teams, out.Grains = &teams, &grains
	if teams > 0 {
		out.FirstPeriod, out.LastPeriod = filled(first.String()), filled(last.String())
	}
	return out
}

// ListMetrics implements StrictServerInterface.
func (s *Server) ListMetrics(ctx context.Context, _ ListMetricsRequestObject) (ListMetricsResponseObject, error) {
	p, err := auth.Require(ctx, auth.MetricsRead)
	if err != nil {
		return nil, err
	}
	list, err := s.Series.Metrics(ctx)
	if err != nil {
		return nil, err
	}
	spans, err := s.Series.Spans(ctx, p.Scope)
	if err != nil {
		return nil, err
	}
	out := MetricList{Items: make([]Metric, 0, len(list))}
	for _, m := range list {
		out.Items = append(out.Items, metricBody(m, spans))
	}
	return ListMetrics200JSONResponse(out), nil
}

// GetMetric implements StrictServerInterface.
func (s *Server) GetMetric(ctx context.Context, r GetMetricRequestObject) (GetMetricResponseObject, error) {
	p, err := auth.Require(ctx, auth.MetricsRead)
	if err != nil {
		return nil, err
	}
	m, err := s.Series.Metric(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	spans, err := s.Series.Spans(ctx, p.Scope)
	return GetMetric200JSONResponse(metricBody(m, spans)), err
}

func metricOf(e MetricEdit) series.Metric {
	m := series.Metric{
		Key: e.Key, Name: e.Name, Kind: series.Kind(e.Kind), Unit: value(e.Unit), HigherIsBetter: e.HigherIsBetter, Aggregation: series.Aggregation(e.Aggregation),
		Definition: value(e.Definition), Formula: value(e.Formula), Owner: value(e.Owner), DefaultLag: value(e.DefaultLag), AboutPeople: value(e.AboutPeople),
	}
	if e.Scale != nil {
		m.Scale = series.Scale{Low: e.Scale.Low, High: e.Scale.High, Steps: e.Scale.Steps}
	}
	return m
}

// CreateMetric implements StrictServerInterface.
func (s *Server) CreateMetric(ctx context.Context, r CreateMetricRequestObject) (CreateMetricResponseObject, error) {
	p, err := auth.Require(ctx, auth.MetricsWrite)
	if err != nil {
		return nil, err
	}
	m, err := s.Series.CreateMetric(ctx, p, metricOf(*r.Body))
	return CreateMetric201JSONResponse(metricBody(m, nil)), err
}

// UpdateMetric implements StrictServerInterface.
func (s *Server) UpdateMetric(ctx context.Context, r UpdateMetricRequestObject) (UpdateMetricResponseObject, error) {
	p, err := auth.Require(ctx, auth.MetricsWrite)
	if err != nil {
		return nil, err
	}
	m := metricOf(*r.Body)
	m.ID = r.Id
	if m, err = s.Series.ChangeMetric(ctx, p, value(r.Body.Version), m); err != nil {
		return nil, err
	}
	spans, err := s.Series.Spans(ctx, p.Scope)
	return UpdateMetric200JSONResponse(metricBody(m, spans)), err
}

// ListMetricValues implements StrictServerInterface.
func (s *Server) ListMetricValues(ctx context.Context, r ListMetricValuesRequestObject) (ListMetricValuesResponseObject, error) {
	p, err := auth.Require(ctx, auth.MetricsRead)
	if err != nil {
		return nil, err
	}
	m, err := s.Series.Metric(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	scope := p.Scope
	if id := value(r.Params.TeamId); id != "" {
		t, err := s.Org.Tree(ctx)
		if err != nil {
			return nil, err
		}
		scope = scope.Within(t.Subtree(id))
	}
	var q series.Query
	if q.From, q.To, err = timeRange(value(r.Params.From), value(r.Params.To)); err != nil {
		return nil, err
	}
	after, err := positionOf(value(r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	limit := pageSize(r.Params.Limit)
	list, err := s.Series.Values(ctx, scope, m, q, after, limit)
	if err != nil {
		return nil, err
	}
	out := ValueList{Items: make([]Value, 0, len(list))}
	for _, v := range list {
		x := Value{TeamId: v.TeamID, Period: v.Period.String()}
		if v.NotShown {
			x.NotShown = &v.NotShown
		} else {
			x.Value = &v.Value
			if v.N > 0 {
				x.N = &v.N
			}
		}
		out.Items = append(out.Items, x)
	}
	if len(list) == limit {
		last := list[limit-1]
		out.NextCursor = filled(last.TeamID + "~" + last.Period.String())
	}
	return ListMetricValues200JSONResponse(out), nil
}

// timeRange turns periods into their first and last day.
func timeRange(from, to string) (q0, q1 time.Time, err error) {
	for i, x := range []string{from, to} {
		if x == "" {
			continue
		}
		p, err := series.ParsePeriod(x)
		if err != nil {
			return q0, q1, err
		}
		if i == 0 {
			q0 = p.Start()
		} else {
			q1 = p.End().AddDate(0, 0, -1)
		}
	}
	return q0, q1, nil
}

// positionOf reads a cursor: team, "~", period.
func positionOf(cursor string) (series.Position, error) {
	if cursor == "" {
		return series.Position{}, nil
	}
	i := slices.Index([]byte(cursor), '~')
	if i < 0 {
		return series.Position{}, errs.Invalid("cursor_invalid")
	}
	p, err := series.ParsePeriod(cursor[i+1:])
	if err != nil {
		return series.Position{}, errs.Invalid("cursor_invalid")
	}
	return series.Position{TeamID: cursor[:i], Grain: p.Grain, Index: p.Index}, nil
}

// PutValues implements StrictServerInterface.
func (s *Server) PutValues(ctx context.Context, r PutValuesRequestObject) (PutValuesResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]series.Item, len(r.Body.Items))
	for i, x := range r.Body.Items {
		items[i] = series.Item{Team: x.Team, Period: x.Period, Metric: x.Metric, Value: x.Value, N: value(x.N)}
	}
	source := "grid"
	if byKey(p) {
		source = "api"
	}
	res, err := s.Series.PutValues(ctx, p, source, items, value(r.Params.DryRun))
	if err != nil {
		return nil, err
	}
	out, err := resultJSON(ctx, res)
	return PutValues200JSONResponse(out), err
}

// ListEvents implements StrictServerInterface.
func (s *Server) ListEvents(ctx context.Context, _ ListEventsRequestObject) (ListEventsResponseObject, error) {
	if _, err := auth.Require(ctx, auth.MetricsRead); err != nil {
		return nil, err
	}
	list, err := s.Series.Events(ctx)
	if err != nil {
		return nil, err
	}
	out := EventList{Items: make([]Event, 0, len(list))}
	for _, e := range list {
		out.Items = append(out.Items, eventBody(e))
	}
	return ListEvents200JSONResponse(out), nil
}

// CreateEvent implements StrictServerInterface.
func (s *Server) CreateEvent(ctx context.Context, r CreateEventRequestObject) (CreateEventResponseObject, error) {
	p, err := auth.Require(ctx, auth.ImportOther)
	if err != nil {
		return nil, err
	}
	e := series.Event{On: org.Date(r.Body.On.Time), Title: r.Body.Title, Kind: series.EventKind(r.Body.Kind), Source: value(r.Body.Source)}
	if r.Body.Until != nil {
		e.Until = org.Date(r.Body.Until.Time)
	}
	e, err = s.Series.CreateEvent(ctx, p, e)
	return CreateEvent201JSONResponse(eventBody(e)), err
}

func eventBody(e series.Event) Event {
	return Event{Id: e.ID, On: openapi_types.Date{Time: e.On}, Until: day(e.Until), Title: e.Title, Kind: EventKind(e.Kind), Source: filled(e.Source)}
}

// byKey reports whether the caller is another system with an API key.
func byKey(p auth.Principal) bool { return strings.HasPrefix(p.ID, "key:") }
