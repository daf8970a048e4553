package customer

import (
	"strings"

	"rapport/internal/fact"
	"rapport/internal/series"
)

// key names a cell: behaviour, team, period.
type key = [3]int32

// worthEach gives the constant-margin value of the customers of each team and month that has the margin of a year and the share lost
// at the longer horizon; none while finance has not set a margin.
func worthEach(found map[key]*cell, t Terms) map[key]*cell {
	out := map[key]*cell{}
	for k, c := range found {
		if k[0] != worthYear || c.N < fewest || t.Margin <= 0 {
			continue
		}
		lost := found[key{churnLong, k[1], k[2]}]
		if lost == nil {
			continue
		}
		share := lost.Sum / float64(lost.N)
		if t.staying(share) >= 1+t.Discount {
			continue // who may stay for ever, undiscounted, has no finite value
		}
		v := t.constantMargin(c.Sum/float64(c.N)*t.Margin, share)
		out[key{lifetimeEach, k[1], k[2]}] = &cell{Behaviour: lifetimeEach, Team: c.Team, Month: c.Month, N: c.N, Sum: v * float64(c.N)}
	}
	return out
}

// teamMonth is what earned growth of a team in a month is made of, in minor units.
type teamMonth struct {
	base, kept, won       int64
	buyers, fresh, stated int // customers of the month a year ago; new ones of this month; those of them who said how they came
}

// earnedByTeam compares what each team earns in a month with the same month a year before, as growth does for the whole organisation.
func earnedByTeam(people []*history, teams []string, calendar *months, last int32) map[key]*cell {
	sums := map[[2]int32]*teamMonth{}
	at := func(team, month int32) *teamMonth {
		k := [2]int32{team, month}
		if sums[k] == nil {
			sums[k] = &teamMonth{}
		}
		return sums[k]
	}
	for _, h := range people {
		spent := map[[2]int32]int64{}
		for _, b := range h.buys {
			spent[[2]int32{b.team, calendar.at(b.day)}] += b.minor
		}
		came := calendar.at(h.buys[0].day)
		for k, minor := range spent {
			later := at(k[0], k[1]+12)
			later.base += minor
			later.buyers++
			now := at(k[0], k[1])
			if came <= k[1]-12 {
				now.kept += minor
				continue
			}
			now.fresh++
			if h.referred != 0 {
				now.stated++
			}
			if h.referred > 0 {
				now.won += minor
			}
		}
	}
	out := map[key]*cell{}
	begun := calendar.of[0] // the first month that is there as a whole
	if dayTime(calendar.first).Day() > 1 {
		begun++
	}
	for k, s := range sums {
		if k[1]-12 < begun {
			continue
		}
		if _, known := calendar.ends[k[1]]; !known || !calendar.over(k[1], 0, last) || s.buyers < fewest || s.base <= 0 || strings.HasPrefix(teams[k[0]], fact.Unattributed) {
			continue
		}
		put := func(behaviour int, share float64) {
			out[key{int32(behaviour), k[0], k[1]}] = &cell{Behaviour: behaviour, Team: int(k[0]), Month: int(k[1]), N: s.buyers, Sum: share * float64(s.buyers)}
		}
		put(retainedRevenue, float64(s.kept)/float64(s.base))
		if s.fresh == 0 || s.stated >= fewest {
			put(earnedShare, float64(s.kept+s.won)/float64(s.base)-1)
		}
	}
	return out
}

// foreseen looks a year ahead from the end of each quarter that is over, for the customers who last bought from each team.
func foreseen(people []*history, teams []string, first, last int32, minor float64, f *foresight) map[key]*cell {
	out := map[key]*cell{}
	if f == nil || f.amounts == nil {
		return out
	}
	for q := series.PeriodOf(dayTime(first), series.Quarter).Index; ; q++ {
		end := int32(series.Period{Grain: series.Quarter, Index: q}.End().Unix()/86400) - 1
		if end > last {
			break
		}
		for _, h := range people {
			b, ok := h.buyer(end)
			if !ok {
				continue
			}
			team, spent, days := h.upTo(end)
			if strings.HasPrefix(teams[team], fact.Unattributed) {
				continue
			}
			v, ok := f.revenue(b, float64(spent)/minor/float64(days), 0, 1)
			if !ok {
				continue
			}
			k := key{foreseenYear, team, int32(q)}
			if out[k] == nil {
				out[k] = &cell{Behaviour: foreseenYear, Team: int(team), Month: q}
			}
			out[k].N++
			out[k].Sum += v
		}
	}
	for k, c := range out {
		if c.N < fewest {
			delete(out, k)
		}
	}
	return out
}

// upTo is what is known of a customer up to a day on which they were known: the team of the last purchase, what they spent, and on how
// many days.
func (h *history) upTo(day int32) (team int32, minor int64, days int) {
	before := int32(-1)
	for _, b := range h.buys {
		if b.day > day {
			break
		}
		team, minor = b.team, minor+b.minor
		if days == 0 || b.day != before {
			days++
		}
		before = b.day
	}
	return team, minor, days
}
