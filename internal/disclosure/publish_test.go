package disclosure

import (
	"fmt"
	mrand "math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLatticeRefusesWhatIsNoTree(t *testing.T) {
	for name, c := range map[string]struct {
		nodes  []Node
		labels []Label
		depth  int
		want   string
	}{
		"empty":         {nil, nil, 0, "no company"},
		"two companies": {[]Node{{ID: "a"}, {ID: "b"}}, nil, 0, "two companies"},
		"no id":         {[]Node{{}}, nil, 0, "no id"},
		"twice":         {[]Node{{ID: "a"}, {"b", "a"}, {"b", "a"}}, nil, 0, "twice"},
		"orphan":        {[]Node{{ID: "a"}, {"b", "x"}}, nil, 0, "not in the hierarchy"},
		"circle":        {[]Node{{ID: "a"}, {"b", "c"}, {"c", "b"}}, nil, 0, "circle"},
		"stray label":   {[]Node{{ID: "a"}}, []Label{{"b", ""}}, 0, "not in the hierarchy"},
		"label twice":   {[]Node{{ID: "a"}}, []Label{{"a", ""}, {"a", ""}}, 0, "twice"},
		"too deep":      {[]Node{{ID: "a"}}, nil, 2, "attribute depth"},
	} {
		_, err := NewLattice(c.nodes, c.labels, c.depth)
		require.ErrorContains(t, err, c.want, name)
	}
}

func TestPublishRefusesBadItems(t *testing.T) {
	l, err := NewLattice([]Node{{ID: "c"}}, []Label{{"c", ""}}, NoAttribute)
	require.NoError(t, err)
	for name, it := range map[string]Item{
		"labels":   {Low: 1, Options: [][]int{{1, 2}, {3, 4}}},
		"scale":    {Low: 1, Options: [][]int{{6}}},
		"negative": {Low: 1, Options: [][]int{{6, -1}}},
		"enps":     {Low: 1, ENPS: true, Options: [][]int{{6, 1}}},
	} {
		_, err := NewPublisher(l, FloorK).Publish(it)
		require.Error(t, err, name)
	}
	_, err = NewPublisher(l, 3).Publish(Item{Low: 1, Options: [][]int{{3, 3}}})
	require.ErrorContains(t, err, "floor")
}

// Recommendation, favourable shares and distributions stay clear of their ends; shares only from 10 people, distributions from 20.
func TestFiguresStayInside(t *testing.T) {
	for seed := range uint64(30) {
		o := NewOrganisation(seed, 40)
		l, err := o.Lattice()
		require.NoError(t, err)
		r := mrand.New(mrand.NewPCG(seed, 8))
		it := Item{Options: make([][]int, len(o.Labels())), ENPS: true, FavourableFrom: 9, UnfavourableTo: 6}
		for j, n := range (Item{Options: o.Wave()}).Counts() {
			it.Options[j] = make([]int, 11)
			for range n {
				it.Options[j][10*(r.IntN(12)/11)]++ // nearly everybody answers 0
			}
		}
		rel := release(t, l, it)
		size := sizes(l, it.Counts())
		at := make(map[Cell]int)
		for c, cell := range l.cells {
			at[cell] = c
		}
		distributions := 0
		for _, f := range rel.Cells {
			n := float64(size[at[f.Cell]])
			require.GreaterOrEqual(t, float64(f.Score), 100*2/(10*n))
			require.GreaterOrEqual(t, float64(*f.ENPS), -100*(n-2)/n)
			if f.Favourable != nil {
				require.GreaterOrEqual(t, n, 10.0)
				require.GreaterOrEqual(t, float64(*f.Favourable), 100*2/n)
				require.LessOrEqual(t, float64(*f.Favourable), 100*(n-2)/n)
			}
			require.GreaterOrEqual(t, f.Low, 0)
			require.LessOrEqual(t, f.High, 100)
			if f.Distribution != nil {
				distributions++
				require.GreaterOrEqual(t, n, 20.0)
				require.Equal(t, *f.Favourable, f.Distribution[2])
				for _, share := range f.Distribution {
					require.GreaterOrEqual(t, float64(share), 100*2/n)
					require.LessOrEqual(t, float64(share), 100*(n-2)/n)
				}
			}
		}
		require.NotZero(t, distributions)
	}
}

