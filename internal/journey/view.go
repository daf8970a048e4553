package journey

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/goal"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Filter selects what a view adds up.
type Filter struct {
	Teams  org.Scope // of the caller, narrowed to the team that was chosen
	Team   string    // chosen; empty: everything in scope
	Months int       // up to the newest one with an answer; 0 means 12
	Traits
	Population feedback.Population // whose answers; the two are never added up
}

// Point is a touchpoint with what customers say of it.
type Point struct {
	Touchpoint feedback.Touchpoint
	N          int     // interactions
	Scores     []Score // the type with the most answers first
	Trend      []Dot   // of the first score, by month
	Change     *Figure // the newer half of the months against the older one, of the first score
	Emotions   [7]int  // answers by feedback.Emotions
	Feeling    *Figure // 100 · (pleasant − unpleasant) / all
	Expected   [5]int
	Surprise   *Figure // 100 · (better − worse) / all
	Desired    *float64
	Gap        *float64 // desired − actual, so that a positive one is to be closed
	Hurts      Hurts
	Barriers   []goal.Barrier // that still stand
}

// Dot is a month's figure; nil where there are fewer than ten answers.
type Dot struct {
	Month  series.Period
	N      int
	Figure *Figure
}

// Stage is a step of a journey.
type Stage struct {
	Name   string
	Points []Point
}

// Way is a route with its share.
type Way struct {
	Steps []string
	Whole bool
	N     int
	Share float64 // percent of all ways through the journey
}

// Course is a journey with what customers say of it.
type Course struct {
	Journey Journey
	Scores  []Score // of all answers at its touchpoints, by type
	Feeling *Figure
	Stages  []Stage
	// Completion is the percent of ways that reached the last stage; Ways are the commonest. Both only for those who see the
	// whole organisation, because a way leads through many teams.
	Completion *Figure
	Trips      int
	Ways       []Way
}

// Map is everything at once.
type Map struct {
	AsOf, At   time.Time
	From, To   series.Period
	Courses    []Course
	Loose      []Point // touchpoints on no journey
	Relational []Score // of answers about the relationship
	All        Hurts
	N          int
	Segments   []string
	Products   []string
	Channels   []string
}

// mostWays is how many ways are shown.
const mostWays = 8

// View adds up what the filter selects. Errors: journey_map_none before the first count.
func (s *Service) View(ctx context.Context, f Filter) (Map, error) {
	if err := f.Teams.Check(); err != nil {
		return Map{}, err
	}
	a, err := s.Atlas(ctx)
	if err != nil {
		return Map{}, err
	}
	points, err := s.from.Feedback.Touchpoints(ctx)
	if err != nil {
		return Map{}, err
	}
	journeys, err := s.Journeys(ctx)
	if err != nil {
		return Map{}, err
	}
	barriers, err := s.from.goals.Barriers(ctx, f.Teams, goal.Barrier{})
	if err != nil {
		return Map{}, err
	}
	wanted, err := s.from.goals.Book(ctx)
	if err != nil {
		return Map{}, err
	}
	if f.Months <= 0 {
		f.Months = 12
	}
	first := a.Newest - f.Months + 1
	month := func(i int) series.Period { return series.Period{Grain: series.Month, Index: i} }
	m := Map{AsOf: a.AsOf, At: a.At, From: month(first), To: month(a.Newest), Segments: a.Segments, Products: a.Products, Channels: a.Channels}
	sums := map[string][]Tally{} // name key of the touchpoint → by month
	var relational, everything Tally
	for i := range a.Cells {
		x := &a.Cells[i]
		if x.Month < first || x.Partners != f.partners() || !f.Teams.Has(x.Team) || !f.fits(x.Traits) {
			continue
		}
		if x.Relational {
			relational.add(&x.Tally)
			continue
		}
		everything.add(&x.Tally)
		k := feedback.Touchpoint{Name: x.Touchpoint}.NameKey()
		if sums[k] == nil {
			sums[k] = make([]Tally, f.Months)
		}
		sums[k][x.Month-first].add(&x.Tally)
	}
	m.Relational, m.All, m.N = relational.scores(), everything.hurts(), everything.N
	made := make([]Point, len(points))
	tallies := make([]Tally, len(points))
	for i, p := range points {
		made[i] = point(p, sums[p.NameKey()], first)
		for k := range sums[p.NameKey()] {
			tallies[i].add(&sums[p.NameKey()][k])
		}
		made[i].want(wanted, f, a.AsOf)
		for _, b := range barriers {
			if strings.EqualFold(b.Touchpoint, p.Name) && (b.Status == goal.Open || b.Status == goal.InWork) {
				made[i].Barriers = append(made[i].Barriers, b)
			}
		}
	}
	for _, j := range journeys {
		if j.Closed {
			continue
		}
		c := Course{Journey: j}
		var all Tally
		for _, name := range append(slices.Clone(j.Stages), "") {
			st := Stage{Name: name}
			for i, p := range points {
				if strings.EqualFold(p.Journey, j.Name) && p.Stage == name && (!p.Closed || made[i].N > 0) {
					st.Points = append(st.Points, made[i])
					all.add(&tallies[i])
				}
			}
			if name != "" || len(st.Points) > 0 {
				c.Stages = append(c.Stages, st)
			}
		}
		c.Scores, c.Feeling = all.scores(), all.feeling()
		if f.Teams.All() {
			c.ways(a.Routes, f)
		}
		m.Courses = append(m.Courses, c)
	}
	for i, p := range points {
		if p.Journey == "" && !p.Closed {
			m.Loose = append(m.Loose, made[i])
		}
	}
	return m, nil
}

