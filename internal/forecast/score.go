package forecast

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/returns"
)

// Where a quarter stands against its band.
const (
	Ahead   = "ahead"
	Within  = "within"
	Behind  = "behind"
	Running = "running" // the quarter has not ended
	Unknown = "unknown" // nothing was measured
)

// Mark is how a quarter came out.
type Mark struct {
	No     int
	Points []Actual // along Effects
	Money  Actual
}

// Actual is what was measured of a quarter, and where that stands against the 80 % interval.
type Actual struct {
	Value *float64
	State string
}

// marks sets what was measured beside what was expected, quarter by quarter. The money of a quarter is what its measured
// differences are worth at the plan's prices; a quarter without a figure for one of the priced metrics has none.
func marks(f Forecast, plan initiative.Plan, e initiative.Evaluation) []Mark {
	effects := map[string]initiative.Effect{}
	for _, x := range e.Effects {
		effects[x.MetricID] = x
	}
	slope := map[string]float64{}
	for _, x := range plan.Benefits {
		metric := x.Metric
		if metric == "" {
			metric = plan.Metric
		}
		if m, ok := effects[metric]; ok && x.Forecast == nil {
			slope[metric] += returns.PerEffect(returns.Kind(x.Kind), x, m.HigherIsBetter, m.Unit).Money
		}
	}
	b := builder{plan: plan}
	b.Quarters = f.Quarters
	out := make([]Mark, len(f.Quarters))
	earned, known := 0.0, true
	for k, q := range f.Quarters {
		m := Mark{No: q.No, Money: Actual{State: Unknown}}
		ended := !e.AsOf.Before(q.To.AddDate(0, 0, -1))
		for j, x := range f.Effects {
			a := Actual{State: Unknown}
			if path := effects[x.MetricID].PathOf(q.From, q.To); len(path) > 0 {
				v := 0.0
				for _, g := range path {
					v += g / float64(len(path))
				}
				a.Value = &v
				a.State = standing(v, q.Points[j], x.HigherIsBetter, ended)
				if q.No >= x.From {
					earned += slope[x.MetricID] * v * share(f, k, x)
				}
			} else if slope[x.MetricID] != 0 && q.No >= x.From {
				known = false
			}
			m.Points = append(m.Points, a)
		}
		if known && len(slope) > 0 && !e.AsOf.Before(q.From) {
			v := earned - b.spent(q.To)
			m.Money = Actual{Value: &v, State: standing(v, q.Money, true, ended)}
		}
		out[k] = m
	}
	return out
}

// share is the part of the time in which an effect is looked for that lies in a quarter.
func share(f Forecast, at int, e Effect) float64 {
	total := 0.0
	for _, q := range f.Quarters {
		if q.No >= e.From {
			total += q.To.Sub(q.From).Hours()
		}
	}
	return f.Quarters[at].To.Sub(f.Quarters[at].From).Hours() / total
}

func standing(v float64, p Point, higherIsBetter, ended bool) string {
	switch {
	case !ended:
		return Running
	case v >= p.Lo && v <= p.Hi:
		return Within
	case (v > p.Hi) == higherIsBetter:
		return Ahead
	}
	return Behind
}

// Score sets every frozen forecast whose window has ended against what was measured. Repeated on the same figures it
// changes nothing.
func (s *Service) Score(ctx context.Context, by string) error {
	all, err := s.store.Approvals(ctx)
	if err != nil {
		return fmt.Errorf("score forecasts: %w", err)
	}
	for _, a := range all {
		score, err := s.scoreOf(ctx, a)
		if err != nil {
			return fmt.Errorf("score forecast of %s: %w", a.InitiativeID, err)
		}
		if score == nil || a.Score != nil && same(*a.Score, *score) {
			continue
		}
		score.At = s.now()
		entry := audit.Entry{At: score.At, Actor: by, Action: "forecast.score", Object: a.InitiativeID, Detail: map[string]string{"hash": a.Hash, "inside": fmt.Sprint(score.Inside)}}
		if err := s.store.ScoreForecast(ctx, a.InitiativeID, a.Hash, *score, entry); err != nil {
			return fmt.Errorf("score forecast of %s: %w", a.InitiativeID, err)
		}
	}
	return nil
}

func same(a, b Score) bool {
	a.At, b.At = time.Time{}, time.Time{}
	return reflect.DeepEqual(a, b)
}

