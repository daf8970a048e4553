package report_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"rapport/internal/evidence"
	"rapport/internal/report"
	"rapport/internal/report/print"
)

// written is how a value must be written, from the value alone.
func written(locale string, c report.Cell) string {
	v := *c.Value
	switch c.Form {
	case report.Share:
		return evidence.Percent(locale, v)
	case report.Chance:
		return evidence.Number(locale, 100*v, 0) + "%"
	case report.Money:
		return evidence.Number(locale, v, c.Digits) + "\u00a0" + c.Unit
	case report.SignedForm:
		return evidence.Signed(locale, v, c.Digits)
	}
	return evidence.Number(locale, v, c.Digits)
}

// letters leaves out what paper may place otherwise: spaces, marks of direction, and where a sign stands in a line that
// runs from right to left.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \n\f\u00a0\u2066\u2067\u2068\u2069\u200e\u200f\u202a\u202b\u202c", r) {
			return -1
		}
		return r
	}, s)
}

// Paper, workbook, CSV and document carry the same figures in every language; the page and the JSON are the document.
func TestPaperWorkbookAndDocumentCarryTheSameFigures(t *testing.T) {
	browser := true
	for _, tool := range []string{"chromium", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			require.NotEqual(t, "true", os.Getenv("CI"), "CI installs %s (.ci/setup), and it is not there", tool)
			t.Log("left out: paper, for want of " + tool)
			browser = false
		}
	}
	e := newEnv(t, 24)
	e.fill(on("2025-09-30"), on("2025-03-03"), 4)
	e.invest(t, on("2025-03-03"))
	e.close(t, "2025-09-30")
	e.print.real = print.New(print.Options{})
	r, err := e.Get(ctx, executive, "2025-Q3", "", 0)
	require.NoError(t, err)
	for _, locale := range []string{"en", "he", "pl"} {
		d := r.In(locale)
		paper := ""
		if browser {
			f, err := e.ReadFile(ctx, executive, report.FileKey{Quarter: "2025-Q3", Kind: report.PDF, Locale: locale})
			require.NoError(t, err)
			name := filepath.Join(t.TempDir(), "report.pdf")
			require.NoError(t, os.WriteFile(name, f.Bytes, 0o600))
			out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", name, "-").Output()
			require.NoError(t, err)
			paper = letters(string(out))
		}
		x, err := d.XLSX()
		require.NoError(t, err)
		book, err := excelize.OpenReader(bytes.NewReader(x))
		require.NoError(t, err)
		table, err := d.CSV()
		require.NoError(t, err)
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table, []byte("\uFEFF")))).ReadAll()
		require.NoError(t, err)
		inCSV := map[string]string{}
		for _, rec := range rows {
			inCSV[rec[0]+"/"+rec[1]+"/"+rec[2]+"/"+rec[3]] = rec[5]
		}
		sheets, sheet, numbers := book.GetSheetList(), 0, 0
		for _, s := range d.Sections {
			for _, tab := range s.Tables {
				sheet++
				for i, row := range tab.Rows {
					for k, c := range row.Cells {
						at := fmt.Sprintf("%s: %s/%s, row %d, %s", locale, s.ID, tab.ID, i+1, tab.Columns[k].ID)
						cell, err := excelize.CoordinatesToCellName(k+1, i+2)
						require.NoError(t, err)
						formula, err := book.GetCellFormula(sheets[sheet], cell)
						require.NoError(t, err)
						require.Empty(t, formula, at)
						raw, err := book.GetCellValue(sheets[sheet], cell, excelize.Options{RawCellValue: true})
						require.NoError(t, err)
						if c.Value == nil {
							continue
						}
						numbers++
						require.Equal(t, written(locale, c), c.Text, at)
						v, err := strconv.ParseFloat(raw, 64)
						require.NoError(t, err, at)
						require.InDelta(t, *c.Value, v, 1e-12*math.Max(1, math.Abs(*c.Value)), at)
						v, err = strconv.ParseFloat(inCSV[fmt.Sprintf("%s/%s/%d/%s", s.ID, tab.ID, i+1, tab.Columns[k].ID)], 64)
						require.NoError(t, err, at)
						require.Equal(t, *c.Value, v, at)
						if browser {
							require.Contains(t, paper, letters(c.Text), at)
						}
					}
				}
			}
		}
		require.Greater(t, numbers, 200)
		require.NoError(t, book.Close())
		if browser { // a name that looks like a formula is a name
			require.Contains(t, paper, "=Satisfaction")
		}
	}
}
