package pulse

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// surveyRow is one respondent's row, on its way from the file into a seal.
type surveyRow struct {
	at       int // among the rows that say anything
	line     int
	person   Person // team and value of the attribute; nobody's name
	numbers  map[string]int
	sets     map[string][]int
	comments map[string]string
	wrong    []errs.Field
}

// surveyReader turns the rows of a finished survey into answers. What it reports of a bad row is line, column and kind of
// mistake, never what stands there: reports are stored.
type surveyReader struct {
	m         intake.Mapping
	questions []Question
	names     *org.Names

	team, attribute int
	columns         []int
	values          []map[string]int

	rows, empty, rejected int
	found                 []errs.Field
	unknown               map[string]string // name of a team → what is wrong with it
	people                []Person
	longest               int // bytes of the longest row as it will be sealed
	seen                  map[string]string
	attributes            map[string]bool
}

// maxAttributeValues is how many values the one attribute may have; more mean that the wrong column was taken.
const maxAttributeValues = 50

// MaxSurveyRows is how many respondents one survey may have.
const MaxSurveyRows = 500_000

func newSurveyReader(m intake.Mapping, questions []Question, names *org.Names) *surveyReader {
	return &surveyReader{m: m, questions: questions, names: names, unknown: map[string]string{}, seen: map[string]string{}, attributes: map[string]bool{}}
}

// file reads the whole file, row by row.
func (r *surveyReader) file(in SurveyInput, progress func(int64), visit func(surveyRow) error) error {
	f, err := intake.Open(in.File, in.Size, in.Name, in.Mapping.Options())
	if err != nil {
		return err
	}
	if !f.EncodingSure {
		return errs.Invalid("encoding_unsure").With("guess", f.Encoding).At(errs.Field{Path: "/encoding", Code: "encoding_unsure", Value: f.Encoding, Params: map[string]any{"guess": f.Encoding}})
	}
	if err := r.place(f); err != nil {
		return err
	}
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var e *errs.Error
		if errs.CodeOf(err) == "row_ragged" && errors.As(err, &e) {
			r.rows++
			r.reject(errs.Field{Line: e.Fields[0].Line, Code: "row_ragged", Params: e.Fields[0].Params})
			continue
		}
		if err != nil {
			return err
		}
		if r.rows++; r.rows > MaxSurveyRows {
			return errs.New(errs.KindTooLarge, "survey_too_large").With("limit", MaxSurveyRows)
		}
		if r.rows%1024 == 0 {
			progress(f.Offset())
		}
		x := r.read(row)
		if len(x.wrong) == 0 && len(x.numbers)+len(x.sets)+len(x.comments) == 0 {
			r.empty++
			continue
		}
		x.at = len(r.people)
		if err := visit(x); err != nil {
			return err
		}
	}
}

// place finds the mapping's columns.
func (r *surveyReader) place(f *intake.File) error {
	var missing []errs.Field
	var first *errs.Error
	find := func(name string) int {
		i, err := f.Index(name)
		var e *errs.Error
		if errors.As(err, &e) {
			missing = append(missing, e.Fields...)
			if first == nil {
				first = e
			}
		}
		return i
	}
	r.team, r.attribute = find(r.m.Team), -1
	if r.m.Survey.Attribute != "" {
		r.attribute = find(r.m.Survey.Attribute)
	}
	for _, q := range r.m.Survey.Questions {
		r.columns = append(r.columns, find(q.Column))
		words := map[string]int{}
		for w, n := range q.Values {
			words[fold(w)] = n
		}
		r.values = append(r.values, words)
	}
	if first != nil {
		return first.At(missing...)
	}
	return nil
}

// check counts a row and keeps its group; nothing else of it is kept.
func (r *surveyReader) check(row surveyRow) error {
	if len(row.wrong) > 0 {
		r.reject(row.wrong...)
		return nil
	}
	b, err := json.Marshal(sealed{Label: math.MaxInt32, Revision: 1, Numbers: row.numbers, Sets: row.sets, Comments: row.comments})
	if err != nil {
		return err
	}
	r.longest = max(r.longest, len(b))
	r.people = append(r.people, row.person)
	return nil
}

func (r *surveyReader) reject(fields ...errs.Field) {
	r.rejected++
	for _, f := range fields {
		if len(r.found) < intake.MaxErrors {
			r.found = append(r.found, f)
		}
	}
}