func TestCommentsAreListedOnce(t *testing.T) {
	nodes := []Node{{ID: "c"}, {"d", "c"}, {"e", "c"}, {"d1", "d"}, {"d2", "d"}, {"e1", "e"}}
	labels := []Label{{"d1", ""}, {"d2", ""}, {"e1", ""}, {"e", ""}}
	l, err := NewLattice(nodes, labels, NoAttribute)
	require.NoError(t, err)
	name := func(place []int) []string {
		out := make([]string, len(place))
		for j, c := range place {
			if c >= 0 {
				out[j] = l.cells[c].Node
			}
		}
		return out
	}
	for _, c := range []struct {
		why                   string
		respondents, comments []int
		want                  []string
	}{
		{"each team has enough", []int{10, 11, 12, 10}, []int{5, 6, 7, 5}, []string{"d1", "d2", "e1", "e"}},
		{"a small team goes up", []int{10, 4, 12, 8}, []int{5, 2, 5, 6}, []string{"d1", "c", "e1", "c"}},
		{
			"what is left for the company is too small, so the smallest listing goes up too",
			[]int{12, 4, 30, 0},
			[]int{5, 1, 20, 0},
			[]string{"c", "c", "e1", ""},
		},
		{"many comments of few people stay unlisted", []int{3, 3, 2, 1}, []int{3, 3, 2, 1}, []string{"", "", "", ""}},
		{"five comments of ten in all", []int{3, 3, 2, 2}, []int{1, 2, 1, 1}, []string{"c", "c", "c", "c"}},
	} {
		place, err := l.CommentPlaces(c.respondents, c.comments, FloorK)
		require.NoError(t, err)
		require.Equal(t, c.want, name(place), c.why)
	}
	_, err = l.CommentPlaces([]int{0, 1, 1, 1}, []int{1, 0, 0, 0}, FloorK)
	require.Error(t, err)
}

// Any comments anywhere: every listing has ten respondents and five comments behind it.
func FuzzCommentPlaces(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := mrand.New(mrand.NewPCG(seed, 1))
		o := NewOrganisation(seed, 1+r.IntN(30))
		l, err := o.Lattice()
		require.NoError(t, err)
		respondents := (Item{Options: o.Wave()}).Counts()
		comments := make([]int, len(respondents))
		for j, n := range respondents {
			comments[j] = r.IntN(n + 1)
		}
		listed, err := l.commentPools(respondents, comments, FloorK)
		require.NoError(t, err)
		once := make(map[int]bool)
		for _, p := range listed {
			people, texts := 0, 0
			for _, j := range p.labels {
				require.False(t, once[j], "listed twice")
				once[j] = true
				require.Contains(t, l.Members(p.at), j, "listed outside its own line")
				people += respondents[j]
				texts += comments[j]
			}
			require.GreaterOrEqual(t, people, CommentsRespondents)
			require.GreaterOrEqual(t, texts, CommentsCount)
		}
	})
}

// Any small organisation, any counts, any answers: nothing under five, nobody unanimous, no panic.
func FuzzPublish(f *testing.F) {
	f.Add(uint64(1), []byte{1, 2, 3})
	f.Add(uint64(226), []byte{})
	f.Fuzz(func(t *testing.T, seed uint64, answers []byte) {
		r := mrand.New(mrand.NewPCG(seed, 3))
		l, counts := tinyCompany(t, r)
		steps := 1 + r.IntN(6)
		it := Item{Low: r.IntN(3) - 1, Options: make([][]int, len(counts))}
		it.FavourableFrom, it.UnfavourableTo = it.Low+steps, it.Low
		at := 0
		for j, n := range counts {
			it.Options[j] = make([]int, steps+1)
			for range n {
				v := 0
				if len(answers) > 0 {
					v = int(answers[at%len(answers)]) % (steps + 1)
					at++
				}
				it.Options[j][v]++
			}
		}
		r2, err := NewPublisher(l, FloorK).Publish(it)
		require.NoError(t, err)
		m := l.Measure("1", counts, r2)
		cells := make([][]int, len(m.Cells))
		n := make([]int, len(m.Labels))
		for i, c := range m.Cells {
			cells[i] = c.Labels
		}
		for j, lab := range m.Labels {
			n[j] = lab.N
		}
		require.Zero(t, smallestDerivable(n, cells, FloorK, nil))
		require.Empty(t, AuditRanges(m, Scale{Steps: steps}), fmt.Sprint(it))
	})
}

func benchmarkPublish(b *testing.B, teams, questions int, rotating bool) {
	o := NewOrganisation(1, teams)
	l, err := o.Lattice()
	require.NoError(b, err)
	items := make([]Item, questions)
	options := o.Wave()
	for q := range items {
		if rotating {
			options = o.Wave()
		}
		items[q] = Item{Low: 1, Options: options, FavourableFrom: 4, UnfavourableTo: 2}
	}
	b.ReportAllocs()
	for b.Loop() {
		p := NewPublisher(l, FloorK)
		for _, it := range items {
			if _, err := p.Publish(it); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRelease500Teams(b *testing.B) { benchmarkPublish(b, 500, 45, false) }

func BenchmarkRelease2000Teams(b *testing.B) { benchmarkPublish(b, 2000, 45, false) }

func BenchmarkRelease500Teams45RotatingQuestions(b *testing.B) { benchmarkPublish(b, 500, 45, true) }
