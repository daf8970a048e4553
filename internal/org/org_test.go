package org_test

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

var ctx = context.Background()

// today is the day on which everything in these tests happens.
var today = date("2025-06-15")

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func newService(t testing.TB) *org.Service {
	t.Helper()
	st, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "t.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	return org.NewService(st, func() time.Time { return today.Add(9 * time.Hour) })
}

// company makes North with Haifa and Acre below it, and South, on 2024-01-01; it gives ids by name.
func company(t *testing.T, s *org.Service) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, x := range [][2]string{{"North", ""}, {"Haifa", "North"}, {"Acre", "North"}, {"South", ""}} {
		made, err := s.CreateTeam(ctx, "u", org.NewTeam{Name: x[0], ParentID: ids[x[1]], CreatedOn: date("2024-01-01")})
		require.NoError(t, err)
		ids[x[0]] = made.ID
	}
	return ids
}

func get(t *testing.T, s *org.Service, id string) org.Team {
	t.Helper()
	tree, err := s.Tree(ctx)
	require.NoError(t, err)
	x, ok := tree.Get(id)
	require.True(t, ok)
	return x
}

func TestATeamKeepsItsLineThroughChanges(t *testing.T) {
	s := newService(t)
	id := company(t, s)
	require.NoError(t, s.ChangeTeam(ctx, "u", id["Haifa"], org.TeamChange{Kind: org.Rename, On: date("2024-03-01"), Name: "Haifa Bay"}))
	require.NoError(t, s.ChangeTeam(ctx, "u", id["Haifa"], org.TeamChange{Kind: org.Move, On: date("2024-05-01"), ParentID: id["South"]}))
	require.NoError(t, s.ChangeTeam(ctx, "u", id["Acre"], org.TeamChange{Kind: org.Merge, On: date("2024-09-01"), IntoID: id["Haifa"]}))
	x := get(t, s, id["Haifa"])
	require.Equal(t, []org.TeamEvent{
		{On: date("2024-01-01"), Kind: org.Created},
		{On: date("2024-03-01"), Kind: org.Renamed, From: "Haifa", To: "Haifa Bay"},
		{On: date("2024-05-01"), Kind: org.Moved, From: "North", To: "South"},
		{On: date("2024-09-01"), Kind: org.Received, From: "Acre"},
	}, x.History)
	require.Equal(t, []time.Time{date("2024-05-01"), date("2024-09-01")}, x.Breaks(), "a new name is no break")
	acre := get(t, s, id["Acre"])
	require.Equal(t, id["Haifa"], acre.MergedInto)
	require.Equal(t, date("2024-09-01"), acre.ClosedOn)
	require.NoError(t, s.ChangeTeam(ctx, "u", id["North"], org.TeamChange{Kind: org.Close, On: date("2025-01-01")}))
	scope, err := s.ScopeOf(ctx, []string{id["South"]})
	require.NoError(t, err)
	require.True(t, scope.Has(id["Haifa"]), "a lead's scope follows the tree")
	require.False(t, scope.Has(id["Acre"]))
}

