package series

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/org"
)

// Metric finds a metric by its id.
func (s *Service) Metric(ctx context.Context, id string) (Metric, error) {
	list, err := s.store.Metrics(ctx)
	if err != nil {
		return Metric{}, err
	}
	for _, m := range list {
		if m.ID == id {
			return m, nil
		}
	}
	return Metric{}, errs.NotFound("metric_unknown").With("value", id)
}

// CreateMetric adds a metric to the catalogue.
func (s *Service) CreateMetric(ctx context.Context, by auth.Principal, m Metric) (Metric, error) {
	m.ID, m.Version, m.CreatedAt = ident.New(), 1, s.now()
	if err := checkMetric(&m); err != nil {
		return m, err
	}
	return m, s.store.SaveMetric(ctx, m, 0, audit.Entry{
		At: m.CreatedAt, Actor: by.ID, Action: "metric.create", Object: m.ID,
		Detail: map[string]string{"key": m.Key, "kind": string(m.Kind)},
	})
}

// ChangeMetric changes a metric of the catalogue. seen is the version the change was made from (0: the newest). A new
// definition, formula, unit, direction or aggregation raises the version. While it has figures, a metric about people
// stays one: otherwise a change of words would show what is held back.
func (s *Service) ChangeMetric(ctx context.Context, by auth.Principal, seen int, m Metric) (Metric, error) {
	old, err := s.Metric(ctx, m.ID)
	if err != nil {
		return m, err
	}
	if seen != 0 && seen != old.Version {
		return m, errs.Conflict("metric_changed")
	}
	m.Version, m.CreatedAt = old.Version, old.CreatedAt
	if err := checkMetric(&m); err != nil {
		return m, err
	}
	if code, path := fixed(old, m); code != "" {
		spans, err := s.store.Spans(ctx, org.Everything)
		if err != nil {
			return m, err
		}
		for _, x := range spans {
			if x.MetricID == m.ID {
				return m, errs.Conflict(code).At(errs.Field{Path: path, Code: code})
			}
		}
	}
	if m == old {
		return m, nil
	}
	if m.Definition != old.Definition || m.Formula != old.Formula || m.Unit != old.Unit || m.HigherIsBetter != old.HigherIsBetter || m.Aggregation != old.Aggregation {
		m.Version++
	}
	return m, s.store.SaveMetric(ctx, m, old.Version, audit.Entry{At: s.now(), Actor: by.ID, Action: "metric.edit", Object: m.ID, Detail: differences(old, m)})
}

// fixed names a change that figures which stand already forbid: it would show them as they came in.
func fixed(old, m Metric) (code, path string) {
	switch {
	case old.AboutPeople && !m.AboutPeople || old.Kind == EX && m.Kind != EX:
		return "metric_kind_fixed", "/kind"
	case old.Scale.Declared() && m.Scale != old.Scale:
		return "metric_scale_fixed", "/scale"
	}
	return "", ""
}

func checkMetric(m *Metric) error {
	m.Key, m.Name, m.Unit = strings.TrimSpace(m.Key), strings.TrimSpace(m.Name), strings.TrimSpace(m.Unit)
	m.AboutPeople = m.AboutPeople || m.Kind == EX
	var wrong []errs.Field
	add := func(path, code, value string) {
		wrong = append(wrong, errs.Field{Path: path, Code: code, Value: value})
	}
	if !keyForm.MatchString(m.Key) {
		add("/key", "metric_key_form", m.Key)
	}
	if m.Name == "" {
		add("/name", "metric_name_missing", "")
	}
	if !m.Kind.Valid() {
		add("/kind", "metric_kind_unknown", string(m.Kind))
	}
	if !m.Aggregation.Valid() {
		add("/aggregation", "metric_aggregation_unknown", string(m.Aggregation))
	}
	if m.Scale.Declared() && (!m.Scale.valid() || !m.AboutPeople || m.Aggregation == Sum) {
		add("/scale", "metric_scale_invalid", "")
	}
	if m.DefaultLag < 0 || m.DefaultLag > maxLag {
		add("/default_lag", "metric_lag_range", itoa(m.DefaultLag))
	}
	if len(wrong) > 0 {
		return errs.Invalid("request_invalid").At(wrong...)
	}
	return nil
}

// differences says what changed, old → new, for the audit log.
func differences(a, b Metric) map[string]string {
	out := map[string]string{"key": b.Key, "version": itoa(b.Version)}
	add := func(name string, x, y any) {
		if x != y {
			out[name] = short(fmt.Sprint(x)) + " → " + short(fmt.Sprint(y))
		}
	}
	add("key", a.Key, b.Key)
	add("name", a.Name, b.Name)
	add("kind", a.Kind, b.Kind)
	add("unit", a.Unit, b.Unit)
	add("higher_is_better", a.HigherIsBetter, b.HigherIsBetter)
	add("aggregation", a.Aggregation, b.Aggregation)
	add("definition", a.Definition, b.Definition)
	add("formula", a.Formula, b.Formula)
	add("owner", a.Owner, b.Owner)
	add("default_lag", a.DefaultLag, b.DefaultLag)
	add("about_people", a.AboutPeople, b.AboutPeople)
	add("scale", a.Scale, b.Scale)
	return out
}

// CreateEvent adds a dated event.
func (s *Service) CreateEvent(ctx context.Context, by auth.Principal, e Event) (Event, error) {
	e.ID, e.Title, e.Source = ident.New(), strings.TrimSpace(e.Title), strings.TrimSpace(e.Source)
	wrong := func(path, code string) error {
		return errs.Invalid("request_invalid").At(errs.Field{Path: path, Code: code})
	}
	switch {
	case e.Title == "":
		return e, wrong("/title", "event_title_missing")
	case !validEvent(e.Kind):
		return e, wrong("/kind", "event_kind_unknown")
	case e.On.Year() < firstYear || e.On.Year() > lastYear:
		return e, wrong("/on", "date_impossible")
	case !e.Until.IsZero() && e.Until.Before(e.On):
		return e, wrong("/until", "event_ends_before")
	}
	return e, s.store.SaveEvent(ctx, e, audit.Entry{
		At: s.now(), Actor: by.ID, Action: "event.create", Object: e.ID,
		Detail: map[string]string{"on": e.On.Format(time.DateOnly), "kind": string(e.Kind)},
	})
}

func validEvent(k EventKind) bool {
	switch k {
	case Competitor, Economy, LabourMarket, Regulation, Internal, Other:
		return true
	}
	return false
}
