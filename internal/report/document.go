package report

import (
	"math"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/report/draw"
)

// Document is a report in one language: the words, tables and pictures that page, PDF, workbook, CSV and JSON are all
// made from.
type Document struct {
	Locale   string
	RTL      bool
	Quarter  string
	TeamID   string
	Version  int
	State    State
	Title    string
	Subtitle string   // the quarter's days
	Standing []string // draft or approved by whom, restated, as of when
	Headline []string
	Sections []Section
}

// Section is one part of a report. ID is the same in every language.
type Section struct {
	ID      string
	Title   string
	Text    []string
	Picture *Picture
	Tables  []Table
}

// Picture is drawn once for wide and once for narrow paper or screens. The SVG takes its colours from the custom
// properties of what shows it (--ink, --kind-ex, …), with values for light paper where there are none.
type Picture struct {
	Title  string // the finding
	Alt    string // what it shows, in words
	Wide   string
	Narrow string
}

// Table is a table with typed cells.
type Table struct {
	ID      string
	Caption string
	Columns []Column
	Rows    []Row
}

// Column is a column; Numeric ones are set flush to their end.
type Column struct {
	ID      string
	Name    string
	Numeric bool
}

// Row is a row; its first cell is its heading.
type Row struct{ Cells []Cell }

// Cell is what stands in a table. A number keeps its value, and Text is that value as it is written in the language.
type Cell struct {
	Text   string
	Value  *float64
	Form   Form
	Digits int    // of a plain number or money, after the point
	Unit   string // currency of money
	Ref    Ref
	Spark  string // a small SVG picture beside the text
	Note   string // small words below
}

// Ref is what is behind a figure: an initiative, a finding, a metric, a method's card, a section of the report.
type Ref struct {
	Kind string
	ID   string
}

// writer puts a report into one language.
type writer struct {
	Report
	locale string
}

// In puts the report into a language.
func (r Report) In(locale string) Document {
	if !known(locale) {
		locale = i18n.Locales[0]
	}
	w := writer{r, locale}
	d := Document{
		Locale: locale, RTL: locale == "he", Quarter: r.Quarter.String(), TeamID: r.TeamID, Version: r.Version, State: r.State,
		Title:    w.t("title", "quarter", w.iso(r.Quarter.String())),
		Subtitle: w.t("days", "from", w.day(r.Quarter.From()), "to", w.day(r.Quarter.To())),
		Standing: w.standing(), Headline: w.all(r.Content.Headline), Sections: []Section{},
	}
	if r.TeamID != "" {
		d.Title = w.t("title_team", "quarter", w.iso(r.Quarter.String()), "team", w.iso(r.TeamName))
	}
	for _, part := range []func() *Section{w.moved, w.returns, w.bridge, w.chain, w.initiatives, w.measures, w.gaps, w.panel, w.confounders, w.changes, w.lines, w.scorecard, w.assumptions, w.methods} {
		if s := part(); s != nil {
			d.Sections = append(d.Sections, *s)
		}
	}
	return d
}

func known(locale string) bool {
	for _, l := range i18n.Locales {
		if l == locale {
			return true
		}
	}
	return false
}

func (w writer) standing() []string {
	out := []string{w.t("state." + string(w.State))}
	if w.State == Approved {
		out[0] = w.t("approved_by", "name", w.iso(w.ApprovedBy), "day", w.day(w.ApprovedAt))
	}
	if w.Version > 1 {
		out = append(out, w.t("restated", "version", w.Version))
	}
	return append(out, w.t("closed", "day", w.day(w.ClosedAt)))
}

// t is a text of the report's own catalog.
func (w writer) t(key string, kv ...any) string {
	var params map[string]any
	for i := 0; i+1 < len(kv); i += 2 {
		if params == nil {
			params = map[string]any{}
		}
		params[kv[i].(string)] = kv[i+1]
	}
	return i18n.Text(w.locale, "report."+key, params)
}

func (w writer) all(list []evidence.Sentence) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, s.In(w.locale))
	}
	return out
}

func (w writer) iso(s string) string    { return evidence.Isolate(w.locale, s) }
func (w writer) day(d time.Time) string { return w.iso(d.Format(time.DateOnly)) }
func (w writer) columns(ids ...string) []Column {
	out := make([]Column, len(ids))
	for i, id := range ids {
		numeric := id[0] == '#'
		if numeric {
			id = id[1:]
		}
		out[i] = Column{ID: id, Name: w.t("col." + id), Numeric: numeric}
	}
	return out
}

// Cells.

func word(s string) Cell             { return Cell{Text: s} }
func linked(s, kind, id string) Cell { return Cell{Text: s, Ref: Ref{kind, id}} }
func (w writer) count(n int) Cell    { v := float64(n); return w.plain(&v, 0) }
func (w writer) share(v float64) Cell {
	return Cell{Text: evidence.Percent(w.locale, v), Value: &v, Form: Share}
}

func (w writer) chance(v float64) Cell {
	v = min(.99, max(.01, v)) // no number of draws makes anything certain
	return Cell{Text: evidence.Number(w.locale, 100*v, 0) + "%", Value: &v, Form: Chance}
}

func (w writer) money(minor int64) Cell {
	m := evidence.Money{Minor: minor, Currency: w.Content.Currency}
	scale := m.Scale()
	v := float64(minor) / math.Pow10(scale)
	digits := scale
	if math.Abs(v) >= 1000 || minor == 0 {
		digits = 0
	}
	return Cell{Text: m.In(w.locale), Value: &v, Form: Money, Digits: digits, Unit: w.Content.Currency}
}

// plain is a number without sign; nil is said to be missing.
func (w writer) plain(v *float64, digits int) Cell {
	if v == nil || math.IsNaN(*v) {
		return w.missing()
	}
	return Cell{Text: evidence.Number(w.locale, *v, digits), Value: v, Form: Plain, Digits: digits}
}

// signed is a number with its sign.
func (w writer) signed(v *float64, digits int) Cell {
	c := w.plain(v, digits)
	if c.Value != nil {
		c.Text, c.Form = evidence.Signed(w.locale, *v, digits), SignedForm
	}
	return c
}

func (w writer) missing() Cell { return word("—") }

// estimate gives three cells: the figure and both ends of its interval, or why there is none.
func (w writer) estimate(e evidence.Estimate) []Cell {
	if !e.Has() {
		c := w.missing()
		if e.Gap != nil {
			c.Note = e.Gap.In(w.locale)
		}
		return []Cell{c, w.missing(), w.missing()}
	}
	d := digitsOf(e)
	return []Cell{w.signed(e.Value, d), w.signed(e.Lo, d), w.signed(e.Hi, d)}
}

// picture draws a picture twice.
func (w writer) picture(title, alt string, make func(p *draw.Paper)) *Picture {
	out := &Picture{Title: title, Alt: alt}
	for _, x := range []struct {
		width int
		to    *string
	}{{draw.Wide, &out.Wide}, {draw.Narrow, &out.Narrow}} {
		p := draw.New(x.width, w.locale, alt)
		make(p)
		*x.to = p.SVG()
	}
	return out
}
