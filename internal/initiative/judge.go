package initiative

import (
	"context"
	"math"
	"time"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/stats"
)

func notStarted(all []Initiative, id string) error {
	for _, i := range all {
		if i.ID == id {
			return errs.Conflict("initiative_not_started").With("start", i.Plan.Start().Format(time.DateOnly))
		}
	}
	return errs.NotFound("initiative_unknown")
}

func (t *table) smallestP() float64 {
	p, err := stats.SmallestP(t.perBlock())
	if err != nil {
		return 1
	}
	return p
}

// check makes the tests of whether to believe an effect.
func (s *Service) check(ctx context.Context, p *panel.Panel, tree *org.Tree, t *table, m *measured, i Initiative, asOf time.Time, out *Effect) error {
	add := func(c Check) { out.Checks = append(out.Checks, c) }
	byP := func(key string, v float64) {
		if math.IsNaN(v) {
			add(Check{Key: key, Text: said("initiative.check." + key + ".none")})
			return
		}
		word := ".failed"
		if v > alpha {
			word = ".passed"
		}
		add(Check{Key: key, Passed: yes(v > alpha), P: num(v), Text: said("initiative.check."+key+word, "p", evidence.P(v))})
	}
	switch {
	case m.synth != nil:
		add(Check{Key: "fit", Passed: yes(true), Value: num(m.synth.Fit), Text: said("initiative.check.fit.passed", "share", percent(m.synth.Fit))})
		add(Check{
			Key: "placebo_space", Passed: yes(m.placebos.P <= alpha), P: num(m.placebos.P),
			Text: said("initiative.check.placebo_space.rank", "rank", evidence.Int(m.placebos.Rank), "of", evidence.Int(len(m.placebos.Units)), "p", evidence.P(m.placebos.P)),
		})
		if m.inTime != nil {
			worse := m.synth.MSPEPost > 0 && m.inTime.MSPEPost >= m.synth.MSPEPost
			word := ".quiet"
			if worse {
				word = ".loud"
			}
			add(Check{Key: "placebo_time", Passed: yes(!worse), Value: num(m.inTime.ATT), Text: said("initiative.check.placebo_time"+word, "value", figure(m.inTime.ATT))})
		}
	case m.random != nil:
		if t.analytic() && m.staggered != nil && !math.IsNaN(m.staggered.PretestP) {
			byP("pre_trend", m.staggered.PretestP)
			byP("placebo_time", m.random.PlaceboP)
		} else {
			byP("pre_trend", m.random.PlaceboP) // with few teams the two are one: a start pretended within the periods before
		}
		word := ".other"
		if i.Plan.Assignment.Drawn {
			word = ".drawn"
		}
		add(Check{Key: "placebo_space", Passed: yes(m.random.P <= alpha), P: num(m.random.P), Text: said("initiative.check.placebo_space"+word, "p", evidence.P(m.random.P), "count", evidence.Int(m.random.Draws))})
		s.bounds(t, m, out)
	case m.series != nil:
		text := said("initiative.check.no_confounders")
		if m.confounders > 0 {
			text = said("initiative.check.confounders", "count", evidence.Int(m.confounders))
		}
		add(Check{Key: "confounders", Passed: yes(m.confounders > 0), Text: text})
	}
	if out.Design != Interrupted && m.se > 0 && m.df >= 2 {
		if rv, sig, err := stats.RobustnessValue(m.value/m.se, m.df, 1-Level); err == nil {
			text := said("initiative.check.unmeasured", "share", percent(rv), "significant", percent(sig))
			if sig == 0 {
				text = said("initiative.check.unmeasured.unclear")
			}
			add(Check{Key: "unmeasured", Passed: yes(sig > 0), Value: num(rv), Text: text})
		}
	}
	if i.Plan.Control == "" {
		add(Check{Key: "negative_control", Text: said("initiative.check.negative_control.none")})
		return nil
	}
	c, gap := tableOf(p, tree, i.Plan, i.Plan.Control, asOf, false)
	if gap != nil {
		add(Check{Key: "negative_control", Text: said("initiative.check.negative_control.missing")})
		return nil
	}
	d, _ := choose(c)
	plan := i.Plan
	plan.Predictors = nil
	n, err := measure(ctx, p, c, plan, d, seedOf(i.ID, i.Plan.Control))
	if _, refused := refusal(err); refused {
		add(Check{Key: "negative_control", Text: said("initiative.check.negative_control.missing")})
		return nil
	}
	if err != nil {
		return err
	}
	moved := !math.IsNaN(n.lo) && !math.IsNaN(n.hi) && (n.lo > 0 || n.hi < 0)
	if !math.IsNaN(n.p) {
		moved = n.p <= alpha
	}
	word := ".passed"
	if moved {
		word = ".failed"
	}
	add(Check{Key: "negative_control", Passed: yes(!moved), Value: num(n.value), Text: said("initiative.check.negative_control"+word, "metric", evidence.Text(c.metric.Name), "value", figure(n.value))})
	return nil
}

