// Package series holds the metric catalogue and the figures per team and period that come from files, forms and other
// systems, and the dated events that may explain them. It never sees an answer of a person.
package series

import (
	"math"
	"time"
)

// Kind says which column of the chain a metric belongs to.
type Kind string

// The kinds of metrics.
const (
	EX         Kind = "ex"
	CX         Kind = "cx"
	Behaviour  Kind = "behaviour"
	Money      Kind = "money"
	Outcome    Kind = "outcome"
	Confounder Kind = "confounder"
)

// Aggregation says how finer figures become a coarser one.
type Aggregation string

// The aggregations. Mean is weighted by respondents where they are counted.
const (
	Mean Aggregation = "mean"
	Sum  Aggregation = "sum"
	Last Aggregation = "last"
)

// Metric is one entry of the catalogue.
type Metric struct {
	ID             string
	Key            string // short name used in files and mappings; unique
	Name           string
	Kind           Kind
	Unit           string
	HigherIsBetter bool
	Aggregation    Aggregation
	Definition     string
	Formula        string
	Owner          string
	DefaultLag     int  // periods by which this metric, as y, is declared to follow its drivers
	AboutPeople    bool // about employees: obeys the five-person floor (always true for EX)
	Scale          Scale
	Version        int // raised when definition, formula, unit, direction or aggregation change
	CreatedAt      time.Time
}

// Scale is the scale one person answered on, where the figure of a team is a mean of such answers: its ends, and how many
// steps lie between them (4 on a scale from 1 to 5). The zero Scale says that there is none or that nobody knows.
type Scale struct {
	Low, High float64
	Steps     int
}

// Declared reports whether the scale is known.
func (s Scale) Declared() bool { return s != Scale{} }

// valid reports whether answers can lie on the scale.
func (s Scale) valid() bool {
	return s.Low < s.High && s.Steps >= 1 && s.Steps <= maxSteps && !math.IsInf(s.High-s.Low, 0)
}

// maxSteps is the finest scale of one answer.
const maxSteps = 100

// Floor is the least number of respondents behind a figure about people that may be used or shown.
const Floor = 5

// Value is one figure of one team in one period.
type Value struct {
	MetricID string
	TeamID   string
	Period   Period
	Value    float64
	N        int // respondents; 0 = not counted
}

// HeldBack reports whether the figure may not be used or shown anywhere: about people, and fewer than Floor
// respondents or no count.
func (m Metric) HeldBack(n int) bool { return (m.Kind == EX || m.AboutPeople) && n < Floor }

// Query selects figures. Empty Metrics means all; a zero From or To is open.
type Query struct {
	Metrics []string
	From    time.Time // first day
	To      time.Time // last day: figures of periods that start after it are left out
}
