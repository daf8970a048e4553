package anonaudit

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
)

var (
	hiddenParts = regexp.MustCompile(`(?is)<(script|style|svg)\b.*?</(script|style|svg)>`)
	lineEnds    = regexp.MustCompile(`(?i)</(p|tr|li|h\d|div|section|article|fieldset|label)>|<br\s*/?>`)
	tags        = regexp.MustCompile(`(?s)<[^>]*>`)
	spaces      = regexp.MustCompile(`[ \t\r]+`)
)

// htmlText is what a reader of a page sees, a line per paragraph or row of a table. Plain text stays as it is.
func htmlText(body []byte) string {
	s := hiddenParts.ReplaceAllString(string(body), " ")
	if strings.Contains(s, "<") {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	s = lineEnds.ReplaceAllString(s, "\n")
	s = html.UnescapeString(tags.ReplaceAllString(s, " "))
	return spaces.ReplaceAllString(marks.Replace(s), " ")
}

// marks are what keeps the order of a figure or a name in a line that runs the other way: nothing anybody sees.
var marks = strings.NewReplacer("\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "")

// streamLimit bounds what one stream of a PDF may unpack to.
const streamLimit = 32 << 20

var (
	streams  = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	bfchars  = regexp.MustCompile(`(?s)beginbfchar(.*?)endbfchar`)
	bfranges = regexp.MustCompile(`(?s)beginbfrange(.*?)endbfrange`)
	hexes    = regexp.MustCompile(`<([0-9A-Fa-f\s]+)>`)
	shows    = regexp.MustCompile(`(?s)(<[0-9A-Fa-f\s]*>|\((?:[^()\\]|\\.)*\)|\[(?:[^\]\\]|\\.)*\])\s*(TJ|Tj|'|")|(Td|TD|T\*|Tm|ET)\b`)
	pieces   = regexp.MustCompile(`(?s)<([0-9A-Fa-f\s]*)>|\(((?:[^()\\]|\\.)*)\)`)
)

// printed is the text of a PDF. Everybody who may open a report gets the same bytes: they are read once per audit, and held
// against what each reader may see every time.
func (c *crawler) printed(body []byte) string {
	key := sha256.Sum256(body)
	s, known := c.pdfs[key]
	if !known {
		s = pdfText(body)
		c.pdfs[key] = s
	}
	return s
}

// pdfText reads the text of a PDF as the browser that printed it wrote it: packed streams, two-byte glyphs, and tables
// that say which letter a glyph is. Glyphs of several fonts are looked up in all their tables together: where these
// differ the letter is lost, but digits, which matter here, stand at the same glyph in the subsets of one family or are
// reported as unknown.
func pdfText(body []byte) string {
	var contents [][]byte
	letters := map[uint32]string{}
	for _, m := range streams.FindAllSubmatch(body, -1) {
		b := m[1]
		if z, err := zlib.NewReader(bytes.NewReader(b)); err == nil {
			unpacked, err := io.ReadAll(io.LimitReader(z, streamLimit))
			_ = z.Close()
			if err == nil || len(unpacked) > 0 {
				b = unpacked
			}
		}
		switch {
		case bytes.Contains(b, []byte("begincmap")):
			glyphs(b, letters)
		case bytes.Contains(b, []byte("BT")):
			contents = append(contents, b)
		}
	}
	var out strings.Builder
	for _, b := range contents {
		for _, m := range shows.FindAllSubmatch(b, -1) {
			if len(m[1]) == 0 {
				if op := string(m[3]); op == "ET" || op == "T*" || op == "Tm" {
					out.WriteByte('\n')
				} else {
					out.WriteByte(' ')
				}
				continue
			}
			for _, p := range pieces.FindAllSubmatch(m[1], -1) {
				if p[2] != nil {
					out.Write(p[2])
					continue
				}
				raw, err := hex.DecodeString(strings.Join(strings.Fields(string(p[1])), ""))
				if err != nil {
					continue
				}
				for i := 0; i+1 < len(raw); i += 2 {
					out.WriteString(letters[uint32(raw[i])<<8|uint32(raw[i+1])])
				}
			}
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// glyphsKept is how many glyphs two bytes can name.
const glyphsKept = 1 << 16

// glyphs reads a ToUnicode table (PDF 32000-1, 9.10.3).
func glyphs(b []byte, into map[uint32]string) {
	for _, m := range bfchars.FindAllSubmatch(b, -1) {
		list := hexes.FindAllSubmatch(m[1], -1)
		for i := 0; i+1 < len(list); i += 2 {
			into[code(list[i][1])] = text(list[i+1][1])
		}
	}
	for _, m := range bfranges.FindAllSubmatch(b, -1) {
		list := hexes.FindAllSubmatch(m[1], -1)
		for i := 0; i+2 < len(list); i += 3 {
			from, to := code(list[i][1]), code(list[i+1][1])
			first := []rune(text(list[i+2][1]))
			if len(first) == 0 || to < from || to >= glyphsKept { // glyphs have two bytes
				continue
			}
			for g := from; g <= to; g++ {
				into[g] = string(first[:len(first)-1]) + string(first[len(first)-1]+rune(g-from))
			}
		}
	}
}

func code(b []byte) (n uint32) {
	raw, _ := hex.DecodeString(strings.Join(strings.Fields(string(b)), ""))
	for _, x := range raw {
		n = n<<8 | uint32(x)
	}
	return n
}

func text(b []byte) string {
	raw, _ := hex.DecodeString(strings.Join(strings.Fields(string(b)), ""))
	units := []uint16{}
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}
