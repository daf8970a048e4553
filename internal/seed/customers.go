package seed

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"rapport/internal/customer"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/goal"
	"rapport/internal/intake"
	"rapport/internal/journey"
	"rapport/internal/loop"
	"rapport/internal/org"
	"rapport/internal/series"
)

// CustomerServices are what the demo company's customers are built with.
type CustomerServices struct {
	Customers *customer.Service
	Feedback  *feedback.Service
	Goals     *goal.Service // nil: nothing is wanted
	Journeys  *journey.Service
	Loop      *loop.Service
	Org       *org.Service
	Now       func() time.Time
}

// place is a touchpoint of the demo company. bad is what is planted there: how much worse than elsewhere it is.
type place struct {
	name, journey, stage, owner string
	digital                     bool
	promise                     float64
	score                       feedback.ScoreType
	channel                     string
	bad                         float64
}

const (
	repairJourney = "Getting something repaired"
	shopJourney   = "Buying in a shop"
)

// places are in the order in which customers come to them.
var places = []place{
	{"Website", repairJourney, "Find us", "care-writing", true, 0, feedback.CSAT, "web", 0},
	{"Phone", repairJourney, "Book", "care-phone", false, 12, feedback.CES, "phone", .9},
	{"Chat", repairJourney, "Book", "care-writing", true, 5, feedback.CES, "chat", 0},
	{"Home visit", repairJourney, "Visit", "field", false, 30, feedback.CSAT, "visit", 0},
	{"Invoice", repairJourney, "Pay", "care-writing", true, 0, feedback.CES, "mail", .4},
	{"Call back", repairJourney, "Afterwards", "care-phone", false, 0, feedback.CSAT, "phone", 0},
	{"Shop", shopJourney, "Buy", "shops", false, 10, feedback.CSAT, "shop", 0},
	{"Exchange desk", shopJourney, "Exchange", "shops", false, 15, feedback.CSAT, "shop", .5},
}

var courses = []journey.Journey{
	{Name: repairJourney, Stages: []string{"Find us", "Book", "Visit", "Pay", "Afterwards"}},
	{Name: shopJourney, Stages: []string{"Buy", "Exchange"}},
}

// customersCount and customerDays are how many customers there are and how long ago the first of them came.
const (
	customersCount = 2600
	customerDays   = 760
)

// How likely a customer of the demo company does not come back after an order, and by how much more after each pain. This
// is planted: the page on pains must find it.
const (
	leaves0, leavesWaited, leavesOpen = .22, .16, .18
)

