package mail

import (
	"bytes"
	"strings"

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

// plain writes tables as lines of text: a row's heading, and each figure behind the name of its column.
func plain(tables []Table) string {
	var b strings.Builder
	for _, t := range tables {
		b.WriteString(t.Caption + "\n")
		for _, row := range t.Rows {
			for i, c := range row {
				switch {
				case i == 0:
					b.WriteString("• " + c)
				case c != "":
					b.WriteString(" · " + t.Columns[i] + ": " + c)
				}
			}
			b.WriteByte('\n')
		}
		b.WriteByte('\n')
	}
	return b.String()
}