// errors lists what is wrong: first the names no team answers to, each once and without the rows it stands in.
func (r *surveyReader) errors() []errs.Field {
	out := []errs.Field{}
	for _, name := range sortedKeys(r.unknown) {
		if len(out) < 100 {
			out = append(out, errs.Field{Column: r.m.Team, Code: r.unknown[name], Value: name})
		}
	}
	return append(out, r.found...)
}

func (r *surveyReader) read(row intake.Row) surveyRow {
	x := surveyRow{line: row.Line, numbers: map[string]int{}, sets: map[string][]int{}, comments: map[string]string{}}
	wrong := func(column, code string) {
		x.wrong = append(x.wrong, errs.Field{Line: row.Line, Column: column, Code: code})
	}
	id, code := r.findTeam(row.Cells[r.team])
	if code != "" {
		wrong(r.m.Team, code)
	}
	x.person.Team = id
	if r.attribute >= 0 && !intake.Missing(row.Cells[r.attribute]) {
		x.person.Value = strings.Clone(strings.TrimSpace(row.Cells[r.attribute]))
		if r.attributes[x.person.Value] = true; len(r.attributes) > maxAttributeValues {
			wrong(r.m.Survey.Attribute, "attribute_too_many_values")
		}
	}
	for i, q := range r.questions {
		cell := row.Cells[r.columns[i]]
		if intake.Missing(cell) {
			continue
		}
		if code := r.answer(&x, i, q, strings.TrimSpace(cell), row.IsNumber(r.columns[i])); code != "" {
			wrong(r.m.Survey.Questions[i].Column, code)
		}
	}
	return x
}

// findTeam gives the id of the team a cell names, or what is wrong with it.
func (r *surveyReader) findTeam(cell string) (id, code string) {
	name := strings.TrimSpace(cell)
	if name == "" {
		return "", "team_missing"
	}
	if id, ok := r.seen[name]; ok {
		return id, r.unknown[name]
	}
	name = strings.Clone(name)
	t, err := r.names.Find(name)
	if err != nil {
		r.unknown[name] = errs.CodeOf(err)
	}
	r.seen[name] = t.ID
	return t.ID, r.unknown[name]
}

// answer reads one cell into the row; the code says what is wrong.
func (r *surveyReader) answer(x *surveyRow, i int, q Question, cell string, isNumber bool) (code string) {
	switch q.Type {
	case Comment:
		if utf8.RuneCountInString(cell) > CommentLength {
			return "comment_too_long"
		}
		x.comments[q.Key] = cell
	case Multiple:
		set := []int{}
		for _, part := range strings.FieldsFunc(cell, func(c rune) bool { return c == ';' || c == '|' || c == '\n' }) {
			o := optionOf(q, part)
			if o < 0 {
				return "answer_outside_scale"
			}
			if !slices.Contains(set, o) {
				set = append(set, o)
			}
		}
		x.sets[q.Key] = set
	case Single:
		o := optionOf(q, cell)
		if o < 0 {
			return "answer_outside_scale"
		}
		x.numbers[q.Key] = o
	default:
		n, known := r.values[i][fold(cell)]
		if !known && q.Type == YesNo {
			n, known = yesNo[fold(cell)]
		}
		if !known {
			var comma *bool
			if isNumber {
				comma = new(bool)
			} else {
				comma = r.m.DecimalComma
			}
			v, bad := intake.ParseNumber(cell, comma)
			if bad != "" || v != math.Trunc(v) || math.Abs(v) > 1000 {
				return "answer_outside_scale"
			}
			n = int(v)
		}
		low, options, _ := q.Range()
		if n < low || n >= low+options {
			return "answer_outside_scale"
		}
		if r.m.Survey.Questions[i].Reversed {
			n = 2*low + options - 1 - n
		}
		x.numbers[q.Key] = n
	}
	return ""
}

var yesNo = map[string]int{"yes": 1, "no": 0, "true": 1, "false": 0, "y": 1, "n": 0, "tak": 1, "nie": 0, "כן": 1, "לא": 0}

func optionOf(q Question, cell string) int {
	want := fold(cell)
	for _, options := range q.Options {
		return slices.IndexFunc(options, func(o string) bool { return fold(o) == want })
	}
	return -1
}

// closed lists the closed teams, with those above them, that rows of an old survey belong to.
func (r *surveyReader) closed(tree *org.Tree) map[string]bool {
	out := map[string]bool{}
	for _, id := range r.seen {
		for _, t := range tree.Path(id) {
			out[t.ID] = true
		}
	}
	return out
}
