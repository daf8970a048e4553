package linkage

import (
	"math"
	"slices"

	"rapport/internal/evidence"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Rules of what a slope may be called when it is told as money.
const (
	// ReliableFrom is the within-team reliability below which a slope, and any money told from it, is a lower bound.
	ReliableFrom = .5
	// sharedMoves is the share of variance within teams from which on two metrics of one kind are told as a bundle: with
	// half of the movement shared, a joint regression would double the variance of either slope.
	sharedMoves = .5
)

// Signal says what the left-hand side of a slope is worth as a measurement: how much of its movement within teams is
// signal, and which metrics of the same kind move along with it so closely that one is not told apart from the other.
type Signal struct {
	Metric string // name; empty: never looked at, as in runs of old
	// Reliability is a floor of the within-team reliability, 0–1: what jumps from one period to the next is all taken for
	// noise. Nil where there are too few neighbouring periods.
	Reliability *float64
	With        []string // names of the other metrics of the bundle
}

// LowerBound reports whether a slope on this metric counts as a lower bound in size.
func (s Signal) LowerBound() bool { return s.Reliability != nil && *s.Reliability < ReliableFrom }

// Say puts it in sentences; apart asks whether the bundle is to be spoken of, too.
func (s Signal) Say(apart bool) []evidence.Sentence {
	if s.Metric == "" {
		return nil
	}
	var out []evidence.Sentence
	name := evidence.Text(s.Metric)
	switch {
	case s.Reliability == nil:
		out = append(out, evidence.Sentence{Key: "signal.unknown", Params: map[string]evidence.Param{"metric": name}})
	case s.LowerBound():
		out = append(out, evidence.Sentence{Key: "signal.lower_bound", Params: map[string]evidence.Param{"metric": name, "rel": evidence.Num(*s.Reliability, 2)}})
	default:
		out = append(out, evidence.Sentence{Key: "signal.reliable", Params: map[string]evidence.Param{"metric": name, "rel": evidence.Num(*s.Reliability, 2)}})
	}
	if !apart {
		return out
	}
	if len(s.With) == 0 {
		return append(out, evidence.Sentence{Key: "signal.apart", Params: map[string]evidence.Param{"metric": name}})
	}
	return append(out, evidence.Sentence{Key: "signal.bundle", Params: map[string]evidence.Param{"metric": name, "others": evidence.Text(listed(s.With))}})
}

// Caveats say how a point of a chain may be spoken of as money, given its first figure and the one in the middle: the
// reliability of the first within teams, "lower bound" where it is low, and for both whether they stand for themselves.
func Caveats(first, middle Signal) []evidence.Sentence {
	out := first.Say(true)
	if all := middle.Say(true); len(all) > 0 {
		out = append(out, all[1:]...)
	}
	return out
}

func listed(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}

// signals answers for the metrics of one panel, each looked at once.
type signals struct {
	p       *panel.Panel
	columns map[columnAt]*panel.Column
	known   map[columnAt]Signal
}

func (s *signals) column(metric string, g series.Grain) *panel.Column {
	k := columnAt{metric, string(g)}
	if s.columns[k] == nil {
		s.columns[k] = s.p.Column(metric, g)
	}
	return s.columns[k]
}

// of looks at one metric at a grain.
func (s *signals) of(metric string, g series.Grain) Signal {
	k := columnAt{metric, string(g)}
	if x, ok := s.known[k]; ok {
		return x
	}
	c := s.column(metric, g)
	if c == nil {
		return Signal{}
	}
	out := Signal{Metric: c.Metric.Name, Reliability: reliability(c)}
	for _, m := range s.p.Metrics {
		if m.ID == metric || m.Kind != c.Metric.Kind || m.Kind != series.EX && m.Kind != series.CX {
			continue
		}
		if own, ok := s.p.Grain(m.ID); !ok || own.Coarser(g) {
			continue
		}
		if other := s.column(m.ID, g); other != nil && together(c, other) {
			out.With = append(out.With, m.Name)
		}
	}
	slices.Sort(out.With)
	s.known[k] = out
	return out
}

// reliability is λ after team and period effects (stats.WithinReliability) with the noise of one figure from successive
// differences. Figures come without the spread of their respondents, so that this is the only noise that can be had; it
// takes quick real change for noise, and λ is a floor.
func reliability(c *panel.Column) *float64 {
	rows := make([][]float64, c.Teams())
	noise, unit, time := make([]float64, len(c.Value)), make([]int, len(c.Value)), make([]int, len(c.Value))
	for t := range rows {
		rows[t] = c.Value[t*c.Periods : (t+1)*c.Periods]
	}
	spread, ok := stats.Successive(rows)
	if !ok {
		return nil
	}
	for i := range noise {
		noise[i], unit[i], time[i] = spread.Own, i/c.Periods, i%c.Periods
	}
	r, err := stats.WithinReliability(c.Value, noise, unit, time, true)
	if err != nil {
		return nil // too few teams or periods, or nothing moves
	}
	v := math.Max(0, r.Reliability)
	return &v
}

// together reports whether two metrics share half of their movement within teams, or more.
func together(a, b *panel.Column) bool {
	q := panel.Join(a, b, 0)
	if reach, _ := evidence.Gate(q.Repeated, q.Periods, string(q.Grain)); reach == evidence.Nothing {
		return false
	}
	r, err := stats.TwoWayFE(asPanel(q), stats.FEOptions{Level: evidence.IntervalLevel})
	if err != nil {
		return false
	}
	slope, xx, rss := r.Coef[0].B, 1/r.Fit.Bread[0][0], 0.0
	for _, e := range r.Fit.Resid {
		rss += e * e
	}
	return slope*slope*xx >= sharedMoves*(slope*slope*xx+rss)
}

// measure says what each supported finding's left-hand side is worth as a measurement: only they may be told as money.
func (s *signals) measure(findings []Finding) {
	for i := range findings {
		if f := &findings[i]; f.Verdict == evidence.Supported {
			f.Signal = s.of(f.X, f.Grain)
		}
	}
}
