package customer

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"rapport/internal/fact"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Level of every interval of a value report.
const level = 0.95

// Horizons are the usual two at which churn is read, in days, where nobody has chosen others (Terms).
var Horizons = []int{90, 365}

// fewest is how many customers a figure needs: below it an interval of a share spans more than half of everything.
const fewest = 10

// Figure is an estimate with its interval.
type Figure struct {
	Value float64 `json:"value"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	N     int     `json:"n"`
}

// Churn is, of the customers who bought in the days before From, the share who did not buy in as many days after it.
type Churn struct {
	Days int    `json:"days"`
	From string `json:"from"`
	Lost Figure `json:"lost"`
}

// CurvePoint is the share of customers still there after so many days (Kaplan–Meier).
type CurvePoint struct {
	Days   int     `json:"days"`
	Share  float64 `json:"share"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	AtRisk int     `json:"at_risk"`
}

// Model is what BG/NBD and Gamma-Gamma expect, and how well they forecast what is already known.
type Model struct {
	OrdersNextYear  float64  `json:"orders_next_year"`            // of all customers together
	RevenueNextYear *float64 `json:"revenue_next_year,omitempty"` // major units, before margin; absent when amounts say too little
	Worth           *Worth   `json:"worth,omitempty"`             // absent until finance has set margin and discount rate
	BackTest        BackTest `json:"back_test"`
}

// Worth is what the models expect of the customers known today in the years ahead: margin at today's value, major units.
type Worth struct {
	Years    int     `json:"years"`
	Each     float64 `json:"each"`
	All      float64 `json:"all"`
	Discount float64 `json:"discount"`
	Rate     float64 `json:"rate"`
}

// BackTest is a fit on the first part of the time and its forecast of the rest.
type BackTest struct {
	Until    string  `json:"until"`    // the fit saw orders up to here
	Forecast float64 `json:"forecast"` // repeat orders of the rest of the time, by customers known until then
	Actual   float64 `json:"actual"`
	Error    float64 `json:"error"` // forecast / actual − 1
}

// Group is what customers of one kind bring; an association, not an effect.
type Group struct {
	Of      string `json:"of"`   // opinion or delivery
	Name    string `json:"name"` // liked, neutral, disliked; in_time, late
	Revenue Figure `json:"revenue"`
	Repeat  Figure `json:"repeat"`
}

// Gap says why something is not there.
type Gap struct {
	Reason string `json:"reason"`
	Need   int    `json:"need,omitempty"`
	Have   int    `json:"have,omitempty"`
}

// Value is what the customers of the organisation are worth, as of a day. It is computed by a job, stored, and read.
type Value struct {
	Version   int          `json:"version"` // of the definitions
	AsOf      string       `json:"as_of"`   // the last day with an order
	Since     string       `json:"since"`
	Currency  string       `json:"currency"`
	Customers int          `json:"customers"`
	Orders    int          `json:"orders"`
	Revenue   float64      `json:"revenue"`
	Repeat    *Figure      `json:"repeat,omitempty"`
	Habits    *Habits      `json:"habits,omitempty"`
	Churn     []Churn      `json:"churn"`
	ChosenOn  string       `json:"chosen_on,omitempty"` // when its horizons were chosen; empty where they are the usual ones
	LongDays  int          `json:"long_days"`           // the longer horizon, after which the curve counts a customer as lost
	Curve     []CurvePoint `json:"curve"`
	Model     *Model       `json:"model,omitempty"`
	ModelGap  *Gap         `json:"model_gap,omitempty"`
	Groups    []Group      `json:"groups"`
	Growth    *Growth      `json:"growth,omitempty"`
	Lifetime  *Lifetime    `json:"lifetime,omitempty"`
	Answers   int          `json:"answers"` // scores whose customer is named
	Matched   int          `json:"matched"` // of these, those whose customer has ordered
}

const valueVersion = 3

// Store keeps the value reports.
type Store interface {
	// SaveValue adds a report made at a time, and the behaviours of the customers per team and month it was made with.
	SaveValue(ctx context.Context, at time.Time, body, behaviours []byte) error
	// NewestBehaviours gives those of the newest report; errs.NotFound("customer_value_none").
	NewestBehaviours(ctx context.Context) ([]byte, error)
	// NewestValue gives the newest report; errs.NotFound("customer_value_none").
	NewestValue(ctx context.Context) ([]byte, error)
}

// Opinions gives what customers said of late: 1 liked it, 0 neither, −1 disliked it; and strips an opinion of its words.
type Opinions interface {
	EachOpinion(ctx context.Context, fn func(customer string, at time.Time, liking int) error) error
	Strip(body []byte) []byte
}

