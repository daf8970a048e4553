package returns

import "encoding/json"

// DefinitionVersion is the version of the definitions behind every figure of this package.
const DefinitionVersion = "2026-1"

// Result holds the three returns of a case and what they are made of.
type Result struct {
	Definition    string        `json:"definition"`
	Currency      string        `json:"currency"`
	Investment    int64         `json:"investment"` // minor units
	ROI           Return        `json:"roi"`
	ROV           Return        `json:"rov"`
	ROX           Return        `json:"rox"`
	Bridge        []BridgeLine  `json:"bridge"`
	MediatedShare MediatedShare `json:"mediated_share"`
	// Yield is (M_EX + S_EX) / (ΔEX × treated teams × quarters): minor units per point of employee experience, team and
	// quarter. YieldPerCost is the same value per unit of currency spent. Left out where there is no chain.
	Yield        *float64 `json:"yield,omitempty"`
	YieldPerCost *float64 `json:"yield_per_cost,omitempty"`
	Parts        *Parts   `json:"chain,omitempty"`
	Lines        []Entry  `json:"lines"`
	Cash         Cash     `json:"cash"`
	Reps         int      `json:"reps"`
	Seed         uint64   `json:"seed"`
}

// Return is one of the three returns, as a fraction of the investment: 0 is break-even.
type Return struct {
	Estimate     float64 `json:"estimate"` // plug-in: every line at its point value
	P50          float64 `json:"p50"`
	P5           float64 `json:"p5"`
	P95          float64 `json:"p95"`
	P10          float64 `json:"p10"` // conservative case, of the joint draw
	P90          float64 `json:"p90"`
	ProbPositive float64 `json:"prob_positive"`
	BCR          float64 `json:"bcr"` // benefit–cost ratio
	// WithoutDefaultPrices is the estimate without lines priced by a default; nil where there are none (R5b).
	WithoutDefaultPrices *float64 `json:"without_default_prices,omitempty"`
	// LongView is ROX with the tail of customers kept or won; nil elsewhere.
	LongView *Return `json:"long_view,omitempty"`
	// Label says how to read it, where a return rests on more than measured contrasts.
	Label string `json:"label,omitempty"`
	// NotEnough stands in the place of all figures where a gate failed.
	NotEnough *NotEnough `json:"-"`
}

// NotEnough says why a figure cannot be given and what is missing.
type NotEnough struct {
	Reason  string `json:"reason"`
	Missing string `json:"missing"`
}

// Reasons for NotEnough, labels and verdicts.
const (
	ReasonNoMeasuredLine   = "no_measured_line"
	ReasonNoChain          = "chain_not_established"
	ReasonNoCustomerMargin = "customer_margin_not_measured"
	ReasonNoDiscount       = "discount_rate_missing"

	LabelPartlyModelled = "rests_partly_on_models"
	LabelConsistentWith = "consistent_with"

	VerdictDetermined    = "determined"
	VerdictNotDetermined = "not_determined"
	VerdictNotExplained  = "chain_does_not_explain_the_effect"
)

type notEnoughOnly struct {
	NotEnough *NotEnough `json:"not_enough"`
}

// MarshalJSON writes {not_enough} in the place of figures that do not exist.
func (r Return) MarshalJSON() ([]byte, error) {
	if r.NotEnough != nil {
		return json.Marshal(notEnoughOnly{r.NotEnough})
	}
	type figures Return
	return json.Marshal(figures(r))
}

// BridgeLine is one step from ROI to ROV: its amount in minor units and in percentage points of the investment.
type BridgeLine struct {
	Line   string  `json:"line"`
	Amount int64   `json:"amount"`
	Points float64 `json:"points"`
	Grade  Grade   `json:"grade"`
}

// MediatedShare is M_EX as a part of the customer margin the design measured.
type MediatedShare struct {
	Estimate  float64    `json:"estimate"`
	P50       float64    `json:"p50"`
	P5        float64    `json:"p5"`
	P95       float64    `json:"p95"`
	Verdict   string     `json:"verdict"`
	NotEnough *NotEnough `json:"-"`
}

// MarshalJSON writes {not_enough} in the place of figures that do not exist.
func (m MediatedShare) MarshalJSON() ([]byte, error) {
	if m.NotEnough != nil {
		return json.Marshal(notEnoughOnly{m.NotEnough})
	}
	type figures MediatedShare
	return json.Marshal(figures(m))
}

// Parts are the four parts of ROX, minor units. MCX is nil where ΔCX was not measured; it then counts as nothing.
type Parts struct {
	DEX       float64 `json:"d_ex"` // the measured change in employee experience, with its 90 % interval
	DEXLow    float64 `json:"d_ex_lo"`
	DEXHigh   float64 `json:"d_ex_hi"`
	MEX       int64   `json:"m_ex"`
	MEXP5     int64   `json:"m_ex_p5"`
	MEXP95    int64   `json:"m_ex_p95"`
	MCX       *int64  `json:"m_cx,omitempty"`
	CXChecked bool    `json:"cx_measured"`
	SEX       int64   `json:"s_ex"`
	SCX       int64   `json:"s_cx"`
	Label     string  `json:"label"`
}

// Entry is a benefit line as it was counted.
type Entry struct {
	Name         string  `json:"name"`
	Kind         Kind    `json:"kind"`
	Value        int64   `json:"value"`
	SE           float64 `json:"se"`
	Low          int64   `json:"ci_lo"`
	High         int64   `json:"ci_hi"`
	Level        float64 `json:"level"`
	Grade        Grade   `json:"grade"`
	CountsIn     Place   `json:"counts_in"`
	Realised     bool    `json:"realised"`
	PriceSource  string  `json:"price_source"`
	DefaultPrice bool    `json:"default_price"`
}

// Cash is the money over time: benefits of the window spread evenly over its months, costs in theirs.
type Cash struct {
	NPV             *int64     `json:"npv,omitempty"`
	NPVWithTail     *int64     `json:"npv_with_tail,omitempty"`
	NPVNotEnough    *NotEnough `json:"npv_not_enough,omitempty"`
	PaybackMonth    *int       `json:"payback_month,omitempty"`
	PaidBackInside  bool       `json:"paid_back_in_window"`
	Curve           []Point    `json:"curve"`
	DiscountPerYear *float64   `json:"discount_per_year,omitempty"`
}

// Point is the cumulative net amount at the end of a month, by quarter within the window, by year in the tail.
type Point struct {
	Month      int   `json:"month"`
	Cumulative int64 `json:"cumulative"`
	Tail       bool  `json:"tail"`
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Return) UnmarshalJSON(b []byte) error {
	var no notEnoughOnly
	if err := json.Unmarshal(b, &no); err != nil {
		return err
	}
	type figures Return
	var f figures
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*r = Return(f)
	r.NotEnough = no.NotEnough
	return nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *MediatedShare) UnmarshalJSON(b []byte) error {
	var no notEnoughOnly
	if err := json.Unmarshal(b, &no); err != nil {
		return err
	}
	type figures MediatedShare
	var f figures
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*m = MediatedShare(f)
	m.NotEnough = no.NotEnough
	return nil
}
