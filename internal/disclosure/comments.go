package disclosure

import (
	"cmp"
	"fmt"
	"slices"
)

// NotListed marks comments that are shown nowhere.
const NotListed = -1

// CommentPlaces says at which node the comments of each label are listed (label → position in Lattice.Cells, or
// NotListed). Each comment is listed at one node only: the lowest whose people, without those whose comments are listed
// below it, are at least ten respondents (or k, if more) with at least five comments. respondents and comments are
// counts per label. If something too small is left over for the company, the smallest listing below is taken up too.
func (l *Lattice) CommentPlaces(respondents, comments []int, k int) ([]int, error) {
	listed, err := l.commentPools(respondents, comments, k)
	if err != nil {
		return nil, err
	}
	place := make([]int, len(l.labels))
	for j := range place {
		place[j] = NotListed
	}
	for _, p := range listed {
		for _, j := range p.labels {
			if comments[j] > 0 {
				place[j] = p.at
			}
		}
	}
	return place, nil
}

func (l *Lattice) commentPools(respondents, comments []int, k int) ([]pool, error) {
	if len(respondents) != len(l.labels) || len(comments) != len(l.labels) {
		return nil, fmt.Errorf("%d and %d counts for %d labels", len(respondents), len(comments), len(l.labels))
	}
	waiting := make([]pool, len(l.cells))
	for j := range l.labels {
		if respondents[j] < 0 || comments[j] < 0 || comments[j] > 0 && respondents[j] == 0 {
			return nil, fmt.Errorf("label %d: %d comments of %d respondents", j, comments[j], respondents[j])
		}
		w := &waiting[l.home[j]]
		w.respondents += respondents[j]
		w.comments += comments[j]
		w.labels = append(w.labels, j)
	}
	floor := max(CommentsRespondents, k)
	var listed []pool
	for c := len(l.cells) - 1; c >= 0; c-- { // children come after their parents
		if l.attribute[c] {
			continue
		}
		w := waiting[c]
		switch {
		case w.respondents >= floor && w.comments >= CommentsCount:
			w.at = c
			listed = append(listed, w)
		case c > 0:
			waiting[l.parent[c]].join(w)
		default:
			listed = takeUp(w, listed, floor)
		}
	}
	return listed, nil
}

// pool is a group whose comments are listed together.
type pool struct {
	respondents, comments int
	labels                []int
	at                    int
}

func (p *pool) join(q pool) {
	p.respondents += q.respondents
	p.comments += q.comments
	p.labels = append(p.labels, q.labels...)
}

// takeUp lists what is left at the company, together with the smallest listings below it as far as they are needed.
func takeUp(left pool, listed []pool, floor int) []pool {
	if left.comments == 0 {
		return listed
	}
	slices.SortStableFunc(listed, func(a, b pool) int {
		return cmp.Or(cmp.Compare(a.comments, b.comments), cmp.Compare(a.respondents, b.respondents))
	})
	left.at = 0
	for len(listed) > 0 && (left.respondents < floor || left.comments < CommentsCount) {
		left.join(listed[0])
		listed = listed[1:]
	}
	if left.respondents < floor || left.comments < CommentsCount {
		return nil
	}
	return append(listed, left)
}
