package pulse

import (
	"context"
	"math"
	"time"

	"rapport/internal/disclosure"
	"rapport/internal/org"
)

// Corrected is the company's figure of a column as it would stand had every group answered alike: released figures
// weighted by how many people were invited. It assumes that within a group those who were silent think like those who
// spoke. It is a function of released cells and of the list of invited people, so it tells nothing more.
type Corrected struct {
	Column int // position in Results.Columns
	Raw    int
	Value  int
	Groups int // how many released figures went into it
}

// stratum is a released figure with the people invited behind it.
type stratum struct {
	invited int
	figure  float64
}

// ResponseGap is how far apart the response of groups under the company is, when that is far enough to bias its figures.
type ResponseGap struct {
	Points        int
	Most, Least   string // names of the groups
	MostPC, LowPC int
}

// gapAlarm is how many points apart response rates must be to be told.
const gapAlarm = 10

// corrections fills what the release says once it is weighted by the invited.
func (out *Results) corrections(r Release, lib Library) {
	if r.Imported { // nobody knows who was asked
		return
	}
	children := map[string][]string{}
	for _, n := range r.Nodes {
		children[n.Parent] = append(children[n.Parent], n.ID)
	}
	invited := map[string]int{}
	for _, l := range out.Wave.Labels {
		invited[l.Node] += l.Invited
	}
	var under func(string) int
	under = func(id string) int {
		n := invited[id]
		for _, c := range children[id] {
			n += under(c)
		}
		return n
	}
	for i, c := range out.Columns {
		value := func(id string) (int, bool) {
			f := c.figure(r, lib, disclosure.Cell{Node: id})
			switch {
			case f == nil:
				return 0, false
			case c.Kind == QuestionColumn && c.Question.Type == ENPS:
				if f.ENPS == nil {
					return 0, false
				}
				return *f.ENPS, true
			}
			return f.Score, true
		}
		// strata takes the finest released figures below a node that together cover everybody invited there.
		var strata func(id string) []stratum
		strata = func(id string) []stratum {
			var all []stratum
			covered := 0
			for _, child := range children[id] {
				n := under(child)
				if n == 0 {
					continue
				}
				part := strata(child)
				if part == nil {
					covered = -1
					break
				}
				all, covered = append(all, part...), covered+n
			}
			n := under(id)
			if covered == n && n > 0 {
				return all
			}
			v, ok := value(id)
			if !ok {
				return nil
			}
			return []stratum{{n, float64(v)}}
		}
		top := root(r.Nodes)
		raw, ok := value(top)
		parts := strata(top)
		if !ok || len(parts) < 2 || option(ReleasedQuestion{Question: c.Question}) >= 0 {
			continue
		}
		people, sum := 0, 0.0
		for _, p := range parts {
			people += p.invited
			sum += float64(p.invited) * p.figure
		}
		out.Corrected = append(out.Corrected, Corrected{Column: i, Raw: raw, Value: int(math.Round(sum / float64(people))), Groups: len(parts)})
	}
}

// gap compares the released response of the groups directly under the company.
func (out *Results) gap(r Release) {
	top := root(r.Nodes)
	percent := map[string]int{}
	for _, x := range r.Response {
		percent[x.Node] = x.Percent
	}
	var most, least *Node
	for i, n := range r.Nodes {
		pc, ok := percent[n.ID]
		if n.Parent != top || !ok {
			continue
		}
		if most == nil || pc > percent[most.ID] {
			most = &r.Nodes[i]
		}
		if least == nil || pc < percent[least.ID] {
			least = &r.Nodes[i]
		}
	}
	if most == nil || percent[most.ID]-percent[least.ID] < gapAlarm {
		return
	}
	out.Gap = &ResponseGap{Points: percent[most.ID] - percent[least.ID], Most: most.Name, Least: least.Name, MostPC: percent[most.ID], LowPC: percent[least.ID]}
}

// leadsFrom gives the day from which leads see a release; zero where they see it at once.
func (s *Service) leadsFrom(ctx context.Context, r Release, scope org.Scope) time.Time {
	p, err := s.Programme(ctx, r.ProgrammeID)
	if err != nil || p.LeadsSeeAfterDays == 0 || !scope.All() {
		return time.Time{}
	}
	return r.At.AddDate(0, 0, p.LeadsSeeAfterDays)
}
