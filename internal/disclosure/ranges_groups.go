package disclosure

import "slices"

// groups lists what follows from the cells about fewer than 2k people.
func (a *rangeAudit) groups() []group {
	var out []group
	var sides [2][]group
	for c, cell := range a.m.Cells {
		name := cell.Name
		if cell.Value != "" {
			name += "/" + cell.Value
		}
		out = append(out, group{name: name, plus: cell.Labels})
		covered := make(map[int]bool)
		for _, child := range a.inner[c] {
			for _, j := range a.m.Cells[child].Labels {
				covered[j] = true
			}
		}
		var rest []int
		for _, j := range cell.Labels {
			if !covered[j] {
				rest = append(rest, j)
			}
		}
		if len(rest) > 0 {
			g := group{name: name + " minus the cells inside it", plus: rest}
			out = append(out, g)
			sides[a.side(c)] = append(sides[a.side(c)], g)
		}
	}
	for i, w := range sides[1] {
		out = append(out, a.differences(w, sides[0])...)
		for _, other := range sides[1][:i] {
			both := group{name: w.name + " and " + other.name, plus: append(slices.Clone(w.plus), other.plus...)}
			out = append(out, a.differences(both, sides[0])...)
		}
	}
	return slices.DeleteFunc(out, func(g group) bool {
		n := a.people(g)
		return n == 0 || n >= rangeAuditPeople
	})
}

// differences subtracts from a residual of the attribute those residuals of the hierarchy that lie mostly inside it,
// and the same with one of them the other way round.
func (a *rangeAudit) differences(w group, hierarchy []group) []group {
	in := make(map[int]bool, len(w.plus))
	for _, j := range w.plus {
		in[j] = true
	}
	type choice struct{ inside, outside []int }
	var choices []choice
	subtracted := make(map[int]bool)
	var base group
	base.name = w.name + " minus the residuals mostly inside it"
	for _, g := range hierarchy {
		var c choice
		weight := [2]int{}
		for _, j := range g.plus {
			if in[j] {
				c.inside = append(c.inside, j)
				weight[0] += a.m.Labels[j].N
			} else {
				c.outside = append(c.outside, j)
				weight[1] += a.m.Labels[j].N
			}
		}
		if weight[0] == 0 {
			continue
		}
		if weight[0] > weight[1] {
			base.minus = append(base.minus, c.outside...)
			for _, j := range c.inside {
				subtracted[j] = true
			}
		}
		choices = append(choices, c)
	}
	if len(subtracted) == 0 {
		return nil
	}
	for _, j := range w.plus {
		if !subtracted[j] {
			base.plus = append(base.plus, j)
		}
	}
	out := []group{base}
	for _, c := range choices {
		flip := group{name: base.name + ", one turned"}
		was := subtracted[c.inside[0]]
		for _, j := range base.plus {
			if was || !slices.Contains(c.inside, j) {
				flip.plus = append(flip.plus, j)
			}
		}
		for _, j := range base.minus {
			if !was || !slices.Contains(c.outside, j) {
				flip.minus = append(flip.minus, j)
			}
		}
		if was {
			flip.plus = append(flip.plus, c.inside...)
		} else {
			flip.minus = append(flip.minus, c.outside...)
		}
		out = append(out, flip)
	}
	return out
}

func (a *rangeAudit) people(g group) int {
	n := 0
	for _, j := range g.plus {
		n += a.m.Labels[j].N
	}
	for _, j := range g.minus {
		n += a.m.Labels[j].N
	}
	return n
}
