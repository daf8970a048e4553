package returns

import "strings"

// Kind says what a benefit line pays for.
type Kind string

// The kinds of returns.md. LongRun lines pay after the window and enter ROV only.
const (
	RetainedMargin    Kind = "retained_margin"
	MarginPerCustomer Kind = "margin_per_customer"
	ReferredMargin    Kind = "referred_margin"
	WonMargin         Kind = "won_margin"
	CostToServe       Kind = "cost_to_serve"
	ProcessTime       Kind = "process_time"
	Attrition         Kind = "attrition"
	Absence           Kind = "absence"
	Quality           Kind = "quality"
	Other             Kind = "other"
	LongRun           Kind = "long_run"
)

// nature is what the rules need to know about a kind.
type nature struct {
	customer bool // part of the customer margin the design measured (the mediated share's denominator)
	tail     bool // a CLV tail may follow (R7: customers retained or won only)
	employee bool // S_EX: employee-side saving
	service  bool // S_CX: service-side saving
	once     bool // R7: this money is split once, a second line would count it twice
}

var kinds = map[Kind]nature{
	RetainedMargin:    {customer: true, tail: true, once: true},
	MarginPerCustomer: {customer: true, once: true},
	ReferredMargin:    {customer: true, tail: true, once: true},
	WonMargin:         {customer: true, tail: true, once: true},
	CostToServe:       {service: true, once: true},
	ProcessTime:       {},
	Attrition:         {employee: true, once: true},
	Absence:           {employee: true, once: true},
	Quality:           {service: true},
	Other:             {},
	LongRun:           {},
}

// spoken maps the words of the definition to kinds, so that a file may say "quality/rework" or "cost to serve".
var spoken = map[string]Kind{
	"retained": RetainedMargin, "margin": MarginPerCustomer, "referred": ReferredMargin, "won": WonMargin,
	"quality_rework": Quality, "rework": Quality,
}

// ParseKind reads a kind; spaces, hyphens and slashes count as underscores.
func ParseKind(s string) (Kind, bool) {
	w := strings.NewReplacer(" ", "_", "-", "_", "/", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
	if _, ok := kinds[Kind(w)]; ok {
		return Kind(w), true
	}
	k, ok := spoken[w]
	return k, ok
}

// Grade is the evidence grade of a line: A randomised, B difference-in-differences or synthetic control, C interrupted
// series, D model or elasticity, E expert estimate × stated confidence.
type Grade string

// The grades.
const (
	GradeA Grade = "A"
	GradeB Grade = "B"
	GradeC Grade = "C"
	GradeD Grade = "D"
	GradeE Grade = "E"
)

// Place says where a line counts.
type Place string

// A line counts in ROI (and with it in ROV), in ROV only, or nowhere (indicative).
const (
	InROI      Place = "roi"
	InROV      Place = "rov"
	Indicative Place = "indicative"
)

// place applies R5: measured lines enter ROI whatever their sign, what rests on models or pays later enters ROV.
func (l Line) place() Place {
	switch {
	case l.Grade == GradeD || l.Grade == GradeE || l.Kind == LongRun:
		return InROV
	case l.Grade == GradeC:
		return Indicative
	}
	return InROI
}

// z90 is the 95th percentile of the standard normal distribution: the half-width of a 90 % interval in standard errors.
const z90 = 1.6448536269514722

// realised: measured, and the 90 % interval lies above zero.
func (l Line) realised() bool {
	return l.place() == InROI && float64(l.Value)-z90*l.SE > 0
}

// defaultPriced: the price comes from a default such as the replacement factor, not from this organisation.
func (l Line) defaultPriced() bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(l.PriceSource)), "default")
}
