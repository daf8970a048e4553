package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/method"
	"rapport/internal/returns"
)

// gaps are what is wanted beside what is, and where to invest next.
func (w writer) gaps() *Section {
	s := w.section("gaps")
	if len(w.Content.Gaps) == 0 {
		s.Text = append(s.Text, w.t("gaps.none"))
	} else {
		t := w.table("gaps", w.columns("figure", "#now", "#desired", "#market", "since", "owner", "read"))
		for _, g := range w.Content.Gaps {
			name := linked(g.Metric, "metric", g.MetricID)
			name.Note = w.iso(g.Unit)
			read := "open"
			if g.Actual == nil {
				read = "unknown"
			} else if g.Closed {
				read = "closed"
			}
			t.Rows = append(t.Rows, Row{[]Cell{name, w.plain(g.Actual, 1), w.plain(&g.Desired, 1), w.plain(g.Market, 1), w.date(g.By), word(g.Owner), word(w.t("gap." + read))}})
		}
		s.Tables = append(s.Tables, t)
	}
	if w.TeamID != "" {
		return s
	}
	if len(w.Content.Proposals) == 0 {
		s.Text = append(s.Text, w.t("proposals.none"))
		return s
	}
	t := w.table("proposals", w.columns("proposal", "list", "#value", "#from", "#to", "reason"))
	for _, p := range w.Content.Proposals {
		why := w.missing()
		if p.Reason.Key != "" {
			why = word(p.Reason.In(w.locale))
		}
		if !p.Again.IsZero() {
			why.Note = w.t("proposals.again", "day", w.day(p.Again))
		}
		t.Rows = append(t.Rows, Row{[]Cell{linked(p.Name, "proposal", p.ID), word(w.t("list." + p.List)), w.plain(p.Value, 2), w.plain(p.Lo, 2), w.plain(p.Hi, 2), why}})
	}
	s.Tables = append(s.Tables, t)
	return s
}

// panel sets the teams side by side, without a rank.
func (w writer) panel() *Section {
	p := w.Content.Panel
	if p == nil {
		return nil
	}
	s := w.section("panel")
	cols := w.columns("team", "under")
	for _, c := range p.Columns {
		cols = append(cols, Column{ID: "metric:" + c.MetricID, Name: c.Name, Numeric: true}, Column{ID: "lo:" + c.MetricID, Name: w.t("col.from"), Numeric: true},
			Column{ID: "hi:" + c.MetricID, Name: w.t("col.to"), Numeric: true}, Column{ID: "side:" + c.MetricID, Name: w.t("col.beside_mean")})
		if c.Apart == 0 {
			s.Text = append(s.Text, w.t("panel.none_apart", "metric", w.iso(c.Name)))
		} else {
			s.Text = append(s.Text, w.t("panel.apart", "metric", w.iso(c.Name), "count", c.Apart, "teams", len(p.Rows)))
		}
	}
	t := w.table("panel", cols)
	for _, r := range p.Rows {
		row := []Cell{linked(r.Name, "team", r.TeamID), word(r.Under)}
		for _, c := range r.Cells {
			d := 1
			if c.Lo != nil {
				d = evidence.Digits(*c.Hi - *c.Lo)
			}
			side := w.t("side.same")
			switch {
			case c.Value == nil:
				side = w.t("side.missing")
			case c.Side > 0:
				side = w.t("side.above")
			case c.Side < 0:
				side = w.t("side.below")
			}
			row = append(row, w.plain(c.Value, d), w.plain(c.Lo, d), w.plain(c.Hi, d), word(side))
		}
		t.Rows = append(t.Rows, Row{row})
	}
	s.Tables = append(s.Tables, t)
	s.Text = append(s.Text, w.t("panel.read"))
	return s
}

// confounders are what else happened in the quarter.
func (w writer) confounders() *Section {
	s := w.section("confounders")
	if len(w.Content.Confounders) == 0 {
		s.Text = append(s.Text, w.t("confounders.none"))
		return s
	}
	t := w.table("confounders", w.columns("event", "what", "on", "until", "source"))
	for _, c := range w.Content.Confounders {
		t.Rows = append(t.Rows, Row{[]Cell{word(c.Title), word(w.t("event." + c.Kind)), w.date(c.On), w.date(c.Until), word(c.Source)}})
	}
	s.Tables = append(s.Tables, t)
	return s
}

// changes are what is otherwise than in the quarter before.
func (w writer) changes() *Section {
	s := w.section("changes")
	s.Text = append(s.Text, w.all(w.Content.Changes)...)
	if len(s.Text) == 0 {
		s.Text = append(s.Text, w.t("changes.none"))
	}
	return s
}

