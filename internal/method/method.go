// Package method is the registry of every statistical method: what `rapport stat NAME` runs on a plain file, and where
// the method cards of the product take their words from (en, he, pl). One file per group of methods; each registers
// its methods in init. The mathematics itself lives in internal/stats; nothing here computes.
package method

import (
	"context"
	"fmt"
	"sort"
)

// Text is a sentence in the three languages.
type Text struct {
	En string `json:"en"`
	He string `json:"he"`
	Pl string `json:"pl"`
}

// Method is one entry of the registry.
type Method struct {
	Name       string                                               // what the command line calls it, e.g. "twfe"
	Title      Text                                                 // what a card calls it, e.g. "Two-way fixed effects"
	Summary    Text                                                 // one plain sentence: which question it answers
	Assumes    Text                                                 // what must hold for the answer to be right, one or two sentences
	Formula    string                                               // the definition in one line of plain mathematics
	Reference  string                                               // author, year, DOI
	Measured   Text                                                 // how often it is right on a labelled sample; empty where that is no question
	Convention string                                               // the default convention, where packages differ
	Example    string                                               // a runnable command line
	Needs      []string                                             // flags that must be given, e.g. "data", "unit", "x", "y"
	Params     []Param                                              // flags of this method only
	Figures    []string                                             // keys that -json prints as null when the method refuses
	Uses       []string                                             // of -weights and -cluster, those it reads: the others are refused, not ignored
	OwnReader  bool                                                 // reads the file itself: Input.Table stays nil
	Run        func(ctx context.Context, in Input) (*Result, error) `json:"-"`
}

// Param is a numeric flag that only this method has.
type Param struct {
	Name     string
	Default  float64 // NaN: must be given, unless Optional
	Optional bool    // NaN stands for "not given"
	Help     string
}

// Input is what a method runs on. Flags mean the same everywhere: lag K sets x at t−K calendar periods against y at t.
type Input struct {
	Data       string // the file's path; methods with OwnReader read it themselves
	Table      *Table // nil for methods that need no data (power, clv, …)
	Y          string
	X          []string
	Unit       string
	Time       string
	Treat      string
	Cohort     string
	Cluster    string
	Weights    string
	By         []string
	Lag        int
	LagGiven   bool // -lag was written: 0 is then a wish, not the default
	Lags       []int
	Level      float64 // of intervals, default .95
	Reps       int     // 0: the method's default
	Seed       uint64
	Convention string
	Out        string // file for methods that write a table of their own
	Params     map[string]float64
}

// Result is an ordered list of named figures and, where the answer is a table, its rows.
type Result struct {
	Values     []Value
	Variants   []Value // the same figures under other conventions: -json prints them, the table for people does not
	Columns    []string
	Rows       [][]any
	Convention string
	Reference  string
	Notes      []string // plain sentences a reader needs beside the figures
}

// Value is one named figure: a number, a count or a word. A nil V is printed as null ("undefined").
type Value struct {
	Name string
	V    any
}

// Add appends a figure.
func (r *Result) Add(name string, v any) { r.Values = append(r.Values, Value{name, v}) }

// Vary appends a figure under another convention.
func (r *Result) Vary(name string, v any) { r.Variants = append(r.Variants, Value{name, v}) }

var registry = map[string]Method{}

// Register adds a method; a name can be taken once.
func Register(m Method) {
	if _, taken := registry[m.Name]; taken {
		panic(fmt.Sprintf("method %q registered twice", m.Name))
	}
	registry[m.Name] = m
}

// Lookup finds a method by name.
func Lookup(name string) (Method, bool) { m, ok := registry[name]; return m, ok }

// All lists every method by name.
func All() []Method {
	out := make([]Method, 0, len(registry))
	for _, m := range registry {
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
