package disclosure

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Item is one question of a wave with its answers, counted per label and option. Options are the whole numbers from
// Low upwards: Options[label][v] people of a label answered Low+v.
type Item struct {
	ID      string
	Low     int
	Options [][]int
	// FavourableFrom is the lowest favourable answer and UnfavourableTo the highest unfavourable one; both are needed
	// for shares and distributions and left equal (0) where the question has none.
	FavourableFrom, UnfavourableTo int
	// Asked holds the people behind each label, for a question that only some are shown, by what they answered before. A
	// group in which nobody answered it is then treated like one in which few did: otherwise what is shown would tell
	// that all of them answered the earlier question in one way. Nil where everybody is asked.
	Asked []int
	// ENPS marks a 0–10 recommendation question: 9–10 promote, 0–6 detract.
	ENPS bool
}

// Figures are everything published about one question in one cell. Nothing here is exact.
type Figures struct {
	Cell  Cell
	NBand Band
	// Score is on 0–100; Low and High bound its 95 % interval.
	Score, Low, High int
	// Favourable is a share in per cent, ENPS runs from −100 to 100, Distribution holds the shares of unfavourable,
	// neutral and favourable answers in per cent, each rounded on its own. Nil where not asked, not shown, or where there
	// is no neutral answer: the favourable share says it all.
	Favourable   *int
	ENPS         *int
	Distribution *[3]int
}

// Release is what is published of one question.
type Release struct {
	Item     string
	Spread   int // pooled spread of the organisation, on 0–100
	Eligible int // cells with at least k people; for the measure of utility only, never shown
	Cells    []Figures
}

// Publisher publishes the questions of one wave. Questions answered by the same numbers of people share one audit.
// It is not safe for concurrent use.
type Publisher struct {
	lattice   *Lattice
	k         int
	decisions map[string][2]*Decision
}

// NewPublisher publishes on a lattice with the k frozen at launch.
func NewPublisher(l *Lattice, k int) *Publisher {
	return &Publisher{lattice: l, k: k, decisions: make(map[string][2]*Decision)}
}

// decide gives the decision for scores and that for favourable shares and distributions, from the counts alone.
func (p *Publisher) decide(counts, asked []int) (scores, shares *Decision, err error) {
	if asked != nil && len(asked) != len(counts) {
		return nil, nil, fmt.Errorf("%d numbers of people asked for %d labels", len(asked), len(counts))
	}
	key := make([]byte, 0, 4*len(counts))
	for _, c := range asked {
		key = binary.AppendUvarint(key, uint64(max(0, c)))
	}
	for _, c := range counts {
		if c < 0 {
			return nil, nil, fmt.Errorf("%d people", c)
		}
		key = binary.AppendUvarint(key, uint64(c))
	}
	if both, ok := p.decisions[string(key)]; ok {
		return both[0], both[1], nil
	}
	if scores, err = p.lattice.Decide(counts, p.k); err != nil {
		return nil, nil, err
	}
	if scores, err = scores.guard(asked); err != nil {
		return nil, nil, err
	}
	shares, err = p.lattice.decide(counts, max(p.k, sharesGroup), func(c, n int) bool {
		return scores.shown[c] && n >= sharesGroup
	})
	if err == nil {
		shares, err = shares.guard(asked)
	}
	if err != nil {
		return nil, nil, err
	}
	p.decisions[string(key)] = [2]*Decision{scores, shares}
	return scores, shares, nil
}

// Publish decides which cells of a question are shown, moves its totals away from unanimity and rounds.
func (p *Publisher) Publish(it Item) (Release, error) {
	r, err := p.publish(it)
	if err != nil {
		return Release{}, fmt.Errorf("publish question %q: %w", it.ID, err)
	}
	return r, nil
}

func (p *Publisher) publish(it Item) (Release, error) {
	t, err := it.tally()
	if err != nil {
		return Release{}, err
	}
	scores, spread, err := p.decide(t.n, it.Asked)
	if err != nil {
		return Release{}, err
	}
	high := it.Low + t.options - 1
	score, err := scores.Move(it.Low, high, t.sum)
	if err != nil {
		return Release{}, err
	}
	rel := Release{Item: it.ID, Spread: PooledSpread(t.pooled, p.k), Eligible: scores.Eligible(), Cells: []Figures{}}
	var enps Moved
	if it.ENPS {
		if enps, err = scores.Move(-1, 1, t.promoting); err != nil {
			return Release{}, err
		}
	}
	var three *classes
	if it.FavourableFrom > it.UnfavourableTo {
		if three, err = moveClasses(scores, spread, t); err != nil {
			return Release{}, err
		}
	}
	for _, c := range scores.Shown() {
		n := scores.size[c]
		f := Figures{Cell: p.lattice.cells[c], NBand: BandOf(n)}
		f.Score = rounded(scores.total(c, score.Totals), n, it.Low, high, score.Grain, 0, 100, scoreStep(n))
		half := HalfWidth(rel.Spread, f.NBand)
		f.Low, f.High = max(0, f.Score-half), min(100, f.Score+half)
		if it.ENPS {
			v := rounded(scores.total(c, enps.Totals), n, -1, 1, enps.Grain, -100, 100, shareStep(n))
			f.ENPS = &v
		}
		if three != nil && spread.shown[c] {
			v := rounded(scores.total(c, three.favourable), n, 0, 1, three.grain, 0, 100, shareStep(n))
			f.Favourable = &v
			if n >= distributionFloor && it.FavourableFrom > it.UnfavourableTo+1 { // yes or no has no third class
				f.Distribution = three.shares(scores, c)
			}
		}
		rel.Cells = append(rel.Cells, f)
	}
	return rel, nil
}

