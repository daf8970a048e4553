package org

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Floor is the smallest headcount about which a figure is shown.
const Floor = 5

// AttritionMonth is how many people left a team for good in a month, and how many were there on an average day. Where
// the headcount is below Floor both figures are held back: zero, with HeldBack set.
type AttritionMonth struct {
	TeamID    string
	Month     time.Time // first day
	Leavers   int
	Headcount float64
	HeldBack  bool
}

// Attrition derives leavers and average headcount from leaving dates, per team in scope and month from ≤ month < to,
// sorted by team and month. Moving to another team is not leaving. A month without anybody has no entry.
func (s *Service) Attrition(ctx context.Context, scope Scope, from, to time.Time) ([]AttritionMonth, error) {
	from, to = monthOf(from), monthOf(to)
	stays, err := s.Stays(ctx, scope, from, to)
	if err != nil {
		return nil, err
	}
	return attrition(stays, from, to), nil
}

func monthOf(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }

func attrition(stays []Stay, from, to time.Time) []AttritionMonth {
	type cell struct {
		team  string
		month time.Time
	}
	type sum struct {
		days    int
		leavers int
	}
	sums := map[cell]*sum{}
	for _, s := range stays {
		end := to
		if !s.To.IsZero() && s.To.Before(to) {
			end = s.To
		}
		first := s.From
		if first.Before(from) {
			first = from
		}
		for m := monthOf(first); m.Before(end); m = m.AddDate(0, 1, 0) {
			lo, hi := m, m.AddDate(0, 1, 0)
			if lo.Before(first) {
				lo = first
			}
			if hi.After(end) {
				hi = end
			}
			c := cell{s.TeamID, m}
			if sums[c] == nil {
				sums[c] = &sum{}
			}
			sums[c].days += int(hi.Sub(lo) / day)
		}
		if last := s.To.Add(-day); s.Left && !last.Before(from) && last.Before(to) { // To is the day after the last one
			if c := sums[cell{s.TeamID, monthOf(last)}]; c != nil {
				c.leavers++
			}
		}
	}
	out := make([]AttritionMonth, 0, len(sums))
	for c, v := range sums {
		a := AttritionMonth{TeamID: c.team, Month: c.month, Leavers: v.leavers}
		a.Headcount = float64(v.days) / float64(c.month.AddDate(0, 1, 0).Sub(c.month)/day)
		if a.Headcount < Floor {
			a = AttritionMonth{TeamID: c.team, Month: c.month, HeldBack: true}
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b AttritionMonth) int {
		return cmp.Or(cmp.Compare(a.TeamID, b.TeamID), a.Month.Compare(b.Month))
	})
	return out
}
