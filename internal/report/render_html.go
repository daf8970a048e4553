package report

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"sync"

	"rapport/internal/errs"
)

//go:embed page.html
var pageText string

//go:embed fonts/*.woff2
var fontFiles embed.FS

// faces are the parts of the typeface (Heebo, SIL Open Font Licence) with the letters each is for. The weights are files
// of their own: instances of a variable typeface end up as pictures of letters in a PDF.
var faces = []struct{ file, letters string }{
	{"math", "U+0302-0303,U+0305,U+0307-0308,U+0330,U+0391-03A1,U+03A3-03A9,U+03B1-03C9,U+03D1,U+03D5-03D6,U+03F0-03F1,U+2070-2071,U+2074-208E,U+2090-209C,U+20D0-20DC,U+2190,U+2192,U+2194-2199,U+2200-2211,U+2213-22FF"},
	{"symbols", "U+25A0-25FF"},
	{"hebrew", "U+0307-0308,U+0590-05FF,U+200C-2010,U+20AA,U+25CC,U+FB1D-FB4F"},
	{"latin-ext", "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"},
	{"latin", "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"},
}

// page is the template with the typeface inside, made once: a printed page asks no network for anything.
var page = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{
		"svg": func(s string) template.HTML { return template.HTML(s) }, //nolint:gosec // drawn by package draw, which escapes every text
	}).Parse(pageText)
})

var fontCSS = sync.OnceValues(func() (template.CSS, error) {
	var b strings.Builder
	for _, f := range faces {
		for _, weight := range []string{"400", "600"} {
			raw, err := fontFiles.ReadFile("fonts/heebo-" + f.file + "-" + weight + "-normal.woff2")
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "@font-face{font-family:Heebo;font-weight:%s;src:url(data:font/woff2;base64,%s) format('woff2');unicode-range:%s}\n", weight, base64.StdEncoding.EncodeToString(raw), f.letters)
		}
	}
	return template.CSS(b.String()), nil //nolint:gosec // our own files
})

// HTML writes the document as one page that stands for itself, ready to be printed.
func (d Document) HTML() ([]byte, error) {
	t, err := page()
	if err != nil {
		return nil, errs.New(errs.KindInternal, "report_unwritable").Because(err)
	}
	fonts, err := fontCSS()
	if err != nil {
		return nil, errs.New(errs.KindInternal, "report_unwritable").Because(err)
	}
	var buf bytes.Buffer
	if err := t.Execute(&buf, struct {
		Document
		Fonts template.CSS
	}{d, fonts}); err != nil {
		return nil, errs.New(errs.KindInternal, "report_unwritable").Because(fmt.Errorf("write page: %w", err))
	}
	return buf.Bytes(), nil
}
