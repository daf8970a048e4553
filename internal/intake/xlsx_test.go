package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

// workbook writes a workbook with excelize, as most programs' exports look.
func workbook(t testing.TB, fill func(x *excelize.File)) []byte {
	t.Helper()
	x := excelize.NewFile()
	fill(x)
	var b bytes.Buffer
	require.NoError(t, x.Write(&b))
	return b.Bytes()
}

func TestWorkbooksGiveWhatTheCellsHold(t *testing.T) {
	b := workbook(t, func(x *excelize.File) {
		day, err := x.NewStyle(&excelize.Style{NumFmt: 14})
		require.NoError(t, err)
		own := `dd\.mm\.yyyy "at" hh:mm`
		moment, err := x.NewStyle(&excelize.Style{CustomNumFmt: &own})
		require.NoError(t, err)
		share, err := x.NewStyle(&excelize.Style{NumFmt: 10})
		require.NoError(t, err)
		require.NoError(t, x.SetSheetRow("Sheet1", "A2", &[]any{"team", "on", "value", "share", "note"}))
		require.NoError(t, x.SetSheetRow("Sheet1", "A3", &[]any{"Łódź", time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC), 1234.5, 0.45, true}))
		require.NoError(t, x.SetCellStyle("Sheet1", "B3", "B3", day))
		require.NoError(t, x.SetCellStyle("Sheet1", "D3", "D3", share))
		require.NoError(t, x.SetCellValue("Sheet1", "A5", "חיפה"))
		require.NoError(t, x.SetCellValue("Sheet1", "B5", 46115.75))
		require.NoError(t, x.SetCellStyle("Sheet1", "B5", "B5", moment))
		require.NoError(t, x.SetCellFormula("Sheet1", "C5", "A1+1"))
		require.NoError(t, x.SetCellRichText("Sheet1", "E5", []excelize.RichTextRun{{Text: "a "}, {Text: "b", Font: &excelize.Font{Bold: true}}}))
		_, err = x.NewSheet("Other")
		require.NoError(t, err)
		require.NoError(t, x.SetSheetRow("Other", "A1", &[]any{"only"}))
	})
	columns, rows, lines, err := read(b, "x.xlsx", intake.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"team", "on", "value", "share", "note"}, columns)
	require.Equal(t, [][]string{{"Łódź", "2026-04-03", "1234.5", "0.45", "1"}, {"חיפה", "2026-04-03 18:00:00", "=A1+1", "", "a b"}}, rows)
	require.Equal(t, []int{3, 5}, lines)
	f, err := open(b, "x.xlsx", intake.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"Sheet1", "Other"}, f.Sheets)
	r, err := f.Next()
	require.NoError(t, err)
	require.True(t, r.IsNumber(2))
	require.False(t, r.IsNumber(0))
	require.False(t, r.IsNumber(1), "a date is written out, not a number")
	f, err = open(b, "x.xlsx", intake.Options{Sheet: "Other"})
	require.NoError(t, err)
	require.Equal(t, []string{"only"}, f.Columns)
}

// rawBook packs a workbook by hand: the parts as they are.
func rawBook(t testing.TB, sheet io.Reader, styles string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, r io.Reader) {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = io.Copy(w, r)
		require.NoError(t, err)
	}
	add("xl/workbook.xml", strings.NewReader(`<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`))
	add("xl/_rels/workbook.xml.rels", strings.NewReader(`<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`))
	add("xl/styles.xml", strings.NewReader(styles))
	add("xl/worksheets/sheet1.xml", sheet)
	require.NoError(t, z.Close())
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestHostileWorkbooksAreRefused(t *testing.T) {
	bomb := rawBook(t, io.LimitReader(zeros{}, 64<<20), "")
	require.Less(t, len(bomb), 100_000, "a thousand to one")
	_, _, _, err := read(bomb, "x.xlsx", intake.Options{})
	require.Equal(t, "xlsx_bomb", errs.CodeOf(err))
	require.Equal(t, errs.KindTooLarge, errs.KindOf(err))

	noise := make([]byte, 3<<19) // text that hardly packs, so that only its length is wrong
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ./"[x>>26]
	}
	long := `<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c t="inlineStr"><is><t>` + string(noise) + `</t></is></c></row></sheetData></worksheet>`
	_, _, _, err = read(rawBook(t, strings.NewReader(long), ""), "x.xlsx", intake.Options{})
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "cell_too_long", e.Code)
	require.Equal(t, 2, e.Fields[0].Line)
	huge := strings.Replace(long, string(noise), strings.Repeat(string(noise), 4), 1)
	_, _, _, err = read(rawBook(t, strings.NewReader(huge), ""), "x.xlsx", intake.Options{})
	require.Equal(t, "cell_too_long", errs.CodeOf(err), "given up before the whole text is in memory")

	for name, sheet := range map[string]string{
		"half a sheet":     `<worksheet><sheetData><row r="1"><c t="str"><v>a</v></c></row><row r="2"><c><v>1</v>`,
		"a text not there": `<worksheet><sheetData><row r="1"><c t="s"><v>7</v></c></row></sheetData></worksheet>`,
		"not xml":          `<worksheet><<>`,
	} {
		_, _, _, err := read(rawBook(t, strings.NewReader(sheet), ""), "x.xlsx", intake.Options{})
		require.Equal(t, "xlsx_damaged", errs.CodeOf(err), name)
	}
	wide := `<worksheet><sheetData><row r="1"><c r="XFD1" t="str"><v>a</v></c></row></sheetData></worksheet>`
	_, _, _, err = read(rawBook(t, strings.NewReader(wide), ""), "x.xlsx", intake.Options{})
	require.Equal(t, "too_many_columns", errs.CodeOf(err))
	_, _, _, err = read(workbook(t, func(*excelize.File) {}), "x.xlsx", intake.Options{})
	require.Equal(t, "file_empty", errs.CodeOf(err))
}

