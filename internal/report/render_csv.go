package report

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"rapport/internal/errs"
)

// plainText keeps a spreadsheet from reading a text as a formula.
func plainText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// stripped takes out the marks that keep directions apart: a file has none.
func stripped(s string) string {
	return strings.NewReplacer("\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "").Replace(s)
}

// CSV writes every table of the document below each other: section, table, row, column, text, value. Values are numbers
// with every digit; shares are fractions.
func (d Document) CSV() ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString("\uFEFF") // so that spreadsheets read UTF-8
	out := csv.NewWriter(&buf)
	write := func(rec ...string) {
		for i := range rec {
			rec[i] = stripped(rec[i])
		}
		_ = out.Write(rec) // the error stays in the writer and is asked for at the end
	}
	write("section", "table", "row", "column", "text", "value")
	write("report", "headline", "1", "", plainText(d.Title), "")
	for i, h := range d.Headline {
		write("report", "headline", strconv.Itoa(i+2), "", plainText(h), "")
	}
	for _, s := range d.Sections {
		for i, t := range s.Text {
			write(s.ID, "text", strconv.Itoa(i+1), "", plainText(t), "")
		}
		for _, t := range s.Tables {
			for i, r := range t.Rows {
				for k, c := range r.Cells {
					value := ""
					if c.Value != nil {
						value = strconv.FormatFloat(*c.Value, 'g', -1, 64)
					}
					text := c.Text
					if c.Value == nil {
						text = plainText(text)
					}
					write(s.ID, t.ID, strconv.Itoa(i+1), t.Columns[k].ID, text, value)
				}
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return nil, errs.New(errs.KindInternal, "report_unwritable").Because(err)
	}
	return buf.Bytes(), nil
}