// bounds says how large a departure from parallel paths the effect would survive.
func (s *Service) bounds(t *table, m *measured, out *Effect) {
	st := m.staggered
	if st == nil || !t.analytic() {
		out.Checks = append(out.Checks, Check{Key: "pretrend_bounds", Text: said("initiative.check.pretrend_bounds.none")})
		return
	}
	weight := make([]float64, len(st.Dynamic.At))
	post := 0.0
	for _, e := range st.Dynamic.At {
		if e >= 0 {
			post++
		}
	}
	for k, e := range st.Dynamic.At {
		if e >= 0 {
			weight[k] = 1 / post
		}
	}
	b, err := stats.RelativeMagnitudes(st.Dynamic.At, st.Dynamic.ATT, st.EventCov, weight, []float64{.5, 1}, Level)
	if err != nil {
		out.Checks = append(out.Checks, Check{Key: "pretrend_bounds", Text: said("initiative.check.pretrend_bounds.none")})
		return
	}
	most := math.Min(b.Breakdown, 100)
	out.Checks = append(out.Checks, Check{Key: "pretrend_bounds", Passed: yes(b.Breakdown >= .5), Value: num(most), Text: said("initiative.check.pretrend_bounds", "times", evidence.Num(most, 2))})
}

// judge gives the grade by R5 and says the finding in plain words.
func (f *Effect) judge(m *measured, i Initiative, e Evaluation, t *table) {
	if len(e.Entangled) > 0 {
		f.Checks = append(f.Checks, Check{Key: "entangled", Passed: yes(false), Text: said("initiative.check.entangled", "name", evidence.Text(e.Entangled[0].Name), "count", evidence.Int(len(e.Entangled)))})
	}
	why := func(key string, kv ...any) { f.GradeWhy = append(f.GradeWhy, said(key, kv...)) }
	if m == nil {
		return
	}
	clean := func(key string) bool {
		for _, c := range f.Checks {
			if c.Key == key && c.Passed != nil {
				return *c.Passed
			}
		}
		return false
	}
	early := t.firstStart() < minPre // a staggered cohort with fewer periods before
	switch {
	case f.Design == Interrupted:
		f.Grade = "C"
		if m.confounders == 0 {
			why("initiative.grade.series_bare")
		} else {
			why("initiative.grade.series", "count", evidence.Int(m.confounders))
		}
	case early:
		why("initiative.grade.early", "count", evidence.Int(t.firstStart()))
	case f.Design == Synthetic:
		f.Grade = "B"
		why("initiative.grade.synthetic")
	case !clean("pre_trend"):
		f.Grade = "C"
		why("initiative.grade.trend")
	case i.Plan.Assignment.Drawn && !e.Retrospective:
		f.Grade = "A"
		why("initiative.grade.drawn")
	case i.Plan.Assignment.Drawn:
		f.Grade = "B"
		why("initiative.grade.drawn_late")
	default:
		f.Grade = "B"
		why("initiative.grade.compared")
	}
	if e.Retrospective {
		why("initiative.grade.retrospective")
	}
	f.Summary = f.words()
}

// words say the finding: how much, how sure, and whether it is good news.
func (f *Effect) words() []evidence.Sentence {
	v := f.Estimate
	if !v.Has() {
		return nil
	}
	with := func(key string) evidence.Sentence {
		s := said(key, "metric", evidence.Text(f.Metric), "value", figure(*v.Value))
		if v.Lo != nil && v.Hi != nil {
			s.Params["lo"], s.Params["hi"] = figure(*v.Lo), figure(*v.Hi)
		}
		return s
	}
	kind := "compared"
	if f.Design == Interrupted {
		kind = "series"
	}
	key := "initiative.finding." + kind
	switch {
	case v.Lo == nil || v.Hi == nil:
		return []evidence.Sentence{with(key + ".unbounded")}
	case *v.Lo <= 0 && *v.Hi >= 0:
		return []evidence.Sentence{with(key + ".unclear")}
	case (*v.Value > 0) == f.HigherIsBetter:
		return []evidence.Sentence{with(key + ".better")}
	}
	return []evidence.Sentence{with(key + ".worse")}
}

// figure shows three significant digits.
func figure(v float64) evidence.Param {
	digits := 2
	if a := math.Abs(v); a > 0 {
		digits = min(6, max(0, 2-int(math.Floor(math.Log10(a)))))
	}
	return evidence.Num(v, digits)
}

func percent(share float64) evidence.Param { return evidence.Num(100*share, 0) }
