package journey

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/org"
)

// Scored is how many answers there are of each step of each scale.
type Scored struct {
	NPS  [3]int `json:"nps"`
	CSAT [5]int `json:"csat"`
	CES  [7]int `json:"ces"`
}

// Delivered is what the customers of a team said of orders that came late and of those that came in time. It holds answers that name
// their order, which was promised for a day and has arrived.
type Delivered struct {
	Team   string `json:"team"`
	Late   Scored `json:"late"`
	InTime Scored `json:"in_time"`
}

// Delivery is Delivered as figures, of one type of score. Team is empty for all together.
type Delivery struct {
	Team         string
	Type         feedback.ScoreType
	Late, InTime Score
	Difference   *Figure // late − in time; none where one of them has fewer than ten answers
}

// lateOrders says which orders came late, by their id; those without a promise or still under way are left out.
func (s *Service) lateOrders(ctx context.Context, end time.Time) (map[string]bool, error) {
	out := map[string]bool{}
	err := s.from.Customers.Each(ctx, org.Everything, fact.Filter{}, func(o customer.Order) error {
		if late, known := o.Late(); known && o.Delivered.Before(end) && o.OrderID != "" && !o.Void() {
			out[strings.Clone(o.OrderID)] = late
		}
		return nil
	})
	return out, err
}

// deliver counts an answer that names its order.
func (c *counter) deliver(f feedback.Feedback) {
	late, known := c.late[f.Order]
	if !known || f.Population != feedback.Customers {
		return
	}
	d := c.delivered[f.Team]
	if d == nil {
		d = &Delivered{Team: f.Team}
		c.delivered[f.Team] = d
	}
	var t Tally
	t.score(f)
	side := &d.InTime
	if late {
		side = &d.Late
	}
	side.add(&Scored{t.NPS, t.CSAT, t.CES})
}

func (x *Scored) add(o *Scored) {
	addAll(x.NPS[:], o.NPS[:])
	addAll(x.CSAT[:], o.CSAT[:])
	addAll(x.CES[:], o.CES[:])
}

// score gives what one type comes to.
func (x *Scored) score(t feedback.ScoreType) Score {
	tally := Tally{NPS: x.NPS, CSAT: x.CSAT, CES: x.CES}
	for _, s := range tally.scores() {
		if s.Type == t {
			return s
		}
	}
	return Score{Type: t}
}

func (d *Delivered) of(t feedback.ScoreType) Delivery {
	out := Delivery{Team: d.Team, Type: t, Late: d.Late.score(t), InTime: d.InTime.score(t)}
	if out.Late.Figure != nil && out.InTime.Figure != nil {
		x := difference(*out.Late.Figure, *out.InTime.Figure)
		out.Difference = &x
	}
	return out
}

// Deliveries gives what customers say of late orders beside those in time: all together first, then the teams with the most answers
// about late ones. It speaks of all customers.
func (s *Service) Deliveries(ctx context.Context) ([]Delivery, error) {
	a, err := s.Atlas(ctx)
	if errs.KindOf(err) == errs.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all Delivered
	for i := range a.Delivered {
		all.Late.add(&a.Delivered[i].Late)
		all.InTime.add(&a.Delivered[i].InTime)
	}
	var out []Delivery
	for _, t := range []feedback.ScoreType{feedback.CSAT, feedback.NPS, feedback.CES} {
		whole := all.of(t)
		if whole.Late.N+whole.InTime.N == 0 {
			continue
		}
		var teams []Delivery
		for i := range a.Delivered {
			if d := a.Delivered[i].of(t); d.Late.N+d.InTime.N > 0 {
				teams = append(teams, d)
			}
		}
		slices.SortStableFunc(teams, func(x, y Delivery) int {
			return cmp.Or(cmp.Compare(y.Late.N, x.Late.N), cmp.Compare(y.InTime.N, x.InTime.N), strings.Compare(x.Team, y.Team))
		})
		out = append(append(out, whole), teams...)
	}
	return out, nil
}
