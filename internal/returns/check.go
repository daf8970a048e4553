package returns

import (
	"fmt"
	"math"

	"rapport/internal/errs"
)

// Codes of what may be wrong with a case; each field error names the path.
const (
	CodeInvalid        = "returns_case_invalid"
	CodeRequired       = "required"
	CodeUnknownField   = "unknown_field"
	CodeWrongType      = "wrong_type"
	CodeNotWhole       = "money_not_whole"
	CodeOutOfRange     = "out_of_range"
	CodeUnknownKind    = "unknown_kind"
	CodeUnknownGrade   = "unknown_grade"
	CodePriceSource    = "price_without_source"
	CodeNegativeCost   = "negative_cost"
	CodeNoInvestment   = "no_investment"
	CodeCurrency       = "currency_invalid"
	CodeCurrencyMixed  = "currency_mixed"
	CodeLineTwice      = "line_twice"
	CodeCountedTwice   = "counted_twice"
	CodeTailNotAllowed = "tail_not_allowed"
	CodeTailTwice      = "tail_twice"
	CodeUnknownLine    = "unknown_line"
	CodeJSON           = "not_json"
	CodeDuplicateField = "duplicate_field"
	CodeLeftover       = "text_after_the_case"
)

const (
	maxMoney            = 1 << 50 // sums of many lines stay exact in floating point
	maxHorizon          = 50
	maxWindowMonths     = 120
	currencyLetters     = 3
	maxLines            = 1000
	defaultWindowMonths = 12
)

// faults collects what is wrong, so that a person sees all of it at once.
type faults struct{ fields []errs.Field }

func (f *faults) add(path, code string, params ...any) {
	e := errs.Field{Path: path, Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if e.Params == nil {
			e.Params = make(map[string]any)
		}
		e.Params[fmt.Sprint(params[i])] = params[i+1]
	}
	f.fields = append(f.fields, e)
}

func (f *faults) err() error {
	if len(f.fields) == 0 {
		return nil
	}
	return errs.Invalid(CodeInvalid).At(f.fields...)
}

// Check says what is wrong with a case, every fault with its path.
func (c Case) Check() error {
	var f faults
	if !validCurrency(c.Currency) {
		f.add("currency", CodeCurrency, "value", c.Currency)
	}
	c.checkLines(&f)
	total := int64(0)
	for i, k := range c.Costs {
		path := fmt.Sprintf("costs[%d]", i)
		if k.Name == "" {
			f.add(path+".name", CodeRequired)
		}
		switch {
		case k.Amount < 0:
			f.add(path+".amount", CodeNegativeCost, "value", k.Amount)
		case k.Amount > maxMoney:
			f.add(path+".amount", CodeOutOfRange, "value", k.Amount)
		default:
			total += k.Amount
		}
		if k.Month < 0 || k.Month > maxWindowMonths {
			f.add(path+".month", CodeOutOfRange, "value", k.Month)
		}
	}
	if total == 0 {
		f.add("costs", CodeNoInvestment)
	}
	if n := max(len(c.Lines), len(c.Costs), len(c.Tails)); n > maxLines {
		f.add("", CodeOutOfRange, "value", n)
	}
	c.checkTails(&f)
	c.checkChain(&f)
	if c.WindowMonths < 1 || c.WindowMonths > maxWindowMonths {
		f.add("window_months", CodeOutOfRange, "value", c.WindowMonths)
	}
	if c.Discount != nil && !rate(*c.Discount) {
		f.add("discount", CodeOutOfRange, "value", *c.Discount)
	}
	if c.Reps < MinReps || c.Reps > MaxReps {
		f.add("reps", CodeOutOfRange, "value", c.Reps, "least", MinReps, "most", MaxReps)
	}
	return f.err()
}