func TestChangesThatCannotBe(t *testing.T) {
	s := newService(t)
	id := company(t, s)
	_, err := s.PutEmployees(ctx, "u", []org.EmployeeRow{{ExternalID: "1", Team: "Acre"}}, org.Batch{})
	require.NoError(t, err)
	on := date("2024-06-01")
	for name, x := range map[string]struct {
		team   string
		change org.TeamChange
		code   string
	}{
		"unknown team":               {"none", org.TeamChange{Kind: org.Rename, On: on, Name: "X"}, "team_unknown"},
		"no name":                    {"North", org.TeamChange{Kind: org.Rename, On: on, Name: " "}, "team_name_missing"},
		"a sibling's name":           {"Haifa", org.TeamChange{Kind: org.Rename, On: on, Name: "acre"}, "team_name_taken"},
		"below itself":               {"North", org.TeamChange{Kind: org.Move, On: on, ParentID: "North"}, "team_cycle"},
		"below its own child":        {"North", org.TeamChange{Kind: org.Move, On: on, ParentID: "Haifa"}, "team_cycle"},
		"below nothing known":        {"North", org.TeamChange{Kind: org.Move, On: on, ParentID: "none"}, "team_unknown"},
		"into itself":                {"Haifa", org.TeamChange{Kind: org.Merge, On: on, IntoID: "Haifa"}, "team_merge_itself"},
		"into a descendant":          {"North", org.TeamChange{Kind: org.Merge, On: on, IntoID: "Haifa"}, "team_merge_itself"},
		"into nothing known":         {"Haifa", org.TeamChange{Kind: org.Merge, On: on, IntoID: "none"}, "team_unknown"},
		"merge with teams below":     {"North", org.TeamChange{Kind: org.Merge, On: on, IntoID: "South"}, "team_has_teams"},
		"close with teams below":     {"North", org.TeamChange{Kind: org.Close, On: on}, "team_has_teams"},
		"close with people":          {"Acre", org.TeamChange{Kind: org.Close, On: on}, "team_has_people"},
		"a day ahead":                {"Haifa", org.TeamChange{Kind: org.Close, On: today.AddDate(0, 0, 1)}, "date_ahead"},
		"before it was there":        {"Haifa", org.TeamChange{Kind: org.Close, On: date("2023-12-31")}, "date_before_team"},
		"year 0":                     {"Haifa", org.TeamChange{Kind: org.Close, On: date("0000-01-01")}, "date_impossible"},
		"a kind that does not exist": {"Haifa", org.TeamChange{Kind: "split", On: on}, "team_change_unknown"},
	} {
		team := x.team
		for _, p := range []*string{&team, &x.change.ParentID, &x.change.IntoID} {
			if known := id[*p]; known != "" {
				*p = known
			}
		}
		require.Equal(t, x.code, errs.CodeOf(s.ChangeTeam(ctx, "u", team, x.change)), name)
	}
	require.NoError(t, s.ChangeTeam(ctx, "u", id["South"], org.TeamChange{Kind: org.Close, On: on}))
	require.Equal(t, "team_closed", errs.CodeOf(s.ChangeTeam(ctx, "u", id["South"], org.TeamChange{Kind: org.Rename, On: on, Name: "X"})))
	require.Equal(t, "team_closed", errs.CodeOf(s.ChangeTeam(ctx, "u", id["Haifa"], org.TeamChange{Kind: org.Move, On: on, ParentID: id["South"]})))
	for _, n := range []org.NewTeam{{Name: ""}, {Name: "haifa", ParentID: id["North"]}, {Name: "X", ParentID: "none"}, {Name: "X", CreatedOn: today.AddDate(0, 1, 0)}} {
		_, err := s.CreateTeam(ctx, "u", n)
		require.Error(t, err, n)
	}
}

func TestTwoMovesAtOnceMakeNoCycle(t *testing.T) {
	s := newService(t)
	id := company(t, s)
	results := make(chan error, 2)
	move := func(team, below string) {
		results <- s.ChangeTeam(ctx, "u", id[team], org.TeamChange{Kind: org.Move, On: today, ParentID: id[below]})
	}
	go move("North", "South")
	go move("South", "North")
	first, second := <-results, <-results
	if first != nil {
		first, second = second, first
	}
	require.NoError(t, first)
	require.Equal(t, "team_cycle", errs.CodeOf(second))
}

func p[T any](v T) *T { return &v }

func employees(t *testing.T, s *org.Service) map[string]org.Employee {
	t.Helper()
	es, err := s.Employees(ctx, org.Everything, org.Page{Limit: 100})
	require.NoError(t, err)
	out := map[string]org.Employee{}
	for _, e := range es {
		out[e.ExternalID] = e
	}
	return out
}

func put(t *testing.T, s *org.Service, rows ...org.EmployeeRow) intake.Result {
	t.Helper()
	r, err := s.PutEmployees(ctx, "u", rows, org.Batch{Source: "api"})
	require.NoError(t, err)
	require.Empty(t, r.Errors)
	return r
}

