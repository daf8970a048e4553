package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

// feeder is another system with a key that may only hand records in.
func (i *instance) feeder(t *testing.T, admin *caller) *caller {
	t.Helper()
	key := ask[v1.CreatedApiKey](admin, "POST", "/api-keys", object{"name": "Shop", "role": "feeder"})
	c := i.caller(t)
	c.header.Set("Authorization", "Bearer "+key.Secret)
	return c
}

func TestRecordsByAPI(t *testing.T) {
	i, admin := administered(t, nil)
	ask[v1.Team](admin, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	shop := i.feeder(t, admin)
	one := object{"source_id": "1", "team": "north", "answered_at": "2025-01-02T10:00:00Z", "score_type": "nps", "score": 9, "emotion": "pleased", "expected": "better", "customer": "c1", "touchpoint": "App"}
	require.Equal(t, v1.AddResult{Rows: 1, Imported: 1}, ask[v1.AddResult](shop, "POST", "/feedback", one))
	require.Equal(t, v1.AddResult{Rows: 1, Unchanged: 1}, ask[v1.AddResult](shop, "POST", "/feedback", one))
	one["score"] = 3
	require.Equal(t, v1.AddResult{Rows: 1, Imported: 1}, ask[v1.AddResult](shop, "POST", "/feedback", one), "a correction")
	batch := object{"source": "pos", "items": []object{
		{"source_id": "1", "team": "North", "answered_at": "2025-01-02T10:00:00Z", "score_type": "nps", "score": 10},
		{"source_id": "2", "team": "Nowhere", "answered_at": "2025-01-02T10:00:00Z", "score_type": "ces", "score": 2, "comment": "חיכיתי הרבה"},
	}}
	require.Equal(t, v1.AddResult{Rows: 2, Imported: 1, Queued: 1}, ask[v1.AddResult](shop, "POST", "/feedback/batch", batch))
	order := object{"order_id": "o1", "customer": "c1", "team": "North", "purchased_at": "2025-01-02T10:00:00Z", "value_minor": 1250, "currency": "EUR", "came_by": "a friend told me"}
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/orders", order).Imported)
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/orders/batch", object{"items": []object{order}}).Unchanged)

	records := ask[v1.CustomerRecords](admin, "GET", "/customer-records?customer=c1", nil)
	require.Equal(t, "a friend told me", *records.Orders[0].CameBy)
	partner := object{"source_id": "p1", "team": "North", "answered_at": "2025-01-02T10:00:00Z", "score_type": "csat", "score": 2, "population": "partner", "customer": "s7"}
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/feedback", partner).Imported)
	require.Equal(t, v1.Population("partner"), ask[v1.CustomerRecords](admin, "GET", "/customer-records?customer=s7", nil).Answers[0].Population)

	for name, x := range map[string]struct {
		path string
		body object
		code string
	}{
		"out of scale":   {"/feedback", object{"source_id": "9", "answered_at": "2025-01-02T10:00:00Z", "score_type": "csat", "score": 9}, "/score score_out_of_scale"},
		"no type":        {"/feedback", object{"source_id": "9", "answered_at": "2025-01-02T10:00:00Z", "score": 4}, "/score_type mapping_score_type"},
		"nothing said":   {"/feedback", object{"source_id": "9", "answered_at": "2025-01-02T10:00:00Z"}, "/score score_missing"},
		"the future":     {"/feedback", object{"source_id": "9", "answered_at": "2999-01-02T10:00:00Z", "comment": "x"}, "/answered_at date_future"},
		"second of two":  {"/feedback/batch", object{"items": []object{one, {"source_id": "8", "answered_at": "2025-01-02T10:00:00Z", "score_type": "nps", "score": 1.5}}}, "/items/1/score score_not_whole"},
		"one id twice":   {"/feedback/batch", object{"items": []object{one, {"source_id": "1", "answered_at": "2025-01-02T10:00:00Z", "comment": "x"}}}, "/items/1/source_id source_id_twice"},
		"mixed currency": {"/orders/batch", object{"items": []object{order, {"order_id": "o2", "customer": "c1", "purchased_at": "2025-01-02T10:00:00Z", "value_minor": 1, "currency": "USD"}}}, "/items/1/currency currency_mixed"},
		"other currency": {"/orders", object{"order_id": "o2", "customer": "c1", "purchased_at": "2025-01-02T10:00:00Z", "value_minor": 1, "currency": "USD"}, "/currency currency_other"},
		"no customer":    {"/orders", object{"order_id": "o2", "customer": "", "purchased_at": "2025-01-02T10:00:00Z", "value_minor": 1, "currency": "EUR"}, "/customer order_customer_missing"},
		"own source":     {"/feedback/batch", object{"items": []object{{"source": "x", "source_id": "8", "answered_at": "2025-01-02T10:00:00Z", "comment": "x"}}}, "/items/0/source batch_source"},
	} {
		status, answer := shop.do("POST", x.path, x.body)
		require.Equal(t, http.StatusUnprocessableEntity, status, name)
		p := problem(t, answer)
		require.NotEmpty(t, *p.Errors, "%s: %s", name, answer)
		require.Equal(t, x.code, *(*p.Errors)[0].Pointer+" "+(*p.Errors)[0].Code, name)
	}

	waiting := ask[v1.WaitingList](admin, "GET", "/imports-waiting", nil)
	require.Len(t, waiting.Items, 1)
	team := ask[v1.TeamList](admin, "GET", "/teams", nil).Items[0]
	status, answer := admin.do("POST", "/team-names", object{"name": "Nowhere", "team_id": team.Id})
	require.Equal(t, http.StatusNoContent, status, string(answer))
	require.Empty(t, ask[v1.WaitingList](admin, "GET", "/imports-waiting", nil).Items)
	status, answer = admin.do("POST", "/team-names", object{"name": "NORTH", "team_id": team.Id})
	require.Equal(t, http.StatusConflict, status, string(answer))
}

// The key of another system hands in and reads nothing: everything else is refused.
func TestAFeederOnlyFeeds(t *testing.T) {
	i, admin := administered(t, nil)
	shop := i.feeder(t, admin)
	for _, path := range []string{"/teams", "/metrics", "/imports", "/imports-waiting", "/touchpoints", "/runs", "/users", "/audit-entries", "/customers/value", "/programmes"} {
		status, answer := shop.do("GET", path, nil)
		require.Equal(t, http.StatusForbidden, status, path+string(answer))
	}
	status, _ := shop.do("POST", "/touchpoints", object{"name": "X", "kind": "digital"})
	require.Equal(t, http.StatusForbidden, status)
	shop.header.Set("Idempotency-Key", "k1")
	one := object{"source_id": "1", "answered_at": "2025-01-02T10:00:00Z", "comment": strings.Repeat("x", 10)}
	first := ask[v1.AddResult](shop, "POST", "/feedback", one)
	require.Equal(t, 1, first.Queued)
	require.Equal(t, first, ask[v1.AddResult](shop, "POST", "/feedback", one), "the answer is given again")
	one["comment"] = "another"
	status, answer := shop.do("POST", "/feedback", one)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, "idempotency_key_reused", problem(t, answer).Code)
}
