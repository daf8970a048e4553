package pulse

import (
	"math/rand/v2"

	"rapport/internal/disclosure"
)

// listComments lists each comment at one node only, the lowest that may show it, in random order within the node.
// Membership and counts decide where, never what is said.
func (t *tally) listComments(l *disclosure.Lattice, random *rand.Rand) ([]ReleasedComment, error) {
	out := []ReleasedComment{}
	cells := l.Cells()
	for _, q := range t.wave.Questions {
		if q.Type != Comment {
			continue
		}
		written := make([]int, len(t.answered))
		for label, texts := range t.comments[q.Key] {
			written[label] = len(texts)
		}
		places, err := l.CommentPlaces(t.answered, written, t.wave.K)
		if err != nil {
			return nil, err
		}
		at := map[int][]string{}
		for label, cell := range places {
			if cell != disclosure.NotListed {
				at[cell] = append(at[cell], t.comments[q.Key][label]...)
			}
		}
		for _, cell := range sortedKeys(at) {
			list := at[cell]
			random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			for _, text := range list {
				out = append(out, ReleasedComment{Node: cells[cell].Node, Question: q.Key, Text: text})
			}
		}
	}
	return out, nil
}

// counts keeps, per group, how often each option was chosen. Groups under k are joined with a sibling under the nearest
// common parent until each has k, so that nothing finer than a group of k people is ever kept.
func (t *tally) counts() []Count {
	w := t.wave
	group := joinGroups(w, t.answered)
	out := []Count{}
	for _, q := range w.Questions {
		for _, it := range items(q) {
			sums := map[string][]int{}
			for l, opts := range t.options[it.id] {
				g := group[l]
				if sums[g] == nil {
					sums[g] = make([]int, it.options)
				}
				for o, n := range opts {
					sums[g][o] += n
				}
			}
			for _, g := range sortedKeys(sums) {
				out = append(out, Count{Group: g, Question: it.id, Options: sums[g]})
			}
		}
	}
	return out
}

// joinGroups gives the group of each label: its node, moved up the tree until every group has at least k who answered.
func joinGroups(w Wave, answered []int) []string {
	parent := map[string]string{}
	for _, n := range w.Nodes {
		parent[n.ID] = n.Parent
	}
	at := make([]string, len(w.Labels))
	for l, x := range w.Labels {
		at[l] = x.Node
	}
	for {
		size := map[string]int{}
		for l, g := range at {
			size[g] += answered[l]
		}
		moved := false
		for _, g := range sortedKeys(size) {
			if size[g] >= w.K || len(size) == 1 {
				continue
			}
			to := parent[g]
			if to == "" { // the root itself is too small: it takes its smallest child in
				to = g
				small := ""
				for _, c := range sortedKeys(size) {
					if c != g && (small == "" || size[c] < size[small]) {
						small = c
					}
				}
				g = small
			}
			for l := range at {
				if at[l] == g {
					at[l] = to
				}
			}
			moved = true
			break
		}
		if !moved {
			return at
		}
	}
}