func TestEmployeesMoveLeaveAndComeBack(t *testing.T) {
	s := newService(t)
	id := company(t, s)
	north, south := id["North"], id["South"]
	row := org.EmployeeRow{ExternalID: "7", Team: "north", Name: p("Dana"), Email: p("dana@example.com"), JoinedOn: p(date("2024-02-01")), Attributes: map[string]string{"site": "A"}}
	require.Equal(t, 1, put(t, s, row).Imported)
	require.Equal(t, 1, put(t, s, row).Unchanged, "the same row again changes nothing")

	put(t, s, org.EmployeeRow{ExternalID: "7", Team: "South"})
	e := employees(t, s)["7"]
	require.Equal(t, []org.Stay{{TeamID: north, From: date("2024-02-01"), To: today}, {TeamID: south, From: today}}, e.Stays)
	require.Equal(t, "Dana", e.Name, "what a row does not say stays")

	put(t, s, org.EmployeeRow{ExternalID: "7", Team: "South", LeftOn: p(date("2025-06-30"))})
	e = employees(t, s)["7"]
	require.Equal(t, org.Stay{TeamID: south, From: today, To: date("2025-07-01"), Left: true}, e.Stays[1], "the last day is a day there")

	put(t, s, org.EmployeeRow{ExternalID: "7", Team: "South", LeftOn: p(date("2024-12-31"))})
	e = employees(t, s)["7"]
	require.Equal(t, []org.Stay{{TeamID: north, From: date("2024-02-01"), To: date("2025-01-01"), Left: true}}, e.Stays, "a corrected last day ends the stay that held then")
	require.Equal(t, north, e.TeamID)

	put(t, s, org.EmployeeRow{ExternalID: "7", Team: "South", JoinedOn: p(date("2025-03-01")), LeftOn: p(time.Time{})})
	e = employees(t, s)["7"]
	require.Equal(t, []org.Stay{{TeamID: north, From: date("2024-02-01"), To: date("2025-01-01"), Left: true}, {TeamID: south, From: date("2025-03-01")}}, e.Stays)
	require.True(t, e.LeftOn.IsZero())

	put(t, s, org.EmployeeRow{ExternalID: "7", Team: "South", JoinedOn: p(date("2025-02-15")), Attributes: map[string]string{"site": "", "grade": "B"}})
	e = employees(t, s)["7"]
	require.Equal(t, date("2025-02-15"), e.Stays[1].From, "a corrected joining date moves the present employment only")
	require.Equal(t, map[string]string{"grade": "B"}, e.Attributes)
}

func TestAMergeHandsPeopleOver(t *testing.T) {
	s := newService(t)
	id := company(t, s)
	put(t, s, org.EmployeeRow{ExternalID: "1", Team: "Acre", JoinedOn: p(date("2024-01-01"))},
		org.EmployeeRow{ExternalID: "2", Team: "Acre", JoinedOn: p(date("2024-01-01")), LeftOn: p(date("2024-03-31"))},
		org.EmployeeRow{ExternalID: "3", Team: "Acre", JoinedOn: p(date("2024-01-01")), LeftOn: p(date("2025-12-31"))})
	_, err := s.PutPartners(ctx, "u", []org.PartnerRow{{ExternalID: "P", Teams: []string{"Acre", "South"}}}, org.Batch{})
	require.NoError(t, err)
	on := date("2024-09-01")
	require.NoError(t, s.ChangeTeam(ctx, "u", id["Acre"], org.TeamChange{Kind: org.Merge, On: on, IntoID: id["Haifa"]}))
	es := employees(t, s)
	require.Equal(t, []org.Stay{{TeamID: id["Acre"], From: date("2024-01-01"), To: on}, {TeamID: id["Haifa"], From: on}}, es["1"].Stays)
	require.Equal(t, id["Acre"], es["2"].TeamID, "who had left stays where they were")
	require.Equal(t, org.Stay{TeamID: id["Haifa"], From: on, To: date("2026-01-01"), Left: true}, es["3"].Stays[1])
	ps, err := s.Partners(ctx, org.Everything, org.Page{Limit: 5})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{id["Haifa"], id["South"]}, ps[0].TeamIDs)
}

func TestBadRowsAreNamedAndNothingIsStored(t *testing.T) {
	s := newService(t)
	company(t, s)
	_, err := s.CreateTeam(ctx, "u", org.NewTeam{Name: "Haifa", CreatedOn: date("2024-01-01")})
	require.NoError(t, err)
	r, err := s.PutEmployees(ctx, "u", []org.EmployeeRow{
		{ExternalID: "ok", Team: "North / Haifa"},
		{ExternalID: "", Team: "North"},
		{ExternalID: "ok", Team: "North"},
		{ExternalID: "a", Team: "Haifa"},
		{ExternalID: "b", Team: "Nowhere"},
		{ExternalID: "c", Team: "North", Email: p("not an address")},
		{ExternalID: "d", Team: "North", Locale: p("fr")},
		{ExternalID: "e", Team: "North", JoinedOn: p(date("2025-01-01")), LeftOn: p(date("2024-01-01"))},
		{ExternalID: "f", Team: "North", JoinedOn: p(date("1066-10-14"))},
		{ExternalID: "g", Team: ""},
	}, org.Batch{})
	require.NoError(t, err)
	var codes []string
	for _, f := range r.Errors {
		codes = append(codes, f.Path+" "+f.Code)
	}
	require.Equal(t, []string{
		"/items/1/external_id external_id_missing", "/items/2/external_id external_id_twice", "/items/3/team team_ambiguous", "/items/4/team team_unknown",
		"/items/5/email email_invalid", "/items/6/locale locale_unknown", "/items/7/left_on left_before_joined", "/items/8/joined_on date_impossible", "/items/9/team team_missing",
	}, codes)
	require.Equal(t, []int{10, 0, 9}, []int{r.Rows, r.Imported, r.Rejected})
	require.Empty(t, employees(t, s))
	r, err = s.PutEmployees(ctx, "u", []org.EmployeeRow{{ExternalID: "x", Team: "New"}}, org.Batch{DryRun: true, CreateTeams: true})
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{r.Imported, r.TeamsCreated})
	require.Empty(t, employees(t, s), "a dry run stores nothing")
}

