package disclosure

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// NotKept marks labels whose counts must not be kept because all of them together are fewer than k people.
const NotKept = -1

// KeepGroups says how the counts of a closed wave are joined before they are kept: label → group, each group of at
// least k people. Labels of fewer are joined with one another and then with the smallest sibling under the nearest
// common parent. people are counted per label; labels without any people join nothing and are NotKept.
func (l *Lattice) KeepGroups(people []int, k int) ([]int, error) {
	if len(people) != len(l.labels) {
		return nil, fmt.Errorf("%d counts for %d labels", len(people), len(l.labels))
	}
	type lot struct {
		n      int
		labels []int
	}
	join := func(a, b lot) lot { return lot{a.n + b.n, append(a.labels, b.labels...)} }
	lots := make([][]lot, len(l.cells)) // node → groups formed at it or below
	for j, n := range people {
		if n < 0 {
			return nil, fmt.Errorf("label %d has %d people", j, n)
		}
		if n > 0 {
			lots[l.home[j]] = append(lots[l.home[j]], lot{n, []int{j}})
		}
	}
	smallest := func(a, b lot) int { return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.labels[0], b.labels[0])) }
	for c := len(l.cells) - 1; c >= 0; c-- { // children come after their parents
		if l.attribute[c] {
			continue
		}
		slices.SortFunc(lots[c], smallest)
		for len(lots[c]) > 1 && lots[c][0].n < k {
			lots[c][1] = join(lots[c][1], lots[c][0])
			lots[c] = lots[c][1:]
			slices.SortFunc(lots[c], smallest)
		}
		if c > 0 {
			lots[l.parent[c]] = append(lots[l.parent[c]], lots[c]...)
		}
	}
	out := make([]int, len(people))
	for j := range out {
		out[j] = NotKept
	}
	if len(l.cells) == 0 {
		return out, nil
	}
	for g, x := range lots[0] {
		if x.n < k {
			continue
		}
		for _, j := range x.labels {
			out[j] = g
		}
	}
	return out, nil
}

// MayAdd says whether further cells may be shown about a measure that is already released, a new breakdown of a closed
// wave for instance. If not, found lists what would follow; nothing is then to be shown.
func MayAdd(released Measure, further []LedgerCell, random io.Reader) (ok bool, found []Derivable, err error) {
	both := released
	both.Cells = append(slices.Clone(released.Cells), further...)
	found, err = AuditMeasure(both, FloorK, random)
	return err == nil && len(found) == 0, found, err
}
