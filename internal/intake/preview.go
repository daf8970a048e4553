package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"

	"rapport/internal/errs"
)

// Column is what a look at the first rows says about one column.
type Column struct {
	Name      string
	LooksLike string // text, number, date or empty
	Filled    float64
	Examples  []string // up to five different ones
	Values    []string // the cells looked at, row by row
}

// Preview is a look into a file before it is imported.
type Preview struct {
	*File
	Columns  []Column
	Rows     [][]string   // the first PreviewRows
	Problems []errs.Field // what stopped the look, if anything did
}

// How much is looked at: rows shown, and rows that the suggestion is drawn from.
const (
	PreviewRows = 20
	sampleRows  = 2000
	sampleCells = 400_000
)

// Look opens a file and reads its first rows. What is wrong inside them is reported, not returned: a person can then
// choose another encoding or delimiter.
func Look(src io.ReaderAt, size int64, name string, o Options) (*Preview, error) {
	f, err := Open(src, size, name, o)
	if err != nil {
		return nil, err
	}
	p := &Preview{File: f, Columns: make([]Column, len(f.Columns)), Rows: [][]string{}, Problems: []errs.Field{}}
	for i, c := range f.Columns {
		p.Columns[i].Name = c
	}
	rows := 0
	for rows < sampleRows && rows*len(f.Columns) < sampleCells {
		r, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var e *errs.Error
			if !errors.As(err, &e) {
				return nil, err
			}
			if len(e.Fields) == 0 {
				e = e.At(errs.Field{Code: e.Code, Params: e.Params})
			}
			p.Problems = append(p.Problems, e.Fields...)
			break
		}
		if rows < PreviewRows {
			p.Rows = append(p.Rows, slices.Clone(r.Cells))
		}
		for i, c := range r.Cells {
			p.Columns[i].Values = append(p.Columns[i].Values, c)
		}
		rows++
	}
	for i := range p.Columns {
		p.Columns[i].judge()
	}
	return p, nil
}

// judge says what the column looks like: a kind that all but one in fifty of its filled cells have.
func (c *Column) judge() {
	var filled, numbers, dates int
	for _, v := range c.Values {
		if Missing(v) {
			continue
		}
		filled++
		if len(c.Examples) < 5 && len(v) <= 200 && !slices.Contains(c.Examples, v) {
			c.Examples = append(c.Examples, v)
		}
		if _, code := ParseNumber(v, nil); code == "" || code == "decimal_comma" || code == "number_ambiguous" {
			numbers++
		} else if _, code := ParseDay(v, ""); code != "date_unreadable" {
			dates++
		}
	}
	switch {
	case filled == 0:
		c.LooksLike = "empty"
	case numbers*50 >= filled*49:
		c.LooksLike = "number"
	case dates*50 >= filled*49:
		c.LooksLike = "date"
	default:
		c.LooksLike = "text"
	}
	if len(c.Values) > 0 {
		c.Filled = float64(filled) / float64(len(c.Values))
	}
}

// Signature names the set of a file's columns, so that the mapping used for it is found again whatever the order of the
// columns and the name of the file.
func Signature(kind Kind, columns []string) string {
	c := slices.Clone(columns)
	slices.Sort(c)
	h := sha256.Sum256([]byte(string(kind) + "\x00" + strings.Join(c, "\x00")))
	return hex.EncodeToString(h[:16])
}
