// Package intake reads files people hand in: it finds out how a CSV or XLSX file is written, gives its rows one after the
// other with their line numbers, and holds the mapping that says which column is what. It knows formats, not meanings:
// what a row is worth is decided by the feature that asked for it. It never holds a whole file in memory.
package intake

import (
	"errors"
	"io"
	"strings"

	"rapport/internal/errs"
)

// Limits of what is read. An honest export stays far below each of them.
const (
	MaxSize    = 512 << 20 // bytes of a file, and of an unpacked workbook
	MaxColumns = 4096
	maxCell    = 1 << 20 // bytes
	maxRecord  = 4 << 20 // bytes
)

// Options override what would be detected.
type Options struct {
	Encoding   string // name of a character set, e.g. "windows-1250"
	Delimiter  string // one character
	Sheet      string // of a workbook; the first one when empty
	HeaderRows int    // rows of headings; the first of them names the columns; 1 when 0
	SkipNotes  bool   // CSV: lines of a single cell are notes of the program that wrote the file, and are passed over
}

// Row is one row of figures, never a heading. Line counts lines (CSV) or rows (XLSX) of the file from 1. Cells has one
// entry per column; the slice is used again by the next call of Next, the strings are not.
type Row struct {
	Line   int
	Cells  []string
	number []bool // XLSX: the cell is a number, not text that looks like one
}

// IsNumber reports that the cell was stored as a number, so that no notation has to be guessed.
func (r Row) IsNumber(i int) bool { return i < len(r.number) && r.number[i] }

// File is an opened file, read once from its first row to its last.
type File struct {
	Format       string   // csv or xlsx
	Encoding     string   // CSV: what it is read as
	Encodings    []string // CSV: what to choose from when the bytes do not decide it
	EncodingSure bool
	Delimiter    string
	Sheets       []string
	Sheet        string
	Columns      []string // as in the heading, trimmed; a column without a heading is called by its letter, e.g. "(C)"

	rows   rowReader
	notes  bool // pass over lines of a single cell
	offset func() int64
}

// rowReader gives physical rows, headings included.
type rowReader interface {
	next() (Row, error) // io.EOF at the end
}

// Open finds out what the file is and reads its headings. The name is used for its ending only.
func Open(src io.ReaderAt, size int64, name string, o Options) (*File, error) {
	switch {
	case size == 0:
		return nil, errs.Invalid("file_empty")
	case size > MaxSize:
		return nil, errs.New(errs.KindTooLarge, "file_too_large").With("limit", "512 MB")
	}
	head := make([]byte, min(size, 8))
	if _, err := src.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var f *File
	var err error
	switch {
	case strings.HasPrefix(string(head), "PK\x03\x04"), strings.HasPrefix(string(head), "PK\x05\x06"):
		f, err = openXLSX(src, size, o)
	case strings.HasPrefix(string(head), "\xd0\xcf\x11\xe0"):
		return nil, errs.Invalid("file_old_excel")
	case strings.HasPrefix(string(head), "%PDF"), strings.HasPrefix(string(head), "\x1f\x8b"), strings.HasPrefix(string(head), "\x89PNG"):
		return nil, errs.Invalid("file_kind_unknown")
	case strings.HasSuffix(strings.ToLower(name), ".xlsx"):
		return nil, errs.Invalid("xlsx_damaged")
	default:
		f, err = openCSV(src, size, o)
	}
	if err != nil {
		return nil, err
	}
	f.notes = o.SkipNotes && f.Format == "csv"
	return f, f.readHeading(max(1, o.HeaderRows))
}

// readHeading takes the heading rows; blank rows above them are passed over.
func (f *File) readHeading(rows int) error {
	for i := 0; i < rows; {
		r, err := f.rows.next()
		if errors.Is(err, io.EOF) {
			return errs.Invalid("file_empty")
		}
		if err != nil {
			return err
		}
		if blank(r.Cells) {
			continue
		}
		if i == 0 {
			f.Columns = headings(r.Cells)
		}
		i++
	}
	if len(f.Columns) > MaxColumns {
		return errs.Invalid("too_many_columns").With("found", len(f.Columns)).With("limit", MaxColumns)
	}
	return nil
}

func headings(cells []string) []string {
	n := len(cells)
	for n > 0 && strings.TrimSpace(cells[n-1]) == "" {
		n-- // headings that end in nothing are an artefact of the export, unless cells stand below them (see Next)
	}
	out := make([]string, n)
	for i := range out {
		if out[i] = strings.TrimSpace(cells[i]); out[i] == "" {
			out[i] = "(" + letter(i) + ")"
		}
	}
	return out
}

// letter names a column as a spreadsheet does: A … Z, AA and so on.
func letter(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Next gives the next row that is not blank, io.EOF after the last. A row that has more cells than the file has columns,
// or in a CSV file fewer, is an error that says where: the columns may have slipped.
func (f *File) Next() (Row, error) {
	for {
		r, err := f.rows.next()
		if err != nil {
			return r, err
		}
		if blank(r.Cells) {
			continue
		}
		n := len(f.Columns)
		if f.notes && len(r.Cells) == 1 && n > 1 {
			continue
		}
		short := f.Format == "csv" && len(r.Cells) < n
		if short || len(r.Cells) > n && !blank(r.Cells[n:]) {
			return r, errs.Invalid("row_ragged").With("line", r.Line).With("found", len(r.Cells)).With("expected", n).
				At(errs.Field{Line: r.Line, Code: "row_ragged", Params: map[string]any{"found": len(r.Cells), "expected": n}})
		}
		for len(r.Cells) < n {
			r.Cells = append(r.Cells, "")
		}
		r.Cells = r.Cells[:n]
		return r, nil
	}
}

// Index finds a column by its name: column_missing when there is none, column_twice when the name does not tell.
func (f *File) Index(column string) (int, error) { return Index(f.Columns, column) }

// Index finds a column among columns by its name.
func Index(columns []string, column string) (int, error) {
	at := -1
	want := strings.TrimSpace(column)
	for i, c := range columns {
		if c == want {
			if at >= 0 {
				return -1, errs.Invalid("column_twice").With("column", column).At(errs.Field{Column: column, Code: "column_twice"})
			}
			at = i
		}
	}
	if at < 0 {
		return -1, errs.Invalid("column_missing").With("column", column).With("columns", shortList(columns)).
			At(errs.Field{Column: column, Code: "column_missing", Params: map[string]any{"columns": shortList(columns)}})
	}
	return at, nil
}

func shortList(names []string) string {
	if len(names) > 30 {
		return strings.Join(names[:30], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// Offset is how many bytes of the file have been read, for a progress bar.
func (f *File) Offset() int64 { return f.offset() }

// at makes an error that points at a place in the file.
func at(code string, line int, column, value string) *errs.Error {
	if len(value) > 80 {
		value = value[:80]
	}
	value = strings.ToValidUTF8(value, "�")
	return errs.Invalid(code).With("line", line).With("column", column).
		At(errs.Field{Line: line, Column: column, Code: code, Value: value})
}
