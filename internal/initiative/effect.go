package initiative

import (
	"time"

	"rapport/internal/evidence"
	"rapport/internal/series"
)

// Design is how an effect was told from what would have happened anyway.
type Design string

// The designs; the rule that picks one is choose.
const (
	DiD         Design = "did"
	Staggered   Design = "staggered"
	Synthetic   Design = "synthetic_control"
	Interrupted Design = "interrupted_series"
	NoDesign    Design = "none"
)

// Level of the intervals of effects: a line is called realised by its 90 % interval.
const Level = .9

// Evaluation is what came of an initiative, as far as the figures reach.
type Evaluation struct {
	InitiativeID  string
	AsOf          time.Time
	At            time.Time
	Version       int // of the initiative
	Hash          string
	Retrospective bool
	Entangled     []Overlap
	Noticed       *Noticed `json:",omitempty"` // nil without a perception question that has answers
	Effects       []Effect // of the outcome first, then of the metrics that benefits name
	Beside        []Beside // every other metric that could be compared, money and confounders apart
	Seconds       float64
}

// Effect is what an initiative changed in one metric.
type Effect struct {
	MetricID       string
	Metric         string
	Kind           series.Kind
	Unit           string
	HigherIsBetter bool
	Grain          series.Grain
	Design         Design
	Why            []evidence.Sentence // why this design
	Estimate       evidence.Estimate   // mean over treated teams and periods, in units of the metric
	Grade          string              // A, B or C; empty: ungraded
	GradeWhy       []evidence.Sentence
	Summary        []evidence.Sentence // the finding in plain words
	Treated        int
	Comparison     int
	Left           int // teams left out for gaps
	Pre, Post      int
	Before         *float64 // mean of the treated teams before the start
	Now            *float64 // and in the last period
	Start          string   // first period in which an effect is looked for
	Events         []EventPoint
	Path           []PathPoint
	Placebos       [][]float64 // gaps of pretended starts, along Path
	Checks         []Check
	Weights        []Weight // of the synthetic control
	Teams          []TeamEffect
	Open           bool // the window has not ended
	// Verdict tells what was not noticed from what did not work; only for the outcome, and only where people were asked.
	Verdict *evidence.Sentence `json:",omitempty"`
}

// EventPoint is the effect at a distance from the start, in periods; before the start it should be nothing.
type EventPoint struct {
	At       int
	Estimate float64
	Lo, Hi   *float64 // nil where an error would be too small to be honest
}

// PathPoint is a period of the picture: treated teams, and what they would have done.
type PathPoint struct {
	Period         string
	Treated        float64
	Counterfactual float64
	Gap            float64
}

// Weight is a team's part in a synthetic control.
type Weight struct {
	TeamID string
	Weight float64
}

// Check is one test of whether to believe the effect. Passed is nil where it could not be made.
type Check struct {
	Key    string
	Passed *bool
	P      *float64
	Value  *float64
	Text   evidence.Sentence
}

func yes(b bool) *bool       { return &b }
func num(v float64) *float64 { return &v }
func said(key string, kv ...any) evidence.Sentence {
	s := evidence.Sentence{Key: key}
	for i := 0; i+1 < len(kv); i += 2 {
		if s.Params == nil {
			s.Params = map[string]evidence.Param{}
		}
		s.Params[kv[i].(string)] = kv[i+1].(evidence.Param)
	}
	return s
}
