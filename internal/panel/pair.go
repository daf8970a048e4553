package panel

import (
	"math"

	"rapport/internal/series"
)

// Pair is x at period t − Lag beside y at period t, in every team and period that has both; rows lie team by team,
// period by period.
type Pair struct {
	Grain    series.Grain
	Lag      int
	Team     []int // number of the team in the panel
	Time     []int // index of y's period
	X, Y     []float64
	N        []int32 // the smaller count of respondents of the two figures that are counted; 0 = not counted
	Teams    int     // distinct teams
	Repeated int     // teams with two periods or more: only these say anything about change within a team
	Periods  int     // distinct periods
	Excluded map[Reason]int
}

// PairGrain is the coarser of two metrics' own grains; false when one of them has no figure.
func (p *Panel) PairGrain(x, y string) (series.Grain, bool) {
	gx, ok := p.Grain(x)
	if !ok {
		return "", false
	}
	gy, ok := p.Grain(y)
	if !ok {
		return "", false
	}
	if gx.Coarser(gy) {
		return gx, true
	}
	return gy, true
}

// Join sets two columns of one panel and one grain beside each other at a lag of calendar periods.
func Join(x, y *Column, lag int) *Pair {
	out := &Pair{Grain: y.Grain, Lag: lag, Excluded: map[Reason]int{}}
	for r, n := range x.Excluded {
		out.Excluded[r] += n
	}
	for r, n := range y.Excluded {
		out.Excluded[r] += n
	}
	seen := map[int]bool{}
	if x.Periods == 0 || y.Periods == 0 {
		return out
	}
	// Room for every row at once: growing would copy millions of rows several times in a run over all pairs.
	room := y.Teams() * max(0, min(y.First+y.Periods, x.First+x.Periods+lag)-max(y.First, x.First+lag))
	out.Team, out.Time, out.N = make([]int, 0, room), make([]int, 0, room), make([]int32, 0, room)
	out.X, out.Y = make([]float64, 0, room), make([]float64, 0, room)
	for team := range y.Teams() {
		before := len(out.Y)
		for k := range y.Periods {
			yi := team*y.Periods + k
			if math.IsNaN(y.Value[yi]) {
				continue
			}
			xk := y.First + k - lag - x.First
			if xk < 0 || xk >= x.Periods || math.IsNaN(x.Value[team*x.Periods+xk]) {
				out.Excluded[NoPartner]++
				continue
			}
			xi := team*x.Periods + xk
			out.Team = append(out.Team, team)
			out.Time = append(out.Time, y.First+k)
			out.X = append(out.X, x.Value[xi])
			out.Y = append(out.Y, y.Value[yi])
			out.N = append(out.N, fewer(x.N[xi], y.N[yi]))
			seen[y.First+k] = true
		}
		if len(out.Y) > before {
			out.Teams++
		}
		if len(out.Y) > before+1 {
			out.Repeated++
		}
	}
	out.Periods = len(seen)
	return out
}

// fewer is the smaller count of those that are counted.
func fewer(a, b int32) int32 {
	switch {
	case a == 0:
		return b
	case b == 0:
		return a
	}
	return min(a, b)
}

// days a period of each grain lasts, on the average.
var days = map[series.Grain]float64{series.Day: 1, series.Week: 7, series.Month: 30.436875, series.Quarter: 91.310625, series.Year: 365.2425}

// LagAt translates a lag declared in a metric's own grain into periods of the pair's grain: four weeks are one month.
func LagAt(lag int, own, pair series.Grain) int {
	if own == pair || lag == 0 {
		return lag
	}
	return int(math.Round(float64(lag) * days[own] / days[pair]))
}

// Half keeps the rows of the earlier (0) or later (1) half of the pair's periods.
func (q *Pair) Half(which int) *Pair {
	if len(q.Time) == 0 {
		return q
	}
	lo, hi := q.Time[0], q.Time[0]
	for _, t := range q.Time {
		lo, hi = min(lo, t), max(hi, t)
	}
	mid := lo + (hi-lo+1)/2
	return q.Where(func(i int) bool { return (q.Time[i] >= mid) == (which == 1) })
}

// Where keeps the rows that are kept, by their place.
func (q *Pair) Where(keep func(i int) bool) *Pair {
	out := &Pair{Grain: q.Grain, Lag: q.Lag, Excluded: q.Excluded}
	teams, periods := map[int]int{}, map[int]bool{}
	for i := range q.Y {
		if !keep(i) {
			continue
		}
		out.Team = append(out.Team, q.Team[i])
		out.Time = append(out.Time, q.Time[i])
		out.X = append(out.X, q.X[i])
		out.Y = append(out.Y, q.Y[i])
		out.N = append(out.N, q.N[i])
		teams[q.Team[i]]++
		periods[q.Time[i]] = true
	}
	out.Teams, out.Periods = len(teams), len(periods)
	for _, n := range teams {
		if n > 1 {
			out.Repeated++
		}
	}
	return out
}
