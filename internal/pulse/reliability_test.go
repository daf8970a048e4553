package pulse

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/stats"
)

// scaleWave is a company of teams of the sizes given, asked three items of one driver.
func scaleWave(sizes ...int) Wave {
	w := Wave{ID: "w", K: 5, Nodes: []Node{{ID: "co", Name: "Co"}}, Participation: -1}
	for _, key := range []string{"q1", "q2", "q3"} {
		w.Questions = append(w.Questions, Question{Key: key, Version: 1, Type: Scale5, Driver: "care", Text: map[string]string{"en": key}})
	}
	for i, n := range sizes {
		id := fmt.Sprintf("t%d", i)
		w.Nodes = append(w.Nodes, Node{ID: id, Parent: "co", Name: id})
		w.Labels = append(w.Labels, Label{Node: id, Invited: n})
	}
	return w
}

type person struct {
	label   int
	answers [3]int
}

func published(t testing.TB, w Wave, people []person) Release {
	t.Helper()
	y := newTally(w)
	for _, p := range people {
		require.NoError(t, y.add(sealed{Label: p.label, Numbers: map[string]int{"q1": p.answers[0], "q2": p.answers[1], "q3": p.answers[2]}}))
	}
	r, _, err := y.release(rand.New(rand.NewPCG(1, 1)))
	require.NoError(t, err)
	return r
}

func crowd(r *rand.Rand, sizes ...int) []person {
	var out []person
	for label, n := range sizes {
		for range n {
			mood := float64(label%3) + r.NormFloat64()
			var p person
			p.label = label
			for i := range p.answers {
				p.answers[i] = min(5, max(1, int(3+mood*.7+r.NormFloat64()*.8)))
			}
			out = append(out, p)
		}
	}
	return out
}

func TestReliabilityIsThatOfTheRows(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	sizes := []int{40, 50, 60, 70}
	people := crowd(r, sizes...)
	out := published(t, scaleWave(sizes...), people).Reliability
	require.Len(t, out, 1)
	items := make([][]float64, 3)
	mean, group := []float64{}, []int{}
	for _, p := range people {
		s := 0.0
		for i, a := range p.answers {
			items[i] = append(items[i], float64(a))
			s += float64(a) / 3
		}
		mean, group = append(mean, s), append(group, p.label)
	}
	a, err := stats.Alpha(items, .95)
	require.NoError(t, err)
	o, err := stats.Omega(items)
	require.NoError(t, err)
	c, err := stats.ICC(mean, group, .95)
	require.NoError(t, err)
	w, err := stats.RWGJ(items, group, stats.UniformNullVariance(5))
	require.NoError(t, err)
	_, median, _, _ := stats.SummariseRWG(w, .7)
	require.InDelta(t, a.Raw, float64(out[0].Alpha)/100, .026)
	require.InDelta(t, o.Raw, float64(*out[0].Omega)/100, .026)
	require.InDelta(t, c.ICC1, float64(out[0].ICC1)/100, .05)
	require.InDelta(t, c.ICC2, float64(out[0].ICC2)/100, .06)
	require.InDelta(t, median, float64(out[0].RWG)/100, .026)
}

// Which figures there are follows from who answered what, never from what was said: not from unanimity, not from items
// that do not vary, not from a factor model that does not settle.
func TestAnswersDoNotDecideWhichReliabilityIsShown(t *testing.T) {
	sizes := []int{6, 7, 9, 12}
	shape := func(people []person) string {
		r := published(t, scaleWave(sizes...), people)
		out := ""
		for _, x := range r.Reliability {
			out += fmt.Sprint(x.Scale, x.Items, x.Omega != nil)
		}
		for _, q := range r.Questions {
			for _, c := range q.Cells {
				out += fmt.Sprint(q.Item, c.Cell, c.NBand, c.Favourable != nil, c.Distribution != nil)
			}
		}
		return out
	}
	r := rand.New(rand.NewPCG(1, 9))
	want := shape(crowd(r, sizes...))
	require.Contains(t, want, "care")
	for range 20 {
		require.Equal(t, want, shape(crowd(r, sizes...)))
	}
	for _, same := range []int{1, 3, 5} {
		people := crowd(r, sizes...)
		for i := range people {
			people[i].answers = [3]int{same, same, same}
		}
		require.Equal(t, want, shape(people), "all say %d", same)
		for i := range people {
			people[i].answers[0] = 1 + i%5
		}
		require.Equal(t, want, shape(people), "one item varies")
		for i := range people {
			people[i].answers = [3]int{1 + i%5, 1 + i%5, 1 + i%5}
		}
		require.Equal(t, want, shape(people), "items that are one")
	}
	require.Empty(t, published(t, scaleWave(7, 7, 5), crowd(r, 7, 7, 5)).Reliability, "19 people")
	require.Empty(t, published(t, scaleWave(20, 20), crowd(r, 20, 20)).Reliability, "two groups")
}

// A team that agrees entirely keeps at least three possible totals, with everything that is published: an attacker looks
// for answers of others that lead to the very same release. Were the coefficients published as they are, the same search
// would find none.
func TestReliabilityLeavesThreeTotals(t *testing.T) {
	sizes := []int{7, 8, 9}
	w := scaleWave(sizes...)
	for seed := range uint64(5) {
		people := crowd(rand.New(rand.NewPCG(seed, 5)), sizes...)
		for i := range people {
			if people[i].label == 0 {
				people[i].answers = [3]int{5, 5, 5}
			}
		}
		all := func(people []person) string {
			b, err := json.Marshal(published(t, w, people))
			require.NoError(t, err)
			return string(b)
		}
		exact := func(people []person) string {
			items := make([][]float64, 3)
			for _, p := range people {
				for i, a := range p.answers {
					items[i] = append(items[i], float64(a))
				}
			}
			a, err := stats.Alpha(items, .95)
			require.NoError(t, err)
			return all(people) + fmt.Sprint(a.Raw)
		}
		require.True(t, otherTotal(people, sizes[0], 1, 1500, all), "seed %d: a total one lower leads to the same release", seed)
		require.True(t, otherTotal(people, sizes[0], 2, 1500, all), "seed %d: and one two lower", seed)
		require.False(t, otherTotal(people, sizes[0], 1, 150, exact), "seed %d: the search has teeth", seed)
	}
}

// otherTotal looks for answers that are published alike though the first team's total of the first question is lower.
func otherTotal(people []person, first, lower, tries int, publishedAs func([]person) string) bool {
	want := publishedAs(people)
	search := rand.New(rand.NewPCG(7, 7))
	for range tries {
		try := append([]person{}, people...)
		for left := lower; left > 0; {
			if i := search.IntN(first); try[i].answers[0] > 3 {
				try[i].answers[0]--
				left--
			}
		}
		for range search.IntN(12) { // elsewhere one goes a step up and a colleague a step down: the totals stay
			i, j, q := first+search.IntN(len(try)-first), first+search.IntN(len(try)-first), search.IntN(3)
			if try[i].label == try[j].label && try[i].answers[q] < 5 && try[j].answers[q] > 1 {
				try[i].answers[q]++
				try[j].answers[q]--
			}
		}
		if publishedAs(try) == want {
			return true
		}
	}
	return false
}
