package feedback

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/i18n"
	"rapport/internal/intake"
)

// fields are what a mapping's columns may name.
var fields = []string{
	"answered_at", "score", "touchpoint", "customer", "order", "comment_title", "comment", "language", "segment", "product", "channel",
	"waiting", "contacts", "closed_at", "reopened", "emotion", "expected",
}

// Fields lists what a mapping's columns may name.
func Fields() []string { return slices.Clone(fields) }

// maxComment is the longest comment kept, in bytes; a word (a segment, an id) has maxWord at most.
const (
	maxComment = 64 << 10
	maxWord    = 300
)

var metricKey = regexp.MustCompile(`^[\p{L}\p{N}_-]{1,60}$`)

// unitMinutes says how long the units of waiting are.
var unitMinutes = map[string]float64{"minutes": 1, "hours": 60, "days": 1440}

// checkMapping says what in a mapping cannot be meant, each with its place.
func checkMapping(m intake.Mapping) error {
	var wrong []errs.Field
	add := func(path, code, value string) {
		wrong = append(wrong, errs.Field{Path: path, Code: code, Value: value})
	}
	if m.Kind != intake.Feedback {
		add("/kind", "mapping_kind", string(m.Kind))
	}
	if len(m.SourceID) == 0 {
		add("/source_id", "mapping_source_id_missing", "")
	}
	for f := range m.Columns {
		if !slices.Contains(fields, f) {
			add("/columns/"+f, "mapping_field_unknown", f)
		}
	}
	if m.Columns["answered_at"] == "" {
		add("/columns/answered_at", "mapping_answered_at_missing", "")
	}
	if m.Columns["score"] == "" && m.Columns["comment"] == "" {
		add("/columns/score", "mapping_score_missing", "")
	}
	if t := ScoreType(m.ScoreType); m.Columns["score"] != "" && !slices.Contains([]ScoreType{NPS, CSAT, CES, Free}, t) {
		add("/score_type", "mapping_score_type", m.ScoreType)
	} else if t == Free && !metricKey.MatchString(m.Metric) {
		add("/metric", "mapping_free_metric", m.Metric)
	}
	if r := Relation(m.Relation); r != Transactional && r != Relational {
		add("/relation", "mapping_relation", m.Relation)
	}
	if _, ok := PopulationOf(m.Population); !ok {
		add("/population", "mapping_population", m.Population)
	}
	if m.Columns["waiting"] != "" && unitMinutes[m.WaitingUnit] == 0 {
		add("/waiting_unit", "mapping_waiting_unit", m.WaitingUnit)
	}
	if m.DateFormat != "" && !intake.ValidDateFormat(m.DateFormat) {
		add("/date_format", "mapping_date_format", m.DateFormat)
	}
	if m.HeaderRows < 0 || m.HeaderRows > 10 {
		add("/header_rows", "mapping_header_rows", "")
	}
	if len(wrong) > 0 {
		return errs.Invalid("mapping_invalid").At(wrong...)
	}
	return nil
}

// Rows implements fact.Feature.
func (kind) Rows(columns []string, m intake.Mapping, now time.Time) (fact.RowReader, error) {
	if err := checkMapping(m); err != nil {
		return nil, err
	}
	c, err := fact.NewCells(columns, m, now, fields...)
	if err != nil {
		return nil, err
	}
	r := &rows{Cells: c, values: map[string]float64{}, unit: unitMinutes[m.WaitingUnit]}
	r.population, _ = PopulationOf(m.Population) // checked above
	for k, v := range m.ScoreValues {
		r.values[strings.ToLower(strings.TrimSpace(k))] = v
	}
	return r, nil
}

type rows struct {
	*fact.Cells
	values     map[string]float64
	unit       float64
	population Population
}

