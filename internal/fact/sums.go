package fact

import (
	"cmp"
	"slices"

	"rapport/internal/series"
)

// Grains are the lengths of period that facts are summed in.
var Grains = []series.Grain{series.Week, series.Month}

// sums adds up what a batch changes.
type sums struct {
	feature  Feature
	at       map[sumKey]*Sum
	readings []Reading
}

type sumKey struct {
	team, measure string
	grain         series.Grain
	period        int32
	bucket        int32
}

func newSums(f Feature) *sums { return &sums{feature: f, at: map[sumKey]*Sum{}} }

// add counts a fact in (sign 1) or out (−1).
func (s *sums) add(f Fact, sign int64) {
	s.readings = s.feature.Readings(f.At, f.Body, s.readings[:0])
	for _, r := range s.readings {
		for _, g := range Grains {
			p := series.PeriodOf(r.At, g)
			k := sumKey{f.Team, r.Measure, g, int32(p.Index), int32(r.Bucket)}
			x := s.at[k]
			if x == nil {
				x = &Sum{Team: f.Team, Measure: r.Measure, Grain: g, Period: p.Index, Bucket: r.Bucket}
				s.at[k] = x
			}
			x.N += sign
			x.Sum += float64(sign) * r.Value
			x.Squares += float64(sign) * r.Value * r.Value
		}
	}
}

// sorted lists the sums in the order they are stored in.
func (s *sums) sorted() []Sum {
	out := make([]Sum, 0, len(s.at))
	for _, x := range s.at {
		if x.N != 0 || x.Sum != 0 {
			out = append(out, *x)
		}
	}
	rank := map[series.Grain]int{series.Week: 1, series.Month: 2}
	slices.SortFunc(out, func(a, b Sum) int {
		return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Measure, b.Measure), cmp.Compare(rank[a.Grain], rank[b.Grain]),
			cmp.Compare(a.Period, b.Period), cmp.Compare(a.Bucket, b.Bucket))
	})
	return out
}
