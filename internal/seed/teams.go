package seed

import (
	"context"
	"fmt"
	"time"

	"rapport/internal/org"
	"rapport/internal/series"
)

// unit is a team of the tree: its key, name and the key of the team above it.
type unit struct{ key, name, parent string }

// upper are the teams above the leaves.
var upper = []unit{
	{rootID, "Hearthline Home Services", ""},
	{"field", "Field service", rootID},
	{"field-east", "East", "field"},
	{"field-north", "North", "field"},
	{"field-west", "West", "field"},
	{"care", "Customer care", rootID},
	{"care-phone", "Phone", "care"},
	{"care-writing", "Chat and mail", "care"},
	{"shops", "Shops", rootID},
	{"shops-city", "City shops", "shops"},
	{"shops-country", "Country shops", "shops"},
}

// leaves are the teams that have figures, by the team above them.
var leaves = []struct {
	parent string
	names  []string
}{
	{"field-east", []string{"Alderbrook", "Brenmark", "Caldmoor", "Dunwater", "Elmsford", "Fenholt", "Garrow", "Halden"}},
	{"field-north", []string{"Iverness Quay", "Jutfield", "Kestrel Bay", "Larkhill", "Marrow Point", "Northgate", "Orrin Vale", "Pellworth"}},
	{"field-west", []string{"Quillan", "Rowanby", "Silverton", "Thornbury Cross", "Ulverstead", "Vantry", "Westlow", "Yarrowdale"}},
	{"care-phone", []string{"Morning line", "Midday line", "Evening line", "Contracts desk", "Claims desk"}},
	{"care-writing", []string{"Chat one", "Chat two", "Mail desk", "Social desk", "Callback desk"}},
	{"shops-city", []string{"Market Square", "Station Arcade", "Canal Street", "Old Town"}},
	{"shops-country", []string{"Millbridge", "Heathcote", "Saltmarsh", "Upper Ford"}},
}

func leafUnits() []unit {
	var out []unit
	for _, l := range leaves {
		for i, n := range l.names {
			out = append(out, unit{fmt.Sprintf("%s-%d", l.parent, i+1), n, l.parent})
		}
	}
	return out
}

// Halden goes into Brenmark; Vantry moves from West to North.
const (
	mergedTeam, mergedInto, mergeWeek = "field-east-8", "field-east-2", 71
	movedTeam, movedTo, moveWeek      = "field-west-6", "field-north", 48
)

// buildTeams makes the tree as it was two years ago and gives the ids by key.
func (c *company) buildTeams(ctx context.Context, o *org.Service) (map[string]string, error) {
	ids := map[string]string{}
	for _, u := range append(append([]unit{}, upper...), leafUnits()...) {
		t, err := o.CreateTeam(ctx, actor.ID, org.NewTeam{Name: u.name, ExternalID: u.key, ParentID: ids[u.parent], CreatedOn: foundedOn(c)})
		if err != nil {
			return nil, fmt.Errorf("team %s: %w", u.name, err)
		}
		ids[u.key] = t.ID
	}
	return ids, nil
}

// foundedOn is when the company began.
func foundedOn(c *company) time.Time { return c.week(0).Start().AddDate(-3, 0, 0) }

type teamChange struct {
	team   string
	change org.TeamChange
}

func (c *company) changes(ids map[string]string) []teamChange {
	return []teamChange{
		{ids[movedTeam], org.TeamChange{Kind: org.Move, On: c.week(moveWeek).Start(), ParentID: ids[movedTo]}},
		{ids[mergedTeam], org.TeamChange{Kind: org.Merge, On: c.week(mergeWeek).Start(), IntoID: ids[mergedInto]}},
	}
}

// week is the calendar week of the company's week t, 0 … Weeks−1.
func (c *company) week(t int) series.Period {
	return series.Period{Grain: series.Week, Index: c.last - Weeks + 1 + t}
}

func (c *company) events() []series.Event {
	on := func(week int) time.Time { return c.week(week).Start().AddDate(0, 0, 1) }
	return []series.Event{
		{On: on(22), Title: "Brightpipe opens in the West", Kind: series.Competitor, Source: "Trade press"},
		{On: on(40), Until: on(43), Title: "Rail strike", Kind: series.Other, Source: "News"},
		{On: on(moveWeek), Title: "A team moves to another unit", Kind: series.Internal, Source: "Organisation"},
		{On: on(58), Title: "New planning tool, team by team", Kind: series.Internal, Source: "Operations"},
		{On: on(mergeWeek), Title: "Halden joins Brenmark", Kind: series.Internal, Source: "Organisation"},
		{On: on(83), Title: "Minimum wage rises", Kind: series.LabourMarket, Source: "Official gazette"},
		{On: on(95), Title: "Energy prices jump", Kind: series.Economy, Source: "Statistics office"},
	}
}

// Teams makes the demo company's teams alone.
func Teams(ctx context.Context, o *org.Service, now time.Time) error {
	_, err := (&company{last: series.PeriodOf(now, series.Week).Index - 1}).buildTeams(ctx, o)
	return err
}
