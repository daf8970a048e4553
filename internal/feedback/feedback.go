// Package feedback knows what customers and partners say: scores with a declared type, comments, and the three pains
// (waiting, effort, loops left open) of the interaction they speak of. Answers given after an event (transactional) and
// answers about the relationship are never added together. It never sees an employee's answer.
package feedback

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/fact"
	"rapport/internal/intake"
)

// ScoreType says what a score is. It is declared by whoever brings the scores in, never inferred from them.
type ScoreType string

// The types: would you recommend us (0–10), how satisfied were you (1–5), how easy was it (1–7, CES 2.0), and any other
// figure under a name of its own.
const (
	NPS  ScoreType = "nps"
	CSAT ScoreType = "csat"
	CES  ScoreType = "ces"
	Free ScoreType = "free"
)

// Relation says what was asked about.
type Relation string

// The relations.
const (
	Transactional Relation = "transactional"
	Relational    Relation = "relational"
)

// Population says who answered. Answers of partners are never added to those of customers: they have metrics of their own.
type Population string

// The populations. An answer that does not say otherwise comes from a customer, so that what is stored of customers stays as it is.
const (
	Customers Population = ""
	Partners  Population = "partner"
)

// PopulationOf reads a population as it is called outside, where customers are "customer" or nothing; ok is false when it is none.
func PopulationOf(name string) (p Population, ok bool) {
	switch name {
	case "", "customer":
		return Customers, true
	case string(Partners):
		return Partners, true
	}
	return "", false
}

// String gives the name outside: customer or partner.
func (p Population) String() string {
	if p == Customers {
		return "customer"
	}
	return string(p)
}

// Feedback is one answer.
type Feedback struct {
	ID         int64 // 0 before it is stored
	Team       string
	At         time.Time
	Customer   string
	Type       ScoreType // empty when only words were given
	Relation   Relation
	Population Population
	Metric     string // key of a free metric
	Score      float64
	Touchpoint string
	Order      string
	Title      string
	Comment    string
	Language   string
	Segment    string
	Product    string
	Channel    string
	Waiting    float64 // minutes; negative when not known
	Contacts   float64 // how often the customer had to get in touch; negative when not known
	Closure    string  // open, closed or reopened; empty when not known
	Emotion    string  // how the customer says it felt, one of Emotions; empty when not said
	Expected   string  // compared with what the customer had expected, one of Expectations; empty when not said
	Heard      *Heard  // what was read in the words when they came in; nil without words
}

// Emotions are the feelings offered, from pleasant to unpleasant, as many of the one kind as of the other.
var Emotions = []string{"delighted", "pleased", "relieved", "indifferent", "disappointed", "frustrated", "angry"}

// pleasant is how many of the Emotions are pleasant; as many at the end are unpleasant.
const pleasant = 3

// Expectations are how an experience compares with what was expected, from worst to best.
var Expectations = []string{"much_worse", "worse", "as_expected", "better", "much_better"}

// fieldCount is the number of packed fields; see pack.
const fieldCount = 19

