package seed

import "rapport/internal/series"

// entry is a metric and how its figures are made: level of the company, spread of the teams' levels, size of the season
// that all teams share, and the unexplained part (standard deviations; the part's memory from week to week).
type entry struct {
	series.Metric
	file     string
	level    float64
	teams    float64
	season   float64
	noise    float64
	memory   float64
	digits   int
	lo, hi   float64
	sampling float64 // spread of a single respondent's answer, for figures that are means of answers
}

const (
	exFile, cxFile, resultFile = "people-pulse.csv", "customers.csv", "results.csv"
)

var catalogue = []entry{
	{
		Metric: series.Metric{
			Key: "engagement", Name: "Engagement", Kind: series.EX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "How glad people are to work here, 0 to 100, from the weekly pulse.", Formula: "mean of the answers, rescaled to 0–100",
		},
		file: exFile, level: 69, teams: 5, season: 1.5, noise: 3, memory: .2, digits: 1, hi: 100, sampling: 13,
	},
	{
		Metric: series.Metric{
			Key: "care", Name: "Feeling cared for", Kind: series.EX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "Somebody here cares how I am, 0 to 100.", Formula: "mean of the answers, rescaled to 0–100",
		},
		file: exFile, level: 66, teams: 6, season: 1, noise: 2.5, memory: .2, digits: 1, hi: 100, sampling: 14,
	},
	{
		Metric: series.Metric{
			Key: "tools", Name: "Tools that work", Kind: series.EX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "I have what I need to do the work well, 0 to 100.", Formula: "mean of the answers, rescaled to 0–100",
		},
		file: exFile, level: 61, teams: 6, season: .5, noise: 3.5, memory: .2, digits: 1, hi: 100, sampling: 14,
	},
	{
		Metric: series.Metric{
			Key: "workload", Name: "Workload", Kind: series.EX, Unit: "points", Aggregation: series.Mean,
			Definition: "There is more work than can be done well, 0 to 100.", Formula: "mean of the answers, rescaled to 0–100",
		},
		file: exFile, level: 54, teams: 5, season: 3, noise: 3.5, memory: .2, digits: 1, hi: 100, sampling: 14,
	},
	{
		Metric: series.Metric{
			Key: "team_spirit", Name: "Team spirit", Kind: series.EX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "We help each other in this team, 0 to 100.", Formula: "mean of the answers, rescaled to 0–100",
		},
		file: exFile, level: 72, teams: 4, noise: 2, memory: .2, digits: 1, hi: 100, sampling: 12,
	},
	{
		Metric: series.Metric{
			Key: "pace", Name: "Pace of change", Kind: series.EX, Unit: "points", Aggregation: series.Mean,
			Definition: "Too much changes at once, 0 to 100.", Formula: "mean of the answers, rescaled to 0–100",
		},
		file: exFile, level: 47, teams: 4, noise: 2, memory: .2, digits: 1, hi: 100, sampling: 12,
	},

	{
		Metric: series.Metric{
			Key: "satisfaction", Name: "Customer satisfaction", Kind: series.CX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean, DefaultLag: 2,
			Definition: "How satisfied customers are with the service they had, 0 to 100.", Formula: "mean of the answers, rescaled to 0–100",
		},
		file: cxFile, level: 74, teams: 4, season: 1.5, noise: 2, memory: .2, digits: 1, hi: 100, sampling: 9,
	},
	{
		Metric: series.Metric{
			Key: "ease", Name: "Ease of contact", Kind: series.CX, Unit: "1–7", HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "How easy it was to get the matter settled, 1 to 7.", Formula: "mean of the answers",
		},
		file: cxFile, level: 4.9, teams: .3, season: .05, noise: .15, memory: .2, digits: 2, lo: 1, hi: 7, sampling: .9,
	},
	{
		Metric: series.Metric{
			Key: "waiting", Name: "Waiting time", Kind: series.CX, Unit: "minutes", Aggregation: series.Mean,
			Definition: "Time from a customer's call until somebody takes care of it.", Formula: "mean of the cases",
		},
		file: cxFile, level: 15, teams: 2.5, season: 1, noise: 1, memory: .3, digits: 1, hi: 240, sampling: 6,
	},
	{
		Metric: series.Metric{
			Key: "promises", Name: "Promises kept", Kind: series.CX, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "Share of appointments kept at the time that was promised.", Formula: "kept / promised",
		},
		file: cxFile, level: 88, teams: 3, season: .8, noise: 1.5, memory: .3, digits: 1, hi: 100, sampling: 6,
	},

	{
		Metric: series.Metric{
			Key: "churn", Name: "Customers lost", Kind: series.Behaviour, Unit: "%", Aggregation: series.Mean, DefaultLag: 8,
			Definition: "Customers who ended their contract, of those under contract.", Formula: "ended / under contract",
		},
		file: cxFile, level: 1.6, teams: .25, season: .05, noise: .12, memory: .2, digits: 3, hi: 100,
	},
	{
		Metric: series.Metric{
			Key: "complaints", Name: "Complaints", Kind: series.Behaviour, Unit: "per 1,000 contacts", Aggregation: series.Mean,
			Definition: "Complaints per thousand contacts.", Formula: "1000 · complaints / contacts",
		},
		file: cxFile, level: 9, teams: 1.5, season: .3, noise: .8, memory: .2, digits: 2, hi: 1000,
	},
	{
		Metric: series.Metric{
			Key: "repeat_orders", Name: "Repeat orders", Kind: series.Behaviour, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean,
			Definition: "Orders that come from customers who ordered before.", Formula: "repeat / all orders",
		},
		file: cxFile, level: 31, teams: 3, noise: 1.2, memory: .2, digits: 1, hi: 100,
	},

	{
		Metric: series.Metric{
			Key: "revenue_per_customer", Name: "Revenue per customer", Kind: series.Money, Unit: "EUR", HigherIsBetter: true, Aggregation: series.Mean, DefaultLag: 4,
			Definition: "Net revenue of the week per customer served.", Formula: "net revenue / customers served",
		},
		file: resultFile, level: 46, teams: 4, season: 1.5, noise: .9, memory: .2, digits: 2, hi: 1000,
	},
	{
		Metric: series.Metric{
			Key: "cost_to_serve", Name: "Cost to serve", Kind: series.Money, Unit: "EUR", Aggregation: series.Mean,
			Definition: "Cost of the week's contacts and visits per customer served.", Formula: "cost of service / customers served",
		},
		file: resultFile, level: 12, teams: .5, season: .4, noise: .5, memory: .3, digits: 2, hi: 1000,
	},
	{
		Metric: series.Metric{
			Key: "rework", Name: "Repeat visits", Kind: series.Outcome, Unit: "%", Aggregation: series.Mean,
			Definition: "Jobs that needed a second visit for the same matter.", Formula: "second visits / jobs",
		},
		file: resultFile, level: 9, teams: 1.2, noise: .7, memory: .2, digits: 2, hi: 100,
	},
	{
		Metric: series.Metric{
			Key: "absence", Name: "Absence", Kind: series.Outcome, Unit: "days per 100 people", Aggregation: series.Mean, AboutPeople: true, DefaultLag: 1,
			Definition: "Days away through illness, per hundred people and week.", Formula: "100 · days away / headcount",
		},
		file: resultFile, level: 21, teams: 3, season: 1.5, noise: 2, memory: .2, digits: 1, hi: 500,
	},

	{
		Metric: series.Metric{
			Key: "competitor_prices", Name: "Competitors' prices", Kind: series.Confounder, Unit: "index", Aggregation: series.Mean,
			Definition: "Price of a comparable service contract at three competitors, start = 100.", Formula: "mean of three list prices",
		},
		file: resultFile, level: 100, season: 1, digits: 1, hi: 1000,
	},
	{
		Metric: series.Metric{
			Key: "cold_days", Name: "Heating degree days", Kind: series.Confounder, Unit: "degree days", Aggregation: series.Sum,
			Definition: "How cold the week was: the colder, the more calls.", Formula: "Σ max(0, 15 °C − mean temperature of the day)",
		},
		file: resultFile, level: 45, season: 30, noise: 4, digits: 1, hi: 500,
	},
}

