package disclosure

import (
	"crypto/rand"
	"flag"
	"fmt"
	mrand "math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// seeds: 50 in `make test`, 1000 with -seeds 1000.
var seeds = flag.Uint64("seeds", 50, "seeded organisations to attack")

func release(t *testing.T, l *Lattice, it Item) Release {
	t.Helper()
	r, err := NewPublisher(l, FloorK).Publish(it)
	require.NoError(t, err)
	return r
}

// All viewers pooled, over all waves: no sum or difference over fewer than five people, and no cell under five.
func TestNothingUnderFiveFollows(t *testing.T) {
	share, waves, worst := 0.0, 0, 1.0
	for seed := uint64(1); seed <= *seeds; seed++ {
		o := NewOrganisation(seed, 70)
		l, err := o.Lattice()
		require.NoError(t, err)
		var ledger Ledger
		for w := range 6 {
			it := Item{ID: "q", Low: 1, Options: o.Wave()}
			r := release(t, l, it)
			m := l.Measure(fmt.Sprint(w), it.Counts(), r)
			for _, c := range m.Cells {
				n := 0
				for _, j := range c.Labels {
					n += m.Labels[j].N
				}
				require.GreaterOrEqual(t, n, FloorK)
				require.Equal(t, BandOf(n), c.NBand)
			}
			ledger.Measures = append(ledger.Measures, m)
			s := float64(len(r.Cells)) / float64(r.Eligible)
			share, waves, worst = share+s, waves+1, min(worst, s)
		}
		found, err := Audit(ledger, FloorK, rand.Reader)
		require.NoError(t, err)
		require.Emptyf(t, found, "seed %d", seed)
		require.GreaterOrEqual(t, SmallestGroup(ledger, found), FloorK)
	}
	require.GreaterOrEqual(t, share/float64(waves), 0.85)
	require.GreaterOrEqual(t, worst, 0.78)
}

// plant makes groups unanimous: in every department the hidden teams answer 1 or 5, now and then whole teams do.
func plant(r *mrand.Rand, l *Lattice, it Item) {
	d, err := l.Decide(it.Counts(), FloorK)
	if err != nil {
		panic(err)
	}
	for c := range l.cells {
		if l.attribute[c] || d.size[c] == 0 {
			continue
		}
		whole := r.IntN(6) == 0
		residual := r.IntN(3) > 0
		end := (len(it.Options[0]) - 1) * r.IntN(2)
		for _, j := range l.members[c] {
			home := l.home[j]
			hidden := residual && !d.shown[home] && l.parent[home] == c
			if whole && l.depth[c] >= 2 || hidden {
				n := 0
				for v, people := range it.Options[j] {
					n += people
					it.Options[j][v] = 0
				}
				it.Options[j][end] = n
			}
		}
	}
}

// Hidden siblings all answer 1, residuals all answer 5, whole teams and departments agree: never fewer than three
// totals are possible at an end of what a group could have answered.
func TestUnanimityStaysHidden(t *testing.T) {
	for _, steps := range []int{4, 1, 10} {
		for seed := uint64(1); seed <= *seeds; seed++ {
			r := mrand.New(mrand.NewPCG(seed, 7))
			o := NewOrganisation(seed, 40)
			l, err := o.Lattice()
			require.NoError(t, err)
			it := Item{ID: "q", Low: 1, Options: rescale(o.Wave(), steps)}
			plant(r, l, it)
			rel := release(t, l, it)
			m := l.Measure("1", it.Counts(), rel)
			require.Emptyf(t, AuditRanges(m, Scale{Steps: steps}), "seed %d, %d steps", seed, steps)
			require.Emptyf(t, AuditIntervals(m), "seed %d", seed)
		}
	}
}

// rescale maps answers on 0–4 to another number of steps.
func rescale(options [][]int, steps int) [][]int {
	out := make([][]int, len(options))
	for j, o := range options {
		out[j] = make([]int, steps+1)
		for v, n := range o {
			out[j][v*steps/4] += n
		}
	}
	return out
}

// A team that all answers 5 and one in which two answer 4 look alike.
func TestAllFivesLooksLikeTwoFours(t *testing.T) {
	for n := FloorK; n <= 60; n++ {
		for _, team := range [][]int{{0, 0, 0, 0, n}, {0, 0, 0, 1, n - 1}, {0, 0, 0, 2, n - 2}} {
			l, err := NewLattice([]Node{{ID: "c"}, {"t", "c"}, {"u", "c"}}, []Label{{"t", ""}, {"u", ""}}, NoAttribute)
			require.NoError(t, err)
			rel := release(t, l, Item{Low: 1, Options: [][]int{team, {4, 6, 9, 7, 5}}, FavourableFrom: 4, UnfavourableTo: 2})
			all := release(t, l, Item{Low: 1, Options: [][]int{{0, 0, 0, 0, n}, {4, 6, 9, 7, 5}}, FavourableFrom: 4, UnfavourableTo: 2})
			at := slices.IndexFunc(rel.Cells, func(f Figures) bool { return f.Cell.Node == "t" })
			require.Equal(t, all.Cells[at].Score, rel.Cells[at].Score, "n = %d", n)
			require.Less(t, rel.Cells[at].Score, 100)
			if n < sharesGroup {
				require.Nil(t, rel.Cells[at].Favourable, "beside a score the share would come too close to saying that all agreed")
				continue
			}
			require.Equal(t, *all.Cells[at].Favourable, *rel.Cells[at].Favourable)
			require.Less(t, *rel.Cells[at].Favourable, 100)
		}
	}
}

// Score and favourable share of a group never pin it down together: no share is shown for, and none follows by
// subtraction about, fewer than ten people, for whom the two would leave too few answers possible.
func TestNoFavourableShareOfFewerThanTenFollows(t *testing.T) {
	shares := 0
	for seed := uint64(1); seed <= *seeds; seed++ {
		o := NewOrganisation(seed, 70)
		l, err := o.Lattice()
		require.NoError(t, err)
		it := Item{Low: 1, Options: o.Wave(), FavourableFrom: 4, UnfavourableTo: 2}
		rel := release(t, l, it)
		only := rel
		only.Cells = slices.DeleteFunc(slices.Clone(rel.Cells), func(f Figures) bool { return f.Favourable == nil })
		for _, f := range rel.Cells {
			if f.NBand == Band5to9 {
				require.Nil(t, f.Favourable)
			}
			require.True(t, f.Distribution == nil || f.Favourable != nil)
		}
		shares += len(only.Cells)
		m := l.Measure("1", it.Counts(), only)
		found, err := Audit(Ledger{Measures: []Measure{m}}, FloorK, rand.Reader)
		require.NoError(t, err)
		require.Empty(t, found, "seed %d", seed)
		require.GreaterOrEqual(t, SmallestGroup(Ledger{Measures: []Measure{m}}, nil), sharesGroup, "seed %d", seed)
	}
	require.NotZero(t, shares)
}

// At fixed membership, other answers never change which cells are shown, nor their bands or what carries a distribution.
func TestAnswersNeverDecideWhatIsShown(t *testing.T) {
	outline := func(r Release) []string {
		out := []string{}
		for _, f := range r.Cells {
			out = append(out, fmt.Sprint(f.Cell, f.NBand, f.Distribution != nil, f.Favourable != nil))
		}
		return out
	}
	for seed := uint64(1); seed <= *seeds; seed++ {
		r := mrand.New(mrand.NewPCG(seed, 9))
		o := NewOrganisation(seed, 70)
		l, err := o.Lattice()
		require.NoError(t, err)
		it := Item{Low: 1, Options: o.Wave(), FavourableFrom: 4, UnfavourableTo: 2}
		want := outline(release(t, l, it))
		for range 3 {
			for j, people := range it.Counts() {
				clear(it.Options[j])
				for range people {
					it.Options[j][r.IntN(5)]++
				}
			}
			if r.IntN(2) == 0 {
				plant(r, l, it)
			}
			require.Equal(t, want, outline(release(t, l, it)))
		}
	}
}

// An old wave does not change when somebody moves afterwards: a release is a function of its own counts and answers.
func TestReleaseIsReproducible(t *testing.T) {
	o := NewOrganisation(3, 70)
	l, err := o.Lattice()
	require.NoError(t, err)
	it := Item{Low: 1, Options: o.Wave(), FavourableFrom: 4, UnfavourableTo: 2}
	want := release(t, l, it)
	p := NewPublisher(l, FloorK)
	for range 5 {
		_, err := p.Publish(Item{Low: 1, Options: o.Wave()})
		require.NoError(t, err)
	}
	got, err := p.Publish(it)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// A higher k may be chosen at launch: then no attribute, and every group and residual has at least k people.
func TestHigherKHasNoAttribute(t *testing.T) {
	for _, k := range []int{7, 10} {
		o := NewOrganisation(11, 70)
		l, err := o.Lattice()
		require.NoError(t, err)
		it := Item{Low: 1, Options: o.Wave()}
		r, err := NewPublisher(l, k).Publish(it)
		require.NoError(t, err)
		m := l.Measure("1", it.Counts(), r)
		require.NotEmpty(t, m.Cells)
		require.GreaterOrEqual(t, SmallestGroup(Ledger{Measures: []Measure{m}}, nil), k)
		for _, c := range m.Cells {
			require.Empty(t, c.Value)
		}
	}
	l, _ := tinyCompany(t, mrand.New(mrand.NewPCG(1, 1)))
	_, err := l.Decide(make([]int, len(l.labels)), 4)
	require.ErrorContains(t, err, "floor")
}