// Read implements fact.RowReader.
func (r *rows) Read(row intake.Row, rec *fact.Record) (skip bool, wrong []errs.Field) {
	r.Start(row)
	f := Feedback{
		Relation: Relation(r.Mapping.Relation), Population: r.population, Title: r.Word("comment_title", maxComment), Comment: r.Word("comment", maxComment), Touchpoint: r.Word("touchpoint", maxWord),
		Order: r.Word("order", maxWord), Language: r.Word("language", 35), Segment: r.Word("segment", maxWord), Product: r.Word("product", maxWord), Channel: r.Word("channel", maxWord),
		Customer: r.Word("customer", maxWord), Waiting: -1, Contacts: -1,
	}
	scored := r.score(&f)
	if !scored && f.Comment == "" && f.Title == "" && len(r.Wrong()) == 0 {
		if r.Mapping.SkipUnscored {
			return true, nil
		}
		r.Refuse("score", "score_missing", nil)
	}
	id := r.ID()
	at := r.Moment("answered_at", false)
	if at.IsZero() && r.Text("answered_at") == "" {
		r.Refuse("answered_at", "answered_at_missing", nil)
	}
	r.pains(&f)
	f.Emotion = r.choice("emotion", Emotions, "emotion_unknown")
	f.Expected = r.choice("expected", Expectations, "expected_unknown")
	*rec = fact.Record{Key: fact.KeyOf(intake.Feedback, r.Mapping.Source, id...), At: at, Customer: f.Customer, Body: f.pack()}
	return false, r.Wrong()
}

// score reads the score by its declared type.
func (r *rows) score(f *Feedback) bool {
	text := r.Text("score")
	if text == "" || intake.Missing(text) || slices.ContainsFunc(r.Mapping.Unscored, func(w string) bool { return strings.EqualFold(strings.TrimSpace(w), text) }) {
		return false
	}
	t := ScoreType(r.Mapping.ScoreType)
	v, known := r.values[strings.ToLower(text)]
	if !known {
		if _, code := intake.ParseNumber(text, r.Mapping.DecimalComma); code == "not_a_number" && text[0] != '=' && strings.ContainsFunc(text, unicode.IsLetter) {
			r.Refuse("score", "score_text", nil)
			return false
		}
		var ok bool
		if v, ok = r.Number("score"); !ok {
			return false
		}
	}
	if lo, hi, fixed := t.Scale(); fixed {
		switch {
		case v < lo || v > hi:
			r.Refuse("score", "score_out_of_scale", map[string]any{"type": strings.ToUpper(string(t)), "lo": lo, "hi": hi})
			return false
		case v != math.Trunc(v):
			r.Refuse("score", "score_not_whole", map[string]any{"type": strings.ToUpper(string(t))})
			return false
		}
	}
	f.Type, f.Score = t, v
	if t == Free {
		f.Metric = r.Mapping.Metric
	}
	return true
}

// pains reads what the interaction cost the customer.
func (r *rows) pains(f *Feedback) {
	if v, ok := r.Number("waiting"); ok {
		if v < 0 {
			r.Refuse("waiting", "waiting_negative", nil)
		}
		f.Waiting = v * r.unit
	}
	if v, ok := r.Number("contacts"); ok {
		if v < 0 || v != math.Trunc(v) {
			r.Refuse("contacts", "not_a_count", nil)
		}
		f.Contacts = v
	}
	if r.Has("closed_at") {
		f.Closure = "open"
		if closed := r.Moment("closed_at", false); !closed.IsZero() {
			f.Closure = "closed"
		}
	}
	if r.Has("reopened") {
		switch strings.ToLower(r.Text("reopened")) {
		case "", "0", "no", "false", "n", "nie", "לא":
		case "1", "yes", "true", "y", "tak", "כן":
			f.Closure = "reopened"
		default:
			r.Refuse("reopened", "not_yes_or_no", nil)
		}
	}
}

// choice reads one of some words, as they are called in the API or in a language that Rapport asks in.
func (r *rows) choice(field string, offered []string, code string) string {
	text := r.Text(field)
	if text == "" || intake.Missing(text) {
		return ""
	}
	if v := choiceOf(field, text, offered); v != "" {
		return v
	}
	r.Refuse(field, code, nil)
	return ""
}

// choiceOf finds the word meant; empty when it is none of them.
func choiceOf(field, text string, offered []string) string {
	for _, v := range offered {
		if strings.EqualFold(strings.ReplaceAll(text, " ", "_"), v) {
			return v
		}
		for _, l := range i18n.Locales {
			if strings.EqualFold(text, i18n.Text(l, "survey."+field+"."+v, nil)) {
				return v
			}
		}
	}
	return ""
}