// scoreOf is nil as long as the window is open or nothing could be measured.
func (s *Service) scoreOf(ctx context.Context, a Approval) (*Score, error) {
	v, err := s.ledger.Get(ctx, a.InitiativeID)
	if err != nil || v.Evaluation == nil || len(a.Effects) == 0 {
		return nil, err
	}
	want := a.Effects[0]
	for _, x := range v.Evaluation.Effects {
		if x.MetricID != want.MetricID || x.Open || x.Grade == "" || !x.Estimate.Has() || v.Evaluation.AsOf.Before(a.End) {
			continue
		}
		out := &Score{AsOf: v.Evaluation.AsOf, Metric: x.Metric, Unit: x.Unit, Measured: *x.Estimate.Value, SE: x.Estimate.StdErr, Expected: want.Mean, Lo: want.Lo, Hi: want.Hi, Grade: x.Grade}
		out.Inside = out.Measured >= want.Lo && out.Measured <= want.Hi
		if want.SD > 0 {
			if out.Miss = (out.Measured - want.Mean) / want.SD; !x.HigherIsBetter {
				out.Miss = -out.Miss
			}
		}
		st, err := s.returns.Statement(ctx, "", returns.OfInitiative(a.InitiativeID))
		if err != nil && errs.KindOf(err) != errs.KindNotFound {
			return nil, err
		}
		if err == nil && st.Result != nil && st.Result.ROI.NotEnough == nil && a.ROI != nil {
			roi := st.Result.ROI.Estimate
			inside := roi >= a.ROI.P10 && roi <= a.ROI.P90
			out.ROI, out.ROIInside = &roi, &inside
		}
		return out, nil
	}
	return nil, nil
}

// Record is how good forecasts have been so far.
type Record struct {
	Approvals []Approval // scored ones, newest first
	Names     map[string]string
	Waiting   int // frozen, not scored yet
	N         int
	Inside    int
	Coverage  float64 // share inside the 80 % interval
	Lo, Hi    float64 // exact 90 % interval of the share
	Bias      float64 // mean miss in standard deviations of the forecasts; positive: came out better than expected
	BiasLo    float64 // 90 % interval
	BiasHi    float64
	Enough    bool
	Missing   int // scored forecasts that are missing before coverage and bias are shown
}

// minScored is from how many scored forecasts on their coverage says anything: with ten, all inside, the exact interval of
// a true 80 % still reaches down to 74 %; with fewer it excludes next to nothing.
const minScored = 10

// Record sums all scored forecasts up.
func (s *Service) Record(ctx context.Context) (Record, error) {
	out := Record{Approvals: []Approval{}, Names: map[string]string{}}
	all, err := s.store.Approvals(ctx)
	if err != nil {
		return out, err
	}
	list, err := s.ledger.List(ctx)
	if err != nil {
		return out, err
	}
	for _, v := range list {
		out.Names[v.ID] = v.Plan.Name
	}
	last := map[string]int{}
	for k, a := range all {
		last[a.InitiativeID] = k // of two approvals the later one counts
	}
	var misses []float64
	for k := len(all) - 1; k >= 0; k-- {
		a := all[k]
		switch {
		case last[a.InitiativeID] != k:
		case a.Score == nil:
			out.Waiting++
		default:
			out.Approvals = append(out.Approvals, a)
			misses = append(misses, a.Score.Miss)
			if a.Score.Inside {
				out.Inside++
			}
		}
	}
	out.sum(misses)
	return out, nil
}

// sum computes coverage and bias where there are enough.
func (r *Record) sum(misses []float64) {
	r.N = len(misses)
	if r.Missing = max(0, minScored-r.N); r.Missing > 0 {
		return
	}
	r.Enough = true
	n := float64(r.N)
	r.Coverage = float64(r.Inside) / n
	r.Lo, r.Hi = exactShare(r.Inside, r.N)
	for _, m := range misses {
		r.Bias += m / n
	}
	ss := 0.0
	for _, m := range misses {
		ss += (m - r.Bias) * (m - r.Bias)
	}
	half := z90 * math.Sqrt(ss/(n-1)/n)
	r.BiasLo, r.BiasHi = r.Bias-half, r.Bias+half
}

// z90 is half the width of a 90 % interval in standard errors.
const z90 = 1.6448536269514722

// exactShare is the exact 90 % interval of a share (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404), by halving.
func exactShare(k, n int) (lo, hi float64) {
	below := func(p float64, upTo int) float64 { // P(X ≤ upTo)
		sum := 0.0
		for i := 0; i <= upTo; i++ {
			lg, _ := math.Lgamma(float64(n + 1))
			a, _ := math.Lgamma(float64(i + 1))
			b, _ := math.Lgamma(float64(n - i + 1))
			sum += math.Exp(lg - a - b + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
		}
		return sum
	}
	solve := func(f func(p float64) bool) float64 {
		a, b := 0.0, 1.0
		for range 60 {
			if m := (a + b) / 2; f(m) {
				a = m
			} else {
				b = m
			}
		}
		return (a + b) / 2
	}
	if lo = 0; k > 0 {
		lo = solve(func(p float64) bool { return 1-below(p, k-1) < .05 })
	}
	if hi = 1; k < n {
		hi = solve(func(p float64) bool { return below(p, k) > .05 })
	}
	return lo, hi
}
