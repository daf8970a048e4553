package subscription

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/evidence"
	"rapport/internal/feedback"
	"rapport/internal/i18n"
	"rapport/internal/journey"
	"rapport/internal/mail"
)

// journeys are the touchpoints with what customers say of them, narrowed as the page was: the lowest first within its kind of
// score is for the page to say, they stand in the order of the map.
func (s *Service) journeys(ctx context.Context, who auth.Principal, only string, filters url.Values) (view, error) {
	scope, err := s.within(ctx, who, filters.Get("team"))
	if err != nil {
		return view{}, err
	}
	f := journey.Filter{Teams: scope, Team: filters.Get("team"), Traits: journey.Traits{Segment: filters.Get("segment"), Product: filters.Get("product"), Channel: filters.Get("channel")}}
	if n, err := strconv.Atoi(filters.Get("months")); err == nil && n > 0 && n <= 120 {
		f.Months = n
	}
	if filters.Get("population") == "partner" {
		f.Population = feedback.Partners
	}
	m, err := s.from.Journeys.View(ctx, f)
	if hidden(err) {
		return view{}, nil
	}
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	t := mail.Table{Caption: fmt.Sprintf("%s, %s – %s", say(loc, "subscription.title.journeys"), m.From, m.To), Columns: []string{
		i18n.Text(loc, "journey.touchpoint", nil), say(loc, "subscription.score_of"), say(loc, "subscription.between95"), i18n.Text(loc, "journey.n", nil), i18n.Text(loc, "journey.desired", nil),
	}}
	add := func(list []journey.Point) {
		for _, p := range list {
			if only == "" || p.Touchpoint.ID == only {
				t.Rows = append(t.Rows, pointRow(loc, p))
			}
		}
	}
	for _, c := range m.Courses {
		for _, st := range c.Stages {
			add(st.Points)
		}
	}
	add(m.Loose)
	if len(t.Rows) == 0 {
		return view{}, nil
	}
	t.Caption = first(loc, t.Caption, len(t.Rows))
	t.Rows = t.Rows[:min(len(t.Rows), mostRows)]
	return view{tables: []mail.Table{t}}, nil
}

func pointRow(loc string, p journey.Point) []string {
	row := []string{p.Touchpoint.Name, say(loc, "subscription.not_enough"), "–", "–", "–"}
	if len(p.Scores) == 0 {
		return row
	}
	x := p.Scores[0]
	row[3] = evidence.Number(loc, float64(x.N), 0)
	if x.Figure != nil {
		row[1] = strings.ToUpper(string(x.Type)) + " " + evidence.Number(loc, x.Figure.Value, 1)
		row[2] = between(loc, x.Figure.Lo, x.Figure.Hi, 1)
	}
	if p.Desired != nil {
		row[4] = evidence.Number(loc, *p.Desired, places(*p.Desired))
	}
	return row
}

// pains are how many more of those who met a pain were lost, and what that comes to: an association. They speak of all customers.
func (s *Service) pains(ctx context.Context, who auth.Principal) (view, error) {
	if !who.Scope.All() {
		return view{}, nil
	}
	_, list, err := s.from.Journeys.Pains(ctx)
	if hidden(err) || err == nil && len(list) == 0 {
		return view{}, nil
	}
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	word := func(key string) string { return i18n.Text(loc, "journey."+key, nil) }
	t := mail.Table{Caption: say(loc, "subscription.title.pains"), Columns: []string{word("pain"), word("horizon"), word("difference"), say(loc, "subscription.between95"), word("at_stake")}}
	for _, p := range list {
		row := []string{word("pain." + p.Kind), fmt.Sprint(p.Horizon), say(loc, "subscription.not_enough"), "–", "–"}
		if d := p.Difference; d != nil {
			row[2], row[3] = evidence.Signed(loc, d.Value, 1), evidence.Signed(loc, d.Lo, 1)+" … "+evidence.Signed(loc, d.Hi, 1)
		}
		if a := p.AtStake; a != nil {
			row[4] = evidence.Money{Minor: int64(math.Round(a.Value)), Currency: p.Currency}.In(loc)
		}
		t.Rows = append(t.Rows, row)
	}
	return view{lines: []string{say(loc, "subscription.association")}, tables: []mail.Table{t}}, nil
}

// comments are the topics of what customers wrote, by weighted share. Nobody's words stand in a letter.
func (s *Service) comments(ctx context.Context, who auth.Principal, filters url.Values) (view, error) {
	scope, err := s.within(ctx, who, filters.Get("team"))
	if err != nil {
		return view{}, err
	}
	about := feedback.About{Scope: scope, Relation: feedback.Transactional}
	if filters.Get("about") == string(feedback.Relational) {
		about.Relation = feedback.Relational
	}
	if filters.Get("who") == "partner" {
		about.Population = feedback.Partners
	}
	w, err := s.from.Words.Comments(ctx, about)
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	t := mail.Table{Caption: say(loc, "subscription.topics"), Columns: []string{say(loc, "subscription.topic"), say(loc, "subscription.share"), say(loc, "subscription.between95"), say(loc, "subscription.comments")}}
	list := w.Topics
	if at := slices.IndexFunc(list, func(x feedback.Topic) bool { return x.Name == filters.Get("topic") }); at >= 0 {
		list = list[at : at+1]
	}
	for _, x := range list {
		row := []string{say(loc, "subscription.topic."+x.Name), share(loc, x.Plain), "–", evidence.Number(loc, float64(x.Comments), 0)}
		if x.Weighted != nil {
			row[1] = share(loc, x.Weighted.Mean)
			row[2] = share(loc, max(0, x.Weighted.CI.Lo)) + " … " + share(loc, min(1, x.Weighted.CI.Hi))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return view{lines: []string{say(loc, "subscription.comments_none")}}, nil
	}
	return view{tables: []mail.Table{t}}, nil
}

// worth is what customers are worth and how many are lost. It speaks of all customers.
func (s *Service) worth(ctx context.Context, who auth.Principal) (view, error) {
	if !who.Scope.All() {
		return view{}, nil
	}
	x, err := s.from.Worth.ValueReport(ctx)
	if hidden(err) {
		return view{}, nil
	}
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	t := mail.Table{Caption: say(loc, "subscription.title.customers") + ", " + x.AsOf, Columns: []string{say(loc, "subscription.figure"), say(loc, "subscription.actual"), say(loc, "subscription.between95"), say(loc, "subscription.customers")}}
	percent := func(name string, f *customer.Figure) {
		if f != nil {
			t.Rows = append(t.Rows, []string{name, share(loc, f.Value), share(loc, f.Lo) + " … " + share(loc, f.Hi), evidence.Number(loc, float64(f.N), 0)})
		}
	}
	percent(say(loc, "subscription.worth.repeat"), x.Repeat)
	for _, c := range x.Churn {
		percent(say(loc, "subscription.worth.lost", "days", fmt.Sprint(c.Days)), &c.Lost)
	}
	if x.Lifetime != nil {
		f := x.Lifetime.Value
		money := func(v float64) string {
			return evidence.Number(loc, v, 0) + "\u00a0" + x.Currency
		}
		t.Rows = append(t.Rows, []string{say(loc, "subscription.worth.lifetime"), money(f.Value), money(f.Lo) + " … " + money(f.Hi), evidence.Number(loc, float64(f.N), 0)})
	}
	if len(t.Rows) == 0 {
		return view{}, nil
	}
	return view{tables: []mail.Table{t}}, nil
}

// share writes a fraction as per cent with one digit.
func share(loc string, v float64) string { return evidence.Number(loc, 100*v, 1) + "%" }