// history is what is known of one customer.
type history struct {
	days    []int32 // days with a purchase since 1970
	minor   int64
	late    int8 // 1 some delivery came late, −1 all came in time, 0 not known
	liking  int8
	opinion int64 // when, ms; 0 for none

	buys     []purchase // by day
	referred int8       // 1 says somebody sent them, −1 says they came otherwise, 0 does not say; of the first order
	spoke    []int32    // months with an opinion
}

// purchase is one order; team is a place in a list of teams.
type purchase struct {
	day, team int32
	minor     int64
}

// ValueReport reads the newest report.
func (s *Service) ValueReport(ctx context.Context) (Value, error) {
	var v Value
	raw, err := s.store.NewestValue(ctx)
	if err != nil {
		return v, err
	}
	err = json.Unmarshal(raw, &v)
	v.LongDays = cmp.Or(v.LongDays, Horizons[1]) // reports from before it could be chosen
	return v, err
}

// Appraise computes what customers are worth from all orders up to a day, and stores it. Without an order there is nothing
// to store, and that is no failure.
func (s *Service) Appraise(ctx context.Context, asOf time.Time) (Value, error) {
	people, teams, v, last, err := s.histories(ctx, asOf)
	if err != nil || len(people) == 0 {
		return v, err
	}
	list := make([]*history, 0, len(people))
	for _, h := range people {
		slices.Sort(h.days)
		h.days = slices.Compact(h.days)
		slices.SortFunc(h.buys, func(a, b purchase) int {
			return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.team, b.team), cmp.Compare(a.minor, b.minor))
		})
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b *history) int { return slices.Compare(a.days, b.days) }) // the same orders give the same report
	first := last
	again := 0
	for _, h := range list {
		first = min(first, h.days[0])
		v.Revenue += float64(h.minor)
		if len(h.days) > 1 {
			again++
		}
	}
	v.Revenue /= MinorUnits(v.Currency)
	v.Version, v.Customers, v.AsOf, v.Since = valueVersion, len(list), dayText(last), dayText(first)
	v.Churn, v.Curve, v.Groups = []Churn{}, []CurvePoint{}, []Group{}
	if len(list) >= fewest {
		f := share(again, len(list))
		v.Repeat = &f
	}
	var terms Terms
	settled := false
	if s.finance != nil {
		if terms, settled, err = s.finance(ctx); err != nil {
			return v, err
		}
	}
	if terms.Currency != v.Currency {
		terms.WinCost = 0 // no amount is ever converted by itself
	}
	v.LongDays = int(terms.long())
	if !terms.Chosen.IsZero() {
		v.ChosenOn = terms.Chosen.Format(time.DateOnly)
	}
	for _, days := range terms.Horizons() {
		if c, ok := churn(list, last, int32(days)); ok {
			v.Churn = append(v.Churn, c)
		}
	}
	if v.Curve, err = curve(list, last, terms.long()); err != nil {
		return v, err
	}
	minor := MinorUnits(v.Currency)
	var foresee *foresight
	if v.Model, foresee, v.ModelGap, err = model(ctx, list, first, last, minor); err != nil {
		return v, err
	}
	v.Habits, v.Groups, v.Growth = habits(list, last, minor), groups(list, minor), growth(list, first, last, minor)
	if settled {
		v.Lifetime = lifetime(list, v.Churn, last, minor, terms)
		if v.Model != nil {
			v.Model.Worth = foresee.worth(list, last, minor, terms)
		}
	} else {
		terms.Margin = 0 // without it there is no constant-margin value, of teams either
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return v, err
	}
	cells := behave(list, teams, first, last, minor, terms, foresee)
	packed, err := table{Currency: v.Currency, Teams: teams, Cells: cells, Short: terms.Horizons()[0], Long: v.LongDays}.pack()
	if err != nil {
		return v, err
	}
	return v, s.store.SaveValue(ctx, s.now(), raw, packed)
}

// histories gathers the orders by customer, and what the customers said last.
func (s *Service) histories(ctx context.Context, asOf time.Time) (people map[string]*history, teams []string, v Value, last int32, err error) {
	people = map[string]*history{}
	teamNo := map[string]int32{}
	said := map[string]int32{} // day of the order whose stated source counts
	end := asOf.AddDate(0, 0, 1)
	err = s.Each(ctx, org.Everything, fact.Filter{}, func(o Order) error {
		if o.Void() || !o.At.Before(end) {
			return nil
		}
		h := people[o.Customer]
		if h == nil {
			h = &history{}
			people[o.Customer] = h
		}
		day := int32(o.At.Unix() / 86400)
		last = max(last, day)
		h.days = append(h.days, day)
		h.minor += o.Minor
		team, known := teamNo[o.Team]
		if !known {
			team = int32(len(teams))
			teamNo[o.Team], teams = team, append(teams, o.Team)
		}
		h.buys = append(h.buys, purchase{day, team, o.Minor})
		if referred, stated := o.Referred(); stated {
			if earlier, there := said[o.Customer]; !there || day < earlier {
				said[o.Customer], h.referred = day, -1
				if referred {
					h.referred = 1
				}
			}
		}
		v.Orders++
		v.Currency = o.Currency
		if late, known := o.Late(); known {
			switch {
			case late:
				h.late = 1
			case h.late == 0:
				h.late = -1
			}
		}
		return nil
	})
	if err != nil || s.opinions == nil {
		return people, teams, v, last, err
	}
	err = s.opinions.EachOpinion(ctx, func(customer string, at time.Time, liking int) error {
		h := people[customer]
		v.Answers++
		if h != nil {
			v.Matched++
		}
		if h == nil || !at.Before(end) {
			return nil
		}
		if month := int32(series.PeriodOf(at, series.Month).Index); !slices.Contains(h.spoke, month) {
			h.spoke = append(h.spoke, month)
		}
		if at.UnixMilli() > h.opinion {
			h.opinion, h.liking = at.UnixMilli(), int8(liking)
		}
		return nil
	})
	return people, teams, v, last, err
}

