package journey

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/stats"
)

// Loyalty splits how willing customers are to recommend (0 to 10) between what they got – how long they waited, how hard it was, how
// good the thing itself was, whether a matter was left open – and how it felt, over the year up to their newest answer. It says what
// goes with loyalty among what was asked, not what makes it. Where there is no figure, Gap says why.
type Loyalty struct {
	Relation  string   `json:"relation"`  // of the answers that are explained: the two never pool
	Answered  int      `json:"answered"`  // customers who said whether they would recommend
	Customers int      `json:"customers"` // of these, those of whom all that takes part is known
	Explained *Figure  `json:"explained,omitempty"`
	Sides     []Part   `json:"sides,omitempty"` // function, feeling: shares of what is explained, percent
	Parts     []Part   `json:"parts,omitempty"` // what takes part, each with its own share of what is explained, percent
	Seldom    []string `json:"seldom,omitempty"`
	Gap       string   `json:"gap,omitempty"` // too_few, no_feeling, no_function, or the reason of the method
	Need      int      `json:"need,omitempty"`
	Have      int      `json:"have,omitempty"`
}

// Part is a share of what is explained, in percent; Alone is the percent of all of loyalty that it explains by itself.
type Part struct {
	Name  string  `json:"name"`
	Side  string  `json:"side"`
	Share Figure  `json:"share"`
	Alone float64 `json:"alone"`
}

// The sides.
const (
	function = "function"
	feeling  = "feeling"
)

// What is known of a customer's year, in the order of regard's sums.
const (
	regardWaiting = iota
	regardContacts
	regardEase
	regardQuality
	regardOpen
	regardEmotion
	regards
)

var regardNames = [regards]string{"waiting", "contacts", "ease", "quality", "open", "emotion"}

// regard is a customer's newest answer on recommending, and what the year up to it was like.
type regard struct {
	at    int64 // ms
	score float64
	sum   [regards]float64
	n     [regards]int
}

// Rules of the split. A hundred rows are what the intervals of shares were tried on; what was asked of fewer than half of the
// customers would leave out the others.
const (
	loyaltyFewest = 100
	loyaltyHalf   = .5
	loyaltyYear   = 365 * msPerDay
	loyaltyDraws  = 499
)

// recommends notes the newest answer on recommending of each customer, by relation.
func (c *counter) recommends(f feedback.Feedback) {
	if f.Type != feedback.NPS || f.Customer == "" || f.Population != feedback.Customers {
		return
	}
	of := c.loyal[f.Relation]
	if of == nil {
		of = map[string]*regard{}
		c.loyal[f.Relation] = of
	}
	if r := of[f.Customer]; r == nil || f.At.UnixMilli() >= r.at {
		of[f.Customer] = &regard{at: f.At.UnixMilli(), score: f.Score}
	}
}

// regard adds an answer to what the year of its customer was like.
func (c *counter) regard(f feedback.Feedback, closed Closure) {
	if f.Customer == "" || f.Population != feedback.Customers {
		return
	}
	for _, of := range c.loyal {
		r, at := of[f.Customer], f.At.UnixMilli()
		if r == nil || at > r.at || at <= r.at-loyaltyYear {
			continue
		}
		add := func(i int, v float64) { r.sum[i], r.n[i] = r.sum[i]+v, r.n[i]+1 }
		if f.Waiting >= 0 {
			add(regardWaiting, math.Log1p(f.Waiting))
		}
		if f.Contacts >= 0 {
			add(regardContacts, min(f.Contacts, 100))
		}
		if f.Type == feedback.CES {
			add(regardEase, f.Score)
		}
		if f.Type == feedback.CSAT {
			add(regardQuality, f.Score)
		}
		state := f.Closure
		if closed.State != "" {
			state = closed.State
		}
		if state != "" {
			c.raised = true
			if state != "closed" {
				add(regardOpen, 1)
			}
		}
		if i := slices.Index(feedback.Emotions, f.Emotion); i >= 0 {
			add(regardEmotion, float64(len(feedback.Emotions)/2-i))
		}
	}
}

// loyalties splits the answers of each relation.
func (c *counter) loyalties(ctx context.Context) ([]Loyalty, error) {
	out := []Loyalty{}
	for _, relation := range []feedback.Relation{feedback.Relational, feedback.Transactional} {
		if len(c.loyal[relation]) == 0 {
			continue
		}
		l, err := split(ctx, c.loyal[relation], c.raised)
		if err != nil {
			return nil, err
		}
		l.Relation = string(relation)
		out = append(out, l)
	}
	if len(out) == 0 { // nobody was asked: said, too
		out = append(out, Loyalty{Relation: string(feedback.Relational), Gap: "too_few", Need: loyaltyFewest})
	}
	return out, nil
}

