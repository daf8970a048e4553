package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

func proposalOf(t *testing.T, list v1.ProposalList, name string) v1.Proposal {
	t.Helper()
	for _, p := range list.Items {
		if p.Idea.Name == name {
			return p
		}
	}
	require.Fail(t, "not there", name)
	return v1.Proposal{}
}

// Estimates are independent: nobody sees another's before giving one, what was given stays, and a closed round becomes an
// initiative with gap and cost taken over.
func TestAProposalFromEstimateToInitiative(t *testing.T) {
	i, _ := seeded(t)
	cx, lead := i.caller(t), i.caller(t)
	ask[v1.Session](cx, "POST", "/session/demo", object{"role": "cx"})
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})

	p := proposalOf(t, ask[v1.ProposalList](cx, "GET", "/proposals", nil), "A parts list on every van")
	require.Equal(t, 1, p.Given)
	require.False(t, p.Mine)
	require.Empty(t, p.Estimates, "the lead's estimate is not shown before one's own")
	require.Nil(t, p.Combined)
	status, answer := cx.do("PUT", "/proposals/"+p.Id+"/round", object{"version": p.Version, "open": false})
	require.Equal(t, http.StatusConflict, status, answer)
	require.Contains(t, answer, "too_few_estimates")
	status, answer = cx.do("POST", "/proposals/"+p.Id+"/estimates", object{"share": 1.5, "probability": .5, "cost": 0})
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	require.Contains(t, answer, "share_out_of_range")
	require.Contains(t, answer, "cost_not_positive")
	p = ask[v1.Proposal](cx, "POST", "/proposals/"+p.Id+"/estimates", object{"share": .5, "probability": .7, "cost": 100000})
	require.Len(t, p.Estimates, 2)
	require.Equal(t, 2, p.Combined.N)
	status, answer = cx.do("POST", "/proposals/"+p.Id+"/estimates", object{"share": .6, "probability": .7, "cost": 100000})
	require.Equal(t, http.StatusConflict, status, answer)
	require.Contains(t, answer, "estimate_given")

	status, answer = lead.do("PUT", "/proposals/"+p.Id+"/round", object{"version": p.Version, "open": false})
	require.Equal(t, http.StatusForbidden, status, answer)
	p = ask[v1.Proposal](cx, "PUT", "/proposals/"+p.Id+"/round", object{"version": p.Version, "open": false})
	finished(cx, ask[v1.Operation](cx, "POST", "/proposal-rankings", object{}))
	p = ask[v1.Proposal](cx, "GET", "/proposals/"+p.Id, nil)
	require.NotNil(t, p.Standing.Ratio)
	require.LessOrEqual(t, p.Standing.Ratio.P5, p.Standing.Ratio.P95)

	p = ask[v1.Proposal](cx, "POST", "/proposals/"+p.Id+"/acceptance", object{"version": p.Version, "starts_on": "2030-01-01", "ends_on": "2030-12-31"})
	require.NotNil(t, p.Initiative)
	d := ask[v1.InitiativeDetail](cx, "GET", "/initiatives/"+*p.Initiative, nil)
	require.Equal(t, p.Idea.Name, d.Initiative.Plan.Name)
	require.EqualValues(t, 125000, d.Initiative.Cost, "the mean of both")
	require.NotZero(t, d.Initiative.Plan.Expected.Effect)

	for _, x := range ask[v1.ProposalList](lead, "GET", "/proposals", nil).Items {
		require.Contains(t, []string{"East"}, *x.TeamName, "a lead sees his own teams")
	}
	status, answer = lead.do("POST", "/what-ifs", object{"metric": p.Idea.Metric, "delta": 1})
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	o := finished(lead, ask[v1.Operation](lead, "POST", "/what-ifs", object{"metric": p.Idea.Metric, "team_id": *p.Idea.TeamId, "delta": 2}))
	require.NotNil(t, o.WhatIf)
	require.NotNil(t, o.WhatIf.Total)
	require.Greater(t, o.WhatIf.Total.P95, o.WhatIf.Total.P5)
	require.NotNil(t, o.WhatIf.Worth.Steps[0].Change)
}

// What needs no ledger becomes an action: both point to each other, and what the action refuses leaves the proposal free.
func TestAProposalBecomesAnAction(t *testing.T) {
	i, _ := seeded(t)
	cx := i.caller(t)
	me := ask[v1.Session](cx, "POST", "/session/demo", object{"role": "cx"}).User.Id
	p := proposalOf(t, ask[v1.ProposalList](cx, "GET", "/proposals", nil), "A parts list on every van")
	wish := object{"title": "Put the list on two vans", "owner_id": me, "metric_id": p.Idea.Metric, "due_on": time.Now().AddDate(0, 1, 0).Format(time.DateOnly)}

	status, answer := cx.do("POST", "/proposals/"+p.Id+"/action", object{"version": p.Version, "action": wish})
	require.Equal(t, http.StatusConflict, status, answer)
	require.Contains(t, answer, "proposal_not_estimated")
	p = ask[v1.Proposal](cx, "POST", "/proposals/"+p.Id+"/estimates", object{"share": .5, "probability": .7, "cost": 100000})
	p = ask[v1.Proposal](cx, "PUT", "/proposals/"+p.Id+"/round", object{"version": p.Version, "open": false})

	status, answer = cx.do("POST", "/proposals/"+p.Id+"/action", object{"version": p.Version, "action": object{"title": "X", "owner_id": "nobody", "due_on": wish["due_on"]}})
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	require.Contains(t, answer, "action_owner_unknown")
	p = ask[v1.Proposal](cx, "GET", "/proposals/"+p.Id, nil)
	require.EqualValues(t, "estimated", p.State, "nothing was made of it, so it can still be accepted")

	p = ask[v1.Proposal](cx, "POST", "/proposals/"+p.Id+"/action", object{"version": p.Version, "action": wish})
	require.EqualValues(t, "accepted", p.State)
	require.Nil(t, p.Initiative)
	a := ask[v1.Action](cx, "GET", "/actions/"+*p.Action, nil)
	require.EqualValues(t, "proposal", a.Origin.From)
	require.Equal(t, p.Id, *a.Origin.Of)
	require.Equal(t, "/invest/"+p.Id, *a.Origin.Path)
	status, answer = cx.do("POST", "/proposals/"+p.Id+"/acceptance", object{"version": p.Version, "starts_on": "2030-01-01", "ends_on": "2030-12-31"})
	require.Equal(t, http.StatusConflict, status, answer)
}
