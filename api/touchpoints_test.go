package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

func TestTouchpointsByAPI(t *testing.T) {
	_, c := administered(t, nil)
	team := ask[v1.Team](c, "POST", "/teams", object{"name": "Front office", "created_on": "2024-01-01"})
	desk := ask[v1.Touchpoint](c, "POST", "/touchpoints", object{"name": "Desk", "kind": "physical", "owner_team_id": team.Id, "journey": "Visit", "stage": "Arrive", "promise_minutes": 5})
	require.Equal(t, "Front office", *desk.OwnerTeam)
	changed := ask[v1.Touchpoint](c, "PUT", "/touchpoints/"+desk.Id, object{"name": "Desk", "kind": "digital", "version": desk.Version})
	require.Equal(t, 2, changed.Version)
	require.Nil(t, changed.PromiseMinutes)
	require.Equal(t, []v1.Touchpoint{changed}, ask[v1.TouchpointList](c, "GET", "/touchpoints", nil).Items)
	for _, x := range []struct {
		method, path string
		body         object
		status       int
		code         string
	}{
		{"PUT", "/touchpoints/" + desk.Id, object{"name": "Desk", "kind": "digital", "version": 1}, http.StatusConflict, "touchpoint_changed"},
		{"PUT", "/touchpoints/none", object{"name": "Desk", "kind": "digital", "version": 1}, http.StatusNotFound, "touchpoint_unknown"},
		{"POST", "/touchpoints", object{"name": "DESK ", "kind": "digital"}, http.StatusConflict, "touchpoint_taken"},
		{"POST", "/touchpoints", object{"name": " ", "kind": "digital"}, http.StatusUnprocessableEntity, "touchpoint_invalid"},
		{"POST", "/touchpoints", object{"name": "X", "kind": "digital", "owner_team_id": "none"}, http.StatusUnprocessableEntity, "touchpoint_invalid"},
		{"POST", "/touchpoints", object{"name": "X", "kind": "telepathic"}, http.StatusUnprocessableEntity, "request_invalid"},
	} {
		status, answer := c.do(x.method, x.path, x.body)
		require.Equal(t, x.status, status, string(answer))
		require.Equal(t, x.code, problem(t, answer).Code)
	}
}
