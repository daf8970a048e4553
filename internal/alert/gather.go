package alert

import (
	"strconv"
	"time"

	"rapport/internal/evidence"
)

// latePath is the page that lists every case that is overdue.
const latePath = "/cases?overdue=1"

// gather puts the cases that somebody is told of on one day into one alert: many cases of one team often fall due together, and a line
// for each would hide everything else. What is stored stays one occurrence per case, so that each is told once. The list is of one
// person, newest first; the id says the day and how many, so that one more on the same day is unread again.
func gather(list []Alert) []Alert {
	out := make([]Alert, 0, len(list))
	at, cases := map[string]int{}, map[string]int{} // by day
	for _, a := range list {
		if a.Kind != CaseOverdue {
			out = append(out, a)
			continue
		}
		day := a.At.UTC().Format(time.DateOnly)
		cases[day]++
		i, known := at[day]
		if !known {
			at[day] = len(out)
			out = append(out, a)
			continue
		}
		out[i].ID = "cases-" + day + "-" + strconv.Itoa(cases[day])
		out[i].TeamID, out[i].To, out[i].Path = "", nil, latePath
		out[i].Text = evidence.Sentence{Key: "alert.cases_overdue", Params: map[string]evidence.Param{"count": evidence.Int(cases[day])}}
	}
	return out
}
