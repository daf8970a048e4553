package seed

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"rapport/internal/auth"
	"rapport/internal/forecast"
	"rapport/internal/initiative"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// The initiatives of the demo company: one that did something, one that did nothing, one that has not begun, and one that
// moved people and, through them, customers and revenue.
const (
	realInitiative  = "Text message before each visit"
	nullInitiative  = "New headsets"
	nextInitiative  = "A second person at the desk"
	coachInitiative = "Coaching for team leads"
	coachEffect     = 5
	startWeek       = 60 // of the figures
	realEffect      = 3.5
	reached         = 10
)

// Invested is the truth about an initiative.
type Invested struct {
	Name   string   `json:"name"`
	Metric string   `json:"metric"`
	Effect float64  `json:"effect"`
	Start  string   `json:"first_week"`
	Teams  []string `json:"teams"`
}

// lot draws teams that have figures to the end; no team is drawn twice, so that no effect is entangled with another.
func (c *company) lot(no int) []int {
	var whole []int
	for g, t := range c.teams {
		if t.until == Weeks {
			whole = append(whole, g)
		}
	}
	rng := rand.New(rand.NewPCG(310+c.seed-theSeed, 8))
	rng.Shuffle(len(whole), func(i, j int) { whole[i], whole[j] = whole[j], whole[i] })
	whole = whole[(no-1)*reached : no*reached]
	slices.Sort(whole)
	return whole
}

// invest adds the real effect to the figures of the teams that were reached, and keeps how much of it the top of the
// scale let through. The other initiative changes nothing.
func (c *company) invest() {
	c.raise("promises", c.lot(1), realEffect, startWeek)
	coached := c.lot(4)
	c.raise("engagement", coached, coachEffect, startWeek)
	c.raise("satisfaction", coached, coachEffect*slopeOf("engagement", "satisfaction"), startWeek+lagOf("satisfaction"))
	for _, y := range []string{"revenue_per_customer", "churn"} { // what follows satisfaction follows this, too
		c.raise(y, coached, coachEffect*slopeOf("engagement", "satisfaction")*slopeOf("satisfaction", y), startWeek+lagOf("satisfaction")+lagOf(y))
	}
}

// raise moves a metric of some teams from a week on, within its scale, and keeps the mean of what came through.
func (c *company) raise(key string, teams []int, by float64, from int) {
	e := entryOf(key)
	scale := math.Pow(10, float64(e.digits))
	for _, g := range teams {
		line := c.value[key][g]
		for t := burnIn + from; t < burnIn+Weeks; t++ {
			before := line[t]
			line[t] = math.Round(scale*min(e.hi, max(e.lo, before+by))) / scale
			c.added[key] += (line[t] - before) / float64(len(teams)*(Weeks-startWeek))
		}
	}
}

func entryOf(key string) entry {
	for _, e := range catalogue {
		if e.Key == key {
			return e
		}
	}
	return entry{}
}

func slopeOf(x, y string) float64 {
	for _, l := range planted {
		if l.X == x && l.Y == y {
			return l.Slope
		}
	}
	return 0
}

func lagOf(key string) int { return entryOf(key).DefaultLag }

func (c *company) invested() []Invested {
	of := func(no int, name, metric string, effect float64) Invested {
		x := Invested{Name: name, Metric: metric, Effect: effect, Start: c.week(startWeek).String()}
		for _, g := range c.lot(no) {
			x.Teams = append(x.Teams, c.teams[g].key)
		}
		return x
	}
	mean := func(key string) float64 { return math.Round(1000*c.added[key]) / 1000 }
	return []Invested{of(1, realInitiative, "promises", mean("promises")), of(2, nullInitiative, "ease", 0), of(4, coachInitiative, "engagement", mean("engagement"))}
}

// Ledger gives the ledger as it would be at a time, and what states its returns now.
type Ledger struct {
	At        func(now time.Time) *initiative.Service
	Forecasts func(now time.Time) *forecast.Service
	Returns   *returns.Service
}

// declare is what finance says: the discount rate, the chain, and what hours and leavers cost where a plan names nothing.
func (c *company) declare(ctx context.Context, l Ledger, metric map[string]string) error {
	rate := .08
	_, err := l.At(c.week(0).Start()).SetSettings(ctx, actor.ID, initiative.Settings{
		Currency: "EUR", FiscalStart: 1, Discount: &rate, Reason: "set up",
		Chain: initiative.Chain{
			EX: metric["engagement"], CX: metric["satisfaction"], Loyalty: metric["revenue_per_customer"],
			Revenue: initiative.Revenue{Yearly: 940_000_000, Source: "annual report: net revenue"}, MarginPct: 34, MarginSource: "finance: contribution margin",
		},
		Rates:  []initiative.Rate{{Name: "Service staff", Amount: 4200, Source: "payroll, loaded"}, {Name: "Team leads", Amount: 6100, Source: "payroll, loaded"}},
		Prices: []initiative.Price{{Kind: string(returns.CostToServe), Amount: 650, Source: "finance: cost of a contact"}, {Kind: string(returns.Absence), Amount: 19_000, Source: "payroll: a day, loaded"}},
	})
	return err
}

