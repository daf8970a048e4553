package journey_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/goal"
	"rapport/internal/intake"
	"rapport/internal/journey"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

var (
	ctx   = context.Background()
	boss  = auth.System("test")
	today = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
)

// shop is a firm on a real store with the features that journeys read. Its cases are those of the test.
type shop struct {
	t     *testing.T
	org   *org.Service
	of    *feedback.Service
	goals *goal.Service
	cases closures
	*journey.Service
}

type closures map[string]journey.Closure // by comment of the answer; EachClosure finds its id

func newShop(t *testing.T) *shop {
	t.Helper()
	st, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "x.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	now := today
	clock := func() time.Time { now = now.Add(time.Millisecond); return now }
	facts := fact.NewService(st, st, st, clock)
	x := &shop{t: t, org: org.NewService(st, clock), of: feedback.NewService(facts, st, clock), cases: closures{}}
	ops := operation.NewService(st, clock)
	t.Cleanup(ops.Close)
	x.goals = goal.NewService(st, x.org, []panel.Source{x.of}, ops, clock)
	customers := customer.NewService(facts, st, x.of, clock)
	x.Service = journey.NewService(st, journey.From{Facts: facts, Feedback: x.of, Customers: customers, Closures: x}, ops, clock)
	x.Wants(x.goals, nil)
	return x
}

// EachClosure implements journey.Closures.
func (x *shop) EachClosure(ctx context.Context, fn func(fact int64, c journey.Closure) error) error {
	return x.of.Each(ctx, org.Everything, fact.Filter{}, func(f feedback.Feedback) error {
		if c, ok := x.cases[f.Comment]; ok {
			return fn(f.ID, c)
		}
		return nil
	})
}

func (x *shop) point(p feedback.Touchpoint) feedback.Touchpoint {
	x.t.Helper()
	p, err := x.of.CreateTouchpoint(ctx, boss, p)
	require.NoError(x.t, err)
	return p
}

const header = "id,at,team,point,score,customer,channel,segment,waiting,contacts,emotion,expected,comment\n"

// say brings answers in, a line each.
func (x *shop) say(lines []string) {
	x.t.Helper()
	body := header + strings.Join(lines, "\n") + "\n"
	res, err := x.of.Import(ctx, fact.Input{File: strings.NewReader(body), Size: int64(len(body)), Name: "x.csv", By: boss, Mapping: intake.Mapping{
		Kind: intake.Feedback, Team: "team", CreateTeams: true, SourceID: []string{"id"}, ScoreType: "csat", Relation: "transactional", WaitingUnit: "minutes",
		Columns: map[string]string{
			"answered_at": "at", "score": "score", "touchpoint": "point", "customer": "customer", "channel": "channel", "segment": "segment", "waiting": "waiting", "contacts": "contacts",
			"emotion": "emotion", "expected": "expected", "comment": "comment",
		},
	}})
	require.NoError(x.t, err)
	require.Zero(x.t, res.Rejected, res.Errors)
}

func (x *shop) count() {
	x.t.Helper()
	require.NoError(x.t, x.Refresh(ctx, time.Time{}, nil))
}

func (x *shop) view(f journey.Filter) journey.Map {
	x.t.Helper()
	if f.Teams.Check() != nil {
		f.Teams = org.Everything
	}
	m, err := x.View(ctx, f)
	require.NoError(x.t, err)
	return m
}

// visits makes customers who book, wait at the desk and are helped, by month: n of them, of whom the first whole ones reach the end.
func visits(n, whole int) (lines []string) {
	for k := range n {
		segment := []string{"home", "trade"}[k%2]
		lines = append(lines, fmt.Sprintf("b%d,2026-04-02,North,Book,5,c%d,web,%s,,1,pleased,better,", k, k, segment))
		lines = append(lines, fmt.Sprintf("d%d,2026-04-05,South,desk,%d,c%d,phone,%s,%d,3,frustrated,worse,", k, 1+k%5, k, segment, 5+10*(k%2)))
		if k < whole {
			lines = append(lines, fmt.Sprintf("h%d,2026-04-06,South,Help,4,c%d,phone,%s,,1,pleased,as_expected,", k, k, segment))
		}
	}
	return lines
}

