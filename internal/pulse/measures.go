package pulse

import (
	"strings"

	"rapport/internal/disclosure"
)

// Measure is one released column as a series sees it: the engagement index, a driver, eNPS. Its version is the sum of
// its items' versions, so that any changed wording starts a new line.
type Measure struct {
	Key        string
	Name       string
	Unit       string
	Version    int
	Definition string
	Formula    string
	Noticed    bool // the share who noticed an initiative; says nothing about how people are
	Cells      []MeasureCell
}

// MeasureCell is the released figure of one node; N is the lower end of its band.
type MeasureCell struct {
	Node  string
	Value int
	N     int
}

// noticedPrefix begins the keys of questions that ask whether people noticed an initiative; its id follows.
const noticedPrefix = "noticed."

// asksNotice reports whether a question is one of them.
func (q Question) asksNotice() bool {
	return q.Type == YesNo && strings.HasPrefix(q.Key, noticedPrefix)
}

// Measures lists what a release says about each node: only what is shown. Names are English; pages translate by key.
func (r Release) Measures() ([]Measure, error) {
	lib, err := LoadLibrary()
	if err != nil {
		return nil, err
	}
	var out []Measure
	for _, c := range columns(r, lib) {
		m := Measure{Key: c.Key, Name: c.Key, Unit: "0–100", Formula: "mean of the released item scores, each (x − min)/(max − min) × 100"}
		enps := c.Kind == QuestionColumn && c.Question.Type == ENPS
		m.Noticed = c.Kind == QuestionColumn && c.Question.asksNotice()
		if c.Kind == SideColumn || c.Kind == QuestionColumn && !enps && !m.Noticed {
			continue // single items are noisy; they stay in the results
		}
		for _, q := range r.Questions {
			if c.takes(q, lib) {
				m.Version += q.Question.Version
				m.Definition += Texts(q.Question.Text, "en") + " "
			}
		}
		for _, d := range lib.Drivers {
			if d.Key == c.Driver {
				m.Name = d.Name["en"]
			}
		}
		if c.Kind == IndexColumn {
			m.Name = "Engagement index"
		}
		if m.Noticed {
			m.Name, m.Unit, m.Formula = Texts(c.Question.Text, "en"), "%", "% who said yes"
		}
		if enps {
			m.Name, m.Unit, m.Formula = "eNPS", "points", "% 9–10 − % 0–6"
		}
		for _, n := range r.Nodes {
			f := c.figure(r, lib, disclosure.Cell{Node: n.ID})
			if f == nil || (enps && f.ENPS == nil) {
				continue
			}
			v := f.Score
			if enps {
				v = *f.ENPS
			}
			m.Cells = append(m.Cells, MeasureCell{n.ID, v, f.NBand.Lower()})
		}
		out = append(out, m)
	}
	return out, nil
}
