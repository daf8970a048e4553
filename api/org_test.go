package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

func TestTheTeamTreeByAPI(t *testing.T) {
	_, c := administered(t, nil)
	north := ask[v1.Team](c, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	haifa := ask[v1.Team](c, "POST", "/teams", object{"name": "Haifa", "parent_id": north.Id, "external_id": "H1", "created_on": "2024-01-01"})
	acre := ask[v1.Team](c, "POST", "/teams", object{"name": "Acre", "parent_id": north.Id, "created_on": "2024-01-01"})
	require.Equal(t, []string{"North", "Haifa"}, haifa.Path)
	require.Equal(t, 1, haifa.Depth)
	d := ask[v1.TeamDetail](c, "PUT", "/teams/"+acre.Id, object{"kind": "merge", "on": "2024-06-01", "into_id": haifa.Id})
	require.Equal(t, haifa.Id, *d.Team.MergedIntoId)
	require.Equal(t, v1.TeamEventKind("merged"), d.History[1].Kind)
	require.Len(t, ask[v1.TeamList](c, "GET", "/teams", nil).Items, 2)
	all := ask[v1.TeamList](c, "GET", "/teams?closed=true", nil).Items
	require.Len(t, all, 3)
	require.Equal(t, "North", all[0].Name, "parents before children")
	require.False(t, all[0].Leaf)
	for body, want := range map[string]string{
		`{"kind":"move","on":"2024-07-01","parent_id":"` + haifa.Id + `"}`: "team_cycle",
		`{"kind":"merge","on":"2024-07-01","into_id":"` + haifa.Id + `"}`:  "team_merge_itself",
		`{"kind":"close","on":"2024-07-01"}`:                               "team_has_teams",
		`{"kind":"close","on":"2024-02-30"}`:                               "request_invalid",
		`{"kind":"split","on":"2024-07-01"}`:                               "request_invalid",
		`{"kind":"rename","on":"2024-07-01","name":"X","colour":"purple"}`: "request_invalid",
	} {
		status, answer := c.do("PUT", "/teams/"+north.Id, raw(t, body))
		require.GreaterOrEqual(t, status, 400, body)
		require.Equal(t, want, problem(t, answer).Code, "%s: %s", body, answer)
	}
	status, answer := c.do("POST", "/teams", object{"name": "haifa", "parent_id": north.Id})
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "/name", *(*problem(t, answer).Errors)[0].Pointer)
}

// jsonText is JSON that is sent as it is.
type jsonText string

func (j jsonText) MarshalJSON() ([]byte, error) { return []byte(j), nil }

func raw(t *testing.T, s string) jsonText { t.Helper(); return jsonText(s) }

func TestPeopleByAPI(t *testing.T) {
	_, c := administered(t, nil)
	people := func(n int) object {
		items := []object{}
		for i := range n {
			items = append(items, object{"external_id": fmt.Sprintf("E%03d", i), "team": "North", "name": "Name", "joined_on": "2024-01-01"})
		}
		return object{"items": items, "create_teams": true}
	}
	dry := ask[v1.ImportResult](c, "POST", "/employees?dry_run=true", people(3))
	require.Equal(t, 3, dry.Imported)
	require.Empty(t, ask[v1.EmployeeList](c, "GET", "/employees", nil).Items)
	require.Equal(t, 3, ask[v1.ImportResult](c, "POST", "/employees", people(3)).Imported)
	again := ask[v1.ImportResult](c, "POST", "/employees", people(5))
	require.Equal(t, []int{2, 3}, []int{again.Imported, again.Unchanged})
	page := ask[v1.EmployeeList](c, "GET", "/employees?limit=2", nil)
	require.Equal(t, "E001", page.Items[1].ExternalId)
	page = ask[v1.EmployeeList](c, "GET", "/employees?limit=4&cursor="+*page.NextCursor, nil)
	require.Len(t, page.Items, 3)
	require.Nil(t, page.NextCursor)
	team := page.Items[0].TeamId
	require.Len(t, ask[v1.EmployeeList](c, "GET", "/employees?team_id="+team, nil).Items, 5)
	require.Empty(t, ask[v1.EmployeeList](c, "GET", "/employees?team_id=none", nil).Items)
	require.Equal(t, 5, *ask[v1.TeamDetail](c, "GET", "/teams/"+team, nil).Team.Employees)

	bad := object{"items": []object{{"external_id": "E9", "team": "Nowhere"}, {"external_id": "E9", "team": "North", "email": "x"}}}
	status, answer := c.do("POST", "/employees", bad)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	p := problem(t, answer)
	require.Equal(t, "rows_rejected", p.Code)
	require.Equal(t, "2 of 2 rows could not be taken, so nothing was stored. The list says what to correct.", *p.Detail)
	require.Len(t, *p.Errors, 3)
	require.Equal(t, "/items/0/team", *(*p.Errors)[0].Pointer)
	require.Contains(t, *(*p.Errors)[0].Detail, "Nowhere")
	tried := ask[v1.ImportResult](c, "POST", "/employees?dry_run=true", bad)
	require.Equal(t, 2, tried.Rejected, "a dry run answers with what it found")

	require.Equal(t, 1, ask[v1.ImportResult](c, "POST", "/partners", object{"items": []object{{"external_id": "P1", "teams": []string{"North"}, "company": "Acme", "ended_on": "2026-01-01"}}}).Imported)
	partners := ask[v1.PartnerList](c, "GET", "/partners", nil)
	require.Equal(t, []string{team}, partners.Items[0].TeamIds)
}

func TestTheAuditLogShowsWhatWasChangedBehindItsBack(t *testing.T) {
	var file string
	_, c := administered(t, func(cfg *Config) { file = strings.TrimPrefix(cfg.DB, "sqlite:") })
	for _, n := range []string{"A", "B", "C"} {
		ask[v1.Team](c, "POST", "/teams", object{"name": n})
	}
	list := ask[v1.AuditList](c, "GET", "/audit-entries?limit=2", nil)
	require.Equal(t, []string{"team.create", "team.create"}, []string{list.Items[0].Action, list.Items[1].Action})
	require.NotNil(t, list.Items[0].By, "the log names people, not their ids")
	require.NotEqual(t, list.Items[0].Actor, *list.Items[0].By)
	require.Equal(t, "Team: created", *list.Items[0].Did)
	rest := ask[v1.AuditList](c, "GET", "/audit-entries?cursor="+*list.NextCursor, nil)
	require.Nil(t, rest.NextCursor)
	require.EqualValues(t, 1, rest.Items[len(rest.Items)-1].Seq)
	status, _ := c.do("GET", "/audit-entries?cursor=x", nil)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	whole := ask[v1.AuditVerification](c, "GET", "/audit-verification", nil)
	require.True(t, whole.Whole)
	require.Equal(t, list.Items[0].Hash, whole.Head)

	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.ExecContext(context.Background(), `UPDATE audit_entry SET actor = 'somebody else' WHERE seq = 4`)
	require.NoError(t, err)
	broken := ask[v1.AuditVerification](c, "GET", "/audit-verification", nil)
	require.False(t, broken.Whole)
	require.EqualValues(t, 4, *broken.BrokenAt)
	_, err = db.ExecContext(context.Background(), `DELETE FROM audit_entry WHERE seq = 3`)
	require.NoError(t, err)
	require.EqualValues(t, 3, *ask[v1.AuditVerification](c, "GET", "/audit-verification", nil).BrokenAt)
}
