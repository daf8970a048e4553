package journey

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// longestRoute is how many steps of a way are kept.
const longestRoute = 12

// routes follows every customer through every journey. A way ends when its last stage was reached and another stage
// follows, or after a month of silence; a way whose month has not passed yet and that has not reached the last stage is
// still under way and not counted. On the way it counts how often the channel changed.
func (c *counter) routes(journeys []Journey, asOf time.Time, traits func(s, p, ch int16) Traits) []Route {
	on := make([]int, len(c.points)) // journey of each touchpoint, −1 without
	final := make([]bool, len(c.points))
	for i, p := range c.points {
		on[i] = slices.IndexFunc(journeys, func(j Journey) bool { return p.Journey != "" && strings.EqualFold(j.Name, p.Journey) })
		if on[i] >= 0 && len(journeys[on[i]].Stages) > 0 {
			final[i] = p.Stage == journeys[on[i]].Stages[len(journeys[on[i]].Stages)-1]
		}
	}
	end := asOf.AddDate(0, 0, 1).UnixMilli()
	found := map[string]*Route{}
	for _, who := range slices.Sorted(maps.Keys(c.people)) {
		list := c.people[who]
		slices.SortStableFunc(list, func(a, b visit) int { return cmp.Compare(a.at, b.at) })
		for j := range journeys {
			var trip []visit
			whole := false
			flush := func(over bool) {
				if len(trip) > 0 && (over || whole) {
					c.count(found, Route{Journey: journeys[j].Name, Whole: whole, Partners: strings.HasPrefix(who, partnerMark)}, trip, traits(trip[len(trip)-1].segment, trip[len(trip)-1].product, c.prefers[who]))
				}
				trip, whole = trip[:0], false
			}
			for _, v := range list {
				if v.point < 0 || on[v.point] != j {
					continue
				}
				if len(trip) > 0 && (v.at-trip[len(trip)-1].at > silence.Milliseconds() || whole && !final[v.point]) {
					flush(true)
				}
				trip = append(trip, v)
				whole = whole || final[v.point]
			}
			flush(len(trip) > 0 && end-trip[len(trip)-1].at > silence.Milliseconds())
		}
	}
	out := make([]Route, 0, len(found))
	for _, k := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[k])
	}
	return out
}

// count adds a way to those that are alike, and its changes of channel to the cell of its last interaction.
func (c *counter) count(found map[string]*Route, way Route, trip []visit, t Traits) {
	var steps []string
	switches := 0
	for i, v := range trip {
		name := c.points[v.point].Name
		if len(steps) == 0 || steps[len(steps)-1] != name {
			steps = append(steps, name)
		}
		if i > 0 && v.channel != 0 && trip[i-1].channel != 0 && v.channel != trip[i-1].channel {
			switches++
		}
	}
	if len(trip) > 1 {
		x := &c.cells[trip[len(trip)-1].cell].Tally
		x.Trips++
		x.Switches += switches
	}
	if len(steps) > longestRoute {
		steps = append(steps[:longestRoute:longestRoute], "…")
	}
	kind := strconv.FormatBool(way.Whole) + strconv.FormatBool(way.Partners)
	k := strings.Join(append([]string{way.Journey, kind, t.Segment, t.Product, t.Channel}, steps...), "\x00")
	r := found[k]
	if r == nil {
		way.Steps, way.Traits = steps, t
		r = &way
		found[k] = r
	}
	r.N++
}
