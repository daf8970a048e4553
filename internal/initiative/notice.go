package initiative

import (
	"math"
	"slices"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Noticed is the share of the people reached who noticed the initiative, as the plan's perception question found.
type Noticed struct {
	MetricID string
	Question string
	Share    float64 // over all teams reached that have answers
	Teams    []NoticedTeam
	Without  int // teams reached that have no answers, or too few to be shown
}

// NoticedTeam is one team's share. N counts the answers, 0 where they were not counted.
type NoticedTeam struct {
	TeamID string
	Share  float64
	N      int
}

// half of the people reached must have noticed before it can be said that something was tried.
const half = .5

// noticed reads the answers since each team's start, up to a day; nil where nobody was asked or nobody answered. The
// panel gives only figures that may be shown.
func noticed(p *panel.Panel, tree *org.Tree, plan Plan, until time.Time) *Noticed {
	q := plan.Perception
	if q == nil || q.Metric == "" {
		return nil
	}
	m, known := p.Metric(q.Metric)
	g, has := p.Grain(q.Metric)
	if !known || !has {
		return nil
	}
	c := p.Column(q.Metric, g)
	if c == nil || c.Periods == 0 {
		return nil
	}
	scale := 1.0
	if m.Unit == "%" || slices.ContainsFunc(c.Value, func(v float64) bool { return v > 1 }) {
		scale = 100
	}
	of := sides(p, tree, plan)
	out := &Noticed{MetricID: q.Metric, Question: q.Question}
	sum, weight := 0.0, 0.0
	for k, team := range p.Teams {
		s, in := of[team.ID]
		if !in || !s.treated {
			continue
		}
		share, total, n := 0.0, 0.0, 0
		for t := range c.Periods {
			period := series.Period{Grain: g, Index: c.First + t}
			at := k*c.Periods + t
			if v := c.Value[at]; !math.IsNaN(v) && period.End().After(s.on) && !period.Start().After(until) {
				w := math.Max(1, float64(c.N[at]))
				share, total, n = share+w*v/scale, total+w, n+int(c.N[at])
			}
		}
		if total == 0 {
			out.Without++
			continue
		}
		sum, weight = sum+share, weight+total
		out.Teams = append(out.Teams, NoticedTeam{team.ID, share / total, n})
	}
	if weight == 0 {
		return nil
	}
	out.Share = sum / weight
	return out
}

// weigh puts the effect beside who noticed: an effect that is not seen may mean that it does not work, or that it never
// arrived, and only the second can be mended by carrying it out.
func (f *Effect) weigh(n *Noticed, expected Expectation) *evidence.Sentence {
	v := f.Estimate
	if n == nil || !v.Has() || v.Lo == nil || v.Hi == nil {
		return nil
	}
	seen := *v.Lo > 0 || *v.Hi < 0
	word := "open"
	switch {
	case seen && n.Share < half:
		word = "moved_unnoticed"
	case seen:
		word = "moved_noticed"
	case n.Share < half:
		word = "unnoticed"
	case expected.Effect != 0 && (expected.Effect < *v.Lo || expected.Effect > *v.Hi):
		word = "did_not_work"
	}
	s := said("initiative.verdict."+word, "share", percent(n.Share), "teams", evidence.Many(len(n.Teams), "teams"), "effect", figure(expected.Effect))
	return &s
}
