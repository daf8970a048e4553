package intake

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"rapport/internal/errs"
)

// sheetReader gives the rows of a worksheet as a stream. Dates come as 2006-01-02, whatever format the cell shows them in:
// inside a workbook a date is never ambiguous.
type sheetReader struct {
	in      *tokenReader
	dec     *xml.Decoder
	book    *workbook
	columns func() []string

	line   int
	cells  []string
	number []bool
}

func (r *sheetReader) next() (Row, error) {
	for {
		t, err := r.token()
		if errors.Is(err, io.EOF) {
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, r.broken(err)
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "row" {
			return r.row(e)
		}
	}
}

func (r *sheetReader) token() (xml.Token, error) {
	r.in.left = maxRecord
	return r.dec.RawToken()
}

func (r *sheetReader) broken(err error) error {
	if errors.Is(err, errTokenTooLong) {
		return at("cell_too_long", r.line, "", "").With("limit", "1 MB")
	}
	return errs.Invalid("xlsx_damaged").With("line", r.line).Because(cutShort(err)).At(errs.Field{Line: r.line + 1, Code: "xlsx_damaged"})
}

func (r *sheetReader) row(e xml.StartElement) (Row, error) {
	r.line++
	if n, err := strconv.Atoi(attr(e, "r")); err == nil && n >= r.line {
		r.line = n
	}
	r.cells, r.number = r.cells[:0], r.number[:0]
	for {
		t, err := r.token()
		if err != nil {
			return Row{}, r.broken(err)
		}
		switch x := t.(type) {
		case xml.StartElement:
			if x.Name.Local == "c" {
				if err := r.cell(x); err != nil {
					return Row{}, err
				}
			}
		case xml.EndElement:
			if x.Name.Local == "row" {
				return Row{Line: r.line, Cells: r.cells, number: r.number}, nil
			}
		}
	}
}

func (r *sheetReader) cell(e xml.StartElement) error {
	col := len(r.cells)
	if ref := attr(e, "r"); ref != "" {
		if c, ok := columnOf(ref); ok && c >= col {
			col = c
		}
	}
	if col >= 4*MaxColumns {
		return errs.Invalid("too_many_columns").With("found", col+1).With("limit", MaxColumns)
	}
	value, formula, err := r.content()
	if err != nil {
		return err
	}
	name := "(" + letter(col) + ")"
	if c := r.columns(); col < len(c) {
		name = c[col]
	}
	if len(value) > maxCell {
		return at("cell_too_long", r.line, name, value[:40]).With("limit", "1 MB")
	}
	number := false
	switch kind := attr(e, "t"); kind {
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= len(r.book.strings) {
			return r.broken(errors.New("text number " + value))
		}
		value = r.book.strings[i]
	case "str", "inlineStr", "b", "e":
	case "d":
		value = strings.TrimSuffix(strings.Replace(value, "T", " ", 1), " 00:00:00")
	default:
		number = value != ""
		if style, err := strconv.Atoi(attr(e, "s")); err == nil && style >= 0 && style < len(r.book.date) && r.book.date[style] && number {
			if d, ok := r.book.dateOf(value); ok {
				value, number = d, false
			}
		}
	}
	if value == "" && formula != "" {
		value = "=" + formula // never calculated: shown as what it is, so that it is refused where a figure is wanted
	}
	if strings.IndexByte(value, 0) >= 0 {
		return at("file_holds_nul", r.line, name, "")
	}
	for len(r.cells) < col {
		r.cells, r.number = append(r.cells, ""), append(r.number, false)
	}
	r.cells, r.number = append(r.cells, value), append(r.number, number)
	return nil
}

// content reads up to the end of the cell: its value, or the inline text, and its formula.
func (r *sheetReader) content() (value, formula string, err error) {
	in := ""
	for {
		t, err := r.token()
		if err != nil {
			return "", "", r.broken(err)
		}
		switch x := t.(type) {
		case xml.StartElement:
			if in = x.Name.Local; in == "is" {
				if value, err = richText(r.token, "is"); err != nil {
					return "", "", r.broken(err)
				}
				in = ""
			}
		case xml.CharData:
			switch in {
			case "v":
				value += string(x)
			case "f":
				formula += string(x)
			}
		case xml.EndElement:
			if x.Name.Local == "c" {
				return value, formula, nil
			}
			in = ""
		}
	}
}

// columnOf reads the column of a cell reference: "C12" is 2.
func columnOf(ref string) (int, bool) {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			return n - 1, i > 0
		}
		n = n*26 + int(c-'A') + 1
	}
	return 0, false
}

// dateOf turns a day number into a date, with the time of day when there is one.
func (b *workbook) dateOf(value string) (string, bool) {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || !(v >= 1 && v < 2958466) { // up to 9999-12-31
		return "", false
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if b.epoch04 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if v < 61 {
		v++ // the calendar of the first spreadsheets had a 29 February 1900
	}
	days, part := math.Modf(v)
	seconds := int(math.Round(part * 86400))
	at := start.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return at.Format("2006-01-02"), true
	}
	return at.Format("2006-01-02 15:04:05"), true
}
