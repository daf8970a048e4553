package anonaudit

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"rapport/internal/pulse"
)

// cellKey names one released figure: a column of a wave's results in one group.
type cellKey struct{ wave, column, node, value string }

// known is the ledger, laid out for looking up what was seen.
type known struct {
	list     []pulse.Wave
	waves    map[string]pulse.Wave
	releases []pulse.Release
	cells    map[cellKey]pulse.Figure
	items    map[string]bool             // wave|column of single questions: these are what the span audit is about
	parts    map[string][]string         // wave|column of an index, side or driver → its questions
	roots    map[string]string           // wave → its company
	response map[[2]string]int           // wave, node → released per cent
	comments map[[4]string]bool          // wave, node, question, text
	measures map[string]map[string][]int // metric of the panel → team → released values
	nodes    map[string]bool             // ids of groups of any wave
	names    map[string][]string         // name of a group → its ids
	titles   map[string][]string         // title of a column → its keys; learned while reading
	byNode   map[string][]cellKey        // node → its released cells
	below    map[string]map[string]bool  // node → itself and what stands below it
	others   map[string]bool             // names of metrics that no pulse made; learned while reading
	learned  int                         // how often something was learned while reading
}

func newKnown(waves []pulse.Wave, releases []pulse.Release) (*known, error) {
	k := &known{
		list: waves, releases: releases, waves: map[string]pulse.Wave{}, cells: map[cellKey]pulse.Figure{}, items: map[string]bool{}, parts: map[string][]string{}, roots: map[string]string{},
		response: map[[2]string]int{}, comments: map[[4]string]bool{}, measures: map[string]map[string][]int{}, nodes: map[string]bool{}, names: map[string][]string{}, titles: map[string][]string{},
		byNode: map[string][]cellKey{}, others: map[string]bool{},
	}
	for _, w := range waves {
		k.waves[w.ID] = w
		for _, n := range w.Nodes {
			k.nodes[n.ID] = true
			if n.Parent == "" {
				k.roots[w.ID] = n.ID
			}
			if n.Name != "" && !slices.Contains(k.names[n.Name], n.ID) {
				k.names[n.Name] = append(k.names[n.Name], n.ID)
			}
		}
	}
	for _, r := range releases {
		if err := k.take(r); err != nil {
			return nil, err
		}
	}
	k.below = k.subtrees()
	return k, nil
}

func (k *known) take(r pulse.Release) error {
	columns, err := r.Table()
	if err != nil {
		return err
	}
	for _, c := range columns {
		if c.Kind == pulse.QuestionColumn {
			k.items[r.WaveID+"|"+c.Key] = true
		}
		k.parts[r.WaveID+"|"+c.Key] = c.Items
		for cell, f := range c.Cells {
			key := cellKey{r.WaveID, c.Key, cell.Node, cell.Value}
			k.cells[key] = f
			k.byNode[cell.Node] = append(k.byNode[cell.Node], key)
		}
	}
	for _, x := range r.Response {
		k.response[[2]string{r.WaveID, x.Node}] = x.Percent
	}
	for _, x := range r.Comments {
		k.comments[[4]string{r.WaveID, x.Node, x.Question, x.Text}] = true
	}
	measures, err := r.Measures()
	if err != nil {
		return err
	}
	for _, m := range measures {
		id := fmt.Sprintf("pulse.%s.%s.v%d", r.ProgrammeID, m.Key, m.Version)
		if k.measures[id] == nil {
			k.measures[id] = map[string][]int{}
		}
		for _, c := range m.Cells {
			k.measures[id][c.Node] = append(k.measures[id][c.Node], c.Value)
		}
	}
	return nil
}

// subtrees gives, for each group of any wave, the groups below it and itself.
func (k *known) subtrees() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, w := range k.list {
		parent := map[string]string{}
		for _, n := range w.Nodes {
			parent[n.ID] = n.Parent
		}
		for _, n := range w.Nodes {
			for up, steps := n.ID, 0; up != "" && steps < 100; up, steps = parent[up], steps+1 {
				if out[up] == nil {
					out[up] = map[string]bool{}
				}
				out[up][n.ID] = true
			}
		}
	}
	return out
}

// sighting is a figure somebody saw. Empty fields are what the place where it stood did not say.
type sighting struct {
	wave, column, node, value string
	metric                    string         // of a trend whose points follow
	figures                   map[string]int // score, lo, hi, favourable, enps
	distribution              []int
	band                      string
	company                   bool // shown as the whole organisation's, beside what a lead may see
}

// matches reports whether a released figure is the one seen.
func (s sighting) matches(f pulse.Figure) bool {
	for name, v := range s.figures {
		if !has(f, name, v) {
			return false
		}
	}
	if s.band != "" && s.band != string(f.NBand) {
		return false
	}
	if s.distribution != nil && (f.Distribution == nil || !slices.Equal(s.distribution, f.Distribution[:])) {
		return false
	}
	return true
}

func has(f pulse.Figure, name string, v int) bool {
	switch name {
	case "score":
		return v == f.Score
	case "lo":
		return v == f.Low
	case "hi":
		return v == f.High
	case "favourable":
		return f.Favourable != nil && v == *f.Favourable
	case "enps":
		return f.ENPS != nil && v == *f.ENPS
	case "enps_lo", "enps_hi":
		lo, hi, ok := f.ENPSMargin()
		return ok && (v == lo || v == hi)
	}
	return false
}

// find looks a sighting up and gives the released cells it may be.
func (k *known) find(s sighting) []cellKey {
	if s.wave != "" && s.column != "" && s.node != "" {
		key := cellKey{s.wave, s.column, s.node, s.value}
		if f, ok := k.cells[key]; ok && s.matches(f) {
			return []cellKey{key}
		}
		return nil
	}
	var out []cellKey
	for key, f := range k.cells {
		if (s.wave == "" || s.wave == key.wave) && (s.column == "" || s.column == key.column) && (s.node == "" || s.node == key.node) && (s.value == "" || s.value == key.value) && s.matches(f) {
			out = append(out, key)
			if len(out) > 50 {
				break // so little was said about it that it names no cell
			}
		}
	}
	return out
}

// number finds a number of a table or a line of text among the released figures of a group and a column.
func (k *known) number(nodes, columns []string, wave string, v float64) []cellKey {
	if v != math.Trunc(v) {
		return nil
	}
	var out []cellKey
	n := int(v)
	for _, node := range slices.Compact(slices.Sorted(slices.Values(nodes))) {
		for _, key := range k.byNode[node] {
			if wave != "" && key.wave != wave || !slices.Contains(columns, key.column) {
				continue
			}
			f := k.cells[key]
			for _, name := range []string{"score", "lo", "hi", "favourable", "enps", "enps_lo", "enps_hi"} {
				if has(f, name, n) {
					out = append(out, key)
					break
				}
			}
			if f.Distribution != nil && slices.Contains(f.Distribution[:], n) || slices.Contains(strings.FieldsFunc(string(f.NBand), notDigit), strconv.Itoa(n)) {
				out = append(out, key)
			}
		}
	}
	return out
}

func notDigit(r rune) bool { return r < '0' || r > '9' }
