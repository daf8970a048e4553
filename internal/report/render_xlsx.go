package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"rapport/internal/errs"
)

// XLSX writes a workbook: a first sheet with the words, then a sheet per table with real numbers in their formats. Texts
// are written as texts, never as formulas.
func (d Document) XLSX() ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	b := &book{File: f, rtl: d.RTL, styles: map[string]int{}, names: map[string]bool{}}
	b.words(d)
	for _, s := range d.Sections {
		for _, t := range s.Tables {
			b.table(t)
		}
	}
	var buf bytes.Buffer
	if b.err == nil {
		b.err = f.Write(&buf)
	}
	if b.err != nil {
		return nil, errs.New(errs.KindInternal, "report_unwritable").Because(fmt.Errorf("write workbook: %w", b.err))
	}
	return buf.Bytes(), nil
}

// book collects sheets; the first error stays.
type book struct {
	*excelize.File
	rtl    bool
	styles map[string]int
	names  map[string]bool
	err    error
}

// sheet adds a sheet with a name that is new and allowed.
func (b *book) sheet(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return ' '
		}
		return r
	}, stripped(name)))
	if r := []rune(name); len(r) > 28 {
		name = strings.TrimSpace(string(r[:28]))
	}
	base := name
	for i := 2; b.names[strings.ToLower(name)]; i++ {
		name = fmt.Sprintf("%s %d", base, i)
	}
	if len(b.names) == 0 {
		b.keep(b.SetSheetName("Sheet1", name))
	} else if _, err := b.NewSheet(name); err != nil {
		b.keep(err)
	}
	b.names[strings.ToLower(name)] = true
	rtl := b.rtl
	b.keep(b.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &rtl}))
	return name
}

func (b *book) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *book) style(format string, bold bool) int {
	key := fmt.Sprintf("%v%s", bold, format)
	if id, ok := b.styles[key]; ok {
		return id
	}
	s := &excelize.Style{Font: &excelize.Font{Bold: bold}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: format == ""}}
	if format != "" {
		s.CustomNumFmt = &format
	}
	id, err := b.NewStyle(s)
	b.keep(err)
	b.styles[key] = id
	return id
}

func (b *book) words(d Document) {
	name := b.sheet(d.Title)
	row := 1
	line := func(s string, bold bool) {
		at := fmt.Sprintf("A%d", row)
		b.keep(b.SetCellStr(name, at, stripped(s)))
		b.keep(b.SetCellStyle(name, at, at, b.style("", bold)))
		row++
	}
	line(d.Title, true)
	line(d.Subtitle, false)
	for _, s := range d.Standing {
		line(s, false)
	}
	for _, h := range d.Headline {
		line(h, true)
	}
	for _, s := range d.Sections {
		line("", false)
		line(s.Title, true)
		if s.Picture != nil {
			line(s.Picture.Title, false)
		}
		for _, t := range s.Text {
			line(t, false)
		}
	}
	b.keep(b.SetColWidth(name, "A", "A", 110))
}

// numberFormat is how a spreadsheet shows what Text shows.
func (c Cell) numberFormat() string {
	zeros := ""
	if c.Digits > 0 {
		zeros = "." + strings.Repeat("0", c.Digits)
	}
	switch c.Form {
	case Share:
		return "+0.0%;−0.0%;0.0%"
	case Chance:
		return "0%"
	case Money:
		return "#,##0" + zeros + ` "` + c.Unit + `";−#,##0` + zeros + ` "` + c.Unit + `"`
	case SignedForm:
		return "+#,##0" + zeros + ";−#,##0" + zeros + ";0" + zeros
	}
	return "#,##0" + zeros + ";−#,##0" + zeros
}

func (b *book) table(t Table) {
	name := b.sheet(t.Caption)
	for k, c := range t.Columns {
		at, err := excelize.CoordinatesToCellName(k+1, 1)
		b.keep(err)
		b.keep(b.SetCellStr(name, at, stripped(c.Name)))
		b.keep(b.SetCellStyle(name, at, at, b.style("", true)))
	}
	notes := false
	for i, r := range t.Rows {
		var said []string
		for k, c := range r.Cells {
			at, err := excelize.CoordinatesToCellName(k+1, i+2)
			b.keep(err)
			if c.Value != nil {
				b.keep(b.SetCellFloat(name, at, *c.Value, -1, 64))
				b.keep(b.SetCellStyle(name, at, at, b.style(c.numberFormat(), false)))
			} else {
				b.keep(b.SetCellStr(name, at, stripped(c.Text)))
				b.keep(b.SetCellStyle(name, at, at, b.style("", false)))
			}
			if c.Note != "" {
				said = append(said, stripped(c.Note))
			}
		}
		if len(said) > 0 {
			at, err := excelize.CoordinatesToCellName(len(t.Columns)+1, i+2)
			b.keep(err)
			b.keep(b.SetCellStr(name, at, strings.Join(said, " · ")))
			notes = true
		}
	}
	last, err := excelize.ColumnNumberToName(len(t.Columns))
	b.keep(err)
	b.keep(b.SetColWidth(name, "A", "A", 34))
	if len(t.Columns) > 1 {
		b.keep(b.SetColWidth(name, "B", last, 18))
	}
	if notes {
		next, err := excelize.ColumnNumberToName(len(t.Columns) + 1)
		b.keep(err)
		b.keep(b.SetColWidth(name, next, next, 60))
	}
	b.keep(b.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}
