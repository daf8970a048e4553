package pulse

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"rapport/internal/disclosure"
)

func itoa(n int) string { return strconv.Itoa(n) }

// tally is what opening the seals leaves in memory: counts per label, question and option, the comments, and sums over
// people of products of answers. It never holds two answers of one person together.
type tally struct {
	wave     Wave
	answered []int              // label → people who answered anything
	options  map[string][][]int // item → label → option → people
	comments map[string][][]string
	scales   []*scale // sums of products, for the reliability of the scales
	mask     *masker
}

func newTally(w Wave) *tally {
	t := &tally{wave: w, answered: make([]int, len(w.Labels)), options: map[string][][]int{}, comments: map[string][][]string{}}
	for _, q := range w.Questions {
		for _, it := range items(q) {
			per := make([][]int, len(w.Labels))
			for l := range per {
				per[l] = make([]int, it.options)
			}
			t.options[it.id] = per
		}
		if q.Type == Comment {
			t.comments[q.Key] = make([][]string, len(w.Labels))
		}
	}
	if lib, err := LoadLibrary(); err == nil { // it is part of the program
		t.scales = scalesOf(w, lib)
	}
	return t
}

// item is one published measure: a scale is one; each option of a choice is one of its own (chosen or not).
type item struct {
	id      string
	low     int
	options int
	of      Question
}

func items(q Question) []item {
	switch q.Type {
	case Single, Multiple:
		out := make([]item, q.optionCount())
		for o := range out {
			out[o] = item{id: fmt.Sprintf("%s#%d", q.Key, o), options: 2, of: q}
		}
		return out
	case Comment:
		return nil
	}
	low, n, _ := q.Range()
	return []item{{id: q.Key, low: low, options: n, of: q}}
}

// add counts one opened envelope.
func (t *tally) add(x sealed) error {
	if x.Label < 0 || x.Label >= len(t.answered) {
		return fmt.Errorf("label %d of %d", x.Label, len(t.answered))
	}
	t.answered[x.Label]++
	for _, s := range t.scales {
		s.add(x)
	}
	for _, q := range t.wave.Questions {
		switch q.Type {
		case Comment:
			if c, ok := x.Comments[q.Key]; ok {
				t.comments[q.Key][x.Label] = append(t.comments[q.Key][x.Label], c)
			}
		case Single, Multiple:
			chosen, ok := x.Sets[q.Key]
			if n, one := x.Numbers[q.Key]; one {
				chosen, ok = []int{n}, true
			}
			if !ok {
				continue
			}
			for o, it := range items(q) {
				v := 0
				if slices.Contains(chosen, o) {
					v = 1
				}
				t.options[it.id][x.Label][v]++
			}
		default:
			n, ok := x.Numbers[q.Key]
			low, k, _ := q.Range()
			if ok && n >= low && n < low+k {
				t.options[q.Key][x.Label][n-low]++
			}
		}
	}
	return nil
}

// Lattice is the fixed set of cells of the wave, and how many were invited behind each of its labels.
func (w Wave) Lattice() (l *disclosure.Lattice, invited []int, err error) {
	for _, x := range w.Labels {
		invited = append(invited, x.Invited)
	}
	l, err = w.lattice()
	return l, invited, err
}

// lattice is the fixed set of cells of the wave.
func (w Wave) lattice() (*disclosure.Lattice, error) {
	nodes := make([]disclosure.Node, len(w.Nodes))
	for i, n := range w.Nodes {
		nodes[i] = disclosure.Node{ID: n.ID, Parent: n.Parent}
	}
	labels := make([]disclosure.Label, len(w.Labels))
	for i, l := range w.Labels {
		labels[i] = disclosure.Label{Node: l.Node, Value: l.Value}
	}
	depth := disclosure.NoAttribute
	if w.Attribute != "" {
		depth = disclosure.CompanyAndDivisions
	}
	return disclosure.NewLattice(nodes, labels, depth)
}

// release publishes the tally. Which cells are shown follows from the counts alone.
func (t *tally) release(random *rand.Rand) (Release, []Count, error) {
	w := t.wave
	l, err := w.lattice()
	if err != nil {
		return Release{}, nil, err
	}
	r := Release{WaveID: w.ID, ProgrammeID: w.ProgrammeID, Title: w.Title, Rehearsal: w.Rehearsal, Imported: w.Imported, K: w.K, Population: w.Population, Attribute: w.Attribute, Nodes: w.Nodes, Invited: w.Invited, Answered: disclosure.BandOf(sum(t.answered))}
	p := disclosure.NewPublisher(l, w.K)
	for _, q := range w.Questions {
		for _, it := range items(q) {
			x := disclosure.Item{ID: it.id, Low: it.low, Options: t.options[it.id], ENPS: q.Type == ENPS}
			if q.If != nil {
				x.Asked = t.asked()
			}
			if from, to, ok := q.Favourable(); ok {
				x.FavourableFrom, x.UnfavourableTo = from, to
			}
			published, err := p.Publish(x)
			if err != nil {
				return Release{}, nil, err
			}
			r.Questions = append(r.Questions, ReleasedQuestion{Question: q, Release: published})
		}
	}
	r.Response = []NodeResponse{}
	if !w.Imported { // of a survey from elsewhere nobody knows who was asked
		if r.Response, err = t.response(l); err != nil {
			return Release{}, nil, err
		}
	}
	if r.Comments, err = t.listComments(l, random); err != nil {
		return Release{}, nil, err
	}
	lib, err := LoadLibrary()
	if err != nil {
		return Release{}, nil, err
	}
	r.Reliability = t.reliability(l, r, lib)
	if r.Proof, err = t.prove(l, r); err != nil {
		return Release{}, nil, err
	}
	counts, err := t.counts(l)
	return r, counts, err
}

// asked is how many people stand behind each label.
func (t *tally) asked() []int {
	out := make([]int, len(t.wave.Labels))
	for i, l := range t.wave.Labels {
		out[i] = max(l.Invited, t.answered[i])
	}
	return out
}

// response gives the participation of groups of at least ten invited people, decided over the invited, whom everybody
// may know.
func (t *tally) response(l *disclosure.Lattice) ([]NodeResponse, error) {
	invited := make([]int, len(t.wave.Labels))
	for i, x := range t.wave.Labels {
		invited[i] = x.Invited
	}
	d, err := l.Decide(invited, disclosure.ParticipationFloor)
	if err != nil {
		return nil, err
	}
	out := []NodeResponse{}
	for _, c := range d.Shown() {
		cell := l.Cells()[c]
		if cell.Value != "" {
			continue
		}
		n, of := 0, 0
		for _, m := range l.Members(c) {
			n += t.answered[m]
			of += invited[m]
		}
		if pc, ok := disclosure.Participation(n, of); ok {
			out = append(out, NodeResponse{Node: cell.Node, Percent: pc})
		}
	}
	return out, nil
}

func sum(xs []int) int {
	n := 0
	for _, x := range xs {
		n += x
	}
	return n
}
