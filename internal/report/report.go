// Package report closes a quarter: it gathers what is known on the quarter's last day about the organisation and about
// each team, keeps it as one plain value, and puts that value into words, pictures and files in the reader's language.
// Page, PDF, workbook, CSV and JSON are made from the one value, so they cannot disagree. A report reads stored findings,
// effects and returns; the averages of a quarter are computed while it is closed, never while somebody waits for a page.
package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// State of a report.
type State string

// The states. An approved report is never changed; late facts make a new version of it.
const (
	Draft    State = "draft"
	Approved State = "approved"
)

// Head says which report it is and how it stands.
type Head struct {
	Quarter    Quarter
	TeamID     string // empty: the organisation
	TeamName   string
	Version    int // from 1; a later one restates the ones before
	State      State
	ClosedAt   time.Time
	ClosedBy   string
	ApprovedAt time.Time
	ApprovedBy string // name of the person
	Digest     string // of the content
	Facts      string // digest of the figures the quarter was closed on
	RunID      string // linkage run behind the links
}

// Report is one quarter of the organisation or of a team.
type Report struct {
	Head
	Moved   []Move // what the version before said otherwise; empty in the first one
	Content Content
}

// Move is a figure that a restated report gives otherwise than the version before; nil: it was, or is, not there.
type Move struct {
	Label  evidence.Sentence
	Form   Form
	Before *float64
	After  *float64
}

// Form says how a number is written.
type Form string

// The forms: a share is a fraction written as per cent, money is minor units of the report's currency.
const (
	Plain Form = "plain"
	Share Form = "share"
	Money Form = "money"
	Count Form = "count"
	// Chance is a fraction between 0 and 1, written as whole per cent; SignedForm a number with its sign.
	Chance     Form = "chance"
	SignedForm Form = "signed"
)

// Content is everything a report says. It holds no moment of its making, so that the same facts give the same content.
type Content struct {
	Currency    string
	Nothing     bool // the quarter has no figure at all
	Path        []string
	Headline    []evidence.Sentence
	Statement   *returns.Statement // the three returns; nil where nothing was invested
	Why         []evidence.Sentence
	Chain       *Chain
	Tested      Tested
	Initiatives []Initiative
	Coming      int // initiatives that had not begun
	Measures    []Measure
	Panel       *Panel
	Gaps        []Gap
	Proposals   []Proposal
	Confounders []Confounder
	Changes     []evidence.Sentence
	Methods     []string // names in the registry
}

// Tested counts the links that were looked at, by verdict.
type Tested struct {
	Pairs int
	By    map[evidence.Verdict]int
}

// Link is one arrow of the chain.
type Link struct {
	From, To  string // names of the figures
	FromID    string
	ToID      string
	FromKind  series.Kind
	ToKind    series.Kind
	FindingID string // empty: the second link of a chain, which has no page of its own
	Estimate  evidence.Estimate
	Verdict   evidence.Verdict
	Lag       int
	Grain     series.Grain
	Text      evidence.Sentence
}

// Chain is the way from employee experience to money, as far as the figures reach.
type Chain struct {
	Links       []Link
	Loyalty     []Link              `json:",omitempty"` // the way from customer experience through loyalty behaviour to the same money, where figures of all reach
	Established bool                // every one of Links is supported
	Caveats     []evidence.Sentence `json:",omitempty"` // how a point of it may be spoken of as money
}

// Initiative is a row of the initiatives table.
type Initiative struct {
	ID            string
	Name          string
	Purpose       initiative.Purpose
	Start, End    time.Time
	Cost          int64
	MetricID      string
	Metric        string
	Unit          string
	Effect        evidence.Estimate
	Grade         string // empty: ungraded
	Summary       []evidence.Sentence
	Events        []initiative.EventPoint
	Open          bool
	Retrospective bool
	Entangled     bool
	ROI           *returns.Return
	Method        string
}

// Measure is one figure of the quarter beside the quarter before.
type Measure struct {
	MetricID       string
	Name           string
	Unit           string
	Kind           series.Kind
	HigherIsBetter bool
	Grain          series.Grain
	Teams          int
	Version        int      // of the metric's definition
	Now            *float64 // mean of the teams' means over the quarter's periods
	Err            *float64 // standard error of Now for these teams, from how figures vary from period to period
	Spread         *float64 // standard deviation of the company's teams' means; only from ten teams on
	Change         evidence.Estimate
	Parent         *float64 // the unit above; team reports only
	Company        *float64
}

// Panel is a figure per team, pulled towards the company's mean as far as the figures are uncertain. Rows stand in the
// order of the tree: there is no rank.
type Panel struct {
	Columns []PanelColumn
	Rows    []PanelRow
}

// PanelColumn is one figure of the panel.
type PanelColumn struct {
	MetricID string
	Name     string
	Unit     string
	Kind     series.Kind
	Mean     *float64
	Apart    int // teams whose interval lies off the mean
}

// PanelRow is one team.
type PanelRow struct {
	TeamID string
	Name   string
	Under  string
	Cells  []PanelCell
}

// PanelCell is a team's figure with its interval; no Value: nothing may be shown, or there is no figure.
type PanelCell struct {
	Value, Lo, Hi *float64
	Side          int // 1: above the mean beyond doubt, −1: below, 0: cannot be told apart
}

// Gap is a figure beside its desired level.
type Gap struct {
	MetricID string
	Metric   string
	Unit     string
	TeamID   string
	Team     string
	Actual   *float64
	Desired  float64
	Market   *float64
	By       time.Time
	Owner    string
	Closed   bool
}

// Proposal is a solution to a gap, with the list it stands on.
type Proposal struct {
	ID     string
	Name   string
	List   string // invest, watch, park
	Reason evidence.Sentence
	Value  *float64 // per unit of cost
	Lo, Hi *float64
	Again  time.Time // parked until
}

// Confounder is something that happened in the quarter and may explain figures.
type Confounder struct {
	EventID string // empty: a figure that changed
	Title   string
	Kind    string
	On      time.Time
	Until   time.Time
	Source  string
}

// digest is the fingerprint of a value as JSON.
func digest(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", errs.New(errs.KindInternal, "report_unwritable").Because(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
