package pulse

import (
	"math"
	"slices"

	"rapport/internal/disclosure"
	"rapport/internal/stats"
)

// Reliability says how well the items of a scale hang together over the whole organisation, and how much of what they
// measure lies between its groups. All figures are hundredths in steps of five, between 0 and 95: 95 stands for 95 and
// more, 0 for none or what cannot be told. Which scales have figures follows from counts alone.
type Reliability struct {
	Scale string // key of the column: engagement_index or a driver
	Items int
	Alpha int
	Omega *int // needs three items
	ICC1  int
	ICC2  int
	RWG   int // median over the groups
}

// Floors of reliability figures: people who answered the whole scale, and groups with a released figure.
const (
	reliabilityPeople = 20
	reliabilityGroups = 3
)

// scale is what is summed up of one scale while the seals are opened: sums over people of values and of products, never a
// person's. Values run from 0 to 1; only people who answered all items count.
type scale struct {
	column Column
	items  []item
	n      []int       // label → people
	sum    []float64   // label → sum of the people's means
	square []float64   // label → sum of the squares of their means
	each   [][]float64 // item → label → sum
	own    [][]float64 // item → label → sum of squares
	cross  [][]float64 // item × item → sum of products, whole organisation
}

// scalesOf lists the scales of a wave: the index and each driver, where they have at least two items.
func scalesOf(w Wave, lib Library) []*scale {
	var out []*scale
	take := func(c Column) {
		s := &scale{column: c}
		for _, q := range w.Questions {
			if c.takes(ReleasedQuestion{Question: q}, lib) {
				s.items = append(s.items, items(q)...)
			}
		}
		k := len(s.items)
		if k < 2 {
			return
		}
		labels := len(w.Labels)
		s.n, s.sum, s.square = make([]int, labels), make([]float64, labels), make([]float64, labels)
		for range k {
			s.each, s.own, s.cross = append(s.each, make([]float64, labels)), append(s.own, make([]float64, labels)), append(s.cross, make([]float64, k))
		}
		out = append(out, s)
	}
	index := 0
	for _, q := range w.Questions {
		if slices.Contains(lib.Index, q.Key) {
			index++
		}
	}
	if index == len(lib.Index) {
		take(Column{Key: "engagement_index", Kind: IndexColumn})
	}
	for _, d := range lib.Drivers {
		if d.Key != "engagement" {
			take(Column{Key: d.Key, Kind: DriverColumn, Driver: d.Key})
		}
	}
	return out
}

// add counts one opened envelope.
func (s *scale) add(x sealed) {
	v := make([]float64, len(s.items))
	mean := 0.0
	for i, it := range s.items {
		n, ok := x.Numbers[it.id]
		if !ok || n < it.low || n >= it.low+it.options {
			return
		}
		v[i] = float64(n-it.low) / float64(it.options-1)
		mean += v[i] / float64(len(v))
	}
	s.n[x.Label]++
	s.sum[x.Label] += mean
	s.square[x.Label] += mean * mean
	for i := range v {
		s.each[i][x.Label] += v[i]
		s.own[i][x.Label] += v[i] * v[i]
		for j := range v {
			s.cross[i][j] += v[i] * v[j]
		}
	}
}

// reliability computes the figures of all scales that may have any.
func (t *tally) reliability(l *disclosure.Lattice, r Release, lib Library) []Reliability {
	out := []Reliability{}
	for _, s := range t.scales {
		groups := s.groups(l, r, lib, t.wave.K)
		people := 0
		for _, g := range groups {
			people += g.n
		}
		if sum(s.n) < reliabilityPeople || people < reliabilityPeople || len(groups) < reliabilityGroups {
			continue
		}
		x := Reliability{Scale: s.column.Key, Items: len(s.items)}
		cov := s.covariance()
		alpha, err := stats.AlphaOfCovariance(cov)
		if err != nil {
			alpha = 0
		}
		x.Alpha = hundredths(alpha)
		if len(s.items) >= 3 {
			omega, err := stats.OmegaOfCovariance(cov)
			if err != nil { // whether there is a figure must not depend on the answers
				omega = alpha
			}
			o := hundredths(omega)
			x.Omega = &o
		}
		one, two := s.between(groups)
		x.ICC1, x.ICC2 = hundredths(one), hundredths(two)
		x.RWG = hundredths(s.agreement(groups))
		out = append(out, x)
	}
	return out
}

