package pulse

import (
	"slices"
	"strconv"
	"strings"

	"rapport/internal/intake"
)

// Words by which the columns of a survey are recognised, in English, Polish and Hebrew.
var (
	teamWords      = []string{"team", "unit", "department", "dept", "division", "branch", "zespół", "zespol", "dział", "dzial", "צוות", "מחלקה", "יחידה"}
	attributeWords = []string{"tenure", "role", "grade", "location", "gender", "age", "staż", "staz", "stanowisk", "płeć", "wiek", "ותק", "תפקיד", "מגדר", "גיל"}
	commentWords   = []string{"comment", "why", "suggest", "improve", "text", "komentarz", "dlaczego", "uwagi", "הערה", "מדוע", "תגובה"}
	enpsWords      = []string{"enps", "nps", "recommend", "polec", "המלצ"}
)

// SuggestSurvey proposes a mapping of a finished survey to start from. A person looks at it before it is used: what a
// scale is cannot be read off the answers (a 1–5 item on which nobody chose 5 looks like 1–4).
func SuggestSurvey(p *intake.Preview, language string) intake.Mapping {
	m := intake.Mapping{Kind: intake.Survey, Survey: &intake.SurveyMapping{Language: language, K: 5, MaskComments: true, Questions: []intake.SurveyQuestion{}}}
	for _, c := range p.Columns {
		switch {
		case m.Team == "" && mentions(c.Name, teamWords):
			m.Team = c.Name
		case m.Survey.Attribute == "" && mentions(c.Name, attributeWords) && c.LooksLike == "text":
			m.Survey.Attribute = c.Name
		case c.LooksLike == "number":
			if t := scaleOf(c); t != "" {
				m.Survey.Questions = append(m.Survey.Questions, intake.SurveyQuestion{Column: c.Name, Key: libraryKey(c.Name, t), Type: string(t)})
			}
		case c.LooksLike == "text" && mentions(c.Name, commentWords):
			m.Survey.Questions = append(m.Survey.Questions, intake.SurveyQuestion{Column: c.Name, Type: string(Comment)})
		}
	}
	return m
}

func mentions(heading string, words []string) bool {
	h := fold(heading)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(h, w) })
}

// scaleOf guesses the scale of a column of small whole numbers; empty where it cannot be one.
func scaleOf(c intake.Column) Type {
	least, most := 1000, -1000
	for _, v := range c.Values {
		if intake.Missing(v) {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(v), ".0"))
		if err != nil || n < 0 || n > 10 {
			return ""
		}
		least, most = min(least, n), max(most, n)
	}
	switch {
	case most < 0:
		return ""
	case mentions(c.Name, enpsWords):
		return ENPS
	case most <= 1:
		return YesNo
	case most <= 5 && least >= 1:
		return Scale5
	case most <= 7 && least >= 1:
		return Scale7
	}
	return ENPS
}

// libraryKey gives the key of the library question a heading names by its key or its wording.
func libraryKey(heading string, t Type) string {
	lib, err := LoadLibrary()
	if err != nil {
		return ""
	}
	for _, q := range lib.Questions {
		if q.Type != t {
			continue
		}
		if fold(heading) == fold(q.Key) {
			return q.Key
		}
		for _, text := range q.Text {
			if fold(heading) == fold(text) {
				return q.Key
			}
		}
	}
	return ""
}
