package org

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

// ImportFile takes in a file of employees or partners as the mapping says, all or none: any refused row means that
// nothing is stored, and every refusal names line and column. Reading the same file again changes nothing.
func (s *Service) ImportFile(ctx context.Context, by string, f *intake.File, m intake.Mapping, b Batch) (intake.Result, error) {
	r, err := newPeopleReader(f, m)
	if err != nil {
		return intake.Result{}, err
	}
	b.CreateTeams, b.Columns = m.CreateTeams, m.Columns
	var employees []EmployeeRow
	var partners []PartnerRow
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errs.CodeOf(err) == "row_ragged" {
			var e *errs.Error
			errors.As(err, &e)
			b.Refused = append(b.Refused, e.Fields...)
			b.Unread++
			continue
		}
		if err != nil {
			return intake.Result{}, err
		}
		if len(employees)+len(partners) == MaxPeople {
			return intake.Result{}, errs.New(errs.KindTooLarge, "people_too_many").With("limit", MaxPeople)
		}
		r.row = row
		if m.Kind == intake.Partners {
			partners = append(partners, r.partner())
		} else {
			employees = append(employees, r.employee())
		}
	}
	b.Refused = append(b.Refused, r.refused...)
	if len(employees)+len(partners)+len(b.Refused) == 0 {
		return intake.Result{}, errs.Invalid("file_empty")
	}
	if m.Kind == intake.Partners {
		return s.PutPartners(ctx, by, partners, b)
	}
	return s.PutEmployees(ctx, by, employees, b)
}

// peopleReader turns the cells of a row into what they mean.
type peopleReader struct {
	at      map[string]int // field → index of its column
	attrs   map[string]int
	format  string
	columns map[string]string
	row     intake.Row
	refused []errs.Field
}

func newPeopleReader(f *intake.File, m intake.Mapping) (*peopleReader, error) {
	known := aliases[m.Kind]
	if known == nil {
		return nil, errs.Invalid("import_kind_unknown").With("value", string(m.Kind))
	}
	if m.DateFormat != "" && !intake.ValidDateFormat(m.DateFormat) {
		return nil, errs.Invalid("date_format_invalid").With("value", m.DateFormat)
	}
	r := &peopleReader{at: map[string]int{}, attrs: map[string]int{}, format: m.DateFormat, columns: m.Columns}
	for field, column := range m.Columns {
		name, attribute := strings.CutPrefix(field, attributePrefix)
		if known[field] == nil && (!attribute || name == "" || m.Kind != intake.Employees) {
			return nil, errs.Invalid("mapping_field_unknown").With("value", field)
		}
		i, err := f.Index(column)
		if err != nil {
			return nil, err
		}
		if attribute {
			r.attrs[name] = i
		} else {
			r.at[field] = i
		}
	}
	for _, field := range required[m.Kind] {
		if _, ok := r.at[field]; !ok {
			return nil, errs.Invalid("mapping_field_missing").With("value", field).With("columns", strings.Join(f.Columns, ", "))
		}
	}
	return r, nil
}

// cell is the text of a field, and whether the file has it at all.
func (r *peopleReader) cell(field string) (string, bool) {
	i, ok := r.at[field]
	if !ok {
		return "", false
	}
	return strings.TrimSpace(r.row.Cells[i]), true
}

// text is nil when the file does not have the field, so that what is known stays.
func (r *peopleReader) text(field string) *string {
	s, ok := r.cell(field)
	if !ok {
		return nil
	}
	return &s
}

// date is nil when the file does not have the field; an empty cell clears it.
func (r *peopleReader) date(field string) *time.Time {
	s, ok := r.cell(field)
	if !ok {
		return nil
	}
	if intake.Missing(s) {
		return &time.Time{}
	}
	d, code := intake.ParseDay(s, r.format)
	if code != "" {
		r.refused = append(r.refused, errs.Field{Line: r.row.Line, Column: r.columns[field], Code: code, Value: s, Params: map[string]any{"value": s}})
		return nil
	}
	return &d
}

func (r *peopleReader) employee() EmployeeRow {
	e := EmployeeRow{Line: r.row.Line, Name: r.text("name"), Email: r.text("email"), Locale: r.text("locale"), JoinedOn: r.date("joined_on"), LeftOn: r.date("left_on")}
	e.ExternalID, _ = r.cell("external_id")
	e.Team, _ = r.cell("team")
	e.Parent, _ = r.cell("parent")
	if e.JoinedOn != nil && e.JoinedOn.IsZero() {
		e.JoinedOn = nil // an empty cell cannot mean that somebody never joined
	}
	if first, last := r.text("first_name"), r.text("last_name"); e.Name == nil && (first != nil || last != nil) {
		var both []string
		for _, p := range []*string{first, last} {
			if p != nil && *p != "" {
				both = append(both, *p)
			}
		}
		name := strings.Join(both, " ")
		e.Name = &name
	}
	for name, i := range r.attrs {
		if e.Attributes == nil {
			e.Attributes = map[string]string{}
		}
		e.Attributes[name] = strings.TrimSpace(r.row.Cells[i])
	}
	return e
}

func (r *peopleReader) partner() PartnerRow {
	p := PartnerRow{Line: r.row.Line, Name: r.text("name"), Email: r.text("email"), Company: r.text("company"), Locale: r.text("locale"), StartedOn: r.date("started_on"), EndedOn: r.date("ended_on")}
	p.ExternalID, _ = r.cell("external_id")
	teams, _ := r.cell("teams")
	for _, t := range strings.FieldsFunc(teams, func(c rune) bool { return c == ';' || c == '|' || c == '\n' }) {
		if t = strings.TrimSpace(t); t != "" {
			p.Teams = append(p.Teams, t)
		}
	}
	return p
}
