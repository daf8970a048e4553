package series

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"

	"rapport/internal/disclosure"
	"rapport/internal/org"
)

// shown says which figures of a metric about people may leave this package. It is decided over the counts of people
// alone, by the same span audit that pulses pass: a figure of a team is shown only if no figure of fewer than five people
// follows from all that are shown, by taking teams off the team above them. Where figures of two grains overlap in time
// only the finer ones are shown, else a hidden month would follow from its quarter.
type shown struct {
	scale Scale // under which it was decided
	lines map[teamGrain][]shownPoint
	moved map[teamGrain][]movedPoint // of a metric with a declared scale
}

// movedPoint is a figure as it is shown: moved away from unanimity and rounded, with the lower end of its band.
type movedPoint struct {
	index, n int32
	value    float64
}

// figure gives a point as it may be shown; ok is false for one that may not.
func (s *shown) figure(team string, g Grain, p Point) (out Point, ok bool) {
	if !s.has(team, g, p) {
		return Point{}, false
	}
	if s == nil || !s.scale.Declared() {
		return p, true
	}
	points := s.moved[teamGrain{team, g}]
	i := sort.Search(len(points), func(i int) bool { return int(points[i].index) >= p.Index })
	if i == len(points) || int(points[i].index) != p.Index {
		return Point{}, false
	}
	return Point{Index: p.Index, Value: points[i].value, N: int(points[i].n)}, true
}

type teamGrain struct {
	team  string
	grain Grain
}

type shownPoint struct{ index, n int32 }

// has reports whether a figure is shown. A figure that came in after the decision is not: it waits for the next one.
func (s *shown) has(team string, g Grain, p Point) bool {
	if s == nil {
		return true // not about people
	}
	points := s.lines[teamGrain{team, g}]
	i := sort.Search(len(points), func(i int) bool { return int(points[i].index) >= p.Index })
	return i < len(points) && int(points[i].index) == p.Index && int(points[i].n) == p.N
}

// decided keeps the decisions until figures or teams change.
type decided struct {
	mu      sync.Mutex
	edition int64
	org     int64
	by      map[string]*shown
}