// Point gives one touchpoint; errs.NotFound("touchpoint_unknown").
func (s *Service) Point(ctx context.Context, id string, f Filter) (Point, Map, error) {
	m, err := s.View(ctx, f)
	if err != nil {
		return Point{}, m, err
	}
	for _, p := range m.Points() {
		if p.Touchpoint.ID == id {
			return p, m, nil
		}
	}
	return Point{}, m, errs.NotFound("touchpoint_unknown")
}

// Points lists every touchpoint of the map once.
func (m *Map) Points() []Point {
	var out []Point
	for _, c := range m.Courses {
		for _, st := range c.Stages {
			out = append(out, st.Points...)
		}
	}
	return append(out, m.Loose...)
}

// Pains gives the newest comparison of customers by the pains they met. It speaks of all customers.
func (s *Service) Pains(ctx context.Context) (asOf time.Time, list []Pain, err error) {
	a, err := s.Atlas(ctx)
	if err != nil {
		return asOf, nil, err
	}
	return a.AsOf, a.Pains, nil
}

func (f Filter) partners() bool { return f.Population == feedback.Partners }

func (f Filter) fits(t Traits) bool {
	return (f.Segment == "" || f.Segment == t.Segment) && (f.Product == "" || f.Product == t.Product) && (f.Channel == "" || f.Channel == t.Channel)
}

// point makes a touchpoint's figures of its months.
func point(p feedback.Touchpoint, months []Tally, first int) Point {
	out := Point{Touchpoint: p}
	var all Tally
	for i := range months {
		all.add(&months[i])
	}
	out.N, out.Scores, out.Emotions, out.Expected = all.N, all.scores(), all.Emotion, all.Expected
	out.Feeling, out.Surprise, out.Hurts = all.feeling(), all.surprise(), all.hurts()
	if len(out.Scores) == 0 {
		return out
	}
	main := out.Scores[0].Type
	of := func(t *Tally) (n int, f *Figure) {
		for _, s := range t.scores() {
			if s.Type == main {
				return s.N, s.Figure
			}
		}
		return 0, nil
	}
	for i := range months {
		n, f := of(&months[i])
		out.Trend = append(out.Trend, Dot{series.Period{Grain: series.Month, Index: first + i}, n, f})
	}
	var older, newer Tally
	for i := range months {
		if i < len(months)/2 {
			older.add(&months[i])
		} else {
			newer.add(&months[i])
		}
	}
	_, a := of(&older)
	_, b := of(&newer)
	if a != nil && b != nil {
		d := b.Value - a.Value
		half := math.Hypot((a.Hi-a.Lo)/2, (b.Hi-b.Lo)/2)
		out.Change = &Figure{d, d - half, d + half, a.N + b.N}
	}
	return out
}

// want looks up the desired level of the touchpoint's first score: that of its metric at the team chosen, else at the
// owner team, else at the whole organisation.
func (p *Point) want(book goal.Book, f Filter, on time.Time) {
	if len(p.Scores) == 0 {
		return
	}
	team := f.Team
	if team == "" {
		team = p.Touchpoint.OwnerTeam
	}
	metric := feedback.MetricID(p.Scores[0].Type, feedback.Transactional, f.Population)
	l, ok := book.At(goal.Desired, metric, team, on)
	if !ok {
		return
	}
	p.Desired = &l.Value
	if f := p.Scores[0].Figure; f != nil {
		gap := l.Value - f.Value
		p.Gap = &gap
	}
}

// ways adds completion and the commonest ways.
func (c *Course) ways(routes []Route, f Filter) {
	type at struct {
		steps string
		whole bool
	}
	n := map[at]int{}
	whole := 0
	for _, r := range routes {
		if r.Journey != c.Journey.Name || r.Partners != f.partners() || !f.fits(r.Traits) {
			continue
		}
		c.Trips += r.N
		if r.Whole {
			whole += r.N
		}
		n[at{strings.Join(r.Steps, "\x00"), r.Whole}] += r.N
	}
	if c.Trips >= fewest {
		x := percent(whole, c.Trips)
		c.Completion = &x
	}
	for k, v := range n {
		c.Ways = append(c.Ways, Way{Steps: strings.Split(k.steps, "\x00"), Whole: k.whole, N: v, Share: 100 * float64(v) / float64(c.Trips)})
	}
	slices.SortFunc(c.Ways, func(a, b Way) int {
		return cmp.Or(b.N-a.N, strings.Compare(strings.Join(a.Steps, "\x00"), strings.Join(b.Steps, "\x00")), map[bool]int{true: 0, false: 1}[a.Whole]-map[bool]int{true: 0, false: 1}[b.Whole])
	})
	c.Ways = c.Ways[:min(len(c.Ways), mostWays)]
}
