package org

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"rapport/internal/errs"
)

// Names finds teams by what a file or another system calls them: the id, the external id, the path from the top
// ("North / Haifa"), or the name where it is unique. Case, outer blanks and the form of accents do not matter.
type Names struct {
	tree     *Tree
	external map[string]string
	path     map[string]string
	name     map[string][]string
}

// PathSeparator stands between the names of a path.
const PathSeparator = " / "

// Names builds the index.
func (t *Tree) Names() *Names {
	n := &Names{tree: t, external: map[string]string{}, path: map[string]string{}, name: map[string][]string{}}
	for _, id := range t.order {
		n.add(t.byID[id])
	}
	return n
}

func (n *Names) add(x Team) {
	if x.ExternalID != "" {
		n.external[x.ExternalID] = x.ID
	}
	key := fold(x.Name)
	n.name[key] = append(n.name[key], x.ID)
	var parts []string
	for _, p := range n.tree.Path(x.ID) {
		parts = append(parts, fold(p.Name))
	}
	full := strings.Join(parts, PathSeparator)
	if old, ok := n.path[full]; !ok || !n.tree.byID[old].ClosedOn.IsZero() { // an open team wins over a closed namesake
		n.path[full] = x.ID
	}
}

// Find gives the team meant: team_unknown when there is none, team_ambiguous when several open ones have the name. A
// closed team is found by its name only where no open one has it.
func (n *Names) Find(s string) (Team, error) {
	s = strings.TrimSpace(s)
	if x, ok := n.tree.byID[s]; ok {
		return x, nil
	}
	if id, ok := n.external[s]; ok {
		return n.tree.byID[id], nil
	}
	key := fold(s)
	var open, closed []string
	for _, id := range n.name[key] {
		if n.tree.byID[id].ClosedOn.IsZero() {
			open = append(open, id)
		} else {
			closed = append(closed, id)
		}
	}
	if len(open) == 0 {
		open = closed
	}
	switch {
	case len(open) == 1:
		return n.tree.byID[open[0]], nil
	case len(open) == 0 && n.path[key] != "":
		return n.tree.byID[n.path[key]], nil
	case len(open) > 1:
		return Team{}, errs.Invalid("team_ambiguous").With("value", s)
	}
	return Team{}, errs.Invalid("team_unknown").With("value", s)
}

// Grow adds a team to the tree and the index, for planning a change that creates teams.
func (n *Names) Grow(x Team) {
	n.tree.byID[x.ID] = x
	n.tree.children[x.ParentID] = append(n.tree.children[x.ParentID], x.ID)
	n.tree.order = append(n.tree.order, x.ID)
	n.add(x)
}

func fold(s string) string { return strings.ToLower(norm.NFC.String(strings.TrimSpace(s))) }
