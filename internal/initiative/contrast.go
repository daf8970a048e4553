package initiative

import (
	"math"
	"slices"

	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// TeamEffect is what an initiative changed in one treated team: the team's own change against the comparison's, and the
// same partially pooled towards the whole. One team's own figure is mostly noise; the pooled one borrows from the others
// as far as teams are alike.
type TeamEffect struct {
	TeamID   string
	Own      float64
	OwnSE    float64
	Pooled   float64
	PooledSE float64
}

// Beside is the change in a metric that no line of the plan is about: a row of the value scorecard, or a link of the
// chain. It is the plain contrast of changes with Welch's interval, without the checks that an effect gets.
type Beside struct {
	MetricID       string
	Metric         string
	Kind           series.Kind
	Unit           string
	HigherIsBetter bool
	Value, SE      float64
	Lo, Hi         float64 // at Level
	Before, Now    float64 // means of the treated teams before the start and since
	Treated        int
	Comparison     int
	Teams          []TeamEffect
}

// contrast is the change of each treated team since its own start, against the mean change of the teams that are never
// treated over the same cut.
type contrast struct {
	own, ownSE    []float64 // per treated team
	team          []int     // its row in the table
	att, se, df   float64
	before, since float64
	others        int
}

// smallGroup is the least size at which a group's own spread is trusted; below, the two groups share one.
const smallGroup = 6

// compare makes the contrast; teams that another initiative reaches in the same window are left out of the comparison as
// long as six others remain; false where there are too few periods before, or fewer than two teams to compare with.
func (t *table) compare() (*contrast, bool) {
	var never, quiet []int
	for u, s := range t.start {
		if s >= 0 {
			continue
		}
		if never = append(never, u); t.busy == nil || !t.busy[t.teams[u]] {
			quiet = append(quiet, u)
		}
	}
	if len(quiet) >= smallGroup {
		never = quiet
	}
	if len(never) < 2 || t.treated() == 0 {
		return nil, false
	}
	c := &contrast{others: len(never)}
	nc := float64(len(never))
	var spread, weight []float64 // of the comparison's changes, per cohort
	var cohortVar []float64      // of the treated teams' own changes
	total := float64(t.treated())
	sizes := t.cohorts()
	starts := make([]int, 0, len(sizes))
	for s := range sizes {
		starts = append(starts, s)
	}
	slices.Sort(starts)
	for _, s := range starts {
		if s < minPre || s >= t.periods() {
			return nil, false
		}
		base := make([]float64, 0, len(never))
		for _, u := range never {
			base = append(base, mean(t.y[u][s:])-mean(t.y[u][:s]))
		}
		mu, v := moments(base)
		var mine []float64
		for u, at := range t.start {
			if at != s {
				continue
			}
			pre, post := mean(t.y[u][:s]), mean(t.y[u][s:])
			c.before += pre / total
			c.since += post / total
			c.team = append(c.team, u)
			c.own = append(c.own, post-pre-mu)
			c.ownSE = append(c.ownSE, math.Sqrt(v))
			mine = append(mine, post-pre)
		}
		_, own := moments(mine)
		if len(mine) < smallGroup {
			own = v
		}
		spread, weight, cohortVar = append(spread, math.Sqrt(v)), append(weight, float64(len(mine))/total), append(cohortVar, own/float64(len(mine)))
	}
	for _, o := range c.own {
		c.att += o / total
	}
	treated, shared := 0.0, 0.0
	for k, w := range weight {
		treated += w * w * cohortVar[k]
		shared += w * spread[k] // the cohorts share one comparison: its errors add up, they do not cancel
	}
	other := shared * shared / nc
	c.se = math.Sqrt(treated + other)
	c.df = nc - 1
	if int(total) >= smallGroup { // Welch & Satterthwaite
		c.df = (treated + other) * (treated + other) / (treated*treated/(total-1) + other*other/(nc-1))
	}
	return c, c.se > 0
}

func moments(v []float64) (mu, variance float64) {
	mu = mean(v)
	if len(v) < 2 {
		return mu, 0
	}
	for _, x := range v {
		variance += (x - mu) * (x - mu) / float64(len(v)-1)
	}
	return mu, variance
}

// teamEffects are the own and the pooled effect of every treated team, so that the pooled ones average to the headline.
// Pooling is empirical Bayes after Morris (1983, doi:10.1080/01621459.1983.10477920), with the spread between teams by
// Paule & Mandel: shrinkage B = (k−3)/(k−1) · σ²/(σ²+τ²), variance σ²(1 − B(k−1)/k) + 2B²(own − mean)²/(k−3), which
// counts the doubt about the spread, plus the comparison's own error. With fewer than four treated teams there is nothing
// to pool with, and each stands for itself.
func (t *table) teamEffects(ids []string, headline float64) []TeamEffect {
	c, ok := t.compare()
	if !ok {
		return nil
	}
	k := float64(len(c.own))
	out := make([]TeamEffect, len(c.own))
	slopes := make([]stats.Slope, len(c.own))
	for i, u := range c.team {
		se := c.ownSE[i] * math.Sqrt(1+1/float64(c.others))
		out[i] = TeamEffect{TeamID: ids[t.teams[u]], Own: c.own[i], OwnSE: se, Pooled: c.own[i], PooledSE: se}
		slopes[i] = stats.Slope{B: c.own[i], SE: c.ownSE[i]}
	}
	pooled, err := stats.PoolSlopes(slopes)
	if err != nil || k < 4 {
		return out
	}
	for i, o := range c.own {
		b := (k - 3) / (k - 1) * (1 - pooled.Weight[i])
		away, v := o-pooled.Mean, c.ownSE[i]*c.ownSE[i]
		out[i].Pooled = o - b*away
		out[i].PooledSE = math.Sqrt(v*(1-b*(k-1)/k) + 2*b*b*away*away/(k-3) + v/float64(c.others))
	}
	shift := headline
	for _, x := range out {
		shift -= x.Pooled / k
	}
	for i := range out {
		out[i].Pooled += shift
	}
	return out
}

// beside looks at a metric that no line is about; nil where it cannot be compared.
func (t *table) beside(ids []string) *Beside {
	c, ok := t.compare()
	if !ok {
		return nil
	}
	var teams []TeamEffect
	if k := t.metric.Kind; k == series.EX || k == series.CX { // the links of the chain are told by team, too
		teams = t.teamEffects(ids, c.att)
	}
	half := stats.StudentQuantile((1+Level)/2, c.df) * c.se
	return &Beside{
		MetricID: t.metric.ID, Metric: t.metric.Name, Kind: t.metric.Kind, Unit: t.metric.Unit, HigherIsBetter: t.metric.HigherIsBetter,
		Value: c.att, SE: c.se, Lo: c.att - half, Hi: c.att + half, Before: c.before, Now: c.since, Treated: len(c.own), Comparison: c.others,
		Teams: teams,
	}
}

// busyTeams marks, for an initiative, the teams of the panel that another one reaches while its window is open.
func busyTeams(p *panel.Panel, tree *org.Tree, all []Initiative, of Initiative) []bool {
	reached := map[string]bool{}
	for _, i := range all {
		if i.ID == of.ID || i.Plan.Start().After(of.Plan.EndsOn) || of.Plan.Start().After(i.Plan.EndsOn) {
			continue
		}
		for _, t := range i.Plan.Treated {
			for _, leaf := range leaves(tree, t.TeamID) {
				reached[leaf] = true
			}
		}
	}
	out := make([]bool, len(p.Teams))
	for k, t := range p.Teams {
		out[k] = reached[t.ID]
	}
	return out
}
