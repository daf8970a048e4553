package report

import (
	"math"
	"slices"

	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/report/draw"
	"rapport/internal/returns"
	"rapport/internal/series"
)

func (w writer) section(id string) *Section {
	return &Section{ID: id, Title: w.t("section." + id), Text: []string{}, Tables: []Table{}}
}

func (w writer) table(id string, columns []Column) Table {
	return Table{ID: id, Caption: w.t("table." + id), Columns: columns, Rows: []Row{}}
}

// moved says what the version before said otherwise.
func (w writer) moved() *Section {
	if w.Version < 2 {
		return nil
	}
	s := w.section("moved")
	if len(w.Moved) == 0 {
		s.Text = append(s.Text, w.t("moved.words_only"))
		return s
	}
	t := w.table("moved", w.columns("figure", "#before", "#after"))
	same := 0
	for _, m := range w.Moved {
		before, after := w.form(m.Before, m.Form), w.form(m.After, m.Form)
		if before.Text == after.Text { // it moved by less than the report shows anywhere
			same++
			continue
		}
		t.Rows = append(t.Rows, Row{[]Cell{word(m.Label.In(w.locale)), before, after}})
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	if same > 0 {
		s.Text = append(s.Text, w.t("moved.unseen", "count", same))
	}
	return s
}

func (w writer) form(v *float64, f Form) Cell {
	if v == nil {
		return w.missing()
	}
	switch f {
	case Money:
		return w.money(int64(*v))
	case Share:
		return w.share(*v)
	case Count:
		return w.plain(v, 0)
	}
	return w.plain(v, evidence.Digits(math.Abs(*v)/50))
}

func (w writer) result() *returns.Result {
	if w.Content.Statement == nil {
		return nil
	}
	return w.Content.Statement.Result
}

// returns are the three returns on one line of break-even.
func (w writer) returns() *Section {
	if w.TeamID != "" {
		return nil
	}
	s := w.section("returns")
	r := w.result()
	if r == nil {
		s.Text = append(s.Text, w.refused()...)
		return s
	}
	t := w.table("returns", w.columns("return", "#estimate", "#from", "#to", "#conservative", "#chance", "#bcr", "#without_default"))
	var dots []draw.Estimate
	for _, x := range []struct {
		name   string
		r      returns.Return
		colour string
	}{{"roi", r.ROI, draw.Money}, {"rov", r.ROV, draw.Up}, {"rox", r.ROX, draw.EX}} {
		row := []Cell{linked(w.t("return."+x.name), "section", "lines")}
		dot := draw.Estimate{Name: w.t("short." + x.name), Colour: x.colour}
		if x.r.NotEnough != nil {
			reason := i18n.Text(w.locale, "returns.missing."+x.r.NotEnough.Reason, nil)
			row = append(row, Cell{Text: "—", Note: reason})
			for len(row) < len(t.Columns) {
				row = append(row, w.missing())
			}
			dot.Missing = w.t("not_enough")
		} else {
			row = append(row, w.share(x.r.Estimate), w.share(x.r.P5), w.share(x.r.P95), w.share(x.r.P10), w.chance(x.r.ProbPositive), w.plain(&x.r.BCR, 2))
			if x.r.WithoutDefaultPrices != nil {
				row = append(row, w.share(*x.r.WithoutDefaultPrices))
			} else {
				row = append(row, w.missing())
			}
			if x.r.Label != "" {
				row[1].Note = w.t("label." + x.r.Label)
			}
			dot.Value, dot.Lo, dot.Hi, dot.Text = x.r.Estimate, x.r.P5, x.r.P95, row[1].Text
			dot.Range = row[2].Text + " … " + row[3].Text
		}
		dots = append(dots, dot)
		t.Rows = append(t.Rows, Row{row})
	}
	title := w.worthTitle(r)
	s.Picture = w.picture(title, w.t("alt.returns", "title", title), func(p *draw.Paper) { draw.Dots(p, dots, w.t("break_even")) })
	s.Tables = append(s.Tables, t)
	s.Text = append(s.Text, w.all(w.Content.Why)...)
	s.Text = append(s.Text, w.t("returns.how", "reps", evidence.Number(w.locale, float64(r.Reps), 0), "definition", r.Definition))
	return s
}

func (w writer) worthTitle(r *returns.Result) string {
	if r.ROI.NotEnough != nil {
		return w.t("title.returns_open")
	}
	return w.t("title.returns", "roi", w.iso(evidence.Percent(w.locale, r.ROI.Estimate)), "lo", w.iso(evidence.Percent(w.locale, r.ROI.P5)), "hi", w.iso(evidence.Percent(w.locale, r.ROI.P95)))
}

// refused says why there are no returns.
func (w writer) refused() []string {
	st := w.Content.Statement
	if st == nil {
		return []string{w.t("returns.none")}
	}
	out := []string{w.t("returns.refused")}
	for _, f := range st.Refused {
		if key := "returns.refused." + f.Code; i18n.Has(key) {
			out = append(out, i18n.Text(w.locale, key, f.Params))
		}
	}
	return out
}

// bridge is the way from ROI to ROV.
func (w writer) bridge() *Section {
	r := w.result()
	if w.TeamID != "" || r == nil || r.ROI.NotEnough != nil || r.ROV.NotEnough != nil {
		return nil
	}
	s := w.section("bridge")
	if len(r.Bridge) == 0 {
		s.Text = append(s.Text, w.t("bridge.none"))
		return s
	}
	t := w.table("bridge", w.columns("step", "#amount", "#points", "grade"))
	steps := []draw.Step{{Name: w.t("short.roi"), Text: evidence.Percent(w.locale, r.ROI.Estimate), Value: r.ROI.Estimate, Total: true}}
	for _, b := range r.Bridge {
		points := b.Points
		t.Rows = append(t.Rows, Row{[]Cell{w.line(b.Line), w.money(b.Amount), w.signed(&points, 1), word(string(b.Grade))}})
		steps = append(steps, draw.Step{Name: b.Line, Text: evidence.Signed(w.locale, points, 1), Value: float64(b.Amount) / float64(max(1, r.Investment))})
	}
	steps = append(steps, draw.Step{Name: w.t("short.rov"), Text: evidence.Percent(w.locale, r.ROV.Estimate), Value: r.ROV.Estimate, Total: true})
	title := w.t("title.bridge", "points", w.iso(evidence.Signed(w.locale, 100*(r.ROV.Estimate-r.ROI.Estimate), 1)))
	s.Picture = w.picture(title, w.t("alt.bridge", "title", title), func(p *draw.Paper) { draw.Waterfall(p, steps) })
	s.Tables = append(s.Tables, t)
	return s
}

var kindColour = map[series.Kind]string{series.EX: draw.EX, series.CX: draw.CX, series.Money: draw.Money}

func (w writer) verdict(v evidence.Verdict) string { return w.t("verdict." + string(v)) }

// chain is what is known about the way from employees through customers to money.
func (w writer) chain() *Section {
	if w.TeamID != "" {
		return nil
	}
	s := w.section("chain")
	c := w.Content.Chain
	if c == nil {
		s.Text = append(s.Text, w.t("chain.none"))
		return s
	}
	t := w.table("chain", w.columns("from_figure", "to_figure", "#slope", "#from", "#to", "lag", "evidence"))
	node := func(name string, k series.Kind) draw.Node {
		colour, ok := kindColour[k]
		if !ok {
			colour = draw.Other
		}
		return draw.Node{Kind: w.t("kind." + string(k)), Name: name, Colour: colour}
	}
	nodes := []draw.Node{node(c.Links[0].From, c.Links[0].FromKind)}
	var arrows []draw.Arrow
	take := func(l Link) draw.Arrow {
		a := draw.Arrow{Verdict: w.verdict(l.Verdict), Mark: string(l.Verdict), Text: "—"}
		cells := w.estimate(l.Estimate)
		if l.Estimate.Has() {
			a.Text = cells[0].Text
			if l.Estimate.Lo != nil && l.Estimate.Hi != nil {
				a.Text += " (" + cells[1].Text + " … " + cells[2].Text + ")"
			}
		}
		if l.FindingID != "" {
			cells[0].Ref = Ref{"finding", w.RunID + "/" + l.FindingID}
		}
		ev := word(w.verdict(l.Verdict))
		if l.Text.Key != "" {
			ev.Note = l.Text.In(w.locale)
		}
		row := append([]Cell{linked(l.From, "metric", l.FromID), linked(l.To, "metric", l.ToID)}, cells...)
		t.Rows = append(t.Rows, Row{append(row, word(w.lag(l)), ev)})
		return a
	}
	// Where the chain is of money and there is a way through loyalty, too, loyalty stands between and the chain's own second
	// link goes past it, from customer experience straight to money.
	var past *draw.Arrow
	path := c.Links
	if n := len(c.Links); len(c.Loyalty) > 0 && n > 0 {
		if c.Links[n-1].ToID == c.Loyalty[len(c.Loyalty)-1].ToID {
			path = append(slices.Clone(c.Links[:n-1]), c.Loyalty...)
		} else {
			path = append(slices.Clone(c.Links), c.Loyalty[1:]...)
		}
	}
	for _, l := range path {
		nodes = append(nodes, node(l.To, l.ToKind))
		arrows = append(arrows, take(l))
	}
	if len(path) > len(c.Links) && path[len(c.Links)-1].ToID != c.Links[len(c.Links)-1].ToID {
		a := take(c.Links[len(c.Links)-1])
		past = &a
	}
	title := w.t("title.chain_open")
	if c.Established {
		title = w.t("title.chain")
	}
	s.Picture = w.picture(title, w.t("alt.chain", "title", title), func(p *draw.Paper) { draw.Chain(p, nodes, arrows, past) })
	s.Tables = append(s.Tables, t)
	s.Text = append(s.Text, w.t("chain.read"))
	switch {
	case past != nil:
		s.Text = append(s.Text, w.t("chain.past", "cx", nodes[1].Name, "y", nodes[len(nodes)-1].Name, "loyalty", nodes[2].Name))
	case len(c.Loyalty) == 0 && c.Established:
		s.Text = append(s.Text, w.t("chain.no_loyalty"))
	}
	for _, x := range c.Caveats {
		s.Text = append(s.Text, x.In(w.locale))
	}
	if n := w.Content.Tested.Pairs; n > 0 {
		s.Text = append(s.Text, w.t("chain.tested", "pairs", n, "supported", w.Content.Tested.By[evidence.Supported]))
	}
	return s
}

func (w writer) lag(l Link) string {
	if l.Lag == 0 {
		return i18n.Text(w.locale, "lag.same."+string(l.Grain), nil)
	}
	return i18n.Text(w.locale, "lag.later."+string(l.Grain), map[string]any{"count": l.Lag})
}

// initiatives is the table of what was invested and what it changed.
func (w writer) initiatives() *Section {
	s := w.section("initiatives")
	if len(w.Content.Initiatives) == 0 {
		s.Text = append(s.Text, w.t("initiatives.none"))
	} else {
		s.Tables = append(s.Tables, w.initiativeTable())
		s.Text = append(s.Text, w.t("initiatives.read"))
	}
	if n := w.Content.Coming; n > 0 {
		s.Text = append(s.Text, w.t("initiatives.coming", "count", n))
	}
	return s
}

func (w writer) initiativeTable() Table {
	ids := []string{"initiative", "#cost", "#effect", "#from", "#to", "grade", "#roi", "path"}
	if w.TeamID != "" {
		ids = []string{"initiative", "#effect", "#from", "#to", "grade", "path"}
	}
	t := w.table("initiatives", w.columns(ids...))
	for _, i := range w.Content.Initiatives {
		name := linked(i.Name, "initiative", i.ID)
		name.Note = w.t("initiatives.since", "metric", w.iso(i.Metric), "start", w.day(i.Start))
		cells := w.estimate(i.Effect)
		if i.Effect.Has() && i.Unit != "" {
			cells[0].Note = w.iso(i.Unit)
		}
		cells[0].Ref = Ref{"initiative", i.ID}
		grade := word(w.t("grade.none"))
		if i.Grade != "" {
			grade = word(i.Grade)
			grade.Note = w.t("grade." + i.Grade)
		}
		row := []Cell{name}
		if w.TeamID == "" {
			row = append(row, w.money(i.Cost))
		}
		row = append(append(row, cells...), grade)
		if w.TeamID == "" {
			roi := w.missing()
			if i.ROI != nil && i.ROI.NotEnough == nil {
				roi = w.share(i.ROI.Estimate)
				roi.Note = w.iso(evidence.Percent(w.locale, i.ROI.P5) + " … " + evidence.Percent(w.locale, i.ROI.P95))
			}
			row = append(row, roi)
		}
		t.Rows = append(t.Rows, Row{append(row, w.spark(i))})
	}
	return t
}

func (w writer) spark(i Initiative) Cell {
	c := w.missing()
	if len(i.Events) < 2 {
		return c
	}
	values, at := make([]float64, len(i.Events)), make([]int, len(i.Events))
	for k, e := range i.Events {
		values[k], at[k] = e.Estimate, e.At
	}
	c.Text = w.t("path.periods", "count", len(values))
	c.Spark = draw.Spark(values, at, w.t("alt.path", "name", i.Name), w.locale)
	return c
}

// measures are the figures of the quarter beside the quarter before.
func (w writer) measures() *Section {
	s := w.section("measures")
	if len(w.Content.Measures) == 0 {
		s.Text = append(s.Text, w.t("measures.none"))
		return s
	}
	ids := []string{"figure", "#now", "#change", "#from", "#to", "read", "#teams"}
	if w.TeamID != "" {
		ids = append(ids, "#parent", "#company")
	}
	t := w.table("measures", w.columns(ids...))
	for _, m := range w.Content.Measures {
		name := linked(m.Name, "metric", m.MetricID)
		name.Note = w.t("kind." + string(m.Kind))
		if m.Unit != "" {
			name.Note += " · " + w.iso(m.Unit)
		}
		d := 1
		if m.Change.Has() {
			d = digitsOf(m.Change)
		}
		row := append([]Cell{name, w.plain(m.Now, d)}, w.estimate(m.Change)...)
		row = append(row, word(w.t("read."+reading(m))), w.count(m.Teams))
		if w.TeamID != "" {
			row = append(row, w.plain(m.Parent, d), w.plain(m.Company, d))
		}
		t.Rows = append(t.Rows, Row{row})
	}
	s.Tables = append(s.Tables, t)
	s.Text = append(s.Text, w.t("measures.read"))
	return s
}

// reading says in a word what a change is: nothing that its interval does not bear.
func reading(m Measure) string {
	switch {
	case !m.Change.Has() || m.Change.Lo == nil:
		return "unknown"
	case m.Change.AboveZero() == m.Change.BelowZero():
		return "steady"
	case m.Kind == series.Confounder:
		return "moved"
	case m.Change.AboveZero() == m.HigherIsBetter:
		return "better"
	}
	return "worse"
}
