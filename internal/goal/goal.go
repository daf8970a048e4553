// Package goal holds what is wanted: dated desired levels of any metric at any team, with owner and reason, the market's
// level beside them with its source, and the barriers that stand in the way. Expectations change, so a level is never
// overwritten: a newer one follows it, and both stay. The package never judges a team; it says what is, what was asked
// for, and what lies between.
package goal

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"rapport/internal/org"
	"rapport/internal/series"
)

// Kind says whose level it is.
type Kind string

// The kinds: what we want, and what the market has.
const (
	Desired Kind = "desired"
	Market  Kind = "market"
)

// Level is a level of a metric that holds at a team, and below it, from a day on.
type Level struct {
	ID     string
	Metric string // id
	Team   string // id; empty: the whole organisation
	Kind   Kind
	From   time.Time // first day, UTC midnight
	Value  float64   // in the metric's unit; means nothing where Ends
	Ends   bool      // from this day on there is none
	Owner  string    // who answers for a desired level
	Reason string    // why it was set, changed or ended
	Source string    // where a market level comes from
	At     time.Time
	By     string
}

// Book is every level there is, for looking up what held where and when. It is plain data, made once for many questions.
type Book struct {
	levels map[place][]Level // by From, then At
	tree   *org.Tree
	sums   map[string]bool
}

type place struct {
	metric, team string
	kind         Kind
}

// NewBook makes a book. The level of a metric that is summed up belongs to its team alone: a company's revenue is not
// wanted of each of its teams.
func NewBook(levels []Level, tree *org.Tree, metrics []series.Metric) Book {
	b := Book{levels: map[place][]Level{}, tree: tree, sums: map[string]bool{}}
	for _, m := range metrics {
		b.sums[m.ID] = m.Aggregation == series.Sum
	}
	for _, l := range levels {
		k := place{l.Metric, l.Team, l.Kind}
		b.levels[k] = append(b.levels[k], l)
	}
	for _, list := range b.levels {
		slices.SortStableFunc(list, byDate)
	}
	return b
}

func byDate(a, b Level) int {
	return cmp.Or(a.From.Compare(b.From), a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}

// At is the level of a kind that holds for a metric at a team on a day: the team's own, else that of the nearest team
// above it, else the organisation's. ok is false where nobody has set one.
func (b Book) At(kind Kind, metric, team string, on time.Time) (l Level, ok bool) {
	where := []string{team}
	if team != "" && !b.sums[metric] {
		where = where[:0]
		for _, t := range b.tree.Path(team) {
			where = append(where, t.ID)
		}
		slices.Reverse(where)
		where = append(where, "")
	}
	for _, t := range where {
		if l, ok := b.own(kind, metric, t, on); ok {
			return l, true
		}
	}
	return Level{}, false
}

// own is the level set at this very team that holds on a day.
func (b Book) own(kind Kind, metric, team string, on time.Time) (Level, bool) {
	list := b.levels[place{metric, team, kind}]
	for i := len(list) - 1; i >= 0; i-- {
		if !list[i].From.After(on) {
			return list[i], !list[i].Ends
		}
	}
	return Level{}, false
}

// next is the first level set at this very team that begins after a day.
func (b Book) next(kind Kind, metric, team string, on time.Time) (out Level, ok bool) {
	for _, l := range b.levels[place{metric, team, kind}] {
		if l.From.After(on) && (!ok || l.From.Equal(out.From)) {
			out, ok = l, true
		}
	}
	return out, ok
}

// history is everything that was ever said about a metric at a team, newest first.
func (b Book) history(metric, team string) []Level {
	out := slices.Concat(b.levels[place{metric, team, Desired}], b.levels[place{metric, team, Market}])
	slices.SortStableFunc(out, func(x, y Level) int { return byDate(y, x) })
	return out
}
