package method

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"rapport/internal/errs"
)

// Table is a data file held as text columns; numbers are read on demand.
type Table struct {
	Header []string
	cols   map[string][]string
	lines  []int // where each row starts in the file
	rows   int
}

// ReadTable reads a CSV file (first row = names). Missing cells are empty or NA.
func ReadTable(path string) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Invalid("file_unreadable").With("file", path).Because(err)
	}
	defer func() { _ = f.Close() }()
	return ParseTable(f)
}

// ParseTable reads CSV text.
func ParseTable(r io.Reader) (*Table, error) {
	br := bufio.NewReaderSize(r, 1<<16)
	if bom, _ := br.Peek(3); string(bom) == "\ufeff" {
		_, _ = br.Discard(3)
	}
	cr := csv.NewReader(br)
	cr.ReuseRecord = true
	head, err := cr.Read()
	if errors.Is(err, io.EOF) {
		return nil, errs.Invalid("file_empty")
	}
	if err != nil {
		return nil, errs.Invalid("csv_malformed").Because(err)
	}
	t := &Table{cols: map[string][]string{}}
	for _, h := range head {
		h = strings.TrimSpace(h)
		if _, twice := t.cols[h]; twice {
			return nil, errs.Invalid("column_twice").With("column", h)
		}
		t.cols[h] = nil
		t.Header = append(t.Header, h)
	}
	cols := make([][]string, len(t.Header))
	for {
		rec, err := cr.Read()
		if errors.Is(err, io.EOF) {
			for i, h := range t.Header {
				t.cols[h] = cols[i]
			}
			return t, nil
		}
		if err != nil {
			return nil, errs.Invalid("csv_malformed").Because(err)
		}
		for i, s := range rec {
			cols[i] = append(cols[i], strings.TrimSpace(s))
		}
		line, _ := cr.FieldPos(0)
		t.lines = append(t.lines, line)
		t.rows++
	}
}

// Rows is the number of data rows.
func (t *Table) Rows() int { return t.rows }

// Line is the line of the file on which data row i starts, counted from 1.
func (t *Table) Line(i int) int { return t.lines[i] }

// Has says whether the file has the column.
func (t *Table) Has(name string) bool { _, ok := t.cols[name]; return ok }

// Text gives a column as it stands.
func (t *Table) Text(name string) ([]string, error) {
	c, ok := t.cols[name]
	if !ok {
		return nil, errs.Invalid("column_missing").With("column", name).With("columns", strings.Join(t.Header, ", "))
	}
	return c, nil
}

// Num gives a column as numbers: empty or NA is NaN (missing); a written NaN or Inf, and anything else that is no
// finite number, is an error with its line.
func (t *Table) Num(name string) ([]float64, error) {
	raw, err := t.Text(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(raw))
	for i, s := range raw {
		if s == "" || s == "NA" {
			out[i] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errs.Invalid("not_a_number").At(errs.Field{Line: t.Line(i), Column: name, Code: "not_a_number", Value: s}).
				Because(fmt.Errorf("line %d, column %s: %q is not a finite number", t.Line(i), name, s))
		}
		out[i] = v
	}
	return out, nil
}

// Codes gives a column as codes 0…k−1 in order of first appearance, with the label of each code.
func (t *Table) Codes(name string) (codes []int, labels []string, err error) {
	raw, err := t.Text(name)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]int{}
	codes = make([]int, len(raw))
	for i, s := range raw {
		k, ok := seen[s]
		if !ok {
			k = len(labels)
			seen[s] = k
			labels = append(labels, s)
		}
		codes[i] = k
	}
	return codes, labels, nil
}

// Units gives a column as unit codes; a row that names no unit is an error with its line.
func (t *Table) Units(name string) ([]int, error) {
	codes, labels, err := t.Codes(name)
	if err != nil {
		return nil, err
	}
	for i, c := range codes {
		if l := labels[c]; l == "" || l == "NA" {
			return nil, errs.Invalid("unit_missing").At(errs.Field{Line: t.Line(i), Column: name, Code: "unit_missing"}).
				Because(fmt.Errorf("line %d, column %s: the row names no unit", t.Line(i), name))
		}
	}
	return codes, nil
}

// sortedBy gives the table with its rows in the order of a column of calendar periods.
func (t *Table) sortedBy(name string) (*Table, error) {
	of, err := t.Periods(name)
	if err != nil {
		return nil, err
	}
	order := make([]int, t.rows)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return of[a] - of[b] })
	out := &Table{Header: t.Header, rows: t.rows, cols: map[string][]string{}, lines: make([]int, t.rows)}
	for i, r := range order {
		out.lines[i] = t.lines[r]
	}
	for _, h := range t.Header {
		col := make([]string, t.rows)
		for i, r := range order {
			col[i] = t.cols[h][r]
		}
		out.cols[h] = col
	}
	return out, nil
}
