package report

import (
	"fmt"
	"math"
	"slices"

	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/returns"
	"rapport/internal/series"
)

func said(key string, kv ...any) evidence.Sentence {
	s := evidence.Sentence{Key: "report." + key}
	for i := 0; i+1 < len(kv); i += 2 {
		if s.Params == nil {
			s.Params = map[string]evidence.Param{}
		}
		s.Params[kv[i].(string)] = kv[i+1].(evidence.Param)
	}
	return s
}

// headline is two sentences for somebody who answers for money: was it worth it, and how sure are we?
func headline(c Content) []evidence.Sentence {
	return []evidence.Sentence{worth(c), sure(c)}
}

func worth(c Content) evidence.Sentence {
	if c.Nothing && c.Statement == nil {
		return said("headline.nothing")
	}
	if c.Statement == nil {
		return said("headline.no_investment")
	}
	r := c.Statement.Result
	if r == nil {
		return said("headline.no_case")
	}
	cost := evidence.Sum(r.Investment, r.Currency)
	if r.ROI.NotEnough != nil {
		return said("headline.not_measured", "cost", cost)
	}
	key := "headline.open"
	switch {
	case r.ROI.P5 > 0:
		key = "headline.gain"
	case r.ROI.P95 < 0:
		key = "headline.loss"
	}
	return said(key, "cost", cost, "roi", evidence.Share(r.ROI.Estimate), "lo", evidence.Share(r.ROI.P5), "hi", evidence.Share(r.ROI.P95))
}

func sure(c Content) evidence.Sentence {
	supported, pairs := evidence.Int(c.Tested.By[evidence.Supported]), evidence.Int(c.Tested.Pairs)
	switch {
	case c.Nothing:
		return said("headline.bring_figures")
	case c.Chain != nil && c.Chain.Established:
		l := c.Chain.Links
		return said("headline.chain", "ex", evidence.Text(l[0].From), "cx", evidence.Text(l[0].To), "y", evidence.Text(l[len(l)-1].To))
	case c.Tested.By[evidence.Supported] > 0:
		return said("headline.some_links", "supported", supported, "pairs", pairs)
	case c.Tested.Pairs > 0:
		return said("headline.no_links", "pairs", pairs)
	}
	return said("headline.not_tested")
}

// teamHeadline says what moved in a team, and what was invested in it.
func teamHeadline(t org.Team, c Content) []evidence.Sentence {
	name := evidence.Text(t.Name)
	if c.Nothing {
		return []evidence.Sentence{said("team.nothing", "team", name), said("headline.bring_figures")}
	}
	clear := 0
	var first Measure
	for _, m := range c.Measures {
		if m.Change.AboveZero() || m.Change.BelowZero() {
			if clear == 0 {
				first = m
			}
			clear++
		}
	}
	out := []evidence.Sentence{said("team.steady", "team", name, "total", evidence.Int(len(c.Measures)))}
	if clear > 0 {
		out[0] = said("team.moved", "team", name, "clear", evidence.Int(clear), "total", evidence.Int(len(c.Measures)), "metric", evidence.Text(first.Name), "change", signed(first.Change))
	}
	shown := 0
	for _, i := range c.Initiatives {
		if i.Grade == "A" || i.Grade == "B" {
			shown++
		}
	}
	switch {
	case len(c.Initiatives) == 0:
		out = append(out, said("team.no_initiative"))
	case shown == 0:
		out = append(out, said("team.initiatives_open", "count", evidence.Int(len(c.Initiatives))))
	default:
		out = append(out, said("team.initiatives", "count", evidence.Int(len(c.Initiatives)), "shown", evidence.Int(shown)))
	}
	return out
}

// signed writes a change with as many digits as its interval supports.
func signed(e evidence.Estimate) evidence.Param {
	return evidence.Change(*e.Value, digitsOf(e))
}

// digitsOf is how many digits an estimate deserves.
func digitsOf(e evidence.Estimate) int {
	if e.Lo != nil && e.Hi != nil {
		return evidence.Digits(*e.Hi - *e.Lo)
	}
	if e.Value != nil {
		return evidence.Digits(math.Abs(*e.Value))
	}
	return 1
}

// why says in one paragraph why the three returns differ, even in sign.
func why(c Content) []evidence.Sentence {
	if c.Statement == nil || c.Statement.Result == nil {
		return nil
	}
	r := c.Statement.Result
	var out []evidence.Sentence
	if r.ROI.NotEnough == nil && r.ROV.NotEnough == nil {
		out = append(out, said("why.roi"))
		var tail int64
		for _, b := range r.Bridge {
			tail += b.Amount
		}
		if len(r.Bridge) == 0 {
			out = append(out, said("why.no_bridge"))
		} else {
			out = append(out, said("why.rov", "points", evidence.Change(100*(r.ROV.Estimate-r.ROI.Estimate), 1), "amount", evidence.Sum(tail, r.Currency), "count", evidence.Int(len(r.Bridge))))
		}
	} else {
		out = append(out, said("why.no_roi"))
	}
	switch {
	case r.ROX.NotEnough != nil:
		out = append(out, said("why.no_rox"))
	case r.Parts != nil:
		out = append(out, said("why.rox", "through", evidence.Sum(r.Parts.MEX, r.Currency), "savings", evidence.Sum(r.Parts.SEX+r.Parts.SCX, r.Currency)))
		if !r.Parts.CXChecked {
			out = append(out, said("why.cx_unmeasured"))
		}
	}
	if m := r.MediatedShare; m.NotEnough == nil && m.Verdict == returns.VerdictDetermined {
		out = append(out, said("why.mediated", "share", evidence.Text(fmt.Sprintf("%.0f%%", 100*m.Estimate))))
	}
	return out
}

