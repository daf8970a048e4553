package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

// finished follows an operation to its end.
func finished(c *caller, o v1.Operation) v1.Operation {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		o = ask[v1.Operation](c, "GET", "/operations/"+o.Id, nil)
		return o.State != "running"
	}, 10*time.Minute, 50*time.Millisecond)
	require.Equal(c.t, v1.OperationState("done"), o.State, "%+v", o.Problem)
	return o
}

// contacts makes a company of 12 teams × 24 months in which coaching of six teams saved one contact in twenty from
// January 2024 on; it gives the ids of the teams and of the metric.
func contacts(t *testing.T, c *caller) (teams []string, metric string) {
	t.Helper()
	metric = ask[v1.Metric](c, "POST", "/metrics", object{"key": "contacts", "name": "Contacts per customer", "kind": "behaviour", "higher_is_better": false, "aggregation": "mean", "unit": "contacts"}).Id
	items := []object{}
	for g := range 12 {
		name := fmt.Sprintf("Team %02d", g)
		teams = append(teams, ask[v1.Team](c, "POST", "/teams", object{"name": name, "created_on": "2022-12-01"}).Id)
		for m := range 24 {
			v := 2 + .01*float64(g) + .05*float64(m%5) + .03*float64((g*7+m*3)%4)
			if g < 6 && m >= 12 {
				v -= .1
			}
			items = append(items, object{"team": name, "period": fmt.Sprintf("%d-%02d", 2023+m/12, m%12+1), "metric": "contacts", "value": v})
		}
	}
	ask[object](c, "POST", "/values", object{"items": items})
	return teams, metric
}

