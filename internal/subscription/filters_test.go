package subscription_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/feedback"
	"rapport/internal/invest"
	"rapport/internal/journey"
	"rapport/internal/linkage"
	"rapport/internal/loop"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/stats"
	"rapport/internal/subscription"
)

// letter is what a subscription to a page says now, as plain text.
func (e *env) letter(t *testing.T, who auth.Principal, path string) string {
	t.Helper()
	x, err := e.Add(ctx, who, subscription.Draft{Subject: subscription.View, Path: path, Rhythm: subscription.Weekly})
	require.NoError(t, err, path)
	list, err := e.Letters(ctx, 100)
	require.NoError(t, err, path)
	require.Len(t, list, 1, path)
	require.NoError(t, e.Stop(ctx, who, x.ID))
	text := list[0].Params["text"]
	require.NotContains(t, text, "subscription.", path)
	require.NotContains(t, text, "{", path)
	return text
}

// figures gives every leaf team weekly figures of employees' mood and of revenue beside the calls.
func (e *env) figures(t *testing.T) {
	t.Helper()
	e.Fill(12, "", time.Time{}, 0)
	for key, kind := range map[string]series.Kind{"mood": series.EX, "revenue": series.Money} {
		_, err := e.Series.CreateMetric(ctx, e.Admin, series.Metric{Key: key, Name: "The " + key, Kind: kind, HigherIsBetter: true, Aggregation: series.Mean})
		require.NoError(t, err)
		last := series.PeriodOf(e.Now(), series.Week).Index
		var items []series.Item
		for name, id := range e.Teams {
			if name == "east" || name == "west" {
				continue
			}
			for w := last - 12; w < last; w++ {
				items = append(items, series.Item{Team: id, Period: series.Period{Grain: series.Week, Index: w}.String(), Metric: key, Value: float64(50 + (w*7+len(id)*int(id[0]))%11), N: 20})
			}
		}
		_, err = e.Series.PutValues(ctx, e.Admin, "api", items, false)
		require.NoError(t, err)
	}
}