func validCurrency(s string) bool {
	if len(s) != currencyLetters {
		return false
	}
	for _, r := range s {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

// checkLines includes the guard against double counting (R7).
func (c Case) checkLines(f *faults) {
	if len(c.Lines) == 0 && (!c.ledger || c.Chain == nil) {
		f.add("lines", CodeRequired)
	}
	names := make(map[string]int)
	type money struct {
		kind  Kind
		scope string
	}
	counted := make(map[money]string)
	for i, l := range c.Lines {
		path := fmt.Sprintf("lines[%d]", i)
		if l.Name == "" {
			f.add(path+".name", CodeRequired)
		} else if first, twice := names[l.Name]; twice {
			f.add(path+".name", CodeLineTwice, "line", l.Name, "first", fmt.Sprintf("lines[%d]", first))
		} else {
			names[l.Name] = i
		}
		n, known := kinds[l.Kind]
		if !known {
			f.add(path+".kind", CodeUnknownKind, "value", string(l.Kind))
		}
		if first, twice := counted[money{l.Kind, l.Scope}]; twice && n.once && l.Name != first {
			f.add(path+".kind", CodeCountedTwice, "kind", string(l.Kind), "line", l.Name, "first", first)
		} else if n.once {
			counted[money{l.Kind, l.Scope}] = l.Name
		}
		switch l.Grade {
		case GradeA, GradeB, GradeC, GradeD, GradeE:
		default:
			f.add(path+".grade", CodeUnknownGrade, "value", string(l.Grade))
		}
		if l.PriceSource == "" {
			f.add(path+".price_source", CodePriceSource, "line", l.Name)
		}
		if l.Value > maxMoney || l.Value < -maxMoney {
			f.add(path+".value", CodeOutOfRange, "value", l.Value)
		}
		if !nonNegative(l.SE) {
			f.add(path+".se", CodeOutOfRange, "value", l.SE)
		}
		if l.From < 0 || l.To < 0 || l.To > maxWindowMonths || (l.To > 0 && l.From >= l.To) {
			f.add(path+".from", CodeOutOfRange, "value", l.From)
		}
	}
}

func (c Case) checkTails(f *faults) {
	seen := make(map[string]bool)
	for i, t := range c.Tails {
		path := "tail"
		if len(c.Tails) > 1 {
			path = fmt.Sprintf("tail[%d]", i)
		}
		line := c.line(t.Line)
		switch {
		case line == nil:
			f.add(path+".line", CodeUnknownLine, "line", t.Line)
		case !kinds[line.Kind].tail || line.place() == Indicative:
			f.add(path+".line", CodeTailNotAllowed, "line", t.Line, "kind", string(line.Kind), "grade", string(line.Grade))
		case seen[t.Line]:
			f.add(path+".line", CodeTailTwice, "line", t.Line)
		case line.Value == 0 && t.Units != 0:
			f.add(path+".units", CodeOutOfRange, "value", t.Units)
		}
		seen[t.Line] = true
		for _, x := range []struct {
			name string
			ok   bool
		}{
			{"margin", nonNegative(t.Margin)},
			{"retention", t.Retention >= 0 && t.Retention <= 1},
			{"discount", rate(t.Discount)},
			{"horizon", t.Horizon >= 1 && t.Horizon <= maxHorizon},
			{"units", finite(t.Units)},
		} {
			if !x.ok {
				f.add(path+"."+x.name, CodeOutOfRange)
			}
		}
		if t.Horizon <= maxHorizon && !finite(t.Units*t.PerUnit()) {
			f.add(path, CodeOutOfRange)
		}
	}
}

func (c Case) checkChain(f *faults) {
	ch := c.Chain
	if ch == nil {
		return
	}
	for _, x := range []struct {
		name string
		ok   bool
	}{
		{"d_ex", finite(ch.DEX)},
		{"d_ex_se", nonNegative(ch.DEXSE)},
		{"b1", finite(ch.B1)},
		{"b1_se", nonNegative(ch.B1SE)},
		{"b2_pct", finite(ch.B2)},
		{"b2_se", nonNegative(ch.B2SE)},
		{"revenue", nonNegative(ch.Revenue)},
		{"margin_pct", ch.MarginPct >= 0 && ch.MarginPct <= 100},
		{"d_cx", ch.DCX == nil || finite(*ch.DCX)},
		{"d_cx_se", nonNegative(ch.DCXSE)},
		{"teams", ch.Teams >= 1},
		{"quarters", finite(ch.Quarters) && ch.Quarters > 0},
	} {
		if !x.ok {
			f.add("chain."+x.name, CodeOutOfRange)
		}
	}
	straight := 0.0
	if ch.DCX != nil {
		straight = ch.straight(*ch.DCX, ch.DEX, ch.B1, ch.B2)
	}
	if !finite(ch.throughPeople(ch.DEX, ch.B1, ch.B2)) || !finite(straight) {
		f.add("chain", CodeOutOfRange)
	}
}

func (c Case) line(name string) *Line {
	for i := range c.Lines {
		if c.Lines[i].Name == name {
			return &c.Lines[i]
		}
	}
	return nil
}

func finite(x float64) bool      { return !math.IsNaN(x) && math.Abs(x) <= maxMoney }
func nonNegative(x float64) bool { return finite(x) && x >= 0 }
func rate(x float64) bool        { return x >= 0 && x <= 1 }
