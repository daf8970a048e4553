package customer

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/org"
	"rapport/internal/series"
)

// behaviourPrefix begins the id and key of every metric about how customers of a team behave.
const behaviourPrefix = "customers."

// The behaviours, in the order of their cells.
const (
	repeatShare = iota
	ordersEach
	referredShare
	churnShort
	churnLong
	worthYear
	engagedShare
	retainedRevenue
	earnedShare
	lifetimeEach
	foreseenYear
	behaviours
)

// behaviourMetrics are the behaviours as metrics. Each belongs to the customers of one team and month.
var behaviourMetrics = [behaviours]series.Metric{
	{
		Key: "repeat_share", Name: "Buyers who had bought before", Kind: series.Behaviour, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "Of the customers who bought from the team in the month, those who had bought before, from whichever team.", Formula: "100 · such customers / customers of the month",
	},
	{
		Key: "orders_each", Name: "Orders per buyer", Kind: series.Behaviour, Unit: "orders", HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "Orders of the month per customer who bought from the team in it.", Formula: "orders / customers of the month",
	},
	{
		Key: "referred_share", Name: "New customers who were referred", Kind: series.Behaviour, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "Of the customers whose first order was placed with the team in the month and who said how they came, those who were sent by somebody.", Formula: "100 · referred / new customers with a stated source",
	},
	{
		Key: "churn_%d", Name: "Customers lost within %d days", Kind: series.Behaviour, Unit: "%", Aggregation: series.Mean,
		Definition: "Of the customers who bought from the team in the month, those who did not buy again, from whichever team, in the %d days after their last order of the month. Only months whose %[1]d days are over.",
		Formula:    "100 · lost / customers of the month",
	},
	{
		Key: "churn_%d", Name: "Customers lost within %d days", Kind: series.Behaviour, Unit: "%", Aggregation: series.Mean,
		Definition: "Of the customers who bought from the team in the month, those who did not buy again, from whichever team, in the %d days after their last order of the month. Only months whose %[1]d days are over.",
		Formula:    "100 · lost / customers of the month",
	},
	{
		Key: "worth_365", Name: "What a customer brought in a year", Kind: series.Money, HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "Revenue, from whichever team, of a customer of the month in the 365 days from their first order of the month. Only months whose 365 days are over.",
		Formula:    "revenue / customers of the month",
	},
	{
		Key: "engaged_share", Name: "Customers heard from", Kind: series.Behaviour, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "Of the customers who last bought from the team, and did so in the 365 days before the month, those who bought or gave an opinion in the month.", Formula: "100 · heard from / customers of the year before",
	},
	{
		Key: "revenue_retained", Name: "Revenue kept from customers of a year ago", Kind: series.Money, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "What those who were customers a year ago spend with the team in the month, over what the team earned in the same month a year ago. Only teams with at least ten buyers then.",
		Formula:    "100 · revenue from such customers / revenue of the month a year ago",
	},
	{
		Key: "earned_growth", Name: "Earned growth", Kind: series.Money, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "Revenue kept from customers of a year ago, and revenue of new ones who were sent by somebody, over what the team earned in the same month a year ago, less 100 %. Only where at least ten new customers said how they came.",
		Formula:    "100 · (kept + earned new) / revenue of the month a year ago − 100",
	},
	{
		Key: "lifetime_value", Name: "Value of a customer, constant margin", Kind: series.Money, HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "What a customer who bought from the team in the month is worth in the years ahead, with the margin of the year after and the same chance to stay each year, less what it cost to win them where finance has said. Only teams with at least ten buyers.",
		Formula:    "m · r / (1 + i − r) − cost of winning",
	},
	{
		Key: "foreseen_365", Name: "Revenue of a customer expected in the year ahead", Kind: series.Money, HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "What BG/NBD and Gamma-Gamma expect the customers who last bought from the team to spend in the year after the quarter, from their purchases up to its end, a customer on average. What is common to all customers is fitted to all orders there are. Only teams with at least ten such customers.",
		Formula:    "expected orders × expected amount (Fader, Hardie & Lee 2005)",
	},
}