func TestALetterKeepsTheFiltersOfItsPage(t *testing.T) {
	e := newEnv(t)
	e.figures(t)
	require.Contains(t, e.letter(t, e.Lead, "/evidence"), "with the filters that were chosen", "before the first run there is nothing to say")
	_, err := e.links.Do(ctx, linkage.Order{AsOf: e.Now(), Trigger: linkage.ByJob, By: "test"})
	require.NoError(t, err)
	e.Pass(time.Hour)
	_, err = e.links.Do(ctx, linkage.Order{AsOf: e.Now().AddDate(-1, 0, 0), Trigger: linkage.ByJob, By: "test", Origin: linkage.OriginClose + "2024-Q2"})
	require.NoError(t, err)

	all := e.letter(t, e.Lead, "/evidence")
	for _, pair := range []string{"The mood ↔ Calls back", "The mood ↔ The revenue", "Calls back ↔ The revenue"} {
		require.Contains(t, all, pair, "the newest run, not the one of a closed quarter")
	}
	some := e.letter(t, e.Lead, "/evidence?pairs=ex_cx")
	require.Contains(t, some, "The mood ↔ Calls back")
	require.NotContains(t, some, "revenue", "what is filtered out is not in the letter")
	require.Contains(t, e.letter(t, e.Lead, "/evidence?verdict=supported"), "No pair is left")
	require.Contains(t, e.letter(t, e.Lead, "/evidence?pairs=nonsense"), "The mood ↔ The revenue", "what the page ignores the letter ignores")
	_, found, err := e.links.Report(ctx, "latest")
	require.NoError(t, err)
	require.Contains(t, e.letter(t, e.Lead, "/evidence/"+found[0].ID), "↔")
	require.Contains(t, e.letter(t, e.Lead, "/evidence/nowhere"), "not among those of the newest run")

	require.Contains(t, e.letter(t, e.Admin, "/outcomes"), "The revenue")
	own := e.letter(t, e.Lead, "/outcomes?team="+e.Teams["east"])
	require.Contains(t, own, "The revenue")
	require.NotContains(t, own, "west")
	line := e.letter(t, e.Admin, "/outcomes?metric="+found[0].Y)
	require.NotContains(t, line, "The mood")

	a, err := e.actions.Add(ctx, e.Lead, action.Draft{Title: "Listen in on calls", TeamID: e.Teams["east 1"], OwnerID: e.Lead.ID, DueOn: e.Now().AddDate(0, 0, 20)})
	require.NoError(t, err)
	done := action.Done
	_, err = e.actions.Change(ctx, e.Lead, a.ID, action.Edit{Version: a.Version, State: &done})
	require.NoError(t, err)
	_, err = e.actions.Add(ctx, e.Lead, action.Draft{Title: "Write it down", TeamID: e.Teams["east 1"], OwnerID: e.Lead.ID, DueOn: e.Now().AddDate(0, 0, 20)})
	require.NoError(t, err)
	text := e.letter(t, e.Lead, "/actions?state=done")
	require.Contains(t, text, "Listen in on calls")
	require.NotContains(t, text, "Write it down")
	require.Contains(t, e.letter(t, e.Lead, "/actions?state=all"), "Write it down")
	require.NotContains(t, e.letter(t, e.Lead, "/actions"), "Listen in on calls")

	_, err = e.Store.OpenCases(ctx, []loop.Case{
		{ID: "c1", Team: e.Teams["east 1"], Type: feedback.CSAT, Score: 1, OpenedAt: e.Now(), DueAt: org.Date(e.Now()), Status: loop.Open, Version: 1},
		{ID: "c2", Team: e.Teams["east 1"], Type: feedback.CES, Score: 2, OpenedAt: e.Now(), DueAt: org.Date(e.Now()), Status: loop.InWork, Version: 1},
	}, loop.Seen{})
	require.NoError(t, err)
	text = e.letter(t, e.Lead, "/cases?status=in_work")
	require.Contains(t, text, "CES 2")
	require.NotContains(t, text, "CSAT 1")
}

// heard are figures of customers and proposals as their services give them; asked is what they were asked for.
type heard struct {
	asked journey.Filter
	about feedback.About
}

func (h *heard) View(_ context.Context, f journey.Filter) (journey.Map, error) {
	h.asked = f
	point := func(id, name string, v float64) journey.Point {
		return journey.Point{Touchpoint: feedback.Touchpoint{ID: id, Name: name}, Scores: []journey.Score{{Type: feedback.NPS, N: 40, Figure: &journey.Figure{Value: v, Lo: v - 9, Hi: v + 9, N: 40}}}}
	}
	return journey.Map{Courses: []journey.Course{{Stages: []journey.Stage{{Points: []journey.Point{point("p1", "Desk", 31.5), point("p2", "Chat", 12)}}}}}, Loose: []journey.Point{{Touchpoint: feedback.Touchpoint{ID: "p3", Name: "Lift"}}}}, nil
}

func (h *heard) Pains(context.Context) (time.Time, []journey.Pain, error) {
	return time.Time{}, []journey.Pain{
		{Kind: "waiting", Horizon: 90, Currency: "EUR", Difference: &journey.Figure{Value: 4.2, Lo: -1.1, Hi: 9.4}, AtStake: &journey.Figure{Value: 1_250_000}},
		{Kind: "effort", Horizon: 90, Currency: "EUR"},
	}, nil
}

func (h *heard) Comments(_ context.Context, a feedback.About) (feedback.Words, error) {
	h.about = a
	return feedback.Words{Topics: []feedback.Topic{{Name: "waiting", Comments: 30, Plain: .4, Weighted: &stats.PostStratified{Mean: .25, CI: stats.Interval{Lo: .2, Hi: .3}}}, {Name: "price", Comments: 5, Plain: .1}}}, nil
}