// lines are the benefits behind the returns.
func (w writer) lines() *Section {
	r := w.result()
	if w.TeamID != "" || r == nil {
		return nil
	}
	s := w.section("lines")
	t := w.table("lines", w.columns("line", "#value", "#from", "#to", "grade", "counts", "source"))
	for _, l := range r.Lines {
		source := word(l.PriceSource)
		if l.DefaultPrice {
			source.Note = w.t("default_price")
		}
		counts := word(w.t("counts." + string(l.CountsIn)))
		if l.Realised {
			counts.Note = w.t("realised")
		}
		t.Rows = append(t.Rows, Row{[]Cell{w.line(l.Name), w.money(l.Value), w.money(l.Low), w.money(l.High), word(string(l.Grade)), counts, source}})
	}
	s.Tables = append(s.Tables, t)
	for _, l := range w.Content.Statement.Left {
		s.Text = append(s.Text, fmt.Sprintf("%s: %s", w.iso(l.Line), i18n.Text(w.locale, "returns.left."+l.Reason, nil)))
	}
	return s
}

// line names a line of the returns and opens what it rests on: the effect of its initiative, or the figure it is called
// after. A line bears its initiative's name in front.
func (w writer) line(name string) Cell {
	c, longest := word(name), 0
	for _, i := range w.Content.Initiatives {
		if strings.HasPrefix(name, i.Name) && len(i.Name) > longest {
			c.Ref, longest = Ref{"initiative", i.ID}, len(i.Name)
		}
	}
	for _, m := range w.Content.Measures {
		if longest == 0 && m.Name == name {
			c.Ref = Ref{"metric", m.MetricID}
		}
	}
	if c.Ref.Kind == "" && len(w.Content.Initiatives) == 1 { // alone, it needs no name in front
		c.Ref = Ref{"initiative", w.Content.Initiatives[0].ID}
	}
	return c
}

// outcome names a row of the scorecard and opens its figure.
func (w writer) outcome(r returns.ScoreRow) Cell {
	c := word(r.Name)
	if slices.ContainsFunc(w.Content.Measures, func(m Measure) bool { return m.MetricID == r.Metric }) {
		c.Ref = Ref{"metric", r.Metric}
	}
	return c
}

// scorecard is the value that has no price.
func (w writer) scorecard() *Section {
	st := w.Content.Statement
	if w.TeamID != "" || st == nil || len(st.Scorecard) == 0 {
		return nil
	}
	s := w.section("scorecard")
	t := w.table("scorecard", w.columns("outcome", "receiver", "#change", "#from", "#to", "#gap_closure"))
	for _, r := range st.Scorecard {
		d := evidence.Digits(r.High - r.Low)
		change, lo, hi := r.Change, r.Low, r.High
		gap := w.missing()
		if r.GapClosure != nil {
			gap = Cell{Text: evidence.Number(w.locale, 100**r.GapClosure, 0) + "%", Value: r.GapClosure, Form: Chance}
		}
		t.Rows = append(t.Rows, Row{[]Cell{w.outcome(r), word(w.t("receiver." + string(r.Receiver))), w.signed(&change, d), w.signed(&lo, d), w.signed(&hi, d), gap}})
	}
	s.Tables = append(s.Tables, t)
	s.Text = append(s.Text, w.t("scorecard.read"))
	return s
}

// assumptions are the inputs that nobody measured.
func (w writer) assumptions() *Section {
	st := w.Content.Statement
	if w.TeamID != "" || st == nil || len(st.Assumptions) == 0 {
		return nil
	}
	s := w.section("assumptions")
	t := w.table("assumptions", w.columns("line", "what", "#value", "source"))
	for _, a := range st.Assumptions {
		v := a.Value
		cell := w.plain(&v, 4)
		if a.Money() {
			cell = w.money(int64(math.Round(v)))
		} else if v == math.Trunc(v) || math.Abs(v) >= 1000 {
			cell = w.plain(&v, 0)
		}
		source := word(a.Source)
		if a.Default {
			source.Note = w.t("default_price")
		}
		t.Rows = append(t.Rows, Row{[]Cell{w.line(a.Line), word(i18n.Text(w.locale, "returns.what."+a.What, nil)), cell, source}})
	}
	s.Tables = append(s.Tables, t)
	s.Text = append(s.Text, w.t("assumptions.read", "version", st.Settings))
	return s
}

// methods is the appendix.
func (w writer) methods() *Section {
	s := w.section("methods")
	s.Text = append(s.Text, w.t("methods.change"), w.t("methods.panel"), w.t("methods.returns"))
	t := w.table("methods", w.columns("method", "question", "assumes", "formula", "reference"))
	for _, name := range w.Content.Methods {
		m, ok := method.Lookup(name)
		if !ok {
			continue
		}
		t.Rows = append(t.Rows, Row{[]Cell{{Text: w.card(m.Title), Ref: Ref{"method", name}}, word(w.card(m.Summary)), word(w.card(m.Assumes)), word(m.Formula), word(m.Reference)}})
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	return s
}

// card is a text of a method's card.
func (w writer) card(t method.Text) string {
	switch w.locale {
	case "he":
		return t.He
	case "pl":
		return t.Pl
	}
	return t.En
}

// date is a day, or nothing where there is none.
func (w writer) date(d time.Time) Cell {
	if d.IsZero() {
		return w.missing()
	}
	return word(d.Format(time.DateOnly))
}
