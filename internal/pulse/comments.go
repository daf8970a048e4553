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
				out = append(out, ReleasedComment{Node: cells[cell].Node, Question: q.Key, Text: t.mask.hide(text)})
			}
		}
	}
	return out, nil
}

// counts keeps, per group, how often each option was chosen. A group has at least k people who answered, so that
// nothing finer is ever kept.
func (t *tally) counts(l *disclosure.Lattice) ([]Count, error) {
	group, err := l.KeepGroups(t.answered, t.wave.K)
	if err != nil {
		return nil, err
	}
	out := []Count{}
	for _, q := range t.wave.Questions {
		for _, it := range items(q) {
			sums := map[int][]int{}
			for label, opts := range t.options[it.id] {
				g := group[label]
				if g == disclosure.NotKept {
					continue
				}
				if sums[g] == nil {
					sums[g] = make([]int, it.options)
				}
				for o, n := range opts {
					sums[g][o] += n
				}
			}
			for _, g := range sortedKeys(sums) {
				out = append(out, Count{Group: itoa(g), Question: it.id, Options: sums[g]})
			}
		}
	}
	return out, nil
}