func TestAJourneyIsReadFromWhatCustomersMet(t *testing.T) {
	x := newShop(t)
	_, err := x.View(ctx, journey.Filter{Teams: org.Everything})
	require.Equal(t, "journey_map_none", errs.CodeOf(err), "before the first count there is none")
	x.point(feedback.Touchpoint{Name: "Book", Journey: "Visit", Stage: "Before", Digital: true})
	desk := x.point(feedback.Touchpoint{Name: "Desk", Journey: "Visit", Stage: "There", PromiseMinutes: 10})
	x.point(feedback.Touchpoint{Name: "Help", Journey: "Visit", Stage: "After"})
	x.point(feedback.Touchpoint{Name: "Newsletter"})
	_, err = x.PutJourney(ctx, boss, journey.Journey{Name: "Visit", Stages: []string{"Before", "There", "After"}})
	require.NoError(t, err)
	x.say(visits(20, 15))
	x.count()

	m := x.view(journey.Filter{})
	require.Len(t, m.Courses, 1)
	c := m.Courses[0]
	var stages []string
	for _, s := range c.Stages {
		stages = append(stages, s.Name+"/"+s.Points[0].Touchpoint.Name)
	}
	require.Equal(t, []string{"Before/Book", "There/Desk", "After/Help"}, stages)
	require.Equal(t, []any{55, 20, 75.0}, []any{m.N, c.Trips, c.Completion.Value}, "15 of 20 reached the last stage")
	require.Equal(t, []string{"Book", "Desk", "Help"}, c.Ways[0].Steps)
	require.Equal(t, []any{15, true, 75.0}, []any{c.Ways[0].N, c.Ways[0].Whole, c.Ways[0].Share})
	require.Equal(t, "Newsletter", m.Loose[0].Touchpoint.Name)

	p, _, err := x.Point(ctx, desk.ID, journey.Filter{Teams: org.Everything})
	require.NoError(t, err)
	require.Equal(t, []any{20, feedback.CSAT, 40.0}, []any{p.N, p.Scores[0].Type, p.Scores[0].Figure.Value}, "a touchpoint is found whatever the case of its name; 4 and 5 are satisfied")
	require.Equal(t, -100.0, p.Feeling.Value)
	require.Equal(t, -100.0, p.Surprise.Value)
	require.InDelta(t, 50, p.Hurts.Over.Value, 1e-9, "half waited 15 minutes where 10 are promised")
	require.InDelta(t, 3, p.Hurts.Contacts.Value, 1e-9)
	require.InDelta(t, 1, x.view(journey.Filter{}).All.Switches.Value, 1e-9, "one change from the web to the phone in each way")
	_, _, err = x.Point(ctx, "none", journey.Filter{Teams: org.Everything})
	require.Equal(t, "touchpoint_unknown", errs.CodeOf(err))

	trade := x.view(journey.Filter{Traits: journey.Traits{Segment: "trade"}})
	require.Equal(t, []any{27, 10}, []any{trade.N, trade.Courses[0].Trips})
	require.Equal(t, []string{"home", "trade"}, trade.Segments)
	require.Zero(t, x.view(journey.Filter{Traits: journey.Traits{Segment: "none"}}).N)
	require.Zero(t, x.view(journey.Filter{Population: feedback.Partners}).N, "customers are not partners")
}

func TestALeadSeesTheOwnTeamAndNoWays(t *testing.T) {
	x := newShop(t)
	x.point(feedback.Touchpoint{Name: "Book", Journey: "Visit", Stage: "Before"})
	x.point(feedback.Touchpoint{Name: "Desk", Journey: "Visit", Stage: "There"})
	x.say(visits(12, 0))
	x.count()
	teams, err := x.org.Teams(ctx, org.Everything)
	require.NoError(t, err)
	for _, team := range teams {
		m := x.view(journey.Filter{Teams: org.Teams(team.ID)})
		require.Equal(t, 12, m.N, team.Name)
		require.Nil(t, m.Courses[0].Completion, "a way leads through many teams")
		require.Empty(t, m.Courses[0].Ways)
	}
	_, err = x.View(ctx, journey.Filter{})
	require.Equal(t, "scope_missing", errs.CodeOf(err))
}

func TestFewAnswersMakeNoFigure(t *testing.T) {
	x := newShop(t)
	x.point(feedback.Touchpoint{Name: "Book", Journey: "Visit", Stage: "Before"})
	x.say(visits(9, 0))
	x.count()
	m := x.view(journey.Filter{})
	p := m.Points()[0]
	require.Equal(t, 9, p.N)
	require.Nil(t, p.Scores[0].Figure)
	require.Nil(t, p.Feeling)
	require.Nil(t, p.Hurts.Contacts)
}

func TestTheGapIsToTheLevelThatHoldsToday(t *testing.T) {
	x := newShop(t)
	x.point(feedback.Touchpoint{Name: "Book", Journey: "Visit", Stage: "Before"})
	x.say(visits(20, 0))
	x.count()
	metric := feedback.MetricID(feedback.CSAT, feedback.Transactional, feedback.Customers)
	for _, l := range []goal.Level{
		{Metric: metric, Kind: goal.Desired, From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Value: 90, Owner: "Ada", Reason: "A start."},
		{Metric: metric, Kind: goal.Desired, From: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Value: 95, Owner: "Ada", Reason: "Later."},
	} {
		_, err := x.goals.Set(ctx, org.Everything, boss.ID, l)
		require.NoError(t, err)
	}
	m := x.view(journey.Filter{})
	p := m.Points()[0]
	require.Equal(t, 100.0, p.Scores[0].Figure.Value)
	require.Equal(t, []float64{90, -10}, []float64{*p.Desired, *p.Gap}, "a gap that is more than closed is negative")
}

