package seed

import (
	"context"
	"fmt"
	"time"

	"rapport/internal/auth"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/invest"
	"rapport/internal/org"
)

// wish is a desired or market level of the demo company; week counts from the first one with figures.
type wish struct {
	metric, team string
	kind         goal.Kind
	week         int
	value        float64
	owner, why   string // of a market level, why is its source
}

var wishes = []wish{
	{"satisfaction", "", goal.Desired, 0, 76, "Daniel Okafor", "What the best third of our teams reached last year."},
	{"satisfaction", "", goal.Desired, 60, 79, "Daniel Okafor", "Brightpipe promises more: what was good enough a year ago is not any more."},
	{"satisfaction", "field-east", goal.Desired, 72, 81, "Ines Harlow", "The East is our best region and wants to stay ahead."},
	{"satisfaction", "", goal.Market, 52, 76.5, "", "Trade association of home services, customer survey (made up for the demo)"},
	{"waiting", "", goal.Desired, 30, 12, "Daniel Okafor", "Twelve minutes is what our contracts say."},
	{"promises", "", goal.Desired, 30, 93, "Operations", "One broken promise in fourteen is what customers forgive, say the complaints."},
	{"ease", "", goal.Desired, 40, 5.4, "Daniel Okafor", "One call should be enough."},
	{"ease", "", goal.Market, 52, 5.1, "", "Trade association of home services, customer survey (made up for the demo)"},
	{"engagement", "", goal.Desired, 26, 74, "Marta Wilczek", "The level of our best region."},
	{"engagement", "", goal.Market, 30, 71, "", "Employers' survey of the region (made up for the demo)"},
	{"workload", "", goal.Desired, 26, 48, "Marta Wilczek", "Above this level, absence rises."},
	{"team_spirit", "", goal.Desired, 26, 76, "Marta Wilczek", "The teams asked for it themselves."},
	{"rework", "field", goal.Desired, 50, 7.5, "Operations", "A second visit costs us 38 euros."},
	{"revenue_per_customer", "", goal.Desired, 60, 48, "Tomasz Rivlin", "Plan of the year."},
}

type hurdle struct {
	goal.Barrier
	metric, team, note string
}

var hurdles = []hurdle{
	{goal.Barrier{Name: "Two booking systems that do not know of each other", Touchpoint: "Phone", Status: goal.InWork, Owner: "Daniel Okafor"}, "waiting", "care-phone", "Callers are put through to the other desk to be booked: four minutes each."},
	{goal.Barrier{Name: "Spare parts are ordered only after the first visit", Touchpoint: "Home visit", Status: goal.Open, Owner: "Operations"}, "rework", "field", ""},
	{goal.Barrier{Name: "Talks take place only when something went wrong", Status: goal.Open, Owner: "Ines Harlow"}, "engagement", "field-east", "Three of eight leads say so themselves."},
	{goal.Barrier{Name: "Country shops close at noon on Saturdays", Touchpoint: "Shop", Status: goal.Accepted, Owner: "Tomasz Rivlin"}, "", "shops-country", "Longer hours were tried two years ago and given up."},
}

// guess is what one of the demo users estimates: share, probability, cost in euros.
type guess struct {
	role        auth.Role
	share, prob float64
	cost        int64
	note        string
}

type suggestion struct {
	invest.Idea
	metric, team string
	by           auth.Role
	guesses      []guess
	closed       bool
	parked       string
}

