package initiative

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// The designs for one treated team, or for none to compare with.

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x91ace)) }

// shuffleWithin deals the start dates anew, within blocks.
func shuffleWithin(rng *rand.Rand, start, block []int) {
	members := map[int][]int{}
	var order []int
	for k := range start {
		b := 0
		if block != nil {
			b = block[k]
		}
		if members[b] == nil {
			order = append(order, b)
		}
		members[b] = append(members[b], k)
	}
	for _, b := range order {
		at := members[b]
		rng.Shuffle(len(at), func(i, j int) { start[at[i]], start[at[j]] = start[at[j]], start[at[i]] })
	}
}

// synthData puts the mean of the treated teams in the first row and every comparison team below it.
func (t *table) synthData(p *panel.Panel, plan Plan) (stats.SynthData, []int) {
	tr, _ := t.means()
	d := stats.SynthData{Y: [][]float64{tr}, Treated: 0, Start: t.firstStart()}
	rows := []int{-1}
	for u, row := range t.y {
		if t.start[u] < 0 {
			d.Y, rows = append(d.Y, row), append(rows, u)
		}
	}
	for _, pr := range plan.Predictors {
		c := p.Column(pr.Metric, t.grain)
		if c == nil || c.Periods == 0 {
			continue
		}
		from, to := 0, d.Start-1
		if !pr.From.IsZero() {
			from, to = series.PeriodOf(pr.From, t.grain).Index-t.first, series.PeriodOf(pr.To, t.grain).Index-t.first
		}
		of := func(team int) float64 {
			sum, n := 0.0, 0.0
			for k := max(0, from); k <= min(to, d.Start-1); k++ {
				if at := t.first + k - c.First; at >= 0 && at < c.Periods && !math.IsNaN(c.Value[team*c.Periods+at]) {
					sum, n = sum+c.Value[team*c.Periods+at], n+1
				}
			}
			return sum / n // none at all: NaN, and the team is no donor
		}
		x := make([]float64, len(rows))
		for k, u := range rows {
			if u >= 0 {
				x[k] = of(t.teams[u])
				continue
			}
			for v, s := range t.start {
				if s >= 0 {
					x[k] += of(t.teams[v]) / float64(t.treated())
				}
			}
		}
		if !math.IsNaN(x[0]) {
			d.Predictors = append(d.Predictors, x)
		}
	}
	return d, rows
}

// bySynth builds the treated teams' path out of the others'. Its p is the rank among placebos, and so is the interval:
// the spread of the effects that placebos seem to have.
func (t *table) bySynth(ctx context.Context, p *panel.Panel, plan Plan) (*measured, error) {
	d, rows := t.synthData(p, plan)
	s, err := stats.SyntheticControl(ctx, d, nil)
	if err != nil {
		return nil, err
	}
	pl, err := stats.SynthPlacebos(ctx, d, nil, false)
	if err != nil {
		return nil, err
	}
	m := &measured{value: s.ATT, p: pl.P, synth: s, placebos: pl, convention: "placebo_rank", lo: math.NaN(), hi: math.NaN(), df: float64(len(pl.Units) - 1)}
	// Placebos that fit badly before the start say nothing of what chance does to one that fits well.
	var spread []float64
	for k := 1; k < len(pl.ATT); k++ {
		if pl.PreMSPE[k] <= donorsTooWide*math.Max(pl.PreMSPE[0], 1e-300) {
			spread = append(spread, pl.ATT[k])
			if len(m.grey) < maxGreyLines {
				m.grey = append(m.grey, pl.Gaps[k])
			}
		}
	}
	if len(spread) >= smallCohort {
		sum := 0.0
		for _, a := range spread {
			sum += a * a
		}
		m.se = math.Sqrt(sum / float64(len(spread)))
		m.lo, m.hi = m.value-z90*m.se, m.value+z90*m.se
	}
	for c, g := range s.Gap {
		m.path = append(m.path, PathPoint{t.period(c), d.Y[0][c], d.Y[0][c] - g, g})
		m.events = append(m.events, EventPoint{At: c - d.Start, Estimate: g})
	}
	for i, j := range s.Donors {
		s.Donors[i] = rows[j] // rows of the table, for names
	}
	outcome := d
	outcome.Predictors = nil // predictors may lie after the pretended start
	if fake := d.Start * 2 / 3; fake >= 2 {
		if it, err := stats.SynthInTime(ctx, outcome, fake, nil); err == nil {
			m.inTime = it
		}
	}
	return m, nil
}

// bySeries looks for a jump in the treated teams' own mean. There is nothing to compare with: grade C at best.
func (t *table) bySeries(p *panel.Panel) (*measured, error) {
	tr, _ := t.means()
	d := stats.SeriesDesign{Y: tr, Start: t.firstStart()}
	for _, x := range p.Metrics {
		if x.Kind != series.Confounder || len(tr)-4-len(d.Extra) < 4 {
			continue
		}
		if v := t.overTeams(p, x.ID); v != nil {
			d.Extra, d.Names = append(d.Extra, v), append(d.Names, x.Key)
		}
	}
	confounders := len(d.Extra)
	s, err := stats.InterruptedSeries(d, 1, Level)
	if r, ok := refusal(err); ok && r.Reason == stats.Collinear && confounders > 0 {
		d.Extra, d.Names, confounders = nil, nil, 0
		s, err = stats.InterruptedSeries(d, 1, Level)
	}
	if err != nil {
		return nil, err
	}
	ci := s.LevelCI[2]
	m := &measured{value: s.REML.B[2], lo: ci.Lo, hi: ci.Hi, se: s.REML.SE[2], p: math.NaN(), df: float64(s.N - len(s.REML.B)), series: s, confounders: confounders, convention: "reml_ar1"}
	for c, v := range tr {
		without := v
		if c >= d.Start {
			without = v - s.REML.B[2] - s.REML.B[3]*float64(c-d.Start+1)
		}
		m.path = append(m.path, PathPoint{t.period(c), v, without, v - without})
	}
	return m, nil
}

// overTeams is the mean of a metric over the treated teams, period by period; nil where a period has no figure or nothing
// ever changes.
func (t *table) overTeams(p *panel.Panel, metric string) []float64 {
	c := p.Column(metric, t.grain)
	if c == nil || c.Periods == 0 {
		return nil
	}
	out := make([]float64, t.periods())
	for k := range out {
		at, n := t.index(k)-c.First, 0.0
		if at < 0 || at >= c.Periods {
			return nil
		}
		for u, team := range t.teams {
			if v := c.Value[team*c.Periods+at]; t.start[u] >= 0 && !math.IsNaN(v) {
				out[k], n = out[k]+v, n+1
			}
		}
		if n == 0 {
			return nil
		}
		out[k] /= n
	}
	if slices.Min(out) == slices.Max(out) {
		return nil
	}
	return out
}
