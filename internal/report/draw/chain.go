package draw

import (
	"fmt"
	"strings"
)

// Node is a figure of the chain.
type Node struct {
	Kind   string // in words: employee experience, …
	Name   string
	Colour string
}

// Arrow leads from one node to the next.
type Arrow struct {
	Text    string // the coefficient with its interval
	Verdict string // in words
	Mark    string // supported, indicative, exploratory, no_link_seen, not_enough_evidence
}

// kindSize is the size of the letters of a node's kind.
const kindSize = 11.0

// Chain draws nodes in a row (below each other on narrow paper) with what is known about each step on its arrow. past,
// where there is one, leads from the second node to the last without touching those between.
func Chain(p *Paper, nodes []Node, arrows []Arrow, past *Arrow) {
	p.mirrored(func() {
		if p.Narrow {
			chainDown(p, nodes, arrows, past)
		} else {
			chainAlong(p, nodes, arrows, past)
		}
	})
}

func chainAlong(p *Paper, nodes []Node, arrows []Arrow, past *Arrow) {
	count := float64(len(nodes))
	gap, size, name := 130.0, 12.5, 13.5
	if len(nodes) > 3 { // four in a row: smaller words, so that neither an interval nor a name is cut
		gap, size, name = 112, 11, 11.5
	}
	w := (p.Width - gap*(count-1)) / count
	const y = 34.0
	h := 74.0
	for _, node := range nodes { // a kind of two lines, so that those of employees and of customers are told apart
		h = max(h, 61+13*float64(len(Wrap(node.Kind, w-18, kindSize, 2))))
	}
	p.Height = h + 68
	for i, node := range nodes {
		x := float64(i) * (w + gap)
		p.node(x, y, w, h, node, name)
		if i < len(arrows) {
			p.arrow(x+w+6, y+h/2, x+w+gap-6, y+h/2, arrows[i].Mark)
			mid := x + w + gap/2
			for k, line := range parted(arrows[i].Text, gap-8, size) {
				p.Text(mid, y+h/2-24+float64(k)*15, Middle, Ink, size, 600, line)
			}
			p.verdict(mid, y+h/2+22, arrows[i], gap, size)
		}
	}
	if past != nil && len(nodes) > 2 {
		p.Height += 50
		p.bow(w+gap+w/2, p.Width-w/2, y+h, *past)
	}
}

// parted puts the interval below its coefficient, whole, where both do not fit one line.
func parted(text string, width, size float64) []string {
	if value, interval, ok := strings.Cut(text, " ("); ok && len(Wrap(text, width, size, 2)) > 1 {
		return []string{value, "(" + interval}
	}
	return Wrap(text, width, size, 2)
}

// bow leads below the nodes from one to another.
func (p *Paper) bow(x1, x2, y float64, a Arrow) {
	const deep = 30
	colour, dash, width := stroke(a.Mark)
	p.Rule(x1, y+4, x1, y+deep, width, colour, dash)
	p.Rule(x1, y+deep, x2, y+deep, width, colour, dash)
	p.Rule(x2, y+deep, x2, y+12, width, colour, dash)
	p.Shape(fmt.Sprintf("M%s %sl-6 10h12z", n(p.x(x2)), n(y+4)), colour, "none")
	mid := (x1 + x2) / 2
	p.Text(mid, y+deep-8, Middle, Ink, 12.5, 600, Fit(a.Text, x2-x1-24, 12.5))
	p.verdict(mid, y+deep+18, a, x2-x1, 12)
}