// cell is one behaviour of the customers of a team in a month: Sum over N customers.
type cell struct {
	Behaviour int     `json:"b"`
	Team      int     `json:"t"` // place in the list of teams
	Month     int     `json:"m"` // series.Period.Index; of a quarter where the behaviour is counted by quarter
	N         int     `json:"n"`
	Sum       float64 `json:"s"`
}

// table is what is stored of the behaviours.
type table struct {
	Currency string   `json:"currency"`
	Teams    []string `json:"teams"`
	Cells    []cell   `json:"cells"`
	Short    int      `json:"short"` // horizons of churn, days; 0 in tables from when they could not be chosen
	Long     int      `json:"long"`
}

// grainOf is the period a behaviour is counted by.
func grainOf(behaviour int) series.Grain {
	if behaviour == foreseenYear {
		return series.Quarter
	}
	return series.Month
}

func (t table) pack() ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	err := errors.Join(json.NewEncoder(z).Encode(t), z.Close())
	return b.Bytes(), err
}

func unpackTable(raw []byte) (t table, err error) {
	if len(raw) == 0 {
		return t, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return t, err
	}
	raw, err = io.ReadAll(z)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(raw, &t)
}

// months turns days since 1970 into months, once per day.
type months struct {
	first int32
	of    []int32
	ends  map[int32]int32 // last day of a month
}

func monthsBetween(first, last int32) *months {
	m := &months{first: first, ends: map[int32]int32{}}
	for d := first; d <= last; d++ {
		p := series.PeriodOf(dayTime(d), series.Month)
		m.of = append(m.of, int32(p.Index))
		m.ends[int32(p.Index)] = int32(p.End().Unix()/86400) - 1
	}
	return m
}

func (m *months) at(day int32) int32 { return m.of[day-m.first] }

// over reports whether so many days after the end of the month have passed by the last day.
func (m *months) over(month, days, last int32) bool { return m.ends[month]+days <= last }

// behave counts the behaviours of all customers, per team and month. Only months that are over by the last day are in it.
func behave(people []*history, teams []string, first, last int32, minor float64, terms Terms, foresee *foresight) []cell {
	calendar := monthsBetween(first, last)
	found := map[[3]int32]*cell{}
	add := func(b int, team, month int32, v float64) {
		if strings.HasPrefix(teams[team], fact.Unattributed) || !calendar.over(month, 0, last) {
			return
		}
		k := [3]int32{int32(b), team, month}
		c := found[k]
		if c == nil {
			c = &cell{Behaviour: b, Team: int(team), Month: int(month)}
			found[k] = c
		}
		c.N++
		c.Sum += v
	}
	for _, h := range people {
		h.behave(calendar, last, minor, terms, add)
	}
	for k, c := range worthEach(found, terms) {
		found[k] = c
	}
	for k, c := range earnedByTeam(people, teams, calendar, last) {
		found[k] = c
	}
	for k, c := range foreseen(people, teams, first, last, minor, foresee) {
		found[k] = c
	}
	out := make([]cell, 0, len(found))
	for _, c := range found {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b cell) int {
		return slices.Compare([]int{a.Behaviour, a.Team, a.Month}, []int{b.Behaviour, b.Team, b.Month})
	})
	return out
}

// behave counts one customer in.
func (h *history) behave(calendar *months, last int32, minor float64, terms Terms, add func(b int, team, month int32, v float64)) {
	yes := func(v bool) float64 {
		if v {
			return 1
		}
		return 0
	}
	for i := 0; i < len(h.buys); {
		month := calendar.at(h.buys[i].day)
		end := i
		for end < len(h.buys) && calendar.at(h.buys[end].day) == month {
			end++
		}
		now := h.buys[i:end]
		next := int32(-1) // the first purchase after the month
		if end < len(h.buys) {
			next = h.buys[end].day
		}
		seen := []int32{}
		for k, b := range now {
			if slices.Contains(seen, b.team) {
				continue
			}
			seen = append(seen, b.team)
			count, lastOwn := 0, b.day
			for _, o := range now[k:] {
				if o.team == b.team {
					count++
					lastOwn = o.day
				}
			}
			add(repeatShare, b.team, month, yes(i > 0))
			add(ordersEach, b.team, month, float64(count))
			if i == 0 && k == 0 && h.referred != 0 {
				add(referredShare, b.team, month, yes(h.referred > 0))
			}
			following := next // the first purchase after the last one with this team
			for _, o := range now {
				if o.day > lastOwn {
					following = o.day
					break
				}
			}
			for at, days := range terms.Horizons() {
				if calendar.over(month, int32(days), last) {
					add(churnShort+at, b.team, month, yes(following < 0 || following > lastOwn+int32(days)))
				}
			}
			if calendar.over(month, 365, last) {
				add(worthYear, b.team, month, float64(h.spent(b.day, b.day+365))/minor)
			}
		}
		h.engage(calendar, now[len(now)-1], next, last, add)
		i = end
	}
}

