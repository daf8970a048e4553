package initiative

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/currency"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// place is where in the file a part of a plan was read.
type place struct {
	line  int
	field string
}

// entry is one initiative of a file, put together from all its rows.
type entry struct {
	plan  Plan
	first int // line
	rows  int
	said  map[string]string // field of the initiative itself → what an earlier row said
	at    map[string]place  // path in the plan → where it stands
	seen  map[string]bool   // lists this file has begun to fill
}

// reader turns rows into plans. Each row belongs to the initiative it names; what concerns the initiative itself may stand
// in any of its rows, and a row may carry a team, a cost and a benefit.
type reader struct {
	m       intake.Mapping
	at      map[string]int
	cols    []string
	names   *org.Names
	metrics map[string]series.Metric
	set     Settings
	base    map[string]Plan // what the ledger holds, by name
	row     intake.Row
	order   []string
	entries map[string]*entry
	refused []errs.Field
}

func newReader(f *intake.File, m intake.Mapping) (*reader, error) {
	if m.DateFormat != "" && !intake.ValidDateFormat(m.DateFormat) {
		return nil, errs.Invalid("date_format_invalid").With("value", m.DateFormat)
	}
	r := &reader{m: m, at: map[string]int{}, cols: f.Columns, entries: map[string]*entry{}}
	for field, name := range m.Columns {
		if !slices.ContainsFunc(columns, func(c column) bool { return c.field == field }) {
			return nil, errs.Invalid("mapping_field_unknown").With("value", field)
		}
		i, err := f.Index(name)
		if err != nil {
			return nil, err
		}
		r.at[field] = i
	}
	for _, field := range neededColumns {
		if _, ok := r.at[field]; !ok {
			return nil, errs.Invalid("mapping_field_missing").With("value", field).With("columns", strings.Join(f.Columns, ", "))
		}
	}
	return r, nil
}

func (r *reader) text(field string) string {
	i, ok := r.at[field]
	if !ok || intake.Missing(r.row.Cells[i]) {
		return ""
	}
	return strings.TrimSpace(r.row.Cells[i])
}

func (r *reader) refuse(field, code string, params ...any) {
	e := errs.Field{Line: r.row.Line, Code: code, Column: r.m.Columns[field], Value: r.text(field)}
	for i := 0; i+1 < len(params); i += 2 {
		if e.Params == nil {
			e.Params = map[string]any{}
		}
		e.Params[fmt.Sprint(params[i])] = params[i+1]
	}
	r.refused = append(r.refused, e)
}

func (r *reader) number(field string) float64 {
	s := r.text(field)
	if s == "" {
		return 0
	}
	comma := r.m.DecimalComma
	if r.row.IsNumber(r.at[field]) {
		no := false
		comma = &no
	}
	v, code := intake.ParseNumber(strings.TrimSuffix(s, "%"), comma)
	if code != "" {
		r.refuse(field, code)
		return 0
	}
	if strings.HasSuffix(s, "%") {
		v /= 100
	}
	return v
}

func (r *reader) day(field string) time.Time {
	s := r.text(field)
	if s == "" {
		return time.Time{}
	}
	d, code := intake.ParseDay(s, r.m.DateFormat)
	if code != "" {
		r.refuse(field, code, "value", s)
	}
	return d
}

// minor turns an amount in a currency's own unit into whole minor units.
func (r *reader) minor(field, code string) int64 {
	v := r.number(field)
	if code == "" {
		code = r.set.Currency
	}
	scale := 2
	if c, err := currency.ParseISO(code); err == nil {
		scale, _ = currency.Standard.Rounding(c)
	}
	v *= math.Pow10(scale)
	if math.Abs(v) > maxMoney {
		r.refuse(field, "out_of_range", "value", r.text(field))
		return 0
	}
	return int64(math.Round(v))
}

// metric finds a figure by its id, key or name.
func (r *reader) metric(field string) string {
	s := r.text(field)
	if s == "" {
		return ""
	}
	if _, ok := r.metrics[s]; ok {
		return s
	}
	for id, m := range r.metrics {
		if strings.EqualFold(m.Key, s) || strings.EqualFold(m.Name, s) {
			return id
		}
	}
	r.refuse(field, "metric_unknown", "value", s)
	return ""
}

