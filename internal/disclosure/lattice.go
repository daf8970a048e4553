package disclosure

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Node is a place in the hierarchy: the company (Parent empty), a division, a department, a team, to any depth.
type Node struct {
	ID     string
	Parent string
}

// Label is the finest group the launch of a wave distinguishes: the members of one node who share one value of the
// chosen attribute. Value is empty for those without one; they count in the hierarchy and in no attribute cell.
type Label struct {
	Node  string
	Value string
}

// Cell is one thing that may be shown: a node, or (Value not empty) the people of a node who share a value.
type Cell struct {
	Node  string
	Value string
}

// CompanyOnly and CompanyAndDivisions say where the attribute may be shown; NoAttribute leaves the bare hierarchy.
const (
	NoAttribute         = -1
	CompanyOnly         = 0
	CompanyAndDivisions = 1
)

// Lattice is the fixed set of cells of one wave. It is immutable and safe for concurrent use.
type Lattice struct {
	labels    []Label
	cells     []Cell
	members   [][]int32 // cell → labels
	depth     []int     // cell → depth of its node
	attribute []bool    // cell → is it an attribute cell
	parent    []int     // node cell → cell of the parent node, -1 for the company
	home      []int     // label → cell of its node
}

// NewLattice builds the cells of a wave from its hierarchy and its labels. attributeDepth is the deepest level at
// which the attribute is shown (NoAttribute, CompanyOnly, CompanyAndDivisions).
func NewLattice(nodes []Node, labels []Label, attributeDepth int) (*Lattice, error) {
	if attributeDepth > CompanyAndDivisions || attributeDepth < NoAttribute {
		return nil, fmt.Errorf("attribute depth %d: only company and division levels carry the attribute", attributeDepth)
	}
	order, depth, err := topDown(nodes)
	if err != nil {
		return nil, err
	}
	l := &Lattice{labels: slices.Clone(labels)}
	at := make(map[string]int, len(nodes))
	for _, i := range order {
		at[nodes[i].ID] = len(l.cells)
		up := -1
		if nodes[i].Parent != "" {
			up = at[nodes[i].Parent]
		}
		l.cells = append(l.cells, Cell{Node: nodes[i].ID})
		l.members = append(l.members, nil)
		l.depth = append(l.depth, depth[i])
		l.attribute = append(l.attribute, false)
		l.parent = append(l.parent, up)
	}
	seen := make(map[Label]bool, len(labels))
	valued := make(map[Cell][]int32)
	for j, lab := range labels {
		c, ok := at[lab.Node]
		if !ok {
			return nil, fmt.Errorf("label %d: node %q is not in the hierarchy", j, lab.Node)
		}
		if seen[lab] {
			return nil, fmt.Errorf("label %d: %q × %q is there twice", j, lab.Node, lab.Value)
		}
		seen[lab] = true
		l.home = append(l.home, c)
		for ; c >= 0; c = l.parent[c] {
			l.members[c] = append(l.members[c], int32(j))
			if lab.Value != "" && l.depth[c] <= attributeDepth {
				k := Cell{Node: l.cells[c].Node, Value: lab.Value}
				valued[k] = append(valued[k], int32(j))
			}
		}
	}
	l.addAttribute(valued, at)
	return l, nil
}

// addAttribute appends the attribute cells, upper levels first, in the order of their nodes and then of their values.
func (l *Lattice) addAttribute(valued map[Cell][]int32, at map[string]int) {
	keys := make([]Cell, 0, len(valued))
	for k := range valued {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(at[a.Node], at[b.Node]), cmp.Compare(a.Value, b.Value))
	})
	for _, k := range keys {
		l.cells = append(l.cells, k)
		l.members = append(l.members, valued[k])
		l.depth = append(l.depth, l.depth[at[k.Node]])
		l.attribute = append(l.attribute, true)
	}
}

// topDown orders nodes by depth (the company first) and refuses what is no tree.
func topDown(nodes []Node) (order []int, depth []int, err error) {
	at := make(map[string]int, len(nodes))
	root := -1
	for i, n := range nodes {
		if n.ID == "" {
			return nil, nil, fmt.Errorf("node %d has no id", i)
		}
		if _, twice := at[n.ID]; twice {
			return nil, nil, fmt.Errorf("node %q is there twice", n.ID)
		}
		at[n.ID] = i
		if n.Parent == "" {
			if root >= 0 {
				return nil, nil, fmt.Errorf("two companies: %q and %q", nodes[root].ID, n.ID)
			}
			root = i
		}
	}
	if root < 0 {
		return nil, nil, errors.New("the hierarchy has no company at its top")
	}
	children := make([][]int, len(nodes))
	for i, n := range nodes {
		if i == root {
			continue
		}
		p, ok := at[n.Parent]
		if !ok {
			return nil, nil, fmt.Errorf("node %q: parent %q is not in the hierarchy", n.ID, n.Parent)
		}
		children[p] = append(children[p], i)
	}
	depth = make([]int, len(nodes))
	order = append(order, root)
	for at := 0; at < len(order); at++ {
		for _, c := range children[order[at]] {
			depth[c] = depth[order[at]] + 1
			order = append(order, c)
		}
	}
	if len(order) != len(nodes) {
		return nil, nil, errors.New("the hierarchy has a circle")
	}
	return order, depth, nil
}

// Cells are all cells of the lattice in priority order: company, divisions, departments, teams, then the attribute.
func (l *Lattice) Cells() []Cell { return slices.Clone(l.cells) }

// Labels are the labels in the order in which counts and totals are given.
func (l *Lattice) Labels() []Label { return slices.Clone(l.labels) }

// Members are the labels of a cell, by position.
func (l *Lattice) Members(cell int) []int {
	out := make([]int, len(l.members[cell]))
	for i, j := range l.members[cell] {
		out[i] = int(j)
	}
	return out
}