// split does one relation; raised says whether anybody ever raised a matter, so that who raised none has none left open.
func split(ctx context.Context, of map[string]*regard, raised bool) (Loyalty, error) {
	out := Loyalty{Answered: len(of)}
	var y []float64
	x := make([][]float64, regards)
	for _, who := range slices.Sorted(maps.Keys(of)) {
		r := of[who]
		if r.n[regardEmotion] == 0 {
			continue
		}
		y = append(y, r.score)
		for i := range x {
			v := math.NaN()
			switch {
			case i == regardOpen && raised:
				v = min(1, r.sum[i])
			case r.n[i] > 0:
				v = r.sum[i] / float64(r.n[i])
			}
			x[i] = append(x[i], v)
		}
	}
	if len(y) < loyaltyFewest {
		out.Gap, out.Need, out.Have = "no_feeling", loyaltyFewest, len(y)
		if len(of) < loyaltyFewest {
			out.Gap, out.Have = "too_few", len(of)
		}
		return out, nil
	}
	var cols [][]float64
	var names []string
	var groups []int
	for i, col := range x {
		known := 0
		varies := false
		first := math.NaN()
		for _, v := range col {
			if math.IsNaN(v) {
				continue
			}
			if known++; known == 1 {
				first = v
			}
			varies = varies || v != first
		}
		if float64(known) < loyaltyHalf*float64(len(y)) || !varies {
			if i != regardEmotion {
				out.Seldom = append(out.Seldom, regardNames[i])
				continue
			}
			out.Gap, out.Need, out.Have = "no_feeling", loyaltyFewest, known
			return out, nil
		}
		cols, names, groups = append(cols, col), append(names, regardNames[i]), append(groups, map[bool]int{false: 0, true: 1}[i == regardEmotion])
	}
	if len(cols) < 2 {
		out.Gap = "no_function"
		return out, nil
	}
	for i := range y {
		if !slices.ContainsFunc(cols, func(c []float64) bool { return math.IsNaN(c[i]) }) {
			out.Customers++
		}
	}
	if out.Customers < loyaltyFewest {
		out.Gap, out.Need, out.Have = "too_few", loyaltyFewest, out.Customers
		return out, nil
	}
	return out, out.compute(ctx, y, cols, names, groups)
}

func (l *Loyalty) compute(ctx context.Context, y []float64, cols [][]float64, names []string, groups []int) error {
	opt := stats.BootOptions{Reps: loyaltyDraws, Seed: 1, Level: level}
	sides, err := stats.DriverGroups(ctx, y, cols, names, groups, nil, opt)
	if err != nil {
		return l.refused(err)
	}
	each := make([]int, len(names)) // every one a group of its own
	for i := range each {
		each[i] = i
	}
	parts, err := stats.DriverGroups(ctx, y, cols, names, each, nil, opt)
	if err != nil {
		return l.refused(err)
	}
	figure := func(v float64, ci stats.Interval) Figure {
		return Figure{Value: 100 * v, Lo: 100 * ci.Lo, Hi: 100 * ci.Hi, N: sides.N}
	}
	explained := figure(sides.R2, sides.R2CI)
	l.Explained = &explained
	for i, side := range []string{function, feeling} {
		l.Sides = append(l.Sides, Part{Name: side, Side: side, Share: figure(sides.Share[i], sides.ShareCI[i]), Alone: 100 * sides.Alone[i]})
	}
	for i, name := range names {
		l.Parts = append(l.Parts, Part{Name: name, Side: []string{function, feeling}[groups[i]], Share: figure(parts.Share[i], parts.ShareCI[i]), Alone: 100 * parts.Alone[i]})
	}
	slices.SortStableFunc(l.Parts, func(a, b Part) int { return cmp.Compare(b.Share.Value, a.Share.Value) })
	return nil
}

// refused turns what the method refuses into the reason; anything else stays an error.
func (l *Loyalty) refused(err error) error {
	var r *stats.Refusal
	if errors.As(err, &r) && r.Reason != stats.Canceled {
		l.Gap, l.Need, l.Have = "not_told_apart", 0, 0
		return nil
	}
	return err
}

// Loyalty gives the newest split of each relation in which customers said whether they would recommend. It speaks of all customers.
func (s *Service) Loyalty(ctx context.Context) (asOf time.Time, list []Loyalty, err error) {
	a, err := s.Atlas(ctx)
	if errs.KindOf(err) == errs.KindNotFound {
		return asOf, nil, nil
	}
	if err != nil {
		return asOf, nil, err
	}
	return a.AsOf, a.Loyalty, nil
}
