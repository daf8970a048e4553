package mail

import (
	"bytes"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Enclosure is what goes with the text of a letter.
type Enclosure struct {
	Tables   []Table
	Pictures []Picture
	Files    []File
}

// Table is a table of texts; the first cell of a row is its heading.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]string
}

// Picture is an SVG drawing shown in the letter, with words for whoever does not see it.
type Picture struct {
	ID    string // unique in the letter
	Title string
	Alt   string
	SVG   string
}

// File is an attached file.
type File struct {
	Name  string
	Type  string // such as application/pdf
	Bytes []byte
}

// enclose adds the pictures and files to a message.
func (e Enclosure) enclose(m *gomail.Msg) error {
	for _, p := range e.Pictures {
		err := m.EmbedReader(p.ID+".svg", strings.NewReader(p.SVG), gomail.WithFileContentID(p.ID), gomail.WithFileContentType("image/svg+xml"))
		if err != nil {
			return err
		}
	}
	for _, f := range e.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Bytes), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return err
		}
	}
	return nil
}

// plain writes tables as lines of text: a row's heading, and each figure behind the name of its column. In a letter that runs
// from the right, figures and intervals keep their order (Unicode isolates, UAX #9).
func plain(tables []Table, dir string) string {
	var b strings.Builder
	keep := func(c string) string {
		if dir != "rtl" || strings.ContainsFunc(c, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) || unicode.Is(unicode.Arabic, r) }) {
			return c
		}
		return "\u2066" + c + "\u2069"
	}
	for _, t := range tables {
		b.WriteString(t.Caption + "\n")
		for _, row := range t.Rows {
			for i, c := range row {
				switch {
				case i == 0:
					b.WriteString("• " + keep(c))
				case c != "":
					b.WriteString(" · " + t.Columns[i] + ": " + keep(c))
				}
			}
			b.WriteByte('\n')
		}
		b.WriteByte('\n')
	}
	return b.String()
}