// buildLedger enters the initiatives two weeks before their start, as one should, and evaluates them now.
func (c *company) buildLedger(ctx context.Context, s Services, teams map[string]string) error {
	if err := c.notice(ctx, s, teams); err != nil {
		return err
	}
	list, err := s.Series.Metrics(ctx)
	if err != nil {
		return err
	}
	metric := map[string]string{}
	for _, m := range list {
		metric[m.Key] = m.ID
	}
	return c.enter(ctx, s.Ledger, s.Now(), teams, metric)
}

// enter writes the settings and the plans, each at the time at which it would have been written.
func (c *company) enter(ctx context.Context, l Ledger, now time.Time, teams, metric map[string]string) error {
	if err := c.declare(ctx, l, metric); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	start := c.week(startWeek).Start()
	end := c.week(Weeks-1).End().AddDate(0, 0, -1)
	treated := func(no int, on time.Time) []initiative.Treated {
		var out []initiative.Treated
		for _, g := range c.lot(no) {
			out = append(out, initiative.Treated{TeamID: teams[c.teams[g].key], On: on})
		}
		return out
	}
	money := func(name string, kind initiative.CostKind, amount int64) initiative.Cost {
		return initiative.Cost{Name: name, Kind: kind, On: start, Amount: amount}
	}
	hours := func(name string, n float64) initiative.Cost {
		return initiative.Cost{Name: name, Kind: initiative.Hours, On: start, Hours: n, Amount: 4200}
	}
	drawn := initiative.Assignment{Drawn: true, By: "Operations", How: "by lot among all teams"}
	next := now.AddDate(0, 1, 0)
	next = time.Date(next.Year(), next.Month(), 1, 0, 0, 0, 0, time.UTC)
	plans := []initiative.Plan{
		{
			Name: realInitiative, Purpose: initiative.Technology, Side: initiative.CustomerSide, Why: "Customers wait for appointments that nobody keeps.", Metric: metric["promises"], Grain: series.Month,
			Control: metric["repeat_orders"], Others: true, EndsOn: end, Treated: treated(1, start), Assignment: drawn, Expected: initiative.Expectation{Effect: 3, Confidence: .6},
			Costs: []initiative.Cost{money("messages and set-up", initiative.Money, 2_800_000), money("licences", initiative.Licences, 640_000), hours("introduction", 220)},
			Benefits: []initiative.Benefit{
				{Name: "second visits saved", Kind: string(returns.Quality), Units: 52_000, Price: 3800, PriceSource: "finance: cost of a second visit, 2025"},
				{Name: "word of mouth", Kind: string(returns.Other), PriceSource: "estimate of the sales team", Forecast: &initiative.Forecast{Grade: "E", Amount: 1_500_000, SE: 900_000, Confidence: .4}},
			},
		},
		{
			Name: nullInitiative, Purpose: initiative.Technology, Side: initiative.EmployeeSide, Why: "People at the phone asked for better sound.", Metric: metric["ease"], Grain: series.Month,
			Others: true, EndsOn: end, Treated: treated(2, start), Assignment: drawn, Expected: initiative.Expectation{Effect: .2, Confidence: .5},
			Costs:      []initiative.Cost{money("headsets", initiative.Money, 1_900_000), hours("handing out", 40)},
			Benefits:   []initiative.Benefit{{Name: "contacts saved", Kind: string(returns.CostToServe), Units: 90_000, Price: 650, PriceSource: "finance: cost of a contact, 2025"}},
			Perception: &initiative.Perception{Question: "Did you notice the new headset?", Metric: metric[noticed]},
		},
		{
			Name: nextInitiative, Purpose: initiative.Process, Side: initiative.EmployeeSide, Why: "Workload and waiting time rise together.", Metric: metric["waiting"], Grain: series.Month, Others: true,
			EndsOn: next.AddDate(0, 9, -1), Treated: treated(3, next), Assignment: drawn, Expected: initiative.Expectation{Effect: -1.5, Confidence: .5},
			Costs: []initiative.Cost{
				{Name: "people", Kind: initiative.Money, On: next, Amount: 21_000_000},
				{Name: "answering the question whether it helps", Kind: initiative.SurveyTime, On: next.AddDate(0, 3, 0), Hours: 60, Amount: 3600},
			},
			Benefits: []initiative.Benefit{
				{Name: "contacts about waiting", Kind: string(returns.CostToServe), Units: 90_000, Price: 650, PriceSource: "finance: cost of a contact"},
				{Name: "fewer leavers at the desk", Kind: string(returns.Attrition), PriceSource: "people team", Forecast: &initiative.Forecast{Grade: "E", Amount: 4_000_000, SE: 2_500_000, Confidence: .5}},
			},
			Follow: []initiative.Follow{
				{Metric: metric["workload"], Expected: initiative.Expectation{Effect: 4, Confidence: .6}, From: 1, Full: 2},
				{Metric: metric["satisfaction"], Expected: initiative.Expectation{Effect: 1.2, SE: .6, Model: "slope of the newest correlation run"}, From: 2, Full: 3},
			},
			Perception: &initiative.Perception{Question: "Did you notice the second person at the desk?"},
			Inaction:   &initiative.Inaction{Loss: 9_000_000, SE: 4_000_000, Source: "operations: overtime of last winter"},
		},
	}
	plans = append(plans, initiative.Plan{
		Name: coachInitiative, Purpose: initiative.Skills, Side: initiative.EmployeeSide, Why: "Teams differ in how their leads listen.", Metric: metric["engagement"], Grain: series.Month, Others: true,
		EndsOn: end, Treated: treated(4, start), Assignment: drawn, Expected: initiative.Expectation{Effect: 4, Confidence: .6},
		Costs: []initiative.Cost{money("coaches", initiative.Money, 260_000), hours("time of the leads", 30), {Name: "survey time", Kind: initiative.SurveyTime, On: start, Hours: 6, Amount: 4200}},
		Benefits: []initiative.Benefit{
			{Name: "margin per customer", Kind: string(returns.MarginPerCustomer), Metric: metric["revenue_per_customer"], Units: 41_800, Price: 34, PriceSource: "finance: 34 cents of margin in a euro of revenue"},
			{Name: "absence", Kind: string(returns.Absence), Metric: metric["absence"], Units: 100, PriceSource: "finance's default"},
		},
	})
	for k, p := range plans {
		at := start.AddDate(0, 0, -14)
		if k == 2 {
			at = now
		}
		ledger := l.At(at)
		i, err := ledger.Add(ctx, actor.ID, p)
		if err != nil {
			return fmt.Errorf("initiative %s: %w", p.Name, err)
		}
		if l.Forecasts != nil {
			if err := c.foresee(ctx, l.Forecasts(at), i.ID, k != 2); err != nil {
				return fmt.Errorf("business case of %s: %w", p.Name, err)
			}
		}
		if k != 2 {
			if _, err := ledger.Seal(ctx, actor.ID, i.ID, i.Version); err != nil {
				return fmt.Errorf("initiative %s: %w", p.Name, err)
			}
			continue
		}
		if _, err := ledger.LookAhead(ctx, actor.ID, i.ID); err != nil {
			return fmt.Errorf("initiative %s: %w", p.Name, err)
		}
	}
	return nil
}