func importFile(t *testing.T, s *org.Service, body string, m intake.Mapping, dryRun bool) (intake.Result, error) {
	t.Helper()
	f, err := intake.Open(bytes.NewReader([]byte(body)), int64(len(body)), "hr.csv", m.Options())
	require.NoError(t, err)
	return s.ImportFile(ctx, "u", f, m, org.Batch{DryRun: dryRun, Source: "hr.csv"})
}

func TestAFileOfEmployees(t *testing.T) {
	s := newService(t)
	body := "Employee ID,First name,Last Name,E-mail,Division,Department,Hire date,Leaving date,Site\n" +
		"1,Dana,Levi,dana@example.com,North,Haifa,31/01/2023,,A\n" +
		"2,Ola,Nowak,,North,Acre,15/02/2023,30/06/2024,B\n"
	look, err := intake.Look(bytes.NewReader([]byte(body)), int64(len(body)), "hr.csv", intake.Options{})
	require.NoError(t, err)
	m := org.Suggest(look, intake.Employees, true)
	require.Equal(t, map[string]string{
		"external_id": "Employee ID", "first_name": "First name", "last_name": "Last Name", "email": "E-mail", "parent": "Division",
		"team": "Department", "joined_on": "Hire date", "left_on": "Leaving date",
	}, m.Columns)
	require.Equal(t, []string{"Site"}, m.Ignore)
	require.Equal(t, "DD/MM/YYYY", m.DateFormat)
	m.Columns["attributes.site"] = "Site"
	r, err := importFile(t, s, body, m, false)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2, 3}, []int{r.Rows, r.Imported, r.TeamsCreated})
	e := employees(t, s)["1"]
	require.Equal(t, "Dana Levi", e.Name)
	require.Equal(t, map[string]string{"site": "A"}, e.Attributes)
	haifa := get(t, s, e.TeamID)
	require.Equal(t, date("2023-01-31"), haifa.CreatedOn, "the team is as old as the first person in it")
	require.Equal(t, date("2023-01-31"), get(t, s, haifa.ParentID).CreatedOn)
	r, err = importFile(t, s, body, m, false)
	require.NoError(t, err)
	require.Equal(t, 2, r.Unchanged)

	bad := "Employee ID,First name,Last Name,E-mail,Division,Department,Hire date,Leaving date,Site\n" +
		"3,A,B,,North,Haifa,31/02/2023,,A\n" +
		"4,A,B,,North\n" +
		"5,A,B,nope,North,Haifa,01/02/2023,soon,A\n" +
		"5,A,B,,North,Haifa,01/02/2023,,A\n"
	r, err = importFile(t, s, bad, m, false)
	require.NoError(t, err)
	var where []string
	for _, f := range r.Errors {
		where = append(where, f.Column+" "+f.Code)
	}
	require.Equal(t, []int{4, 0, 4}, []int{r.Rows, r.Imported, r.Rejected})
	require.Equal(t, []string{"Hire date date_impossible", " row_ragged", "Leaving date date_unreadable", "E-mail email_invalid", "Employee ID external_id_twice"}, where)
	require.Equal(t, []int{2, 3, 4, 4, 5}, []int{r.Errors[0].Line, r.Errors[1].Line, r.Errors[2].Line, r.Errors[3].Line, r.Errors[4].Line})

	delete(m.Columns, "team")
	_, err = importFile(t, s, body, m, false)
	require.Equal(t, "mapping_field_missing", errs.CodeOf(err))
	m.Columns["team"], m.Columns["shoe_size"] = "Department", "Site"
	_, err = importFile(t, s, body, m, false)
	require.Equal(t, "mapping_field_unknown", errs.CodeOf(err))
	m.Columns = map[string]string{"external_id": "Employee ID", "team": "Dept"}
	_, err = importFile(t, s, body, m, false)
	require.Equal(t, "column_missing", errs.CodeOf(err))
}