func chainDown(p *Paper, nodes []Node, arrows []Arrow, past *Arrow) {
	const h, gap = 60.0, 76.0
	p.Height = float64(len(nodes))*h + float64(len(nodes)-1)*gap + 4
	if past != nil {
		defer p.aside(nodes, *past, p.Height)
		p.Height += 76
	}
	for i, node := range nodes {
		y := float64(i)*(h+gap) + 2
		p.node(1, y, p.Width-2, h, node, 13.5)
		if i < len(arrows) {
			p.arrow(30, y+h+5, 30, y+h+gap-5, arrows[i].Mark)
			for k, line := range Wrap(arrows[i].Text, p.Width-60, 13, 2) {
				p.Text(52, y+h+24+float64(k)*16, Start, Ink, 13, 600, line)
			}
			mark(p, 58, y+h+54, arrows[i].Mark)
			p.Text(72, y+h+58, Start, Soft, 12.5, 400, Fit(arrows[i].Verdict, p.Width-84, 12.5))
		}
	}
}

// aside tells below the last node of the arrow that goes past the middle ones.
func (p *Paper) aside(nodes []Node, a Arrow, y float64) {
	p.Text(30, y+22, Start, Soft, 12.5, 400, Fit(leads(nodes[1].Name, nodes[len(nodes)-1].Name), p.Width-40, 12.5))
	p.Text(30, y+42, Start, Ink, 13, 600, Fit(a.Text, p.Width-40, 13))
	mark(p, 36, y+58, a.Mark)
	p.Text(50, y+62, Start, Soft, 12.5, 400, Fit(a.Verdict, p.Width-62, 12.5))
}

func (p *Paper) node(x, y, w, h float64, node Node, size float64) {
	p.Box(x+.75, y, w-1.5, h, 8, Surface, node.Colour)
	p.Box(x+.75, y, 6, h, 3, node.Colour, "none")
	kind := Wrap(node.Kind, w-18, kindSize, 2)
	for k, line := range kind {
		p.Text(x+14, y+18+float64(k)*13, Start, node.Colour, kindSize, 600, line)
	}
	for k, line := range Wrap(node.Name, w-18, size, 3) {
		p.Text(x+14, y+23+float64(len(kind))*13+float64(k)*15, Start, Ink, size, 600, line)
	}
}

// arrow is solid where the link is supported, dashed where it is not; never stronger than its evidence.
func (p *Paper) arrow(x1, y1, x2, y2 float64, how string) {
	colour, dash, width := stroke(how)
	if x1 == x2 {
		p.Rule(x1, y1, x2, y2-8, width, colour, dash)
		p.Shape(fmt.Sprintf("M%s %sl-6 -10h12z", n(p.x(x2)), n(y2)), colour, "none")
		return
	}
	p.Rule(x1, y1, x2-8, y2, width, colour, dash)
	back := -10.0
	if p.flip {
		back = 10
	}
	p.Shape(fmt.Sprintf("M%s %sl%s -6v12z", n(p.x(x2)), n(y2), n(back)), colour, "none")
}

func stroke(how string) (colour, dash string, width float64) {
	if how == "supported" {
		return Ink, "", 2.5
	}
	return None, "5 4", 1.5
}

func (p *Paper) verdict(mid, y float64, a Arrow, width, size float64) {
	lines := Wrap(a.Verdict, width-24, size, 2)
	half := 0.0
	for _, l := range lines {
		half = max(half, float64(len([]rune(l)))*size*.27)
	}
	mark(p, mid-half-7, y-4, a.Mark)
	for k, l := range lines {
		p.Text(mid+4, y+float64(k)*14, Middle, Soft, size, 400, l)
	}
}

// mark is the shape of a verdict: never colour alone.
func mark(p *Paper, x, y float64, how string) {
	switch how {
	case "supported":
		p.Box(x-4, y-4, 8, 8, 4, Ink, Ink)
	case "indicative", "exploratory":
		p.Shape(fmt.Sprintf("M%s %sa4 4 0 0 0 0 8z", n(p.x(x)), n(y-4)), Ink, Ink)
		p.Box(x-4, y-4, 8, 8, 4, "none", Ink)
	case "not_enough_evidence":
		p.Box(x-4, y-4, 8, 8, 0, "none", Ink)
		p.Rule(x-4, y+4, x+4, y-4, 1, Ink, "")
	default:
		p.Box(x-4, y-4, 8, 8, 4, "none", Ink)
	}
}