// changes says what is otherwise than in the quarter before.
func changes(last, now Content) []evidence.Sentence {
	out := []evidence.Sentence{}
	if a, b := roiOf(last), roiOf(now); a != nil && b != nil && math.Abs(a.Estimate-b.Estimate) >= .0005 {
		out = append(out, said("changes.roi", "before", evidence.Share(a.Estimate), "after", evidence.Share(b.Estimate)))
	}
	was := map[string]Initiative{}
	for _, i := range last.Initiatives {
		was[i.ID] = i
	}
	for _, i := range now.Initiatives {
		old, known := was[i.ID]
		switch {
		case !known:
			out = append(out, said("changes.began", "name", evidence.Text(i.Name)))
		case old.Grade == "" && i.Grade != "":
			out = append(out, said("changes.graded", "name", evidence.Text(i.Name), "grade", evidence.Text(i.Grade)))
		case old.Grade != i.Grade && i.Grade != "":
			out = append(out, said("changes.regraded", "name", evidence.Text(i.Name), "before", evidence.Text(old.Grade), "after", evidence.Text(i.Grade)))
		case old.Grade != "" && i.Grade == "":
			out = append(out, said("changes.ungraded", "name", evidence.Text(i.Name)))
		}
	}
	if a, b := established(last), established(now); a != b && last.Tested.Pairs > 0 && now.Tested.Pairs > 0 {
		key := "changes.chain_lost"
		if b {
			key = "changes.chain_found"
		}
		out = append(out, said(key))
	}
	if a, b := last.Tested.By[evidence.Supported], now.Tested.By[evidence.Supported]; a != b && last.Tested.Pairs > 0 {
		out = append(out, said("changes.supported", "before", evidence.Int(a), "after", evidence.Int(b)))
	}
	for _, m := range now.Measures {
		if (m.Change.AboveZero() || m.Change.BelowZero()) && m.Change.Has() && m.Kind != series.Confounder {
			out = append(out, said("changes.measure", "metric", evidence.Text(m.Name), "change", signed(m.Change), "lo", evidence.Change(*m.Change.Lo, digitsOf(m.Change)), "hi", evidence.Change(*m.Change.Hi, digitsOf(m.Change))))
		}
	}
	return out
}

func roiOf(c Content) *returns.Return {
	if c.Statement == nil || c.Statement.Result == nil || c.Statement.Result.ROI.NotEnough != nil {
		return nil
	}
	return &c.Statement.Result.ROI
}

func established(c Content) bool { return c.Chain != nil && c.Chain.Established }

// moved lists the figures that a restated report gives otherwise than the version before.
func moved(before, after Content) []Move {
	a, b := keyFigures(before), keyFigures(after)
	out := []Move{}
	byKey := map[string]keyFigure{}
	for _, x := range a {
		byKey[x.key] = x
	}
	for _, x := range b {
		old, known := byKey[x.key]
		delete(byKey, x.key)
		if !known {
			out = append(out, Move{Label: x.label, Form: x.form, After: x.value})
		} else if *old.value != *x.value {
			out = append(out, Move{Label: x.label, Form: x.form, Before: old.value, After: x.value})
		}
	}
	for _, x := range a {
		if _, gone := byKey[x.key]; gone {
			out = append(out, Move{Label: x.label, Form: x.form, Before: x.value})
		}
	}
	return slices.Clip(out)
}

type keyFigure struct {
	key   string
	label evidence.Sentence
	form  Form
	value *float64
}

// keyFigures are the figures whose moving a restated report speaks of.
func keyFigures(c Content) []keyFigure {
	var out []keyFigure
	add := func(key string, form Form, v float64, label evidence.Sentence) {
		out = append(out, keyFigure{key, label, form, &v})
	}
	if c.Statement != nil && c.Statement.Result != nil {
		r := c.Statement.Result
		add("investment", Money, float64(r.Investment), said("figure.investment"))
		for _, x := range []struct {
			name string
			r    returns.Return
		}{{"roi", r.ROI}, {"rov", r.ROV}, {"rox", r.ROX}} {
			if x.r.NotEnough == nil {
				add(x.name, Share, x.r.Estimate, said("figure."+x.name))
			}
		}
		for _, l := range r.Lines {
			add("line "+l.Name, Money, float64(l.Value), said("figure.line", "name", evidence.Text(l.Name)))
		}
	}
	if c.Chain != nil {
		for _, l := range c.Chain.Links {
			if l.Estimate.Has() {
				add("link "+l.FromID+l.ToID, Plain, *l.Estimate.Value, said("figure.link", "from", evidence.Text(l.From), "to", evidence.Text(l.To)))
			}
		}
	}
	for _, i := range c.Initiatives {
		if i.Effect.Has() {
			add("effect "+i.ID, Plain, *i.Effect.Value, said("figure.effect", "name", evidence.Text(i.Name)))
		}
	}
	for _, m := range c.Measures {
		add("measure "+m.MetricID, Plain, *m.Now, said("figure.measure", "metric", evidence.Text(m.Name)))
	}
	add("supported", Count, float64(c.Tested.By[evidence.Supported]), said("figure.supported"))
	return out
}
