package invest

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/goal"
	"rapport/internal/operation"
)

// StartRank ranks in the background.
func (s *Service) StartRank(ctx context.Context, by string) (operation.Operation, error) {
	return s.ops.Start(ctx, "rank", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		return "", nil, s.Rank(ctx, by, progress)
	})
}

// Rank says anew where every live proposal stands. Jobs and operations call it; a page only reads what it kept.
func (s *Service) Rank(ctx context.Context, by string, progress func(done, total int64)) error {
	all, err := s.store.Proposals(ctx)
	if err != nil {
		return fmt.Errorf("rank: %w", err)
	}
	live := []Proposal{}
	for _, p := range all {
		if p.State == Estimating || p.State == Estimated {
			live = append(live, p)
		}
	}
	if len(live) == 0 {
		return nil
	}
	given, err := s.store.Estimates(ctx, "")
	if err != nil {
		return fmt.Errorf("rank: %w", err)
	}
	before, err := s.standings(ctx)
	if err != nil {
		return fmt.Errorf("rank: %w", err)
	}
	g, err := s.ground(ctx)
	if err != nil {
		return fmt.Errorf("rank: %w", err)
	}
	book, err := s.from.Goals.Book(ctx)
	if err != nil {
		return fmt.Errorf("rank: %w", err)
	}
	now := s.stamp()
	out := make([]Standing, 0, len(live))
	ratios := [][]float64{}
	for k, p := range live {
		st, d, err := s.stand(ctx, g, book, p, ofRound(ofProposal(given, p.ID), p.Round), now)
		if err != nil {
			return fmt.Errorf("rank %s: %w", p.ID, err)
		}
		st.RunID = g.run.ID
		st.judge(p, g.metrics[p.Idea.Metric], before[p.ID], now)
		out, ratios = append(out, st), append(ratios, d)
		if progress != nil {
			progress(int64(k+1), int64(len(live)))
		}
	}
	compare(out, ratios)
	entry := audit.Entry{At: now, Actor: by, Action: "proposal.rank", Object: "proposals", Detail: map[string]string{"count": fmt.Sprint(len(out)), "run": g.run.ID}}
	return s.store.SaveStandings(ctx, out, entry)
}

func ofProposal(list []Estimate, id string) []Estimate {
	out := []Estimate{}
	for _, e := range list {
		if e.Proposal == id {
			out = append(out, e)
		}
	}
	return out
}

// gapOf is what is wanted and what is, for one proposal.
func (s *Service) gapOf(ctx context.Context, p Proposal, on time.Time) (Standing, error) {
	book, err := s.from.Goals.Book(ctx)
	if err != nil {
		return Standing{}, err
	}
	return s.gap(ctx, book, p, on)
}

func (s *Service) gap(ctx context.Context, book goal.Book, p Proposal, on time.Time) (Standing, error) {
	st := Standing{Proposal: p.ID, At: on}
	if l, ok := book.At(goal.Desired, p.Idea.Metric, p.Idea.Team, on); ok {
		st.Desired = &l.Value
	}
	a, ok, err := s.from.Goals.Actual(ctx, p.Idea.Metric, p.Idea.Team)
	if err != nil {
		return st, fmt.Errorf("read actuals: %w", err)
	}
	if ok {
		e := a.Estimate()
		st.Actual = &e
	}
	if st.Desired != nil && st.Actual != nil {
		gap := *st.Desired - a.Value
		st.Gap = &gap
	}
	return st, nil
}

// combine pools what colleagues said with equal weights (a linear opinion pool: Stone 1961,
// doi:10.1214/aoms/1177704873); nil without any.
func combine(given []Estimate) *Combined {
	if len(given) == 0 {
		return nil
	}
	of := func(f func(Estimate) float64) Spread {
		s := Spread{Least: math.Inf(1), Most: math.Inf(-1)}
		for _, e := range given {
			v := f(e)
			s.Mean += v / float64(len(given))
			s.Least, s.Most = min(s.Least, v), max(s.Most, v)
		}
		return s
	}
	return &Combined{
		N: len(given), Share: of(func(e Estimate) float64 { return e.Share }), Probability: of(func(e Estimate) float64 { return e.Probability }),
		Cost: of(func(e Estimate) float64 { return float64(e.Cost) }),
	}
}

// stand draws everything uncertain jointly: where the metric stands, whose estimate is right, and what a point is worth.
// While a round is open its estimates stay out, so that a rank gives nobody's away. The draws of the ratio are nil where
// something is missing.
func (s *Service) stand(ctx context.Context, g *ground, book goal.Book, p Proposal, given []Estimate, now time.Time) (Standing, []float64, error) {
	st, err := s.gap(ctx, book, p, now)
	if err != nil {
		return st, nil, err
	}
	var per []float64
	if st.Worth, per, err = s.worth(ctx, g, p.Idea.Metric, p.Idea.Team, p.Idea.Price); err != nil {
		return st, nil, err
	}
	if p.State == Estimated {
		st.Combined = combine(given)
	}
	if st.Combined == nil || st.Gap == nil || per == nil {
		return st, nil, nil
	}
	se := 0.0
	if st.Actual.StdErr != nil {
		se = *st.Actual.StdErr
	}
	rng := rand.New(rand.NewPCG(chainSeed, seedOf(p.ID)))
	value, ratio := make([]float64, len(per)), make([]float64, len(per))
	for i := range per {
		e := given[rng.IntN(len(given))]
		value[i] = (*st.Gap - se*rng.NormFloat64()) * e.Share * per[i] * e.Probability
		ratio[i] = value[i] / float64(e.Cost)
	}
	c := st.Combined
	point := *st.Gap * c.Share.Mean * float64(st.Worth.PerPoint.Value) * c.Probability.Mean
	st.Value = money(point, value)
	q := percentiles(ratio, .05, .10, .50, .95)
	pays := 0
	for _, v := range ratio {
		if v > 1 {
			pays++
		}
	}
	st.Ratio = &Ratio{Value: point / c.Cost.Mean, P5: q[0], P10: q[1], P50: q[2], P95: q[3], Pays: float64(pays) / float64(len(ratio))}
	return st, ratio, nil
}

func seedOf(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	return h.Sum64()
}

// compare ranks those that have a ratio, and counts in which share of the joint draws each is first.
func compare(list []Standing, ratios [][]float64) {
	order, with := []int{}, []int{}
	for k := range list {
		if list[k].Ratio != nil {
			with = append(with, k)
		}
	}
	if len(with) == 0 {
		return
	}
	n := len(ratios[with[0]])
	first := make([]int, len(list))
	for i := range n {
		best := with[0]
		for _, k := range with[1:] {
			if ratios[k][i] > ratios[best][i] {
				best = k
			}
		}
		first[best]++
	}
	order = append(order, with...)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[b].Ratio.Value, list[a].Ratio.Value) })
	for rank, k := range order {
		list[k].Rank = rank + 1
		list[k].Ratio.First = float64(first[k]) / float64(n)
	}
}
