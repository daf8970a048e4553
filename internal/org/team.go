// Package org knows the organisation: the team tree with its history, employees, business partners, and who may see
// which teams. It never holds an answer or a figure.
package org

import (
	"slices"
	"strings"
	"time"
)

// Team is one node of the tree. A team keeps its id, and so its line of figures, through renamings and moves; Breaks
// says where the line must show that something changed.
type Team struct {
	ID         string
	ExternalID string // the name other systems use; unique where not empty
	Name       string
	ParentID   string    // empty at the top
	CreatedOn  time.Time // date, UTC midnight
	ClosedOn   time.Time // zero while open
	MergedInto string    // the team that took over, when closed by a merge
	History    []TeamEvent
}

// TeamEvent is one change in the life of a team.
type TeamEvent struct {
	On   time.Time
	Kind EventKind
	From string // old name, or name of the old parent
	To   string // new name, name of the new parent, or name of the team that took over
}

// EventKind names what happened to a team.
type EventKind string

// The kinds of team events. Received is what a merge is to the team that takes over.
const (
	Created  EventKind = "created"
	Renamed  EventKind = "renamed"
	Moved    EventKind = "moved"
	Merged   EventKind = "merged"
	Received EventKind = "received"
	Closed   EventKind = "closed"
)

// Breaks lists the dates at which the team's line of figures changes meaning: moves and merges.
func (t Team) Breaks() []time.Time {
	var out []time.Time
	for _, e := range t.History {
		if e.Kind == Moved || e.Kind == Received {
			out = append(out, e.On)
		}
	}
	return out
}

// Tree is the whole team tree, for looking up paths, leaves and subtrees. It is plain data, built once from a list.
type Tree struct {
	byID     map[string]Team
	children map[string][]string
	order    []string // parents before children, siblings by name
}

// NewTree builds a tree. A team whose parent is unknown stands at the top.
func NewTree(teams []Team) *Tree {
	t := &Tree{byID: make(map[string]Team, len(teams)), children: map[string][]string{}}
	for _, x := range teams {
		t.byID[x.ID] = x
	}
	for _, x := range teams {
		p := x.ParentID
		if _, ok := t.byID[p]; !ok {
			p = ""
		}
		t.children[p] = append(t.children[p], x.ID)
	}
	for _, c := range t.children {
		slices.SortFunc(c, func(a, b string) int {
			if d := strings.Compare(t.byID[a].Name, t.byID[b].Name); d != 0 {
				return d
			}
			return strings.Compare(a, b)
		})
	}
	var walk func(id string)
	walk = func(id string) {
		for _, c := range t.children[id] {
			t.order = append(t.order, c)
			walk(c)
		}
	}
	walk("")
	return t
}

// Get finds a team.
func (t *Tree) Get(id string) (Team, bool) { x, ok := t.byID[id]; return x, ok }

// All lists every team, parents before children.
func (t *Tree) All() []Team {
	out := make([]Team, 0, len(t.order))
	for _, id := range t.order {
		out = append(out, t.byID[id])
	}
	return out
}

// Leaf reports whether no open team lies below.
func (t *Tree) Leaf(id string) bool {
	for _, c := range t.children[id] {
		if t.byID[c].ClosedOn.IsZero() {
			return false
		}
	}
	return true
}

// Path lists the team and all above it, from the top down.
func (t *Tree) Path(id string) []Team {
	var out []Team
	for seen := 0; seen <= len(t.byID); seen++ {
		x, ok := t.byID[id]
		if !ok {
			break
		}
		out = append(out, x)
		id = x.ParentID
	}
	slices.Reverse(out)
	return out
}

// Subtree lists the ids of a team and all below it.
func (t *Tree) Subtree(id string) []string {
	if _, ok := t.byID[id]; !ok {
		return nil
	}
	out := []string{id}
	for i := 0; i < len(out); i++ {
		out = append(out, t.children[out[i]]...)
	}
	return out
}

// Scope is the scope of whole subtrees; no root gives the empty scope, which sees nothing.
func (t *Tree) Scope(roots ...string) Scope {
	ids := []string{}
	for _, r := range roots {
		ids = append(ids, t.Subtree(r)...)
	}
	return Teams(ids...)
}