func (r *reader) yes(field string) bool {
	switch strings.ToLower(r.text(field)) {
	case "":
		return false
	case "yes", "y", "true", "1", "x", "tak", "t", "prawda", "כן", "נכון":
		return true
	case "no", "n", "false", "0", "nie", "f", "fałsz", "לא":
		return false
	}
	r.refuse(field, "yes_or_no", "value", r.text(field))
	return false
}

// word reads one of a list of words; blanks and hyphens count as underscores.
func (r *reader) word(field string) string {
	return strings.NewReplacer(" ", "_", "-", "_", "/", "_").Replace(strings.ToLower(r.text(field)))
}

// once reports whether this row is the first to say something in a field of the initiative itself. A later row may repeat
// it, but not say something else.
func (r *reader) once(e *entry, field string) bool {
	s := r.text(field)
	if s == "" {
		return false
	}
	if before, again := e.said[field]; again {
		if before != s {
			r.refuse(field, "initiative_rows_differ", "value", s, "before", before)
		}
		return false
	}
	e.said[field] = s
	return true
}

func (r *reader) take(row intake.Row) {
	r.row = row
	name := r.text("name")
	if name == "" {
		r.refuse("name", "request_field_required")
		return
	}
	e := r.entries[name]
	if e == nil {
		e = &entry{first: row.Line, said: map[string]string{}, at: map[string]place{}, seen: map[string]bool{}}
		if base, known := r.base[name]; known {
			e.plan = base
		}
		e.plan.Name = name
		r.entries[name] = e
		r.order = append(r.order, name)
	}
	e.rows++
	r.itself(e)
	r.team(e)
	r.cost(e)
	r.benefit(e)
}

// itself reads what concerns the initiative as a whole.
func (r *reader) itself(e *entry) {
	p := &e.plan
	for _, x := range []struct {
		field, path string
		set         func()
	}{
		{"purpose", "purpose", func() { p.Purpose = Purpose(r.word("purpose")) }},
		{"side", "side", func() { p.Side = Side(r.word("side")) }},
		{"why", "why", func() { p.Why = r.text("why") }},
		{"outcome", "metric", func() { p.Metric = r.metric("outcome") }},
		{"control", "control", func() { p.Control = r.metric("control") }},
		{"lag", "lag", func() {
			n, code := intake.ParseCount(r.text("lag"), nil)
			if code != "" {
				r.refuse("lag", code)
			}
			p.Lag = int(min(n, maxLag+1))
		}},
		{"grain", "grain", func() { p.Grain = series.Grain(r.word("grain")) }},
		{"ends_on", "ends_on", func() { p.EndsOn = r.day("ends_on") }},
		{"drawn", "assignment.drawn", func() { p.Assignment.Drawn = r.yes("drawn") }},
		{"chosen_by", "assignment.by", func() { p.Assignment.By = r.text("chosen_by") }},
		{"how", "assignment.how", func() { p.Assignment.How = r.text("how") }},
		{"effect", "expected.effect", func() { p.Expected.Effect = r.number("effect") }},
		{"confidence", "expected.confidence", func() { p.Expected.Confidence = r.number("confidence") }},
		{"question", "perception.question", func() { r.perception(p).Question = r.text("question") }},
		{"noticed", "perception.metric", func() { r.perception(p).Metric = r.metric("noticed") }},
		{"inaction_loss", "inaction.loss", func() { r.inaction(p).Loss = r.minor("inaction_loss", "") }},
		{"inaction_source", "inaction.source", func() { r.inaction(p).Source = r.text("inaction_source") }},
	} {
		if r.once(e, x.field) {
			e.at[x.path] = place{r.row.Line, x.field}
			x.set()
		}
	}
}

func (r *reader) perception(p *Plan) *Perception {
	next := Perception{}
	if p.Perception != nil {
		next = *p.Perception
	}
	p.Perception = &next
	return p.Perception
}

func (r *reader) inaction(p *Plan) *Inaction {
	next := Inaction{}
	if p.Inaction != nil {
		next = *p.Inaction
	}
	p.Inaction = &next
	return p.Inaction
}