// shownOf decides for one metric, nil for one that is not about people.
func (s *Service) shownOf(ctx context.Context, m Metric) (*shown, error) {
	if m.Kind != EX && !m.AboutPeople {
		return nil, nil
	}
	s.decided.mu.Lock()
	defer s.decided.mu.Unlock()
	edition, err := s.store.Edition(ctx)
	if err != nil {
		return nil, err
	}
	version, err := s.org.OrgVersion(ctx)
	if err != nil {
		return nil, err
	}
	if s.decided.by == nil || s.decided.edition != edition || s.decided.org != version {
		s.decided.by, s.decided.edition, s.decided.org = map[string]*shown{}, edition, version
	}
	if x := s.decided.by[m.ID]; x != nil && x.scale == m.Scale {
		return x, nil
	}
	_, tree, err := s.organisation(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.decide(ctx, m, tree, nil)
	if err == nil {
		s.decided.by[m.ID] = x
	}
	return x, err
}

// decide reads the counts of a metric, lays those over them that are about to come in, and runs the audit period by period.
func (s *Service) decide(ctx context.Context, m Metric, tree *org.Tree, coming []counted) (*shown, error) {
	periods := map[Period]map[string]Point{}
	grains := map[Grain]bool{}
	count := func(team string, at Period, p Point) {
		if periods[at] == nil {
			periods[at] = map[string]Point{}
		}
		periods[at][team] = p
		grains[at.Grain] = true
	}
	err := eachLine(ctx, s.store, org.Everything, Lines{Metrics: []string{m.ID}}, func(l line) error {
		for _, p := range l.points {
			count(l.team, Period{Grain: l.grain, Index: p.Index}, p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range coming {
		count(c.team, c.at, Point{N: c.n})
	}
	covered := overlaid(periods, grains)
	a := auditor{tree: tree, scale: m.Scale, known: map[string][]string{}}
	out := &shown{scale: m.Scale, lines: map[teamGrain][]shownPoint{}, moved: map[teamGrain][]movedPoint{}}
	for at, teams := range periods {
		if covered[at] {
			continue
		}
		pass, err := a.passing(teams)
		if err != nil {
			return nil, fmt.Errorf("audit figures of %s in %s: %w", m.Key, at, err)
		}
		for _, team := range pass {
			k := teamGrain{team, at.Grain}
			out.lines[k] = append(out.lines[k], shownPoint{int32(at.Index), int32(teams[team].N)})
			if m.Scale.Declared() {
				p := a.moved[team]
				p.index = int32(at.Index)
				out.moved[k] = append(out.moved[k], p)
			}
		}
	}
	for _, points := range out.lines {
		slices.SortFunc(points, func(a, b shownPoint) int { return int(a.index) - int(b.index) })
	}
	for _, points := range out.moved {
		slices.SortFunc(points, func(a, b movedPoint) int { return int(a.index) - int(b.index) })
	}
	return out, nil
}

// overlaid lists the periods inside which there are figures of a finer grain.
func overlaid(periods map[Period]map[string]Point, grains map[Grain]bool) map[Period]bool {
	out := map[Period]bool{}
	if len(grains) < 2 {
		return out
	}
	for p := range periods {
		for g := range grains {
			if g.Coarser(p.Grain) {
				out[PeriodOf(p.Start(), g)] = true
				out[PeriodOf(p.End().AddDate(0, 0, -1), g)] = true
			}
		}
	}
	return out
}

// auditor runs the span audit over the teams of one period, each family of teams (a team that has a figure with all below
// it that have one) by itself.
type auditor struct {
	tree  *org.Tree
	scale Scale
	known map[string][]string   // pattern of counts → what passes: weeks are much alike
	moved map[string]movedPoint // of the period at hand, where a scale is declared
}

// passing lists the teams whose figure is shown.
func (a *auditor) passing(figures map[string]Point) ([]string, error) {
	a.moved = map[string]movedPoint{}
	above := map[string]string{} // team → nearest team above it that has a figure of its own
	families := map[string][]string{}
	var ids []string
	for id, p := range figures {
		if p.N >= Floor {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	own := map[string]int{} // team → people that no team below it counts
	for _, id := range ids {
		own[id] += figures[id].N
	}
	top := func(id string) string {
		path := a.tree.Path(id)
		head := id
		for i := len(path) - 1; i >= 0; i-- {
			x := path[i].ID
			if x != id && figures[x].N >= Floor {
				if above[id] == "" {
					above[id] = x
				}
				head = x
			}
		}
		return head
	}
	for _, id := range ids {
		head := top(id)
		families[head] = append(families[head], id)
		if up := above[id]; up != "" {
			own[up] -= figures[id].N
		}
	}
	var out []string
	for head, members := range families {
		family := a.family
		if a.scale.Declared() {
			family = func(head string, members []string, above map[string]string, own map[string]int) ([]string, error) {
				return a.release(head, members, above, own, figures)
			}
		}
		pass, err := family(head, members, above, own)
		if err != nil {
			return nil, err
		}
		out = append(out, pass...)
	}
	return out, nil
}

func (a *auditor) family(head string, members []string, above map[string]string, own map[string]int) ([]string, error) {
	safe := true
	for _, id := range members {
		own[id] = max(0, own[id]) // teams that together count more people than the one above them leave no remainder
		safe = safe && (own[id] == 0 || own[id] >= Floor)
	}
	if safe {
		return members, nil // nothing is hidden, and what is left of each team is nobody or enough people
	}
	var key strings.Builder
	nodes := make([]disclosure.Node, len(members))
	labels := make([]disclosure.Label, len(members))
	counts := make([]int, len(members))
	for i, id := range members {
		up := above[id]
		if id == head {
			up = ""
		}
		nodes[i], labels[i], counts[i] = disclosure.Node{ID: id, Parent: up}, disclosure.Label{Node: id}, own[id]
		fmt.Fprintf(&key, "%s %s %d\n", id, up, own[id])
	}
	if pass, ok := a.known[key.String()]; ok {
		return pass, nil
	}
	l, err := disclosure.NewLattice(nodes, labels, disclosure.NoAttribute)
	if err != nil {
		return nil, err
	}
	d, err := l.Decide(counts, disclosure.FloorK)
	if err != nil {
		return nil, err
	}
	pass := []string{}
	cells := l.Cells()
	for _, c := range d.Shown() {
		pass = append(pass, cells[c].Node)
	}
	a.known[key.String()] = pass
	return pass, nil
}
