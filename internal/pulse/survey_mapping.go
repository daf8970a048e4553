package pulse

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/intake"
)

// maxSurveyQuestions bounds a survey; more columns mean that something else than questions was taken.
const maxSurveyQuestions = 200

// partnerRows is what a mapping says of rows that business partners answered; of staff it says nothing.
const partnerRows = "partner"

// checkSurvey says what in a mapping cannot be meant, each with its place, and gives the questions as they were asked.
func checkSurvey(m intake.Mapping) ([]Question, time.Time, error) {
	var wrong []errs.Field
	add := func(path, code, value string) {
		wrong = append(wrong, errs.Field{Path: path, Code: code, Value: value})
	}
	if m.Survey == nil || m.Kind != intake.Survey {
		return nil, time.Time{}, errs.Invalid("mapping_invalid").At(errs.Field{Path: "/survey", Code: "survey_missing"})
	}
	x := m.Survey
	if m.Team == "" {
		add("/team", "mapping_team_missing", "")
	}
	if m.Population != "" && m.Population != partnerRows {
		add("/population", "population_unknown", m.Population)
	}
	if strings.TrimSpace(x.Title) == "" || len(x.Title) > 200 {
		add("/survey/title", "survey_title_missing", "")
	}
	on, err := time.Parse(time.DateOnly, x.On)
	if err != nil {
		add("/survey/on", "survey_day_missing", x.On)
	}
	if x.K != 0 && x.K < disclosure.FloorK {
		return nil, on, errs.Invalid("k_below_floor").With("floor", disclosure.FloorK)
	}
	if x.K > disclosure.FloorK && x.Attribute != "" {
		return nil, on, errs.Invalid("k_excludes_attribute").With("floor", disclosure.FloorK)
	}
	if x.Language == "" {
		x.Language = "en"
	}
	if n := len(x.Questions); n == 0 || n > maxSurveyQuestions {
		add("/survey/questions", "survey_questions_count", "")
	}
	lib, err := LoadLibrary()
	if err != nil {
		return nil, on, err
	}
	columns := map[string]bool{m.Team: true, x.Attribute: x.Attribute != ""}
	keys := map[string]bool{}
	var out []Question
	for i, q := range x.Questions {
		at := "/survey/questions/" + itoa(i)
		if columns[q.Column] {
			add(at+"/column", "mapping_column_twice", q.Column)
		}
		columns[q.Column] = true
		asked, code := askedElsewhere(q, x.Language, lib)
		if code != "" {
			add(at, code, q.Column)
		}
		if keys[asked.Key] {
			add(at+"/key", "question_twice", asked.Key)
		}
		keys[asked.Key] = true
		out = append(out, asked)
	}
	if len(wrong) > 0 {
		return nil, on, errs.Invalid("mapping_invalid").At(wrong...)
	}
	return out, on, nil
}

var notKey = regexp.MustCompile(`[^\p{L}\p{N}]+`)

// askedElsewhere is a column as a question. A key of the library stands for the library's question, whose driver it takes.
func askedElsewhere(q intake.SurveyQuestion, language string, lib Library) (Question, string) {
	text := strings.TrimSpace(q.Text)
	if text == "" {
		text = strings.TrimSpace(q.Column)
	}
	out := Question{Key: q.Key, Version: 1, Driver: q.Driver, Type: Type(q.Type), Text: map[string]string{language: text}}
	if i := slices.IndexFunc(lib.Questions, func(l Question) bool { return l.Key == q.Key && q.Key != "" }); i >= 0 {
		known := lib.Questions[i]
		if known.Type != out.Type {
			return out, "question_type_differs"
		}
		out.Driver, out.Text = known.Driver, known.Text
	}
	if out.Key == "" {
		out.Key = "x_" + strings.Trim(notKey.ReplaceAllString(fold(q.Column), "_"), "_")
		if r := []rune(out.Key); len(r) > 80 {
			out.Key = string(r[:60]) + "_" + fingerprint(q.Column)[:8]
		}
	}
	if out.Driver != "" && !slices.ContainsFunc(lib.Drivers, func(d Driver) bool { return d.Key == out.Driver }) {
		return out, "driver_unknown"
	}
	switch out.Type {
	case Scale5, Scale7, ENPS, YesNo, Comment:
	case Scale:
		if n := q.High - q.Low; n < 1 || n > 20 || q.Low < -100 || q.High > 100 {
			return out, "scale_ends_invalid"
		}
		out.Low, out.High = q.Low, q.High
	case Single, Multiple:
		if len(q.Options) < 2 || len(q.Options) > MaxOptions {
			return out, "question_options_invalid"
		}
		out.Options = map[string][]string{language: q.Options}
	default:
		return out, "question_type_unknown"
	}
	low, n, ok := out.Range()
	for _, v := range q.Values {
		if !ok || v < low || v >= low+n {
			return out, "answer_outside_scale"
		}
	}
	return out, ""
}
