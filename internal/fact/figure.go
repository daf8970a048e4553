package fact

import (
	"context"
	"math"
	"slices"
	"strings"

	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Figure is everything known of one team, measure and period: sums by bucket, sorted by bucket.
type Figure struct {
	Team    string
	Measure string
	Period  series.Period
	Buckets []Sum
}

// N counts the readings.
func (f Figure) N() int64 {
	var n int64
	for _, b := range f.Buckets {
		n += b.N
	}
	return n
}

// Sum adds the readings up.
func (f Figure) Sum() float64 {
	s := 0.0
	for _, b := range f.Buckets {
		s += b.Sum
	}
	return s
}

// Share is the part of the readings whose bucket lies between lo and hi.
func (f Figure) Share(lo, hi int) float64 {
	var in int64
	for _, b := range f.Buckets {
		if b.Bucket >= lo && b.Bucket <= hi {
			in += b.N
		}
	}
	return float64(in) / float64(f.N())
}

// Quantile gives the bucket that holds the q-th reading (0.5 the median).
func (f Figure) Quantile(q float64) int {
	want := int64(math.Ceil(q * float64(f.N())))
	var seen int64
	for _, b := range f.Buckets {
		if seen += b.N; seen >= max(want, 1) {
			return b.Bucket
		}
	}
	return 0
}

// stepsPerDoubling is how finely lengths of time are told apart: one step is 4.4 %, so a median is right to about 2.2 %.
const stepsPerDoubling = 16

// Step is the bucket of a length of time in minutes; StepMinutes is the middle of a bucket.
func Step(minutes float64) int {
	return int(math.Round(stepsPerDoubling * math.Log2(1+max(0, minutes))))
}

// StepMinutes gives the minutes in the middle of a bucket.
func StepMinutes(step int) float64 { return math.Exp2(float64(step)/stepsPerDoubling) - 1 }

// EachFigure gives the figures of a kind for teams in scope. Facts whose source used a name that a team answers to by now
// count for that team.
func (s *Service) EachFigure(ctx context.Context, scope org.Scope, kind intake.Kind, fn func(Figure) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	waiting, err := s.adopted(ctx, scope, kind)
	if err != nil {
		return err
	}
	var cur Figure
	flush := func() error {
		if len(cur.Buckets) == 0 {
			return nil
		}
		k := figureKey{cur.Team, cur.Measure, cur.Period}
		if more := waiting[k]; more != nil {
			cur.Buckets = merge(cur.Buckets, more)
			delete(waiting, k)
		}
		return fn(cur)
	}
	err = s.EachSum(ctx, scope, kind, func(x Sum) error {
		if strings.HasPrefix(x.Team, Unattributed) {
			return nil
		}
		if p := (series.Period{Grain: x.Grain, Index: x.Period}); x.Team != cur.Team || x.Measure != cur.Measure || p != cur.Period {
			if err := flush(); err != nil {
				return err
			}
			cur = Figure{Team: x.Team, Measure: x.Measure, Period: p}
		}
		cur.Buckets = append(cur.Buckets, x)
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	rest := make([]figureKey, 0, len(waiting))
	for k := range waiting {
		rest = append(rest, k)
	}
	slices.SortFunc(rest, func(a, b figureKey) int {
		if c := strings.Compare(a.team+"\x00"+a.measure+"\x00"+string(a.period.Grain), b.team+"\x00"+b.measure+"\x00"+string(b.period.Grain)); c != 0 {
			return c
		}
		return a.period.Index - b.period.Index
	})
	for _, k := range rest {
		if err := fn(Figure{Team: k.team, Measure: k.measure, Period: k.period, Buckets: waiting[k]}); err != nil {
			return err
		}
	}
	return nil
}

type figureKey struct {
	team, measure string
	period        series.Period
}

// adopted gathers the sums of names that no team had when they came in and that a team in scope answers to now.
func (s *Service) adopted(ctx context.Context, scope org.Scope, kind intake.Kind) (map[figureKey][]Sum, error) {
	out := map[figureKey][]Sum{}
	names, err := s.UnattributedNames(ctx, kind)
	if err != nil || len(names) == 0 {
		return out, err
	}
	list, err := s.org.Teams(ctx, org.Everything)
	if err != nil {
		return nil, err
	}
	find, err := s.finderOf(ctx, org.NewTree(list))
	if err != nil {
		return nil, err
	}
	home := map[string]string{}
	var ours []string
	for n := range names {
		if t, err := find.Find(n); n != "" && err == nil && scope.Has(t.ID) {
			home[Unattributed+n] = t.ID
			ours = append(ours, Unattributed+n)
		}
	}
	if len(ours) == 0 {
		return out, nil
	}
	return out, s.EachSum(ctx, org.Teams(ours...), kind, func(x Sum) error {
		k := figureKey{home[x.Team], x.Measure, series.Period{Grain: x.Grain, Index: x.Period}}
		x.Team = k.team
		out[k] = merge(out[k], []Sum{x})
		return nil
	})
}

// UnattributedNames lists the names of teams that facts of a kind came in under without there being such a team, with the
// number of facts behind each (those of the measure that most of them have), whether a team answers to the name by now or
// not.
func (s *Service) UnattributedNames(ctx context.Context, kind intake.Kind) (map[string]int64, error) {
	pairs, err := s.Measured(ctx, kind)
	if err != nil {
		return nil, err
	}
	var waiting []string
	for _, p := range pairs {
		if strings.HasPrefix(p.Team, Unattributed) && (len(waiting) == 0 || waiting[len(waiting)-1] != p.Team) {
			waiting = append(waiting, p.Team)
		}
	}
	if len(waiting) == 0 {
		return map[string]int64{}, nil
	}
	type at struct{ name, measure string }
	n := map[at]int64{}
	err = s.EachSum(ctx, org.Teams(waiting...), kind, func(x Sum) error {
		if name, ok := strings.CutPrefix(x.Team, Unattributed); ok && x.Grain == series.Month {
			n[at{name, x.Measure}] += x.N
		}
		return nil
	})
	out := map[string]int64{}
	for k, v := range n {
		out[k.name] = max(out[k.name], v)
	}
	return out, err
}

// Waiting is facts that count for nobody: no team answers to the name their source uses.
type Waiting struct {
	Kind  intake.Kind
	Name  string // empty where the source named none
	Facts int64
}

// Queue lists what waits for a team, by kind and name.
func (s *Service) Queue(ctx context.Context) ([]Waiting, error) {
	list, err := s.org.Teams(ctx, org.Everything)
	if err != nil {
		return nil, err
	}
	find, err := s.finderOf(ctx, org.NewTree(list))
	if err != nil {
		return nil, err
	}
	out := []Waiting{}
	for _, kind := range []intake.Kind{intake.Feedback, intake.Orders} {
		names, err := s.UnattributedNames(ctx, kind)
		if err != nil {
			return nil, err
		}
		for name, n := range names {
			if _, err := find.Find(name); name == "" || err != nil {
				out = append(out, Waiting{kind, name, n})
			}
		}
	}
	slices.SortFunc(out, func(a, b Waiting) int {
		return strings.Compare(string(a.Kind)+"\x00"+a.Name, string(b.Kind)+"\x00"+b.Name)
	})
	return out, nil
}

// merge adds two lists sorted by bucket.
func merge(a, b []Sum) []Sum {
	out := slices.Clone(a)
	for _, x := range b {
		i, ok := slices.BinarySearchFunc(out, x.Bucket, func(s Sum, bucket int) int { return s.Bucket - bucket })
		if !ok {
			out = slices.Insert(out, i, x)
			continue
		}
		out[i].N += x.N
		out[i].Sum += x.Sum
		out[i].Squares += x.Squares
	}
	return out
}

// enoughAWeek is how many readings a typical team has in a week before weekly figures are given beside monthly ones: an
// NPS of ten answers is already uncertain by 42 points.
const enoughAWeek = 10

// Weekly lists the measures of a kind of which a team has enough in a typical week.
func (s *Service) Weekly(ctx context.Context, kind intake.Kind) (map[string]bool, error) {
	cells := map[string][]int64{}
	err := s.EachFigure(ctx, org.Everything, kind, func(f Figure) error {
		if f.Period.Grain == series.Week {
			cells[f.Measure] = append(cells[f.Measure], f.N())
		}
		return nil
	})
	out := map[string]bool{}
	for m, n := range cells {
		slices.Sort(n)
		out[m] = n[len(n)/2] >= enoughAWeek // the median: one large team does not make the small ones typical
	}
	return out, err
}
