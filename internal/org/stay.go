package org

import (
	"slices"
	"time"
)

const day = 24 * time.Hour

// moveTo ends the stay that holds on a day and begins one in another team; a stay that began later changes its team.
func (e *Employee) moveTo(team string, on time.Time) {
	e.TeamID = team
	e.Stays = slices.Clone(e.Stays)
	last := len(e.Stays) - 1
	if last < 0 {
		return
	}
	s := e.Stays[last]
	ended := !s.To.IsZero() && !s.To.After(on)
	if ended || !s.From.Before(on) {
		e.Stays[last].TeamID = team // a correction, not a move
		return
	}
	e.Stays[last].To, e.Stays[last].Left = on, false
	e.Stays = append(e.Stays, Stay{TeamID: team, From: on, To: s.To, Left: s.Left})
}

// employ sets team and dates as a row of an HR file says them. Somebody who joins again after leaving gets a new stay;
// the earlier ones stand. left is the last day, zero while employed.
func (e *Employee) employ(team string, joined, left, today time.Time) {
	e.Stays = slices.Clone(e.Stays)
	again := len(e.Stays) > 0 && !e.LeftOn.IsZero() && joined.After(e.LeftOn)
	switch {
	case len(e.Stays) == 0 || again:
		e.Stays = append(e.Stays, Stay{TeamID: team, From: joined})
	default:
		if team != e.TeamID {
			e.moveTo(team, today)
		}
		if !joined.Equal(e.JoinedOn) {
			e.rejoin(joined)
		}
	}
	e.TeamID, e.JoinedOn = team, joined
	if again || !left.Equal(e.LeftOn) || e.LeftOn.IsZero() != left.IsZero() {
		e.leave(left)
	}
}

// rejoin corrects the first day of the present employment. Where it now reaches back into an earlier one, that one ends
// on this day and was no leaving.
func (e *Employee) rejoin(joined time.Time) {
	first := 0
	for i, s := range e.Stays[:len(e.Stays)-1] {
		if s.Left {
			first = i + 1
		}
	}
	present := e.Stays[first:]
	for len(present) > 1 && !present[0].To.After(joined) {
		present = present[1:]
	}
	present[0].From = joined
	before := e.Stays[:first]
	for len(before) > 0 && !before[len(before)-1].From.Before(joined) {
		before = before[:len(before)-1]
	}
	if n := len(before); n > 0 && before[n-1].To.After(joined) {
		before[n-1].To, before[n-1].Left = joined, false
	}
	e.Stays = append(slices.Clone(before), present...)
}

// leave corrects the last day of the present employment; zero means that it goes on.
func (e *Employee) leave(left time.Time) {
	e.LeftOn = left
	n := len(e.Stays)
	if left.IsZero() {
		e.Stays[n-1].To, e.Stays[n-1].Left = time.Time{}, false
		return
	}
	for n > 1 && e.Stays[n-1].From.After(left) && !e.Stays[n-2].Left {
		n--
	}
	e.Stays = e.Stays[:n]
	e.Stays[n-1].To, e.Stays[n-1].Left = left.Add(day), true
	e.TeamID = e.Stays[n-1].TeamID
}
