package myteam

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/report"
	"rapport/internal/series"
)

func num(v float64) *float64 { return &v }

func measure(id string, kind series.Kind, higher bool, now, se float64, company *float64) report.Measure {
	m := report.Measure{MetricID: id, Name: id, Kind: kind, HigherIsBetter: higher, Now: &now, Err: &se, Company: company, Spread: num(5), Version: 1}
	return m
}

func link(x, y string, v evidence.Verdict, q float64) linkage.Finding {
	return linkage.Finding{ID: x + "-" + y, X: x, Y: y, Block: linkage.EXCX, Verdict: v, TWFE: evidence.Estimate{Q: &q}}
}

var run = linkage.Run{Teams: 42, Catalogue: []series.Metric{{ID: "satisfaction", Name: "Satisfaction"}, {ID: "waiting", Name: "Waiting"}}}

func TestADriverStandsOnItsBestEvidence(t *testing.T) {
	measures := []report.Measure{measure("mood", series.EX, true, 70, 1, num(71)), measure("load", series.EX, false, 60, 1, num(50)), measure("satisfaction", series.CX, true, 80, 1, num(80))}
	findings := []linkage.Finding{link("mood", "satisfaction", evidence.NoLinkSeen, .001), link("mood", "waiting", evidence.Supported, .04), link("load", "waiting", evidence.Exploratory, 1)}
	list := drivers(measures, run, findings)
	require.Len(t, list, 2)
	require.Equal(t, "Waiting", list[0].With)
	require.Equal(t, evidence.Supported, list[0].Verdict)
	require.Equal(t, 0, list[0].Side, "one point with a standard error of one is no difference")
	require.Equal(t, -1, list[1].Side, "more of what should be less is the worse side")
	require.InDelta(t, -2, *list[1].Apart, 1e-12)
}

// Looking at more drivers widens each one's interval: 2.2 standard errors stand apart alone and not among ten.
func TestIntervalsAllowForTheNumberOfDrivers(t *testing.T) {
	var measures []report.Measure
	var findings []linkage.Finding
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		measures = append(measures, measure(id, series.EX, true, 72.2, 1, num(70)))
		findings = append(findings, link(id, "waiting", evidence.Supported, .01))
	}
	require.Equal(t, 1, drivers(measures[:1], run, findings)[0].Side)
	require.Equal(t, 0, drivers(measures, run, findings)[0].Side)
}

func TestATrendBreaksWhereTheDefinitionChanged(t *testing.T) {
	older, newer := measure("mood", series.EX, true, 60, 1, nil), measure("mood", series.EX, true, 70, 1, nil)
	newer.Version = 2
	of := func(y, n int, m ...report.Measure) report.Report {
		return report.Report{Head: report.Head{Quarter: report.Quarter{Year: y, Number: n, Start: 1}}, Content: report.Content{Measures: m}}
	}
	list := points("mood", []report.Report{of(2025, 3, newer), of(2025, 2), of(2025, 1, older)})
	require.Len(t, list, 2, "a quarter without a figure is left out, and drawn as a gap")
	require.Equal(t, "2025-Q1", list[0].Quarter)
	require.False(t, list[0].Breaks)
	require.True(t, list[1].Breaks)
	require.InDelta(t, 70-1.96, *list[1].Lo, .001)
}

func TestNothingEstablishedSaysSo(t *testing.T) {
	p := Page{Drivers: []Driver{{Name: "Mood", Verdict: evidence.NoLinkSeen, Side: -1, Company: num(1)}}}
	list := says(p, run)
	require.Len(t, list, 1)
	require.Equal(t, "myteam.says.nothing", list[0].Key)
	require.Equal(t, "myteam.cannot.open", cannot(p, run)[1].Key)
	for _, s := range append(list, cannot(p, run)...) {
		for _, locale := range []string{"en", "he", "pl"} {
			require.NotContains(t, s.In(locale), "{")
		}
	}
}

type closed map[string][]report.Report

func (c closed) List(_ context.Context, _ auth.Principal, team string) ([]report.Head, error) {
	out := []report.Head{}
	for _, r := range c[team] {
		out = append(out, r.Head)
	}
	return out, nil
}

func (c closed) Get(_ context.Context, _ auth.Principal, quarter, team string, _ int) (report.Report, error) {
	for _, r := range c[team] {
		if r.Quarter.String() == quarter {
			return r, nil
		}
	}
	return report.Report{}, errs.NotFound("report_unknown")
}

type noRun struct{}

func (noRun) Report(context.Context, string) (linkage.Run, []linkage.Finding, error) {
	return linkage.Run{}, nil, errs.NotFound("run_unknown")
}

type teams []org.Team

func (t teams) Teams(_ context.Context, scope org.Scope) ([]org.Team, error) {
	var out []org.Team
	for _, x := range t {
		if scope.Has(x.ID) {
			out = append(out, x)
		}
	}
	return out, nil
}

// A lead of two branches lands on the first that has a closed quarter, and a run that is gone takes only the drivers along.
func TestTheFirstOwnTeamWithAQuarter(t *testing.T) {
	s := NewService(closed{
		"all":   {{Head: report.Head{TeamID: "all", Quarter: report.Quarter{Year: 2025, Number: 1, Start: 1}}}},
		"south": {{Head: report.Head{TeamID: "south", Quarter: report.Quarter{Year: 2025, Number: 1, Start: 1}}}},
	}, noRun{}, teams{{ID: "all"}, {ID: "north", ParentID: "all"}, {ID: "south", ParentID: "all"}})
	who := auth.Principal{Role: auth.Lead, Scope: org.Teams("north", "south")}
	p, err := s.Page(context.Background(), who, "")
	require.NoError(t, err)
	require.Equal(t, "south", p.Report.TeamID)
	require.Empty(t, p.Drivers)
	require.Equal(t, "myteam.cannot.cause", p.Cannot[0].Key)

	_, err = s.Page(context.Background(), auth.Principal{Role: auth.Lead, Scope: org.Teams("north")}, "")
	require.Equal(t, errs.KindNotFound, errs.KindOf(err))
}

// Where several units stand at the top, none of them is the whole: whoever sees all of it lands on the organisation's own.
func TestSeveralUnitsAtTheTop(t *testing.T) {
	q := report.Quarter{Year: 2025, Number: 1, Start: 1}
	s := NewService(closed{"": {{Head: report.Head{Quarter: q}}}, "east": {{Head: report.Head{TeamID: "east", Quarter: q}}}}, noRun{}, teams{{ID: "east"}, {ID: "west"}})
	p, err := s.Page(context.Background(), auth.Principal{Role: auth.HR, Scope: org.Everything}, "")
	require.NoError(t, err)
	require.Empty(t, p.Report.TeamID)
	p, err = s.Page(context.Background(), auth.Principal{Role: auth.Lead, Scope: org.Teams("east", "west")}, "")
	require.NoError(t, err)
	require.Equal(t, "east", p.Report.TeamID)
}

func TestTheCompanyIsNotHeldBesideItself(t *testing.T) {
	m := measure("mood", series.EX, true, 70, 1, num(70))
	m.Parent = num(70)
	list := points("mood", []report.Report{{Head: report.Head{Quarter: report.Quarter{Year: 2025, Number: 1, Start: 1}}, Content: report.Content{Measures: []report.Measure{m}}}})
	require.Nil(t, list[0].Company)
	require.Nil(t, list[0].Parent)
	d := drivers([]report.Measure{m}, run, []linkage.Finding{link("mood", "waiting", evidence.Supported, .01)})
	require.Nil(t, d[0].Company)
	require.Nil(t, d[0].Apart)
}