func (f Feedback) pack() []byte {
	number := func(v float64, known bool) string {
		if !known {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fact.Fields(string(f.Type), string(f.Relation), f.Metric, number(f.Score, f.Type != ""), f.Touchpoint, f.Order, f.Title, f.Comment,
		f.Language, f.Segment, f.Product, f.Channel, number(f.Waiting, f.Waiting >= 0), number(f.Contacts, f.Contacts >= 0), f.Closure, f.Emotion, f.Expected, f.Heard.pack(),
		string(f.Population))
}

// Of unpacks a stored fact.
func Of(x fact.Fact) Feedback {
	v, _ := fact.ReadFields(x.Body, fieldCount)
	number := func(s string) float64 {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return -1
		}
		return n
	}
	f := Feedback{
		ID: x.ID, Team: x.Team, At: x.At, Customer: x.Customer, Type: ScoreType(v[0]), Relation: Relation(v[1]), Metric: v[2], Touchpoint: v[4], Order: v[5], Title: v[6],
		Comment: v[7], Language: v[8], Segment: v[9], Product: v[10], Channel: v[11], Waiting: number(v[12]), Contacts: number(v[13]), Closure: v[14], Emotion: v[15], Expected: v[16],
	}
	if f.Type != "" {
		f.Score = number(v[3])
	}
	f.Heard, f.Population = heardOf(v[17]), Population(v[18])
	return f
}

// Scale gives the ends of a type's scale; ok is false for a free metric, which has none.
func (t ScoreType) Scale() (lo, hi float64, ok bool) {
	switch t {
	case NPS:
		return 0, 10, true
	case CSAT:
		return 1, 5, true
	case CES:
		return 1, 7, true
	}
	return 0, 0, false
}

// Measures of the sums.
const (
	measureWaiting  = "waiting"
	measureContacts = "contacts"
	measureClosure  = "closure"
	measureEmotion  = "emotion"  // with the relation behind it
	measureExpected = "expected" // the same
)

// closures are the buckets of measureClosure.
var closures = []string{"open", "closed", "reopened"}

// scoreMeasure names the sum a score belongs to: "nps.transactional", "free.trust.relational".
func scoreMeasure(t ScoreType, metric string, r Relation) string {
	if t == Free {
		return string(Free) + "." + metric + "." + string(r)
	}
	return string(t) + "." + string(r)
}

// kind implements fact.Feature.
type kind struct{}

// Kind implements fact.Feature.
func (kind) Kind() intake.Kind { return intake.Feedback }

// partnersPrefix begins the measures of what partners say.
const partnersPrefix = "partners."

// ofPopulation gives what a measure is called without its population, and whether it is the one asked for.
func ofPopulation(measure string, p Population) (name string, ours bool) {
	name, partners := strings.CutPrefix(measure, partnersPrefix)
	return name, partners == (p == Partners)
}

// Readings implements fact.Feature. A score of a known scale is its own bucket.
func (kind) Readings(at time.Time, body []byte, out []fact.Reading) []fact.Reading {
	f := Of(fact.Fact{At: at, Body: body})
	first := len(out)
	out = f.readings(at, out)
	if f.Population == Partners {
		for i := first; i < len(out); i++ {
			out[i].Measure = partnersPrefix + out[i].Measure
		}
	}
	return out
}

// readings are those of an answer, whoever gave it.
func (f *Feedback) readings(at time.Time, out []fact.Reading) []fact.Reading {
	if f.Type != "" {
		r := fact.Reading{Measure: scoreMeasure(f.Type, f.Metric, f.Relation), At: at, Value: f.Score}
		if _, _, fixed := f.Type.Scale(); fixed {
			r.Bucket = int(f.Score)
		}
		out = append(out, r)
	}
	if f.Waiting >= 0 {
		out = append(out, fact.Reading{Measure: measureWaiting, At: at, Bucket: fact.Step(f.Waiting), Value: f.Waiting})
	}
	if f.Contacts >= 0 {
		out = append(out, fact.Reading{Measure: measureContacts, At: at, Bucket: int(min(f.Contacts, 100)), Value: f.Contacts})
	}
	if i := slices.Index(closures, f.Closure); i >= 0 {
		out = append(out, fact.Reading{Measure: measureClosure, At: at, Bucket: i, Value: 1})
	}
	if i := slices.Index(Emotions, f.Emotion); i >= 0 {
		out = append(out, fact.Reading{Measure: measureEmotion + "." + string(f.Relation), At: at, Bucket: i, Value: 1})
	}
	if i := slices.Index(Expectations, f.Expected); i >= 0 {
		out = append(out, fact.Reading{Measure: measureExpected + "." + string(f.Relation), At: at, Bucket: i, Value: float64(i - len(Expectations)/2)})
	}
	return f.words(out)
}