// foresee draws a business case up, and has the demo company's executive approve it where the plan went ahead.
func (c *company) foresee(ctx context.Context, s *forecast.Service, id string, approve bool) error {
	if _, err := s.Draw(ctx, actor.ID, id); err != nil || !approve {
		return err
	}
	v, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.Approve(ctx, auth.Principal{ID: actor.ID, Name: users[auth.Executive], Role: auth.Executive}, id, v.Hash)
	return err
}

// noticed is the key of the share of people who noticed the new headsets.
const noticed = "noticed_headsets"

// notice asks the teams that got new headsets whether they noticed, month by month: most did, which tells an idea that
// does not work from one that never arrived.
func (c *company) notice(ctx context.Context, s Services, teams map[string]string) error {
	m := series.Metric{
		Key: noticed, Name: "Noticed the new headsets", Kind: series.EX, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean, AboutPeople: true, Owner: owners[series.EX],
		Definition: "Share of the people asked who answered that they had noticed the new headset.",
	}
	if _, err := s.Series.CreateMetric(ctx, actor, m); err != nil {
		return fmt.Errorf("metric %s: %w", noticed, err)
	}
	rng := rand.New(rand.NewPCG(310, 9))
	var items []series.Item
	first, last := c.week(startWeek).In(series.Month).Index+1, c.week(Weeks-1).In(series.Month).Index-1
	for _, g := range c.lot(2) {
		for month := first; month <= last; month += 3 {
			n := 12 + rng.IntN(20)
			yes := 0
			for range n {
				if rng.Float64() < .86 {
					yes++
				}
			}
			items = append(items, series.Item{Team: teams[c.teams[g].key], Period: series.Period{Grain: series.Month, Index: month}.String(), Metric: noticed, Value: math.Round(1000*float64(yes)/float64(n)) / 10, N: n})
		}
	}
	_, err := s.Series.PutValues(ctx, actor, "api", items, false)
	return err
}
