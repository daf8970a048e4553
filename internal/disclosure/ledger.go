package disclosure

import "slices"

// Ledger is everything ever released, wave by wave, as an attacker who pools all viewers would hold it. Figures about
// different questions or different waves rest on different answers, so each measure is audited on its own; people who
// move between teams from wave to wave change the labels, not the argument.
type Ledger struct {
	Measures []Measure
}

// Measure is one unknown per label (the total of one question's answers in one wave) and the cells released about it.
type Measure struct {
	Wave   string
	Item   string
	Labels []LedgerLabel
	Cells  []LedgerCell
}

// LedgerLabel is a group nothing released divides, with its true size.
type LedgerLabel struct {
	ID string
	N  int
}

// LedgerCell is a released figure: the sum over the labels named (by position in Measure.Labels).
type LedgerCell struct {
	Name string
	// Value of the attribute; empty for a cell of the hierarchy.
	Value  string
	Labels []int
	NBand  Band
	Score  int
	// Low and High are the ends of the published interval.
	Low, High int
}

// Signed is one label in a derived sum or difference.
type Signed struct {
	Label string `json:"label"`
	Sign  int    `json:"sign"` // +1 or −1
}

// Derivable is a group too small about which something follows from what was released.
type Derivable struct {
	Wave, Item string
	Terms      []Signed
	People     int
}

// SmallestGroup is the size of the smallest group anything is known about: the smallest derivable one where the audit
// found any, else the smallest released cell or residual of one (a cell minus the cells inside it). With c colleagues
// who pool what they know of themselves, c people fewer are left: a colleague can take one person, no more, off a
// group, so that no group of k−c is ever reached while none under k is derivable. 0 where nothing was released.
func SmallestGroup(l Ledger, found []Derivable) int {
	best := 0
	consider := func(n int) {
		if n > 0 && (best == 0 || n < best) {
			best = n
		}
	}
	for _, d := range found {
		consider(d.People)
	}
	for _, m := range l.Measures {
		inner := forest(m)
		for c, cell := range m.Cells {
			people := 0
			covered := make(map[int]bool)
			for _, child := range inner[c] {
				for _, j := range m.Cells[child].Labels {
					covered[j] = true
				}
			}
			rest := 0
			for _, j := range cell.Labels {
				people += m.Labels[j].N
				if !covered[j] {
					rest += m.Labels[j].N
				}
			}
			consider(people)
			consider(rest)
		}
	}
	return best
}

// forest gives, for each cell, the largest cells inside it among those of the same side (hierarchy or attribute).
func forest(m Measure) [][]int {
	order := make([]int, len(m.Cells))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(m.Cells[b].Labels) - len(m.Cells[a].Labels) })
	children := make([][]int, len(m.Cells))
	innermost := [2]map[int]int{{}, {}} // side → label → smallest cell so far
	for _, c := range order {
		side := 0
		if m.Cells[c].Value != "" {
			side = 1
		}
		labels := m.Cells[c].Labels
		if len(labels) == 0 {
			continue
		}
		if up, ok := innermost[side][labels[0]]; ok {
			children[up] = append(children[up], c)
		}
		for _, j := range labels {
			innermost[side][j] = c
		}
	}
	return children
}