// CustomerSide gives the demo company touchpoints, journeys, two years of orders and of what customers said. On a store
// that has touchpoints it does nothing.
func CustomerSide(ctx context.Context, s CustomerServices) error {
	there, err := s.Feedback.Touchpoints(ctx)
	if err != nil || len(there) > 0 {
		return err
	}
	teams, err := s.Org.Teams(ctx, org.Everything)
	if err != nil {
		return err
	}
	ids := map[string]string{}
	for _, t := range teams {
		ids[t.ExternalID] = t.ID
	}
	if ids[rootID] == "" {
		return nil // somebody's own organisation
	}
	for _, j := range courses {
		if _, err := s.Journeys.PutJourney(ctx, actor, j); err != nil {
			return fmt.Errorf("journey %s: %w", j.Name, err)
		}
	}
	for _, p := range places {
		t := feedback.Touchpoint{Name: p.name, Digital: p.digital, OwnerTeam: ids[p.owner], Journey: p.journey, Stage: p.stage, PromiseMinutes: p.promise}
		if _, err := s.Feedback.CreateTouchpoint(ctx, actor, t); err != nil {
			return fmt.Errorf("touchpoint %s: %w", p.name, err)
		}
	}
	week := series.Period{Grain: series.Week, Index: series.PeriodOf(s.Now(), series.Week).Index - 1}
	said, loyal, orders := clientele(week.End())
	for f, body := range said {
		m := intake.Mapping{
			Kind: intake.Feedback, Name: "answers-" + string(f.score), Team: "team", SourceID: []string{"id"}, ScoreType: string(f.score), Relation: string(feedback.Transactional), WaitingUnit: "minutes",
			Columns: map[string]string{
				"answered_at": "at", "score": "score", "touchpoint": "touchpoint", "customer": "customer", "comment": "comment", "language": "language", "segment": "segment", "product": "product",
				"channel": "channel", "waiting": "waiting", "contacts": "contacts", "emotion": "emotion", "expected": "expected",
			},
		}
		if f.raised {
			m.Name = "matters-" + string(f.score)
			m.Columns["closed_at"] = "closed_at"
		}
		if _, err := s.Feedback.Import(ctx, fact.Input{File: bytes.NewReader(body), Size: int64(len(body)), Name: m.Name + ".csv", Mapping: m, By: actor}); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	if err := customersRecommend(ctx, s.Feedback, loyal); err != nil {
		return err
	}
	if err := partnersSay(ctx, s.Feedback, week.End()); err != nil {
		return err
	}
	m := intake.Mapping{
		Kind: intake.Orders, Name: "orders", Team: "team", SourceID: []string{"order"}, Currency: "EUR",
		Columns: map[string]string{"customer": "customer", "purchased_at": "at", "value": "value", "product": "product", "channel": "channel", "came_by": "came_by"},
	}
	if _, err := s.Customers.Import(ctx, fact.Input{File: bytes.NewReader(orders), Size: int64(len(orders)), Name: "orders.csv", Mapping: m, By: actor}); err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	if _, err := s.Customers.Appraise(ctx, s.Now()); err != nil {
		return fmt.Errorf("customers: %w", err)
	}
	if err := buildCases(ctx, s.Loop); err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	if err := s.Journeys.Refresh(ctx, time.Time{}, nil); err != nil || s.Goals == nil {
		return err
	}
	return wantOfTouchpoints(ctx, s, ids)
}

// wantOfTouchpoints says what is wanted of the answers at the touchpoints, so that the map shows gaps.
func wantOfTouchpoints(ctx context.Context, s CustomerServices, teams map[string]string) error {
	from := org.Date(s.Now()).AddDate(-1, 0, 0)
	level := func(t feedback.ScoreType, team string, v float64, why string) goal.Level {
		return goal.Level{Metric: "feedback." + string(t) + "." + string(feedback.Transactional), Team: team, Kind: goal.Desired, From: from, Value: v, Owner: "Daniel Okafor", Reason: why}
	}
	_, err := s.Goals.Set(ctx, org.Everything, actor.ID,
		level(feedback.CSAT, "", 80, "Four of five customers satisfied at every touchpoint."),
		level(feedback.CES, "", 5, "Easy is a five."),
		level(feedback.CES, teams["care-phone"], 4.6, "The queue will not be gone within a year; this is the first step."))
	if err != nil {
		return fmt.Errorf("levels of touchpoints: %w", err)
	}
	return s.Goals.Refresh(ctx, time.Time{}, nil)
}

// sheet is a file of answers: those of one type of score that raise a matter, or not.
type sheet struct {
	score  feedback.ScoreType
	raised bool
}

// voices writes what customers say.
type voices struct {
	rng   *rand.Rand
	files map[sheet]*csv.Writer
	n     int
	last  time.Time

	moods []float64 // of what the customer has met so far
	loyal *recommending
}

// met is one customer at one touchpoint.
type met struct {
	place            place
	team, customer   string
	segment, product string
	at               time.Time
	waited           float64
	contacts         int
	over             bool
	raised, open     bool
	liking           float64 // what the whole experience adds, about −1 … 1
}

// sources are how customers of the demo company say they came; some say nothing.
var sources = []string{"a neighbour recommended you", "search engine", "leaflet", "", "a friend told me", "passed by the shop", ""}

// clientele makes up the customers: what they said, by type of score, and what they ordered. It depends on nothing but
// the seed and the last day.
func clientele(last time.Time) (said map[sheet][]byte, loyal, orders []byte) {
	rng := rand.New(rand.NewPCG(theSeed, 760))
	v := &voices{rng: rng, files: map[sheet]*csv.Writer{}, last: last, loyal: newRecommending()}
	bodies := map[sheet]*bytes.Buffer{}
	for _, t := range []sheet{{feedback.CSAT, false}, {feedback.CSAT, true}, {feedback.CES, false}, {feedback.CES, true}} {
		bodies[t] = &bytes.Buffer{}
		v.files[t] = csv.NewWriter(bodies[t])
		_ = v.files[t].Write([]string{"id", "team", "at", "score", "touchpoint", "customer", "comment", "language", "segment", "product", "channel", "waiting", "contacts", "emotion", "expected", "closed_at"})
	}
	var ob bytes.Buffer
	ow := csv.NewWriter(&ob)
	_ = ow.Write([]string{"order", "customer", "team", "at", "value", "product", "channel", "came_by"}) // a bytes.Buffer takes everything
	number := 0
	for i := range customersCount {
		who := fmt.Sprintf("C-%05d", i+1)
		segment := []string{"Household", "Household", "Landlord", "Small business"}[rng.IntN(4)]
		day := rng.Float64() * customerDays
		v.moods = v.moods[:0]
		source := sources[i%len(sources)] // said with the first order
		team, at := "", time.Time{}
		for day < customerDays {
			at = last.Add(-time.Duration((customerDays - day) * 24 * float64(time.Hour)))
			product := []string{"Heating", "Plumbing", "Electrics"}[rng.IntN(3)]
			leaves, channel, value := leaves0, "visit", 0.0
			if rng.Float64() < .25 {
				team, channel, value = v.inShop(who, segment, product, at, &leaves), "shop", 20+rng.ExpFloat64()*45
			} else {
				team, value = v.repair(who, segment, product, at, &leaves), 90+rng.ExpFloat64()*160
			}
			number++
			_ = ow.Write([]string{fmt.Sprintf("O-%06d", number), who, team, stamp(at), strconv.FormatFloat(value, 'f', 2, 64), product, channel, source})
			source = ""
			if rng.Float64() < leaves {
				break
			}
			day += 12 + rng.ExpFloat64()*55
		}
		v.loyal.ask(who, segment, team, at, last, v.moods)
	}
	ow.Flush()
	said = map[sheet][]byte{}
	for t, w := range v.files {
		w.Flush()
		said[t] = bodies[t].Bytes()
	}
	return said, v.loyal.bytes(), ob.Bytes()
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// repair is one way through the longer journey; it gives the team that came to the home.
func (v *voices) repair(who, segment, product string, visit time.Time, leaves *float64) (team string) {
	r := v.rng
	region := []string{"field-east", "field-east", "field-north", "field-west"}[r.IntN(4)]
	team = fmt.Sprintf("%s-%d", region, 1+r.IntN(7)) // the eighth of the East was merged into another
	base := met{customer: who, segment: segment, product: product, contacts: 1, liking: .5 * r.NormFloat64()}
	book := visit.Add(-time.Duration((1 + 4*r.Float64()) * 24 * float64(time.Hour)))
	if r.Float64() < .5 {
		x := base
		x.place, x.team, x.at = places[0], fmt.Sprintf("care-writing-%d", 1+r.IntN(5)), book.Add(-time.Duration(3+r.IntN(40))*time.Hour)
		v.say(x, leaves)
	}
	chat := r.Float64() < .35
	x := base
	x.at, x.place, x.team = book, places[1], fmt.Sprintf("care-phone-%d", 1+r.IntN(5))
	x.waited = math.Exp(2.2 + .6*r.NormFloat64())
	if chat {
		x.place, x.team, x.waited = places[2], fmt.Sprintf("care-writing-%d", 1+r.IntN(5)), math.Exp(1+.6*r.NormFloat64())
	}
	for r.Float64() < .22 && x.contacts < 5 {
		x.contacts++
	}
	v.say(x, leaves)
	if chat && r.Float64() < .25 { // the chat could not help: the customer calls
		y := x
		y.place, y.team, y.at, y.waited = places[1], fmt.Sprintf("care-phone-%d", 1+r.IntN(5)), book.Add(2*time.Hour), math.Exp(2.2+.6*r.NormFloat64())
		y.contacts++
		v.say(y, leaves)
	}
	x = base
	x.place, x.team, x.at, x.waited = places[3], team, visit, math.Exp(2.7+.7*r.NormFloat64())
	v.say(x, leaves)
	if r.Float64() < .7 {
		x = base
		x.place, x.team, x.at = places[4], fmt.Sprintf("care-writing-%d", 1+r.IntN(5)), visit.Add(time.Duration(24+r.IntN(72))*time.Hour)
		v.say(x, leaves)
	}
	if r.Float64() < .4 {
		x = base
		x.place, x.team, x.at = places[5], fmt.Sprintf("care-phone-%d", 1+r.IntN(5)), visit.Add(time.Duration(120+r.IntN(150))*time.Hour)
		v.say(x, leaves)
	}
	return team
}

// inShop is one way through the shorter journey.
func (v *voices) inShop(who, segment, product string, at time.Time, leaves *float64) (team string) {
	r := v.rng
	team = fmt.Sprintf("%s-%d", []string{"shops-city", "shops-country"}[r.IntN(2)], 1+r.IntN(4))
	x := met{place: places[6], team: team, customer: who, segment: segment, product: product, contacts: 1, at: at, liking: .5 * r.NormFloat64(), waited: math.Exp(1.5 + .7*r.NormFloat64())}
	v.say(x, leaves)
	if r.Float64() < .18 {
		x.place, x.at, x.waited, x.contacts = places[7], at.Add(time.Duration(24+r.IntN(200))*time.Hour), math.Exp(2.4+.6*r.NormFloat64()), 2
		v.say(x, leaves)
	}
	return team
}

// say answers the question of a touchpoint, or not, and adds to how likely the customer leaves: the experience counts
// whether it is told or not.
func (v *voices) say(x met, leaves *float64) {
	r := v.rng
	x.over = x.place.promise > 0 && x.waited > x.place.promise
	if x.over {
		*leaves = max(*leaves, leaves0+leavesWaited)
	}
	mood := x.liking - x.place.bad + .8*r.NormFloat64()
	if x.over {
		mood -= .9
	}
	mood -= .35 * float64(x.contacts-1)
	v.moods = append(v.moods, mood)
	x.raised = mood < -1.1
	x.open = x.raised && r.Float64() < .45
	if x.open {
		*leaves += leavesOpen
	}
	if r.Float64() > .55 || x.at.After(v.last) {
		return
	}
	v.n++
	score, waiting, contacts, closed := 0, "", "", ""
	if n := x.place.name; n == "Phone" || n == "Chat" || n == "Exchange desk" {
		contacts = strconv.Itoa(x.contacts)
	}
	switch x.place.score {
	case feedback.CES:
		score = clamp(5.3+1.2*mood, 1, 7)
	default:
		score = clamp(4.2+.8*mood, 1, 5)
	}
	if x.waited > 0 {
		waiting = strconv.FormatFloat(math.Round(10*x.waited)/10, 'f', 1, 64)
	}
	feel := []string{"angry", "frustrated", "disappointed", "indifferent", "relieved", "pleased", "delighted"}[clamp(3.6+1.4*mood+.7*r.NormFloat64(), 0, 6)]
	if r.Float64() < .3 {
		feel = ""
	}
	expected := feedback.Expectations[clamp(2.1+.8*mood+.5*r.NormFloat64(), 0, 4)]
	if r.Float64() < .4 {
		expected = ""
	}
	if x.raised && !x.open {
		closed = stamp(x.at.Add(time.Duration(6+r.IntN(90)) * time.Hour))
	}
	comment := ""
	if r.Float64() < .12 || mood < -1.3 && r.Float64() < .4 {
		comment = remark(r, mood, x.over)
	}
	_ = v.files[sheet{x.place.score, x.raised}].Write([]string{
		fmt.Sprintf("F-%06d", v.n), x.team, stamp(x.at), strconv.Itoa(score), x.place.name, x.customer, comment, "en", x.segment, x.product, x.place.channel, waiting, contacts, feel, expected, closed,
	})
}

func clamp(v float64, lo, hi int) int { return max(lo, min(hi, int(math.Round(v)))) }

// remark is what a customer of the demo company writes.
func remark(r *rand.Rand, mood float64, over bool) string {
	list := []string{"All went well, thank you.", "Friendly and quick.", "They explained what they did.", "Came on time and left everything clean."}
	switch {
	case mood < -.8 && over:
		list = []string{"I waited far too long and nobody told me why.", "Twenty minutes in the queue, then I was put through twice.", "The visit began long after the time I was promised."}
	case mood < -.8:
		list = []string{"I had to explain everything again from the start.", "The fault came back after two days.", "The invoice does not say what was done.", "Nobody called me back."}
	case mood < .2:
		list = []string{"It was fine in the end.", "Good work, but hard to reach.", "I would have liked to know the price before."}
	}
	return list[r.IntN(len(list))]
}
