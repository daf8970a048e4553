package feedback

import (
	"context"
	"slices"
	"strings"

	"rapport/internal/comment"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// idPrefix begins the id and key of every metric that feedback gives.
const idPrefix = "feedback."

// MetricID is the id of the metric of a score on a known scale.
func MetricID(t ScoreType, r Relation, p Population) string {
	if p == Partners {
		return idPrefix + partnersPrefix + scoreMeasure(t, "", r)
	}
	return idPrefix + scoreMeasure(t, "", r)
}

var relationName = map[Relation]string{Transactional: "after an event", Relational: "about the relationship"}

// metricOf describes a measure in the catalogue's words.
func metricOf(measure string) series.Metric {
	if name, partners := ofPopulation(measure, Partners); partners {
		m := metricOf(name)
		m.ID, m.Key, m.Name = idPrefix+measure, idPrefix+measure, "Partners: "+m.Name
		m.Definition = "Said by business partners, not by customers. " + strings.NewReplacer("customers", "partners", "Customers", "Partners").Replace(m.Definition)
		return m
	}
	m := series.Metric{ID: idPrefix + measure, Key: idPrefix + measure, Kind: series.CX, HigherIsBetter: true, Aggregation: series.Mean, Version: 1, Owner: "CX"}
	t, rest, _ := strings.Cut(measure, ".")
	switch ScoreType(t) {
	case NPS:
		m.Name, m.Unit = "NPS "+relationName[Relation(rest)], "points"
		m.Definition, m.Formula = "Would you recommend us, 0 to 10.", "100 · (answers of 9 and 10 − answers of 0 to 6) / answers"
	case CSAT:
		m.Name, m.Unit = "CSAT "+relationName[Relation(rest)], "%"
		m.Definition, m.Formula = "How satisfied were you, 1 to 5.", "100 · answers of 4 and 5 / answers"
	case CES:
		m.Name, m.Unit = "CES "+relationName[Relation(rest)], "1–7"
		m.Definition, m.Formula = "How easy was it, 1 to 7 (CES 2.0).", "mean of the answers"
	case Free:
		key, relation := rest, ""
		if i := strings.LastIndex(rest, "."); i >= 0 {
			key, relation = rest[:i], rest[i+1:]
		}
		m.Name = key + " " + relationName[Relation(relation)]
		m.Definition, m.Formula = "A figure given by customers under the name "+key+".", "mean of the answers"
	case measureEmotion:
		m.Name, m.Unit = "Pleasant feelings "+relationName[Relation(rest)], "points"
		m.Definition, m.Formula = "How customers say it felt, one of seven feelings, three of them pleasant and three unpleasant.", "100 · (pleasant − unpleasant) / all"
	case measureSentiment:
		m.Name, m.Unit = "Tone of comments "+relationName[Relation(rest)], "−1…1"
		m.Definition = "How favourable the words of customers' comments are, read with a word list; comments without a word the list knows are left out. Customers who are cross write more often, so read its change, not its level."
		m.Formula = "mean over comments of s / √(s² + 15), s the sum of the weights of the words"
	case measureFeeling:
		m.Name, m.Unit = "Feelings in comments "+relationName[Relation(rest)], "points"
		m.Definition = "Feelings that customers name in comments, read with a word list: joy and trust against worry, disappointment and anger. Comments that name none are left out."
		m.Formula = "100 · (pleasant − unpleasant) / comments that name a feeling"
	case measureExpected:
		m.Name, m.Unit = "Better than expected "+relationName[Relation(rest)], "points"
		m.Definition, m.Formula = "What customers say of the experience compared with what they expected, in five steps.", "100 · (better and much better − worse and much worse) / all"
	default:
		m.Kind, m.HigherIsBetter = series.Outcome, false
		switch measure {
		case measureWaiting:
			m.Name, m.Unit, m.Definition, m.Formula = "Waiting reported with feedback", "min", "How long customers who gave feedback had waited.", "median of the minutes"
		case measureContacts:
			m.Name, m.Unit, m.Definition, m.Formula = "Contacts reported with feedback", "contacts", "How often customers who gave feedback had to get in touch.", "mean of the contacts"
		case measureClosure:
			m.Name, m.Unit, m.Definition, m.Formula = "Loops left open", "%", "Matters that customers raised and that are open or were opened again.", "100 · (open + reopened) / all"
		}
	}
	return m
}

// value makes the figure of a measure.
func value(f fact.Figure) float64 {
	f.Measure = strings.TrimPrefix(f.Measure, partnersPrefix)
	t, _, _ := strings.Cut(f.Measure, ".")
	switch {
	case ScoreType(t) == NPS:
		return 100 * (f.Share(9, 10) - f.Share(0, 6))
	case ScoreType(t) == CSAT:
		return 100 * f.Share(4, 5)
	case t == measureEmotion:
		return 100 * (f.Share(0, pleasant-1) - f.Share(len(Emotions)-pleasant, len(Emotions)-1))
	case t == measureExpected:
		middle := len(Expectations) / 2
		return 100 * (f.Share(middle+1, len(Expectations)-1) - f.Share(0, middle-1))
	case t == measureFeeling:
		return 100 * (f.Share(0, pleasantHeard-1) - f.Share(pleasantHeard, len(comment.Emotions)-1))
	case f.Measure == measureWaiting:
		return fact.StepMinutes(f.Quantile(0.5))
	case f.Measure == measureClosure:
		return 100 * (1 - f.Share(1, 1))
	}
	return f.Sum() / float64(f.N())
}

// Metrics implements panel.Source: what feedback has come in for.
func (s *Service) Metrics(ctx context.Context) ([]series.Metric, error) {
	measures, err := s.facts.Measures(ctx, intake.Feedback)
	out := make([]series.Metric, 0, len(measures))
	for _, m := range measures {
		if !counted(m) {
			out = append(out, metricOf(m))
		}
	}
	slices.SortFunc(out, func(a, b series.Metric) int { return strings.Compare(a.Key, b.Key) })
	return out, err
}

// EachValue implements panel.Source: a figure per team and month, and per week where a team has enough answers in one.
// N counts the answers.
func (s *Service) EachValue(ctx context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	weekly, err := s.facts.Weekly(ctx, intake.Feedback)
	if err != nil {
		return err
	}
	return s.facts.EachFigure(ctx, scope, intake.Feedback, func(f fact.Figure) error {
		id := idPrefix + f.Measure
		if f.Period.Grain == series.Week && !weekly[f.Measure] || f.N() <= 0 || counted(f.Measure) || len(q.Metrics) > 0 && !slices.Contains(q.Metrics, id) {
			return nil
		}
		if start := f.Period.Start(); !q.From.IsZero() && start.Before(q.From) || !q.To.IsZero() && start.After(q.To) {
			return nil
		}
		return fn(series.Value{MetricID: id, TeamID: f.Team, Period: f.Period, Value: value(f), N: int(f.N())})
	})
}
