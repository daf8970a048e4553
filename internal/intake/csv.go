package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"rapport/internal/errs"
)

const sampleSize = 256 << 10

func openCSV(src io.ReaderAt, size int64, o Options) (*File, error) {
	sample := make([]byte, min(size, sampleSize))
	if _, err := src.ReadAt(sample, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	set, err := detect(sample, size <= sampleSize, o.Encoding)
	if err != nil {
		return nil, err
	}
	counted := &countingReader{r: io.NewSectionReader(src, int64(set.skip), size-int64(set.skip)), n: int64(set.skip)}
	var text io.Reader = counted
	sampleText := sample[set.skip:]
	if set.decode != nil {
		text = transform.NewReader(counted, set.decode.NewDecoder())
		sampleText, _, _ = transform.Bytes(set.decode.NewDecoder(), sampleText) // a cut character at the end does not matter here
	}
	eol := byte('\n')
	if bytes.IndexByte(sampleText, '\n') < 0 && bytes.IndexByte(sampleText, '\r') >= 0 {
		eol = '\r' // an old Mac
	}
	delim, err := delimiter(sampleText, eol, o.Delimiter)
	if err != nil {
		return nil, err
	}
	f := &File{
		Format: "csv", Encoding: set.name, Encodings: set.others, EncodingSure: set.sure, Delimiter: string(delim),
		offset: func() int64 { return counted.n },
	}
	f.rows = &csvReader{in: bufio.NewReaderSize(text, 64<<10), delim: delim, eol: eol, decoded: set.decode != nil, columns: func() []string { return f.Columns }}
	return f, nil
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

var delimiters = []byte{',', ';', '\t', '|'}

// delimiter finds the character between cells: the one that cuts the first rows into the same number of cells most
// often, and into most cells.
func delimiter(sample []byte, eol byte, wanted string) (byte, error) {
	if wanted != "" {
		if len(wanted) != 1 || strings.ContainsAny(wanted, "\"\r\n\x00") {
			return 0, errs.Invalid("delimiter_unusable").With("delimiter", wanted)
		}
		return wanted[0], nil
	}
	best, bestScore := byte(','), 0.0
	for _, d := range delimiters {
		r := &csvReader{in: bufio.NewReader(bytes.NewReader(sample)), delim: d, eol: eol}
		first, same, rows := 0, 0, 0
		for rows < 30 {
			row, err := r.next()
			if err != nil {
				break
			}
			if blank(row.Cells) {
				continue
			}
			if rows++; rows == 1 {
				first = len(row.Cells)
			}
			if len(row.Cells) == first {
				same++
			}
		}
		if first < 2 {
			continue
		}
		if score := float64(same) / float64(rows) * (1 + float64(min(first, 100))/100); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best, nil
}

// csvReader reads RFC 4180 with what people's programs make of it: any line ending, a delimiter other than the comma,
// quotation marks inside an unquoted cell. What it cannot read for certain it refuses, with the line.
type csvReader struct {
	in      *bufio.Reader
	delim   byte
	eol     byte
	decoded bool // the text came through a decoder, which writes U+FFFD for what does not fit
	columns func() []string

	line  int    // lines read so far
	long  []byte // a physical line that did not fit the buffer
	text  []byte // contents of the cells of a row, one after the other
	ends  []int  // where each cell ends in text
	cells []string
}

func (r *csvReader) next() (Row, error) {
	raw, err := r.readLine()
	if err != nil {
		return Row{}, err
	}
	start := r.line
	r.text, r.ends = r.text[:0], r.ends[:0]
	for {
		var done bool
		if len(raw) > 0 && raw[0] == '"' {
			raw, done, err = r.quoted(raw[1:], start)
			if err != nil {
				return Row{}, err
			}
		} else {
			body := trimEOL(raw)
			i := bytes.IndexByte(body, r.delim)
			if done = i < 0; done {
				i = len(body)
			}
			r.text = append(r.text, body[:i]...)
			raw = raw[min(i+1, len(raw)):]
		}
		if err := r.endCell(start); err != nil {
			return Row{}, err
		}
		if done {
			break
		}
	}
	s := string(r.text)
	r.cells = r.cells[:0]
	from := 0
	for _, to := range r.ends {
		r.cells = append(r.cells, s[from:to])
		from = to
	}
	return Row{Line: start, Cells: r.cells}, nil
}

// quoted reads a cell after its opening quotation mark, over as many lines as it spans, and the delimiter behind it.
func (r *csvReader) quoted(raw []byte, start int) (rest []byte, done bool, err error) {
	opened := r.line
	for {
		i := bytes.IndexByte(raw, '"')
		if i < 0 {
			r.text = append(r.text, raw...)
			if len(r.text) > maxRecord || len(r.text)-r.cellStart() > maxCell {
				return nil, false, at("csv_quote_unclosed", opened, r.column(), "")
			}
			if raw, err = r.readLine(); errors.Is(err, io.EOF) {
				return nil, false, at("csv_quote_unclosed", opened, r.column(), "")
			} else if err != nil {
				return nil, false, err
			}
			continue
		}
		r.text = append(r.text, raw[:i]...)
		raw = raw[i+1:]
		switch body := trimEOL(raw); {
		case len(raw) > 0 && raw[0] == '"':
			r.text = append(r.text, '"')
			raw = raw[1:]
		case len(body) == 0:
			return nil, true, nil
		case body[0] == r.delim:
			return raw[1:], false, nil
		default:
			return nil, false, at("csv_quote_stray", r.line, r.column(), string(body[:min(len(body), 40)]))
		}
	}
}

func (r *csvReader) cellStart() int {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

// column names the column being read.
func (r *csvReader) column() string {
	if r.columns != nil {
		if c := r.columns(); len(r.ends) < len(c) {
			return c[len(r.ends)]
		}
	}
	return "(" + letter(len(r.ends)) + ")"
}

// endCell checks the cell just read and marks its end.
func (r *csvReader) endCell(line int) error {
	cell := r.text[r.cellStart():]
	switch {
	case len(cell) > maxCell:
		return at("cell_too_long", line, r.column(), string(cell[:40])).With("limit", "1 MB")
	case bytes.IndexByte(cell, 0) >= 0:
		return at("file_holds_nul", line, r.column(), string(bytes.ReplaceAll(cell[:min(len(cell), 40)], []byte{0}, []byte("␀"))))
	case !utf8.Valid(cell):
		return at("encoding_wrong", line, r.column(), string(cell[:min(len(cell), 40)]))
	case r.decoded && bytes.Contains(cell, []byte("�")):
		return at("encoding_wrong", line, r.column(), string(cell[:min(len(cell), 40)]))
	}
	r.ends = append(r.ends, len(r.text))
	if len(r.ends) > 4*MaxColumns {
		return errs.Invalid("too_many_columns").With("found", len(r.ends)).With("limit", MaxColumns)
	}
	return nil
}

// readLine gives the next physical line with its ending; the bytes are good until the next call.
func (r *csvReader) readLine() ([]byte, error) {
	r.long = r.long[:0]
	for {
		part, err := r.in.ReadSlice(r.eol)
		switch {
		case err == nil && len(r.long) == 0:
			r.line++
			return part, nil
		case err == nil, errors.Is(err, io.EOF):
			if len(part)+len(r.long) == 0 {
				return nil, io.EOF
			}
			r.line++
			r.long = append(r.long, part...)
			return r.long, nil
		case errors.Is(err, bufio.ErrBufferFull):
			r.long = append(r.long, part...)
			if len(r.long) > maxRecord {
				return nil, at("line_too_long", r.line+1, "", string(r.long[:40])).With("limit", "4 MB")
			}
		default:
			return nil, err
		}
	}
}

func trimEOL(b []byte) []byte {
	n := len(b)
	if n > 0 && (b[n-1] == '\n' || b[n-1] == '\r') {
		n--
		if n > 0 && b[n] == '\n' && b[n-1] == '\r' {
			n--
		}
	}
	return b[:n]
}