func TestWhatCasesSayIsNewerThanWhatCameWithTheAnswer(t *testing.T) {
	x := newShop(t)
	x.point(feedback.Touchpoint{Name: "Desk", Journey: "Visit", Stage: "There"})
	var lines []string
	for k := range 20 {
		said := fmt.Sprintf("m%d", k)
		lines = append(lines, fmt.Sprintf("%d,2026-05-%02d,North,Desk,1,c%d,web,,,,,,%s", k, 1+k, k, said))
		switch {
		case k < 8:
			x.cases[said] = journey.Closure{State: "closed", Took: 2 * time.Hour}
		case k < 10:
			x.cases[said] = journey.Closure{State: "closed", Took: 2 * time.Hour, Again: true}
		case k < 13:
			x.cases[said] = journey.Closure{State: "reopened"}
		default:
			x.cases[said] = journey.Closure{State: "open"}
		}
	}
	x.say(lines)
	x.count()
	h := x.view(journey.Filter{}).All
	require.Equal(t, []float64{50, 25}, []float64{h.Open.Value, h.Reopened.Value}, "opened again counts also once it is closed again")
	require.InDelta(t, 120, h.Took.Value, 3, "in steps of a few percent")
	require.Equal(t, 10, h.Took.N)

	got := map[string]float64{}
	require.NoError(t, x.EachValue(ctx, org.Everything, series.Query{}, func(v series.Value) error { got[v.MetricID] = v.Value; return nil }))
	require.Equal(t, []float64{50, 25}, []float64{got["pain.loops_open"], got["pain.reopened"]}, "the panel is given the same")
	x.cases["m12"] = journey.Closure{State: "closed", Took: time.Hour}
	x.count()
	require.InDelta(t, 45, x.view(journey.Filter{}).All.Open.Value, 1e-9, "a case that changes is counted anew")
}

func TestAJourneySaysWhatIsWrongWithIt(t *testing.T) {
	x := newShop(t)
	for _, c := range []struct {
		journey journey.Journey
		path    string
	}{
		{journey.Journey{Stages: []string{"a"}}, "/name"},
		{journey.Journey{Name: strings.Repeat("x", 201), Stages: []string{"a"}}, "/name"},
		{journey.Journey{Name: "x"}, "/stages"},
		{journey.Journey{Name: "x", Stages: []string{"a", " "}}, "/stages/1"},
		{journey.Journey{Name: "x", Stages: []string{"a", "a "}}, "/stages/1"},
	} {
		_, err := x.PutJourney(ctx, boss, c.journey)
		require.Equal(t, "journey_invalid", errs.CodeOf(err), c.path)
		require.Contains(t, places(t, err), c.path)
	}
	j, err := x.PutJourney(ctx, boss, journey.Journey{Name: " Visit ", Stages: []string{"a", "b"}})
	require.NoError(t, err)
	require.Equal(t, "Visit", j.Name)
	_, err = x.PutJourney(ctx, boss, journey.Journey{Name: "VISIT", Stages: []string{"a"}})
	require.Equal(t, "journey_taken", errs.CodeOf(err))
	_, err = x.PutJourney(ctx, boss, journey.Journey{ID: "none", Name: "y", Stages: []string{"a"}})
	require.Equal(t, "journey_unknown", errs.CodeOf(err))
	_, err = x.PutJourney(ctx, auth.Principal{ID: "l", Role: auth.Lead, Scope: org.Everything}, journey.Journey{Name: "y", Stages: []string{"a"}})
	require.Equal(t, errs.KindForbidden, errs.KindOf(err))
	j.Stages = []string{"b", "a"}
	_, err = x.PutJourney(ctx, boss, j)
	require.NoError(t, err)
	_, err = x.PutJourney(ctx, boss, j)
	require.Equal(t, "journey_changed", errs.CodeOf(err))
	x.point(feedback.Touchpoint{Name: "Desk", Journey: "Visit", Stage: "c"})
	x.point(feedback.Touchpoint{Name: "Till", Journey: "Purchase", Stage: "Pay"})
	list, err := x.Journeys(ctx)
	require.NoError(t, err)
	require.Equal(t, [][]string{{"b", "a", "c"}, {"Pay"}}, [][]string{list[0].Stages, list[1].Stages}, "stages and journeys that only touchpoints name come last")
}

// places is what an error says is wrong, as text.
func places(t *testing.T, err error) string {
	t.Helper()
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	return fmt.Sprintf("%+v", e.Fields)
}