func TestAnInitiativeFromPlanToReturn(t *testing.T) {
	i, _, _ := demo(t)
	hr := i.caller(t)
	ask[v1.Session](hr, "POST", "/session/demo", object{"role": "admin"})
	teams, metric := contacts(t, hr)
	treated := []object{}
	for _, id := range teams[:6] {
		treated = append(treated, object{"team": id, "on": "2024-01-01"})
	}
	plan := object{
		"name": "Coaching", "purpose": "skills", "side": "employee", "metric": metric, "ends_on": "2024-12-31", "others": true, "treated": treated,
		"costs":    []object{{"name": "coaches", "kind": "money", "on": "2024-01-01", "amount": 1000000}, {"name": "time", "kind": "hours", "on": "2024-02-01", "hours": 100, "amount": 4500}},
		"benefits": []object{{"name": "contacts", "kind": "cost_to_serve", "units": 48000, "price": 650, "price_source": "finance: 6.50 a contact"}, {"name": "word of mouth", "kind": "other", "price_source": "expert", "forecast": object{"grade": "E", "amount": 500000, "confidence": .5}}},
		"expected": object{"effect": -.1, "confidence": .6}, "assignment": object{"drawn": true, "by": "HR", "how": "lot"},
	}
	o := finished(hr, ask[v1.Operation](hr, "POST", "/initiative-rehearsals", plan))
	require.NotNil(t, o.Outlook, "a plan that nobody entered can be asked about")
	require.True(t, o.Outlook.Reachable)
	require.NotEmpty(t, o.Outlook.Words[0].Text)

	wrong := object{}
	for k, v := range plan {
		wrong[k] = v
	}
	wrong["costs"] = []object{{"name": "coaches", "kind": "money", "on": "2024-01-01", "amount": -5}}
	status, answer := hr.do("POST", "/initiatives", wrong)
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	require.Contains(t, answer, "negative_cost")
	require.Contains(t, answer, "cannot be negative")

	wrong["costs"] = plan["costs"]
	wrong["benefits"] = []object{{"name": "calls", "kind": "cost_to_serve", "units": 1, "price": 650, "price_source": "finance"}, {"name": "mails", "kind": "cost_to_serve", "units": 1, "price": 650, "price_source": "finance"}}
	status, answer = hr.do("POST", "/initiatives", wrong)
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	require.Contains(t, answer, "counted_twice")
	require.Contains(t, answer, "mails would count the same money as calls")

	made := ask[v1.Initiative](hr, "POST", "/initiatives", plan)
	require.Equal(t, int64(1450000), made.Cost)
	require.Equal(t, v1.InitiativeState("draft"), made.State)
	sealed := ask[v1.Initiative](hr, "POST", "/initiatives/"+made.Id+"/seal", object{"version": made.Version})
	require.True(t, sealed.Retrospective)
	require.Len(t, *sealed.Hash, 64)
	finished(hr, ask[v1.Operation](hr, "POST", "/initiatives/"+made.Id+"/outlooks", nil))
	finished(hr, ask[v1.Operation](hr, "POST", "/initiatives/"+made.Id+"/evaluations", nil))

	d := ask[v1.InitiativeDetail](hr, "GET", "/initiatives/"+made.Id, nil)
	require.NotNil(t, d.Outlook)
	f := d.Evaluation.Effects[0]
	require.Equal(t, v1.InitiativeEffectDesign("did"), f.Design)
	require.Equal(t, v1.InitiativeEffectGrade("B"), *f.Grade, "drawn by lot, but entered after the start")
	require.InDelta(t, -.1, *f.Estimate.Estimate, .02)
	require.NotEmpty(t, f.Path)
	require.NotEmpty(t, f.Placebos)
	st := d.Returns
	require.NotNil(t, st)
	require.Equal(t, int64(1450000), *st.Investment)
	require.Equal(t, int64(float64(48000*650)*-*f.Estimate.Estimate+.5), st.Lines[0].Value)
	require.InDelta(t, float64(st.Lines[0].Value)/1450000-1, *st.Roi.Estimate, 1e-9)
	require.True(t, st.Lines[0].Realised)
	bridge := int64(0)
	for _, b := range st.Bridge {
		bridge += b.Amount
	}
	require.Equal(t, int64(250000), bridge, "the expert's half million at one half")
	require.InDelta(t, float64(bridge)/1450000, *st.Rov.Estimate-*st.Roi.Estimate, 1e-9)
	require.Contains(t, st.Rox.NotEnough.Text, "ROI")

	executive := i.caller(t)
	ask[v1.Session](executive, "POST", "/session/demo", object{"role": "executive"})
	all := ask[v1.ReturnsList](executive, "GET", "/returns", nil)
	subjects := []string{}
	for _, s := range all.Items {
		subjects = append(subjects, s.Subject)
	}
	require.ElementsMatch(t, []string{"initiative:" + made.Id, "purpose:skills", "organisation"}, subjects)
	rate := .08
	set := ask[v1.ReturnsSettings](executive, "PUT", "/returns-settings", v1.ReturnsSettings{Currency: "EUR", FiscalStart: 4, Discount: &rate})
	require.Equal(t, 1, set.Version)
	history := ask[v1.ReturnsSettingsList](executive, "GET", "/returns-settings/history", nil)
	require.Len(t, history.Items, 1)
	require.NotEmpty(t, *history.Items[0].Settings.By, "who changed it is told by name")
	status, answer = executive.do("PUT", "/returns-settings", object{"version": 1, "currency": "EUR", "fiscal_start": 4, "prices": []object{{"kind": "absence", "amount": 19000, "source": " "}}})
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	require.Contains(t, answer, "price_without_source")

	pooled := ask[v1.ReturnsPage](executive, "GET", "/returns/teams?limit=4", nil)
	require.Len(t, pooled.Items, 4)
	rest := ask[v1.ReturnsPage](executive, "GET", "/returns/teams?limit=4&cursor="+*pooled.NextCursor, nil)
	require.Len(t, rest.Items, 2)
	value := int64(0)
	for _, s := range append(pooled.Items, rest.Items...) {
		value += s.Lines[0].Value
	}
	require.InDelta(t, st.Lines[0].Value, value, 6, "what the teams brought adds up to what the initiative brought")

	finished(executive, ask[v1.Operation](executive, "POST", "/returns/quarters/2024-Q1/state", nil))
	quarter := ask[v1.ReturnsList](executive, "GET", "/returns?quarter=2024-Q1", nil)
	require.Equal(t, []string{"2024-Q1"}, quarter.Quarters)
	require.Equal(t, "2024-04-01", quarter.From.String(), "the fiscal year begins in April")
	require.Len(t, quarter.Items, 3)
	for _, s := range quarter.Items {
		require.Equal(t, int64(0), s.Flow.Invested, "everything was spent before")
		require.InDelta(t, float64(s.Lines[0].Value)*91/182, s.Flow.Benefits, 2, "of half a window, half fell into its second quarter")
	}
	status, answer = executive.do("POST", "/returns/quarters/2024-13/state", nil)
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	chain := ask[v1.ReturnsChain](executive, "GET", "/returns/chain", nil)
	require.False(t, chain.Established)
	require.Contains(t, chain.NotEnough.Text, "ROI")

	executive.header.Set("Accept-Language", "he")
	list := ask[v1.InitiativeList](executive, "GET", "/initiatives", nil)
	require.True(t, strings.Contains(list.Items[0].Effect.Summary[0].Text, "לטובה"), list.Items[0].Effect.Summary[0].Text)

	edit := object{"plan": plan, "version": sealed.Version}
	plan["lag"] = 1
	status, answer = hr.do("PUT", "/initiatives/"+made.Id, edit)
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	require.Contains(t, answer, "sealed_plan_needs_reason")
	edit["reason"] = "it takes a month to learn"
	ask[v1.Initiative](hr, "PUT", "/initiatives/"+made.Id, edit)
	d = ask[v1.InitiativeDetail](hr, "GET", "/initiatives/"+made.Id, nil)
	require.Len(t, d.Changes, 1)
	require.Equal(t, "lag", d.Changes[0].Fields[0].Field)
}
