// Package draw makes the pictures of a report as SVG: once, in Go, for page, PDF and mail alike. A picture takes its
// colours from custom properties of what shows it and draws the doubt of what it shows. Values and time always run from
// left to right; names, and the way along a chain, stand and run as the reader reads.
package draw

import (
	"fmt"
	"html"
	"math"
	"strings"
	"unicode"
)

// Widths a picture is drawn for, in pixels: paper and large screens, and phones.
const (
	Wide   = 720
	Narrow = 340
)

// Colours by their custom property, with the value for light paper.
const (
	Ink     = "var(--ink, #17212b)"
	Soft    = "var(--ink-soft, #4d5b68)"
	Line    = "var(--line-strong, #8593a0)"
	Faint   = "var(--line, #d8dee3)"
	Surface = "var(--surface, #ffffff)"
	EX      = "var(--kind-ex, #0b756a)"
	CX      = "var(--kind-cx, #6b3fb5)"
	Money   = "var(--kind-money, #7a5c00)"
	Other   = "var(--kind-behaviour, #4d5b68)"
	Up      = "var(--strength-pos, #1b6cb3)"
	Down    = "var(--strength-neg, #b85008)"
	None    = "var(--strength-none, #6b7885)"
)

// Paper collects a picture.
type Paper struct {
	Width  float64
	Height float64
	Narrow bool
	locale string
	alt    string
	b      strings.Builder
	fades  int
	flip   bool // what is drawn now is turned around the middle of the paper
}

// New is an empty picture of a width.
func New(width int, locale, alt string) *Paper {
	return &Paper{Width: float64(width), Narrow: width <= Narrow, locale: locale, alt: alt}
}

// SVG closes the picture. direction is set, so that no surrounding text turns signs around.
func (p *Paper) SVG() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="100%%" role="img" aria-label="%s" direction="ltr" font-size="13" font-family="inherit">%s</svg>`,
		n(p.Width), n(p.Height), html.EscapeString(p.alt), p.b.String())
}

// rtl says whether the reader reads from right to left.
func (p *Paper) rtl() bool { return p.locale == "he" }

// mirrored draws something turned around for who reads from right to left; its words are not turned.
func (p *Paper) mirrored(draw func()) {
	p.flip = p.rtl()
	draw()
	p.flip = false
}

func (p *Paper) x(v float64) float64 {
	if p.flip {
		return p.Width - v
	}
	return v
}

// n writes a coordinate.
func n(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

// Rule is a straight line; dash may be empty.
func (p *Paper) Rule(x1, y1, x2, y2, width float64, colour, dash string) {
	extra := ""
	if dash != "" {
		extra = ` stroke-dasharray="` + dash + `"`
	}
	fmt.Fprintf(&p.b, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-width="%s"%s/>`, n(p.x(x1)), n(y1), n(p.x(x2)), n(y2), colour, n(width), extra)
}

// Box is a rectangle.
func (p *Paper) Box(x, y, w, h, radius float64, fill, stroke string) {
	if p.flip {
		x = p.Width - x - w
	}
	fmt.Fprintf(&p.b, `<rect x="%s" y="%s" width="%s" height="%s" rx="%s" fill="%s" stroke="%s"/>`, n(x), n(y), n(max(0, w)), n(max(0, h)), n(radius), fill, stroke)
}

// Dot is a filled circle with a rim of the surface, so that it stands out from its band.
func (p *Paper) Dot(x, y, r float64, colour string) {
	fmt.Fprintf(&p.b, `<circle cx="%s" cy="%s" r="%s" fill="%s" stroke="%s" stroke-width="1.5"/>`, n(p.x(x)), n(y), n(r), colour, Surface)
}

// Band is an interval that fades towards its ends: less likely, not a wall.
func (p *Paper) Band(x1, x2, y, h float64, colour string) {
	p.fades++
	id := fmt.Sprintf("f%d%d%x", p.fades, int(p.Width), hash(p.alt))
	fmt.Fprintf(&p.b, `<linearGradient id="%s"><stop offset="0" stop-color="%s" stop-opacity=".08"/><stop offset=".5" stop-color="%s" stop-opacity=".6"/><stop offset="1" stop-color="%s" stop-opacity=".08"/></linearGradient><rect x="%s" y="%s" width="%s" height="%s" rx="%s" fill="url(#%s)"/>`,
		id, colour, colour, colour, n(x1), n(y-h/2), n(max(2, x2-x1)), n(h), n(h/2), id)
}

// hash keeps the names of two pictures' gradients apart on one page.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// Path is a line through points; NaN breaks it.
func (p *Paper) Path(xs, ys []float64, width float64, colour string) {
	var d strings.Builder
	pen := "M"
	for i := range xs {
		if math.IsNaN(ys[i]) {
			pen = "M"
			continue
		}
		d.WriteString(pen + n(xs[i]) + " " + n(ys[i]))
		pen = "L"
	}
	fmt.Fprintf(&p.b, `<path d="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"/>`, d.String(), colour, n(width))
}

// Shape is a closed area.
func (p *Paper) Shape(d, fill, stroke string) {
	fmt.Fprintf(&p.b, `<path d="%s" fill="%s" stroke="%s"/>`, d, fill, stroke)
}

// Anchors of a text.
const (
	Start  = "start"
	Middle = "middle"
	End    = "end"
)

// Text writes a line. Names in the other direction keep their own order.
func (p *Paper) Text(x, y float64, anchor, colour string, size float64, weight int, s string) {
	if p.flip {
		anchor = map[string]string{Start: End, End: Start}[anchor]
		if anchor == "" {
			anchor = Middle
		}
	}
	fmt.Fprintf(&p.b, `<text x="%s" y="%s" text-anchor="%s" fill="%s" font-size="%s" font-weight="%d">%s</text>`, n(p.x(x)), n(y), anchor, colour, n(size), weight, html.EscapeString(isolated(s)))
}

func isolated(s string) string {
	if turned(s) {
		return "\u2067" + s + "\u2069"
	}
	return s
}

// turned says whether a line has words that are read from right to left.
func turned(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) || unicode.Is(unicode.Arabic, r) })
}

// leads joins two names by an arrow from the first to the second, whichever way they are read.
func leads(from, to string) string {
	if turned(from + to) {
		return from + " ← " + to
	}
	return from + " → " + to
}

// Fit shortens a text to about a width in pixels at a size.
func Fit(s string, width, size float64) string {
	most := int(width / (size * .54))
	r := []rune(s)
	if len(r) <= most || most < 2 {
		return s
	}
	return strings.TrimRight(string(r[:most-1]), " ") + "…"
}

// Wrap breaks a text into lines of about a width.
func Wrap(s string, width, size float64, lines int) []string {
	most := max(4, int(width/(size*.54)))
	var out []string
	line := ""
	for _, w := range strings.Fields(s) {
		switch {
		case line == "":
			line = w
		case len([]rune(line))+1+len([]rune(w)) <= most:
			line += " " + w
		default:
			out, line = append(out, line), w
		}
	}
	out = append(out, line)
	if len(out) > lines {
		out = append(out[:lines-1], Fit(strings.Join(out[lines-1:], " "), width, size))
	}
	for i := range out {
		out[i] = Fit(out[i], width, size)
	}
	return out
}
