package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

func TestABusinessCaseIsFrozenByName(t *testing.T) {
	i, _, _ := demo(t)
	hr := i.caller(t)
	ask[v1.Session](hr, "POST", "/session/demo", object{"role": "hr"})
	admin := i.caller(t)
	ask[v1.Session](admin, "POST", "/session/demo", object{"role": "admin"})
	teams, metric := contacts(t, admin)
	treated := []object{}
	for _, id := range teams[:6] {
		treated = append(treated, object{"team": id, "on": "2099-01-01"})
	}
	plan := object{
		"name": "Call back first", "purpose": "process", "side": "customer", "metric": metric, "ends_on": "2099-12-31", "others": true, "treated": treated,
		"costs":      []object{{"name": "people", "kind": "money", "on": "2099-01-01", "amount": 1000000}},
		"benefits":   []object{{"name": "contacts", "kind": "cost_to_serve", "units": 48000, "price": 650, "price_source": "finance: 6.50 a contact"}},
		"expected":   object{"effect": -.1, "confidence": .6},
		"perception": object{"question": "Did you notice that you were called back?"},
		"inaction":   object{"loss": 500000, "se": 100000, "source": "operations"},
	}
	made := ask[v1.Initiative](hr, "POST", "/initiatives", plan)
	require.Equal(t, "operations", made.Plan.Inaction.Source)
	require.NotNil(t, made.Plan.Perception)
	finished(hr, ask[v1.Operation](hr, "POST", "/initiatives/"+made.Id+"/forecasts", nil))
	c := ask[v1.BusinessCase](hr, "GET", "/initiatives/"+made.Id+"/forecast", nil)
	require.NotNil(t, c.Forecast)
	require.Equal(t, v1.ForecastLineGrade("E"), c.Forecast.Lines[0].Grade)
	require.Equal(t, int64(1_872_000), c.Forecast.Lines[0].Value)
	require.Contains(t, c.Forecast.BreakEven.Text, "pays from a change of")
	require.Len(t, c.Forecast.Quarters, 4)

	second := object{}
	for k, v := range plan {
		second[k] = v
	}
	second["name"], second["treated"] = "Longer hours", treated[:2]
	other := ask[v1.Initiative](hr, "POST", "/initiatives", second)
	for id, with := range map[string]string{made.Id: "Longer hours", other.Id: "Call back first"} {
		i := ask[v1.InitiativeDetail](hr, "GET", "/initiatives/"+id, nil).Initiative
		require.Len(t, i.Entangled, 1, "both are marked as entangled")
		require.Equal(t, v1.InitiativeOverlap{Id: i.Entangled[0].Id, Name: with, Teams: 2}, i.Entangled[0])
	}

	status, answer := hr.do("POST", "/initiatives/"+made.Id+"/approvals", object{"hash": *c.Hash})
	require.Equal(t, http.StatusForbidden, status, answer)
	executive := i.caller(t)
	ask[v1.Session](executive, "POST", "/session/demo", object{"role": "executive"})
	executive.header.Set("Accept-Language", "pl")
	frozen := ask[v1.BusinessCase](executive, "POST", "/initiatives/"+made.Id+"/approvals", object{"hash": *c.Hash})
	require.Equal(t, *c.Hash, frozen.Approval.Hash)
	require.NotEmpty(t, frozen.Approval.Name)
	require.Contains(t, frozen.Forecast.BreakEven.Text, "Zwraca się od zmiany")
	status, answer = executive.do("POST", "/initiatives/"+made.Id+"/approvals", object{"hash": *c.Hash})
	require.Equal(t, http.StatusConflict, status, answer)
	require.Contains(t, answer, "forecast_approved")
	record := ask[v1.ForecastRecord](executive, "GET", "/forecast-record", nil)
	require.Equal(t, 1, record.Waiting)
	require.Equal(t, 10, record.Missing)
	require.Nil(t, record.Coverage)
}
