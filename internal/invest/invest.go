// Package invest says where the next money is best spent. A proposal is a solution to a gap between what is and what is
// wanted, or to a barrier; colleagues estimate it independently, and a job ranks all of them by (desired − actual) × value
// of a point × probability ÷ cost, with intervals, into three lists: invest, watch, park. A rank is a forecast: it rests
// on estimates and on links that are consistent with a cause and never prove one. Nothing here enters ROI.
package invest

import (
	"time"

	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/series"
)

// State of a proposal.
type State string

// The states. While a round is open people estimate without seeing each other's figures.
const (
	Estimating State = "estimating"
	Estimated  State = "estimated" // the round is closed
	Accepted   State = "accepted"
	Withdrawn  State = "withdrawn"
)

// Proposal is a solution to a gap or a barrier.
type Proposal struct {
	ID        string
	Idea      Idea
	State     State
	Round     int // of estimates, from 1
	Parked    *Parking
	Accepted  *Acceptance
	Version   int
	CreatedAt time.Time
	CreatedBy string
	EditedAt  time.Time
}

// Idea is what is proposed.
type Idea struct {
	Name      string
	Behaviour string // what people would do differently
	Solution  string // how
	Metric    string // id of what the gap is in
	Team      string // id; empty: the whole organisation
	Barrier   string // id; may be empty
	Purpose   initiative.Purpose
	Side      initiative.Side
	Price     *Price // nil: the chain says what a point is worth
}

// Price is what one unit of the metric is worth in these teams for a year, by declaration. A price is not evidence: its
// source is named.
type Price struct {
	PerYear int64 // minor units per unit that the metric rises; negative where lower is better
	Source  string
}

// Parking puts a proposal aside by hand until a day.
type Parking struct {
	Until  time.Time
	Reason string
	By     string
	At     time.Time
}

// Acceptance is what became of a proposal: one of the two is set.
type Acceptance struct {
	At         time.Time
	By         string
	Initiative string // id of the draft
	Action     string // id of the action
}

// Estimate is one colleague's view. Once given it stays: whoever gives one sees the others'.
type Estimate struct {
	Proposal    string
	Round       int
	By          string
	Name        string
	At          time.Time
	Share       float64 // of the gap that would be closed, 0–1
	Probability float64 // that it works, 0–1
	Cost        int64   // fully loaded, minor units of the ledger's currency
	Note        string
}

// List is one of the three answers to "where next".
type List string

// The lists.
const (
	Invest List = "invest"
	Watch  List = "watch"
	Park   List = "park"
)

// The rules of the lists, in terms of evidence.
const (
	// EnoughEstimates is how many independent estimates a rank asks for.
	EnoughEstimates = 2
	// Sure and Unlikely are the shares of joint draws in which the worth exceeds the cost: invest from Sure on (the
	// conservative case P10 pays), park up to Unlikely.
	Sure     = .9
	Unlikely = .1
	// lookAgain is after how many months something parked by rule is looked at again.
	lookAgain = 6
	// Months of the horizon of ROV: three years, and one for what runs through employees, whose effects have no tail
	// unless their persistence was measured.
	HorizonMonths         = 36
	EmployeeHorizonMonths = 12
)

// Standing is where a proposal stood when it was ranked last.
type Standing struct {
	Proposal  string
	At        time.Time
	RunID     string // correlation run behind the value of a point
	List      List
	Rank      int // from 1 among those with a ratio; 0: none
	Reasons   []evidence.Sentence
	LookAgain time.Time // for what is parked
	Desired   *float64
	Actual    *evidence.Estimate
	Gap       *float64 // desired − actual
	Combined  *Combined
	Worth     Worth
	Value     *Money // of what is expected to be closed: gap × share × value of a point × probability
	Ratio     *Ratio
}

// Combined is what colleagues estimate together: the mean, and the least and the most anybody said.
type Combined struct {
	N           int
	Share       Spread
	Probability Spread
	Cost        Spread // minor units
}

// Spread is a mean with its ends.
type Spread struct{ Mean, Least, Most float64 }

// Money is an amount with its doubt, minor units: the plug-in value, and percentiles of the joint draw.
type Money struct {
	Value, P5, P50, P95 int64
}

// Ratio is expected worth per unit of cost; 1 is break-even.
type Ratio struct {
	Value, P5, P10, P50, P95 float64
	Pays                     float64 // share of the joint draws above break-even
	First                    float64 // share of the joint draws in which no other proposal has a higher ratio
}

// Worth is what one unit of a metric is worth in some teams over a horizon, and by which way.
type Worth struct {
	By        string // "chain", "driver" (a link into the chain) or "price"
	Steps     []Step
	Months    float64
	Teams     int
	Currency  string
	PerPoint  *Money
	Source    string // of revenue and margin, or of the price
	NotEnough *Reason
	// Caveats say how sure the first figure is as a measurement, and whether it stands for itself or for a bundle.
	Caveats    []evidence.Sentence
	LowerBound bool // noise in the figure makes the worth smaller than it is
}

// The ways to a value.
const (
	ByChain  = "chain"
	ByDriver = "driver"
	ByPrice  = "price"
)

// Reason says why there is no value, and whether enough figures were there to see that there is no link.
type Reason struct {
	Code   string // key invest.why.<code>
	NoLink bool
	Why    []evidence.Sentence
}

// Step is one link on the way from a metric to money.
type Step struct {
	From, To string // names; To is empty for money
	Unit     string // of To
	Effect   evidence.Estimate
	Verdict  evidence.Verdict
	Text     []evidence.Sentence
	Lag      int
	Grain    series.Grain
	// Change is what moving the first metric would go along with; set in a what-if only.
	Change *evidence.Estimate
}
