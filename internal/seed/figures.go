package seed

import (
	"bytes"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"strconv"

	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Weeks is how long the company's figures reach back.
const Weeks = 104

// burnIn is how many weeks before the first one the figures are made, so that every lag has something to follow.
const burnIn = 20

// company is the whole made-up company before it is built.
type company struct {
	seed  uint64
	null  bool // nothing follows from anything, and no initiative does anything
	last  int  // index of the last calendar week
	teams []team
	added map[string]float64     // metric → mean effect of the initiative that moved it
	value map[string][][]float64 // metric → team → burnIn + week, as published
	staff []org.EmployeeRow      // everybody who ever worked here, once people are built
}

type team struct {
	unit
	headcount   int
	respondents []int // to the pulse, per week
	customers   []int
	until       int // first week without figures
}

// theSeed is the demo company's own.
const theSeed = 20240902

// imagine makes all figures. They depend on nothing but the code and the seed.
func imagine(last int, seed uint64) *company { return imagined(last, seed, false) }

func imagined(last int, seed uint64, null bool) *company {
	rng := rand.New(rand.NewPCG(seed, 104))
	c := &company{seed: seed, null: null, last: last, added: map[string]float64{}, value: map[string][][]float64{}}
	for i, u := range leafUnits() {
		t := team{unit: u, headcount: 13 + rng.IntN(24), until: Weeks}
		if i%17 == 9 {
			t.headcount = 7 // two teams so small that many of their weeks are held back
		}
		if u.key == mergedTeam {
			t.until = mergeWeek
		}
		for range burnIn + Weeks {
			answered := 0
			for range t.headcount {
				if rng.Float64() < .62 {
					answered++
				}
			}
			t.respondents = append(t.respondents, answered)
			t.customers = append(t.customers, 40+rng.IntN(110))
		}
		c.teams = append(c.teams, t)
	}
	shared, unequal := wander(rng, .6), wander(rng, .6)
	kind := make([]float64, len(c.teams)) // what sets teams apart for good: makes the link between levels
	load := make([]float64, len(c.teams)) // how hard the unequal shock hits a team
	for g := range c.teams {
		kind[g] = rng.NormFloat64()
		load[g] = max(.1, 1+.5*rng.NormFloat64())
	}
	for _, e := range catalogue { // in an order in which causes come before effects
		season := rng.Float64() * 2 * math.Pi
		common := wander(rng, .5)
		c.value[e.Key] = make([][]float64, len(c.teams))
		for g := range c.teams {
			c.value[e.Key][g] = c.line(rng, e, g, season, common, shared, unequal, kind[g], load[g])
		}
	}
	if !null {
		c.invest()
	}
	return c
}

// line makes one team's figures of one metric.
func (c *company) line(rng *rand.Rand, e entry, g int, season float64, common, shared, unequal []float64, kind, load float64) []float64 {
	own := e.teams * rng.NormFloat64()
	switch e.Key {
	case levelX:
		own = e.teams * kind
	case levelY:
		own -= 1.6 * kind
	}
	rest := 0.0
	out := make([]float64, burnIn+Weeks)
	for t := range out {
		rest = e.memory*rest + math.Sqrt(1-e.memory*e.memory)*e.noise*rng.NormFloat64()
		v := e.level + own + rest + e.season*(math.Sin(2*math.Pi*float64(t)/52.18+season)+.4*common[t])
		if e.Kind == series.Confounder { // the same for all teams
			v = e.level + e.season*math.Sin(2*math.Pi*float64(t)/52.18) + (e.noise+.5)*common[t]
		}
		switch e.Key {
		case sharedX:
			v += 3.2 * shared[t]
		case sharedY:
			v += 2 * shared[t]
		case unequalX:
			v += 4 * load * unequal[t]
		case unequalY:
			v += 1.1 * load * unequal[t]
		}
		for _, l := range planted {
			if l.Y == e.Key && t >= l.Lag && !c.null {
				x := c.value[l.X]
				v += l.Slope * (x[g][t-l.Lag] - levelOf(l.X))
			}
		}
		if e.sampling > 0 {
			n := c.teams[g].customers[t]
			if e.Kind == series.EX {
				n = max(1, c.teams[g].respondents[t])
			}
			v += e.sampling / math.Sqrt(float64(n)) * rng.NormFloat64()
		}
		scale := math.Pow(10, float64(e.digits))
		out[t] = math.Round(min(e.hi, max(e.lo, v))*scale) / scale // effects follow the figure as it was published
	}
	return out
}

func levelOf(key string) float64 {
	for _, e := range catalogue {
		if e.Key == key {
			return e.level
		}
	}
	return 0
}

// wander is a standardised series with a memory.
func wander(rng *rand.Rand, memory float64) []float64 {
	out := make([]float64, burnIn+Weeks)
	v := rng.NormFloat64()
	for t := range out {
		v = memory*v + math.Sqrt(1-memory*memory)*rng.NormFloat64()
		out[t] = v
	}
	return out
}

// files are the figures as three departments deliver them: weekly, with gaps, respondents counted.
func (c *company) files() []file {
	var out []file
	for _, f := range []struct{ name, count string }{{exFile, "respondents"}, {cxFile, "customers"}, {resultFile, "headcount"}} {
		m := intake.Mapping{Kind: intake.Series, Name: f.name, Team: "team", Period: "week", Grain: string(series.Week), Respondents: f.count}
		head := []string{"team", "week", f.count}
		var mine []entry
		for _, e := range catalogue {
			if e.file != f.name {
				continue
			}
			mine = append(mine, e)
			head = append(head, e.Key)
			m.Metrics = append(m.Metrics, intake.MetricMapping{
				Column: e.Key, Metric: e.Key, Kind: string(e.Kind), Unit: e.Unit, HigherIsBetter: e.HigherIsBetter, Aggregation: string(e.Aggregation), AboutPeople: e.AboutPeople, DefaultLag: e.DefaultLag,
			})
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		_ = w.Write(head) // a bytes.Buffer takes everything
		gaps := rand.New(rand.NewPCG(7, uint64(len(mine))))
		for g, t := range c.teams {
			for week := range t.until {
				rec := []string{t.key, c.week(week).String(), strconv.Itoa(c.count(f.count, g, week))}
				for _, e := range mine {
					cell := strconv.FormatFloat(c.value[e.Key][g][burnIn+week], 'f', e.digits, 64)
					if e.Kind != series.Confounder && gaps.Float64() < .012 {
						cell = "" // somebody forgot
					}
					rec = append(rec, cell)
				}
				_ = w.Write(rec)
			}
		}
		w.Flush()
		out = append(out, file{f.name, b.Bytes(), m})
	}
	return out
}

func (c *company) count(what string, g, week int) int {
	switch what {
	case "respondents":
		return c.teams[g].respondents[burnIn+week]
	case "customers":
		return c.teams[g].customers[burnIn+week]
	}
	return c.teams[g].headcount
}
