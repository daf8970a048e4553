package method

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"rapport/internal/errs"
)

// head reads the names and decides which columns are metrics from the first rows.
func (g *gridReader) head(metrics []string) error {
	buf := make([]byte, min(g.size, 1<<18))
	n, err := g.f.ReadAt(buf, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return errs.Invalid("file_unreadable").Because(err)
	}
	buf = buf[:n]
	text := bytes.TrimPrefix(buf, []byte("\ufeff"))
	skip := len(buf) - len(text)
	end := bytes.IndexByte(text, '\n')
	if end < 0 {
		end = len(text)
	}
	cr := csv.NewReader(bytes.NewReader(text[:end]))
	g.header, err = cr.Read()
	if errors.Is(err, io.EOF) {
		return errs.Invalid("file_empty")
	}
	if err != nil {
		return errs.Invalid("csv_malformed").Because(err)
	}
	g.body = int64(min(skip+end+1, n))
	col := map[string]int{}
	for i, h := range g.header {
		h = strings.TrimSpace(h)
		g.header[i] = h
		if _, twice := col[h]; twice {
			return errs.Invalid("column_twice").With("column", h)
		}
		col[h] = i
	}
	if len(g.header) < 2 {
		return errs.Invalid("column_missing").With("column", "unit and time").With("columns", strings.Join(g.header, ", "))
	}
	if g.unit == "" {
		g.unit = g.header[0]
	}
	if g.time == "" {
		g.time = g.header[1]
	}
	for _, name := range append([]string{g.unit, g.time}, metrics...) {
		if _, ok := col[name]; !ok {
			return errs.Invalid("column_missing").With("column", name).With("columns", strings.Join(g.header, ", "))
		}
	}
	g.kind = make([]int, len(g.header))
	for i := range g.kind {
		g.kind[i] = colSkip
	}
	words, places := firstWords(text[min(end+1, len(text)):], len(g.header))
	wanted := map[string]bool{}
	for _, m := range metrics {
		wanted[m] = true
	}
	for i, h := range g.header {
		switch {
		case h == g.unit || h == g.time:
			continue
		case metrics != nil && !wanted[h], metrics == nil && !looksNumeric(words[i]):
			continue
		}
		g.kind[i] = len(g.metrics)
		g.metrics = append(g.metrics, h)
		g.decimals = append(g.decimals, places[i])
	}
	g.kind[col[g.unit]], g.kind[col[g.time]] = colUnit, colTime
	if len(g.metrics) == 0 {
		return errs.Invalid("no_numeric_column").Because(fmt.Errorf("no column beside %s and %s holds numbers", g.unit, g.time))
	}
	return nil
}

// firstWords gives, within the sample, each column's first cell that is not missing, and the most decimals a cell has.
func firstWords(sample []byte, cols int) (words []string, places []int) {
	words, places = make([]string, cols), make([]int, cols)
	cr := csv.NewReader(bytes.NewReader(sample))
	cr.FieldsPerRecord = -1
	cr.ReuseRecord = true
	cr.LazyQuotes = true
	for row := 0; ; row++ {
		rec, err := cr.Read()
		if err != nil || (row > 200 && !slices.Contains(words, "")) {
			return words, places
		}
		for i, s := range rec[:min(len(rec), cols)] {
			if s = strings.TrimSpace(s); words[i] == "" && s != "" && s != "NA" {
				words[i] = strings.Clone(s)
			}
			if dot := strings.IndexByte(s, '.'); dot >= 0 {
				places[i] = min(9, max(places[i], len(s)-dot-1))
			}
		}
	}
}

// looksNumeric takes NaN and Inf for numbers, so that reading them is an error and not a column left out in silence.
func looksNumeric(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return s == "" || err == nil || errors.Is(err, strconv.ErrRange)
}
