package main

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

// complaining is an instance with a rule and n bad answers of today, of which every second one is about the desk.
func complaining(t *testing.T, n int, change func(*Config)) (*instance, *caller, []v1.Case) {
	t.Helper()
	i, admin := administered(t, change)
	ask[v1.Team](admin, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	ask[v1.Team](admin, "POST", "/teams", object{"name": "South", "created_on": "2024-01-01"})
	ask[v1.Touchpoint](admin, "POST", "/touchpoints", object{"name": "Desk", "kind": "physical"})
	ask[v1.CaseRule](admin, "POST", "/case-rules", object{"type": "csat", "at_most": 2, "days": 3})
	items := make([]object, n)
	for k := range items {
		items[k] = object{"source_id": strconv.Itoa(k), "team": []string{"North", "South"}[k%2], "answered_at": time.Now().UTC().Add(-time.Hour).Format(time.RFC3339), "score_type": "csat", "score": 1, "comment": "It broke.", "customer": "c" + strconv.Itoa(k)}
		if k%2 == 0 {
			items[k]["touchpoint"] = "Desk"
		}
	}
	require.Equal(t, n, ask[v1.AddResult](admin, "POST", "/feedback/batch", object{"items": items}).Imported)
	opened, err := i.Loop.OpenNew(context.Background())
	require.NoError(t, err)
	require.Equal(t, n, opened)
	list := ask[v1.CaseList](admin, "GET", "/cases?limit=200", nil)
	require.Len(t, list.Items, n)
	return i, admin, list.Items
}

func TestCasesByAPI(t *testing.T) {
	_, admin, all := complaining(t, 5, nil)
	var ids []string
	for path := "/cases?limit=2"; ; {
		page := ask[v1.CaseList](admin, "GET", path, nil)
		for _, c := range page.Items {
			ids = append(ids, c.Id)
		}
		if page.NextCursor == nil {
			break
		}
		path = "/cases?limit=2&cursor=" + *page.NextCursor
	}
	want := make([]string, len(all))
	for k, c := range all {
		want[k] = c.Id
		require.Nil(t, c.Comment, "what was said is only in the case itself")
		require.Nil(t, c.Customer)
	}
	require.Equal(t, want, ids, "page by page as at once")
	for _, c := range ask[v1.CaseList](admin, "GET", "/cases?status=open&team_id="+all[0].TeamId, nil).Items {
		require.Equal(t, all[0].TeamId, c.TeamId)
	}

	one := ask[v1.Case](admin, "GET", "/cases/"+all[0].Id, nil)
	require.Equal(t, "It broke.", *one.Comment)
	require.False(t, *one.CanMail)
	one = ask[v1.Case](admin, "PUT", "/cases/"+one.Id, object{"version": 1, "owner": "Ines", "due_at": "2026-01-02", "status": "in_work", "note": "Called."})
	require.True(t, one.Overdue)
	require.Equal(t, []string{"Ines", "Called."}, []string{one.Owner, one.Notes[0].Text})
	late := ask[v1.CaseList](admin, "GET", "/cases?overdue=true", nil)
	require.Len(t, late.Items, 1)

	for _, x := range []struct {
		method, path string
		body         object
		status       int
		code         string
	}{
		{"GET", "/cases/none", nil, http.StatusNotFound, "case_unknown"},
		{"GET", "/cases?team_id=none", nil, http.StatusNotFound, "team_unknown"},
		{"GET", "/cases?limit=0", nil, http.StatusUnprocessableEntity, "request_invalid"},
		{"PUT", "/cases/" + one.Id, object{"version": 1, "note": "x"}, http.StatusConflict, "case_changed"},
		{"PUT", "/cases/" + one.Id, object{"version": 2, "status": "closed"}, http.StatusUnprocessableEntity, "case_invalid"},
		{"PUT", "/cases/" + one.Id, object{"version": 2, "status": "gone"}, http.StatusUnprocessableEntity, "request_invalid"},
		{"PUT", "/cases/" + one.Id, object{"version": 2, "status": "closed", "reason": "solved", "ask": true, "email": "a@example.com"}, http.StatusUnprocessableEntity, "case_invalid"},
		{"POST", "/case-rules", object{"type": "csat", "at_most": 9, "days": 3}, http.StatusUnprocessableEntity, "rule_invalid"},
		{"PUT", "/case-rules/none", object{"type": "csat", "at_most": 2, "days": 3, "version": 1}, http.StatusNotFound, "rule_unknown"},
	} {
		status, answer := admin.do(x.method, x.path, x.body)
		require.Equal(t, x.status, status, "%s %s: %s", x.method, x.path, answer)
		require.Equal(t, x.code, problem(t, answer).Code, x.path)
	}
	tally := ask[v1.CaseTally](admin, "GET", "/case-tally", nil)
	require.Equal(t, v1.CaseTally{Open: 4, InWork: 1, Overdue: 1}, tally)
	for _, ending := range []string{"csv", "xlsx"} {
		status, file := admin.do("GET", "/journey-tables/cases/"+ending, nil)
		require.Equal(t, http.StatusOK, status, file)
		require.NotEmpty(t, file)
		require.NotContains(t, file, "It broke.", "an export of cases holds no word of a customer")
	}
}

func TestALeadSeesTheCasesOfTheTeam(t *testing.T) {
	i, admin, all := complaining(t, 4, nil)
	invited := ask[v1.InvitedUser](admin, "POST", "/users", object{"email": "lea@example.com", "name": "Lea", "role": "lead", "team_ids": []string{all[0].TeamId}})
	u, err := url.Parse(*invited.Link)
	require.NoError(t, err)
	lead := i.caller(t)
	ask[v1.Session](lead, "POST", "/passwords", object{"token": strings.TrimPrefix(u.Fragment, "token="), "password": password})
	mine := ask[v1.CaseList](lead, "GET", "/cases", nil)
	require.Len(t, mine.Items, 2)
	for _, c := range mine.Items {
		require.Equal(t, all[0].TeamId, c.TeamId)
	}
	require.Equal(t, 2, ask[v1.CaseTally](lead, "GET", "/case-tally", nil).Open)
	for _, c := range all {
		if c.TeamId == all[0].TeamId {
			continue
		}
		status, answer := lead.do("GET", "/cases/"+c.Id, nil)
		require.Equal(t, http.StatusNotFound, status, answer)
		status, answer = lead.do("PUT", "/cases/"+c.Id, object{"version": 1, "note": "x"})
		require.Equal(t, http.StatusNotFound, status, answer)
	}
}

// A case that is overdue is told of in the app, with a way to it.
func TestAnOverdueCaseIsTold(t *testing.T) {
	i, admin, all := complaining(t, 1, nil)
	rules := ask[v1.AlertSettings](admin, "GET", "/alert-settings", nil)
	require.Condition(t, func() bool {
		for _, r := range rules.Rules {
			if r.Kind == v1.CaseOverdue {
				return true
			}
		}
		return false
	}, "the rule is offered: %v", rules.Rules)
	ask[v1.Case](admin, "PUT", "/cases/"+all[0].Id, object{"version": 1, "due_at": "2026-01-02"})
	for range 2 {
		_, err := i.Alerts.Watch(context.Background())
		require.NoError(t, err)
	}
	told := ask[v1.AlertList](admin, "GET", "/alerts", nil)
	require.Len(t, told.Items, 1)
	require.Equal(t, "/cases/"+all[0].Id, told.Items[0].Path)
	require.Contains(t, told.Items[0].Text, "Desk, CSAT 1")
}

var solvedLink = regexp.MustCompile(`/solved/([A-Za-z0-9_-]+)\?lang=he`)

// A case is closed, the customer is asked by letter, says no, and it is open again.
func TestACustomerIsAskedByLetterWhetherItIsSolved(t *testing.T) {
	box, address := mailServer(t)
	i, admin, all := complaining(t, 2, func(c *Config) { c.SMTP = address })
	closing := object{"version": 1, "status": "closed", "reason": "solved", "ask": true, "email": "ann@example.com", "locale": "he"}
	closed := ask[v1.Case](admin, "PUT", "/cases/"+all[0].Id, closing)
	require.Equal(t, []any{v1.CaseLetter("invited"), true}, []any{*closed.Letter, *closed.AskedByLetter})
	require.Nil(t, closed.AskLink)
	second := ask[v1.Case](admin, "PUT", "/cases/"+all[1].Id, closing)
	require.Equal(t, []any{v1.CaseLetter("resting"), v1.CaseStatus("closed")}, []any{*second.Letter, second.Status})
	sent, err := i.Outbox.Deliver(context.Background())
	require.NoError(t, err)
	require.Equal(t, 1, sent)
	raw := strings.ReplaceAll(strings.ReplaceAll(box.got[0], "=\r\n", ""), "=3D", "=")
	require.Contains(t, raw, "List-Unsubscribe:")
	token := solvedLink.FindStringSubmatch(raw)
	require.NotNil(t, token, raw)

	at := i.url + "/solved/" + token[1]
	for lang, dir := range map[string]string{"en": "ltr", "he": "rtl", "pl": "ltr"} {
		body, h, status := page(t, at+"?lang="+lang)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, `lang="`+lang+`" dir="`+dir+`"`)
		require.Contains(t, body, `value="yes"`)
		require.NotContains(t, body, "<script")
		require.NotContains(t, body, "It broke.")
		require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'")
	}
	body, status := answerForm(t, at+"?lang=en", url.Values{"solved": {"maybe"}})
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `value="yes"`, "it is asked again")
	body, _ = answerForm(t, at+"?lang=en", url.Values{"solved": {"no"}})
	require.Contains(t, body, "look after it again")
	body, _, _ = page(t, at+"?lang=en")
	require.Contains(t, body, "not solved yet")
	require.NotContains(t, body, `value="yes"`, "the first answer counts")
	again := ask[v1.Case](admin, "GET", "/cases/"+all[0].Id, nil)
	require.Equal(t, []any{v1.CaseStatus("open"), 1, false}, []any{again.Status, again.Reopened, *again.Solved})
	tally := ask[v1.CaseTally](admin, "GET", "/case-tally", nil)
	require.Equal(t, []int{1, 1, 0, 1}, []int{tally.Asked, tally.Replied, tally.SaidSolved, tally.Reopened})

	body, _, status = page(t, at+"/optout?lang=en")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "<form", "scanners of mail follow links: it asks first")
	_, status = answerForm(t, at+"/optout?lang=en", url.Values{})
	require.Equal(t, http.StatusOK, status)
	spared := ask[v1.Case](admin, "PUT", "/cases/"+all[0].Id, object{"version": again.Version, "status": "closed", "reason": "solved", "ask": true, "email": "Ann@example.com"})
	require.Equal(t, v1.CaseLetter("opted_out"), *spared.Letter)

	for _, path := range []string{"/solved/none", "/solved/none/optout"} {
		body, _, status = page(t, i.url+path+"?lang=pl")
		require.Equal(t, http.StatusNotFound, status)
		require.Contains(t, body, `lang="pl"`, "a page that can be read")
	}
}
