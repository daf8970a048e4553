package intake

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"rapport/internal/errs"
)

// Kind of an import.
type Kind string

// The kinds of imports.
const (
	Series    Kind = "series"
	Employees Kind = "employees"
	Partners  Kind = "partners"
	Feedback  Kind = "feedback"
	Orders    Kind = "orders"
	Survey    Kind = "survey"
	Benchmark Kind = "benchmark"

	Initiatives Kind = "initiatives"
)

// Mapping says which column is what. It is data: the same object on the command line, in the wizard and in the API, and
// its JSON is the schema Mapping of the contract.
type Mapping struct {
	Kind         Kind              `json:"kind"`
	Name         string            `json:"name,omitempty"`
	Encoding     string            `json:"encoding,omitempty"`
	Delimiter    string            `json:"delimiter,omitempty"`
	Sheet        string            `json:"sheet,omitempty"`
	HeaderRows   int               `json:"header_rows,omitempty"`
	SkipNotes    bool              `json:"skip_notes,omitempty"`    // CSV: lines of a single cell are notes of the program that wrote the file
	DecimalComma *bool             `json:"decimal_comma,omitempty"` // absent: a comma that could be either is asked about
	DateFormat   string            `json:"date_format,omitempty"`   // e.g. "DD/MM/YYYY"; needed where dates are ambiguous
	Team         string            `json:"team,omitempty"`          // column that names the team
	TeamName     string            `json:"team_name,omitempty"`     // column with its readable name, where Team is a code
	Parent       string            `json:"parent,omitempty"`        // column that names the parent team (with CreateTeams)
	CreateTeams  bool              `json:"create_teams,omitempty"`
	Period       string            `json:"period,omitempty"`
	Grain        string            `json:"grain,omitempty"`
	Respondents  string            `json:"respondents,omitempty"` // column with the number of respondents
	Aggregate    bool              `json:"aggregate,omitempty"`   // rows are finer than team × period
	CountRows    bool              `json:"count_rows,omitempty"`  // each row is one respondent
	Long         *LongMapping      `json:"long,omitempty"`
	Metrics      []MetricMapping   `json:"metrics,omitempty"`
	Columns      map[string]string `json:"columns,omitempty"` // employees, partners, feedback and orders: field to column

	SourceID     []string           `json:"source_id,omitempty"`     // feedback and orders: the columns that together name a record
	Source       string             `json:"source,omitempty"`        // the system the ids come from, where two systems could use the same ones
	ScoreType    string             `json:"score_type,omitempty"`    // feedback: nps, csat, ces or free; declared, never inferred while importing
	Metric       string             `json:"metric,omitempty"`        // feedback: key of a free metric
	Relation     string             `json:"relation,omitempty"`      // feedback: transactional or relational
	Population   string             `json:"population,omitempty"`    // feedback: customer (or nothing) or partner; survey: partner, or nothing for staff; the two never pool
	ScoreValues  map[string]float64 `json:"score_values,omitempty"`  // feedback: what scores written as words are worth
	Unscored     []string           `json:"unscored,omitempty"`      // feedback: words in the place of a score that mean that none was given
	Currency     string             `json:"currency,omitempty"`      // orders: ISO 4217
	WaitingUnit  string             `json:"waiting_unit,omitempty"`  // feedback: minutes, hours or days
	SkipUnscored bool               `json:"skip_unscored,omitempty"` // feedback: rows with neither score nor comment are passed over

	Survey *SurveyMapping `json:"survey,omitempty"` // survey: a finished survey, one row per respondent

	Ignore []string `json:"ignore,omitempty"`
}

// SurveyMapping says what a finished survey asked and when. Scales are declared, never inferred.
type SurveyMapping struct {
	Title        string           `json:"title"`
	On           string           `json:"on"`                  // the day it closed, 2025-03-31
	Programme    string           `json:"programme,omitempty"` // id of the programme whose trend it continues
	Language     string           `json:"language,omitempty"`  // of the questions' texts: en, he or pl
	K            int              `json:"k,omitempty"`
	Attribute    string           `json:"attribute,omitempty"` // column of the one attribute
	MaskComments bool             `json:"mask_comments,omitempty"`
	Questions    []SurveyQuestion `json:"questions"`
}

// SurveyQuestion says what one column asked.
type SurveyQuestion struct {
	Column   string         `json:"column"`
	Key      string         `json:"key,omitempty"`    // of a library question; else made from the column
	Text     string         `json:"text,omitempty"`   // the wording; else the column's heading
	Driver   string         `json:"driver,omitempty"` // key of a driver of the library
	Type     string         `json:"type"`             // scale, scale5, scale7, enps, yes_no, single, multiple or comment
	Low      int            `json:"low,omitempty"`    // ends of a scale
	High     int            `json:"high,omitempty"`
	Reversed bool           `json:"reversed,omitempty"` // agreeing is unfavourable
	Values   map[string]int `json:"values,omitempty"`   // what answers written as words are worth
	Options  []string       `json:"options,omitempty"`  // of single and multiple
}

// LongMapping names the columns of a long file: one row per team, period and metric.
type LongMapping struct {
	Metric string `json:"metric"`
	Value  string `json:"value"`
}

// MetricMapping says what a column (wide) or a name in the metric column (long) means.
type MetricMapping struct {
	Column         string `json:"column"`
	Metric         string `json:"metric"` // key in the catalogue
	Name           string `json:"name,omitempty"`
	Kind           string `json:"kind"`
	Unit           string `json:"unit,omitempty"`
	HigherIsBetter bool   `json:"higher_is_better"`
	Aggregation    string `json:"aggregation"`
	AboutPeople    bool   `json:"about_people,omitempty"`
	DefaultLag     int    `json:"default_lag,omitempty"`
	Respondents    string `json:"respondents,omitempty"` // this metric's own respondents column
	// Scale of one answer where the figures are means of answers; declared, never inferred. Absent for a metric of the
	// catalogue: as the catalogue has it.
	Scale *ScaleMapping `json:"scale,omitempty"`
}

// ScaleMapping is the scale that one person answered on: its ends, and the steps between them (4 on a scale from 1 to 5).
type ScaleMapping struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Steps int     `json:"steps"`
}

// ParseMapping reads a mapping strictly: an unknown or misspelt field is an error, not a silent default.
func ParseMapping(b []byte) (Mapping, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var m Mapping
	if err := d.Decode(&m); err != nil {
		return m, errs.Invalid("mapping_unreadable").With("reason", strings.TrimPrefix(err.Error(), "json: ")).Because(err)
	}
	if d.More() {
		return m, errs.Invalid("mapping_unreadable").With("reason", "there is something behind the end")
	}
	return m, nil
}

// Options are what the mapping says about how the file is written.
func (m Mapping) Options() Options {
	return Options{Encoding: m.Encoding, Delimiter: m.Delimiter, Sheet: m.Sheet, HeaderRows: m.HeaderRows, SkipNotes: m.SkipNotes}
}

// Wanted lists the columns that a mapping of feedback or orders reads, each once.
func (m Mapping) Wanted() []string {
	var out []string
	add := func(c string) {
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	add(m.Team)
	for _, c := range m.SourceID {
		add(c)
	}
	for _, c := range m.Columns {
		add(c)
	}
	slices.Sort(out)
	return out
}
