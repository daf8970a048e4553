package initiative

import (
	"context"
	"errors"
	"math"
	"slices"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/stats"
)

// measured is an effect in one table under one design, before anybody judges it.
type measured struct {
	value, lo, hi float64 // NaN: not bounded
	se, p         float64
	df            float64
	convention    string
	random        *stats.Randomised
	staggered     *stats.Staggered
	synth         *stats.Synth
	placebos      *stats.Placebos
	inTime        *stats.Synth
	series        *stats.Interrupted
	confounders   int
	path          []PathPoint
	events        []EventPoint
	grey          [][]float64
}

// measure runs a design; what it cannot answer comes back as a *stats.Refusal.
func measure(ctx context.Context, p *panel.Panel, t *table, plan Plan, d Design, seed uint64) (*measured, error) {
	switch d {
	case Synthetic:
		return t.bySynth(ctx, p, plan)
	case Staggered:
		return t.byStaggered(ctx, p, plan, seed)
	case Interrupted:
		return t.bySeries(p)
	case DiD:
		return t.byDiD(ctx, seed)
	}
	return nil, stats.TooFew(stats.InsufficientPeriods, minPre, t.firstStart())
}

func (t *table) rollout() stats.RolloutData {
	return stats.RolloutData{Y: t.y, Start: t.start, Block: t.block}
}

// analytic says whether there are teams enough for errors that assume many: below, only the draw is honest.
func (t *table) analytic() bool {
	others := len(t.y) - t.treated()
	if t.treated() < fewClusters || len(t.y) < fewClusters || others < smallCohort {
		return false
	}
	for _, n := range t.cohorts() {
		if n < smallCohort {
			return false
		}
	}
	return true
}

func (t *table) randomise(ctx context.Context, seed uint64, interval bool) (*stats.Randomised, error) {
	opt := stats.RandomisationOptions{Seed: seed, Level: Level, NoCI: !interval}
	if len(t.y) > largePanel {
		opt.Reps, opt.ExactUpTo = 1999, 20_000
	}
	return stats.RandomisationTest(ctx, t.rollout(), opt)
}

// byDiD compares changes; its p is drawn from the assignment, and so is its interval unless there are many teams.
func (t *table) byDiD(ctx context.Context, seed uint64) (*measured, error) {
	many := t.analytic()
	r, err := t.randomise(ctx, seed, !many)
	if err != nil {
		return nil, err
	}
	m := &measured{value: r.ATT, lo: r.CI.Lo, hi: r.CI.Hi, p: r.P, se: r.SE, df: float64(len(t.y) - 2), random: r, convention: "ri"}
	if many {
		var y []float64
		var treat, post []bool
		var unit []int
		first := t.firstStart()
		for u, row := range t.y {
			for c, v := range row {
				y, treat, post, unit = append(y, v), append(treat, t.start[u] >= 0), append(post, c >= first), append(unit, u)
			}
		}
		two, err := stats.DiD(y, treat, post, unit, Level)
		if err != nil {
			return nil, err
		}
		m.value, m.lo, m.hi, m.se, m.convention = two.DiD, two.CI.Lo, two.CI.Hi, two.CR1, "cr1"
	}
	m.seFromInterval()
	if m.events, m.staggered, err = t.eventStudy(ctx, seed, nil); err != nil {
		return nil, err
	}
	t.groupPath(m)
	m.grey, err = t.greyLines(ctx, seed)
	return m, err
}

// seFromInterval reads the standard error off the interval where there is one, so that money lines use the doubt that
// was shown.
func (m *measured) seFromInterval() {
	if !math.IsNaN(m.lo) && !math.IsNaN(m.hi) {
		m.se = (m.hi - m.lo) / (2 * z90)
	}
}

// z90 is the 95th percentile of the standard normal distribution.
const z90 = 1.6448536269514722

// groupPath draws the treated teams beside the comparison moved to their level before the start.
func (t *table) groupPath(m *measured) {
	first := t.firstStart()
	tr, co := t.means()
	shift := mean(tr[:first]) - mean(co[:first])
	for c := range tr {
		m.path = append(m.path, PathPoint{t.period(c), tr[c], co[c] + shift, tr[c] - co[c] - shift})
	}
}

// means are the means of treated and comparison teams per period.
func (t *table) means() (treated, others []float64) {
	treated, others = make([]float64, t.periods()), make([]float64, t.periods())
	n := float64(t.treated())
	for u, row := range t.y {
		for c, v := range row {
			if t.start[u] >= 0 {
				treated[c] += v / n
			} else {
				others[c] += v / (float64(len(t.y)) - n)
			}
		}
	}
	return treated, others
}

func mean(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s / float64(len(v))
}

// long turns the table into rows for the staggered estimator; periods count from 1.
func (t *table) long(x [][][]float64) stats.StaggeredData {
	var d stats.StaggeredData
	d.X = make([][]float64, len(x))
	for u, row := range t.y {
		for c, v := range row {
			d.Unit, d.Time, d.Y = append(d.Unit, u), append(d.Time, float64(c+1)), append(d.Y, v)
			cohort := 0.0
			if t.start[u] >= 0 {
				cohort = float64(t.start[u] + 1)
			}
			d.Cohort = append(d.Cohort, cohort)
			for k := range x {
				d.X[k] = append(d.X[k], x[k][u][c])
			}
		}
	}
	return d
}