func TestDaysCountedFrom1904(t *testing.T) {
	sheet := `<worksheet><sheetData><row><c t="str"><v>on</v></c></row><row><c s="1"><v>44653</v></c></row><row><c s="1" t="d"><v>2026-04-03T00:00:00</v></c></row></sheetData></worksheet>`
	_, rows, lines, err := read(rawBook(t, strings.NewReader(sheet), `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`), "x.xlsx", intake.Options{})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"2026-04-03"}, {"2026-04-03"}}, rows)
	require.Equal(t, []int{2, 3}, lines)
}

func TestAFileOverTheLimitIsRefusedUnread(t *testing.T) {
	_, err := intake.Open(nil, intake.MaxSize+1, "x.csv", intake.Options{})
	require.Equal(t, "file_too_large", errs.CodeOf(err))
	require.Equal(t, errs.KindTooLarge, errs.KindOf(err))
}

// drain reads a file to its end or first error; whatever the bytes, it neither panics nor goes on for ever, and gives
// rows of one length with rising lines.
func drain(t *testing.T, b []byte, name string, o intake.Options) {
	f, err := open(b, name, o)
	if err != nil {
		classified(t, err)
		return
	}
	line := 0
	for {
		r, err := f.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if errs.CodeOf(err) == "row_ragged" {
			continue
		}
		if err != nil {
			classified(t, err)
			return
		}
		if len(r.Cells) != len(f.Columns) || r.Line <= line {
			t.Fatalf("%d cells in line %d after %d", len(r.Cells), r.Line, line)
		}
		line = r.Line
	}
}

func classified(t *testing.T, err error) {
	if errs.KindOf(err) == errs.KindInternal {
		t.Fatalf("not explained: %v", err)
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\xef\xbb\xbfa;b\r\n\"x\r\ny\";2", "\xff\xfea\x00,\x00b\x00\n\x00", "a\rb\r", "\"", "a,\"b\n", "a\x00b", "\xa3,\x9f\n", "\n\n", "a|b\n\"c\"|d\n", "PK\x03\x04"} {
		f.Add([]byte(s), "", "")
	}
	f.Add([]byte("a,b\n\x81,2\n"), "windows-1252", ",")
	f.Fuzz(func(t *testing.T, b []byte, encoding, delimiter string) {
		drain(t, b, "x.csv", intake.Options{Encoding: encoding, Delimiter: delimiter})
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(workbook(f, func(x *excelize.File) { _ = x.SetSheetRow("Sheet1", "A1", &[]any{"a", 1, true}) }))
	f.Add(rawBook(f, strings.NewReader(`<worksheet><sheetData><row r="1"><c><v>1</v></c></row></sheetData></worksheet>`), ""))
	f.Fuzz(func(t *testing.T, b []byte) { drain(t, b, "x.xlsx", intake.Options{}) })
}

func FuzzSheet(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c s="1"><f>A1</f></c></row></sheetData></worksheet>`, `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`)
	f.Fuzz(func(t *testing.T, sheet, styles string) {
		drain(t, rawBook(t, strings.NewReader(sheet), styles), "x.xlsx", intake.Options{})
	})
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(`{"kind":"series","team":"a","metrics":[{"column":"x","metric":"x","kind":"ex","higher_is_better":true,"aggregation":"mean"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := intake.ParseMapping(b); err != nil {
			classified(t, err)
		}
	})
}