// Link is a planted relation: y moves by Slope for each unit of x, Lag weeks later.
type Link struct {
	X     string  `json:"x"`
	Y     string  `json:"y"`
	Lag   int     `json:"lag_weeks"`
	Slope float64 `json:"slope"`
}

// planted are the links that are really there.
var planted = []Link{
	{"engagement", "satisfaction", 2, .35},
	{"tools", "ease", 0, .03},
	{"workload", "waiting", 0, .18},
	{"satisfaction", "churn", 8, -.025},
	{"satisfaction", "revenue_per_customer", 4, .18},
	{"ease", "complaints", 0, -2.4},
	{"workload", "absence", 1, .3},
}

// Spurious is a pair that looks linked and is not.
type Spurious struct {
	X    string `json:"x"`
	Y    string `json:"y"`
	Why  string `json:"why"`
	Fool string `json:"fools"` // the method that takes it for a link
	See  string `json:"seen_by"`
}

const (
	sharedX, sharedY   = "team_spirit", "repeat_orders"
	unequalX, unequalY = "pace", "rework"
	levelX, levelY     = "care", "cost_to_serve"
)

var spurious = []Spurious{
	{sharedX, sharedY, "one shock moves both, in all teams alike", "rmcorr", "twfe"},
	{unequalX, unequalY, "one shock moves both, in some teams more than in others", "twfe", "cce"},
	{levelX, levelY, "teams that have always been cared for have always been cheaper to run; nothing moves together", "pearson", "rmcorr"},
}

// Implied is a pair that moves together because of planted links: through another metric, or because both follow one.
type Implied struct {
	X   string `json:"x"`
	Y   string `json:"y"`
	Via string `json:"via"`
}

var implied = []Implied{
	{"tools", "complaints", "ease"}, {"engagement", "churn", "satisfaction"}, {"engagement", "revenue_per_customer", "satisfaction"}, {"waiting", "absence", "workload"},
}

// Truth is what stands in the file beside the database.
type Truth struct {
	About    string     `json:"about"`
	Weeks    int        `json:"weeks"`
	First    string     `json:"first_week"`
	Last     string     `json:"last_week"`
	Teams    int        `json:"teams_with_figures"`
	Planted  []Link     `json:"planted"`
	Implied  []Implied  `json:"implied"`
	Spurious []Spurious `json:"spurious"`
	Invested []Invested `json:"initiatives"`
}

func (c *company) truth() Truth {
	return Truth{
		About: "The demo company is made up. These are the links that were planted in its weekly figures within teams; every other pair has none, beyond chance.",
		Weeks: Weeks, First: c.week(0).String(), Last: c.week(Weeks - 1).String(), Teams: len(c.teams), Planted: planted, Implied: implied, Spurious: spurious, Invested: c.invested(),
	}
}
