package forecast

import (
	"math"
	"time"

	"rapport/internal/initiative"
	"rapport/internal/series"
)

const (
	daysPerMonth = 30.4375
	maxMonths    = 120
	perQuarter   = 3 // months
)

// split lays the quarters of the window out, from the start on; the last one may be shorter.
func (b *builder) split() {
	stop := b.End.AddDate(0, 0, 1)
	for k := 0; ; k++ {
		from, to := b.Start.AddDate(0, perQuarter*k, 0), b.Start.AddDate(0, perQuarter*(k+1), 0)
		if !from.Before(stop) || k == maxMonths/perQuarter {
			return
		}
		if to.After(stop) {
			to = stop
		}
		b.Quarters = append(b.Quarters, Quarter{No: k + 1, From: from, To: to})
		b.days = append(b.days, to.Sub(from).Hours()/24)
	}
}

// lagged is the quarter in which an effect is looked for first.
func (b *builder) lagged(x initiative.Prospect) int {
	p := series.PeriodOf(b.Start, x.Grain)
	first := series.Period{Grain: x.Grain, Index: p.Index + b.plan.Lag}.Start()
	for _, q := range b.Quarters {
		if first.Before(q.To) {
			return q.No
		}
	}
	return max(1, len(b.Quarters))
}

// moved is the share of the full effect that has come in a quarter.
func moved(no, from, full int) float64 {
	switch {
	case no < from:
		return 0
	case no >= full:
		return 1
	}
	return float64(no-from+1) / float64(full-from+1)
}

// reached is the mean share over the part of the window in which an effect is looked for.
func (b *builder) reached(from, full int) float64 {
	if from == full {
		return 1 // the measurement begins where the effect does
	}
	sum, days := 0.0, 0.0
	for k, q := range b.Quarters {
		sum, days = sum+moved(q.No, from, full)*b.days[k], days+b.days[k]
	}
	if days == 0 {
		return 1
	}
	return sum / days
}

// path is what is expected quarter by quarter: each figure, and the money that has come in less what has been spent. The
// noise of one quarter's mean is that of the whole window times the root of the number of quarters measured: as if
// quarters were independent, which is the widest the band gets.
func (b *builder) path() {
	money := make([]float64, len(b.Quarters))
	variance := make([]float64, len(b.Quarters))
	for _, e := range b.Effects {
		total, measured := 0.0, 0.0
		for k, q := range b.Quarters {
			total += moved(q.No, e.From, e.Full) * b.days[k]
			if q.No >= e.From {
				measured++
			}
		}
		full, belief := e.Mean, e.Belief
		if share := b.reached(e.From, e.Full); share > 0 {
			full, belief = e.Mean/share, e.Belief/share
		}
		came, noise2 := 0.0, 0.0
		for k, q := range b.Quarters {
			share, noise := moved(q.No, e.From, e.Full), 0.0
			if e.Noise != nil && q.No >= e.From {
				noise = *e.Noise * math.Sqrt(math.Max(1, measured))
			}
			sd := math.Hypot(share*belief, noise)
			b.Quarters[k].Points = append(b.Quarters[k].Points, Point{share * full, share*full - z80*sd, share*full + z80*sd})
			if total > 0 {
				w := share * b.days[k] / total // of the window's benefit, what comes in this quarter
				came += w
				noise2 += w * w * noise * noise
			}
			s := b.slope[e.MetricID]
			money[k] += s * e.Mean * came
			variance[k] += s * s * (e.Belief*e.Belief*came*came + noise2)
		}
	}
	for k, q := range b.Quarters {
		m, sd := money[k]-b.spent(q.To), math.Sqrt(variance[k])
		b.Quarters[k].Money = Point{m, m - z80*sd, m + z80*sd}
	}
}

// spent is the cost up to a day.
func (b *builder) spent(until time.Time) float64 {
	sum := 0.0
	for _, c := range b.plan.Costs {
		if c.On.Before(until) {
			sum += c.InLedger()
		}
	}
	return sum
}