// hundredths rounds a coefficient to steps of five hundredths within 0 and 95.
func hundredths(v float64) int {
	if math.IsNaN(v) {
		return 0
	}
	return 5 * int(math.Round(min(max(v, 0), .95)*20))
}

// agreed is one group of the analysis: the lowest cells with a released figure of the scale.
type agreed struct {
	n      int
	score  float64 // released, 0 to 1
	labels []int
}

func (s *scale) groups(l *disclosure.Lattice, r Release, lib Library, k int) []agreed {
	shown := map[string]*Figure{}
	above := map[string]string{}
	for _, n := range r.Nodes {
		above[n.ID] = n.Parent
		if f := s.column.figure(r, lib, disclosure.Cell{Node: n.ID}); f != nil {
			shown[n.ID] = f
		}
	}
	inner := map[string]bool{} // has a shown cell below it
	for id := range shown {
		for up := above[id]; up != ""; up = above[up] {
			inner[up] = true
		}
	}
	var out []agreed
	for c, cell := range l.Cells() {
		f := shown[cell.Node]
		if cell.Value != "" || f == nil || inner[cell.Node] {
			continue
		}
		g := agreed{score: float64(f.Score) / 100, labels: l.Members(c)}
		for _, j := range g.labels {
			g.n += s.n[j]
		}
		if g.n >= k {
			out = append(out, g)
		}
	}
	return out
}

func (s *scale) covariance() [][]float64 {
	n := float64(sum(s.n))
	total := make([]float64, len(s.items))
	for i := range s.items {
		for _, x := range s.each[i] {
			total[i] += x
		}
	}
	cov := make([][]float64, len(s.items))
	for i := range cov {
		cov[i] = make([]float64, len(s.items))
		for j := range cov {
			cov[i][j] = (s.cross[i][j] - total[i]*total[j]/n) / (n - 1)
		}
		if cov[i][i] < 1e-12 { // rounding of sums of equal answers
			clear(cov[i])
		}
	}
	return cov
}

// between gives ICC(1) and ICC(2). What lies between the groups is taken from their released scores, so that it tells
// nothing more; what lies inside them is pooled, each group as if at least two people stood one answer step away from all
// others, so that it does not tell when all agree.
func (s *scale) between(groups []agreed) (icc1, icc2 float64) {
	n, squares, mean, within := 0.0, 0.0, 0.0, 0.0
	for _, g := range groups {
		n += float64(g.n)
		squares += float64(g.n * g.n)
		mean += float64(g.n) * g.score
	}
	mean /= n
	msb := 0.0
	for _, g := range groups {
		msb += float64(g.n) * (g.score - mean) * (g.score - mean)
		within += math.Max(variance(g, s.sum, s.square), s.least(g)/float64(len(s.items)*len(s.items))) * float64(g.n-1)
	}
	j := float64(len(groups))
	return stats.ICCOfMeanSquares(msb/(j-1), within/(n-j), (n-squares/n)/(j-1))
}

// agreement is the median r_wg(J) of the groups, with the same floor under the variance of each item.
func (s *scale) agreement(groups []agreed) float64 {
	var all []float64
	for _, g := range groups {
		q := 0.0
		for i, it := range s.items {
			span := float64(it.options - 1)
			null := stats.UniformNullVariance(it.options) / (span * span)
			q += math.Max(variance(g, s.each[i], s.own[i]), stepVariance(g.n)/(span*span)) / null / float64(len(s.items))
		}
		all = append(all, stats.RWGOfVariance(q, 1, len(s.items)))
	}
	slices.Sort(all)
	m := len(all) / 2
	if len(all)%2 == 0 {
		return (all[m-1] + all[m]) / 2
	}
	return all[m]
}

// least is the floor under the variance of the scale's sum in a group: two people one step away on the coarsest item.
func (s *scale) least(g agreed) float64 {
	step := 0.0
	for _, it := range s.items {
		step = math.Max(step, 1/float64(it.options-1))
	}
	return step * step * stepVariance(g.n)
}

// stepVariance is the variance of a group in which two people stand one step away from all others, for the smallest group
// of the band.
func stepVariance(n int) float64 {
	lower := float64(disclosure.BandOf(n).Lower())
	share := 2 / lower
	return share * (1 - share) * lower / (lower - 1)
}

// variance of the people of a group from their sums.
func variance(g agreed, sums, squares []float64) float64 {
	s, q := 0.0, 0.0
	for _, j := range g.labels {
		s, q = s+sums[j], q+squares[j]
	}
	n := float64(g.n)
	return math.Max(0, q-s*s/n) / (n - 1)
}
