package v1

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/boombuler/barcode/qr"

	"rapport/internal/i18n"
)

// printed is a page made for paper: a statement, or slips to cut out.
type printed struct {
	Lang      string
	Languages []string // that the page can be had in
	Title     string
	Lead      string
	HowTo     string
	Points    []string
	Head      []string
	Table     [][]string
	Slips     []slip
}

type slip struct {
	Name string
	Code string
	QR   template.HTML
}

// Dir is the writing direction.
func (p printed) Dir() string {
	if p.Lang == "he" {
		return "rtl"
	}
	return "ltr"
}

var printedPage = template.Must(template.New("printed").Funcs(template.FuncMap{"name": i18n.Name}).Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title>
<style>
body{font:11pt/1.5 "Noto Sans","Noto Sans Hebrew",system-ui,sans-serif;color:#1b2430;max-inline-size:44rem;margin:2rem auto;padding-inline:1rem}
h1{font-size:18pt;line-height:1.25}
table{border-collapse:collapse;inline-size:100%}
th,td{border-block-end:1px solid #767f8a;padding:.375rem .5rem;text-align:start}
.slips{display:grid;grid-template-columns:1fr 1fr;gap:0}
.slip{border:1px dashed #767f8a;padding:1rem;break-inside:avoid;display:flex;gap:1rem;align-items:center}
.slip svg{inline-size:7rem;block-size:7rem;flex:none}
.code{font:600 12pt/1.4 ui-monospace,monospace;letter-spacing:.04em;white-space:nowrap}
p{overflow-wrap:anywhere}
nav{display:flex;gap:1rem;justify-content:flex-end}
@page{margin:15mm}
@media (max-width:40rem){.slips{grid-template-columns:1fr}th,td{padding:.25rem;overflow-wrap:anywhere}}
@media print{nav{display:none}body{margin:0;padding:0;max-inline-size:none}}
</style></head><body>
{{- if .Languages}}<nav>{{range .Languages}}<a href="?locale={{.}}" lang="{{.}}" hreflang="{{.}}"{{if eq . $.Lang}} aria-current="page"{{end}}>{{name .}}</a>{{end}}</nav>{{end}}<main>
<h1>{{.Title}}</h1><p>{{.Lead}}</p>
{{- if .Points}}<ul>{{range .Points}}<li>{{.}}</li>{{end}}</ul>{{end}}
{{- if .Table}}<table><thead><tr>{{range .Head}}<th scope="col">{{.}}</th>{{end}}</tr></thead><tbody>{{range .Table}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>{{end}}</tbody></table>{{end}}
{{- if .Slips}}<p>{{.HowTo}}</p><div class="slips">{{range .Slips}}<div class="slip">{{.QR}}<div><div>{{.Name}}</div><div class="code" dir="ltr">{{.Code}}</div></div></div>{{end}}</div>{{end}}
</main></body></html>
`))

func (p printed) render() ([]byte, error) {
	var b bytes.Buffer
	err := printedPage.Execute(&b, p)
	return b.Bytes(), err
}

// qrSVG draws a QR code as one SVG path, sharp at any size.
func qrSVG(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	size := code.Bounds().Dx()
	var d strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&d, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	const quiet = 4
	return template.HTML(fmt.Sprintf(`<svg role="img" aria-label="QR" viewBox="%d %d %d %d" shape-rendering="crispEdges"><path d="%s" fill="#000"/></svg>`,
		-quiet, -quiet, size+2*quiet, size+2*quiet, d.String())), nil
}

// escapeCell keeps a text from being taken for a formula.
func escapeCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