// eventStudy gives the effect by distance from the start against the period before it. Bands are left out where cohorts
// are too small for analytic errors.
func (t *table) eventStudy(ctx context.Context, seed uint64, x [][][]float64) ([]EventPoint, *stats.Staggered, error) {
	opt := stats.StaggeredOptions{Universal: true, Level: Level, Seed: seed, Draws: 10_000, NotYet: len(t.y) == t.treated()}
	s, err := stats.CallawaySantAnna(ctx, t.long(x), opt)
	if err != nil {
		return nil, nil, err
	}
	var out []EventPoint
	for i, at := range s.Dynamic.At {
		e := EventPoint{At: int(at), Estimate: s.Dynamic.ATT[i]}
		if len(s.SmallCohorts) == 0 && len(t.y)-t.treated() >= smallCohort && !math.IsNaN(s.Band[i].Lo) && !math.IsNaN(s.Band[i].Hi) {
			e.Lo, e.Hi = num(s.Band[i].Lo), num(s.Band[i].Hi)
		}
		if !math.IsNaN(e.Estimate) {
			out = append(out, e)
		}
	}
	return out, s, nil
}

// byStaggered estimates cohort by cohort; with small cohorts the interval and the estimate come from the draw.
func (t *table) byStaggered(ctx context.Context, p *panel.Panel, plan Plan, seed uint64) (*measured, error) {
	x := t.covariates(p, plan)
	head, err := stats.CallawaySantAnna(ctx, t.long(x), stats.StaggeredOptions{Level: Level, Seed: seed, Draws: 10_000, NotYet: len(t.y) == t.treated()})
	if err != nil {
		return nil, err
	}
	small := len(head.SmallCohorts) > 0
	r, err := t.randomise(ctx, seed, small)
	if err != nil {
		return nil, err
	}
	m := &measured{value: head.SimpleATT, se: head.SimpleSE, p: r.P, df: float64(len(t.y) - 2), random: r, convention: "callaway_santanna"}
	m.lo, m.hi = m.value-z90*m.se, m.value+z90*m.se
	if small {
		m.value, m.se, m.lo, m.hi, m.convention = r.ATT, r.SE, r.CI.Lo, r.CI.Hi, "ri"
		m.seFromInterval()
	}
	if m.events, m.staggered, err = t.eventStudy(ctx, seed, x); err != nil {
		return nil, err
	}
	m.staggered.PretestP, m.staggered.PretestW = head.PretestP, head.PretestW
	t.calendarPath(m, head)
	m.grey, err = t.greyLines(ctx, seed)
	return m, err
}

// calendarPath takes the effect of each period off the treated teams' mean: what is left is the path without it.
func (t *table) calendarPath(m *measured, s *stats.Staggered) {
	at := map[int]float64{}
	for i, c := range s.Calendar.At {
		at[int(c)-1] = s.Calendar.ATT[i]
	}
	tr, _ := t.means()
	n := float64(t.treated())
	for c := range tr {
		started := 0.0
		for _, st := range t.start {
			if st >= 0 && st <= c {
				started++
			}
		}
		gap := at[c] * started / n
		m.path = append(m.path, PathPoint{t.period(c), tr[c], tr[c] - gap, gap})
	}
}

// covariates are the predictors without a window, team by team and period by period; one with gaps is left out.
func (t *table) covariates(p *panel.Panel, plan Plan) [][][]float64 {
	var out [][][]float64
	for _, pr := range plan.Predictors {
		c := p.Column(pr.Metric, t.grain)
		if !pr.From.IsZero() || c == nil || c.Periods == 0 {
			continue
		}
		x, whole := make([][]float64, len(t.y)), true
		for u, team := range t.teams {
			x[u] = make([]float64, t.periods())
			for k := range x[u] {
				at := t.index(k) - c.First
				if at < 0 || at >= c.Periods || math.IsNaN(c.Value[team*c.Periods+at]) {
					whole = false
					break
				}
				x[u][k] = c.Value[team*c.Periods+at]
			}
		}
		if whole {
			out = append(out, x)
		}
	}
	return out
}

// greyLines are the gaps of pretended assignments: what chance alone draws.
func (t *table) greyLines(ctx context.Context, seed uint64) ([][]float64, error) {
	var out [][]float64
	d := t.rollout()
	rng := newRand(seed)
	for range maxGreyLines {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d.Start = slices.Clone(t.start)
		shuffleWithin(rng, d.Start, t.block)
		if d.Y = t.y; len(d.Y) == t.treated() {
			break // nobody to compare with at the end: the lines would mean something else
		}
		_, gap, err := stats.EventStudyGap(d)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(gap, math.IsNaN) {
			continue
		}
		out = append(out, gap)
	}
	return out, nil
}

// refusal reads why a method had no answer.
func refusal(err error) (*stats.Refusal, bool) {
	r, ok := errors.AsType[*stats.Refusal](err)
	if ok && r.Reason == stats.Canceled {
		return nil, false
	}
	return r, ok
}

// gapOf says what is missing for a method that refused.
func gapOf(r *stats.Refusal, grain string) *evidence.Gap {
	short := max(1, r.Need-r.Have)
	switch r.Reason {
	case stats.InsufficientPeriods:
		return evidence.Short(0, short, grain)
	case stats.InsufficientTeams, stats.TooFewTreated:
		return evidence.Short(short, 0, grain)
	case stats.NoComparison:
		return &evidence.Gap{Reason: noComparison}
	case stats.NoVariation:
		return &evidence.Gap{Reason: evidence.NoVariation}
	}
	return &evidence.Gap{Reason: evidence.NotComputable}
}
