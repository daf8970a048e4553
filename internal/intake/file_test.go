package intake_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

func open(b []byte, name string, o intake.Options) (*intake.File, error) {
	return intake.Open(bytes.NewReader(b), int64(len(b)), name, o)
}

// read gives all rows with their lines, or the first error.
func read(b []byte, name string, o intake.Options) (columns []string, rows [][]string, lines []int, err error) {
	f, err := open(b, name, o)
	if err != nil {
		return nil, nil, nil, err
	}
	for {
		r, err := f.Next()
		if errors.Is(err, io.EOF) {
			return f.Columns, rows, lines, nil
		}
		if err != nil {
			return f.Columns, rows, lines, err
		}
		rows = append(rows, append([]string{}, r.Cells...))
		lines = append(lines, r.Line)
	}
}

func TestCSVIsReadByteForByteWithItsLines(t *testing.T) {
	columns, rows, lines, err := read([]byte("a,b,c\r\n1,\"x, \"\"y\"\"\r\nz\",3\r\n\r\n,,\n4,5\" pipe,\n\"\",\"\",6"), "x.csv", intake.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, columns)
	require.Equal(t, [][]string{{"1", "x, \"y\"\r\nz", "3"}, {"4", "5\" pipe", ""}, {"", "", "6"}}, rows)
	require.Equal(t, []int{2, 6, 7}, lines)
}

func TestEncodingsAndDelimitersAreFound(t *testing.T) {
	text := "zespół;wartość\nŁódź;1,5\n"
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	require.NoError(t, err)
	utf16be, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	require.NoError(t, err)
	for name, b := range map[string][]byte{"utf-8": []byte(text), "utf-8 with a mark": []byte("\xef\xbb\xbf" + text), "utf-16le": utf16, "utf-16be": utf16be} {
		t.Run(name, func(t *testing.T) {
			f, err := open(b, "x.csv", intake.Options{})
			require.NoError(t, err)
			require.True(t, f.EncodingSure)
			require.Equal(t, ";", f.Delimiter)
			require.Equal(t, []string{"zespół", "wartość"}, f.Columns)
			r, err := f.Next()
			require.NoError(t, err)
			require.Equal(t, []string{"Łódź", "1,5"}, r.Cells)
		})
	}
	ansi, err := charmap.Windows1250.NewEncoder().Bytes([]byte(text))
	require.NoError(t, err)
	f, err := open(ansi, "x.csv", intake.Options{})
	require.NoError(t, err)
	require.False(t, f.EncodingSure, "bytes alone cannot tell windows-1250 from windows-1252")
	require.Contains(t, f.Encodings, "windows-1250")
	f, err = open(ansi, "x.csv", intake.Options{Encoding: "windows-1250"})
	require.NoError(t, err)
	require.Equal(t, []string{"zespół", "wartość"}, f.Columns)
	hebrew, err := charmap.Windows1255.NewEncoder().Bytes([]byte("צוות\tערך\nחיפה\t3\n"))
	require.NoError(t, err)
	f, err = open(hebrew, "x.tsv", intake.Options{Encoding: "windows-1255"})
	require.NoError(t, err)
	require.Equal(t, []string{"צוות", "ערך"}, f.Columns)
}

func TestBadFilesSayWhatIsWrongAndWhere(t *testing.T) {
	var book bytes.Buffer
	x := excelize.NewFile()
	require.NoError(t, x.SetSheetRow("Sheet1", "A1", &[]any{"a", "b"}))
	require.NoError(t, x.Write(&book))
	for name, c := range map[string]struct {
		body   []byte
		file   string
		o      intake.Options
		code   string
		line   int
		column string
	}{
		"empty":              {code: "file_empty"},
		"blank lines only":   {body: []byte("\n\n ,\n"), code: "file_empty"},
		"unclosed quote":     {body: []byte("a,b\n1,2\n3,\"4\n5,6\n"), code: "csv_quote_unclosed", line: 3, column: "b"},
		"stray quote":        {body: []byte("a,b\n\"1\"x,2\n"), code: "csv_quote_stray", line: 2, column: "a"},
		"short row":          {body: []byte("a,b,c\n1,2,3\n4,5\n"), code: "row_ragged", line: 3},
		"long row":           {body: []byte("a,b\n1,2\n3,4,5\n"), code: "row_ragged", line: 3},
		"nul":                {body: []byte("a,b\n1,x\x00y\n"), code: "file_holds_nul", line: 2, column: "b"},
		"broken utf-8":       {body: append(append([]byte("a,b\n"), bytes.Repeat([]byte("1,2\n"), 100_000)...), "3,\xff\n"...), code: "encoding_wrong", line: 100_002, column: "b"},
		"wrong encoding":     {body: []byte("a,b\n1,\x81\n"), o: intake.Options{Encoding: "windows-1252"}, code: "encoding_wrong", line: 2, column: "b"},
		"unknown encoding":   {body: []byte("a,b\n"), o: intake.Options{Encoding: "klingon"}, code: "encoding_unknown"},
		"10 MB cell":         {body: []byte("a,b\n1," + strings.Repeat("x", 10<<20) + "\n"), code: "line_too_long", line: 2},
		"2 MB cell":          {body: []byte("a,b\n1," + strings.Repeat("x", 2<<20) + "\n"), code: "cell_too_long", line: 2, column: "b"},
		"10 MB quoted cell":  {body: []byte("a,b\n1,\"" + strings.Repeat("x\n", 5<<20) + "\"\n"), code: "csv_quote_unclosed", line: 2, column: "b"},
		"16,384 columns":     {body: []byte(strings.Repeat("c,", 16383) + "c\n"), code: "too_many_columns"},
		"20,000 columns":     {body: []byte(strings.Repeat("c,", 20000) + "c\n"), code: "too_many_columns"},
		"old Excel":          {body: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), code: "file_old_excel"},
		"a PDF":              {body: []byte("%PDF-1.7"), code: "file_kind_unknown"},
		"not a workbook":     {body: []byte("a,b"), file: "x.xlsx", code: "xlsx_damaged"},
		"half a workbook":    {body: book.Bytes()[:book.Len()/2], file: "x.xlsx", code: "xlsx_damaged"},
		"sheet not there":    {body: book.Bytes(), o: intake.Options{Sheet: "July"}, code: "sheet_missing"},
		"unusable delimiter": {body: []byte("a"), o: intake.Options{Delimiter: "\""}, code: "delimiter_unusable"},
	} {
		t.Run(name, func(t *testing.T) {
			file := c.file
			if file == "" {
				file = "x.csv"
			}
			_, _, _, err := read(c.body, file, c.o)
			var e *errs.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.code, e.Code)
			if c.line > 0 {
				require.Len(t, e.Fields, 1)
				require.Equal(t, c.line, e.Fields[0].Line)
				require.Equal(t, c.column, e.Fields[0].Column)
			}
		})
	}
}