func dayTime(day int32) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

func dayText(day int32) string { return dayTime(day).Format(time.DateOnly) }

// churn reads the share lost at one horizon; ok is false when fewer than ten customers bought in the days before.
func churn(list []*history, last, days int32) (Churn, bool) {
	from := last - days
	base, lost := 0, 0
	for _, h := range list {
		before, after := false, false
		for _, d := range h.days {
			before = before || d > from-days && d <= from
			after = after || d > from
		}
		if before {
			base++
			if !after {
				lost++
			}
		}
	}
	if base < fewest {
		return Churn{}, false
	}
	return Churn{Days: int(days), From: dayText(from), Lost: share(lost, base)}, true
}

// curve is the Kaplan–Meier curve of how long customers stay. A customer has left on the day on which the longer horizon has
// passed without another purchase; who has not been silent for so long is censored at the last day. The day of leaving is
// the day it is known, not that of the last purchase: dating it back would count on knowing the future of those censored.
func curve(list []*history, last, longest int32) ([]CurvePoint, error) {
	out := []CurvePoint{}
	if len(list) < fewest {
		return out, nil
	}
	var l stats.Lifetimes
	for _, h := range list {
		silent := h.days[0] // the first day from which the horizon passed
		left := false
		for i, d := range h.days {
			silent = d
			if next := last; i+1 < len(h.days) {
				next = h.days[i+1]
				if left = next-d > longest; left {
					break
				}
			} else {
				left = next-d >= longest
			}
		}
		at := last
		if left {
			at = silent + longest
		}
		l.Time, l.Event = append(l.Time, float64(at-h.days[0])), append(l.Event, left)
	}
	km, err := stats.KaplanMeier(l, level)
	if err != nil {
		return out, err
	}
	horizon := slices.Max(l.Time)
	for _, days := range []int{0, 30, 60, 90, 180, 270, 365, 545, 730, 1095, 1825} {
		if float64(days) > horizon {
			break
		}
		p := km.At(float64(days))
		out = append(out, CurvePoint{Days: days, Share: p.S, Lo: finite(p.LogLog.Lo, p.S), Hi: finite(p.LogLog.Hi, p.S), AtRisk: int(p.AtRisk)})
	}
	return out, nil
}

func finite(v, otherwise float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return otherwise
	}
	return v
}

// groups compares what customers bring by what they last said and by whether a delivery came late.
func groups(list []*history, minor float64) []Group {
	out := []Group{}
	add := func(of, name string, in func(h *history) bool) {
		var sum, squares float64
		n, again := 0, 0
		for _, h := range list {
			if !in(h) {
				continue
			}
			v := float64(h.minor) / minor
			sum, squares = sum+v, squares+v*v
			n++
			if len(h.days) > 1 {
				again++
			}
		}
		if n < fewest {
			return
		}
		mean := sum / float64(n)
		half := z * math.Sqrt(max(0, squares/float64(n)-mean*mean)/float64(n-1))
		out = append(out, Group{Of: of, Name: name, Revenue: Figure{Value: mean, Lo: max(0, mean-half), Hi: mean + half, N: n}, Repeat: share(again, n)})
	}
	for _, x := range []struct {
		name   string
		liking int8
	}{{"liked", 1}, {"neutral", 0}, {"disliked", -1}} {
		add("opinion", x.name, func(h *history) bool { return h.opinion != 0 && h.liking == x.liking })
	}
	add("delivery", "in_time", func(h *history) bool { return h.late == -1 })
	add("delivery", "late", func(h *history) bool { return h.late == 1 })
	return out
}

// z is the normal quantile of the level.
var z = math.Sqrt2 * math.Erfinv(level)

// share gives k of n with the score interval of Wilson (1927, doi:10.1080/01621459.1927.10502953).
func share(k, n int) Figure {
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Figure{Value: p, Lo: max(0, centre-half), Hi: min(1, centre+half), N: n}
}
