package draw

import (
	"math"
)

// Estimate is one with its interval, ready to be drawn: texts are in the reader's language.
type Estimate struct {
	Name          string
	Text          string // the estimate in words, "+20.8%"
	Range         string // its interval in words
	Value, Lo, Hi float64
	Missing       string // why there is none; stands in the place of the figure
	Colour        string
}

// scale maps values to pixels.
type scale struct{ lo, hi, from, to float64 }

func (s scale) at(v float64) float64 {
	if s.hi == s.lo {
		return (s.from + s.to) / 2
	}
	return s.from + (s.to-s.from)*(v-s.lo)/(s.hi-s.lo)
}

// Dots sets estimates one below the other on one scale with one line at zero.
func Dots(p *Paper, list []Estimate, zero string) {
	label, row, top := 150.0, 58.0, 30.0
	if p.Narrow {
		label, row = 0, 74
	}
	lo, hi := 0.0, 0.0
	for _, e := range list {
		if e.Missing == "" {
			lo, hi = min(lo, e.Lo, e.Value), max(hi, e.Hi, e.Value)
		}
	}
	if lo == hi {
		lo, hi = -1, 1
	}
	pad := (hi - lo) * .06
	s := scale{lo - pad, hi + pad, label + 8, p.Width - 12}
	begin, anchor := s.from, Start
	if p.rtl() {
		s.from, s.to = 12, p.Width-label-8
		begin, anchor = s.to, End
	}
	p.Height = top + row*float64(len(list)) + 6
	x0 := s.at(0)
	p.Rule(x0, top-4, x0, p.Height-4, 1.5, Line, "")
	side := Middle
	if x0 < s.from+52 {
		side = Start
	} else if x0 > s.to-48 {
		side = End
	}
	p.Text(x0, 16, side, Soft, 12, 400, zero)
	for i, e := range list {
		y := top + row*float64(i) + row/2
		p.mirrored(func() {
			if p.Narrow {
				p.Text(0, y-22, Start, Ink, 14, 600, e.Name)
				p.Text(p.Width, y-22, End, Ink, 14, 600, e.Text)
				if e.Missing == "" {
					p.Text(p.Width, y+26, End, Soft, 12, 400, e.Range)
				}
			} else {
				p.Text(0, y-4, Start, Ink, 15, 600, e.Name)
				p.Text(0, y+15, Start, Ink, 14, 400, e.Text)
			}
		})
		if e.Missing != "" {
			for k, line := range Wrap(e.Missing, s.to-s.from, 12.5, 2) {
				p.Text(begin, y+float64(k)*16, anchor, Soft, 12.5, 400, line)
			}
			continue
		}
		p.Band(s.at(e.Lo), s.at(e.Hi), y, 16, e.Colour)
		p.Dot(s.at(e.Value), y, 6, e.Colour)
		if !p.Narrow {
			mid := min(s.to-58, max(s.from+70, s.at((e.Lo+e.Hi)/2)))
			p.Box(mid-58, y+13, 116, 16, 3, Surface, "none")
			p.Text(mid, y+25, Middle, Soft, 12, 400, e.Range)
		}
	}
}

// Step is one bar of a waterfall: Total stands on the ground, the others on the one before.
type Step struct {
	Name  string
	Text  string
	Value float64
	Total bool
}

// Waterfall shows how one figure becomes another, step by step.
func Waterfall(p *Paper, steps []Step) {
	label, row, top := 240.0, 34.0, 8.0
	if p.Narrow {
		label, row = 0, 52
	}
	lo, hi, at := 0.0, 0.0, 0.0
	for _, st := range steps {
		if st.Total {
			at = st.Value
		} else {
			at += st.Value
		}
		lo, hi = min(lo, at), max(hi, at)
	}
	if lo == hi {
		lo, hi = -1, 1
	}
	s := scale{lo, hi, label + 8, p.Width - 90}
	if p.rtl() {
		s.from, s.to = 8, p.Width-label-90
	}
	p.Height = top + row*float64(len(steps)) + 8
	p.Rule(s.at(0), top, s.at(0), p.Height-4, 1.5, Line, "")
	at = 0
	for i, st := range steps {
		y := top + row*float64(i)
		from := at
		if st.Total {
			from, at = 0, st.Value
		} else {
			at += st.Value
		}
		colour := Money
		if !st.Total {
			colour = Up
			if st.Value < 0 {
				colour = Down
			}
		}
		bar := y + 7
		if p.Narrow {
			bar = y + 22
		}
		p.mirrored(func() {
			if p.Narrow {
				p.Text(0, y+14, Start, Ink, 12.5, weight(st.Total), Fit(st.Name, p.Width, 12.5))
			} else {
				lines := Wrap(st.Name, label-10, 12.5, 2)
				for k, line := range lines {
					p.Text(label-6, y+21+14*(float64(k)-float64(len(lines)-1)/2), End, Ink, 12.5, weight(st.Total), line)
				}
			}
		})
		a, b := s.at(min(from, at)), s.at(max(from, at))
		p.Box(a, bar, max(2, b-a), 20, 2, colour, "none")
		p.Text(b+6, bar+15, Start, Ink, 13, weight(st.Total), st.Text)
		if i+1 < len(steps) && !steps[i+1].Total {
			p.Rule(s.at(at), bar+20, s.at(at), bar+row, 1, Line, "2 2")
		}
	}
}

func weight(strong bool) int {
	if strong {
		return 600
	}
	return 400
}

// Spark is an event study in the space of a word: effect by period since the start, a line at zero, one at the start.
func Spark(values []float64, at []int, alt, locale string) string {
	if len(values) < 2 {
		return ""
	}
	p := New(120, locale, alt)
	p.Height = 30
	lo, hi := 0.0, 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo == hi {
		lo, hi = -1, 1
	}
	x := scale{float64(at[0]), float64(at[len(at)-1]), 3, 117}
	y := scale{lo, hi, 27, 3}
	p.Rule(3, y.at(0), 117, y.at(0), 1, Line, "")
	p.Rule(x.at(0), 1, x.at(0), 29, 1, Faint, "")
	xs, ys := make([]float64, len(values)), make([]float64, len(values))
	for i, v := range values {
		xs[i], ys[i] = x.at(float64(at[i])), y.at(v)
		if math.IsNaN(v) {
			ys[i] = v
		}
	}
	p.Path(xs, ys, 1.6, Up)
	return p.SVG()
}
