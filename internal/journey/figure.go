package journey

import (
	"maps"
	"math"
	"slices"

	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/stats"
)

// level of every interval of this package.
const level = .9

// z is the normal quantile of the level.
var z = math.Sqrt2 * math.Erfinv(level)

// fewest answers make a figure; of fewer it is only said how many there are.
const fewest = 10

// Figure is a figure with its 90 % interval and the number of answers (or customers, or matters) it is made of.
type Figure struct {
	Value float64 `json:"value"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	N     int     `json:"n"`
}

// Score is what answers of one type come to: NPS in points, CSAT in percent of 4 and 5, CES as the mean of 1 to 7. Without
// a figure there are fewer than ten answers.
type Score struct {
	Type   feedback.ScoreType
	N      int
	Figure *Figure
}

// scores are those of every type that was asked, the one with the most answers first.
func (t *Tally) scores() []Score {
	var out []Score
	for _, x := range []struct {
		t    feedback.ScoreType
		n    int
		make func() Figure
	}{
		{feedback.NPS, total(t.NPS[:]), t.nps},
		{feedback.CSAT, total(t.CSAT[:]), func() Figure { return percent(t.CSAT[3]+t.CSAT[4], total(t.CSAT[:])) }},
		{feedback.CES, total(t.CES[:]), func() Figure { return mean(t.CES[:], 1) }},
	} {
		if x.n == 0 {
			continue
		}
		s := Score{Type: x.t, N: x.n}
		if x.n >= fewest {
			f := x.make()
			s.Figure = &f
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Score) int { return b.N - a.N })
	return out
}

func (t *Tally) nps() Figure {
	n := total(t.NPS[:])
	r, err := stats.NPSFromCounts(t.NPS[2], t.NPS[1], t.NPS[0], 0, level)
	if err != nil { // counts are never negative and there are some
		return Figure{N: n}
	}
	return Figure{r.NPS, r.AdjustedWald.Lo, r.AdjustedWald.Hi, n}
}

// percent gives k of n in percent with the score interval of Wilson (1927, doi:10.1080/01621459.1927.10502953).
func percent(k, n int) Figure {
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Figure{100 * p, 100 * max(0, centre-half), 100 * min(1, centre+half), n}
}

// Percent gives k of n in percent with the 90 % interval that this package gives every share; n is more than zero.
func Percent(k, n int) Figure { return percent(k, n) }

// difference gives a − b of two percentages by the hybrid score method of Newcombe (1998, method 10,
// doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I).
func difference(a, b Figure) Figure {
	d := a.Value - b.Value
	return Figure{d, d - math.Hypot(a.Value-a.Lo, b.Hi-b.Value), d + math.Hypot(a.Hi-a.Value, b.Value-b.Lo), a.N + b.N}
}

// mean gives the mean of answers counted by step, the first of which is worth from.
func mean(counts []int, from int) Figure {
	n := total(counts)
	var sum, squares float64
	for i, k := range counts {
		v := float64(from + i)
		sum, squares = sum+v*float64(k), squares+v*v*float64(k)
	}
	m := sum / float64(n)
	half := z * math.Sqrt(max(0, squares/float64(n)-m*m)/float64(max(1, n-1)))
	return Figure{m, max(float64(from), m-half), min(float64(from+len(counts)-1), m+half), n}
}

// balance gives 100 · (pleasant − unpleasant) / all, where the first or last k are the one and the others the other.
func balance(good, bad, n int) Figure {
	p, q, m := float64(good)/float64(n), float64(bad)/float64(n), float64(n)
	v := p - q
	half := z * math.Sqrt(max(0, p+q-v*v)/m+.75/(m*m)) // the last term keeps the interval open where all say the same
	return Figure{100 * v, 100 * max(-1, v-half), 100 * min(1, v+half), n}
}

func (t *Tally) feeling() *Figure {
	n := total(t.Emotion[:])
	if n < fewest {
		return nil
	}
	f := balance(total(t.Emotion[:pleasantEmotions]), total(t.Emotion[len(t.Emotion)-pleasantEmotions:]), n)
	return &f
}

func (t *Tally) surprise() *Figure {
	n := total(t.Expected[:])
	if n < fewest {
		return nil
	}
	f := balance(t.Expected[3]+t.Expected[4], t.Expected[0]+t.Expected[1], n)
	return &f
}

// quantile gives a quantile of lengths of time in minutes, counted by fact.Step, with the interval of its rank.
func quantile(steps map[int]int, q float64) *Figure {
	keys := slices.Sorted(maps.Keys(steps))
	n := 0
	for _, k := range keys {
		n += steps[k]
	}
	if n < fewest {
		return nil
	}
	at := func(rank float64) float64 {
		seen := 0
		for _, k := range keys {
			if seen += steps[k]; float64(seen) >= rank {
				return fact.StepMinutes(k)
			}
		}
		return fact.StepMinutes(keys[len(keys)-1])
	}
	m := float64(n)
	half := z * math.Sqrt(m*q*(1-q))
	return &Figure{at(math.Ceil(q * m)), at(max(1, math.Floor(q*m-half))), at(min(m, math.Ceil(q*m+half+1))), n}
}

// Hurts are the three pains of a tally. Figures that are nil are made of fewer than ten.
type Hurts struct {
	Median, P90 *Figure // minutes of waiting
	Over        *Figure // percent that waited longer than promised
	Ease        *Figure // CES
	Contacts    *Figure // mean per answer; without an interval Lo and Hi are the value
	Switches    *Figure // changes of channel per way of two interactions or more
	Open        *Figure // percent of the matters raised that are open or were opened again
	Reopened    *Figure // percent that were opened again
	Took        *Figure // minutes from opening a case to closing it, median
}

func (t *Tally) hurts() Hurts {
	h := Hurts{Median: quantile(t.Wait, .5), P90: quantile(t.Wait, .9), Took: quantile(t.Took, .5)}
	if n := total(t.Due[:]); n >= fewest {
		f := percent(t.Due[1], n)
		h.Over = &f
	}
	if n := total(t.CES[:]); n >= fewest {
		f := mean(t.CES[:], 1)
		h.Ease = &f
	}
	h.Contacts, h.Switches = rate(t.Contacts, t.Told), rate(t.Switches, t.Trips)
	if n := total(t.Closure[:]); n >= fewest {
		open, again := percent(t.Closure[0]+t.Closure[2], n), percent(t.Closure[2]+t.Again, n)
		h.Open, h.Reopened = &open, &again
	}
	return h
}

// rate gives events per n with the interval of a Poisson mean by its square root (Anscombe 1948, doi:10.1093/biomet/35.3-4.246).
func rate(events, n int) *Figure {
	if n < fewest {
		return nil
	}
	r := math.Sqrt(float64(events) + 3./8)
	lo, hi := max(0, r-z/2), r+z/2
	return &Figure{float64(events) / float64(n), max(0, lo*lo-3./8) / float64(n), (hi*hi - 3./8) / float64(n), n}
}
