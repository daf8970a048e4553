package initiative

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/series"
)

// faults collects what is wrong with a plan, so that a person sees all of it at once.
type faults struct{ fields []errs.Field }

func (f *faults) add(path, code string, params ...any) {
	e := errs.Field{Path: path, Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if e.Params == nil {
			e.Params = map[string]any{}
		}
		e.Params[fmt.Sprint(params[i])] = params[i+1]
	}
	f.fields = append(f.fields, e)
}

func (f *faults) err(code string) error {
	if len(f.fields) == 0 {
		return nil
	}
	return errs.Invalid(code).At(f.fields...)
}

// Limits of a plan.
const (
	maxText  = 2000
	maxName  = 200
	maxLines = 200
	maxTeams = 5000
	maxMoney = 1 << 50
	maxLag   = 104

	maxQuarters = 40
	maxFollow   = 20
)

// benefitKinds are the kinds of the returns that an effect or a forecast may pay.
var benefitKinds = []string{
	"retained_margin", "margin_per_customer", "referred_margin", "won_margin", "cost_to_serve", "process_time", "attrition", "absence", "quality", "other", "long_run",
}

// countedOnce are the kinds whose money is split once: a second line of one initiative would count it again.
var countedOnce = []string{"retained_margin", "margin_per_customer", "referred_margin", "won_margin", "cost_to_serve", "attrition", "absence"}

// check says what is wrong with a plan, every fault with its path. What makes a plan hard to evaluate is no fault: it is
// said by the evaluability.
func (p Plan) check(tree *org.Tree, metrics map[string]series.Metric, set Settings) error {
	var f faults
	text := func(path, s string, most int, needed bool) {
		switch {
		case needed && strings.TrimSpace(s) == "":
			f.add(path, "request_field_required")
		case len([]rune(s)) > most:
			f.add(path, "text_too_long", "limit", most)
		}
	}
	text("name", p.Name, maxName, true)
	text("why", p.Why, maxText, false)
	text("assignment.by", p.Assignment.By, maxName, false)
	text("assignment.how", p.Assignment.How, maxText, false)
	if !slices.Contains([]Purpose{Technology, Skills, ProductService, Process}, p.Purpose) {
		f.add("purpose", "purpose_unknown")
	}
	if p.Side != EmployeeSide && p.Side != CustomerSide {
		f.add("side", "side_unknown")
	}
	if n := max(len(p.Costs), len(p.Benefits), len(p.Predictors)); n > maxLines {
		f.add("", "too_many_lines", "limit", maxLines)
	}
	p.checkCosts(&f, set)
	p.checkTeams(&f, tree)
	metric := func(path, id string, needed bool) {
		switch _, known := metrics[id]; {
		case id == "" && needed:
			f.add(path, "request_field_required")
		case id != "" && !known:
			f.add(path, "metric_unknown", "value", id)
		}
	}
	metric("metric", p.Metric, true)
	metric("control", p.Control, false)
	if p.Control != "" && slices.Contains(p.Metrics(), p.Control) {
		f.add("control", "control_is_outcome")
	}
	for i, x := range p.Predictors {
		path := fmt.Sprintf("predictors[%d]", i)
		metric(path+".metric", x.Metric, true)
		if x.From.IsZero() != x.To.IsZero() || x.To.Before(x.From) {
			f.add(path+".to", "end_before_start")
		}
	}
	if p.Lag < 0 || p.Lag > maxLag {
		f.add("lag", "out_of_range", "value", p.Lag)
	}
	if p.Grain != "" && !p.Grain.Valid() {
		f.add("grain", "grain_unknown")
	}
	p.Expected.check(&f, "expected")
	p.checkBenefits(&f, metric)
	p.checkBeside(&f, metric)
	return f.err("initiative_invalid")
}