// engage counts, for the months after a purchase until the next one or until a year has passed, whether the customer was heard from.
func (h *history) engage(calendar *months, from purchase, next, last int32, add func(b int, team, month int32, v float64)) {
	for month := calendar.at(from.day) + 1; ; month++ {
		end, known := calendar.ends[month]
		if !known || end > last || calendar.ends[month-1]+1-from.day > 365 {
			return
		}
		buys := next >= 0 && calendar.at(next) == month
		v := 0.0
		if buys || slices.Contains(h.spoke, month) {
			v = 1
		}
		add(engagedShare, from.team, month, v)
		if buys {
			return
		}
	}
}

// spent is what the customer paid from one day up to, but not including, another.
func (h *history) spent(from, until int32) (minor int64) {
	for _, b := range h.buys {
		if b.day >= from && b.day < until {
			minor += b.minor
		}
	}
	return minor
}

// behaviourTable reads the newest behaviours; an empty table while there are none.
func (s *Service) behaviourTable(ctx context.Context) (table, error) {
	raw, err := s.store.NewestBehaviours(ctx)
	if errs.KindOf(err) == errs.KindNotFound {
		return table{}, nil
	}
	if err != nil {
		return table{}, err
	}
	return unpackTable(raw)
}

func (t table) metrics() []series.Metric {
	seen := [behaviours]bool{}
	for _, c := range t.Cells {
		seen[c.Behaviour] = true
	}
	out := []series.Metric{}
	for i, m := range behaviourMetrics {
		if !seen[i] {
			continue
		}
		if i == churnShort || i == churnLong {
			days := cmp.Or([]int{t.Short, t.Long}[i-churnShort], Horizons[i-churnShort])
			m.Key, m.Name, m.Definition = fmt.Sprintf(m.Key, days), fmt.Sprintf(m.Name, days), fmt.Sprintf(m.Definition, days)
		}
		m.ID, m.Key, m.Version, m.Owner = behaviourPrefix+m.Key, behaviourPrefix+m.Key, 1, "CX"
		if m.Unit == "" {
			m.Unit = t.Currency
		}
		out = append(out, m)
	}
	return out
}

func (t table) each(scope org.Scope, q series.Query, fn func(series.Value) error) error {
	inScope := make([]bool, len(t.Teams))
	for i, team := range t.Teams {
		inScope[i] = scope.Has(team)
	}
	ids := [behaviours]string{}
	for i, m := range behaviourMetrics {
		ids[i] = behaviourPrefix + m.Key
	}
	for i, days := range []int{t.Short, t.Long} {
		ids[churnShort+i] = behaviourPrefix + fmt.Sprintf(behaviourMetrics[churnShort+i].Key, cmp.Or(days, Horizons[i]))
	}
	for _, c := range t.Cells {
		id := ids[c.Behaviour]
		p := series.Period{Grain: grainOf(c.Behaviour), Index: c.Month}
		if start := p.Start(); !inScope[c.Team] || len(q.Metrics) > 0 && !slices.Contains(q.Metrics, id) || !q.From.IsZero() && start.Before(q.From) || !q.To.IsZero() && start.After(q.To) {
			continue
		}
		v := c.Sum / float64(c.N)
		if behaviourMetrics[c.Behaviour].Unit == "%" {
			v *= 100
		}
		if err := fn(series.Value{MetricID: id, TeamID: t.Teams[c.Team], Period: p, Value: v, N: c.N}); err != nil {
			return err
		}
	}
	return nil
}