// fill empties a list of a plan that the ledger holds when the file says something about it for the first time.
func (e *entry) fill(list string, clear func()) {
	if !e.seen[list] {
		e.seen[list] = true
		clear()
	}
}

func (r *reader) team(e *entry) {
	if r.text("team") == "" {
		if r.text("starts_on") != "" || r.text("block") != "" {
			r.refuse("team", "request_field_required")
		}
		return
	}
	p := &e.plan
	e.fill("teams", func() { p.Treated, p.Comparison, p.Others = nil, nil, false })
	t, err := r.names.Find(r.text("team"))
	if err != nil {
		r.refuse("team", errs.CodeOf(err), "value", r.text("team"))
		return
	}
	block := r.text("block")
	switch r.word("role") {
	case "comparison", "control", "compared", "porównawczy", "kontrola", "השוואה", "ביקורת":
		e.at[fmt.Sprintf("comparison[%d].team", len(p.Comparison))] = place{r.row.Line, "team"}
		p.Comparison = append(p.Comparison, Comparison{TeamID: t.ID, Block: block})
	case "", "treated", "reached", "objęty", "מטופל", "מקבל":
		path := fmt.Sprintf("treated[%d]", len(p.Treated))
		e.at[path+".team"], e.at[path+".on"] = place{r.row.Line, "team"}, place{r.row.Line, "starts_on"}
		p.Treated = append(p.Treated, Treated{TeamID: t.ID, On: r.day("starts_on"), Block: block})
	default:
		r.refuse("role", "team_role_unknown", "value", r.text("role"))
	}
}

func (r *reader) cost(e *entry) {
	if r.text("cost_name") == "" && r.text("amount") == "" {
		return
	}
	p := &e.plan
	e.fill("costs", func() { p.Costs = nil })
	path := fmt.Sprintf("costs[%d]", len(p.Costs))
	for part, field := range map[string]string{"name": "cost_name", "kind": "cost_kind", "on": "cost_on", "amount": "amount", "hours": "hours", "currency": "currency", "rate": "rate"} {
		e.at[path+"."+part] = place{r.row.Line, field}
	}
	c := Cost{Name: r.text("cost_name"), Kind: CostKind(r.word("cost_kind")), On: r.day("cost_on"), Currency: strings.ToUpper(r.text("currency")), Hours: r.number("hours"), Rate: r.number("rate")}
	if c.Kind == "" {
		c.Kind = Money
	}
	if c.Currency == r.set.Currency {
		c.Currency = ""
	}
	c.Amount = r.minor("amount", c.Currency)
	p.Costs = append(p.Costs, c)
}

func (r *reader) benefit(e *entry) {
	if r.text("benefit_name") == "" {
		return
	}
	p := &e.plan
	e.fill("benefits", func() { p.Benefits = nil })
	path := fmt.Sprintf("benefits[%d]", len(p.Benefits))
	for part, field := range map[string]string{"name": "benefit_name", "kind": "benefit_kind", "metric": "benefit_metric", "units": "units", "price": "price", "share": "share", "price_source": "price_source"} {
		e.at[path+"."+part] = place{r.row.Line, field}
	}
	p.Benefits = append(p.Benefits, Benefit{
		Name: r.text("benefit_name"), Kind: r.word("benefit_kind"), Metric: r.metric("benefit_metric"), Units: r.number("units"), Price: r.minor("price", ""), Share: r.number("share"), PriceSource: r.text("price_source"),
	})
}

// located gives a fault of a plan its line and column in the file.
func (r *reader) located(e *entry, f errs.Field) errs.Field {
	out := errs.Field{Line: e.first, Code: f.Code, Params: f.Params}
	at, known := e.at[f.Path]
	if !known {
		at, known = e.at[f.Path[:max(0, strings.LastIndexByte(f.Path, '.'))]+".name"]
	}
	if known {
		out.Line, out.Column = at.line, r.m.Columns[at.field]
	}
	if out.Column == "" {
		field := f.Path
		switch f.Path { // what no row says has no place: the heading that should have said it
		case "metric":
			field = "outcome"
		case "treated":
			field = "team"
		}
		out.Column = r.m.Columns[field]
	}
	return out
}