// total sums moved totals over the labels of a cell.
func (d *Decision) total(cell int, totals []int) int {
	t := 0
	for _, j := range d.lattice.members[cell] {
		t += totals[j]
	}
	return t
}

// tally is an item summed up per label.
type tally struct {
	options   int
	n         []int
	sum       []int
	fav, unf  []int
	promoting []int
	pooled    []int
}

func (it Item) tally() (*tally, error) {
	labels := len(it.Options)
	t := &tally{
		n: make([]int, labels), sum: make([]int, labels), fav: make([]int, labels), unf: make([]int, labels),
		promoting: make([]int, labels),
	}
	for _, o := range it.Options {
		t.options = max(t.options, len(o))
	}
	if t.options < 2 {
		return nil, fmt.Errorf("%d options; a scale has at least two", t.options)
	}
	if it.ENPS && (it.Low != 0 || t.options != 11) {
		return nil, fmt.Errorf("a recommendation question runs from 0 to 10")
	}
	t.pooled = make([]int, t.options)
	for j, o := range it.Options {
		for v, c := range o {
			if c < 0 {
				return nil, fmt.Errorf("label %d, option %d: %d people", j, v, c)
			}
			answer := it.Low + v
			t.n[j] += c
			t.sum[j] += c * answer
			t.pooled[v] += c
			if answer >= it.FavourableFrom {
				t.fav[j] += c
			}
			if answer <= it.UnfavourableTo {
				t.unf[j] += c
			}
			switch {
			case v >= 9:
				t.promoting[j] += c
			case v <= 6:
				t.promoting[j] -= c
			}
		}
	}
	return t, nil
}

// classes are the moved totals of favourable and unfavourable answers, in units of 1/grain people; with the neutral
// ones they add up to the people of each label.
type classes struct {
	favourable, unfavourable []int
	grain                    int
}

// moveClasses keeps the favourable answers of every shown cell and residual within [2, n−2] and, where a distribution
// is shown or may be derived, at least two people in each of the three classes.
func moveClasses(scores, spread *Decision, t *tally) (*classes, error) {
	spreadShown := len(spread.Shown()) > 0
	fav, err := scores.move(0, 1, t.fav, func(class int32) int {
		if labels := scores.graph.members[class]; spreadShown && len(labels) > 0 && spread.isClass(labels) {
			return 2 * inside // room for the two other classes
		}
		return inside
	})
	if err != nil {
		return nil, err
	}
	out := &classes{favourable: fav.Totals, grain: fav.Grain}
	if !spreadShown {
		return out, nil
	}
	left, unf := make([]int, len(t.n)), make([]int, len(t.n))
	for j := range left {
		left[j] = t.n[j]*out.grain - fav.Totals[j]
		unf[j] = min(t.unf[j]*out.grain, left[j])
	}
	margin := func(int32) int { return inside * out.grain }
	out.unfavourable, err = spread.graph.move(unf, bounds{lower: make([]int, len(t.n)), upper: left, below: margin, above: margin})
	return out, err
}

// isClass says whether exactly these labels form a residual class of the decision on either side.
func (d *Decision) isClass(labels []int32) bool {
	for _, side := range d.graph.end {
		v := side[labels[0]]
		if len(d.graph.members[v]) == len(labels) &&
			!slices.ContainsFunc(labels, func(j int32) bool { return side[j] != v }) {
			return true
		}
	}
	return false
}

// shares are the published shares of unfavourable, neutral and favourable answers of a cell.
func (c *classes) shares(d *Decision, cell int) *[3]int {
	n := d.size[cell]
	fav, unf := d.total(cell, c.favourable), d.total(cell, c.unfavourable)
	var out [3]int
	for i, people := range [3]int{unf, n*c.grain - fav - unf, fav} {
		out[i] = rounded(people, n, 0, 1, c.grain, 0, 100, shareStep(n))
	}
	return &out
}

// Score rounds a shown cell of moved totals to a score on 0–100, for figures that come as totals rather than as
// answers per option, such as a finished survey imported from elsewhere. lo and hi are the ends of one answer's scale.
func (d *Decision) Score(cell int, m Moved, lo, hi int) (score int, band Band, ok bool) {
	if cell < 0 || cell >= len(d.shown) || !d.shown[cell] || lo >= hi || m.Grain < 1 || len(m.Totals) != len(d.counts) {
		return 0, "", false
	}
	n := d.size[cell]
	return rounded(d.total(cell, m.Totals), n, lo, hi, m.Grain, 0, 100, scoreStep(n)), BandOf(n), true
}
