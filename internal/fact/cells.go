package fact

import (
	"errors"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

// Cells finds columns by the fields of a mapping and reads their cells, collecting what is wrong.
type Cells struct {
	Columns []string
	Mapping intake.Mapping
	Now     time.Time
	at      map[string]int
	id      []int
	row     intake.Row
	wrong   []errs.Field
}

// NewCells finds the columns of the fields named, and those of the source id; a field the mapping does not name is absent.
// A name among the mapping's columns that is not a field is an error.
func NewCells(columns []string, m intake.Mapping, now time.Time, fields ...string) (*Cells, error) {
	c := &Cells{Columns: columns, Mapping: m, Now: now, at: map[string]int{}}
	var missing []errs.Field
	var first *errs.Error
	find := func(name string) int {
		i, err := intake.Index(columns, name)
		if e, ok := errors.AsType[*errs.Error](err); ok {
			missing = append(missing, e.Fields...)
			if first == nil {
				first = e
			}
		}
		return i
	}
	for _, f := range fields {
		if name := m.Columns[f]; name != "" {
			c.at[f] = find(name)
		}
	}
	for _, name := range m.SourceID {
		c.id = append(c.id, find(name))
	}
	if first != nil {
		return nil, first.At(missing...)
	}
	return c, nil
}

// Start turns to a row.
func (c *Cells) Start(row intake.Row) { c.row, c.wrong = row, nil }

// Wrong lists what was wrong in the row.
func (c *Cells) Wrong() []errs.Field { return c.wrong }

// Has reports whether the mapping names a column for a field.
func (c *Cells) Has(field string) bool { _, ok := c.at[field]; return ok }

// Text gives a cell, trimmed; empty when the field has no column.
func (c *Cells) Text(field string) string {
	if i, ok := c.at[field]; ok {
		return strings.TrimSpace(c.row.Cells[i])
	}
	return ""
}

// Word gives a cell that may not be longer than limit bytes.
func (c *Cells) Word(field string, limit int) string {
	s := c.Text(field)
	if strings.ContainsRune(s, 0) { // a file is refused sooner; what a webhook sends is not
		c.Refuse(field, "text_holds_nul", nil)
		return ""
	}
	if len(s) > limit {
		c.Refuse(field, "cell_too_long_here", map[string]any{"limit": limit})
		return ""
	}
	return s
}

// ID gives the parts of the source id.
func (c *Cells) ID() []string {
	out := make([]string, len(c.id))
	empty := true
	for k, i := range c.id {
		out[k] = strings.TrimSpace(c.row.Cells[i])
		empty = empty && out[k] == ""
	}
	if empty {
		c.wrong = append(c.wrong, errs.Field{Line: c.row.Line, Column: strings.Join(c.Mapping.SourceID, " + "), Code: "source_id_missing"})
	}
	return out
}

// Refuse notes that a cell is wrong.
func (c *Cells) Refuse(field, code string, params map[string]any) {
	f := errs.Field{Line: c.row.Line, Code: code, Params: params}
	if i, ok := c.at[field]; ok {
		f.Column, f.Value = c.Columns[i], c.row.Cells[i]
	}
	c.wrong = append(c.wrong, f)
}

// Number reads a figure; ok is false when there is none or it is wrong.
func (c *Cells) Number(field string) (v float64, ok bool) {
	i, named := c.at[field]
	if !named || intake.Missing(c.row.Cells[i]) {
		return 0, false
	}
	cell := c.row.Cells[i]
	if strings.HasPrefix(strings.TrimSpace(cell), "=") {
		c.Refuse(field, "cell_formula", nil)
		return 0, false
	}
	comma := c.Mapping.DecimalComma
	if c.row.IsNumber(i) { // what a workbook stores as a number is not subject to the file's notation
		no := false
		comma = &no
	}
	v, code := intake.ParseNumber(cell, comma)
	if code != "" {
		c.Refuse(field, code, nil)
	}
	return v, code == ""
}

// Moment reads a date, with its time where it has one. A moment after tomorrow is refused unless ahead says that it may lie
// in the future; a missing one gives the zero time.
func (c *Cells) Moment(field string, ahead bool) time.Time {
	i, named := c.at[field]
	if !named || intake.Missing(c.row.Cells[i]) {
		return time.Time{}
	}
	t, code := intake.ParseMoment(c.row.Cells[i], c.Mapping.DateFormat)
	switch {
	case code != "":
		c.Refuse(field, code, nil)
		return time.Time{}
	case !ahead && t.After(c.Now.AddDate(0, 0, 1)):
		c.Refuse(field, "date_future", nil)
		return time.Time{}
	}
	return t
}
