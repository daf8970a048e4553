package disclosure

import (
	"fmt"
	"math/rand/v2"
)

// Organisation is a made-up company with people who move, leave, join and answer from wave to wave, all from one seed.
// It is the fixture of the attack tests and of `anonaudit -simulate`.
type Organisation struct {
	Nodes  []Node
	Values []string // of the attribute

	teams  []int // positions of the teams in Nodes
	lean   [][]float64
	mood   []float64 // team → how content it is, in answer steps
	people []member
	random *rand.Rand
}

type member struct{ team, value int }

// Sizes of a simulated company: divisions, departments in each, teams in each; people per team.
const (
	responseRate = 0.7
	moveRate     = 0.04 // per wave: changes team
	leaveRate    = 0.03 // per wave: leaves; as many join
)

// NewOrganisation draws a company of about the given number of teams of 2–14 people, in three levels below the company
// (divisions, departments, teams), with one attribute of three values that are spread unevenly over the teams.
func NewOrganisation(seed uint64, teams int) *Organisation {
	o := &Organisation{Values: []string{"a", "b", "c"}, random: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))}
	r := o.random
	o.Nodes = append(o.Nodes, Node{ID: "company"})
	share := []float64{0.3 + 0.4*r.Float64(), 0.2 + 0.2*r.Float64(), 0.1 + 0.2*r.Float64()}
	target := max(1, teams-teams/8+r.IntN(teams/4+1))
	for division := 1; len(o.teams) < target; division++ {
		d := fmt.Sprintf("d%d", division)
		o.Nodes = append(o.Nodes, Node{ID: d, Parent: "company"})
		for department := 1; department <= 2+r.IntN(4) && len(o.teams) < target; department++ {
			p := fmt.Sprintf("%s.%d", d, department)
			o.Nodes = append(o.Nodes, Node{ID: p, Parent: d})
			for team := 1; team <= 3+r.IntN(5) && len(o.teams) < target; team++ {
				o.teams = append(o.teams, len(o.Nodes))
				o.Nodes = append(o.Nodes, Node{ID: fmt.Sprintf("%s.%d", p, team), Parent: p})
				o.mood = append(o.mood, r.NormFloat64()*0.6)
				lean := make([]float64, len(share))
				for v := range lean {
					lean[v] = share[v] * (0.3 + 1.4*r.Float64())
				}
				o.lean = append(o.lean, lean)
				for range 2 + r.IntN(13) {
					o.people = append(o.people, member{len(o.teams) - 1, pick(r, lean)})
				}
			}
		}
	}
	return o
}

func pick(r *rand.Rand, weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	u := r.Float64() * total
	for i, w := range weights {
		if u -= w; u < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// Labels are all labels of the company: each team with each value of the attribute.
func (o *Organisation) Labels() []Label {
	out := make([]Label, 0, len(o.teams)*len(o.Values))
	for _, t := range o.teams {
		for _, v := range o.Values {
			out = append(out, Label{Node: o.Nodes[t].ID, Value: v})
		}
	}
	return out
}

// Wave lets time pass and asks one question on a 1–5 scale; about 70 % answer. The result is Options of an Item with
// Low 1: label → option → people.
func (o *Organisation) Wave() [][]int {
	r := o.random
	for i := range o.people {
		switch u := r.Float64(); {
		case u < moveRate:
			o.people[i].team = r.IntN(len(o.teams))
		case u < moveRate+leaveRate:
			t := r.IntN(len(o.teams))
			o.people[i] = member{t, pick(r, o.lean[t])}
		}
	}
	for t := range o.mood {
		o.mood[t] = 0.9*o.mood[t] + r.NormFloat64()*0.25
	}
	options := make([][]int, len(o.teams)*len(o.Values))
	for j := range options {
		options[j] = make([]int, 5)
	}
	for _, p := range o.people {
		if r.Float64() < responseRate {
			v := int(3.4 + o.mood[p.team] + r.NormFloat64()*0.9 + 0.5)
			options[p.team*len(o.Values)+p.value][min(max(v, 1), 5)-1]++
		}
	}
	return options
}

// Lattice is the company's lattice with the attribute at company and division level.
func (o *Organisation) Lattice() (*Lattice, error) {
	return NewLattice(o.Nodes, o.Labels(), CompanyAndDivisions)
}

// Measure sets a release beside the truth about its labels, as an attacker's best case: empty labels are left out, and
// every released cell names the labels it covers.
func (l *Lattice) Measure(wave string, counts []int, r Release) Measure {
	m := Measure{Wave: wave, Item: r.Item}
	position := make([]int, len(l.labels))
	for j, lab := range l.labels {
		if counts[j] > 0 {
			position[j] = len(m.Labels)
			m.Labels = append(m.Labels, LedgerLabel{ID: lab.String(), N: counts[j]})
		}
	}
	at := make(map[Cell]int, len(l.cells))
	for c, cell := range l.cells {
		at[cell] = c
	}
	for _, f := range r.Cells {
		c := LedgerCell{
			Name: f.Cell.Node, Value: f.Cell.Value, NBand: f.NBand, Score: f.Score, Low: f.Low, High: f.High,
			Labels: []int{},
		}
		for _, j := range l.members[at[f.Cell]] {
			if counts[j] > 0 {
				c.Labels = append(c.Labels, position[j])
			}
		}
		m.Cells = append(m.Cells, c)
	}
	return m
}

// String names a label in the ledger.
func (l Label) String() string {
	if l.Value == "" {
		return l.Node
	}
	return l.Node + "/" + l.Value
}

// Counts are the people behind each label of an item.
func (it Item) Counts() []int {
	out := make([]int, len(it.Options))
	for j, o := range it.Options {
		for _, c := range o {
			out[j] += c
		}
	}
	return out
}
