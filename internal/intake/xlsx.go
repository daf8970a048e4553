package intake

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"rapport/internal/errs"
)

// Limits of a workbook. The sheet is read as a stream; what must lie in memory (texts, formats) is bounded apart.
const (
	maxRatio   = 250      // unpacked : packed; honest sheets stay below 60
	maxStrings = 64 << 20 // bytes of the shared texts, unpacked
	maxPart    = 16 << 20 // bytes of any other part read
)

func openXLSX(src io.ReaderAt, size int64, o Options) (*File, error) {
	damaged := errs.Invalid("xlsx_damaged")
	z, err := zip.NewReader(src, size)
	if err != nil {
		return nil, damaged.Because(err)
	}
	parts := map[string]*zip.File{}
	var total uint64
	for _, p := range z.File {
		total += p.UncompressedSize64
		big := p.UncompressedSize64 > 1<<20
		if total > MaxSize || big && p.UncompressedSize64/max(p.CompressedSize64, 1) > maxRatio {
			return nil, errs.New(errs.KindTooLarge, "xlsx_bomb").With("limit", "512 MB")
		}
		parts[strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(p.Name, "\\", "/")), "/")] = p
	}
	book, err := readWorkbook(parts)
	if err != nil {
		return nil, err
	}
	f := &File{Format: "xlsx", EncodingSure: true}
	target := ""
	for _, s := range book.sheets {
		f.Sheets = append(f.Sheets, s.name)
		if target == "" && (o.Sheet == "" || o.Sheet == s.name) {
			f.Sheet, target = s.name, s.target
		}
	}
	if target == "" {
		return nil, errs.Invalid("sheet_missing").With("sheet", o.Sheet).With("sheets", strings.Join(f.Sheets, ", "))
	}
	part := parts[strings.ToLower(target)]
	if part == nil {
		return nil, damaged
	}
	body, err := part.Open()
	if err != nil {
		return nil, damaged.Because(err)
	}
	counted := &countingReader{r: body}
	bounded := &tokenReader{r: counted}
	unpacked := max(int64(part.UncompressedSize64), 1)
	f.offset = func() int64 { return int64(float64(counted.n) / float64(unpacked) * float64(size)) }
	f.rows = &sheetReader{in: bounded, dec: newDecoder(bounded), book: book, columns: func() []string { return f.Columns }}
	return f, nil
}

// workbook is what the rows of a sheet refer to.
type workbook struct {
	sheets  []sheetPart
	strings []string
	date    []bool // by cell format: shows a date
	epoch04 bool   // days count from 1904
}

type sheetPart struct{ name, target string }

// tokenReader bounds what one piece of XML may take, so that a text of hundreds of megabytes is never held.
type tokenReader struct {
	r    io.Reader
	left int
}

var errTokenTooLong = errors.New("a text in the sheet is too long")

func (t *tokenReader) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, errTokenTooLong
	}
	n, err := t.r.Read(p)
	t.left -= n
	return n, err
}

func newDecoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	d.Strict = true
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return d
}

// each walks over the elements of a part; what it gives to fn is the local name and the attributes.
func each(parts map[string]*zip.File, name string, limit uint64, fn func(d *xml.Decoder, e xml.StartElement) error) error {
	p := parts[strings.ToLower(name)]
	if p == nil {
		return nil
	}
	if p.UncompressedSize64 > limit {
		return errs.New(errs.KindTooLarge, "xlsx_bomb").With("limit", strconv.FormatUint(limit>>20, 10)+" MB")
	}
	r, err := p.Open()
	if err != nil {
		return errs.Invalid("xlsx_damaged").Because(err)
	}
	defer func() { _ = r.Close() }()
	d := newDecoder(r)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errs.Invalid("xlsx_damaged").Because(err)
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := fn(d, e); err != nil {
				return err
			}
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func readWorkbook(parts map[string]*zip.File) (*workbook, error) {
	b := &workbook{}
	targets := map[string]string{}
	err := each(parts, "xl/_rels/workbook.xml.rels", maxPart, func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			t := attr(e, "Target")
			if !strings.HasPrefix(t, "/") {
				t = path.Join("xl", t)
			}
			targets[attr(e, "Id")] = strings.TrimPrefix(t, "/")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(parts, "xl/workbook.xml", maxPart, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			b.epoch04 = attr(e, "date1904") == "1" || attr(e, "date1904") == "true"
		case "sheet":
			id := ""
			for _, a := range e.Attr { // r:id; "id" without a prefix would be something else
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			if t := targets[id]; strings.Contains(t, "worksheets/") {
				b.sheets = append(b.sheets, sheetPart{attr(e, "name"), t})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(b.sheets) == 0 {
		return nil, errs.Invalid("xlsx_damaged")
	}
	if err := b.readStyles(parts); err != nil {
		return nil, err
	}
	return b, b.readStrings(parts)
}

func (b *workbook) readStyles(parts map[string]*zip.File) error {
	custom := map[string]bool{}
	inCells := false
	return each(parts, "xl/styles.xml", maxPart, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			custom[attr(e, "numFmtId")] = looksLikeDate(attr(e, "formatCode"))
		case "cellXfs":
			inCells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells {
				id := attr(e, "numFmtId")
				n, _ := strconv.Atoi(id)
				builtin := n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58 // 18–21 and 45–47 are times of day
				b.date = append(b.date, builtin || custom[id])
			}
		}
		return nil
	})
}

// looksLikeDate reports whether a number format shows a year, a month or a day: y, m or d outside quotation marks,
// brackets and escapes.
func looksLikeDate(format string) bool {
	var quote, bracket bool
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case c == '"':
			quote = !quote
		case quote:
		case c == '\\':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case strings.IndexByte("yYdDmM", c) >= 0:
			return true
		}
	}
	return false
}

func (b *workbook) readStrings(parts map[string]*zip.File) error {
	return each(parts, "xl/sharedStrings.xml", maxStrings, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := richText(d.RawToken, "si")
		if err != nil {
			return errs.Invalid("xlsx_damaged").Because(cutShort(err))
		}
		b.strings = append(b.strings, s)
		return nil
	})
}

// cutShort keeps the end of a part that stops in the middle from looking like the end of the file.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// richText joins the texts inside an element; phonetic guides are left out.
func richText(token func() (xml.Token, error), end string) (string, error) {
	var out strings.Builder
	inText, guide := false, 0
	for {
		t, err := token()
		if err != nil {
			return "", err
		}
		switch x := t.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "t":
				inText = true
			case "rPh":
				guide++
			}
		case xml.EndElement:
			switch x.Name.Local {
			case "t":
				inText = false
			case "rPh":
				guide--
			case end:
				return out.String(), nil
			}
		case xml.CharData:
			if inText && guide == 0 {
				out.Write(x)
			}
		}
	}
}