var suggestions = []suggestion{
	{
		Idea:   invest.Idea{Name: "Call back within the hour", Behaviour: "Whoever takes an open matter calls the customer back within an hour, settled or not.", Solution: "A rota of call-backs, and a list that turns red.", Purpose: initiative.Process, Side: initiative.CustomerSide},
		metric: "satisfaction", team: "care", by: auth.CX, closed: true,
		guesses: []guess{{auth.CX, .4, .7, 4_000, ""}, {auth.HR, .3, .6, 4_500, "The rota needs an hour a week."}, {auth.Executive, .3, .6, 5_500, ""}},
	},
	{
		Idea:   invest.Idea{Name: "Ten minutes for everybody, every week", Behaviour: "Leads talk ten minutes a week with each person, also when nothing went wrong.", Purpose: initiative.Skills, Side: initiative.EmployeeSide},
		metric: "engagement", team: "field", by: auth.HR, closed: true,
		guesses: []guess{{auth.HR, .4, .6, 1_200, ""}, {auth.CX, .3, .5, 1_600, ""}, {auth.Executive, .25, .5, 4_000, "Ten minutes times everybody is not free."}},
	},
	{
		Idea: invest.Idea{
			Name: "One booking system for phone and field", Behaviour: "The person who answers books the visit at once.", Purpose: initiative.Technology, Side: initiative.CustomerSide,
			Price: &invest.Price{PerYear: -1_800_000, Source: "finance: a minute of waiting binds about 430 staffed hours a year"},
		},
		metric: "waiting", team: "care-phone", by: auth.CX, closed: true,
		guesses: []guess{{auth.CX, .6, .7, 55_000, ""}, {auth.Executive, .4, .5, 90_000, "Such projects have never been cheaper than that."}},
	},
	{
		Idea:   invest.Idea{Name: "Outings for every team", Behaviour: "Teams spend a day a quarter together outside.", Purpose: initiative.Skills, Side: initiative.EmployeeSide},
		metric: "team_spirit", by: auth.HR, closed: true,
		guesses: []guess{{auth.HR, .5, .7, 60_000, ""}, {auth.Executive, .3, .6, 80_000, ""}},
	},
	{
		Idea:   invest.Idea{Name: "A second reminder on the morning of the visit", Behaviour: "Customers who cannot be there say so in time.", Purpose: initiative.Technology, Side: initiative.CustomerSide},
		metric: "promises", team: "field", by: auth.CX, guesses: []guess{{auth.Executive, .5, .7, 12_000, ""}},
	},
	{
		Idea:   invest.Idea{Name: "A parts list on every van", Behaviour: "Fitters load what the booking says before they leave.", Purpose: initiative.Process, Side: initiative.EmployeeSide},
		metric: "satisfaction", team: "field-east", by: auth.Lead, guesses: []guess{{auth.Lead, .3, .6, 1_500, ""}},
	},
	{
		Idea:   invest.Idea{Name: "A robot that answers at night", Behaviour: "Customers get an answer before the morning.", Purpose: initiative.Technology, Side: initiative.CustomerSide},
		metric: "ease", team: "care-writing", by: auth.CX, parked: "Two suppliers are trying theirs elsewhere; their results come in the spring.",
	},
}

// buildGoals says what is wanted, what stands in the way, and what people propose. teams are ids by key.
func (c *company) buildGoals(ctx context.Context, s Services, teams map[string]string) error {
	metric, err := c.metricIDs(ctx, s)
	if err != nil {
		return err
	}
	levels := make([]goal.Level, 0, len(wishes))
	for _, w := range wishes {
		l := goal.Level{Metric: metric[w.metric], Team: teams[w.team], Kind: w.kind, From: c.week(w.week).Start(), Value: w.value, Owner: w.owner, Reason: w.why}
		if w.kind == goal.Market {
			l.Reason, l.Source = "", w.why
		}
		levels = append(levels, l)
	}
	if _, err := s.Goals.Set(ctx, org.Everything, actor.ID, levels...); err != nil {
		return fmt.Errorf("levels: %w", err)
	}
	barriers := map[string]string{}
	for _, h := range hurdles {
		b := h.Barrier
		b.Metric, b.Team = metric[h.metric], teams[h.team]
		got, err := s.Goals.PutBarrier(ctx, org.Everything, actor.ID, b, h.note)
		if err != nil {
			return fmt.Errorf("barrier %s: %w", b.Name, err)
		}
		barriers[h.metric+" "+h.team] = got.ID
	}
	people, err := s.Auth.Users(ctx, "", 100)
	if err != nil {
		return err
	}
	who := map[auth.Role]auth.User{}
	for _, u := range people {
		who[u.Role] = u
	}
	for _, x := range suggestions {
		if err := c.suggest(ctx, s, x, who, func(i *invest.Idea) {
			i.Metric, i.Team, i.Barrier = metric[x.metric], teams[x.team], barriers[x.metric+" "+x.team]
		}); err != nil {
			return fmt.Errorf("proposal %s: %w", x.Name, err)
		}
	}
	return nil
}

// suggest enters a proposal the way people would: one proposes, others estimate, somebody closes the round.
func (c *company) suggest(ctx context.Context, s Services, x suggestion, who map[auth.Role]auth.User, place func(*invest.Idea)) error {
	idea := x.Idea
	place(&idea)
	p, err := s.Invest.Propose(ctx, org.Everything, who[x.by].ID, idea)
	if err != nil {
		return err
	}
	for _, g := range x.guesses {
		e := invest.Estimate{Proposal: p.ID, By: who[g.role].ID, Name: who[g.role].Name, Share: g.share, Probability: g.prob, Cost: 100 * g.cost, Note: g.note}
		if err := s.Invest.Give(ctx, org.Everything, e); err != nil {
			return err
		}
	}
	if x.closed {
		if _, err := s.Invest.CloseRound(ctx, org.Everything, who[x.by].ID, p.ID, p.Version); err != nil {
			return err
		}
	}
	if x.parked != "" {
		until := org.Date(s.Now()).AddDate(0, 9, 0)
		until = time.Date(until.Year(), until.Month(), 1, 0, 0, 0, 0, time.UTC)
		_, err = s.Invest.ParkUntil(ctx, org.Everything, who[auth.Executive].ID, p.ID, p.Version, invest.Parking{Until: until, Reason: x.parked})
	}
	return err
}

func (c *company) metricIDs(ctx context.Context, s Services) (map[string]string, error) {
	list, err := s.Series.Metrics(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, m := range list {
		out[m.Key] = m.ID
	}
	return out, nil
}
