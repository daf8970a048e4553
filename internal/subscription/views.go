package subscription

import (
	"context"
	"math"
	"net/url"
	"slices"
	"strconv"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/loop"
	"rapport/internal/mail"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// view is what a letter says of a page.
type view struct {
	path   string // where the newest stands; empty: at the page subscribed to
	lines  []string
	tables []mail.Table
}

const (
	mostRows   = 12
	mostGroups = 3
	dueWithin  = 30 // days
)

// view says what is stored for a page, as its reader may see it. Pages without a figure of their own give their link.
func (s *Service) view(ctx context.Context, who auth.Principal, x Subscription) (view, error) {
	page, rest, filters, err := address(x.Path)
	if err != nil {
		return view{}, err
	}
	switch {
	case page == "evidence" && rest == "":
		return s.evidence(ctx, who, filters)
	case page == "evidence":
		return s.pair(ctx, who, rest, filters)
	case page == "outcomes":
		return s.outcomes(ctx, who, filters)
	case page == "invest":
		return s.invest(ctx, who, rest)
	case page == "journeys":
		return s.journeys(ctx, who, "", filters)
	case page == "touchpoints" && rest != "":
		return s.journeys(ctx, who, rest, filters)
	case page == "pains":
		return s.pains(ctx, who)
	case page == "comments":
		return s.comments(ctx, who, filters)
	case page == "customers":
		return s.worth(ctx, who)
	case page == "goals":
		return s.goals(ctx, who, filters.Get("team"))
	case page == "actions" && rest == "":
		return s.agreed(ctx, who, filters)
	case page == "waves" && rest != "":
		return s.results(ctx, who, rest, filters.Get("group"))
	case page == "my-team":
		return s.home(ctx, who, filters.Get("team"))
	case page == "home/hr":
		return s.home(ctx, who, "", series.EX)
	case page == "home/cx", page == "cx":
		return s.home(ctx, who, filters.Get("team"), series.CX)
	case page == "cases" && rest == "":
		return s.cases(ctx, who, loop.Status(filters.Get("status")), filters.Get("overdue") != "")
	case page == "returns" && rest == "":
		return s.returns(ctx, who, filters.Get("quarter"), returns.Subject(filters.Get("of")))
	case page == "initiatives" && rest != "record":
		return s.initiatives(ctx, who, rest)
	}
	return view{}, nil
}

func figure(locale string, v float64) string {
	digits := 2
	if math.Abs(v) >= 10 {
		digits = 1
	}
	return evidence.Number(locale, v, digits)
}

// goals are the figures that have a desired level, furthest from it first is for the page to say: they stand in the
// order of the catalogue.
func (s *Service) goals(ctx context.Context, who auth.Principal, team string) (view, error) {
	page, err := s.from.Goals.Page(ctx, who.Scope, team)
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	t := mail.Table{Caption: say(loc, "subscription.goals"), Columns: []string{
		say(loc, "subscription.figure"), say(loc, "subscription.team"), say(loc, "subscription.actual"), say(loc, "subscription.desired"),
	}}
	for _, r := range page.Rows {
		if r.Desired == nil {
			continue
		}
		where, actual := r.TeamName, say(loc, "subscription.no_figure")
		if r.Team == "" {
			where = say(loc, "pulse.organisation")
		}
		switch {
		case r.Actual != nil:
			actual = figure(loc, r.Actual.Value)
		case r.NotShown:
			actual = say(loc, "subscription.not_shown")
		}
		if t.Rows = append(t.Rows, []string{r.Metric.Name, where, actual, figure(loc, r.Desired.Value)}); len(t.Rows) == mostRows {
			break
		}
	}
	if len(t.Rows) == 0 {
		return view{lines: []string{say(loc, "subscription.goals_none")}}, nil
	}
	return view{tables: []mail.Table{t}}, nil
}

// agreed are the actions as the page was asked for them: those that are due, or all in one state or in any.
func (s *Service) agreed(ctx context.Context, who auth.Principal, filters url.Values) (view, error) {
	f := action.Filter{State: action.Open, TeamID: filters.Get("team")}
	if filters.Get("mine") != "" {
		f.OwnerID = who.ID // whoever reads it, not who ordered it
	}
	switch state := filters.Get("state"); state {
	case string(action.Done), string(action.Dropped):
		f.State = action.State(state)
	case "all":
		f.State = ""
	default:
		return s.due(ctx, who, f)
	}
	list, err := s.from.Actions.List(ctx, who, f)
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	if len(list) == 0 {
		return view{lines: []string{say(loc, "subscription.actions_no")}}, nil
	}
	t := mail.Table{Caption: first(loc, say(loc, "subscription.title.actions"), len(list)), Columns: []string{say(loc, "subscription.action"), say(loc, "subscription.owner"), say(loc, "subscription.due"), say(loc, "subscription.state")}}
	for _, v := range list[:min(len(list), mostRows)] {
		t.Rows = append(t.Rows, []string{v.Title, v.OwnerName, i18n.Day(loc, v.DueOn), say(loc, "subscription.state."+string(v.State))})
	}
	return view{tables: []mail.Table{t}}, nil
}

// due are the open actions whose date has passed or comes soon.
func (s *Service) due(ctx context.Context, who auth.Principal, f action.Filter) (view, error) {
	list, err := s.from.Actions.List(ctx, who, f)
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	until := org.Date(s.now()).AddDate(0, 0, dueWithin)
	list = slices.DeleteFunc(list, func(v action.View) bool { return v.DueOn.After(until) })
	slices.SortStableFunc(list, func(a, b action.View) int { return a.DueOn.Compare(b.DueOn) })
	if len(list) == 0 {
		return view{lines: []string{say(loc, "subscription.actions_none", "days", strconv.Itoa(dueWithin))}}, nil
	}
	t := mail.Table{Caption: say(loc, "subscription.actions"), Columns: []string{say(loc, "subscription.action"), say(loc, "subscription.owner"), say(loc, "subscription.due")}}
	for _, v := range list[:min(len(list), mostRows)] {
		on := i18n.Day(loc, v.DueOn)
		if v.Overdue {
			on = say(loc, "subscription.overdue", "due", on)
		}
		t.Rows = append(t.Rows, []string{v.Title, v.OwnerName, on})
	}
	return view{tables: []mail.Table{t}}, nil
}

// results are the index, the sides and the drivers of the newest released wave of the same programme: the organisation,
// and beside it the groups the reader sees, or the one that was chosen.
func (s *Service) results(ctx context.Context, who auth.Principal, wave, group string) (view, error) {
	waves, err := s.from.Pulses.Waves(ctx)
	if err != nil {
		return view{}, err
	}
	at := slices.IndexFunc(waves, func(w pulse.Wave) bool { return w.ID == wave })
	if at < 0 {
		return view{}, nil
	}
	newest := waves[at]
	for _, w := range waves {
		if newest.ProgrammeID != "" && w.ProgrammeID == newest.ProgrammeID && !w.Rehearsal && w.ReleasedAt.After(newest.ReleasedAt) {
			newest = w
		}
	}
	res, err := s.from.Pulses.Results(ctx, newest.ID, who.Scope)
	if errs.KindOf(err) == errs.KindNotFound {
		return view{lines: []string{say(who.Locale, "subscription.not_released")}}, nil
	}
	if err != nil {
		return view{}, err
	}
	lib, err := pulse.LoadLibrary()
	if err != nil {
		return view{}, err
	}
	loc := who.Locale
	t := mail.Table{Caption: newest.Title, Columns: []string{say(loc, "subscription.measure"), say(loc, "pulse.organisation")}}
	groups := chosen(res.Rows, group, who.Scope.All())
	for _, g := range groups {
		name := g.Name
		if g.Value != "" {
			name += " · " + g.Value
		}
		t.Columns = append(t.Columns, name)
	}
	cell := func(f *pulse.Figure) string {
		if f == nil {
			return say(loc, "subscription.not_shown")
		}
		return say(loc, "subscription.score", "score", strconv.Itoa(f.Score), "lo", strconv.Itoa(f.Low), "hi", strconv.Itoa(f.High))
	}
	for i, c := range res.Columns {
		name := columnName(c, lib, loc)
		if name == "" {
			continue
		}
		row := []string{name, cell(c.Company)}
		for _, g := range groups {
			row = append(row, cell(g.Cells[i]))
		}
		t.Rows = append(t.Rows, row)
	}
	v := view{tables: []mail.Table{t}}
	if newest.ID != wave {
		v.path = "/waves/" + newest.ID
	}
	return v, nil
}

// chosen are the groups beside the organisation: the one named, or the topmost ones of somebody who does not see all.
func chosen(rows []pulse.Row, group string, all bool) []pulse.Row {
	var out []pulse.Row
	depth := math.MaxInt
	for _, r := range rows {
		if r.Node != "" && r.Name != "" && r.Value == "" {
			depth = min(depth, r.Depth)
		}
	}
	for _, r := range rows {
		switch {
		case group != "" && r.Node == group && r.Value == "":
			return []pulse.Row{r}
		case group == "" && !all && r.Name != "" && r.Value == "" && r.Depth == depth && len(out) < mostGroups:
			out = append(out, r)
		}
	}
	return out
}

// columnName names an index, a side or a driver; questions stand on the page.
func columnName(c pulse.Column, lib pulse.Library, locale string) string {
	switch c.Kind {
	case pulse.IndexColumn:
		return i18n.Text(locale, "pulse.index", nil)
	case pulse.SideColumn:
		return i18n.Text(locale, "pulse.side."+c.Key, nil)
	case pulse.DriverColumn:
		for _, d := range lib.Drivers {
			if d.Key == c.Driver {
				return pulse.Texts(d.Name, locale)
			}
		}
	}
	return ""
}
