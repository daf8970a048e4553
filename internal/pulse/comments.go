package pulse

import (
	"math/rand/v2"

	"rapport/internal/disclosure"
)

// listComments lists each comment at one node only: the lowest that has enough respondents and comments of its own
// while what is left for its parent has enough, too, or nothing. Within a node the order is shuffled. Membership and
// counts decide, never what is said.
func (t *tally) listComments(random *rand.Rand) []ReleasedComment {
	out := []ReleasedComment{}
	for _, q := range t.wave.Questions {
		if q.Type != Comment {
			continue
		}
		at := t.placeComments(q.Key)
		for _, n := range t.wave.Nodes {
			list := at[n.ID]
			random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			for _, text := range list {
				out = append(out, ReleasedComment{Node: n.ID, Question: q.Key, Text: text})
			}
		}
	}
	return out
}

// pool is what a node still has to place: its own people and comments and what its children passed up.
type pool struct {
	people   int
	comments []string
}

func (p pool) enough() bool {
	return p.people >= disclosure.CommentsRespondents && len(p.comments) >= disclosure.CommentsCount
}

func (t *tally) placeComments(question string) map[string][]string {
	children := map[string][]string{}
	root := ""
	for _, n := range t.wave.Nodes {
		if n.Parent == "" {
			root = n.ID
			continue
		}
		children[n.Parent] = append(children[n.Parent], n.ID)
	}
	own := map[string]pool{}
	for l, x := range t.wave.Labels {
		p := own[x.Node]
		p.people += t.answered[l]
		p.comments = append(p.comments, t.comments[question][l]...)
		own[x.Node] = p
	}
	at := map[string][]string{}
	var place func(node string) pool
	place = func(node string) pool {
		rest := own[node]
		var keep []pool // children that could stand alone
		var ids []string
		for _, c := range children[node] {
			p := place(c)
			if p.enough() {
				keep, ids = append(keep, p), append(ids, c)
				continue
			}
			rest.people += p.people
			rest.comments = append(rest.comments, p.comments...)
		}
		// What is left must not be a group of its own that is too small: children are folded in, smallest first, until it
		// has enough or there is nothing left.
		for len(keep) > 0 && rest.people > 0 && !rest.enough() {
			s := 0
			for i := range keep {
				if keep[i].people < keep[s].people {
					s = i
				}
			}
			rest.people += keep[s].people
			rest.comments = append(rest.comments, keep[s].comments...)
			keep, ids = append(keep[:s], keep[s+1:]...), append(ids[:s], ids[s+1:]...)
		}
		for i, id := range ids {
			at[id] = keep[i].comments
		}
		return rest
	}
	if rest := place(root); rest.enough() {
		at[root] = rest.comments
	}
	return at
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