func (h *heard) ValueReport(context.Context) (customer.Value, error) {
	return customer.Value{AsOf: "2025-06-30", Currency: "EUR", Repeat: &customer.Figure{Value: .4, Lo: .35, Hi: .45, N: 900}, Churn: []customer.Churn{{Days: 90, Lost: customer.Figure{Value: .21, Lo: .2, Hi: .22, N: 800}}}, Lifetime: &customer.Lifetime{Value: customer.Figure{Value: 812, Lo: 700, Hi: 950, N: 800}}}, nil
}

func (h *heard) Page(_ context.Context, scope org.Scope, _ string) (invest.Page, error) {
	list := []invest.View{
		{Proposal: invest.Proposal{ID: "x1", Idea: invest.Idea{Name: "Call back"}, State: invest.Estimated}, Standing: &invest.Standing{List: invest.Invest, Ratio: &invest.Ratio{Value: 2.5, P5: .8, P95: 4.1, Pays: .93}}},
		{Proposal: invest.Proposal{ID: "x2", Idea: invest.Idea{Name: "New chairs"}, State: invest.Estimating}},
		{Proposal: invest.Proposal{ID: "x3", Idea: invest.Idea{Name: "Dropped long ago"}, State: invest.Withdrawn}},
	}
	if !scope.All() {
		list = list[1:]
	}
	return invest.Page{Items: list}, nil
}

func TestLettersOfCustomersAndProposals(t *testing.T) {
	e := newEnv(t)
	h := &heard{}
	e.from.Journeys, e.from.Words, e.from.Worth, e.from.Proposals = h, h, h, h
	e.Service = subscription.NewService(e.Store, e.from, subscription.Options{URL: "https://rapport.test"}, e.Now)

	text := e.letter(t, e.Lead, "/journeys?team="+e.Teams["east"]+"&segment=private&months=6&population=partner")
	require.Contains(t, text, "NPS 31.5")
	require.Contains(t, text, "22.5 … 40.5")
	require.Contains(t, text, "not enough answers")
	require.Equal(t, "private", h.asked.Segment)
	require.Equal(t, 6, h.asked.Months)
	require.Equal(t, feedback.Partners, h.asked.Population)
	require.True(t, h.asked.Teams.Has(e.Teams["east 1"]))
	require.False(t, h.asked.Teams.Has(e.Teams["west 1"]))
	text = e.letter(t, e.Lead, "/touchpoints/p2")
	require.Contains(t, text, "Chat")
	require.NotContains(t, text, "Desk")
	require.False(t, h.asked.Teams.All(), "a lead's own teams")

	text = e.letter(t, e.Admin, "/pains")
	require.Contains(t, text, "+4.2")
	require.Contains(t, text, "12,500")
	require.Contains(t, text, "not what causes it")
	text = e.letter(t, e.Lead, "/comments?about=relational&topic=waiting&team="+e.Teams["east"])
	require.Contains(t, text, "25.0%")
	require.Contains(t, text, "20.0% … 30.0%")
	require.NotContains(t, text, "Price")
	require.Equal(t, feedback.Relational, h.about.Relation)
	require.False(t, h.about.Scope.Has(e.Teams["west 1"]))
	text = e.letter(t, e.Admin, "/customers")
	require.Contains(t, text, "Lost within 90 days")
	require.Contains(t, text, "812")

	text = e.letter(t, e.Admin, "/invest")
	require.Contains(t, text, "Call back")
	require.Contains(t, text, "0.80 … 4.10")
	require.Contains(t, text, "93%")
	require.NotContains(t, text, "Dropped long ago")
	require.NotContains(t, e.letter(t, e.Lead, "/invest"), "Call back")
	require.NotContains(t, e.letter(t, e.Admin, "/invest/x2"), "Call back")
}