func (x Expectation) check(f *faults, path string) {
	if math.IsNaN(x.Effect) || math.IsInf(x.Effect, 0) {
		f.add(path+".effect", "not_finite")
	}
	if !(x.Confidence >= 0 && x.Confidence <= 1) {
		f.add(path+".confidence", "out_of_range", "value", x.Confidence)
	}
	if !(x.SE >= 0) || math.IsInf(x.SE, 0) {
		f.add(path+".se", "out_of_range", "value", x.SE)
	}
	if len([]rune(x.Model)) > maxText {
		f.add(path+".model", "text_too_long", "limit", maxText)
	}
}

// checkBeside looks at what stands beside the outcome: figures that follow, the question whether anybody noticed, and what
// doing nothing would cost.
func (p Plan) checkBeside(f *faults, metric func(path, id string, needed bool)) {
	seen := map[string]bool{p.Metric: true}
	for i, x := range p.Follow {
		path := fmt.Sprintf("follow[%d]", i)
		metric(path+".metric", x.Metric, true)
		if seen[x.Metric] && x.Metric != "" {
			f.add(path+".metric", "metric_twice")
		}
		seen[x.Metric] = true
		x.Expected.check(f, path+".expected")
		if x.From < 1 || x.Full < x.From || x.Full > maxQuarters {
			f.add(path+".full", "quarters_out_of_order", "limit", maxQuarters)
		}
	}
	if len(p.Follow) > maxFollow {
		f.add("follow", "too_many_lines", "limit", maxFollow)
	}
	if q := p.Perception; q != nil {
		if strings.TrimSpace(q.Question) == "" {
			f.add("perception.question", "request_field_required")
		}
		if len([]rune(q.Question)) > maxText {
			f.add("perception.question", "text_too_long", "limit", maxText)
		}
		metric("perception.metric", q.Metric, false)
		if q.Metric != "" && slices.Contains(p.Metrics(), q.Metric) {
			f.add("perception.metric", "perception_is_outcome")
		}
	}
	if x := p.Inaction; x != nil {
		if strings.TrimSpace(x.Source) == "" {
			f.add("inaction.source", "inaction_without_source")
		}
		if x.Loss < 0 || x.Loss > maxMoney || !(x.SE >= 0 && x.SE <= maxMoney) {
			f.add("inaction.loss", "out_of_range", "value", x.Loss)
		}
	}
}

func (p Plan) checkCosts(f *faults, set Settings) {
	for i, c := range p.Costs {
		path := fmt.Sprintf("costs[%d]", i)
		if strings.TrimSpace(c.Name) == "" {
			f.add(path+".name", "request_field_required")
		}
		if !slices.Contains([]CostKind{Money, Hours, Licences, RollOut, SurveyTime}, c.Kind) {
			f.add(path+".kind", "cost_kind_unknown")
		}
		if c.On.IsZero() {
			f.add(path+".on", "request_field_required")
		}
		if c.Amount < 0 || c.Hours < 0 {
			f.add(path+".amount", "negative_cost")
		}
		if c.Amount > maxMoney || !(c.Hours <= 1e9) || c.InLedger() > maxMoney {
			f.add(path+".amount", "out_of_range", "value", c.Amount)
		}
		if c.Kind.byHour() && c.Hours == 0 {
			f.add(path+".hours", "request_field_required")
		}
		switch {
		case c.Currency != "" && !currencyCode(c.Currency):
			f.add(path+".currency", "currency_invalid", "value", c.Currency)
		case c.Currency != "" && c.Currency != set.Currency && !(c.Rate > 0):
			f.add(path+".rate", "cost_currency_without_rate", "currency", c.Currency, "want", set.Currency)
		case c.Rate < 0 || math.IsNaN(c.Rate) || math.IsInf(c.Rate, 0):
			f.add(path+".rate", "out_of_range", "value", c.Rate)
		}
	}
}

