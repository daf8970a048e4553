// Package evidence holds the gates of the definition of the returns: what may be shown with how many teams and periods,
// which verdict a pair of figures earns, and what is missing where the answer is "not enough". It is pure, knows no
// team and no metric beyond their names, and never turns a failed gate into a number.
package evidence

// Verdict is what may be said of a link.
type Verdict string

// The verdicts, from strongest to weakest.
const (
	Supported   Verdict = "supported"
	Indicative  Verdict = "indicative"
	Exploratory Verdict = "exploratory"
	NoLinkSeen  Verdict = "no_link_seen"
	NotEnough   Verdict = "not_enough_evidence"
)

// Rank orders verdicts for a report: evidence first, strength second.
func (v Verdict) Rank() int {
	for i, w := range []Verdict{Supported, Indicative, Exploratory, NoLinkSeen, NotEnough} {
		if v == w {
			return i
		}
	}
	return 5
}

// The gates (see the definition of the returns, "Gates").
const (
	TeamsShown    = 10  // fewer: nothing is shown
	TeamsModel    = 20  // fewer: interval only, no p-value
	PeriodsModel  = 4   // fewer: interval only, no p-value
	TeamsAnalytic = 40  // fewer: p from the wild cluster bootstrap
	PeriodsShock  = 8   // fewer: a shared shock that hits teams unequally cannot be ruled out
	Level         = .05 // of q and p
	IntervalLevel = .95
)

// Reach says how far a panel of so many teams and periods may go.
type Reach int

// The reaches.
const (
	Nothing  Reach = iota // not shown
	Interval              // estimate and interval, exploratory
	Model                 // panel model with p-value
)

// Gap is a first-class "not enough": why, and what is missing. Several entries of Missing are all needed, unless Either
// says that any one of them will do.
type Gap struct {
	Reason  string    `json:"reason"` // translation key gap.<reason>
	Missing []Missing `json:"missing,omitempty"`
	Either  bool      `json:"either,omitempty"`
	Grain   string    `json:"grain,omitempty"` // what a period is
}

// Missing is how many more of something are needed.
type Missing struct {
	What  string `json:"what"` // "teams", "periods" or "observations"
	Count int    `json:"count"`
}

// Reasons of a Gap.
const (
	TooFewTeams        = "too_few_teams"
	TooFewPeriods      = "too_few_periods"
	TooFewBoth         = "too_few_teams_and_periods"
	TooFewObservations = "too_few_observations"
	NoVariation        = "no_variation"
	NoFigures          = "no_figures"
	NotComputable      = "not_computable"
)

// Gate applies the gates for correlations and regressions. The gap says what is missing for the next reach: for being
// shown at all below ten teams, else for the panel model; nil when nothing is missing.
func Gate(teams, periods int, grain string) (Reach, *Gap) {
	if teams == 0 || periods == 0 {
		return Nothing, Short(TeamsShown-teams, max(0, 2-periods), grain)
	}
	if teams < TeamsShown {
		return Nothing, Short(TeamsShown-teams, 0, grain)
	}
	if gap := Short(TeamsModel-teams, PeriodsModel-periods, grain); gap != nil {
		return Interval, gap
	}
	return Model, nil
}

// ShockGate is the gate of common correlated effects; nil when it is passed.
func ShockGate(teams, periods int, grain string) *Gap {
	return Short(TeamsModel-teams, PeriodsShock-periods, grain)
}

// Short makes the gap of so many missing teams and periods; nil when neither is missing.
func Short(teams, periods int, grain string) *Gap {
	g := &Gap{Grain: grain}
	if teams > 0 {
		g.Reason = TooFewTeams
		g.Missing = append(g.Missing, Missing{"teams", teams})
	}
	if periods > 0 {
		g.Reason = TooFewPeriods
		g.Missing = append(g.Missing, Missing{"periods", periods})
	}
	switch len(g.Missing) {
	case 0:
		return nil
	case 2:
		g.Reason = TooFewBoth
	}
	return g
}

// Estimate is a figure with its doubt, or the reason why there is none: exactly one of Value and Gap is there. P and Q
// stay nil where a gate allows the interval only.
type Estimate struct {
	Value      *float64 `json:"value,omitempty"`
	Lo         *float64 `json:"lo,omitempty"`
	Hi         *float64 `json:"hi,omitempty"`
	Level      float64  `json:"level,omitempty"`
	StdErr     *float64 `json:"se,omitempty"`
	T          *float64 `json:"t,omitempty"`
	DF         *float64 `json:"df,omitempty"`
	P          *float64 `json:"p,omitempty"`
	Q          *float64 `json:"q,omitempty"`
	N          int      `json:"n,omitempty"`
	Teams      int      `json:"teams,omitempty"`
	Periods    int      `json:"periods,omitempty"`
	Method     string   `json:"method,omitempty"`
	Convention string   `json:"convention,omitempty"`
	Gap        *Gap     `json:"gap,omitempty"`
}

// Without is the estimate that is not there.
func Without(method string, gap *Gap) Estimate { return Estimate{Method: method, Gap: gap} }

// Has reports whether there is a number.
func (e Estimate) Has() bool { return e.Value != nil }

// IntervalOnly takes away everything that looks like a test.
func (e Estimate) IntervalOnly() Estimate {
	e.T, e.DF, e.P, e.Q = nil, nil, nil, nil
	return e
}

// AboveZero and BelowZero report on which side of zero the whole interval lies.
func (e Estimate) AboveZero() bool { return e.Lo != nil && *e.Lo > 0 }

// BelowZero reports whether the whole interval lies below zero.
func (e Estimate) BelowZero() bool { return e.Hi != nil && *e.Hi < 0 }