func TestAFileOfPartnersInPolish(t *testing.T) {
	s := newService(t)
	id := company(t, s)
	body := "Numer partnera;Imię i nazwisko;Firma;Zespoły;Koniec umowy\nP1;Jan Kot;Acme;Haifa | South;2026-01-31\n"
	look, err := intake.Look(bytes.NewReader([]byte(body)), int64(len(body)), "p.csv", intake.Options{})
	require.NoError(t, err)
	m := org.Suggest(look, intake.Partners, false)
	r, err := importFile(t, s, body, m, false)
	require.NoError(t, err)
	require.Equal(t, 1, r.Imported, r.Errors)
	ps, err := s.Partners(ctx, org.Teams(id["South"]), org.Page{Limit: 5})
	require.NoError(t, err)
	require.Equal(t, "Acme", ps[0].Company)
	require.Equal(t, date("2026-01-31"), ps[0].EndedOn)
	r, err = importFile(t, s, body, m, true)
	require.NoError(t, err)
	require.Equal(t, 1, r.Unchanged)
}

func TestAttritionFollowsLeavingDatesAndTheFloor(t *testing.T) {
	s := newService(t)
	id := company(t, s)
	rows := []org.EmployeeRow{}
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		rows = append(rows, org.EmployeeRow{ExternalID: n, Team: "Haifa", JoinedOn: p(date("2024-01-01"))})
	}
	rows[4].LeftOn = p(date("2024-04-15")) // 15 of 30 days
	rows[5].LeftOn = p(date("2024-03-31")) // the last day is a day there
	for _, n := range []string{"7", "8", "9", "10"} {
		rows = append(rows, org.EmployeeRow{ExternalID: n, Team: "Acre", JoinedOn: p(date("2024-03-01")), LeftOn: p(date("2024-03-10"))})
	}
	put(t, s, rows...)
	got, err := s.Attrition(ctx, org.Teams(id["Haifa"]), date("2024-02-01"), date("2024-06-01"))
	require.NoError(t, err)
	require.Equal(t, []org.AttritionMonth{
		{TeamID: id["Haifa"], Month: date("2024-02-01"), Headcount: 6},
		{TeamID: id["Haifa"], Month: date("2024-03-01"), Headcount: 6, Leavers: 1},
		{TeamID: id["Haifa"], Month: date("2024-04-01"), HeldBack: true}, // 4.5 on average
		{TeamID: id["Haifa"], Month: date("2024-05-01"), HeldBack: true},
	}, got)
	got, err = s.Attrition(ctx, org.Everything, date("2024-03-01"), date("2024-04-01"))
	require.NoError(t, err)
	require.Contains(t, got, org.AttritionMonth{TeamID: id["Acre"], Month: date("2024-03-01"), HeldBack: true})
	_, err = s.Attrition(ctx, org.Scope{}, date("2024-03-01"), date("2024-04-01"))
	require.Equal(t, "scope_missing", errs.CodeOf(err))
	require.NoError(t, s.ChangeTeam(ctx, "u", id["Acre"], org.TeamChange{Kind: org.Close, On: date("2024-04-01")}), "everybody has left")
}

func TestAPartnersFirstDay(t *testing.T) {
	s := newService(t)
	company(t, s)
	put := func(r org.PartnerRow) intake.Result {
		t.Helper()
		r.Teams = []string{"South"}
		res, err := s.PutPartners(ctx, "u", []org.PartnerRow{r}, org.Batch{})
		if res.Rejected == 0 {
			require.NoError(t, err)
		}
		return res
	}
	on := func(id string) org.Partner {
		ps, err := s.Partners(ctx, org.Everything, org.Page{Limit: 50})
		require.NoError(t, err)
		i := slices.IndexFunc(ps, func(p org.Partner) bool { return p.ExternalID == id })
		require.GreaterOrEqual(t, i, 0)
		return ps[i]
	}
	put(org.PartnerRow{ExternalID: "said", StartedOn: p(date("2023-05-01"))})
	require.Equal(t, date("2023-05-01"), on("said").StartedOn)
	put(org.PartnerRow{ExternalID: "said", EndedOn: p(date("2024-05-01"))})
	require.Equal(t, date("2023-05-01"), on("said").StartedOn, "what a row leaves out stays")
	put(org.PartnerRow{ExternalID: "unsaid"})
	require.Equal(t, today, on("unsaid").StartedOn, "nobody said, so from the day we heard of them")
	put(org.PartnerRow{ExternalID: "gone", StartedOn: &time.Time{}, EndedOn: p(date("2020-01-31"))})
	require.Equal(t, date("2020-01-31"), on("gone").StartedOn)
	bad := put(org.PartnerRow{ExternalID: "said", EndedOn: p(date("2022-01-01"))})
	require.Equal(t, 1, bad.Rejected)
	require.Equal(t, "ended_before_started", bad.Errors[0].Code)
}