func (p Plan) checkTeams(f *faults, tree *org.Tree) {
	if len(p.Treated) == 0 {
		f.add("treated", "nobody_treated")
	}
	if len(p.Treated)+len(p.Comparison) > maxTeams {
		f.add("treated", "too_many_lines", "limit", maxTeams)
		return
	}
	taken := map[string]string{} // leaf → where it was named first
	name := func(path, id string) {
		t, ok := tree.Get(id)
		if !ok {
			f.add(path, "team_unknown", "value", id)
			return
		}
		for _, leaf := range tree.Subtree(id) {
			if first, twice := taken[leaf]; twice && tree.Leaf(leaf) {
				f.add(path, "team_named_twice", "value", t.Name, "first", first)
				return
			}
			taken[leaf] = path
		}
	}
	for i, t := range p.Treated {
		path := fmt.Sprintf("treated[%d]", i)
		name(path+".team", t.TeamID)
		if t.On.IsZero() {
			f.add(path+".on", "request_field_required")
		} else if p.EndsOn.Before(t.On) {
			f.add(path+".on", "end_before_start")
		}
	}
	if p.EndsOn.IsZero() {
		f.add("ends_on", "request_field_required")
	}
	for i, c := range p.Comparison {
		name(fmt.Sprintf("comparison[%d].team", i), c.TeamID)
	}
	if p.Others && len(p.Comparison) > 0 {
		f.add("comparison", "comparison_twice")
	}
}

func (p Plan) checkBenefits(f *faults, metric func(path, id string, needed bool)) {
	names := map[string]bool{}
	counted := map[string]string{} // kind → the line that counts this money
	for i, b := range p.Benefits {
		path := fmt.Sprintf("benefits[%d]", i)
		if first, twice := counted[b.Kind]; twice && first != b.Name {
			f.add(path+".kind", "counted_twice", "line", b.Name, "first", first)
		} else if slices.Contains(countedOnce, b.Kind) {
			counted[b.Kind] = b.Name
		}
		switch {
		case strings.TrimSpace(b.Name) == "":
			f.add(path+".name", "request_field_required")
		case names[b.Name]:
			f.add(path+".name", "line_twice", "line", b.Name)
		}
		names[b.Name] = true
		if !slices.Contains(benefitKinds, b.Kind) {
			f.add(path+".kind", "unknown_kind", "value", b.Kind)
		}
		if strings.TrimSpace(b.PriceSource) == "" {
			f.add(path+".price_source", "price_without_source", "line", b.Name)
		}
		metric(path+".metric", b.Metric, false)
		if b.Units < 0 || !(b.Units <= 1e12) {
			f.add(path+".units", "out_of_range", "value", b.Units)
		}
		if b.Price < 0 || b.Price > maxMoney {
			f.add(path+".price", "out_of_range", "value", b.Price)
		}
		if !(b.Share >= 0 && b.Share <= 1) {
			f.add(path+".share", "out_of_range", "value", b.Share)
		}
		if x := b.Forecast; x != nil {
			if x.Grade != "D" && x.Grade != "E" {
				f.add(path+".forecast.grade", "unknown_grade", "value", x.Grade)
			}
			if x.Amount > maxMoney || x.Amount < -maxMoney || !(x.SE >= 0 && x.SE <= maxMoney) {
				f.add(path+".forecast.amount", "out_of_range", "value", x.Amount)
			}
			if !(x.Confidence >= 0 && x.Confidence <= 1) || (x.Grade == "E" && x.Confidence == 0) {
				f.add(path+".forecast.confidence", "out_of_range", "value", x.Confidence)
			}
		}
		if t := b.Tail; t != nil {
			if b.Kind != "retained_margin" && b.Kind != "won_margin" && b.Kind != "referred_margin" {
				f.add(path+".tail", "tail_not_allowed", "kind", b.Kind, "line", b.Name)
			}
			if t.Margin < 0 || t.Margin > maxMoney || !(t.Retention >= 0 && t.Retention <= 1) || t.Horizon < 0 || t.Horizon > 50 {
				f.add(path+".tail", "out_of_range", "value", t.Retention)
			}
		}
	}
}

func currencyCode(s string) bool {
	return len(s) == 3 && strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}
